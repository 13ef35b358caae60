using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Tributary.ConformanceTests.Durability;

/// <summary>Looks into the store of a server that is dead, through a copy, so that what the next server finds is what the dead one left.</summary>
internal static class StoreCopy
{
    /// <summary>What must never be found, whenever the process died.</summary>
    private static readonly (string What, string Sql)[] Contradictions =
    [
        ("items counted otherwise than rows", "SELECT key FROM connection c WHERE items <> (SELECT count(*) FROM item WHERE connection = c.key) AND deleting = 0"),
        ("access lists numbered beyond the count", "SELECT key FROM connection c WHERE acls < (SELECT coalesce(max(number), 0) FROM acl WHERE connection = c.key) AND deleting = 0"),
        ("changes beyond the last one", "SELECT number FROM change h JOIN connection c ON c.key = h.connection WHERE h.number > c.last_change"),
        ("gaps in the feed", "SELECT key FROM connection c WHERE deleting = 0 AND last_change - feed_start <> (SELECT count(*) FROM change WHERE connection = c.key)"),
        ("items newer than the feed", "SELECT i.id FROM item i JOIN connection c ON c.key = i.connection WHERE i.change > c.last_change"),
        ("items without their access list", "SELECT id FROM item i WHERE NOT EXISTS (SELECT 1 FROM acl a WHERE a.connection = i.connection AND a.number = i.acl) AND (SELECT deleting FROM connection WHERE key = i.connection) = 0"),
        ("access lists that no item uses and nothing will remove", """
            SELECT number FROM acl a WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.connection = a.connection AND i.acl = a.number)
            AND NOT EXISTS (SELECT 1 FROM acl_left l WHERE l.connection = a.connection AND l.number = a.number)
            AND (SELECT deleting FROM connection WHERE key = a.connection) = 0
            """),
        ("items without their content", "SELECT id FROM item i WHERE (content_type <> 0) <> EXISTS (SELECT 1 FROM item_content c WHERE c.item = i.key)"),
        ("activities without their item", "SELECT item FROM item_activity a WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.key = a.item AND i.connection = a.connection)"),
        ("groups counted otherwise than rows", "SELECT key FROM connection c WHERE external_groups <> (SELECT count(*) FROM external_group WHERE connection = c.key) AND deleting = 0"),
        ("members counted otherwise than rows", "SELECT id FROM external_group g WHERE members <> (SELECT count(*) FROM external_group_member m WHERE m.connection = g.connection AND m.group_id = g.id) AND (SELECT deleting FROM connection WHERE key = g.connection) = 0"),
        ("members of no group", "SELECT id FROM external_group_member m WHERE NOT EXISTS (SELECT 1 FROM external_group g WHERE g.connection = m.connection AND g.id = m.group_id)"),
        ("provisioned members counted otherwise than rows", "SELECT id FROM directory_object o WHERE members <> (SELECT count(*) FROM directory_member m WHERE m.tenant = o.tenant AND m.group_id = o.id)"),
        ("provisioned members of no group", "SELECT group_id FROM directory_member m WHERE NOT EXISTS (SELECT 1 FROM directory_object o WHERE o.tenant = m.tenant AND o.id = m.group_id AND o.kind = 2)"),
        ("provisioned members marked as groups that are none, or the contrary", """
            SELECT member FROM directory_member m WHERE nested <> EXISTS (SELECT 1 FROM directory_object o WHERE o.tenant = m.tenant AND o.id = m.member AND o.kind = 2)
            """),
        ("provisioned users or groups counted otherwise than rows", """
            SELECT id FROM directory_tenant t WHERE users <> (SELECT count(*) FROM directory_object o WHERE o.tenant = t.key AND kind = 1)
            OR groups <> (SELECT count(*) FROM directory_object o WHERE o.tenant = t.key AND kind = 2)
            """),
        ("content without its item", "SELECT item FROM item_content c WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.key = c.item)"),
        ("rows of no connection", """
            SELECT connection FROM item UNION ALL SELECT connection FROM acl UNION ALL SELECT connection FROM acl_left UNION ALL SELECT connection FROM change
            UNION ALL SELECT connection FROM connection_schema UNION ALL SELECT connection FROM operation
            UNION ALL SELECT connection FROM item_activity UNION ALL SELECT connection FROM external_group UNION ALL SELECT connection FROM external_group_member
            EXCEPT SELECT key FROM connection
            """),
        ("schemas accepted without a row", "SELECT key FROM connection c WHERE deleting = 0 AND schema_accepted <> (SELECT count(*) FROM connection_schema WHERE connection = c.key)"),
        ("schemas that nothing will make active", """
            SELECT key FROM connection c WHERE deleting = 0 AND schema_active <> schema_accepted
            AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.connection = c.key AND o.status = 1 AND o.schema = c.schema_accepted)
            """),
        ("schemas in force whose operation is not over", "SELECT key FROM connection c WHERE deleting = 0 AND schema_active > 0 AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.connection = c.key AND o.status = 2 AND o.schema = c.schema_active)"),
        ("operations that are over without their schema", "SELECT o.id FROM operation o JOIN connection c ON c.key = o.connection WHERE c.deleting = 0 AND o.status = 2 AND o.schema > c.schema_active"),
        ("connections whose state is not that of their schema", "SELECT key FROM connection WHERE deleting = 0 AND (state = 1) <> (schema_active = 0)"),
        ("deletions that nothing will end", "SELECT key FROM connection c WHERE deleting = 1 AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.connection = c.key AND o.status = 1 AND o.kind = 2)"),
    ];

    /// <summary>Every table that holds something of a connection, by the connection's surrogate key.</summary>
    private const string TablesOfConnections = "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = 'connection'";

    public static void ShouldBeSound(DataFolder data) => Look(data, connection =>
    {
        Assert.Equal(["ok"], Read(connection, "PRAGMA integrity_check"));
        foreach ((string what, string sql) in Contradictions)
        {
            Assert.True(Read(connection, sql) is [], $"There are {what}: {string.Join(", ", Read(connection, sql))}");
        }
    });

    /// <summary>The first column of what a query finds.</summary>
    public static IReadOnlyList<string> Read(DataFolder data, string sql)
    {
        List<string> values = [];
        Look(data, connection => values = Read(connection, sql));
        return values;
    }

    /// <summary>The surrogate key of the connection that has this id now.</summary>
    public static long KeyOf(DataFolder data, string id) =>
        long.Parse(Assert.Single(Read(data, $"SELECT key FROM connection WHERE id = '{id}'")), CultureInfo.InvariantCulture);

    /// <summary>How many rows each table has of a connection, those of its items' content included; tables that have none are left out.</summary>
    public static IReadOnlyDictionary<string, long> RowsOf(DataFolder data, long connectionKey)
    {
        var rows = new Dictionary<string, long>();
        Look(data, connection =>
        {
            List<string> tables = Read(connection, TablesOfConnections);
            Assert.Contains("item", tables);
            foreach (string table in tables)
            {
                Count(table, $"SELECT count(*) FROM {table} WHERE connection = {connectionKey}");
            }

            Count("connection", $"SELECT count(*) FROM connection WHERE key = {connectionKey}");
            Count("item_content", $"SELECT count(*) FROM item_content WHERE item IN (SELECT key FROM item WHERE connection = {connectionKey})");

            void Count(string table, string sql)
            {
                if (long.Parse(Assert.Single(Read(connection, sql)), CultureInfo.InvariantCulture) is var count and > 0)
                {
                    rows[table] = count;
                }
            }
        });
        return rows;
    }

    private static void Look(DataFolder data, Action<SqliteConnection> look)
    {
        if (!File.Exists(data.Database))
        {
            return;
        }

        string folder = Directory.CreateTempSubdirectory("tributary-copy-").FullName;
        try
        {
            string copy = Path.Combine(folder, "tributary.db");
            File.Copy(data.Database, copy);
            if (File.Exists(data.Database + "-wal"))
            {
                File.Copy(data.Database + "-wal", copy + "-wal");
            }

            using var connection = new SqliteConnection($"Data Source={copy};Pooling=False");
            connection.Open();
            look(connection);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<string> Read(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of the tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        var values = new List<string>();
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            values.Add(reader.GetValue(0).ToString()!);
        }

        return values;
    }
}
