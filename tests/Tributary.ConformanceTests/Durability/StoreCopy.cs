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
        ("content without its item", "SELECT item FROM item_content c WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.key = c.item)"),
        ("rows of no connection", """
            SELECT connection FROM item UNION ALL SELECT connection FROM acl UNION ALL SELECT connection FROM acl_left UNION ALL SELECT connection FROM change
            UNION ALL SELECT connection FROM connection_schema UNION ALL SELECT connection FROM operation
            EXCEPT SELECT key FROM connection
            """),
        ("schemas accepted without a row", "SELECT key FROM connection c WHERE deleting = 0 AND schema_accepted <> (SELECT count(*) FROM connection_schema WHERE connection = c.key)"),
        ("schemas that nothing will make active", """
            SELECT key FROM connection c WHERE deleting = 0 AND schema_active <> schema_accepted
            AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.connection = c.key AND o.status = 1 AND o.schema = c.schema_accepted)
            """),
        ("deletions that nothing will end", "SELECT key FROM connection c WHERE deleting = 1 AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.connection = c.key AND o.status = 1 AND o.kind = 2)"),
    ];

    public static void ShouldBeSound(DataFolder data)
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
            Assert.Equal(["ok"], Read(connection, "PRAGMA integrity_check"));
            foreach ((string what, string sql) in Contradictions)
            {
                Assert.True(Read(connection, sql) is [], $"There are {what}: {string.Join(", ", Read(connection, sql))}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<string> Read(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
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
