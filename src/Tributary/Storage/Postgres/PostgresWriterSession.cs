using System.Data;
using Npgsql;

namespace Tributary.Storage.Postgres;

/// <summary>A session that writes, and what tells the server it is with from another one.</summary>
internal sealed class PostgresWriterSession : IDisposable
{
    /// <summary>
    /// Another one since a standby took over, or the server or its processes were started again: after a crash a transaction's number is given anew if nothing of it had come to
    /// the disk. Null for a user who may not see the server's own processes (<c>pg_read_all_stats</c>), and a standby does not tell.
    /// </summary>
    private const string WhichTimeline =
        """
        SELECT substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) || ' ' || pg_postmaster_start_time()::text || ' '
            || (SELECT backend_start::text FROM pg_stat_activity WHERE backend_type = 'checkpointer')
        """;

    private PostgresWriterSession(SqlSession session, string timeline, int server)
    {
        Session = session;
        Timeline = timeline;
        Server = server;
    }

    public SqlSession Session { get; }

    /// <summary>Empty where it cannot be told.</summary>
    public string Timeline { get; }

    /// <summary><see cref="PostgresSessions.Servers"/> when it was opened.</summary>
    public int Server { get; }

    /// <summary>False once its connection broke, also where nobody was told: a rollback does not say so.</summary>
    public bool IsOpen => Connection.State == ConnectionState.Open;

    /// <summary>The server's process that serves it.</summary>
    public int Process => Connection.ProcessID;

    private NpgsqlConnection Connection => (NpgsqlConnection)Session.Connection;

    public static PostgresWriterSession Open(PostgresSessions sessions)
    {
        SqlSession session = sessions.OpenWriter();
        try
        {
            string timeline = Text(session, WhichTimeline) ?? "";
            session.KeepSignals();
            return new PostgresWriterSession(session, timeline, sessions.Servers);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Begins a transaction that holds no lock yet.</summary>
    /// <param name="ownsSession">Whether the session ends with it.</param>
    public PostgresTransaction Begin(bool ownsSession = false)
    {
        // Sent with the first statement: the driver holds it back until there is something to send.
        NpgsqlTransaction transaction = Connection.BeginTransaction(IsolationLevel.ReadCommitted);
        Session.Begin();
        return new PostgresTransaction(this, transaction, ownsSession);
    }

    /// <summary>Begins a transaction with all of these locks; null when one of them is held elsewhere for longer than that.</summary>
    public PostgresTransaction? BeginOrNull(long[] locks, string longest)
    {
        PostgresTransaction transaction = Begin();
        try
        {
            transaction.Lock(locks, longest);
            return transaction;
        }
        catch (PostgresException exception) when (PostgresErrors.Of(exception) == PostgresFailure.Overdue)
        {
            transaction.Dispose();
            return null;
        }
        catch
        {
            transaction.Dispose();
            throw;
        }
    }

    /// <summary>What became of a transaction, as the server says: committed, aborted, in progress; null when it has forgotten.</summary>
    public string? StatusOrNull(string transaction) => Text(Session, "SELECT pg_xact_status(@id::xid8)", transaction);

    public void Dispose() => Session.Dispose();

    /// <summary>The first column of the first row.</summary>
    public static string? Text(SqlSession session, string sql, params ReadOnlySpan<object?> values)
    {
        using SqlReader reader = session.Query(sql, values);
        string? first = reader.Read() && !reader.IsDBNull(0) ? reader.GetString(0) : null;
        while (reader.Read())
        {
        }

        return first;
    }
}
