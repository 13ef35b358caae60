using Microsoft.Extensions.Time.Testing;
using Tributary.Auth.DevIssuer;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Wire;

/// <summary>
/// The life of one connection as plain requests and whole answers, with the waits of the real service: what generated clients hide or do not model is
/// visible here. The same on both versions, except for the members that only beta has.
/// </summary>
public sealed class ExchangeTests : IAsyncLifetime
{
    private const string Connections = "/external/connections";
    private const string Connection = "/external/connections/helpdesk01";

    private const string Schema =
        """
        { "baseType": "microsoft.graph.externalItem", "properties": [
          { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["title"] },
          { "name": "status", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true, "aliases": ["ticketState"] },
          { "name": "tags", "type": "stringCollection", "isQueryable": true, "isRetrievable": true } ] }
        """;

    private const string NotFoundFormat = """{"error":{"code":"ItemNotFound","message":"The requested resource does not exist.","innerError":{"code":"ResourceNotFound","source":"SOURCE","message":"'SOURCE' was not found.","date":"*","request-id":"*","client-request-id":"*"}}}""";

    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private TestServer _server = null!;
    private Tenant _tenant = null!;
    private string _root = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(_time, null, $"Schemas:ProvisioningDelay={Delay}", $"Connections:DeletionDelay={Delay}");
        _tenant = new Tenant(_server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_connection_lives_from_draft_to_deletion(string version)
    {
        _root = $"/{version}";
        bool isBeta = version == "beta";

        Answer created = await IsAsync(
            HttpMethod.Post,
            Connections,
            """{ "id": "helpdesk01", "name": "Help desk", "description": "Tickets of the help desk" }""",
            201,
            $$$"""
            {"@odata.context":"ROOT/$metadata#external/connections/$entity","id":"helpdesk01","name":"Help desk","description":"Tickets of the help desk","state":"draft","configuration":{"authorizedAppIds":["{{{DevDefaults.AppId}}}"]}}
            """);
        Assert.Equal("application/json", created.ContentHeaders.ContentType!.MediaType);

        await IsAsync(HttpMethod.Get, $"{Connection}/schema", null, 404, NotFoundFormat.Replace("SOURCE", "Schema", StringComparison.Ordinal));
        await IsRefusedAsync(HttpMethod.Put, $"{Connection}/items/T1", Item("Printer jams"), 400, "ConnectionNotReady");

        Answer accepted = await SendAsync(HttpMethod.Patch, $"{Connection}/schema", Schema);
        AssertEmpty(accepted, 202);
        string location = accepted.Headers.Location!.ToString();
        string operation = location.Split('/')[^1];
        Assert.Equal($"{_tenant.Url}{version}/external/connections/helpdesk01/operations/{operation}", location);

        string exact = isBeta ? ""","isExactMatchRequired":false""" : "";
        string hint = isBeta ? ""","rankingHint":null""" : "";
        await IsAsync(
            HttpMethod.Get,
            $"{Connection}/schema",
            null,
            200,
            $$$"""
            {"@odata.context":"ROOT/$metadata#external/connections('helpdesk01')/schema/$entity","baseType":"microsoft.graph.externalItem","properties":[
            {"name":"title","type":"string","isSearchable":true,"isRetrievable":true,"isQueryable":true,"isRefinable":false{{{exact}}},"labels":["title"],"aliases":[]{{{hint}}},"description":null},
            {"name":"status","type":"string","isSearchable":false,"isRetrievable":true,"isQueryable":true,"isRefinable":true{{{exact}}},"labels":[],"aliases":["ticketState"]{{{hint}}},"description":null},
            {"name":"tags","type":"stringCollection","isSearchable":false,"isRetrievable":true,"isQueryable":true,"isRefinable":false{{{exact}}},"labels":[],"aliases":[]{{{hint}}},"description":null}]}
            """);
        string operationPath = $"{Connection}/operations/{operation}";
        const string OperationFormat = """{"@odata.context":"ROOT/$metadata#external/connections('helpdesk01')/operations/$entity","id":"ID","status":"STATUS","error":null}""";
        string operationBody = OperationFormat.Replace("ID", operation, StringComparison.Ordinal);
        await IsAsync(HttpMethod.Get, operationPath, null, 200, operationBody.Replace("STATUS", "inprogress", StringComparison.Ordinal));
        await IsRefusedAsync(HttpMethod.Patch, $"{Connection}/schema", Schema, 409, null);

        _time.Advance(Delay);
        await Eventually.HoldsAsync(() => SendAsync(HttpMethod.Get, operationPath), answer => answer.Json.GetProperty("status").GetString() == "completed");
        await IsAsync(HttpMethod.Get, operationPath, null, 200, operationBody.Replace("STATUS", "completed", StringComparison.Ordinal));

        string betaMembers = isBeta ? ""","complianceSettings":null,"enabledContentExperiences":"search","ingestedItemsCount":0""" : "";
        await IsAsync(
            HttpMethod.Get,
            Connection,
            null,
            200,
            $$$"""
            {"@odata.context":"ROOT/$metadata#external/connections/$entity","id":"helpdesk01","name":"Help desk","description":"Tickets of the help desk","state":"ready","configuration":{"authorizedAppIds":["{{{DevDefaults.AppId}}}"]},"connectorId":null,"activitySettings":null,"searchSettings":null,"contentCategory":"uncategorized"{{{betaMembers}}}}
            """);

        const string ItemFormat = """
            {"@odata.context":"ROOT/$metadata#external/connections('helpdesk01')/items/$entity","id":"T1","acl":[{"type":"everyone","value":"everyone","accessType":"grant"}],"properties":{"title":"TITLE","status":"open","tags@odata.type":"Collection(String)","tags":["printer","floor3"]},"content":{"type":"text","value":"Paper jam since Monday …"}}
            """;
        await IsAsync(HttpMethod.Put, $"{Connection}/items/T1", Item("Printer jams"), 200, ItemFormat.Replace("TITLE", "Printer jams", StringComparison.Ordinal));
        string replaced = ItemFormat.Replace("TITLE", "Printer on floor 3 jams", StringComparison.Ordinal);
        await IsAsync(HttpMethod.Put, $"{Connection}/items/T1", Item("Printer on floor 3 jams"), 200, replaced);
        await IsAsync(HttpMethod.Get, $"{Connection}/items/T1", null, 200, replaced);
        await IsFoundAsync();

        AssertEmpty(await SendAsync(HttpMethod.Delete, $"{Connection}/items/T1"), 204);
        await IsAsync(HttpMethod.Get, $"{Connection}/items/T1", null, 404, NotFoundFormat.Replace("SOURCE", "ExternalItem", StringComparison.Ordinal));

        Answer deleting = await SendAsync(HttpMethod.Delete, Connection);
        AssertEmpty(deleting, 202);
        Assert.Null(deleting.Headers.Location);
        await IsRefusedAsync(HttpMethod.Post, Connections, """{ "id": "helpdesk01", "name": "Another" }""", 409, null);
        await IsRefusedAsync(HttpMethod.Post, Connections, """{ "id": "another", "name": "Help desk" }""", 409, null);

        _time.Advance(Delay);
        await Eventually.HoldsAsync(() => SendAsync(HttpMethod.Get, Connection), answer => answer.Status == 404);
        await IsAsync(HttpMethod.Get, Connection, null, 404, NotFoundFormat.Replace("SOURCE", "Connection", StringComparison.Ordinal));
        (await SendAsync(HttpMethod.Post, Connections, """{ "id": "helpdesk01", "name": "Help desk" }""")).ShouldBe(201);
    }

    /// <summary>
    /// The exchange as it is documented, request by request: what a client that follows the pages sends, in their order. The deletion and the registration take
    /// their time, so that what lies between is seen.
    /// </summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task The_whole_exchange_has_the_documented_answers_in_order(string version)
    {
        _root = $"/{version}";
        string user = TokenClaims.Of(await _tenant.UserTokenAsync("reader")).GetProperty("oid").GetString()!;

        Answer created = (await SendAsync(HttpMethod.Post, Connections, """{ "id": "helpdesk01", "name": "Help desk", "description": "Tickets of the help desk" }""")).ShouldBe(201);
        Assert.Equal("draft", created.Json.GetProperty("state").GetString());
        Assert.Equal([DevDefaults.AppId], created.Json.GetProperty("configuration").GetProperty("authorizedAppIds").EnumerateArray().Select(app => app.GetString()));

        await IsAsync(HttpMethod.Get, $"{Connection}/schema", null, 404, NotFoundFormat.Replace("SOURCE", "Schema", StringComparison.Ordinal));
        await IsRefusedAsync(HttpMethod.Put, $"{Connection}/items/T1", Item("Printer jams"), 400, "ConnectionNotReady");

        Answer accepted = await SendAsync(HttpMethod.Patch, $"{Connection}/schema", Schema);
        AssertEmpty(accepted, 202);
        string operation = $"{Connection}/operations/{accepted.Headers.Location!.ToString().Split('/')[^1]}";
        Assert.Equal(3, (await SendAsync(HttpMethod.Get, $"{Connection}/schema")).ShouldBe(200).Json.GetProperty("properties").GetArrayLength());
        await IsOperationAsync(operation, "inprogress");
        await IsRefusedAsync(HttpMethod.Patch, $"{Connection}/schema", Schema, 409, null);

        _time.Advance(Delay);
        await Eventually.HoldsAsync(() => SendAsync(HttpMethod.Get, operation), answer => answer.Json.GetProperty("status").GetString() != "inprogress");
        await IsOperationAsync(operation, "completed");
        Assert.Equal("ready", (await SendAsync(HttpMethod.Get, Connection)).ShouldBe(200).Json.GetProperty("state").GetString());

        await IsAsync(
            HttpMethod.Post,
            $"{Connection}/groups",
            """{ "id": "nightshift", "displayName": "Night shift", "description": "From ten to six" }""",
            201,
            """{"@odata.context":"ROOT/$metadata#external/connections('helpdesk01')/groups/$entity","id":"nightshift","displayName":"Night shift","description":"From ten to six"}""");
        await IsAsync(
            HttpMethod.Post,
            $"{Connection}/groups/nightshift/members",
            $$"""{ "id": "{{user}}", "type": "user" }""",
            201,
            $$"""{"@odata.context":"ROOT/$metadata#external/connections('helpdesk01')/groups('nightshift')/members/$entity","id":"{{user}}","type":"user"}""");

        const string ItemFormat = """
            {"@odata.context":"ROOT/$metadata#external/connections('helpdesk01')/items/$entity","id":"T1","acl":[{"type":"everyone","value":"everyone","accessType":"grant"}],"properties":{"title":"TITLE","status":"open","tags@odata.type":"Collection(String)","tags":["printer","floor3"]},"content":{"type":"text","value":"Paper jam since Monday …"}}
            """;
        string replaced = ItemFormat.Replace("TITLE", "Printer on floor 3 jams", StringComparison.Ordinal);
        await IsAsync(HttpMethod.Put, $"{Connection}/items/T1", Item("Printer jams"), 200, ItemFormat.Replace("TITLE", "Printer jams", StringComparison.Ordinal));
        await IsAsync(HttpMethod.Put, $"{Connection}/items/T1", Item("Printer on floor 3 jams"), 200, replaced);
        await IsAsync(
            HttpMethod.Post,
            $"{Connection}/items/T1/addActivities",
            $$"""
            { "activities": [ { "@odata.type": "#microsoft.graph.externalConnectors.externalActivity", "type": "viewed", "startDateTime": "2026-01-10T09:00:00Z",
              "performedBy": { "type": "user", "id": "{{user}}" } } ] }
            """,
            200,
            """
            {"@odata.context":"ROOT/$metadata#Collection(microsoft.graph.externalConnectors.externalActivityResult)","value":[
            {"@odata.type":"#microsoft.graph.externalConnectors.externalActivityResult","type":"viewed","startDateTime":"2026-01-10T09:00:00Z","error":null}]}
            """);
        await IsAsync(HttpMethod.Get, $"{Connection}/items/T1", null, 200, replaced);
        AssertEmpty(await SendAsync(HttpMethod.Delete, $"{Connection}/items/T1"), 204);

        Answer quota = (await _tenant.SendAsync(HttpMethod.Get, $"/beta{Connection}/quota")).ShouldBe(200);
        Assert.Equal(
            $$"""{"@odata.context":"{{_tenant.Url}}beta/$metadata#external/connections('helpdesk01')/quota/$entity","itemsRemaining":5000000}""", quota.Body);

        AssertEmpty(await SendAsync(HttpMethod.Delete, Connection), 202);
        await IsRefusedAsync(HttpMethod.Post, Connections, """{ "id": "helpdesk01", "name": "Help desk" }""", 409, null);
        _time.Advance(Delay);
        await Eventually.HoldsAsync(() => SendAsync(HttpMethod.Get, Connection), answer => answer.Status == 404);
        await IsAsync(HttpMethod.Get, Connection, null, 404, NotFoundFormat.Replace("SOURCE", "Connection", StringComparison.Ordinal));
    }

    /// <summary>The whole answer of a search, whose opaque ids are compared with one another only.</summary>
    private async Task IsFoundAsync()
    {
        Answer answer = (await _tenant.SendAsUserAsync(
            "reader",
            HttpMethod.Post,
            $"{_root}/search/query",
            """{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/helpdesk01"], "query": { "queryString": "jam ticketState:open" } } ] }"""))
            .ShouldBe(200);
        var hit = answer.Container.GetProperty("hits")[0];
        var properties = hit.GetProperty("resource").GetProperty("properties");
        string domain = properties.GetProperty("substrateContentDomainId").GetString()!.Split('@')[0];

        Assert.Equal(
            OnOneLine(
                """
                {"@odata.context":"ROOT/$metadata#Collection(microsoft.graph.searchResponse)","value":[{"searchTerms":["jam"],"hitsContainers":[{"hits":[
                {"hitId":"HIT","contentSource":"helpdesk01","rank":1,"summary":"Paper <c0>jam</c0> since Monday …","resource":{"@odata.type":"#microsoft.graph.externalConnectors.externalItem","properties":{"title":"Printer on floor 3 jams","status":"open","tags":["printer","floor3"],"substrateContentDomainId":"DOMAIN@TENANT,T1","substrateLocationId":"APP:GCS_helpdesk01@TENANT","documentId":0,"immutableEntryId":"ENTRY","id":"HIT"}}}
                ],"total":1,"moreResultsAvailable":false}]}]}
                """),
            WireText.Of(
                answer.Body,
                (_server.Http.BaseAddress!.ToString().TrimEnd('/') + _root, "ROOT"),
                (hit.GetProperty("hitId").GetString()!, "HIT"),
                (properties.GetProperty("immutableEntryId").GetString()!, "ENTRY"),
                ($"\"documentId\":{properties.GetProperty("documentId").GetInt64()}", "\"documentId\":0"),
                (_tenant.Id, "TENANT"),
                (domain, "DOMAIN")));
    }

    private async Task<Answer> IsAsync(HttpMethod method, string path, string? json, int status, string expected)
    {
        Answer answer = (await SendAsync(method, path, json)).ShouldBe(status);
        Assert.Equal(OnOneLine(expected), WireText.Of(answer.Body, (_tenant.Url.ToString().TrimEnd('/') + _root, "ROOT")));
        return answer;
    }

    private Task<Answer> IsOperationAsync(string path, string status) => IsAsync(
        HttpMethod.Get,
        path,
        null,
        200,
        $$"""{"@odata.context":"ROOT/$metadata#external/connections('helpdesk01')/operations/$entity","id":"{{path.Split('/')[^1]}}","status":"{{status}}","error":null}""");

    private async Task IsRefusedAsync(HttpMethod method, string path, string json, int status, string? innerCode)
    {
        Answer answer = await SendAsync(method, path, json);
        answer.ShouldBe(status, status == 409 ? "NameAlreadyExists" : "InvalidRequest");
        Assert.Equal(status == 409 ? "The specified resource name already exists." : "The request is malformed or incorrect.", answer.ErrorMessage);
        Assert.Equal(innerCode, answer.InnerCode);
    }

    private Task<Answer> SendAsync(HttpMethod method, string path, string? json = null) => _tenant.SendAsync(method, _root + path, json);

    private static void AssertEmpty(Answer answer, int status)
    {
        answer.ShouldBe(status);
        Assert.Empty(answer.Body);
        Assert.Null(answer.ContentHeaders.ContentType);
    }

    private static string Item(string title) =>
        $$"""
        { "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ],
          "properties": { "title": "{{title}}", "status": "open", "tags@odata.type": "Collection(String)", "tags": ["printer", "floor3"] },
          "content": { "value": "Paper jam since Monday …", "type": "text" } }
        """;

    /// <summary>Line breaks of the source are no part of what is expected.</summary>
    private static string OnOneLine(string json) => json.ReplaceLineEndings("").Trim();
}
