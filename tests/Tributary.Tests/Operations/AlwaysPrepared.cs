using Tributary.Connections;
using Tributary.Indexing;

namespace Tributary.Tests.Operations;

/// <summary>For operations that no index has to be built for.</summary>
internal sealed class AlwaysPrepared : IIndexPreparation
{
    public static readonly AlwaysPrepared Instance = new();

    public event Action? Prepared
    {
        add { }
        remove { }
    }

    public ValueTask<bool> IsPreparedForAsync(ConnectionKey connection, int schemaVersion, CancellationToken cancellationToken) => ValueTask.FromResult(true);
}
