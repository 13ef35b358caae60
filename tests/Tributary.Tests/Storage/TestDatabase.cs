using Tributary.Storage;

namespace Tributary.Tests.Storage;

/// <summary>A database of one kind for one test: empty at first, closed and opened again at will, gone at the end.</summary>
internal abstract class TestDatabase : IAsyncDisposable
{
    public abstract Task<ISqlDatabase> OpenAsync();

    public abstract Task CloseAsync();

    public abstract ValueTask DisposeAsync();
}
