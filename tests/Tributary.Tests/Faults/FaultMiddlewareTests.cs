using System.Net.Http.Headers;
using System.Text;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;

namespace Tributary.Tests.Faults;

/// <summary>What a client meets when a rule strikes, and what does not concern the rules.</summary>
public sealed class FaultMiddlewareTests(FaultServer shared) : IClassFixture<FaultServer>, IAsyncLifetime
{
    private const string Connections = "/v1.0/external/connections";
    private const string OtherApp = "0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11";
    private const string OtherTenant = "12345678-1234-4234-8234-123456789abc";

    private TestServer Server => shared.Server;

    public async ValueTask InitializeAsync() => await shared.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Create(string id) => $$"""{ "id": "{{id}}", "name": "Name of {{id}}" }""";

    private async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Server.AppTokenAsync());
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        return await Server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The bytes that arrive before the answer breaks off, and the length that it declared.</summary>
    private async Task<(string Received, long? Declared)> BrokenAsync(HttpMethod method, string path, string? json = null)
    {
        using HttpResponseMessage response = await OpenAsync(method, path, json);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        var received = new MemoryStream();
        HttpIOException failure = await Assert.ThrowsAsync<HttpIOException>(() => body.CopyToAsync(received));
        Assert.Equal(HttpRequestError.ResponseEnded, failure.HttpRequestError);
        return (Encoding.UTF8.GetString(received.ToArray()), response.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("429", "10")]
    [InlineData("503", "5")]
    [InlineData("504", "5")]
    [InlineData("""429, "headers": { "Retry-After": "1" }""", "1")]
    [InlineData("""429, "headers": { "Retry-After": "" }""", "")]
    [InlineData("500", "")]
    public async Task An_answer_tells_the_wait_as_Graph_does_with_that_status_unless_the_rule_says_otherwise(string status, string retryAfter)
    {
        await Server.FaultAsync($$"""{ "match": { "methods": ["POST"] }, "count": 1, "answer": { "status": {{status}} } }""");

        Answer answer = await Server.PostAsync(Connections, Create(shared.NewId()));

        Assert.Equal(retryAfter, answer.Headers.RetryAfter?.ToString() ?? "");
        if (answer.Status == 429)
        {
            Assert.Equal("429", answer.Json.GetProperty("error").GetProperty("innerError").GetProperty("status").GetString());
        }
    }

    // ---- instead of the work ---------------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task An_answer_instead_of_the_work_has_its_headers_and_Graphs_shape_and_nothing_is_done()
    {
        string id = shared.NewId();
        await Server.FaultAsync(
            """
            { "match": { "methods": ["POST"] }, "count": 1, "answer": { "status": 503, "headers": { "Retry-After": "7", "x-ms-note": "busy" },
              "error": { "code": "serviceNotAvailable", "message": "Busy.", "innerError": { "code": "inner", "message": "very" } } } }
            """);

        Answer answer = (await Server.PostAsync(Connections, Create(id))).ShouldBe(503, "serviceNotAvailable");

        Assert.Equal(("Busy.", "inner", "very"), (answer.ErrorMessage, answer.InnerCode, answer.Reason));
        Assert.Equal(
            answer.Headers.GetValues("request-id").Single(),
            answer.Json.GetProperty("error").GetProperty("innerError").GetProperty("request-id").GetString());
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter!.Delta);
        Assert.Equal("busy", answer.Headers.GetValues("x-ms-note").Single());
        Assert.Equal("application/json", answer.ContentHeaders.ContentType!.ToString());
        (await Server.GetAsync($"{Connections}/{id}")).ShouldBe(404);
        (await Server.PostAsync(Connections, Create(id))).ShouldBe(201);
    }

    [Theory]
    [InlineData(400, "BadRequest")]
    [InlineData(401, "InvalidAuthenticationToken")]
    [InlineData(402, "PaymentRequired")]
    [InlineData(403, "Authorization_RequestDenied")]
    [InlineData(404, "ItemNotFound")]
    [InlineData(405, "Request_BadRequest")]
    [InlineData(406, "notAcceptable")]
    [InlineData(408, "RequestTimeout")]
    [InlineData(409, "NameAlreadyExists")]
    [InlineData(410, "resyncRequired")]
    [InlineData(411, "UnknownError")]
    [InlineData(412, "resourceModified")]
    [InlineData(413, "RequestEntityTooLarge")]
    [InlineData(414, "RequestUriTooLong")]
    [InlineData(415, "UnsupportedMediaType")]
    [InlineData(416, "invalidRange")]
    [InlineData(418, "UnknownError")]
    [InlineData(422, "UnprocessableEntity")]
    [InlineData(423, "notAllowed")]
    [InlineData(424, "FailedDependency")]
    [InlineData(429, "TooManyRequests")]
    [InlineData(431, "RequestHeaderFieldsTooLarge")]
    [InlineData(500, "GeneralException")]
    [InlineData(501, "NotImplemented")]
    [InlineData(502, "UnknownError")]
    [InlineData(503, "ServiceUnavailable")]
    [InlineData(504, "GatewayTimeout")]
    [InlineData(507, "quotaLimitReached")]
    [InlineData(509, "activityLimitReached")]
    public async Task A_status_alone_is_answered_as_Graph_would(int status, string code)
    {
        await Server.FaultAsync($$"""{ "answer": { "status": {{status}} } }""");

        Answer answer = (await Server.GetAsync(Connections)).ShouldBe(status, code);

        Assert.Equal(status == 401, answer.Headers.WwwAuthenticate.Count == 1);

        // Of 502 the front door's page is on record as the message.
        Assert.Equal(code == "UnknownError" && status != 502, answer.ErrorMessage.Length == 0);
        Assert.Equal(status == 405, answer.ContentHeaders.Allow.Count > 0);
        Assert.Equal(status is 429 or 503 or 504, answer.Headers.RetryAfter is not null);
    }

    [Theory]
    [InlineData("GET", "", "", "OPTIONS, POST")]
    [InlineData("POST", "", "", "GET, HEAD, OPTIONS")]
    [InlineData("DELETE", "/some1", "", "GET, HEAD, OPTIONS, PATCH")]
    [InlineData("PUT", "/some1/items/x", "", "DELETE, GET, HEAD, OPTIONS, PATCH")]
    [InlineData("GET", "", """, "headers": { "Allow": "TRACE" }""", "TRACE")]
    [InlineData("GET", "", """, "headers": { "Allow": "" }""", "")]
    public async Task A_verb_that_a_rule_takes_away_leaves_the_others_in_Allow(string method, string path, string headers, string allow)
    {
        await Server.FaultAsync($$"""{ "answer": { "status": 405{{headers}} } }""");

        Answer answer = (await Server.SendAsync(new HttpMethod(method), Connections + path, method is "POST" or "PUT" ? "{}" : null)).ShouldBe(405, "Request_BadRequest");

        Assert.Equal("Specified HTTP method is not allowed for the request target.", answer.ErrorMessage);
        Assert.Equal(allow, string.Join(", ", answer.ContentHeaders.Allow));
    }

    [Theory]
    [InlineData("""{ "status": 200, "body": "just text" }""", "just text", "text/plain; charset=utf-8")]
    [InlineData("""{ "status": 502, "body": "<html>", "headers": { "Content-Type": "text/html" } }""", "<html>", "text/html")]
    [InlineData("""{ "status": 500, "body": { "half": [1, } }""", null, null)]
    [InlineData("""{ "status": 500, "body": { "a" : [1] } }""", """{ "a" : [1] }""", "application/json")]
    [InlineData("""{ "status": 200 }""", "", null)]
    [InlineData("""{ "status": 204 }""", "", null)]
    [InlineData("""{ "status": 304 }""", "", null)]
    public async Task A_raw_body_is_sent_as_it_is(string answer, string? body, string? type)
    {
        Answer made = await Server.OperateAsync(HttpMethod.Post, "/tributary/faults", $$"""{ "answer": {{answer}} }""");
        if (body is null)
        {
            made.ShouldBe(400);
            return;
        }

        Answer got = await Server.GetAsync(Connections);

        Assert.Equal(made.ShouldBe(201).Json.GetProperty("answer").GetProperty("status").GetInt32(), got.Status);
        Assert.Equal((body, type), (got.Body, got.ContentHeaders.ContentType?.ToString()));
    }

    [Fact]
    public async Task A_cut_connection_brings_no_answer_and_nothing_is_done()
    {
        string id = shared.NewId();
        await Server.FaultAsync("""{ "match": { "methods": ["POST"] }, "abort": true }""");

        await Assert.ThrowsAsync<HttpRequestException>(() => Server.PostAsync(Connections, Create(id)));

        (await Server.GetAsync($"{Connections}/{id}")).ShouldBe(404);
    }

    [Fact]
    public async Task A_given_answer_breaks_off_where_it_is_told_to_and_nothing_is_done()
    {
        string id = shared.NewId();
        await Server.FaultAsync("""{ "match": { "methods": ["POST"] }, "answer": { "status": 201, "body": "0123456789" }, "truncateAt": 4 }""");

        Assert.Equal(("0123", 10), await BrokenAsync(HttpMethod.Post, Connections, Create(id)));
        (await Server.GetAsync($"{Connections}/{id}")).ShouldBe(404);
    }

    // ---- after the work --------------------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task An_answer_that_is_lost_after_the_work_leaves_what_was_done_so_that_a_retry_is_409()
    {
        string id = shared.NewId();
        await Server.FaultAsync("""{ "match": { "methods": ["POST"] }, "when": "after", "count": 1, "answer": { "status": 503 } }""");

        Answer lost = (await Server.PostAsync(Connections, Create(id))).ShouldBe(503, "ServiceUnavailable");

        Assert.Null(lost.Headers.Location);
        Assert.False(lost.Headers.Contains("OData-Version"));
        (await Server.PostAsync(Connections, Create(id))).ShouldBe(409, "NameAlreadyExists");
    }

    [Fact]
    public async Task A_connection_that_is_cut_after_the_work_leaves_what_was_done()
    {
        string id = shared.NewId();
        await Server.FaultAsync("""{ "match": { "methods": ["POST"] }, "when": "after", "abort": true }""");

        await Assert.ThrowsAsync<HttpRequestException>(() => Server.PostAsync(Connections, Create(id)));

        (await Server.GetAsync($"{Connections}/{id}")).ShouldBe(200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(1_000_000)]
    public async Task The_endpoints_own_answer_breaks_off_and_its_length_is_declared_in_full(int truncateAt)
    {
        string id = shared.NewId();
        (await Server.PostAsync(Connections, Create(id))).ShouldBe(201);
        string whole = (await Server.GetAsync($"{Connections}/{id}")).ShouldBe(200).Body;
        await Server.FaultAsync($$"""{ "truncateAt": {{truncateAt}} }""");

        (string received, long? declared) = await BrokenAsync(HttpMethod.Get, $"{Connections}/{id}");

        int sent = Math.Min(truncateAt, whole.Length);
        Assert.Equal((whole[..sent], Math.Max(whole.Length, sent + 1)), (received, declared));
    }

    [Fact]
    public async Task An_answer_without_body_that_is_to_break_off_is_a_cut_connection()
    {
        string id = shared.NewId();
        await Server.CreateReadyConnectionAsync(id);
        await Server.PutItemAsync(id, "T1", SearchServer.Item("""{ "title": "t" }"""));
        await Server.FaultAsync("""{ "match": { "methods": ["DELETE"] }, "truncateAt": 4 }""");

        await Assert.ThrowsAsync<HttpRequestException>(() => Server.DeleteAsync(SearchServer.ItemPath(id, "T1")));

        (await Server.GetAsync(SearchServer.ItemPath(id, "T1"))).ShouldBe(404);
    }

    [Fact]
    public async Task An_answer_after_a_failed_work_is_the_given_one_too()
    {
        await Server.FaultAsync("""{ "when": "after", "answer": { "status": 504 } }""");

        (await Server.GetAsync($"{Connections}/nobody1")).ShouldBe(504, "GatewayTimeout");
    }

    // ---- delays and expiry -----------------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("before", 404)]
    [InlineData("after", 200)]
    public async Task A_delay_follows_the_clock_before_the_work_or_after_it(string when, int whileWaiting)
    {
        await using TestServer server = await TestServer.StartAsync("Faults:Enabled=true", "Clock:Virtual=true");
        await server.ClockAsync("""{ "isFrozen": true }""");
        string fault = await server.FaultAsync($$"""{ "match": { "methods": ["POST"] }, "when": "{{when}}", "delay": "PT5M" }""");

        Task<Answer> waiting = server.PostAsync(Connections, Create("contosohr"));
        await Eventually.HoldsAsync(() => server.FaultStateAsync(fault), state => state.Json.GetProperty("hits").GetInt32() == 1);
        await Eventually.HoldsAsync(() => server.GetAsync(Connections + "/contosohr"), answer => answer.Status == whileWaiting);
        await server.ClockAsync("""{ "advance": "PT4M59S" }""");
        Assert.False(waiting.IsCompleted);

        // The timer may be set a moment after the work shows, so by the clock as it is then.
        await Eventually.IsTrueAsync(
            async () =>
            {
                await server.ClockAsync("""{ "advance": "PT1M" }""");
                return waiting.IsCompleted;
            },
            "The answer comes");
        (await waiting).ShouldBe(201);
    }

    [Fact]
    public async Task A_rule_expires_by_the_clock()
    {
        await using TestServer server = await TestServer.StartAsync("Faults:Enabled=true", "Clock:Virtual=true");
        await server.ClockAsync("""{ "isFrozen": true }""");
        string fault = await server.FaultAsync("""{ "expiresIn": "PT5M", "answer": { "status": 503 } }""");

        await server.ClockAsync("""{ "advance": "PT4M59.9999999S" }""");
        (await server.GetAsync(Connections)).ShouldBe(503);
        await server.ClockAsync("""{ "advance": "PT0.0000001S" }""");
        (await server.GetAsync(Connections)).ShouldBe(200);

        Assert.False((await server.FaultStateAsync(fault)).Json.GetProperty("isActive").GetBoolean());
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_a_delay()
    {
        TestServer server = await TestServer.StartAsync("Faults:Enabled=true", "Clock:Virtual=true");
        await server.ClockAsync("""{ "isFrozen": true }""");
        string fault = await server.FaultAsync("""{ "delay": "P1D" }""");
        Task<Answer> waiting = server.GetAsync(Connections);
        await Eventually.HoldsAsync(() => server.FaultStateAsync(fault), state => state.Json.GetProperty("hits").GetInt32() == 1);

        Task stopping = server.StopAsync();

        (await waiting).ShouldBe(200);
        await stopping;
        await server.DisposeAsync();
    }

    // ---- which calls -----------------------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("""{ "methods": ["GET"] }""", true)]
    [InlineData("""{ "methods": ["POST", "PUT"] }""", false)]
    [InlineData("""{ "path": "/external/connections/{id}" }""", true)]
    [InlineData("""{ "path": "/external/connections" }""", false)]
    [InlineData("""{ "path": "/external/**" }""", true)]
    [InlineData("""{ "version": "v1.0" }""", true)]
    [InlineData("""{ "version": "beta" }""", false)]
    [InlineData("""{ "appId": "D310D35D-72EC-47DD-92F2-FB9C40936555" }""", true)]
    [InlineData($$"""{ "appId": "{{OtherApp}}" }""", false)]
    [InlineData("""{ "tenantId": "7F0C2A4E-5B1D-4C8A-9E36-1D2B3C4D5E6F" }""", true)]
    [InlineData($$"""{ "tenantId": "{{OtherTenant}}" }""", false)]
    [InlineData("""{ "connectionId": "nobody1" }""", true)]
    [InlineData("""{ "connectionId": "Nobody1" }""", false)]
    [InlineData("""{ "connectionId": "nobody2" }""", false)]
    [InlineData("""{ "methods": ["GET"], "version": "v1.0", "connectionId": "nobody2" }""", false)]
    public async Task A_rule_takes_the_calls_that_it_names(string match, bool isTaken)
    {
        string id = await Server.FaultAsync($$"""{ "match": {{match}}, "answer": { "status": 503 } }""");

        (await Server.GetAsync("/v1.0/external/connections('nobody1')")).ShouldBe(isTaken ? 503 : 404);
        Assert.Equal(isTaken ? 1 : 0, (await Server.FaultStateAsync(id)).Json.GetProperty("calls").GetInt32());
    }

    [Fact]
    public async Task Other_apps_and_tenants_are_told_apart()
    {
        await Server.FaultAsync($$"""{ "match": { "appId": "{{OtherApp}}", "tenantId": "{{OtherTenant}}" }, "answer": { "status": 503 } }""");

        (await Server.GetAsync(Connections, await Server.AppTokenAsync(OtherApp))).ShouldBe(200);
        (await Server.GetAsync(Connections, await Server.AppTokenAsync(tenant: OtherTenant))).ShouldBe(200);
        (await Server.GetAsync(Connections, await Server.AppTokenAsync(OtherApp, OtherTenant))).ShouldBe(503);
    }

    [Fact]
    public async Task Refused_and_misled_requests_the_servers_own_paths_and_tokens_are_left_alone()
    {
        string id = await Server.FaultAsync("""{ "answer": { "status": 503 } }""");

        (await Server.GetAsync(Connections, "no.valid.token")).ShouldBe(401);
        (await Server.GetAsync("/v1.0/nothing")).ShouldBe(400);
        (await Server.SendAsync(HttpMethod.Put, Connections, "{}")).ShouldBe(405);
        (await Server.GetAsync("/health/live")).ShouldBe(200);
        (await Server.GetAsync("/health/ready")).ShouldBe(200);
        Assert.NotEmpty(await Server.AppTokenAsync(tenant: Guid.NewGuid().ToString()));

        Assert.Equal(0, (await Server.FaultStateAsync(id)).Json.GetProperty("calls").GetInt32());
        (await Server.GetAsync(Connections)).ShouldBe(503);
    }

    [Fact]
    public async Task The_token_endpoint_fails_when_it_is_meant()
    {
        string other = Guid.NewGuid().ToString();
        string fault = await Server.FaultAsync($$"""{ "kind": "token", "match": { "tenantId": "{{other}}" }, "count": 1, "answer": { "status": 503 } }""");
        Assert.NotEmpty(await Server.AppTokenAsync(tenant: Guid.NewGuid().ToString()));

        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(() => Server.AppTokenAsync(tenant: other));

        Assert.Equal(503, (int)failure.StatusCode!);
        Assert.NotEmpty(await Server.AppTokenAsync(tenant: other));
        (await Server.GetAsync(Connections)).ShouldBe(200);
        Assert.Equal($"/{other}/oauth2/v2.0/token", (await Server.FaultStateAsync(fault)).Json.GetProperty("lastHits")[0].GetProperty("path").GetString());
    }

    private Task<Answer> AskTokenAsync(string tenant) => AskAsync(new HttpRequestMessage(HttpMethod.Post, $"/{tenant}/oauth2/v2.0/token")
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = TestServer.App,
            ["client_secret"] = "any",
            ["scope"] = "https://graph.microsoft.com/.default",
        }),
    });

    private async Task<Answer> AskAsync(HttpRequestMessage request)
    {
        using (request)
        using (HttpResponseMessage response = await Server.Http.SendAsync(request))
        {
            return await Answer.ReadAsync(response);
        }
    }

    [Theory]
    [InlineData(400, "invalid_request", 9002313, "")]
    [InlineData(401, "invalid_client", 7000215, "")]
    [InlineData(403, "access_denied", 53003, "")]
    [InlineData(404, "invalid_request", 9002313, "")]
    [InlineData(429, "temporarily_unavailable", 90055, "60")]
    [InlineData(500, "server_error", 50000, "")]
    [InlineData(502, "temporarily_unavailable", 90033, "")]
    [InlineData(503, "temporarily_unavailable", 90033, "5")]
    [InlineData(504, "temporarily_unavailable", 90012, "5")]
    public async Task A_status_alone_is_answered_by_the_token_endpoint_as_Entra_would(int status, string error, int code, string retryAfter)
    {
        await Server.FaultAsync($$"""{ "kind": "token", "answer": { "status": {{status}} } }""");

        Answer answer = (await AskTokenAsync(TestServer.Tenant)).ShouldBe(status);

        Assert.Equal((error, code), (answer.Json.GetProperty("error").GetString(), answer.Json.GetProperty("error_codes")[0].GetInt32()));
        Assert.StartsWith($"AADSTS{code}: ", answer.Json.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.Equal(answer.Headers.GetValues("request-id").Single(), answer.Json.GetProperty("trace_id").GetString());
        Assert.True(answer.Json.TryGetProperty("timestamp", out _) && answer.Json.TryGetProperty("correlation_id", out _));
        Assert.Equal(retryAfter, answer.Headers.RetryAfter?.ToString() ?? "");
        Assert.Equal("application/json; charset=utf-8", answer.ContentHeaders.ContentType!.ToString());
    }

    [Theory]
    [InlineData("""{ "code": "invalid_grant", "message": "AADSTS50076: Due to a configuration change, use multi-factor authentication." }""",
        "invalid_grant", 50076, "AADSTS50076: Due to a configuration change, use multi-factor authentication. Trace ID: ")]
    [InlineData("""{ "code": "interaction_required" }""", "interaction_required", 9002313, "AADSTS9002313: Invalid request. Request is malformed or invalid. Trace ID: ")]
    [InlineData("""{ "message": "No." }""", "invalid_request", 9002313, "AADSTS9002313: No. Trace ID: ")]
    [InlineData("{}", "invalid_request", 9002313, "AADSTS9002313: Invalid request.")]
    public async Task An_error_of_the_token_endpoint_says_what_the_rule_says_and_for_the_rest_what_Entra_would(string said, string error, int code, string description)
    {
        await Server.FaultAsync($$"""{ "kind": "token", "when": "after", "answer": { "status": 400, "error": {{said}} } }""");

        Answer answer = (await AskTokenAsync(TestServer.Tenant)).ShouldBe(400);

        Assert.Equal((error, code), (answer.Json.GetProperty("error").GetString(), answer.Json.GetProperty("error_codes")[0].GetInt32()));
        Assert.StartsWith(description, answer.Json.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("access_token", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Managed_identities_are_told_in_the_shape_of_their_own_paths()
    {
        await Server.FaultAsync("""{ "kind": "token", "answer": { "status": 429 } }""");

        Answer machine = (await AskAsync(new(HttpMethod.Get, "/metadata/identity/oauth2/token"))).ShouldBe(429);
        Answer service = (await AskAsync(new(HttpMethod.Get, "/msi/token"))).ShouldBe(429);

        Assert.Equal("""{"error":"temporarily_unavailable","error_description":"There are too many incoming requests."}""", machine.Body);
        Assert.Equal("""{"statusCode":429,"message":"There are too many incoming requests."}""", service.Body);
    }

    [Fact]
    public async Task A_body_of_its_own_is_sent_by_the_token_endpoint_as_it_is_and_another_error_breaks_off_where_it_is_told_to()
    {
        await Server.FaultAsync("""{ "kind": "token", "count": 1, "answer": { "status": 429, "body": "Too Many Requests", "headers": { "Retry-After": "60" } } }""");
        Answer plain = (await AskTokenAsync(TestServer.Tenant)).ShouldBe(429);
        Assert.Equal(("Too Many Requests", "text/plain; charset=utf-8", "60"), (plain.Body, plain.ContentHeaders.ContentType!.ToString(), plain.Headers.RetryAfter!.ToString()));

        await Server.FaultAsync("""{ "kind": "token", "count": 1, "answer": { "status": 200 } }""");
        Assert.Equal("", (await AskTokenAsync(TestServer.Tenant)).ShouldBe(200).Body);

        await Server.FaultAsync("""{ "kind": "token", "count": 1, "answer": { "status": 503 }, "truncateAt": 9 }""");
        await Assert.ThrowsAsync<HttpRequestException>(() => AskTokenAsync(TestServer.Tenant));
    }

    [Fact]
    public async Task The_last_hits_tell_the_request_and_neither_token_query_nor_content()
    {
        string id = await Server.FaultAsync("""{ "match": { "methods": ["POST"] }, "answer": { "status": 503 } }""");
        Answer struck = await Server.PostAsync(Connections + "?note=secretquery", """{ "id": "secretbody", "name": "n" }""");

        Answer fault = await Server.FaultStateAsync(id);

        System.Text.Json.JsonElement hit = fault.Json.GetProperty("lastHits")[0];
        Assert.Equal(
            (1, "POST", Connections, struck.Headers.GetValues("request-id").Single()),
            (hit.GetProperty("call").GetInt32(), hit.GetProperty("method").GetString(), hit.GetProperty("path").GetString(), hit.GetProperty("requestId").GetString()));
        Assert.Equal(DateTimeOffset.UtcNow, hit.GetProperty("dateTime").GetDateTimeOffset(), TimeSpan.FromMinutes(1));
        Assert.DoesNotContain("secret", fault.Body, StringComparison.Ordinal);
        Assert.DoesNotContain((await Server.AppTokenAsync())[..20], fault.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_has_the_same_calls_fail_again()
    {
        List<string> series = [];
        for (int round = 0; round < 2; round++)
        {
            await shared.ClearAsync();
            await Server.FaultAsync("""{ "probability": 0.4, "seed": 99, "answer": { "status": 429 } }""");
            var statuses = new StringBuilder();
            for (int call = 0; call < 40; call++)
            {
                statuses.Append((await Server.GetAsync(Connections)).Status).Append(' ');
            }

            series.Add(statuses.ToString());
        }

        Assert.Equal(series[0], series[1]);
        Assert.Contains("429", series[0], StringComparison.Ordinal);
        Assert.Contains("200", series[0], StringComparison.Ordinal);
    }
}
