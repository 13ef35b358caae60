namespace Tributary.Storage.Postgres;

/// <content>The writer's session, and transactions that begin with the locks of all that is written in them.</content>
internal sealed partial class PostgresWriter
{
    /// <summary>
    /// A group waits so long for a lock, with all it holds by then, in the row that the server keeps: nodes that write the same connections have them by turns, each with all that gathered meanwhile.
    /// It is longer than a commit takes on a server that is well.
    /// </summary>
    private const string Moment = "500ms";

    /// <summary>While some are put aside: then something is held that is not given back, and the next lock may be another one of it.</summary>
    private const string ShortMoment = "50ms";

    private PostgresWriterSession? _session;
    private volatile int _process;

    /// <summary>Whether a process of the server serves this writer. Those that served who was put aside are not known: what they tell this node hears twice.</summary>
    public bool IsServedBy(int process) => _process == process;

    /// <summary>Begins a transaction with the locks of all pieces, and puts aside who would have to wait for longer; null when there are none.</summary>
    private PostgresTransaction? Begin(List<QueuedWrite> group, PostgresTransaction? granted)
    {
        if (granted is null && group.Count == 0)
        {
            return null;
        }

        long[] locks = [.. group.SelectMany(work => (long[])[work.Scope.First, work.Scope.Second]).Distinct().Order()];
        if (granted is null && group.TrueForAll(work => work.BlockedSince is null) && Ready().BeginOrNull(locks, _blocked.IsEmpty ? Moment : ShortMoment) is { } ready)
        {
            return ready;
        }

        PostgresTransaction transaction = granted ?? Ready().Begin();
        try
        {
            _blocked.PutAside(group, transaction.TryLock(locks));
            return transaction;
        }
        catch
        {
            transaction.Dispose();
            throw;
        }
    }

    /// <summary>The session; another one when its connection broke, which a rollback does not tell, or is with a server that has been put out of office and may not know.</summary>
    private PostgresWriterSession Ready()
    {
        if (_session is not null && (!_session.IsOpen || _session.Server != _sessions.Servers))
        {
            Forget();
        }

        return _session ??= Open();
    }

    private PostgresWriterSession Open()
    {
        PostgresWriterSession session = PostgresWriterSession.Open(_sessions);
        _process = session.Process;
        return session;
    }

    /// <summary>The next try has a session of its own: this one's may be broken, or lead to a server that only reads by now.</summary>
    private void Forget()
    {
        try
        {
            _session?.Dispose();
        }
#pragma warning disable CA1031 // It is of no use any more, whatever it says.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        _session = null;
        _sessions.Clear();
    }
}
