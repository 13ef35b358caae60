namespace Tributary.Storage.Postgres;

/// <summary>A session of its own in the row for one lock. Who waits there keeps nobody from anything else, and his place until he has it.</summary>
internal sealed class PostgresLockWait
{
    private readonly PostgresSessions _sessions;
    private readonly int _server;
    private readonly Task<PostgresTransaction?> _granted;

    /// <param name="sessions">Opens it.</param>
    /// <param name="key">The lock.</param>
    /// <param name="ended">Called when the wait is over, on any thread.</param>
    public PostgresLockWait(PostgresSessions sessions, long key, Action ended)
    {
        _sessions = sessions;
        _server = sessions.Servers;
        _granted = Task.Run(() => WaitAsync(key));
        _granted.ContinueWith(_ => ended(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public bool IsOver => _granted.IsCompleted;

    /// <summary>Whether another server than the one it is with has been met since: nothing it says is of use.</summary>
    public bool IsLost => _server != _sessions.Servers;

    /// <summary>When it is over: a transaction with the lock, which the caller disposes; null when the lock was not to be had.</summary>
    public PostgresTransaction? Result => _granted.IsCompletedSuccessfully ? _granted.Result : null;

    /// <summary>Nobody waits for it any more. The server need not hear of it: when it gives the lock, it has it back.</summary>
    public void Abandon() =>
        _granted.ContinueWith(granted => granted.Result?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    private async Task<PostgresTransaction?> WaitAsync(long key)
    {
        PostgresWriterSession? session = null;
        try
        {
            session = PostgresWriterSession.Open(_sessions);
            PostgresTransaction transaction = session.Begin(ownsSession: true);
            await transaction.LockAsync(key);
            return transaction;
        }
#pragma warning disable CA1031 // Whatever it was: the writer tries for itself, and finds it again or finds the lock free.
        catch (Exception)
#pragma warning restore CA1031
        {
            // With what was begun.
            session?.Dispose();
            return null;
        }
    }
}
