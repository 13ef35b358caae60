using System.Diagnostics;
using Npgsql;

namespace Tributary.Storage.Postgres;

/// <content>
/// Writes whose locks others hold. There is one thread: who would have to wait is put aside, and waited for in slices between the groups of all others, so that a node that is stuck in a write of one
/// connection keeps nobody from another one.
/// </content>
internal sealed partial class PostgresWriter
{
    /// <summary>What waits for a lock keeps all others so long at a time. Who waits is in the server's row, so that nodes that write one connection by turns both come to it.</summary>
    private const string Slice = "250ms";

    /// <summary>Past this many the next are told at once.</summary>
    private const int MaxBlocked = 1024;

    private const long MaxBytesTogether = 4 * 1024 * 1024;

    /// <summary>Who waits so long gives up.</summary>
    private static readonly TimeSpan LongestBlocked = TimeSpan.FromSeconds(10);

    private readonly List<QueuedWrite> _blocked = [];

    /// <summary>Begins a transaction and takes the locks of all pieces.</summary>
    /// <param name="session">The writer's.</param>
    /// <param name="group">The pieces.</param>
    /// <param name="waits">Whether for a slice, or not at all.</param>
    /// <param name="begun">The transaction; nothing when the slice was over.</param>
    /// <param name="held">The locks that others hold; where there are any, nothing was begun.</param>
    private NpgsqlTransaction Begin(SqlSession session, List<QueuedWrite> group, bool waits, out Begun begun, out HashSet<long> held)
    {
        // Sent with the locks: the driver holds it back until there is something to send.
        NpgsqlTransaction transaction = ((NpgsqlConnection)session.Connection).BeginTransaction(System.Data.IsolationLevel.ReadCommitted);
        begun = default;
        held = [];
        try
        {
            session.Begin();
            var locks = new SortedSet<long>();
            foreach (QueuedWrite work in group)
            {
                locks.Add(work.Scope.First);
                locks.Add(work.Scope.Second);
            }

            // The rows of a function come in the order of its array.
            if (waits)
            {
                begun = new Begun(
                    Text(session, "SELECT pg_current_xact_id()::text, set_config('lock_timeout', @slice, true), pg_advisory_xact_lock(k) FROM unnest(@locks) k", Slice, locks.ToArray())!, _timeline);
                session.Defer("SELECT set_config('lock_timeout', @timeout, true)", PostgresSessions.LockTimeout);
                return transaction;
            }

            string? number = null;
            using (SqlReader reader = session.Query("SELECT pg_current_xact_id()::text, CASE WHEN pg_try_advisory_xact_lock(k) THEN NULL ELSE k END FROM unnest(@locks) k", locks.ToArray()))
            {
                while (reader.Read())
                {
                    number = reader.GetString(0);
                    if (!reader.IsDBNull(1))
                    {
                        held.Add(reader.GetInt64(1));
                    }
                }
            }

            begun = held.Count > 0 ? default : new Begun(number!, _timeline);
            return transaction;
        }
        catch
        {
            transaction.Dispose();
            throw;
        }
    }

    /// <summary>The pieces that want nothing that others of before them wait for; the others join those.</summary>
    private List<QueuedWrite> WithoutBlocked(List<QueuedWrite> group) =>
        _blocked.Count == 0 ? group : Block(group, [.. _blocked.SelectMany(work => (long[])[work.Scope.First, work.Scope.Second])]);

    /// <summary>Puts pieces aside that want one of these locks (null: all pieces), or tells who has waited too long; returns the others.</summary>
    private List<QueuedWrite> Block(List<QueuedWrite> group, HashSet<long>? held)
    {
        var free = new List<QueuedWrite>();
        foreach (QueuedWrite work in group)
        {
            if (held is not null && !held.Contains(work.Scope.First) && !held.Contains(work.Scope.Second))
            {
                free.Add(work);
                continue;
            }

            work.BlockedSince ??= Stopwatch.GetTimestamp();
            if (_blocked.Count >= MaxBlocked || Stopwatch.GetElapsedTime(work.BlockedSince.Value) >= LongestBlocked)
            {
                work.Fail(new StorageUnavailableException("Another write has held this part of the database for too long."));
            }
            else
            {
                _blocked.Add(work);
            }
        }

        return free;
    }

    /// <summary>Waits a slice for the locks of who was put aside first, and of all who want the same.</summary>
    private void RunBlocked()
    {
        if (_blocked.Count == 0)
        {
            return;
        }

        WriteScope scope = _blocked[0].Scope;
        var group = new List<QueuedWrite>();
        long bytes = 0;
        foreach (QueuedWrite work in _blocked.Where(work => work.Scope == scope))
        {
            if (group.Count == WriteQueue.MaxGroup || bytes > MaxBytesTogether)
            {
                break;
            }

            group.Add(work);
            bytes += work.Bytes;
        }

        var taken = group.ToHashSet();
        _blocked.RemoveAll(taken.Contains);
        RunAll(group, waits: true);
    }
}
