using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Tributary.Operations;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Operations;

/// <summary>Work that takes its time, by a clock that the test advances: schemas that are provisioned, connections that are deleted.</summary>
public class OperationEndpointsTests
{
    private const string Connections = "/v1.0/external/connections";
    private const string Contoso = Connections + "/contosohr";
    private const string First = """{ "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "title", "type": "string" } ] }""";

    [Fact]
    public async Task A_schema_is_readable_at_once_and_in_force_when_its_operation_completes()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestServer server = await TestServer.StartAsync(time, null, "Schemas:ProvisioningDelay=00:10:00");
        (await server.PostAsync(Connections, """{ "id": "contosohr", "name": "Contoso HR" }""")).ShouldBe(201);

        string operation = (await server.PatchAsync(Contoso + "/schema", First)).ShouldBe(202).Headers.Location!.AbsolutePath;

        Assert.Equal("inprogress", await StatusAsync(server, operation));
        Assert.Equal("draft", await StateAsync(server));
        (await server.GetAsync(Contoso + "/schema")).ShouldBe(200);
        (await server.PatchAsync(Contoso + "/schema", First)).ShouldBe(409, "NameAlreadyExists");
        Answer early = await server.PutAsync(Contoso + "/items/T1", Item("title"));
        early.ShouldBe(400, "InvalidRequest");
        Assert.Equal("ConnectionNotReady", early.InnerCode);

        time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("inprogress", await StatusAsync(server, operation));
        time.Advance(TimeSpan.FromMinutes(1));

        await Eventually.HoldsAsync(() => StatusAsync(server, operation), status => status == "completed");
        Assert.Equal("ready", await StateAsync(server));
        (await server.PutAsync(Contoso + "/items/T1", Item("title"))).ShouldBe(200);
    }

    [Fact]
    public async Task Operations_are_listed_without_the_deletion_which_does_not_show()
    {
        await using TestServer server = await TestServer.StartAsync("Connections:DeletionDelay=1.00:00:00");
        (await server.PostAsync(Connections, """{ "id": "contosohr", "name": "Contoso HR" }""")).ShouldBe(201);
        string[] ids =
        [
            (await server.PatchAsync(Contoso + "/schema", First)).ShouldBe(202).Headers.Location!.Segments[^1],
            (await server.PatchAsync(Contoso + "/schema", First)).ShouldBe(202).Headers.Location!.Segments[^1],
        ];
        Array.Sort(ids, StringComparer.Ordinal);
        (await server.DeleteAsync(Contoso)).ShouldBe(202);

        Answer all = await server.GetAsync(Contoso + "/operations?count=true");
        Answer first = await server.GetAsync(Contoso + "/operations?$top=1&$select=status");
        Answer second = await server.GetAsync(Paging.LinkOrNull(first)!);
        Answer one = await server.GetAsync($"{Contoso}/operations/{ids[0]}?$select=error");

        string context = $"{server.Http.BaseAddress}v1.0/$metadata#external/connections('contosohr')/operations";
        Assert.Equal(
            $$"""{"@odata.context":"{{context}}","@odata.count":2,"value":[{"id":"{{ids[0]}}","status":"completed","error":null},{"id":"{{ids[1]}}","status":"completed","error":null}]}""",
            all.ShouldBe(200).Body);
        Assert.Equal([ids[0]], Paging.Ids(first));
        Assert.Equal($$"""{"@odata.context":"{{context}}(status)","value":[{"id":"{{ids[1]}}","status":"completed"}]}""", second.ShouldBe(200).Body);
        Assert.Equal($$"""{"@odata.context":"{{context}}(error)/$entity","id":"{{ids[0]}}","error":null}""", one.ShouldBe(200).Body);
        Assert.Equal("2", (await server.GetAsync(Contoso + "/operations/$count")).ShouldBe(200).Body);
        (await server.GetAsync(Connections + "/nobody/operations")).ShouldBe(404, "ItemNotFound");
        (await server.GetAsync(Connections + "/nobody/operations/$count")).ShouldBe(404, "ItemNotFound");
    }

    [Fact]
    public async Task A_range_gives_each_schema_a_time_of_its_own_within_it_that_follows_from_the_seed()
    {
        string[][] runs = [await CompletedAsync("RandomSeed=7"), await CompletedAsync("RandomSeed=7"), await CompletedAsync("RandomSeed=8")];

        // By the minute: none within the first five, all after fifteen, and not all at once.
        Assert.All(runs, run => Assert.Equal(("", "abcdefgh"), (run[4], run[15])));
        Assert.All(runs, run => Assert.Contains(run, done => done.Length is > 0 and < 8));
        Assert.Equal(runs[0], runs[1]);
        Assert.NotEqual(runs[0], runs[2]);

        static async Task<string[]> CompletedAsync(string seed)
        {
            var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
            await using TestServer server = await TestServer.StartAsync(time, null, "Schemas:ProvisioningDelay=00:05:00..00:15:00", seed);
            List<string> operations = [];
            foreach (char name in "abcdefgh")
            {
                string connection = $"{Connections}/conn{name}";
                (await server.PostAsync(Connections, $$"""{ "id": "conn{{name}}", "name": "{{name}}" }""")).ShouldBe(201);
                operations.Add((await server.PatchAsync(connection + "/schema", First)).ShouldBe(202).Headers.Location!.AbsolutePath);
            }

            var done = new string[16];
            for (int minute = 0; minute <= 15; minute++)
            {
                // What is due is done a moment after the clock says so.
                await RoundAsync(server, time, minute);
                string?[] statuses = await Task.WhenAll(operations.Select(operation => StatusAsync(server, operation)));
                done[minute] = string.Concat("abcdefgh".Where((_, i) => statuses[i] == "completed"));
                time.Advance(TimeSpan.FromMinutes(1));
            }

            return done;
        }

        static async Task RoundAsync(TestServer server, FakeTimeProvider time, int minute)
        {
            IOperationStore operations = server.Services.GetRequiredService<IOperationStore>();
            await Eventually.IsTrueAsync(async () => (await operations.ListDueAsync(time.GetUtcNow(), CancellationToken.None)).Count == 0, $"All that is due in minute {minute} is done");
        }
    }

    [Fact]
    public async Task While_an_update_is_provisioned_items_are_held_against_the_schema_in_force()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestServer server = await TestServer.StartAsync(time, null, "Schemas:ProvisioningDelay=00:10:00");
        await BecomeReadyAsync(server, time);

        string operation = (await server.PatchAsync(Contoso + "/schema", """{ "properties": [ { "name": "size", "type": "string" } ] }""")).ShouldBe(202).Headers.Location!.AbsolutePath;

        Assert.Equal("ready", await StateAsync(server));
        Assert.Equal(2, (await server.GetAsync(Contoso + "/schema")).Json.GetProperty("properties").GetArrayLength());
        (await server.PutAsync(Contoso + "/items/T1", Item("title"))).ShouldBe(200);
        Assert.Equal("UnknownProperty", (await server.PutAsync(Contoso + "/items/T1", Item("size"))).ShouldBe(400).InnerCode);

        time.Advance(TimeSpan.FromMinutes(10));
        await Eventually.HoldsAsync(() => StatusAsync(server, operation), status => status == "completed");
        (await server.PutAsync(Contoso + "/items/T1", Item("size"))).ShouldBe(200);
    }

    [Fact]
    public async Task Post_of_a_schema_that_takes_its_time_is_202()
    {
        await using TestServer server = await TestServer.StartAsync(new FakeTimeProvider(DateTimeOffset.UtcNow), null, "Schemas:ProvisioningDelay=00:10:00");
        (await server.PostAsync(Connections, """{ "id": "contosohr", "name": "Contoso HR" }""")).ShouldBe(201);

        Answer answer = await server.PostAsync(Contoso + "/schema", First);

        Assert.Equal("inprogress", await StatusAsync(server, answer.ShouldBe(202).Headers.Location!.AbsolutePath));
    }

    [Fact]
    public async Task A_restart_resumes_what_was_in_progress()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        try
        {
            var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
            string operation;
            await using (TestServer server = await TestServer.StartAsync(time, data, "Schemas:ProvisioningDelay=00:10:00", "Connections:DeletionDelay=00:10:00"))
            {
                (await server.PostAsync(Connections, """{ "id": "contosohr", "name": "Contoso HR" }""")).ShouldBe(201);
                operation = (await server.PatchAsync(Contoso + "/schema", First)).ShouldBe(202).Headers.Location!.AbsolutePath;
                (await server.PostAsync(Connections, """{ "id": "goingone", "name": "Going" }""")).ShouldBe(201);
                (await server.DeleteAsync(Connections + "/goingone")).ShouldBe(202);
            }

            await using (TestServer server = await TestServer.StartAsync(time, data))
            {
                Assert.Equal("inprogress", await StatusAsync(server, operation));
                (await server.GetAsync(Connections + "/goingone")).ShouldBe(200);
                (await server.PatchAsync(Contoso + "/schema", First)).ShouldBe(409, "NameAlreadyExists");
                time.Advance(TimeSpan.FromMinutes(10));
                await Eventually.HoldsAsync(() => StatusAsync(server, operation), status => status == "completed");
                await Eventually.HoldsAsync(() => server.GetAsync(Connections + "/goingone"), answer => answer.Status == 404);
                Assert.Equal("ready", await StateAsync(server));
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_delay_longer_than_any_timer_is_waited_for()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestServer server = await TestServer.StartAsync(time, null, "Schemas:ProvisioningDelay=100.00:00:00", "Connections:DeletionDelay=00:01:00");
        (await server.PostAsync(Connections, """{ "id": "contosohr", "name": "Contoso HR" }""")).ShouldBe(201);
        (await server.PatchAsync(Contoso + "/schema", First)).ShouldBe(202);
        (await server.PostAsync(Connections, """{ "id": "goingone", "name": "Going" }""")).ShouldBe(201);
        (await server.DeleteAsync(Connections + "/goingone")).ShouldBe(202);

        // The worker still runs: what falls due in between is done.
        time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.HoldsAsync(() => server.GetAsync(Connections + "/goingone"), answer => answer.Status == 404);
        Assert.Equal("draft", await StateAsync(server));
    }

    // ---- deletion --------------------------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Delete_answers_202_without_body_type_or_location(string version)
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.PostAsync(Connections, """{ "id": "contosohr", "name": "Contoso HR" }""")).ShouldBe(201);

        Answer answer = await server.DeleteAsync($"/{version}/external/connections/contosohr");

        answer.ShouldBe(202);
        Assert.Equal(0, answer.ContentHeaders.ContentLength);
        Assert.Null(answer.ContentHeaders.ContentType);
        Assert.Null(answer.Headers.Location);
        await Eventually.HoldsAsync(() => server.GetAsync(Contoso), gone => gone.Status == 404);
    }

    [Fact]
    public async Task While_a_deletion_runs_only_the_connection_itself_is_left_and_its_id_and_name_are_taken()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestServer server = await TestServer.StartAsync(time, null, "Connections:DeletionDelay=00:30:00");
        await BecomeReadyAsync(server, time);
        (await server.PutAsync(Contoso + "/items/T1", Item("title"))).ShouldBe(200);

        (await server.DeleteAsync(Contoso)).ShouldBe(202);

        Assert.Equal("ready", await StateAsync(server));
        Assert.Equal(1, (await server.GetAsync(Connections)).Json.GetProperty("value").GetArrayLength());
        (await server.GetAsync(Contoso + "/schema")).ShouldBe(404, "ItemNotFound");
        (await server.PatchAsync(Contoso + "/schema", First)).ShouldBe(404, "ItemNotFound");
        (await server.GetAsync(Contoso + "/items/T1")).ShouldBe(404, "ItemNotFound");
        (await server.PutAsync(Contoso + "/items/T1", Item("title"))).ShouldBe(404, "ItemNotFound");
        (await server.DeleteAsync(Contoso + "/items/T1")).ShouldBe(404, "ItemNotFound");
        (await server.PatchAsync(Contoso, """{ "description": "late" }""")).ShouldBe(409, "OperationInProgress");
        (await server.DeleteAsync(Contoso)).ShouldBe(409, "OperationInProgress");
        (await server.PostAsync(Connections, """{ "id": "contosohr", "name": "Another" }""")).ShouldBe(409, "NameAlreadyExists");
        (await server.PostAsync(Connections, """{ "id": "another", "name": "Contoso HR" }""")).ShouldBe(409, "NameAlreadyExists");

        time.Advance(TimeSpan.FromMinutes(30));
        await Eventually.HoldsAsync(() => server.GetAsync(Contoso), answer => answer.Status == 404);
        (await server.DeleteAsync(Contoso)).ShouldBe(404, "ItemNotFound");
        (await server.PostAsync(Connections, """{ "id": "contosohr", "name": "Contoso HR" }""")).ShouldBe(201);
    }

    private static async Task BecomeReadyAsync(TestServer server, FakeTimeProvider time)
    {
        (await server.PostAsync(Connections, """{ "id": "contosohr", "name": "Contoso HR" }""")).ShouldBe(201);
        (await server.PatchAsync(Contoso + "/schema", First)).ShouldBe(202);
        time.Advance(TimeSpan.FromMinutes(10));
        await Eventually.HoldsAsync(() => StateAsync(server), state => state == "ready");
    }

    private static string Item(string property) =>
        $$"""{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "{{property}}": "t" } }""";

    private static async Task<string?> StatusAsync(TestServer server, string operation) =>
        (await server.GetAsync(operation)).ShouldBe(200).Json.GetProperty("status").GetString();

    private static async Task<string?> StateAsync(TestServer server) => (await server.GetAsync(Contoso)).ShouldBe(200).Json.GetProperty("state").GetString();
}
