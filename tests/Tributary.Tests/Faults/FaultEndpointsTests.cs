using System.Text.Json;
using Tributary.Faults;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Faults;

/// <summary>Making, showing, changing and ending rules, and what is refused.</summary>
public sealed class FaultEndpointsTests(FaultServer shared) : IClassFixture<FaultServer>, IAsyncLifetime
{
    private const string Faults = "/tributary/faults";
    private const string Any = """{ "answer": { "status": 503 } }""";

    private TestServer Server => shared.Server;

    public async ValueTask InitializeAsync() => await shared.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<Answer> PostAsync(string body) => Server.OperateAsync(HttpMethod.Post, Faults, body);

    private Task<Answer> PatchAsync(string id, string body) => Server.OperateAsync(HttpMethod.Patch, $"{Faults}/{id}", body);

    [Fact]
    public async Task A_rule_is_shown_as_it_was_written()
    {
        Answer created = (await PostAsync(
            """
            { "displayName": "Busy", "match": { "methods": ["put", "PATCH"], "path": "/external/connections/{id}/**", "version": "beta",
                "tenantId": "7F0C2A4E-5b1d-4c8a-9e36-1d2b3c4d5e6f", "appId": "d310d35d-72ec-47dd-92f2-fb9c40936555", "connectionId": "contosohr" },
              "fromCall": 2, "toCall": 9, "probability": 0.5, "seed": 7, "count": 3, "expirationDateTime": "2099-01-01T00:00:00Z", "when": "after",
              "delay": "PT2S", "answer": { "status": 429, "error": { "code": "c", "message": "m", "innerError": { "code": "ic", "message": "im" } },
                "headers": { "Retry-After": "2.128" } }, "truncateAt": 10 }
            """)).ShouldBe(201);
        string id = created.Json.GetProperty("id").GetString()!;

        Assert.Equal(
            $$$"""
            {"id":"{{{id}}}","displayName":"Busy","kind":"request","match":{"methods":["PUT","PATCH"],"path":"/external/connections/{id}/**","version":"beta","tenantId":"7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f","appId":"d310d35d-72ec-47dd-92f2-fb9c40936555","connectionId":"contosohr"},"fromCall":2,"toCall":9,"probability":0.5,"seed":7,"count":3,"expirationDateTime":"2099-01-01T00:00:00Z","when":"after","delay":"PT2S","answer":{"status":429,"error":{"code":"c","message":"m","innerError":{"code":"ic","message":"im"}},"headers":{"Retry-After":"2.128"}},"abort":false,"truncateAt":10,"isActive":true,"calls":0,"hits":0}
            """,
            created.Body);
        Assert.Equal($"{Faults}/{id}", created.Headers.Location!.AbsolutePath);
        Assert.Equal(created.Body[..^1] + ",\"lastHits\":[]}", (await Server.FaultStateAsync(id)).Body);
        Assert.Equal($$"""{"value":[{{created.Body}}]}""", (await Server.OperateAsync(HttpMethod.Get, Faults)).ShouldBe(200).Body);
    }

    [Theory]
    [InlineData("""{ "answer": { "status": 200, "body": "text" } }""", "\"answer\":{\"status\":200,\"body\":\"text\"}")]
    [InlineData("""{ "answer": { "status": 200, "body": { "a" : [1] } } }""", "\"answer\":{\"status\":200,\"body\":{ \"a\" : [1] }}")]
    [InlineData("""{ "abort": true }""", "\"abort\":true")]
    [InlineData("""{ "delay": 1.5 }""", "\"delay\":\"PT1.5S\"")]
    [InlineData("""{ "delay": "P1D" }""", "\"delay\":\"P1D\"")]
    [InlineData("""{ "truncateAt": 0 }""", "\"truncateAt\":0")]
    [InlineData("""{ "probability": 1, "seed": -5, "abort": true }""", "\"seed\":-5")]
    [InlineData("""{ "kind": "token", "abort": true }""", "\"kind\":\"token\"")]
    [InlineData("""{ "kind": "token", "answer": { "status": 400, "error": { "code": "invalid_grant" } } }""", "\"answer\":{\"status\":400,\"error\":{\"code\":\"invalid_grant\"}}")]
    [InlineData("""{ "answer": { "status": 500, "error": { "innerError": { "code": "i" } } } }""", "\"answer\":{\"status\":500,\"error\":{\"innerError\":{\"code\":\"i\"}}}")]
    [InlineData("""{ "kind": "SCHEMAOPERATION" }""", "\"operationError\":{\"code\":\"InternalServerError\",\"message\":\"Server error, something went wrong\"}")]
    [InlineData("""{ "kind": "schemaOperation", "operationError": { "code": "X", "target": "t", "details": [ { "code": "D" } ], "innerError": { "code": "I" } } }""",
        "\"operationError\":{\"code\":\"X\",\"target\":\"t\",\"details\":[{\"code\":\"D\"}],\"innerError\":{\"code\":\"I\"}}")]
    public async Task Each_kind_of_fault_is_taken(string body, string shown) => Assert.Contains(shown, (await PostAsync(body)).ShouldBe(201).Body, StringComparison.Ordinal);

    [Fact]
    public async Task A_probability_without_seed_gets_one_that_is_shown()
    {
        Answer created = (await PostAsync("""{ "probability": 0.5, "abort": true }""")).ShouldBe(201);

        Assert.Equal(JsonValueKind.Number, created.Json.GetProperty("seed").ValueKind);
    }

    [Theory]
    [InlineData("{}", "$: A fault needs at least one of")]
    [InlineData("""{ "displayName": "", "abort": true }""", "$.displayName: ")]
    [InlineData("""{ "kind": "else", "abort": true }""", "$.kind: ")]
    [InlineData("""{ "fromCall": 0, "abort": true }""", "$.fromCall: 'fromCall' must be 1 or more.")]
    [InlineData("""{ "fromCall": 3, "toCall": 2, "abort": true }""", "$.toCall: ")]
    [InlineData("""{ "count": 0, "abort": true }""", "$.count: ")]
    [InlineData("""{ "probability": 0, "abort": true }""", "$.probability: ")]
    [InlineData("""{ "probability": 1.01, "abort": true }""", "$.probability: ")]
    [InlineData("""{ "seed": 1, "abort": true }""", "$.seed: ")]
    [InlineData("""{ "expiresIn": "PT0S", "abort": true }""", "$.expiresIn: ")]
    [InlineData("""{ "expiresIn": 1e11, "abort": true, "count": "x" }""", "$.count: ")]
    [InlineData("""{ "expiresIn": 1, "expirationDateTime": "2099-01-01", "abort": true }""", "$.expiresIn: ")]
    [InlineData("""{ "expirationDateTime": "2020-01-01T00:00:00Z", "abort": true }""", "$.expirationDateTime: ")]
    [InlineData("""{ "expirationDateTime": "soon", "abort": true }""", "$.expirationDateTime: ")]
    [InlineData("""{ "when": "during", "abort": true }""", "$.when: ")]
    [InlineData("""{ "delay": 0 }""", "$.delay: ")]
    [InlineData("""{ "delay": "P1DT0.1S" }""", "$.delay: ")]
    [InlineData("""{ "truncateAt": -1 }""", "$.truncateAt: ")]
    [InlineData("""{ "abort": true, "truncateAt": 1 }""", "$.abort: ")]
    [InlineData("""{ "abort": true, "answer": { "status": 500 } }""", "$.abort: ")]
    [InlineData("""{ "answer": {} }""", "$.answer.status: ")]
    [InlineData("""{ "answer": { "status": 199 } }""", "$.answer.status: ")]
    [InlineData("""{ "answer": { "status": 600 } }""", "$.answer.status: ")]
    [InlineData("""{ "answer": { "status": 204, "body": "x" } }""", "$.answer.status: ")]
    [InlineData("""{ "answer": { "status": 500, "body": "x", "error": {} } }""", "$.answer.body: ")]
    [InlineData("""{ "answer": { "status": 500, "body": 5 } }""", "$.answer.body: ")]
    [InlineData("""{ "answer": { "status": 500, "error": { "target": "x" } } }""", "$.answer.error.target: ")]
    [InlineData("""{ "answer": { "status": 500, "headers": { "content-length": "1" } } }""", "$.answer.headers.content-length: ")]
    [InlineData("""{ "answer": { "status": 500, "headers": { "a b": "1" } } }""", "$.answer.headers.a b: ")]
    [InlineData("""{ "answer": { "status": 500, "headers": { "a": "\n" } } }""", "$.answer.headers.a: ")]
    [InlineData("""{ "answer": { "status": 500, "headers": { "a": "1", "A": "2" } } }""", "$.answer.headers.A: ")]
    [InlineData("""{ "answer": { "status": 500, "headers": { "a": 1 } } }""", "$.answer.headers.a: ")]
    [InlineData("""{ "match": { "methods": [] }, "abort": true }""", "$.match.methods: ")]
    [InlineData("""{ "match": { "methods": ["GET", "BREW"] }, "abort": true }""", "$.match.methods[1]: ")]
    [InlineData("""{ "match": { "path": "/external/connexions" }, "abort": true }""", "$.match.path: No path of the API is like")]
    [InlineData("""{ "match": { "path": "/v1.0/external" }, "abort": true }""", "$.match.path: ")]
    [InlineData("""{ "match": { "version": "v2" }, "abort": true }""", "$.match.version: ")]
    [InlineData("""{ "match": { "tenantId": "x" }, "abort": true }""", "$.match.tenantId: ")]
    [InlineData("""{ "match": { "appId": "x" }, "abort": true }""", "$.match.appId: ")]
    [InlineData("""{ "match": { "connectionId": "" }, "abort": true }""", "$.match.connectionId: ")]
    [InlineData("""{ "match": { "user": "x" }, "abort": true }""", "$.match.user: ")]
    [InlineData("""{ "match": { "methods": "GET" }, "abort": true }""", "$.match.methods: ")]
    [InlineData("""{ "operationError": {}, "abort": true }""", "$.operationError: ")]
    [InlineData("""{ "kind": "token", "match": { "path": "/external/**" }, "abort": true }""", "$.match.path: ")]
    [InlineData("""{ "kind": "token", "match": { "methods": ["POST"] }, "abort": true }""", "$.match.methods: ")]
    [InlineData("""{ "kind": "token", "match": { "version": "beta" }, "abort": true }""", "$.match.version: ")]
    [InlineData("""{ "kind": "token", "match": { "appId": "d310d35d-72ec-47dd-92f2-fb9c40936555" }, "abort": true }""", "$.match.appId: ")]
    [InlineData("""{ "kind": "token", "match": { "connectionId": "x" }, "abort": true }""", "$.match.connectionId: ")]
    [InlineData("""{ "kind": "token", "answer": { "status": 400, "error": { "innerError": {} } } }""", "$.answer.error.innerError: ")]
    [InlineData("""{ "kind": "schemaOperation", "match": { "path": "/external/**" } }""", "$.match.path: ")]
    [InlineData("""{ "kind": "schemaOperation", "match": { "methods": ["PATCH"] } }""", "$.match.methods: ")]
    [InlineData("""{ "kind": "schemaOperation", "when": "after" }""", "$.when: ")]
    [InlineData("""{ "kind": "schemaOperation", "delay": 1 }""", "$.delay: ")]
    [InlineData("""{ "kind": "schemaOperation", "answer": { "status": 500 } }""", "$.answer: ")]
    [InlineData("""{ "kind": "schemaOperation", "abort": true }""", "$.abort: ")]
    [InlineData("""{ "kind": "schemaOperation", "truncateAt": 1 }""", "$.truncateAt: ")]
    [InlineData("""{ "kind": "schemaOperation", "operationError": { "details": [ { "x": 1 } ] } }""", "$.operationError.details[0].x: ")]
    [InlineData("""{ "kind": "schemaOperation", "operationError": { "innerError": { "@odata.type": "#microsoft.graph.publicInnerError", "x": 1 } } }""", "$.operationError.innerError.x: ")]
    [InlineData("""{ "abort": true, "status": 503 }""", "$.status: The property 'status' does not exist on type 'tributary.fault'.")]
    [InlineData("[]", "$: ")]
    public async Task A_rule_that_makes_no_sense_is_refused_with_its_path(string body, string reason)
    {
        Answer answer = (await PostAsync(body)).ShouldBe(400);

        Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
        Assert.Equal("""{"value":[]}""", (await Server.OperateAsync(HttpMethod.Get, Faults)).Body);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        Answer answer = (await PostAsync(
            """{ "fromCall": 0, "count": 0, "delay": "x", "match": { "version": "v3", "methods": ["BREW"], "path": "no" }, "answer": { "status": 7 }, "abort": true }""")).ShouldBe(400);

        foreach (string path in (string[])["$.fromCall", "$.count", "$.delay", "$.match.version", "$.match.methods[0]", "$.match.path", "$.answer.status", "$.abort"])
        {
            Assert.Contains(path + ": ", answer.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_body_may_be_a_mebibyte_and_no_more()
    {
        (await PostAsync($$"""{ "answer": { "status": 200, "body": "{{new string('x', FaultRuleReader.LongestBody)}}" } }""")).ShouldBe(201);
        (await PostAsync($$"""{ "answer": { "status": 200, "body": "{{new string('x', FaultRuleReader.LongestBody + 1)}}" } }""")).ShouldBe(400);
    }

    [Fact]
    public async Task A_hundred_rules_are_the_limit()
    {
        for (int i = 0; i < FaultBook.MaxRules; i++)
        {
            (await PostAsync(Any)).ShouldBe(201);
        }

        Assert.Equal("TooManyFaults", (await PostAsync(Any)).ShouldBe(400).InnerCode);
    }

    [Fact]
    public async Task Patch_changes_what_it_names_clears_what_is_null_and_goes_on_counting()
    {
        string id = await Server.FaultAsync("""{ "displayName": "old", "toCall": 1, "count": 5, "answer": { "status": 503 }, "match": { "path": "/external/connections" } }""");
        (await Server.GetAsync("/v1.0/external/connections")).ShouldBe(503);
        (await Server.GetAsync("/v1.0/external/connections")).ShouldBe(200);

        Answer changed = (await PatchAsync(id, """{ "displayName": null, "toCall": 3, "answer": { "status": 502 } }""")).ShouldBe(200);

        JsonElement rule = changed.Json;
        Assert.False(rule.TryGetProperty("displayName", out _));
        Assert.Equal((3, 5, 502, 2, 1), (
            rule.GetProperty("toCall").GetInt32(), rule.GetProperty("count").GetInt32(), rule.GetProperty("answer").GetProperty("status").GetInt32(),
            rule.GetProperty("calls").GetInt32(), rule.GetProperty("hits").GetInt32()));
        Assert.Equal("/external/connections", rule.GetProperty("match").GetProperty("path").GetString());
        (await Server.GetAsync("/v1.0/external/connections")).ShouldBe(502);
        (await Server.GetAsync("/v1.0/external/connections")).ShouldBe(200);
    }

    [Theory]
    [InlineData("""{ "answer": null }""", "$: Nothing would be left of the fault")]
    [InlineData("""{ "abort": true }""", "$.abort: 'abort' and 'answer' exclude each other.")]
    [InlineData("""{ "kind": "schemaOperation" }""", "$.answer: ")]
    [InlineData("""{ "id": "x" }""", "$.id: ")]
    public async Task Patch_is_held_against_what_is_there(string body, string reason)
    {
        string id = await Server.FaultAsync(Any);
        string before = (await Server.FaultStateAsync(id)).Body;

        Assert.Contains(reason, (await PatchAsync(id, body)).ShouldBe(400).Reason, StringComparison.Ordinal);
        Assert.Equal(before, (await Server.FaultStateAsync(id)).Body);
    }

    [Fact]
    public async Task A_rule_is_deleted_alone_or_with_all_others()
    {
        string first = await Server.FaultAsync(Any);
        await Server.FaultAsync(Any);
        await Server.FaultAsync(Any);

        (await Server.OperateAsync(HttpMethod.Delete, $"{Faults}/{first}")).ShouldBe(204);
        (await Server.OperateAsync(HttpMethod.Delete, $"{Faults}/{first}")).ShouldBe(404, "ItemNotFound");
        (await Server.OperateAsync(HttpMethod.Get, $"{Faults}/{first}")).ShouldBe(404, "ItemNotFound");
        (await PatchAsync(first, Any)).ShouldBe(404, "ItemNotFound");
        Assert.Equal(2, (await Server.OperateAsync(HttpMethod.Get, Faults)).Json.GetProperty("value").GetArrayLength());
        (await Server.OperateAsync(HttpMethod.Delete, Faults)).ShouldBe(204);
        Assert.Equal("""{"value":[]}""", (await Server.OperateAsync(HttpMethod.Get, Faults)).Body);
        (await Server.GetAsync("/v1.0/external/connections")).ShouldBe(200);
    }

    public static TheoryData<string, string> Calls => new()
    {
        { "GET", Faults }, { "POST", Faults }, { "DELETE", Faults }, { "GET", Faults + "/x" }, { "PATCH", Faults + "/x" }, { "DELETE", Faults + "/x" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task They_are_the_operators_alone(string method, string path)
    {
        string? body = method is "POST" or "PATCH" ? Any : null;

        (await Server.SendAsync(new HttpMethod(method), path, body)).ShouldBe(403, "Authorization_RequestDenied");
        (await Server.SendAsync(new HttpMethod(method), path, body, await Server.UserTokenAsync("admin"))).ShouldBe(403, "Authorization_RequestDenied");
        using HttpResponseMessage nobody = await Server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(401, (int)nobody.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Switched_off_they_are_501_and_say_how_to_switch_them_on(string method, string path)
    {
        await using TestServer server = await TestServer.StartAsync();

        Answer answer = await server.OperateAsync(new HttpMethod(method), path, method is "POST" or "PATCH" ? Any : null);

        answer.ShouldBe(501, "NotImplemented");
        Assert.Equal("Fault injection is switched off.", answer.ErrorMessage);
        Assert.Contains("--faults", answer.Reason, StringComparison.Ordinal);
        (await server.GetAsync("/v1.0/external/connections")).ShouldBe(200);
    }

    [Fact]
    public async Task A_restart_ends_every_fault()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        try
        {
            await using (TestServer first = await TestServer.StartAsync(time: null, data, "Faults:Enabled=true"))
            {
                await first.FaultAsync(Any);
                (await first.GetAsync("/v1.0/external/connections")).ShouldBe(503);
            }

            await using TestServer second = await TestServer.StartAsync(time: null, data, "Faults:Enabled=true");
            (await second.GetAsync("/v1.0/external/connections")).ShouldBe(200);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
