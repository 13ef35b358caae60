using System.Collections.Concurrent;
using Tributary.Connections;
using Tributary.Storage;
using Tributary.Telemetry;

namespace Tributary.Schemas;

/// <summary>Parsed schemas by surrogate key and version. A version never changes while the store keeps what it has, so an entry is never wrong and needs no invalidation, only a bound.</summary>
internal sealed class SchemaVersions(ISchemaStore store, SqlSignals signals, CacheMetrics metrics)
{
    private const int MaxEntries = 1024;

    private readonly ConcurrentDictionary<(ConnectionKey Connection, int Version, int Interruptions), Schema> _schemas = new();

    /// <summary>The schema, or null when the connection has gone meanwhile.</summary>
    public async ValueTask<Schema?> FindOrNullAsync(ConnectionKey connection, int version, CancellationToken cancellationToken)
    {
        // As it was before it is read.
        int interruptions = signals.Interruptions;
        bool isKnown = _schemas.TryGetValue((connection, version, interruptions), out Schema? schema);
        metrics.Looked("schema", isKnown);
        if (isKnown)
        {
            return schema;
        }

        schema = await store.FindOrNullAsync(connection, version, cancellationToken);
        if (schema is not null)
        {
            if (_schemas.Count >= MaxEntries)
            {
                _schemas.Clear();
            }

            _schemas[(connection, version, interruptions)] = schema;
        }

        return schema;
    }
}
