using Tributary.Storage;

namespace Tributary.Tests.Storage.Sqlite;

/// <summary>Keeps the writer busy until disposed, so that what is queued meanwhile meets in the queue.</summary>
internal sealed class BlockedWriter : IDisposable
{
    private readonly ManualResetEventSlim _release = new();
    private readonly Task _blocking;

    public BlockedWriter(ISqlDatabase database, Action<SqlSession>? work = null)
    {
        using var entered = new ManualResetEventSlim();
        _blocking = database.WriteAsync(
            WriteScope.Store,
            session =>
            {
                work?.Invoke(session);
                entered.Set();
                _release.Wait();
                return true;
            },
            0,
            TestContext.Current.CancellationToken).AsTask();
        entered.Wait(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _release.Set();
        _blocking.GetAwaiter().GetResult();
        _release.Dispose();
    }
}
