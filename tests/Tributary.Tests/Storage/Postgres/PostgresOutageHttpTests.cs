using Npgsql;
using Tributary.Storage;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>
/// A database that is there and does not do what it is asked, as clients hear it: 503 in Graph's form with a time to come again, nothing kept of what was refused, and
/// service again without a restart.
/// </summary>
[NeedsPostgres]
public sealed class PostgresOutageHttpTests
{
    private const string Connection = "/v1.0/external/connections/contosohr";
    private const string NotNow = "The database does not carry out requests at the moment.";
    private const string OnlyReads = "The database only reads at the moment.";

    /// <summary>53300.</summary>
    [Fact]
    public async Task When_there_are_too_many_connections_nothing_is_served_until_there_is_one_to_be_had()
    {
        PostgresServer server = PostgresServer.Get();
        string name = $"limited_{Guid.NewGuid():N}";
        server.Execute($"CREATE ROLE {name} LOGIN");
        server.Execute($"GRANT pg_read_all_stats TO {name}");
        server.Execute($"CREATE DATABASE {name} OWNER {name} TEMPLATE template0");
        string connectionString = new NpgsqlConnectionStringBuilder(server.ConnectionStringOf(name)) { Username = name }.ConnectionString;
        await using (TestServer node = await StartAsync(connectionString))
        {
            server.Execute($"ALTER ROLE {name} CONNECTION LIMIT 0");
            EndSessions(server, name);

            IsRefused(await PutAsync(node, "during"), NotNow);
            IsRefused(await node.GetAsync(Connection), NotNow);
            IsRefused(await node.SearchAsync("outage"), NotNow);

            server.Execute($"ALTER ROLE {name} CONNECTION LIMIT -1");
            await IsServedAsync(node);
        }

        server.DropDatabase(connectionString);
    }

    /// <summary>57P03.</summary>
    [Fact]
    public async Task A_server_that_shuts_down_serves_nothing_until_it_is_back()
    {
        InstalledPostgres server = InstalledPostgres.Start(isDurable: false);
        try
        {
            server.MakeTemplate();
            string connectionString = server.CreateDatabase();
            await using TestServer node = await StartAsync(connectionString);

            // It waits for a session that stays, and takes no other.
            await using var held = new NpgsqlConnection(server.ConnectionString);
            await held.OpenAsync(TestContext.Current.CancellationToken);
            server.BeginStop();
            await using (NpgsqlCommand end = held.CreateCommand())
            {
                end.CommandText = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%'";
                await end.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }

            IsRefused(await PutAsync(node, "during"), NotNow);
            IsRefused(await node.GetAsync(Connection), NotNow);
            IsRefused(await node.SearchAsync("outage"), NotNow);

            server.Stop();
            server.Resume();
            await IsServedAsync(node);
        }
        finally
        {
            server.Remove();
        }
    }

    /// <summary>25006 as the answer of a write: an administrator has forbidden them, or an old primary was put out of office.</summary>
    [Fact]
    public async Task A_database_that_only_reads_is_read_and_searched_and_its_writes_are_refused()
    {
        PostgresServer server = PostgresServer.Get();
        string connectionString = server.CreateDatabase();
        string name = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        await using (TestServer node = await StartAsync(connectionString))
        {
            server.Execute($"ALTER DATABASE {name} SET default_transaction_read_only = on");
            EndSessions(server, name);

            IsRefused(await PutAsync(node, "during"), OnlyReads);
            IsRefused(await node.DeleteAsync(Connection + "/items/before"), OnlyReads);
            IsRefused(await node.PatchAsync(Connection, """{ "name": "Another" }"""), OnlyReads);
            (await node.GetAsync(Connection)).ShouldBe(200);
            (await node.GetAsync(Connection + "/items/before")).ShouldBe(200);
            Assert.Equal(["before"], (await node.SearchAsync("outage")).ShouldBe(200).HitIds);

            server.Execute($"ALTER DATABASE {name} RESET default_transaction_read_only");
            EndSessions(server, name);
            await IsServedAsync(node);
        }

        server.DropDatabase(connectionString);
    }

    /// <summary>25006 before anything is read: what a standby would answer may be behind what others were told.</summary>
    [Fact]
    public async Task A_standby_is_neither_written_nor_read()
    {
        InstalledPostgres server = InstalledPostgres.Start(isDurable: false);
        try
        {
            server.MakeTemplate();
            await using TestServer node = await StartAsync(server.CreateDatabase());
            server.Stop();
            server.BeStandby(true);
            server.Resume();

            IsRefused(await PutAsync(node, "during"), OnlyReads);
            IsRefused(await node.GetAsync(Connection), OnlyReads);
            IsRefused(await node.SearchAsync("outage"), OnlyReads);

            server.Stop();
            server.BeStandby(false);
            server.Resume();
            await IsServedAsync(node);
        }
        finally
        {
            server.Remove();
        }
    }

    /// <summary>With an item that was put and found before anything happens.</summary>
    private static async Task<TestServer> StartAsync(string connectionString)
    {
        TestServer node = await TestServer.StartNodeAsync(connectionString);
        await node.CreateReadyConnectionAsync();
        (await PutAsync(node, "before")).ShouldBe(200);
        Assert.Equal(["before"], (await node.SearchAsync("outage")).ShouldBe(200).HitIds);
        return node;
    }

    private static Task<Answer> PutAsync(TestServer node, string id) => node.PutAsync($"{Connection}/items/{id}", SearchServer.Item($$"""{ "title": "{{id}} the outage" }"""));

    private static void EndSessions(PostgresServer server, string database) =>
        server.Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");

    private static void IsRefused(Answer answer, string reason)
    {
        answer.ShouldBe(503, "ServiceUnavailable");
        Assert.Equal(StorageUnavailableException.RetryAfterSeconds, answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
    }

    /// <summary>All that was answered is there, and nothing that was refused.</summary>
    private static async Task IsServedAsync(TestServer node)
    {
        await Eventually.IsTrueAsync(async () => (await node.GetAsync(Connection)).Status == 200, "Reads are served");
        (await Eventually.HoldsAsync(() => PutAsync(node, "after"), answer => answer.Status != 503)).ShouldBe(200);
        (await node.GetAsync(Connection + "/items/during")).ShouldBe(404);
        Answer found = (await Eventually.HoldsAsync(() => node.SearchAsync("outage"), answer => answer.Status != 503)).ShouldBe(200);
        Assert.Equal(["after", "before"], found.HitIds.Order());
    }
}
