using Tributary.Connections;

namespace Tributary.Storage;

/// <summary>
/// Tells this process's followers that a commit left them work. A signal is a hint that spares waiting, never the truth: who missed one reads the tables.
/// </summary>
internal sealed class SqlSignals
{
    private int _interruptions;

    public event Action<ConnectionKey>? Changed;

    public event Action<ConnectionKey>? Dropped;

    public event Action? OperationQueued;

    /// <summary>
    /// Raised when the store may be another than before, as after a fail-over to a standby that had not got the last commits, before anything is read from it. What was
    /// read earlier may be gone, and its numbers may stand for something else.
    /// </summary>
    public event Action? Interrupted;

    /// <summary>How often that was. What is remembered by numbers of the store (versions, changes) is remembered under this one too.</summary>
    public int Interruptions => Volatile.Read(ref _interruptions);

    public void RaiseChanged(ConnectionKey connection) => Changed?.Invoke(connection);

    public void RaiseDropped(ConnectionKey connection) => Dropped?.Invoke(connection);

    public void RaiseOperationQueued() => OperationQueued?.Invoke();

    public void RaiseInterrupted()
    {
        Interlocked.Increment(ref _interruptions);
        Interrupted?.Invoke();
    }
}
