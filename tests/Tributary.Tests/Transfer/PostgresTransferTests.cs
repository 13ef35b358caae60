using System.Diagnostics;
using Npgsql;
using Tributary.Cli;
using Tributary.Storage;
using Tributary.Storage.Postgres;
using Tributary.Tests.Hosting;
using Tributary.Tests.Storage.Postgres;

namespace Tributary.Tests.Transfer;

/// <summary>Between the two kinds of store, and what PostgreSQL's own tools bring back.</summary>
[NeedsPostgres]
public sealed class PostgresTransferTests : IDisposable
{
    private const string Everyone = """[ { "type": "everyone", "value": "everyone", "accessType": "grant" } ]""";

    /// <summary>SQLite's own.</summary>
    private const string OnSqlite = "Storage:MaxBytes=4000000000";

    private readonly string _file = TransferServer.TempFile();
    private readonly PostgresServer _postgres = PostgresServer.Get();

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task PutAsync(TestServer server, string id, string title, string acl = Everyone, string content = "text") => ShouldBe200(server.PutAsync(
        $"{TransferServer.Connections}/contosohr/items/{id}",
        $$"""{ "acl": {{acl}}, "properties": { "title": {{System.Text.Json.JsonSerializer.Serialize(title)}}, "priority": 7 }, "content": { "type": "text", "value": "{{content}}" } }"""));

    private static async Task ShouldBe200(Task<Answer> answer) => (await answer).ShouldBe(200);

    private static async Task FillAsync(TestServer server)
    {
        await server.CreateReadyConnectionAsync();
        (await server.PostAsync($"{TransferServer.Connections}/contosohr/groups", """{ "id": "team", "displayName": "Name\u0000\u0001 of 😀" }""")).ShouldBe(201);
        (await server.PostAsync($"{TransferServer.Connections}/contosohr/groups/team/members", """{ "type": "externalGroup", "id": "other" }""")).ShouldBe(201);
        string filler = new('x', 20_000);
        for (int i = 0; i < 60; i++)
        {
            await PutAsync(server, $"I{i}", $"word \u0000 \u0001\u0002 ß 😀 {i}", content: filler);
            await PutAsync(server, $"i{i}", "word", $$"""[ { "type": "externalGroup", "value": "g{{i % 7}}", "accessType": "grant" }, { "type": "everyone", "value": "x", "accessType": "grant" } ]""");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_moves_between_SQLite_and_PostgreSQL_with_everything_that_can_be_read_and_found(bool toPostgres)
    {
        await using TestServer sqlite = await TestServer.StartAsync([.. TransferServer.Settings, OnSqlite]);
        await using TestServer postgres = await TestServer.StartNodeAsync(_postgres.CreateDatabase(), TransferServer.Settings);
        (TestServer from, TestServer to) = toPostgres ? (sqlite, postgres) : (postgres, sqlite);
        await FillAsync(from);

        await from.ExportAsync("contosohr", _file).ShouldSucceedAsync();
        await to.ImportAsync(_file).ShouldSucceedAsync();

        Assert.Equal(await from.DescribeAsync("contosohr"), await to.DescribeAsync("contosohr"));
        Assert.Equal(await from.SearchAllAsync("contosohr", "word", "*"), await to.SearchAllAsync("contosohr", "word", "*"));
        await PutAsync(to, "new", "word");
        Assert.Contains("new", (await to.SearchAsync("word", extra: ", \"size\": 500")).HitIds);
    }

    [Fact]
    public async Task Any_node_goes_on_with_what_another_one_began()
    {
        string database = _postgres.CreateDatabase();
        await using TestServer from = await TestServer.StartAsync([.. TransferServer.Settings, OnSqlite]);
        await FillAsync(from);
        await from.ExportAsync("contosohr", _file).ShouldSucceedAsync();
        Tributary.Transfer.ImportRequest request = await Tributary.Transfer.ExportFile.VerifyAsync(_file, _ => { }, Cancellation);
        string json = System.Text.Json.JsonSerializer.Serialize(request, Tributary.Transfer.TransferJson.Default.ImportRequest);
        string import;
        await using (TestServer first = await TestServer.StartNodeAsync(database, TransferServer.Settings))
        {
            import = (await first.OperateAsync(HttpMethod.Post, TransferServer.Imports, json)).ShouldBe(201).Json.GetProperty("id").GetString()!;
        }

        await using TestServer second = await TestServer.StartNodeAsync(database, TransferServer.Settings);
        Assert.Equal(import, (await second.OperateAsync(HttpMethod.Post, TransferServer.Imports, json)).ShouldBe(200).Json.GetProperty("id").GetString());
        await second.ImportAsync(_file).ShouldSucceedAsync();

        await using TestServer third = await TestServer.StartNodeAsync(database, TransferServer.Settings);
        Assert.Equal(await from.DescribeAsync("contosohr"), await third.DescribeAsync("contosohr"));
        Assert.Equal(await from.SearchAllAsync("contosohr", "word"), await third.SearchAllAsync("contosohr", "word"));
    }

    [Fact]
    public async Task A_dump_that_was_taken_under_writers_and_restored_has_what_was_answered_before_and_is_told_so()
    {
        string database = _postgres.CreateDatabase();
        string restored = _postgres.CreateDatabase(isEmpty: true);
        string dump = _file + ".dump";
        var done = new int[4];
        int[] before;
        await using (TestServer server = await TestServer.StartNodeAsync(database, TransferServer.Settings))
        {
            await server.CreateReadyConnectionAsync();
            using var stop = new CancellationTokenSource();
            Task[] writing = [.. done.Select((_, writer) => Task.Run(async () =>
            {
                for (int write = 1; !stop.IsCancellationRequested; write++)
                {
                    await PutAsync(server, $"w{writer}", $"word n{write}");
                    Volatile.Write(ref done[writer], write);
                }
            }, Cancellation))];
            await Eventually.IsTrueAsync(() => Task.FromResult(done.All(writes => writes > 5)), "Everybody writes");
            before = [.. done];
            Run("pg_dump", "--format=custom", "--file=" + dump, UriOf(database));
            int last = done.Sum();
            await Eventually.IsTrueAsync(() => Task.FromResult(done.Sum() > last + 50), "Writers go on");
            await FailsAsync(RaiseAsync(database), "Stop them first");
            await stop.CancelAsync();
            await Task.WhenAll(writing);
        }

        Run("pg_restore", "--exit-on-error", "--single-transaction", "--dbname=" + UriOf(restored), dump);
        Assert.Equal(TransferOptions.Success, (await RaiseAsync(restored)).ExitCode);

        await using TestServer back = await TestServer.StartNodeAsync(restored, TransferServer.Settings);
        for (int writer = 0; writer < done.Length; writer++)
        {
            Answer item = (await back.GetAsync($"{TransferServer.Connections}/contosohr/items/w{writer}")).ShouldBe(200);
            string title = item.Json.GetProperty("properties").GetProperty("title").GetString()!;
            Assert.True(int.Parse(title.Split('n')[1], System.Globalization.CultureInfo.InvariantCulture) >= before[writer], title);
            Assert.Contains($"w{writer}", (await back.SearchAsync(title.Split(' ')[1])).HitIds);
        }

        Assert.Equal(done.Length, (await back.SearchAsync("word")).Total);
    }

    private static async Task<(int ExitCode, string Error)> RaiseAsync(string connectionString)
    {
        StoreIdentity? identity = null;
        try
        {
            identity = await PostgresDatabase.RaiseEpochAsync(connectionString, DateTimeOffset.UtcNow);
        }
        catch (InvalidDataException exception)
        {
            return (TransferOptions.Failure, exception.Message);
        }

        Assert.True(identity.Value.Epoch > 1);
        return (TransferOptions.Success, "");
    }

    private static async Task FailsAsync(Task<(int ExitCode, string Error)> run, string reason)
    {
        (int exitCode, string error) = await run;
        Assert.Equal(TransferOptions.Failure, exitCode);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    private static string UriOf(string connectionString)
    {
        var parsed = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgresql://{parsed.Username}@/{parsed.Database}?host={Uri.EscapeDataString(parsed.Host!)}";
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(InstalledPostgres.Tools().PathOf(program)) { RedirectStandardError = true };
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }
}
