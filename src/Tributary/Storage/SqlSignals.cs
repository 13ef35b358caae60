using Tributary.Connections;

namespace Tributary.Storage;

/// <summary>
/// Tells this process's followers that a commit left them work. A signal is a hint that spares waiting, never the truth: who missed one reads the tables.
/// </summary>
internal sealed class SqlSignals
{
    public event Action<ConnectionKey>? Changed;

    public event Action<ConnectionKey>? Dropped;

    public event Action? OperationQueued;

    public void RaiseChanged(ConnectionKey connection) => Changed?.Invoke(connection);

    public void RaiseDropped(ConnectionKey connection) => Dropped?.Invoke(connection);

    public void RaiseOperationQueued() => OperationQueued?.Invoke();
}
