using System.Collections.Concurrent;
using Tributary.Access.History;
using Tributary.Storage;

namespace Tributary.Connections;

/// <summary>Connections in SQL. Ids and names collide ignoring case; a look-up does not fold case.</summary>
internal sealed class SqlConnectionStore(ISqlDatabase database, SqlSignals signals, OpaqueNumbers numbers, AccessHistory history) : IConnectionStore
{
    private const int MaxParsed = 1024;

    // Of those that are being imported (deleting = 2) nothing is read here; their ids and names are taken.
    private const string Columns =
        """
        key, tenant, body, state, deleting, version, schema_accepted, schema_active, items, last_change,
        (SELECT sum(t.items) FROM connection t WHERE t.tenant = @tenant AND t.deleting = 0)
        """;

    /// <summary>What owners wrote, parsed, and the connection's domain: every request to an item reads them. A version never changes and no key is used again while the store keeps what it has, so an entry is never wrong.</summary>
    private readonly ConcurrentDictionary<(long Key, int Version, int Interruptions), (ExternalConnection Connection, string Domain)> _parsed = new();

    private SharedReads<(string Tenant, string Id), StoredConnection?>? _shared;

    private SharedReads<(string Tenant, string Id), StoredConnection?> Shared =>
        LazyInitializer.EnsureInitialized(ref _shared, () => new(key => ReadOrNullAsync(key.Tenant, key.Id, CancellationToken.None)));

    /// <summary>Asked by every request: where that costs a way to a server, those who ask at the same time share it.</summary>
    public ValueTask<StoredConnection?> FindOrNullAsync(string tenantId, string id, CancellationToken cancellationToken) => database.IsRemote
        ? new(Shared.ReadAsync((tenantId, id), cancellationToken))
        : ReadOrNullAsync(tenantId, id, cancellationToken);

    private ValueTask<StoredConnection?> ReadOrNullAsync(string tenantId, string id, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            int interruptions = signals.Interruptions;
            using SqlReader reader = session.Query(
                $"SELECT {Columns} FROM connection WHERE tenant = @tenant AND id_folded = @folded AND id = @id AND deleting < 2", tenantId, Fold(id), id);
            return reader.Read() ? Read(reader, interruptions) : null;
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<StoredConnection>> ListAsync(string tenantId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredConnection>>(
            session =>
            {
                int interruptions = signals.Interruptions;
                var connections = new List<StoredConnection>();
                using SqlReader reader = session.Query($"SELECT {Columns} FROM connection WHERE tenant = @tenant AND deleting < 2 ORDER BY key", tenantId);
                while (reader.Read())
                {
                    connections.Add(Read(reader, interruptions));
                }

                return connections;
            },
            cancellationToken);

    public ValueTask<CreateConnectionOutcome> CreateAsync(
        string tenantId, ExternalConnection connection, int maxConnections, CancellationToken cancellationToken)
    {
        byte[] body = ConnectionJson.Serialize(connection);
        return database.WriteAsync(
            WriteScope.ConnectionsOf(tenantId),
            session =>
            {
                if (session.ScalarOrNull(
                    "SELECT 1 FROM connection WHERE tenant = @tenant AND id_folded = @id", tenantId, Fold(connection.Id)) is not null)
                {
                    return CreateConnectionOutcome.IdTaken;
                }

                if (IsNameTaken(session, tenantId, connection.Name, except: 0))
                {
                    return CreateConnectionOutcome.NameTaken;
                }

                if (session.ScalarOrNull("SELECT count(*) FROM connection WHERE tenant = @tenant", tenantId) >= maxConnections)
                {
                    return CreateConnectionOutcome.LimitReached;
                }

                history.ConnectionComes(session, tenantId, connection.Id);
                session.Execute(
                    """
                    INSERT INTO connection (tenant, id, id_folded, name, name_folded, state, body)
                    VALUES (@tenant, @id, @idFolded, @name, @nameFolded, @state, @body)
                    """,
                    tenantId,
                    connection.Id,
                    Fold(connection.Id),
                    connection.Name,
                    Fold(connection.Name),
                    (int)ConnectionState.Draft,
                    body);
                return CreateConnectionOutcome.Created;
            },
            body.Length,
            cancellationToken);
    }

    public ValueTask<UpdateConnectionOutcome> UpdateAsync(
        string tenantId, ConnectionKey key, int expectedVersion, ExternalConnection connection, CancellationToken cancellationToken)
    {
        byte[] body = ConnectionJson.Serialize(connection);
        return database.WriteAsync(
            WriteScope.ConnectionsOf(tenantId).And(WriteScope.Connection(key)),
            session =>
            {
                switch (session.ScalarOrNull("SELECT version FROM connection WHERE key = @key AND deleting = 0", key.Value))
                {
                    case null:
                        return UpdateConnectionOutcome.Gone;
                    case { } version when version != expectedVersion:
                        return UpdateConnectionOutcome.Changed;
                }

                if (IsNameTaken(session, tenantId, connection.Name, except: key.Value))
                {
                    return UpdateConnectionOutcome.NameTaken;
                }

                session.Execute(
                    "UPDATE connection SET body = @body, name = @name, name_folded = @folded, version = version + 1 WHERE key = @key",
                    body,
                    connection.Name,
                    Fold(connection.Name),
                    key.Value);
                return UpdateConnectionOutcome.Updated;
            },
            body.Length,
            cancellationToken);
    }

    public static bool IsNameTaken(SqlSession session, string tenantId, string name, long except) => session.ScalarOrNull(
        "SELECT 1 FROM connection WHERE tenant = @tenant AND name_folded = @name AND key <> @except", tenantId, Fold(name), except) is not null;

    private StoredConnection Read(SqlReader reader, int interruptions)
    {
        (ExternalConnection connection, string domain) = ReadParsed(reader, interruptions);
        return new StoredConnection(
            new ConnectionKey(reader.GetInt64(0)),
            reader.GetString(1),
            connection,
            (ConnectionState)reader.GetInt32(3),
            reader.GetInt32(4) != 0,
            reader.GetInt32(5),
            reader.GetInt32(6),
            reader.GetInt32(7),
            reader.GetInt64(8),
            reader.GetInt64(9))
        {
            Domain = domain,

            // Null when all of them are going away.
            TenantItemCount = reader.IsDBNull(10) ? 0 : reader.GetInt64(10),
        };
    }

    private (ExternalConnection Connection, string Domain) ReadParsed(SqlReader reader, int interruptions)
    {
        var version = (Key: reader.GetInt64(0), Version: reader.GetInt32(5), interruptions);
        if (!_parsed.TryGetValue(version, out (ExternalConnection, string) parsed))
        {
            parsed = (ConnectionJson.Deserialize(reader.GetBytes(2)), numbers.OfConnection(version.Key));
            if (_parsed.Count >= MaxParsed)
            {
                _parsed.Clear();
            }

            _parsed[version] = parsed;
        }

        return parsed;
    }

    public static string Fold(string text) => text.ToUpperInvariant();
}
