using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>How a server carries out what the product asks it: everything that grows is looked up by an index that begins with its connection, in one part of a table.</summary>
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

    private async Task RunAsync(string database, string connection)
    {
        await using TestServer server = await TestServer.StartNodeAsync(database, WholeLife.Settings);
        await new WholeLife(server, connection, _folder).RunAsync();
    }
}
