using System.Diagnostics;

namespace Tributary.Storage.Postgres;

/// <summary>
/// Writes that are put aside, as another session keeps a lock that they want: for each lock those who want it, in their order, and a session in the server's row for it. The writer goes on with
/// all others, and comes back to these when they have their lock. Used by the writer's thread alone.
/// </summary>
/// <remarks>
/// A wait is for one lock and holds none meanwhile, so that waits cannot stand in each other's way, and what is free of two scopes stays so. Who needs two locks finds out about the other when he has
/// the first.
/// </remarks>
/// <param name="sessions">Opens those that wait.</param>
/// <param name="metrics">Those who are put aside wait for their commit, too.</param>
/// <param name="wake">Has the writer come and look.</param>
internal sealed class PostgresBlockedWrites(PostgresSessions sessions, StorageMetrics metrics, Action wake)
{
    /// <summary>Past this many the next are told at once.</summary>
    private const int MaxWrites = 1024;

    /// <summary>So many sessions wait at most. Further locks are tried at every <see cref="Tick"/>, and have a session when one comes free.</summary>
    private const int MaxWaits = 4;

    /// <summary>So often it is looked for those who gave up, who have waited too long, and whose lock nobody waits for.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    /// <summary>Who waits so long is told.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>In the order in which they were first met.</summary>
    private readonly List<BlockedLock> _locks = [];
    private int _writes;

    public bool IsEmpty => _writes == 0;

    /// <summary>Takes those out of a group who want a lock that others wait for already: they wait with them.</summary>
    public void Join(List<QueuedWrite> group) => PutAside(group, [.. _locks.Select(blocked => blocked.Key)]);

    /// <summary>Takes those out of a group who want one of these locks.</summary>
    public void PutAside(List<QueuedWrite> group, HashSet<long> held)
    {
        if (held.Count == 0)
        {
            return;
        }

        foreach (QueuedWrite work in group)
        {
            if (KeyOrNull(work, held) is { } key)
            {
                PutAside(work, key);
            }
        }

        group.RemoveAll(work => KeyOrNull(work, held) is not null);
    }

    /// <summary>Finds those who can be run, or tried; to be called until there are none.</summary>
    /// <param name="group">Filled anew. May be empty.</param>
    /// <param name="granted">With the lock they waited for; null when nobody waited, and it is to be tried.</param>
    public bool TryTake(List<QueuedWrite> group, out PostgresTransaction? granted)
    {
        group.Clear();
        granted = null;
        Leave();
        foreach (BlockedLock blocked in _locks)
        {
            if (blocked.Wait is null || !(blocked.Wait.IsOver || blocked.Wait.IsLost))
            {
                continue;
            }

            granted = blocked.EndWait();
            if (granted is not null)
            {
                Take(blocked, group);
                _locks.FindAll(other => other.Wait is null).ForEach(other => Take(other, group));
                return true;
            }
        }

        _locks.FindAll(blocked => blocked.IsToBeTried).ForEach(blocked => Take(blocked, group));
        if (group.Count > 0)
        {
            return true;
        }

        foreach (BlockedLock blocked in _locks.Where(blocked => blocked.MayWait).Take(MaxWaits - _locks.Count(blocked => blocked.Wait is not null)))
        {
            blocked.Wait = new PostgresLockWait(sessions, blocked.Key, wake);
        }

        return false;
    }

    /// <summary>Leaves the rows: nobody is left who waits.</summary>
    public void Abandon() => _locks.ForEach(blocked => blocked.Wait?.Abandon());

    private static long? KeyOrNull(QueuedWrite work, HashSet<long> held) =>
        held.Contains(work.Scope.First) ? work.Scope.First : held.Contains(work.Scope.Second) ? work.Scope.Second : null;

    private void PutAside(QueuedWrite work, long key)
    {
        work.BlockedSince ??= Stopwatch.GetTimestamp();
        if (_writes == MaxWrites)
        {
            work.Fail(TooLong());
            return;
        }

        BlockedLock? blocked = _locks.Find(blocked => blocked.Key == key);
        if (blocked is null)
        {
            _locks.Add(blocked = new BlockedLock(key));
        }

        blocked.Writes.Add(work);
        Count(1);
    }

    /// <summary>Lets those go who gave up or have waited too long.</summary>
    private void Leave()
    {
        foreach (BlockedLock blocked in _locks)
        {
            Count(-blocked.Writes.RemoveAll(work => !work.TryStart() || IsTold(work)));
        }

        _locks.RemoveAll(blocked => blocked.Writes.Count == 0 && blocked.Wait is null);
    }

    private void Take(BlockedLock blocked, List<QueuedWrite> group)
    {
        long bytes = group.Sum(work => work.Bytes);
        int count = 0;
        while (count < blocked.Writes.Count && group.Count < WriteQueue.MaxGroup && bytes < WriteQueue.MaxGroupBytes)
        {
            QueuedWrite work = blocked.Writes[count++];
            group.Add(work);
            bytes += work.Bytes;
        }

        blocked.Writes.RemoveRange(0, count);
        Count(-count);
        if (blocked.Writes.Count == 0)
        {
            // Who has to be put aside again is met anew.
            _locks.Remove(blocked);
        }
    }

    private void Count(int change)
    {
        _writes += change;
        metrics.Queued(change);
    }

    /// <summary>Tells who has waited too long.</summary>
    private static bool IsTold(QueuedWrite work)
    {
        bool isOverdue = Stopwatch.GetElapsedTime(work.BlockedSince!.Value) >= Longest;
        if (isOverdue)
        {
            work.Fail(TooLong());
        }

        return isOverdue;
    }

    private static StorageUnavailableException TooLong() => new("Another write has held this part of the database for too long.");

    private sealed class BlockedLock(long key)
    {
        private long _since = Stopwatch.GetTimestamp();
        private bool _hasWaited;

        public long Key => key;

        public List<QueuedWrite> Writes { get; } = [];

        public PostgresLockWait? Wait { get; set; }

        public bool MayWait => Wait is null && !_hasWaited && Writes.Count > 0;

        /// <summary>A while ago it was held, or waiting for it was of no use: that may be the server's fault, which the writer finds out.</summary>
        public bool IsToBeTried => Wait is null && Writes.Count > 0 && Stopwatch.GetElapsedTime(_since) >= Tick;

        public PostgresTransaction? EndWait()
        {
            PostgresLockWait wait = Wait!;
            Wait = null;
            if (wait.IsLost)
            {
                wait.Abandon();
            }
            else if (wait.Result is { } granted)
            {
                return granted;
            }

            _hasWaited = true;
            _since = Stopwatch.GetTimestamp();
            return null;
        }
    }
}
