using Tributary.Tests.Hosting;

namespace Tributary.Tests.Connections;

/// <summary>Who may know of which connection, over HTTP (external-connectors 2.3).</summary>
public sealed class ConnectionAccessTests : IAsyncLifetime
{
    private const string Owner = TestServer.App;
    private const string Other = "0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11";
    private const string WritesAll = "0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e12";
    private const string ReadsAll = "0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e13";
    private const string NoRoles = "0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e14";
    private const string ItemsOnly = "0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e15";
    private const string Path = "/v1.0/external/connections/contosohr";

    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartWithSeedAsync(
            $$"""
            { "apps": [
                { "appId": "{{WritesAll}}", "roles": ["ExternalConnection.ReadWrite.All", "ExternalItem.ReadWrite.All"] },
                { "appId": "{{ReadsAll}}", "roles": ["ExternalConnection.Read.All", "ExternalItem.Read.All"] },
                { "appId": "{{NoRoles}}", "roles": [] },
                { "appId": "{{ItemsOnly}}", "roles": ["ExternalItem.ReadWrite.OwnedBy"] } ],
              "users": [ { "userPrincipalName": "plain@tributary.local", "displayName": "Plain" } ] }
            """);
        await _server.CreateReadyConnectionAsync();
        (await _server.PutAsync($"{Path}/items/T1", Item)).ShouldBe(200);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Under_OwnedBy_a_foreign_connection_is_as_unknown_as_one_that_is_not_there()
    {
        string token = await _server.AppTokenAsync(Other);
        Answer registered = await _server.PatchAsync($"{Path}/schema", TestServer.DefaultSchema.Replace("\"isExactMatchRequired\": true", "\"description\": \"d\"", StringComparison.Ordinal));
        string operation = registered.ShouldBe(202).Headers.Location!.AbsolutePath;

        (HttpMethod Method, string Path, string? Body)[] calls =
        [
            (HttpMethod.Get, Path, null),
            (HttpMethod.Patch, Path, """{ "description": "mine" }"""),
            (HttpMethod.Delete, Path, null),
            (HttpMethod.Get, Path + "/schema", null),
            (HttpMethod.Patch, Path + "/schema", """{ "properties": [] }"""),
            (HttpMethod.Post, Path + "/schema", """{ "properties": [] }"""),
            (HttpMethod.Get, operation, null),
            (HttpMethod.Get, Path + "/items/T1", null),
            (HttpMethod.Put, Path + "/items/T1", Item),
            (HttpMethod.Delete, Path + "/items/T1", null),
        ];
        foreach ((HttpMethod method, string path, string? body) in calls)
        {
            Answer foreign = await _server.SendAsync(method, path, body, token);
            Answer unknown = await _server.SendAsync(method, path.Replace("contosohr", "nobody1", StringComparison.Ordinal), body, token);

            foreign.ShouldBe(404, "ItemNotFound");
            Assert.Equal(Told(unknown), Told(foreign));
        }

        Assert.Equal(0, (await _server.GetAsync("/v1.0/external/connections", token)).Json.GetProperty("value").GetArrayLength());
        (await _server.PostAsync("/v1.0/external/connections", """{ "id": "contosohr", "name": "Mine" }""", token)).ShouldBe(409, "NameAlreadyExists");
        (await _server.PostAsync("/v1.0/external/connections", """{ "id": "minehr", "name": "Name of contosohr" }""", token)).ShouldBe(409, "NameAlreadyExists");

        static string Told(Answer answer) => $"{answer.ErrorCode} {answer.ErrorMessage} {answer.InnerCode} {answer.Reason}";
    }

    [Fact]
    public async Task Under_All_every_connection_of_the_tenant_can_be_used()
    {
        string token = await _server.AppTokenAsync(WritesAll);

        (await _server.GetAsync(Path, token)).ShouldBe(200);
        Assert.Equal(1, (await _server.GetAsync("/v1.0/external/connections", token)).Json.GetProperty("value").GetArrayLength());
        (await _server.PatchAsync(Path, """{ "description": "by another" }""", token)).ShouldBe(204);
        (await _server.PatchAsync(Path + "/schema", """{ "properties": [] }""", token)).ShouldBe(202);
        (await _server.PutAsync(Path + "/items/T2", Item, token)).ShouldBe(200);
        (await _server.DeleteAsync(Path + "/items/T2", token)).ShouldBe(204);
        (await _server.DeleteAsync(Path, token)).ShouldBe(202);
    }

    [Fact]
    public async Task Read_All_reads_everything_and_writes_nothing()
    {
        string token = await _server.AppTokenAsync(ReadsAll);

        foreach (string path in (string[])["/v1.0/external/connections", Path, Path + "/schema", Path + "/items/T1"])
        {
            (await _server.GetAsync(path, token)).ShouldBe(200);
        }

        (await _server.PostAsync("/v1.0/external/connections", "not even JSON", token)).ShouldBe(403, "Authorization_RequestDenied");
        (await _server.PatchAsync(Path, "{}", token)).ShouldBe(403, "Authorization_RequestDenied");
        (await _server.DeleteAsync(Path, token)).ShouldBe(403, "Authorization_RequestDenied");
        (await _server.PatchAsync(Path + "/schema", "{}", token)).ShouldBe(403, "Authorization_RequestDenied");
        (await _server.PutAsync(Path + "/items/T1", Item, token)).ShouldBe(403, "Authorization_RequestDenied");
        (await _server.DeleteAsync(Path + "/items/T1", token)).ShouldBe(403, "Authorization_RequestDenied");
    }

    [Theory]
    [InlineData(NoRoles)]
    [InlineData(ItemsOnly)]
    public async Task Without_the_permission_there_is_a_403_that_names_it(string app)
    {
        string token = await _server.AppTokenAsync(app);

        foreach (string path in (string[])["/v1.0/external/connections", Path, "/v1.0/external/connections/nobody1", Path + "/schema"])
        {
            Answer answer = await _server.GetAsync(path, token);
            answer.ShouldBe(403, "Authorization_RequestDenied");
            Assert.Equal("Insufficient privileges to complete the operation.", answer.ErrorMessage);
            Assert.Contains("ExternalConnection.ReadWrite.OwnedBy", answer.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_second_application_gets_in_by_authorizedAppIds()
    {
        string token = await _server.AppTokenAsync(Other);
        (await _server.PatchAsync(
            Path, $$"""{ "configuration": { "authorizedAppIds": ["{{Owner}}", "{{Other.ToUpperInvariant()}}"] } }""", await _server.AppTokenAsync(WritesAll))).ShouldBe(204);

        (await _server.GetAsync(Path, token)).ShouldBe(200);
        (await _server.PutAsync(Path + "/items/T2", Item, token)).ShouldBe(200);
        (await _server.PutAsync(Path + "/items/T2", Item, await _server.AppTokenAsync(ItemsOnly))).ShouldBe(404, "ItemNotFound");
        Assert.Equal(1, (await _server.GetAsync("/v1.0/external/connections", token)).Json.GetProperty("value").GetArrayLength());
    }

    [Fact]
    public async Task An_application_may_take_itself_out_and_is_out_then()
    {
        (await _server.PatchAsync(Path, $$"""{ "configuration": { "authorizedAppIds": ["{{Other}}"] } }""")).ShouldBe(204);

        (await _server.GetAsync(Path)).ShouldBe(404, "ItemNotFound");
        (await _server.GetAsync(Path, await _server.AppTokenAsync(Other))).ShouldBe(200);
    }

    [Theory]
    [InlineData("""{ "configuration": { "authorizedAppIds": [] } }""")]
    [InlineData("""{ "configuration": { } }""")]
    [InlineData("""{ "configuration": null }""")]
    public async Task A_list_that_would_be_empty_holds_the_caller(string body)
    {
        (await _server.PatchAsync(Path, body, await _server.AppTokenAsync(WritesAll))).ShouldBe(204);

        Answer answer = await _server.GetAsync(Path, await _server.AppTokenAsync(WritesAll));
        Assert.Equal($$"""{"authorizedAppIds":["{{WritesAll}}"]}""", answer.Json.GetProperty("configuration").GetRawText());
        (await _server.GetAsync(Path)).ShouldBe(404, "ItemNotFound");
    }

    [Fact]
    public async Task A_delegated_caller_is_its_application_and_must_be_an_administrator()
    {
        string administrator = await _server.UserTokenAsync("admin", "https://graph.microsoft.com/ExternalConnection.ReadWrite.OwnedBy");
        string foreign = await _server.UserTokenAsync("admin", "https://graph.microsoft.com/ExternalConnection.ReadWrite.OwnedBy", Other);
        string nobody = await _server.UserTokenAsync("plain", "https://graph.microsoft.com/ExternalConnection.ReadWrite.All");

        (await _server.GetAsync(Path, administrator)).ShouldBe(200);
        (await _server.GetAsync(Path, foreign)).ShouldBe(404, "ItemNotFound");
        Answer created = await _server.PostAsync("/v1.0/external/connections", """{ "id": "delegated", "name": "Delegated" }""", foreign);
        Assert.Equal($$"""{"authorizedAppIds":["{{Other}}"]}""", created.ShouldBe(201).Json.GetProperty("configuration").GetRawText());
        foreach (string path in (string[])["/v1.0/external/connections", Path])
        {
            Answer refused = await _server.GetAsync(path, nobody);
            refused.ShouldBe(403, "Authorization_RequestDenied");
            Assert.Contains("administrator", refused.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_personal_account_is_refused()
    {
        const string Personal = "9188040d-6c67-4c5b-b112-36a304b66dad";

        (await _server.GetAsync("/v1.0/external/connections", await _server.AppTokenAsync(tenant: Personal))).ShouldBe(403, "Authorization_RequestDenied");
        (await _server.GetAsync("/v1.0/external/connections", await _server.UserTokenAsync("admin", tenant: Personal))).ShouldBe(403, "Authorization_RequestDenied");
    }

    [Fact]
    public async Task Tenants_are_partitions()
    {
        const string Tenant = "5f0c8c4e-8f5d-4a9e-9c36-6d5be0f4a003";
        string token = await _server.AppTokenAsync(tenant: Tenant);
        string all = await _server.AppTokenAsync(WritesAll, Tenant);

        (await _server.GetAsync(Path, all)).ShouldBe(404, "ItemNotFound");
        Assert.Equal(0, (await _server.GetAsync("/v1.0/external/connections", all)).Json.GetProperty("value").GetArrayLength());
        await _server.CreateReadyConnectionAsync(token: token);
        (await _server.GetAsync(Path + "/items/T1", all)).ShouldBe(404, "ItemNotFound");
        (await _server.PutAsync(Path + "/items/T1", Item.Replace("Report", "Theirs", StringComparison.Ordinal), token)).ShouldBe(200);
        (await _server.DeleteAsync(Path, token)).ShouldBe(202);

        Assert.Contains("Report", (await _server.GetAsync(Path + "/items/T1")).ShouldBe(200).Body, StringComparison.Ordinal);
    }

    private const string Item =
        """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "Report" } }""";

    [Theory]
    [InlineData("POST", "groups", """{ "id": "late" }""")]
    [InlineData("PATCH", "groups/team", """{ "displayName": "late" }""")]
    [InlineData("POST", "groups/team/members", """{ "id": "0b1d0000-0000-0000-0000-000000000001", "type": "user" }""")]
    [InlineData("PUT", "items/late", Item)]
    public async Task An_application_that_is_authorized_no_longer_completes_nothing_that_it_began_before(string method, string path, string body)
    {
        (await _server.PostAsync($"{Path}/groups", """{ "id": "team" }""")).ShouldBe(201);
        (await _server.PatchAsync(Path, $$"""{ "configuration": { "authorizedAppIds": ["{{TestServer.App}}", "{{Other}}"] } }""")).ShouldBe(204);
        string token = await _server.AppTokenAsync(Other);
        (await _server.GetAsync(Path, token)).ShouldBe(200);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(_server.Http.BaseAddress!.Host, _server.Http.BaseAddress.Port);
        await using System.Net.Sockets.NetworkStream stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(
            $"{method} {Path}/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nAuthorization: Bearer {token}\r\n\r\n"));
        byte[] buffer = new byte[4096];

        // The server asks for the body once it has let the caller in.
        Assert.StartsWith("HTTP/1.1 100", System.Text.Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer)), StringComparison.Ordinal);
        (await _server.PatchAsync(Path, $$"""{ "configuration": { "authorizedAppIds": ["{{TestServer.App}}"] } }""")).ShouldBe(204);
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body));
        string answer = await new StreamReader(stream).ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        (await _server.GetAsync($"{Path}/items/late")).ShouldBe(404);
        (await _server.GetAsync($"{Path}/groups/late")).ShouldBe(404);
        Assert.DoesNotContain("late", (await _server.GetAsync($"{Path}/groups/team")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("0b1d", (await _server.GetAsync($"{Path}/groups/team/members")).Body, StringComparison.Ordinal);
    }
}
