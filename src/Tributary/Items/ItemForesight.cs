using Tributary.Connections;
using Tributary.Storage;

namespace Tributary.Items;

/// <summary>The rows that a write of an item begins with, as the session remembers them where asking costs a way to a server.</summary>
/// <param name="connection">The item's.</param>
/// <param name="id">The item.</param>
/// <param name="hash">Of the access list that it is to have; null for none.</param>
internal sealed class ItemForesight(ConnectionKey connection, string id, byte[]? hash) : Foresight
{
    private readonly ConnectionKey _connection = connection;
    private readonly string _id = id;
    private readonly byte[]? _hash = hash;

    public override void Read(SqlSession session, IReadOnlyList<Foresight> all)
    {
        foreach (IGrouping<ConnectionKey, ItemForesight> some in all.Cast<ItemForesight>().GroupBy(one => one._connection))
        {
            ReadItems(session, some.Key, [.. some.Select(one => one._id).Distinct(StringComparer.Ordinal)]);
            ReadLists(session, some.Key, [.. some.Select(one => one._hash).OfType<byte[]>().Select(Convert.ToHexString).Distinct(StringComparer.Ordinal)]);
        }
    }

    /// <summary>Null when there is no such item.</summary>
    public static StoredItem? FindItemOrNull(SqlSession session, ConnectionKey connection, string id)
    {
        if (session.TryRecall(new ItemSubject(connection, id), out StoredItem? known))
        {
            return known;
        }

        using SqlReader reader = session.Query("SELECT key, acl FROM item WHERE connection = @connection AND id = @id", connection.Value, id);
        return reader.Read() ? new StoredItem(reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    /// <summary>The number of an access list in its connection; null when it has none yet.</summary>
    public static long? FindListOrNull(SqlSession session, ConnectionKey connection, byte[] hash) =>
        session.TryRecall(new ListSubject(connection, Convert.ToHexString(hash)), out long? known)
            ? known
            : session.ScalarOrNull("SELECT number FROM acl WHERE connection = @connection AND hash = @hash", connection.Value, hash);

    /// <summary>An item has been written or, if null, removed.</summary>
    public static void Remember(SqlSession session, ConnectionKey connection, string id, StoredItem? item) => session.Remember(new ItemSubject(connection, id), item);

    public static void RememberList(SqlSession session, ConnectionKey connection, byte[] hash, long number) =>
        session.Remember(new ListSubject(connection, Convert.ToHexString(hash)), number);

    private static void ReadItems(SqlSession session, ConnectionKey connection, string[] ids)
    {
        // No join: planned while the table is empty, and kept, it would go through the whole connection for each group.
        using SqlReader reader = session.Query(
            """
            SELECT g.value, (SELECT i.key FROM item i WHERE i.connection = @connection AND i.id = g.value), (SELECT i.acl FROM item i WHERE i.connection = @connection AND i.id = g.value)
            FROM json_each(@ids) g
            """,
            connection.Value,
            ids);
        while (reader.Read())
        {
            Remember(session, connection, reader.GetString(0), reader.IsDBNull(1) ? null : new StoredItem(reader.GetInt64(1), reader.GetInt64(2)));
        }
    }

    private static void ReadLists(SqlSession session, ConnectionKey connection, string[] hashes)
    {
        if (hashes.Length == 0)
        {
            return;
        }

        using SqlReader reader = session.Query(
            "SELECT g.value, (SELECT a.number FROM acl a WHERE a.connection = @connection AND a.hash = unhex(g.value)) FROM json_each(@hashes) g", connection.Value, hashes);
        while (reader.Read())
        {
            session.Remember(new ListSubject(connection, reader.GetString(0)), reader.IsDBNull(1) ? null : (long?)reader.GetInt64(1));
        }
    }

    private sealed record ItemSubject(ConnectionKey Connection, string Id);

    private sealed record ListSubject(ConnectionKey Connection, string Hash);
}

/// <param name="Key">Its surrogate key.</param>
/// <param name="Acl">The number of its access list.</param>
internal sealed record StoredItem(long Key, long Acl);

/// <summary>A connection's row as the writes of items know and change it.</summary>
internal sealed class ItemCounts
{
    private static readonly SqlInsert NewChange = new("change", isAppended: true, "connection", "number", "item", "mark");

    private ItemCounts(ConnectionKey connection, SqlReader reader)
    {
        Connection = connection;
        State = (ConnectionState)reader.GetInt32(0);
        ActiveSchema = reader.GetInt32(1);
        Items = reader.GetInt64(2);
        Acls = reader.GetInt64(3);
        LastChange = reader.GetInt64(4);
        Version = reader.GetInt32(5);
        Tenant = reader.GetString(6);
    }

    private ConnectionKey Connection { get; }

    public ConnectionState State { get; }

    public int ActiveSchema { get; }

    public int Version { get; }

    private string Tenant { get; }

    public long Items { get; private set; }

    /// <summary>The highest number that a list ever had.</summary>
    public long Acls { get; set; }

    public long LastChange { get; private set; }

    public bool TakesItems => State is ConnectionState.Ready or ConnectionState.LimitExceeded;

    /// <summary>Null when it is gone or being deleted.</summary>
    public static ItemCounts? FindOrNull(SqlSession session, ConnectionKey connection)
    {
        if (session.TryRecall(new Subject(connection), out ItemCounts? known))
        {
            return known;
        }

        using SqlReader reader = session.Query(
            "SELECT state, schema_active, items, acls, last_change, version, tenant FROM connection WHERE key = @key AND deleting = 0", connection.Value);
        return reader.Read() ? new ItemCounts(connection, reader) : null;
    }

    /// <summary>Of all connections of the tenant.</summary>
    public long ItemsOfTenant(SqlSession session)
    {
        if (session.TryRecall(new TenantSubject(Tenant), out long? known))
        {
            return known!.Value;
        }

        long items = session.ScalarOrNull("SELECT sum(items) FROM connection WHERE tenant = @tenant AND deleting = 0", Tenant) ?? 0;
        session.Remember(new TenantSubject(Tenant), items);
        return items;
    }

    /// <summary>Notes that an item changed: the next number, and how many items there are more or less.</summary>
    public void Add(SqlSession session, string item, int more)
    {
        LastChange++;
        Items += more;
        session.Signal(StoreSignal.Changed(Connection));
        session.Insert(NewChange, Connection.Value, LastChange, item, Random.Shared.NextInt64());
        session.DeferLatest(
            new Subject(Connection),
            "UPDATE connection SET last_change = @change, items = @items, acls = @acls WHERE key = @key",
            LastChange,
            Items,
            Acls,
            Connection.Value);
        session.Remember(new Subject(Connection), this);
        if (more != 0 && session.TryRecall(new TenantSubject(Tenant), out long? ofTenant))
        {
            session.Remember(new TenantSubject(Tenant), ofTenant + more);
        }
    }

    private sealed record Subject(ConnectionKey Connection);

    private sealed record TenantSubject(string Tenant);
}
