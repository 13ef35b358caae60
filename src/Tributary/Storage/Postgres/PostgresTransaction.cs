using Npgsql;

namespace Tributary.Storage.Postgres;

/// <summary>A transaction of a writer, and the locks of the scopes that are written in it.</summary>
internal sealed class PostgresTransaction(PostgresWriterSession session, NpgsqlTransaction transaction, bool ownsSession) : IDisposable
{
    /// <summary>Of 8,000 bytes that a notification may have.</summary>
    private const int SignalsOfText = 300;

    public SqlSession Session => session.Session;

    /// <summary>Its number; null before the first statement.</summary>
    public string? Id { get; private set; }

    /// <summary>Of the server that gave the number.</summary>
    public string Timeline => session.Timeline;

    /// <summary>Waits for locks, in their order.</summary>
    /// <param name="locks">In the order in which everybody takes them.</param>
    /// <param name="longest">For each, as the server takes it; past that it fails.</param>
    public void Lock(long[] locks, string longest) =>
        // The rows of a function come in the order of its array, and the columns of a row are evaluated in theirs. Who waits for a row later waits longer.
        Id = PostgresWriterSession.Text(
            Session,
            """
            SELECT pg_current_xact_id()::text, set_config('lock_timeout', @longest, true), pg_advisory_xact_lock(k), set_config('lock_timeout', @timeout, true)
            FROM unnest(@locks) k
            """,
            longest,
            PostgresSessions.LockTimeout,
            locks);

    /// <summary>Takes those of the locks that nobody holds or waits for; returns the others.</summary>
    public HashSet<long> TryLock(long[] locks)
    {
        var held = new HashSet<long>();
        using SqlReader reader = Session.Query("SELECT pg_current_xact_id()::text, CASE WHEN pg_try_advisory_xact_lock(k) THEN NULL ELSE k END FROM unnest(@locks) k", locks);
        while (reader.Read())
        {
            Id = reader.GetString(0);
            if (!reader.IsDBNull(1))
            {
                held.Add(reader.GetInt64(1));
            }
        }

        return held;
    }

    /// <summary>Waits for one lock, without a thread, until the server gives it or ends the wait (<see cref="PostgresSessions.LockTimeout"/>).</summary>
    public async Task LockAsync(long key)
    {
        await using var command = new NpgsqlCommand("SELECT pg_current_xact_id()::text, pg_advisory_xact_lock($1)", transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = key });
        Id = (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Sends what is held back, and what other nodes are to be told: with the commit the server tells them. As one text, cut so that none is longer than it takes.</summary>
    public void Tell(string channel)
    {
        string[] signals = [.. Session.TakeSignals().Chunk(SignalsOfText).Select(some => string.Join(' ', some))];
        if (signals.Length > 0)
        {
            Session.Defer("SELECT pg_notify(@channel, t) FROM unnest(@texts) t", channel, signals);
        }

        Session.SendHeld();
    }

    public void Commit() => transaction.Commit();

    /// <summary>Rolls back what was not committed.</summary>
    public void Dispose()
    {
        transaction.Dispose();
        if (ownsSession)
        {
            session.Dispose();
        }
    }
}
