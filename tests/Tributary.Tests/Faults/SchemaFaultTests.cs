using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Faults;

/// <summary>Schema operations that are made to fail: how they show, what becomes of the connection, and that the result outlives a restart.</summary>
public sealed class SchemaFaultTests
{
    private const string Connections = "/v1.0/external/connections";
    private const string Contoso = Connections + "/contosohr";
    private const string First = """{ "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "title", "type": "string" } ] }""";
    private const string More = """{ "properties": [ { "name": "size", "type": "string" } ] }""";
    private const string Fail =
        """
        { "kind": "schemaOperation", "match": { "connectionId": "contosohr" }, "count": 1,
          "operationError": { "code": "Broken", "message": "It broke.", "target": "schema", "details": [ { "code": "D" } ], "innerError": { "code": "I" } } }
        """;

    private static Task<TestServer> StartAsync(params string[] settings) => TestServer.StartAsync(["Faults:Enabled=true", "Clock:Virtual=true", .. settings]);

    private static async Task CreateAsync(TestServer server, string id = "contosohr") =>
        (await server.PostAsync(Connections, $$"""{ "id": "{{id}}", "name": "Name of {{id}}" }""")).ShouldBe(201);

    private static async Task<string> PatchAsync(TestServer server, string schema, string id = "contosohr") =>
        (await server.PatchAsync($"{Connections}/{id}/schema", schema)).ShouldBe(202).Headers.Location!.AbsolutePath;

    private static async Task<(string? Status, string Error)> OperationAsync(TestServer server, string operation)
    {
        JsonElement body = (await server.GetAsync(operation)).ShouldBe(200).Json;
        return (body.GetProperty("status").GetString(), body.GetProperty("error").GetRawText());
    }

    private static async Task<string?> StateAsync(TestServer server) => (await server.GetAsync(Contoso)).ShouldBe(200).Json.GetProperty("state").GetString();

    [Fact]
    public async Task The_operation_fails_with_the_given_error_and_the_connection_stays_a_draft_that_takes_another_schema()
    {
        await using TestServer server = await StartAsync();
        await server.FaultAsync(Fail);
        await CreateAsync(server);

        string failed = await PatchAsync(server, First);

        Assert.Equal(
            ("failed", """{"code":"Broken","message":"It broke.","target":"schema","details":[{"code":"D"}],"innerError":{"code":"I"}}"""),
            await OperationAsync(server, failed));
        Assert.Equal("draft", await StateAsync(server));
        (await server.GetAsync(Contoso + "/schema")).ShouldBe(404, "ItemNotFound");

        Assert.Equal(("completed", "null"), await OperationAsync(server, await PatchAsync(server, More.Replace("{ \"prop", "{ \"baseType\": \"microsoft.graph.externalItem\", \"prop", StringComparison.Ordinal))));
        Assert.Equal("ready", await StateAsync(server));
        Assert.Equal("size", (await server.GetAsync(Contoso + "/schema")).Json.GetProperty("properties")[0].GetProperty("name").GetString());
        Assert.Equal("failed", (await OperationAsync(server, failed)).Status);
    }

    [Fact]
    public async Task A_failed_update_leaves_a_ready_connection_with_the_schema_in_force()
    {
        await using TestServer server = await StartAsync();
        await CreateAsync(server);
        await PatchAsync(server, First);
        await server.FaultAsync(Fail);

        Assert.Equal("failed", (await OperationAsync(server, await PatchAsync(server, More))).Status);

        Assert.Equal("ready", await StateAsync(server));
        Assert.Equal(1, (await server.GetAsync(Contoso + "/schema")).Json.GetProperty("properties").GetArrayLength());
        Assert.Equal("completed", (await OperationAsync(server, await PatchAsync(server, More))).Status);
        Assert.Equal(2, (await server.GetAsync(Contoso + "/schema")).Json.GetProperty("properties").GetArrayLength());
    }

    [Fact]
    public async Task With_a_delay_it_is_in_progress_until_it_is_due_and_fails_even_when_the_rule_is_gone_and_the_server_was_restarted()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        string[] settings = ["Faults:Enabled=true", "Clock:Virtual=true", "Schemas:ProvisioningDelay=00:10:00"];
        try
        {
            string operation;
            await using (TestServer server = await TestServer.StartAsync(time: null, data, settings))
            {
                await server.FaultAsync(Fail);
                await CreateAsync(server);
                operation = await PatchAsync(server, First);
                Assert.Equal(("inprogress", "null"), await OperationAsync(server, operation));
                (await server.GetAsync(Contoso + "/schema")).ShouldBe(200);
            }

            await using (TestServer server = await TestServer.StartAsync(time: null, data, settings))
            {
                Assert.Equal(("inprogress", "null"), await OperationAsync(server, operation));
                await server.ClockAsync("""{ "advance": "PT10M" }""");
                await Eventually.HoldsAsync(() => OperationAsync(server, operation), shown => shown.Status == "failed");
            }

            await using TestServer last = await TestServer.StartAsync(time: null, data);
            (string? status, string error) = await OperationAsync(last, operation);
            Assert.Equal("failed", status);
            Assert.StartsWith("""{"code":"Broken",""", error, StringComparison.Ordinal);
            Assert.Equal("draft", await StateAsync(last));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Post_that_would_answer_with_the_schema_answers_202_for_one_that_fails()
    {
        await using TestServer server = await StartAsync();
        await server.FaultAsync(Fail);
        await CreateAsync(server);

        Answer answer = (await server.PostAsync(Contoso + "/schema", First)).ShouldBe(202);

        Assert.Equal("failed", (await OperationAsync(server, answer.Headers.Location!.AbsolutePath)).Status);
    }

    [Fact]
    public async Task Only_registrations_that_start_an_operation_of_the_connection_count()
    {
        await using TestServer server = await StartAsync("Schemas:ProvisioningDelay=00:10:00");
        string fault = await server.FaultAsync("""{ "kind": "schemaOperation", "match": { "connectionId": "contosohr", "version": "v1.0" }, "fromCall": 2, "toCall": 2 }""");
        await CreateAsync(server);
        await CreateAsync(server, "contosoit");

        // Refused, of another connection, of the other version's path, busy: none of them is a call.
        (await server.PatchAsync(Contoso + "/schema", "{}")).ShouldBe(400);
        (await server.PatchAsync(Connections + "/nobody1/schema", First)).ShouldBe(404);
        await PatchAsync(server, First, "contosoit");
        string first = await PatchAsync(server, First);
        (await server.PatchAsync(Contoso + "/schema", First)).ShouldBe(409);
        JsonElement state = (await server.FaultStateAsync(fault)).Json;
        Assert.Equal((1, 0), (state.GetProperty("calls").GetInt32(), state.GetProperty("hits").GetInt32()));

        await server.ClockAsync("""{ "advance": "PT10M" }""");
        await Eventually.HoldsAsync(() => OperationAsync(server, first), shown => shown.Status == "completed");
        string second = await PatchAsync(server, More);
        await server.ClockAsync("""{ "advance": "PT10M" }""");
        (_, string error) = await Eventually.HoldsAsync(() => OperationAsync(server, second), shown => shown.Status == "failed");
        Assert.Equal("""{"code":"InternalServerError","message":"Server error, something went wrong"}""", error);
    }
}
