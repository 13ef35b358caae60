using System.Text.Json;
using Tributary.Nodes;
using Tributary.Storage;
using Tributary.Storage.Postgres;
using Tributary.Telemetry;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>How a server carries out what the product asks it: everything that grows is looked up by an index that begins with its connection, in one part of a table.</summary>
[NeedsPostgres]
public sealed class PostgresPlansTests : IDisposable
{
    private static readonly string[] Tables = ["item", "item_content", "item_activity", "item_acl_past", "acl", "acl_left", "acl_past", "change"];

    private const string ARowEach =
        """
        SET auto_explain.log_min_duration = -1;
        INSERT INTO item (connection, id, acl, change, properties, content_type) SELECT 1000 + i, 'one' || i, 1, 1, '', 1 FROM generate_series(1, 400) i;
        INSERT INTO item_content (connection, item, value) SELECT connection, key, 'words' FROM item;
        INSERT INTO item_activity (connection, item, number, type, started, actor, actor_type) SELECT connection, key, 1, 1, 1, 'a', 1 FROM item;
        INSERT INTO acl (connection, number, hash, entries) SELECT 1000 + i, 1, decode(md5(i::text), 'hex'), '' FROM generate_series(1, 100) i;
        INSERT INTO acl_left (connection, number, change) SELECT 1000 + i, 1, 1 FROM generate_series(1, 100) i;
        INSERT INTO change (connection, number, item, mark) SELECT 1000 + i, 1, 'one', 1 FROM generate_series(1, 100) i;
        ANALYZE;
        """;

    private readonly StatementPlans _plans = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-plans-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _plans.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Plans are kept, so they are to be right when they were made while there was nothing, and while it was known of many connections that each has a row.</summary>
    [Fact]
    public async Task Every_statement_looks_up_what_it_is_about_whether_there_is_nothing_yet_or_little()
    {
        string database = _plans.CreateDatabase();
        await RunAsync(database, "first");
        PostgresServer.Execute(database, ARowEach);
        await RunAsync(database, "second");

        IReadOnlyList<(string Sql, JsonElement Plan)> all = _plans.Read();
        string asked = string.Join('\n', all.Select(one => ProductStatements.Normal(one.Sql)).Distinct());
        string[] missing = [.. ProductStatements.About(Tables).Where(piece => !asked.Contains(piece, StringComparison.Ordinal))];
        Assert.True(missing.Length == 0, $"Nobody asked these {missing.Length}:\n{string.Join("\n\n", missing)}");
        IReadOnlyList<string> problems = StatementPlans.ProblemsOf(database, all);
        Assert.True(problems.Count == 0, string.Join("\n\n", problems));
    }

    /// <summary>What the test above would say.</summary>
    [Theory]
    [InlineData("", "SELECT i.id, c.value FROM item i JOIN item_content c ON c.item = i.key WHERE i.connection = @c AND i.id = 'one1'", "looks into 16 parts")]
    [InlineData("", "SELECT (SELECT c.value FROM item_content c WHERE c.item = i.key AND c.connection = i.connection) FROM item i WHERE i.connection = @c AND i.id = 'one1'", "looks into 16 parts")]
    [InlineData("", "DELETE FROM item_content WHERE item = @c", "looks into item_content otherwise than by its connection")]
    [InlineData("", "SELECT id FROM item WHERE id = 'one1' AND change = @c", "looks into item otherwise than by its connection")]
    [InlineData("DROP INDEX item_acl", "SELECT 1 FROM item WHERE connection = @c AND acl = 1 LIMIT 1", "leaves out rows of item by (acl = 1)")]
    [InlineData("ALTER TABLE item DROP CONSTRAINT item_pkey", "UPDATE item SET change = 2 WHERE connection = @c AND id = 'one1'", "looks into item by an index over connection, acl, id")]
    [InlineData("ALTER TABLE item_content DROP CONSTRAINT item_content_pkey", "DELETE FROM item_content WHERE connection = @c AND item = 1", "goes through item_content")]
    [InlineData("ALTER TABLE change DROP CONSTRAINT change_pkey", "SELECT number, item FROM change WHERE connection = @c AND number > 1 ORDER BY number LIMIT 10", "goes through change")]
    [InlineData("", "SELECT id FROM item WHERE connection = @c ORDER BY change LIMIT 1", "sorts item to take the first")]
    public async Task What_has_no_index_and_what_is_not_asked_of_one_connection_is_told(string change, string sql, string problem)
    {
        string database = _plans.CreateDatabase();
        PostgresServer.Execute(database, ARowEach + change);
        using var meter = new TributaryMeter();
        await using (var open = PostgresDatabase.Open(
            database, new StorageOptions { Provider = StorageOptions.Postgres }, new StorageMetrics(meter), new SqlSignals(), ThisNode.Alone(TimeProvider.System)))
        {
            await open.WriteAsync(WriteScope.Store, session => session.Execute(sql, 1001L), 0, Token);
        }

        (string Sql, JsonElement Plan) asked = _plans.Read().Last(one => ProductStatements.Normal(one.Sql) == ProductStatements.Normal(PostgresDialect.Instance.Translate(sql)));
        Assert.Contains(StatementPlans.ProblemsOf(database, [asked]), told => told.StartsWith(problem, StringComparison.Ordinal));
    }

    private async Task RunAsync(string database, string connection)
    {
        await using TestServer server = await TestServer.StartNodeAsync(database, WholeLife.Settings);
        await new WholeLife(server, connection, _folder).RunAsync();
    }
}
