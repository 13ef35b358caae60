using System.Text.RegularExpressions;
using Npgsql;
using Tributary.Access.History;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Items;
using Tributary.Nodes;
using Tributary.Storage;
using Tributary.Storage.Postgres;
using Tributary.Telemetry;
using Tributary.Tests.Compatibility;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>A store in which items lie in one table each is brought to the one in which they lie in parts, whole or not at all.</summary>
[NeedsPostgres]
public sealed partial class PostgresPartitionsTests : IDisposable
{
    private const int VersionBefore = 3;
    private const int Parts = 16;
    private const string WholeTables = "item:r item_content:r";
    private const string TablesInParts = "item:p item_content:p";

    /// <summary>Something that the test holds, so that a script that asks for it has done all that stands before.</summary>
    private const long Held = 4_711;

    private static readonly string[] Before = [.. PostgresMigrations.Scripts.Take(VersionBefore)];

    private readonly string _connectionString = PostgresServer.Get().CreateDatabase(isEmpty: true);
    private readonly TributaryMeter _meter = new();

    public PostgresPartitionsTests() => Migrate(Before);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _meter.Dispose();
        PostgresServer.Get().DropDatabase(_connectionString);
    }

    [Fact]
    public void Every_row_is_as_it_was_and_lies_with_its_connection()
    {
        Fill();
        (string[] items, string[] contents) = (Items(), Contents());
        Assert.Equal((3_000, 2_000), (items.Length, contents.Length));
        string identity = Text("SELECT id || ' ' || epoch FROM store");

        Migrate(PostgresMigrations.Scripts);

        Assert.Equal(TablesInParts, Tables());
        Assert.Equal(items, Items());
        Assert.Equal(contents, Contents());
        Assert.Equal(0, Number("SELECT count(*) FROM item_content c WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.key = c.item AND i.connection = c.connection AND i.content_type = 1)"));
        Assert.Equal(0, Number("SELECT count(*) FROM pg_class WHERE relname LIKE '%before%'"));
        Assert.Equal(identity, Text("SELECT id || ' ' || epoch FROM store"));
    }

    [Fact]
    public void There_are_sixteen_parts_of_each_table_and_each_has_its_indexes_and_room_on_its_pages()
    {
        Migrate(PostgresMigrations.Scripts);

        Assert.Equal(Parts, Number("SELECT count(*) FROM pg_inherits WHERE inhparent = 'item'::regclass"));
        Assert.Equal(Parts, Number("SELECT count(*) FROM pg_inherits WHERE inhparent = 'item_content'::regclass"));
        Assert.Equal(Parts, Number("SELECT count(*) FROM pg_class WHERE reloptions = '{fillfactor=85}' AND oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'item'::regclass)"));
        Assert.Equal(
            "item(connection, acl, id) item(connection, id) item_content(connection, item)",
            Text(
                """
                SELECT string_agg(x.indrelid::regclass || (regexp_match(pg_get_indexdef(x.indexrelid), '\(.*\)'))[1], ' ' ORDER BY x.indrelid::regclass::text, pg_get_indexdef(x.indexrelid))
                FROM pg_index x WHERE x.indrelid IN ('item'::regclass, 'item_content'::regclass) AND x.indisvalid
                """));
    }

    [Fact]
    public void The_keys_go_on_after_all_that_were_given_whether_their_items_are_still_there_or_not()
    {
        Fill();
        long given = Number("SELECT nextval('item_key_seq') FROM generate_series(1, 500) ORDER BY 1 DESC LIMIT 1");
        Assert.True(given > Number("SELECT max(key) FROM item"));

        Migrate(PostgresMigrations.Scripts);

        Assert.Equal(given + 1, Number("SELECT nextval(pg_get_serial_sequence('item', 'key'))"));
    }

    [Fact]
    public void The_keys_go_on_after_those_that_are_there_if_they_were_given_otherwise()
    {
        Execute("INSERT INTO item (key, connection, id, acl, change, properties) VALUES (9000, 1, 'a', 1, 1, '')");

        Migrate(PostgresMigrations.Scripts);

        Assert.Equal(9001, Number("SELECT nextval(pg_get_serial_sequence('item', 'key'))"));
    }

    /// <summary>Also in tables that are made whole again, as the documentation does it before they are distributed.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_store_reads_and_writes_what_was_there_before(bool isWhole)
    {
        if (isWhole)
        {
            Migrate(PostgresMigrations.Scripts);
            Execute(Block().Match(await File.ReadAllTextAsync(Path.Combine(Ledger.Root, "docs", "scaling.md"), Token)).Groups[1].Value);
            Assert.Equal(WholeTables, Tables());
        }

        string acl = Convert.ToHexString(AclJson.ToBytes(new Acl([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant)])));
        Execute(
            $$"""
            INSERT INTO connection (key, tenant, id, id_folded, name, name_folded, state, body, schema_active, items, acls) VALUES (7, 't', 'c', 'c', 'c', 'c', 2, '{}', 1, 2, 1);
            INSERT INTO acl (connection, number, hash, entries) VALUES (7, 1, '\x01', '\x{{acl}}');
            INSERT INTO item (key, connection, id, acl, change, content_type, properties) VALUES (41, 7, 'a', 1, 1, 1, '{}'), (42, 7, 'b', 1, 2, 0, '{}');
            INSERT INTO item_content ({{(isWhole ? "connection, " : "")}}item, value) VALUES ({{(isWhole ? "7, " : "")}}41, 'words');
            """);
        await using var database = PostgresDatabase.Open(
            _connectionString, new StorageOptions { Provider = StorageOptions.Postgres }, new StorageMetrics(_meter), new SqlSignals(), ThisNode.Alone(TimeProvider.System));
        var items = new SqlItemStore(database, new SqlSignals(), new OpaqueNumbers(database), AccessHistory.Off);
        var key = new ConnectionKey(7);

        Assert.Equal("words", (await items.FindOrNullAsync(key, "a", Token))!.Content!.Value);
        Assert.Null((await items.FindOrNullAsync(key, "b", Token))!.Content);
        Assert.Equal(DeleteItemOutcome.Deleted, await items.DeleteAsync(key, "a", Token));
        Assert.Equal((0, 1), (Number("SELECT count(*) FROM item_content"), Number("SELECT count(*) FROM item")));
        Assert.Equal(PutItemOutcome.Stored, (await items.PutAsync(key, new PutItem(Write("b", "new words"), 1, new ItemLimits(10, 10, 10), null), Token)).Outcome);
        Assert.Equal(PutItemOutcome.Stored, (await items.PutAsync(key, new PutItem(Write("c", "others"), 1, new ItemLimits(10, 10, 10), null), Token)).Outcome);
        Assert.Equal(["new words", "others"], (await items.ListAsync(key, "", 10, long.MaxValue, withContent: true, Token)).Items.Select(item => item.Content!.Value));
    }

    [Fact]
    public void A_node_that_runs_is_named_and_everything_stays_as_it_was_until_it_has_stopped()
    {
        Fill();
        string[] items = Items();
        Execute($"INSERT INTO node (id, name, build, started, seen) VALUES ('a1', 'first', '0.1.0-a', 0, {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()})");

        string message = Assert.Throws<InvalidDataException>(() => Migrate(PostgresMigrations.Scripts)).Message;

        Assert.StartsWith(
            $"The database is of version {VersionBefore}, and nodes that run on it cannot go on when it is brought to {PostgresMigrations.Newest}. Stop these nodes first: 'first' (a1, build 0.1.0-a).",
            message,
            StringComparison.Ordinal);
        Assert.Equal((VersionBefore, WholeTables), (Number("SELECT version FROM store_version"), Tables()));
        Assert.Equal(items, Items());

        Execute("UPDATE node SET running = 0");
        Migrate(PostgresMigrations.Scripts);
        Assert.Equal((PostgresMigrations.Newest, TablesInParts), (Number("SELECT version FROM store_version"), Tables()));
    }

    [Fact]
    public async Task An_upgrade_that_is_killed_before_its_end_leaves_everything_as_it_was_and_the_next_one_does_it()
    {
        Fill();
        (string[] items, string[] contents) = (Items(), Contents());
        using SqlSession holder = PostgresServer.OpenSession(_connectionString);
        holder.Execute("SELECT pg_advisory_lock(@key)", Held);

        // All of it is done when it asks for what the test holds.
        string[] scripts = [.. PostgresMigrations.Scripts, $"SELECT pg_advisory_xact_lock({Held})"];
        Task upgrade = Task.Run(() => Migrate(scripts), Token);
        const string Waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%pg_advisory_xact_lock%'";
        await Eventually.IsTrueAsync(() => Task.FromResult(Number("SELECT count(*) " + Waiting) == 1), "The upgrade is before its end");
        Execute("SELECT pg_terminate_backend(pid) " + Waiting);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => upgrade);

        Assert.Equal((VersionBefore, WholeTables), (Number("SELECT version FROM store_version"), Tables()));
        Assert.Equal(items, Items());
        Assert.Equal(contents, Contents());
        Migrate(PostgresMigrations.Scripts);
        Assert.Equal(items, Items());
        Assert.Equal(contents, Contents());
        Assert.Equal(TablesInParts, Tables());
    }

    /// <summary>It was cut off for so long that it counted as gone. Its statements are those of the version before.</summary>
    [Fact]
    public void A_node_of_before_that_comes_back_reads_rightly_and_fails_where_it_writes_content()
    {
        Fill();
        Migrate(PostgresMigrations.Scripts);
        const string Read = "SELECT count(*) FROM item i WHERE i.connection = 5 AND (SELECT c.value FROM item_content c WHERE c.item = i.key) IS NOT NULL";
        long before = Number(Read);
        Assert.True(before > 0);

        Refused("23502", "INSERT INTO item_content (item, excerpt, value) VALUES (1000000, NULL, 'new')");
        Refused("42P10", "INSERT INTO item_content (item, value) VALUES (3, 'changed') ON CONFLICT (item) DO UPDATE SET value = excluded.value");
        Execute("DELETE FROM item_content WHERE item = (SELECT min(key) FROM item WHERE connection = 5 AND content_type = 1)");

        Assert.Equal(before - 1, Number(Read));
    }

    private static ItemWrite Write(string id, string content) => new()
    {
        Id = id,
        Acl = new Acl([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant)]),
        Properties = "{}"u8.ToArray(),
        HasContent = true,
        Content = new ExternalItemContent(ExternalItemContentType.Text, content),
        HasSensitivityLabel = false,
        SensitivityLabelId = null,
    };

    private void Refused(string state, string sql) => Assert.Equal(state, Assert.Throws<PostgresException>(() => Execute(sql)).SqlState);

    /// <summary>Forty connections; some items have gone, some have no content, and some contents are so large that they lie apart.</summary>
    private void Fill() => Execute(
        """
        INSERT INTO item (connection, id, acl, change, label, content_type, searchable_from, properties)
            SELECT 1 + i % 40, 'item' || i, i % 7, i, CASE WHEN i % 5 = 0 THEN 'label' || i END, (i % 3 > 0)::int, i % 11, decode(md5(i::text), 'hex') FROM generate_series(1, 4000) i;
        DELETE FROM item WHERE key % 4 = 1;
        INSERT INTO item_content (item, excerpt, value)
            SELECT key, CASE WHEN key % 2 = 0 THEN 'excerpt of ' || key END, CASE WHEN key % 100 = 0 THEN (SELECT string_agg(md5((key * g)::text), ' ') FROM generate_series(1, 400) g) ELSE 'words ' || key END
            FROM item WHERE content_type = 1;
        """);

    private string[] Items() => Rows("SELECT concat_ws('|', key, connection, id, acl, change, coalesce(label, '-'), content_type, searchable_from, properties) FROM item ORDER BY key");

    private string[] Contents() => Rows("SELECT concat_ws('|', item, coalesce(excerpt, '-'), value) FROM item_content ORDER BY item");

    /// <summary>With <c>r</c> for a table that is one and <c>p</c> for one in parts.</summary>
    private string Tables() =>
        Text("SELECT string_agg(relname || ':' || relkind::text, ' ' ORDER BY relname) FROM pg_class WHERE relname IN ('item', 'item_content') AND relnamespace = 'public'::regnamespace");

    private void Migrate(IReadOnlyList<string> scripts)
    {
        using SqlSession session = PostgresServer.OpenSession(_connectionString);
        PostgresMigrations.Run(session, ThisNode.Alone(TimeProvider.System), scripts);
    }

    private void Execute(string sql) => PostgresServer.Execute(_connectionString, sql);

    private string[] Rows(string sql)
    {
        using SqlSession session = PostgresServer.OpenSession(_connectionString);
        var rows = new List<string>();
        using SqlReader reader = session.Query(sql);
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return [.. rows];
    }

    private string Text(string sql) => Assert.Single(Rows(sql));

    private long Number(string sql)
    {
        using SqlSession session = PostgresServer.OpenSession(_connectionString);
        return session.ScalarOrNull(sql)!.Value;
    }

    [GeneratedRegex("```sql\n(BEGIN;\n.*?COMMIT;\n)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
