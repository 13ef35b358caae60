using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Compatibility;

/// <summary>
/// The answers that somebody saw on the real service (external-connectors 12.1, protocol 9 and 17), to the letter. The texts stand here once more and not by
/// way of the catalogue, so that nobody changes them by accident.
/// </summary>
public sealed class ObservedAnswersTests(ObservedAnswersTests.Fixture fixture) : IClassFixture<ObservedAnswersTests.Fixture>
{
    private const string Connections = "/v1.0/external/connections";
    private const string Contoso = Connections + "/contosohr";
    private const string Malformed = "The request is malformed or incorrect.";
    private const string NotThere = "The requested resource does not exist.";
    private const string Taken = "The specified resource name already exists.";
    private const string OtherApp = "0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11";
    private const string Everybody = """ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ] """;
    private const string Going = "/v1.0/external/connections/goingone";

    public static TheoryData<string, string, string, string?, int, string, string, string?, string?, string?> Answers => new()
    {
        { "O1", "GET", Connections + "/nowhere", null, 404, "ItemNotFound", NotThere, "ResourceNotFound", "Connection", "'Connection' was not found." },
        { "O2", "GET", Connections + "/draftone/schema", null, 404, "ItemNotFound", NotThere, "ResourceNotFound", "Schema", "'Schema' was not found." },
        { "O3", "POST", Connections, """{ "id": "contosohr", "name": "Another name" }""", 409, "NameAlreadyExists", Taken, null, null, null },
        { "O4", "POST", Connections, """{ "id": "goingone", "name": "Another name" }""", 409, "NameAlreadyExists", Taken, null, null, null },
        { "O5", "PATCH", "/beta/external/connections/waiting1/schema", TestServer.DefaultSchema, 409, "NameAlreadyExists", Taken, null, null, null },
        { "O6", "POST", Connections, """{ "id": "contoso-hr", "name": "N" }""", 400, "InvalidRequest", Malformed, "InvalidConnectionId", null, null },
        {
            "O7", "PATCH", Connections + "/draftone/schema",
            """{ "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "done", "type": "boolean", "isRefinable": true } ] }""",
            400, "InvalidRequest", Malformed, "RefinerShouldNotBeOfType", null, "Refiner property 'done' cannot be of type 'Boolean'."
        },
        {
            "O8", "POST", Contoso + "/groups", """{ "@odata.type": "microsoft.substrateConnectors.externalGroup", "id": "g1" }""",
            400, "InvalidRequest", Malformed, "DeserializationError", null,
            "A type named 'microsoft.substrateConnectors.externalGroup' could not be resolved by the model. When a model is available, each type name must resolve to a valid type."
        },
        {
            "O9", "PUT", Contoso + "/items/T1", $$"""{ {{Everybody}}, "properties": { "title": "t", "@odata.type": "Collection(String)" } }""",
            400, "InvalidRequest", Malformed, "DeserializationError", null, "Requested value 'Collection(String)' was not found."
        },
        {
            "O10", "PUT", Contoso + "/items/T1", $$"""{ {{Everybody}}, "properties": { "title": "t" }, "content": "text" }""",
            400, "BadRequest", "Property content in payload has a value that does not match schema.", "BadRequest", null, null
        },
        {
            "O11", "PUT", Contoso + "/items/T1", $$"""{ {{Everybody}}, "properties": { "colour": "red" } }""",
            400, "InvalidRequest", Malformed, "UnknownProperty", null, null
        },
        { "O14", "GET", Connections + "/foreign1", null, 404, "ItemNotFound", NotThere, "ResourceNotFound", "Connection", "'Connection' was not found." },
        { "O15", "POST", Contoso + "/items", "{}", 404, "UnknownError", "", null, null, null },
        { "O16", "DELETE", Contoso + "/schema", null, 404, "UnknownError", "", null, null, null },
        {
            "O20", "PUT", Going + "/items/T1", $$"""{ {{Everybody}}, "properties": { "title": "t" } }""",
            404, "ItemNotFound", NotThere, "ResourceNotFound", null, null
        },
        { "17: version", "GET", "/v2.0/external/connections", null, 400, "BadRequest", "Invalid version.", null, null, null },
        { "17: verb", "PUT", Connections, "{}", 405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.", null, null, null },
        { "9.5: segment", "GET", Contoso + "/quota", null, 400, "BadRequest", "Resource not found for the segment 'quota'.", null, null, null },
        { "6.3: no JSON", "POST", Connections, "<xml/>", 400, "BadRequest", "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.", null, null, null },
        { "11.4: no payload", "POST", "/v1.0/$batch", "{}", 400, "BadRequest", "Invalid batch payload format.", null, null, null },
        {
            "11.4: id twice", "POST", "/v1.0/$batch",
            """{ "requests": [ { "id": "1", "method": "GET", "url": "/external/connections" }, { "id": "1", "method": "GET", "url": "/external/connections" } ] }""",
            400, "BadRequest", "Request Id 1 has to be unique in a batch.", null, null, null
        },
        {
            "11.4: 21", "POST", "/v1.0/$batch",
            "{ \"requests\": [" + string.Join(',', Enumerable.Range(1, 21).Select(i => $$"""{ "id": "{{i}}", "method": "GET", "url": "/external/connections" }""")) + "] }",
            400, "BadRequest", "Number of requests inside batch exceeds the limit.", null, null, null
        },
        { "7: filter", "GET", Connections + "?$filter=contains(name,'a')", null, 400, "BadRequest", "This query is not supported.", "invalidQueryOption", null, null },
        { "7: order", "GET", Connections + "?$orderby=description", null, 400, "Request_UnsupportedQuery", "Sorting not supported for current query.", "invalidQueryOption", null, null },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task What_was_observed_is_answered(
        string id, string method, string path, string? body, int status, string code, string message, string? innerCode, string? source, string? reason)
    {
        Answer answer = await fixture.ServerOf(path, id).SendAsync(new HttpMethod(method), path, body);

        answer.ShouldBe(status, code);
        Assert.Equal(message, answer.ErrorMessage);
        Assert.Equal(innerCode, answer.InnerCode);
        JsonElement inner = answer.Json.GetProperty("error").GetProperty("innerError");
        if (source is not null)
        {
            Assert.Equal(source, inner.GetProperty("source").GetString());
        }

        // Ours names the place as well.
        Assert.Contains(reason ?? "", answer.Reason ?? "", StringComparison.Ordinal);

        // Protocol 17: without a client-request-id of its own it is the request's.
        Assert.Equal(inner.GetProperty("request-id").GetString(), inner.GetProperty("client-request-id").GetString());
        Assert.True(inner.TryGetProperty("date", out _));
        Assert.Equal("application/json", answer.ContentHeaders.ContentType!.ToString());
    }

    [Fact]
    public async Task O13_the_list_under_OwnedBy_is_empty_where_all_connections_are_another_apps()
    {
        Answer answer = (await fixture.Server.GetAsync(Connections, await fixture.Server.AppTokenAsync("5d1c1e3a-2a59-4d57-8a8f-4b9d4a3b9c10"))).ShouldBe(200);

        Assert.Equal(0, answer.Json.GetProperty("value").GetArrayLength());
    }

    [Fact]
    public async Task O22_the_schema_is_whole_while_its_operation_runs() =>
        Assert.Equal(9, (await fixture.Slow.GetAsync(Connections + "/waiting1/schema")).ShouldBe(200).Json.GetProperty("properties").GetArrayLength());

    [Fact]
    public async Task O23_a_second_schema_is_202_once_the_first_is_completed() =>
        (await fixture.Server.PatchAsync("/beta/external/connections/again001/schema", TestServer.DefaultSchema)).ShouldBe(202);

    [Fact]
    public async Task A_missing_token_and_a_missing_permission_have_the_observed_texts()
    {
        using HttpResponseMessage response = await fixture.Server.Http.GetAsync(new Uri(Connections, UriKind.Relative));
        Answer empty = (await Answer.ReadAsync(response)).ShouldBe(401, "InvalidAuthenticationToken");
        Answer forbidden = (await fixture.Server.GetAsync(Connections, await fixture.Server.UserTokenAsync("reader", "ExternalItem.Read.All"))).ShouldBe(403, "Authorization_RequestDenied");

        Assert.Equal("Access token is empty.", empty.ErrorMessage);
        Assert.Equal("Insufficient privileges to complete the operation.", forbidden.ErrorMessage);
    }

    [Fact]
    public async Task A_write_that_is_no_JSON_has_the_observed_text()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Connections) { Content = new StringContent("{}", Encoding.UTF8, "text/plain") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await fixture.Server.AppTokenAsync());
        using HttpResponseMessage response = await fixture.Server.Http.SendAsync(request);

        Answer answer = (await Answer.ReadAsync(response)).ShouldBe(400, "BadRequest");

        Assert.Equal("Entity only allows writes with a JSON Content-Type header.", answer.ErrorMessage);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        /// <summary>Where a schema and a deletion take their time.</summary>
        internal TestServer Slow { get; private set; } = null!;

        internal TestServer ServerOf(string path, string id) => id is "O4" || path.Contains("waiting1", StringComparison.Ordinal) || path.StartsWith(Going, StringComparison.Ordinal) ? Slow : Server;

        public async ValueTask InitializeAsync()
        {
            Server = await TestServer.StartAsync();
            await Server.CreateReadyConnectionAsync();
            await Server.CreateReadyConnectionAsync("again001");
            await Server.CreateReadyConnectionAsync("foreign1", token: await Server.AppTokenAsync(OtherApp));
            (await Server.PostAsync(Connections, """{ "id": "draftone", "name": "Draft" }""")).ShouldBe(201);

            Slow = await TestServer.StartAsync("Schemas:ProvisioningDelay=1.00:00:00", "Connections:DeletionDelay=1.00:00:00");
            await Slow.CreateReadyConnectionAsync("waiting1");
            (await Slow.PostAsync(Connections, """{ "id": "goingone", "name": "Going" }""")).ShouldBe(201);
            (await Slow.DeleteAsync(Going)).ShouldBe(202);
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await Slow.DisposeAsync();
        }
    }
}
