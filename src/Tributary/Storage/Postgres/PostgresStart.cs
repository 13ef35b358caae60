using System.Diagnostics;
using Npgsql;
using Tributary.Nodes;

namespace Tributary.Storage.Postgres;

/// <summary>Opens the database when a server starts, which waits for one that starts at the same time, and says that it does.</summary>
internal sealed partial class PostgresStart(string connectionString, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>So often the log hears that it still waits.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly string _place = PostgresConnectionString.PlaceOf(connectionString);

    /// <summary>Brings the tables up to date.</summary>
    /// <param name="sessions">To the database.</param>
    /// <param name="longest">How long it may be away.</param>
    /// <param name="node">Who opens it.</param>
    /// <exception cref="InvalidDataException">It cannot be opened; the message says why, where it was looked for, and what to do.</exception>
    public StoreIdentity Open(PostgresSessions sessions, TimeSpan longest, ThisNode node)
    {
        long began = Stopwatch.GetTimestamp();
        TimeSpan? told = null;
        while (true)
        {
            try
            {
                using SqlSession session = sessions.OpenWriter();
                if (told is not null)
                {
                    LogThere(_place, Whole(Stopwatch.GetElapsedTime(began)));
                }

                StoreIdentity identity = PostgresMigrations.Run(session, node);
                if (session.ScalarOrNull("SELECT CASE WHEN pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') THEN 1 ELSE 0 END") == 0)
                {
                    LogMayNotAsk();
                }

                return identity;
            }
            catch (Exception exception) when (MayPass(exception) && Stopwatch.GetElapsedTime(began) is var waited && waited < longest)
            {
                if (told is null || waited - told >= Interval)
                {
                    told = waited;
                    LogWaits(_place, Whole(longest - waited), Reason(exception));
                }

                Thread.Sleep(longest - waited < Pause ? longest - waited : Pause);
            }
            catch (PostgresException exception)
            {
                throw new InvalidDataException($"The database cannot be opened{Waited(exception)}: {exception.MessageText}{WhatToDo(exception.SqlState)}", exception);
            }
            catch (Exception exception) when (PostgresErrors.Of(exception) == PostgresFailure.Disconnected)
            {
                throw new InvalidDataException(
                    $"The {_place} cannot be reached{Waited(exception)}: {Reason(exception)} {PostgresConnectionString.Setting} must name a PostgreSQL server that is running.",
                    exception);
            }
        }

        string Waited(Exception exception) => longest > TimeSpan.Zero && MayPass(exception) ? $", and was waited for {longest:c} (Storage:StartWait)" : "";
    }

    private static bool MayPass(Exception exception) => PostgresErrors.Of(exception) is PostgresFailure.Disconnected or PostgresFailure.Refused;

    /// <summary>The driver's own sentence says where, which is said already.</summary>
    private static string Reason(Exception exception)
    {
        string reason = exception is PostgresException told ? told.MessageText : (exception.InnerException ?? exception).Message;
        return reason.EndsWith('.') ? reason : reason + ".";
    }

    private static TimeSpan Whole(TimeSpan duration) => TimeSpan.FromSeconds(Math.Ceiling(duration.TotalSeconds));

    private static string WhatToDo(string sqlState) => sqlState switch
    {
        // invalid_authorization_specification and invalid_password; invalid_catalog_name; insufficient_privilege; invalid_schema_name; duplicate_table.
        ['2', '8', ..] => $". See the user and the password in {PostgresConnectionString.Setting}.",
        "3D000" => $". Create it (CREATE DATABASE), or name another one in {PostgresConnectionString.Setting}.",
        "42501" => ". The user must own the schema that the tables are in, or have the right to create tables there.",
        "3F000" => $". Create a schema, or name one with 'Search Path' in {PostgresConnectionString.Setting}.",
        "42P07" => $". The database holds tables of another program; name another one in {PostgresConnectionString.Setting}, or another schema with 'Search Path'.",
        _ => ".",
    };

    [LoggerMessage(2501, LogLevel.Warning, "The start waits for the {Place}, for up to {Left} more (Storage:StartWait): {Reason}")]
    private partial void LogWaits(string place, TimeSpan left, string reason);

    [LoggerMessage(2503, LogLevel.Warning, "The database's user may not ask when the server was started, so that a commit during which the connection breaks is answered 503 as not known, though it could be found out. To allow it: GRANT pg_read_all_stats TO this user.")]
    private partial void LogMayNotAsk();

    [LoggerMessage(2502, LogLevel.Warning, "The {Place} is there, after {Waited}.")]
    private partial void LogThere(string place, TimeSpan waited);
}
