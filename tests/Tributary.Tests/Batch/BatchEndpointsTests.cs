using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Tributary.Batch;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Batch.BatchServer;

namespace Tributary.Tests.Batch;

/// <summary>Batches over HTTP (protocol 11).</summary>
public partial class BatchEndpointsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private TestServer Server => shared.Server;

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_batch_is_answered_part_by_part_in_the_order_of_its_requests(string version)
    {
        string connection = await ReadyAsync();
        string origin = Server.Http.BaseAddress!.ToString().TrimEnd('/');

        Answer answer = await Server.BatchAsync(
            $$"""
            {{Put("b", connection, "T1")}},
            {"id":"A","method":"get","url":"external/connections/{{connection}}/items/T1","dependsOn":["B"]},
            {"id":"3","method":"DELETE","url":"/external/connections/{{connection}}/items/T1","dependsOn":["a"]},
            {"id":"4","method":"GET","url":"/external/connections/{{connection}}/items/T1","dependsOn":["3"]}
            """,
            version);

        answer.ShouldBe(200);
        Assert.Equal("application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8", answer.ContentHeaders.ContentType!.ToString().Replace("; ", ";", StringComparison.Ordinal));
        string success = """{"Content-Type":"application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8","OData-Version":"4.0","Cache-Control":"no-cache","request-id":"*","client-request-id":"*"}""";
        string put = answer.Responses()[0].Body().GetRawText();
        Assert.Equal(put, answer.Responses()[1].Body().GetRawText());
        Assert.StartsWith($$"""{"@odata.context":"{{origin}}/{{version}}/$metadata#external/connections('{{connection}}')/items/$entity","id":"T1",""", put, StringComparison.Ordinal);
        Assert.Equal(
            $$$$$"""
            {"responses":[
            {"id":"b","status":200,"headers":H,"body":{{{{{put}}}}}},
            {"id":"A","status":200,"headers":H,"body":{{{{{put}}}}}},
            {"id":"3","status":204,"headers":{"Cache-Control":"no-cache","request-id":"*","client-request-id":"*"}},
            {"id":"4","status":404,"headers":{"Cache-Control":"no-cache","Content-Type":"application/json","request-id":"*","client-request-id":"*"},"body":{"error":{"code":"ItemNotFound","message":"The requested resource does not exist.","innerError":{"code":"ResourceNotFound","source":"ExternalItem","message":"'ExternalItem' was not found.","date":"*","request-id":"*","client-request-id":"*"}}}}
            ]}
            """.ReplaceLineEndings("").Replace("H,", success + ",", StringComparison.Ordinal),
            Normal(answer.Body));
    }

    [Fact]
    public async Task Twenty_requests_are_taken_and_twenty_one_are_not()
    {
        string twenty = string.Join(',', Enumerable.Range(1, 20).Select(i => Get($"{i}", "/external/connections")));

        Answer taken = await Server.BatchAsync(twenty);
        Answer refused = await Server.BatchAsync(twenty + "," + Get("21", "/external/connections"));

        Assert.Equal(Enumerable.Repeat(200, 20), taken.Statuses());
        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"{i}"), taken.Responses().Select(response => response.GetProperty("id").GetString()));
        Assert.Equal("Number of requests inside batch exceeds the limit.", refused.ShouldBe(400, "BadRequest").ErrorMessage);
        Assert.Equal("A batch holds at most 20 requests.", refused.Reason);
    }

    [Fact]
    public async Task The_limit_of_requests_and_of_bytes_can_be_set_and_is_met_exactly()
    {
        await using TestServer server = await TestServer.StartAsync("Batch:MaxRequests=2", "Batch:MaxBytes=1000");
        string one = Get("1", "/external/connections");
        string two = one + "," + Get("2", "/external/connections");

        (await server.BatchAsync(two)).ShouldHold(200, 200);
        (await server.BatchAsync(two + "," + Get("3", "/external/connections"))).ShouldBe(400, "BadRequest");
        string frame = $$"""{"requests":[{{one}}]}""";
        (await server.PostAsync("/v1.0/$batch", frame.PadRight(1000))).ShouldHold(200);
        Answer tooLarge = await server.PostAsync("/v1.0/$batch", frame.PadRight(1001));
        tooLarge.ShouldBe(413, "RequestEntityTooLarge");
        Assert.Equal("The request body is over the limit of 1000 bytes.", tooLarge.Reason);
    }

    [Theory]
    [InlineData("1", "1", true)]
    [InlineData("a", "A", true)]
    [InlineData("ä", "Ä", true)]
    [InlineData("a", "a ", false)]
    [InlineData("a", "á", false)]
    public async Task Ids_are_unique_ignoring_case(string first, string second, bool isRefused)
    {
        Answer answer = await Server.BatchAsync(Get(first, "/external/connections") + "," + Get(second, "/external/connections"));

        if (isRefused)
        {
            Assert.Equal($"Request Id {second} has to be unique in a batch.", answer.ShouldBe(400, "BadRequest").ErrorMessage);
        }
        else
        {
            Assert.Equal([first, second], answer.Responses().Select(response => response.GetProperty("id").GetString()));
        }
    }

    [Fact]
    public async Task An_id_may_be_a_number_and_comes_back_as_a_string()
    {
        Answer answer = await Server.BatchAsync(
            """{"id":1,"method":"GET","url":"/external/connections"},{"id":2.50,"method":"GET","url":"/external/connections","dependsOn":[1]}""");

        Assert.Equal(["1", "2.50"], answer.Responses().Select(response => response.GetProperty("id").GetString()));
        Assert.Equal([200, 200], answer.Statuses());
    }

    [Fact]
    public async Task What_depends_on_a_failed_part_is_not_executed_and_neither_is_what_depends_on_that()
    {
        string connection = await ReadyAsync();

        Answer answer = await Server.BatchAsync(
            $$"""
            {{Get("bad", $"/external/connections/{connection}/items/none")}},
            {{Put("child", connection, "T1", ""","dependsOn":["BAD"]""")}},
            {{Put("grandchild", connection, "T2", ""","depends_on":["child"]""")}},
            {{Put("other", connection, "T3")}},
            {{Put("mixed", connection, "T4", ""","dependsOn":["other","child"]""")}}
            """);

        Assert.Equal([404, 424, 424, 200, 424], answer.Statuses());
        JsonElement child = answer.Responses()[1];
        Assert.Equal("FailedDependency", child.Code());
        Assert.Equal("The request was not executed because a request on which it depends has failed.", child.Message());
        Assert.Equal("The request with id 'bad' has failed.", child.Reason());
        Assert.Equal("application/json", child.Header("Content-Type"));
        Assert.Equal(child.Header("request-id"), child.Error().GetProperty("innerError").GetProperty("request-id").GetString());
        foreach ((string item, int status) in ((string, int)[])[("T1", 404), ("T2", 404), ("T3", 200), ("T4", 404)])
        {
            (await Server.GetAsync($"/v1.0/external/connections/{connection}/items/{item}")).ShouldBe(status);
        }
    }

    [Fact]
    public async Task Any_graph_of_earlier_requests_is_run_in_its_order()
    {
        string connection = await ReadyAsync();

        Answer answer = await Server.BatchAsync(
            $$"""
            {{Put("1", connection, "T1")}},
            {{Put("2", connection, "T2")}},
            {"id":"3","method":"GET","url":"/external/connections/{{connection}}/items/T1","dependsOn":["1","2","1"]},
            {"id":"4","method":"GET","url":"/external/connections/{{connection}}/items/T2","dependsOn":"2"},
            {"id":"5","method":"DELETE","url":"/external/connections/{{connection}}/items/T1","dependsOn":["3"]},
            {"id":"6","method":"DELETE","url":"/external/connections/{{connection}}/items/T2","dependsOn":["3","4"],"depends_on":["5"]},
            {"id":"7","method":"GET","url":"/external/connections/{{connection}}/items/T1","dependsOn":["6"]}
            """);

        Assert.Equal([200, 200, 200, 200, 204, 204, 404], answer.Statuses());
    }

    [Theory]
    [InlineData("/external/connections/{0}", 200)]
    [InlineData("external/connections/{0}", 200)]
    [InlineData("//external//connections/{0}/", 200)]
    [InlineData("/v1.0/external/connections/{0}", 200)]
    [InlineData("V1.0/external/connections/{0}", 200)]
    [InlineData("/External/CONNECTIONS('{0}')", 200)]
    [InlineData("/external/connections(%27{0}%27)", 200)]
    [InlineData("/external/%63onnections/{0}", 200)]
    [InlineData("/external/connections/{0}?$format=json&note=two words ä", 200)]
    [InlineData("/external/connections/{0}?%24format=json", 200)]
    [InlineData("/external/connections/{0}?", 200)]
    [InlineData("http://{1}/v1.0/external/connections/{0}", 200)]
    [InlineData("HTTP://{1}/V1.0/external/connections/{0}", 200)]
    [InlineData("http://{1}//v1.0/external/connections/{0}", 200)]
    [InlineData("https://graph.microsoft.com/v1.0/external/connections/{0}", 200)]
    [InlineData("https://GRAPH.microsoft.us/v1.0/external/connections/{0}", 200)]
    [InlineData("/external/connections/no such one", 404)]
    [InlineData("/external/connections/no%20such%20one", 404)]
    [InlineData("/external/connections/{0}/items/a b", 404)]
    [InlineData("/external/connections/{0}/items/a%2Fb", 404)]
    [InlineData("/external/connections/{0}/items/100%", 404)]
    [InlineData("/external/connections/{0}/items/a%00b", 404)]
    [InlineData("/external/connections/{0}/items/a#b", 404)]
    public async Task A_part_finds_its_resource_however_its_url_is_written(string url, int status)
    {
        string connection = await ReadyAsync();

        Answer answer = await Server.BatchAsync(Get("1", string.Format(CultureInfo.InvariantCulture, url, connection, Server.Http.BaseAddress!.Authority)));

        Assert.Equal((status, answer.Body), (answer.Statuses().Single(), answer.Body));
    }

    [Theory]
    [InlineData("/external/./connections", ".")]
    [InlineData("/../external/connections", "..")]
    [InlineData("/external/../../beta/external/connections", "..")]
    [InlineData("/external/%2e%2e/%2e%2e/health/live", "..")]
    [InlineData("https://example.org/v1.0/external/connections", "https:")]
    [InlineData("http://user@127.0.0.1:1/v1.0/external/connections", "http:")]
    [InlineData("http://", "http:")]
    [InlineData("https://graph.microsoft.com.example.org/v1.0/external/connections", "https:")]
    public async Task A_url_that_leads_elsewhere_is_that_parts_400(string url, string segment)
    {
        Answer answer = await Server.BatchAsync(Get("1", url) + "," + Get("2", "/external/connections"));

        Assert.Equal([400, 200], answer.Statuses());
        Assert.Equal($"Resource not found for the segment '{segment}'.", answer.Responses()[0].Message());
    }

    [Theory]
    [InlineData("/externals", "externals")]
    [InlineData("ftp://graph.microsoft.com/v1.0/external/connections", "ftp:")]
    [InlineData("/beta/external/connections", "beta")]
    [InlineData("/health/live", "health")]
    [InlineData("/tributary/metrics", "tributary")]
    [InlineData("/users/me-token-to-replace/messages", "messages")]
    public async Task A_path_that_is_not_there_is_that_parts_404_with_an_empty_message_as_observed(string url, string segment)
    {
        Answer answer = await Server.BatchAsync(Get("1", url) + "," + Get("2", "/external/connections"));

        Assert.Equal([404, 200], answer.Statuses());
        Assert.Equal(("UnknownError", ""), (answer.Responses()[0].Code(), answer.Responses()[0].Message()));
        Assert.Equal($"Resource not found for the segment '{segment}'.", answer.Responses()[0].Reason());
    }

    [Fact]
    public async Task HEAD_has_the_headers_of_GET_and_no_body()
    {
        JsonElement part = (await Server.BatchAsync("""{"id":"1","method":"HEAD","url":"/external/connections"}""")).Responses()[0];

        Assert.Equal(200, part.Status());
        Assert.StartsWith("application/json", part.Header("Content-Type"), StringComparison.Ordinal);
        Assert.False(part.TryGetProperty("body", out _));
    }

    [Fact]
    public async Task The_longest_url_is_taken_and_a_longer_one_is_414()
    {
        string url = "/external/connections?note=";

        Answer answer = await Server.BatchAsync(Get("1", url.PadRight(8192, 'x')) + "," + Get("2", url.PadRight(8193, 'x')));

        Assert.Equal([200, 414], answer.Statuses());
        Assert.Equal("Path and query are over the limit of 8192 bytes.", answer.Responses()[1].Reason());
    }

    [Theory]
    [InlineData("$batch")]
    [InlineData("/$batch")]
    [InlineData("/$BATCH")]
    [InlineData("/v1.0/%24batch")]
    [InlineData("//%24b%61tch/")]
    public async Task A_batch_in_a_batch_is_refused(string url)
    {
        Answer answer = await Server.BatchAsync(
            $$"""{"id":"1","method":"POST","url":"{{url}}","body":{"requests":[{{Get("1", "/external/connections")}}]} },{{Get("2", "/external/connections")}}""");

        Assert.Equal([400, 200], answer.Statuses());
        Assert.Equal(("BadRequest", "A batch cannot be nested in another batch."), (answer.Responses()[0].Code(), answer.Responses()[0].Message()));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("get")]
    [InlineData("Get")]
    public async Task A_method_is_taken_in_any_letter_case(string method) =>
        (await Server.BatchAsync($$"""{"id":"1","method":"{{method}}","url":"/external/connections"}""")).ShouldHold(200);

    [Theory]
    [InlineData("PUT")]
    [InlineData("TRACE")]
    [InlineData("CONNECT")]
    [InlineData("FROBNICATE")]
    public async Task A_method_that_the_resource_does_not_have_is_that_parts_405(string method)
    {
        Answer answer = await Server.BatchAsync($$"""{"id":"1","method":"{{method}}","url":"/external/connections"}""");

        Assert.Equal([405], answer.Statuses());
        Assert.Equal("GET, HEAD, OPTIONS, POST", string.Join(", ", answer.Responses()[0].Header("Allow")!.Split(", ").Order(StringComparer.Ordinal)));
        Assert.Equal("Specified HTTP method is not allowed for the request target.", answer.Responses()[0].Message());
    }

    [Fact]
    public async Task A_body_without_a_content_type_is_JSON()
    {
        string connection = await ReadyAsync();

        Answer answer = await Server.BatchAsync($$"""{"id":"1","method":"PUT","url":"/external/connections/{{connection}}/items/T1","body":{{Item}}}""");

        Assert.Equal([200], answer.Statuses());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("APPLICATION/JSON; charset=utf-8")]
    [InlineData("application/json;odata.metadata=minimal")]
    public async Task A_body_in_JSON_is_taken_as_it_stands(string contentType)
    {
        string connection = await ReadyAsync();

        Answer answer = await Server.BatchAsync(
            $$"""{"body":{{Item}},"headers":{"content-type":"{{contentType}}","Content-Encoding":"gzip"},"id":"1","method":"PUT","url":"/external/connections/{{connection}}/items/T1"}""");

        Assert.Equal((200, answer.Body), (answer.Statuses().Single(), answer.Body));
    }

    [Theory]
    [InlineData("application/json;=x")]
    [InlineData("text/plain")]
    public async Task A_body_that_is_not_JSON_is_never_decompressed(string contentType)
    {
        Answer answer = await Server.BatchAsync(
            $$"""{"id":"1","method":"POST","url":"/external/connections","headers":{"Content-Type":"{{contentType}}","Content-Encoding":"gzip"},"body":"H4sIAAAA"}""");

        answer.ShouldHold(415);
    }

    [Theory]
    [InlineData("null", "Entity only allows writes with a JSON Content-Type header.")]
    [InlineData("\"text\"", "Property body in payload has a value that does not match schema.")]
    [InlineData("[]", "Property body in payload has a value that does not match schema.")]
    [InlineData("5", "Property body in payload has a value that does not match schema.")]
    [InlineData("true", "Property body in payload has a value that does not match schema.")]
    [InlineData("""{"acl":[],"acl":[]}""", "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")]
    [InlineData("""{"\ud800":1}""", "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")]
    public async Task A_body_that_the_resource_does_not_take_fails_its_own_part_only(string body, string message)
    {
        string connection = await ReadyAsync();

        Answer answer = await Server.BatchAsync(
            $$"""{"id":"1","method":"PUT","url":"/external/connections/{{connection}}/items/T1","body":{{body}}},{{Put("2", connection, "T2")}}""");

        Assert.Equal([400, 200], answer.Statuses());
        Assert.Equal(message, answer.Responses()[0].Message());
    }

    [Fact]
    public async Task A_body_of_64_levels_is_read_and_a_deeper_one_fails_its_own_part_only()
    {
        string connection = await ReadyAsync();
        string At(int levels) => new string('[', levels) + new string(']', levels);
        string Write(string id, string body) => $$"""{"id":"{{id}}","method":"PUT","url":"/external/connections/{{connection}}/items/T1","body":{{body}}}""";

        Answer answer = await Server.BatchAsync($"{Write("1", At(64))},{Write("2", At(65))},{Write("3", At(5000))},{Put("4", connection, "T2")}");

        Assert.Equal([400, 400, 400, 200], answer.Statuses());
        Assert.StartsWith("Property body in payload", answer.Responses()[0].Message(), StringComparison.Ordinal);
        Assert.StartsWith("Unable to read JSON", answer.Responses()[1].Message(), StringComparison.Ordinal);
        Assert.StartsWith("Unable to read JSON", answer.Responses()[2].Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ }", "The Content-Type is 'text/plain'; a body that is not JSON must be a string in base64.")]
    [InlineData("\"no base64!\"", "The Content-Type is 'text/plain', but the body is no base64.")]
    [InlineData("\"abc\\u0000\"", "The Content-Type is 'text/plain', but the body is no base64.")]
    [InlineData("\"\\ud800\"", "The Content-Type is 'text/plain', but the body is no base64.")]
    public async Task A_body_of_another_type_that_is_no_base64_fails_its_own_part_only(string body, string reason)
    {
        Answer answer = await Server.BatchAsync(
            $$"""{"id":"1","method":"POST","url":"/external/connections","headers":{"Content-Type":"text/plain"},"body":{{body}}},{{Get("2", "/external/connections")}}""");

        Assert.Equal([400, 200], answer.Statuses());
        Assert.Equal(("The body of the request inside the batch cannot be read.", reason), (answer.Responses()[0].Message(), answer.Responses()[0].Reason()));
    }

    [Fact]
    public async Task A_body_of_another_type_is_told_as_one_by_the_resource()
    {
        Answer answer = await Server.BatchAsync(
            $$"""{"id":"1","method":"POST","url":"/external/connections","headers":{"Content-Type":"text/plain"},"body":"{{Base64("text")}}"}""");

        Assert.Equal([400], answer.Statuses());
        Assert.Equal("The Content-Type is 'text/plain'.", answer.Responses()[0].Reason());
    }

    [Fact]
    public async Task A_part_needs_no_body_and_no_headers()
    {
        string connection = await ReadyAsync();

        Answer answer = await Server.BatchAsync(
            $$"""{"id":"1","method":"DELETE","url":"/external/connections/{{connection}}","headers":null,"body":null,"dependsOn":null,"atomicityGroup":"g1","extra":{"x":[1]} }""");

        Assert.Equal([202], answer.Statuses());
        Assert.False(answer.Responses()[0].TryGetProperty("body", out _));
        Assert.Null(answer.Responses()[0].Header("Content-Type"));
    }

    [Fact]
    public async Task The_location_of_an_answer_is_absolute_and_leads_there()
    {
        string connection = shared.NewId();

        Answer answer = await Server.BatchAsync(
            $$"""
            {"id":"1","method":"POST","url":"/external/connections","body":{"id":"{{connection}}","name":"Name of {{connection}}"} },
            {"id":"2","method":"PATCH","url":"/external/connections/{{connection}}/schema","body":{{TestServer.DefaultSchema}},"dependsOn":["1"]}
            """,
            "beta");

        answer.ShouldHold(201, 202);
        string location = answer.Responses()[1].Header("Location")!;
        Assert.StartsWith($"{Server.Http.BaseAddress}beta/external/connections/{connection}/operations/", location, StringComparison.Ordinal);
        (await Server.GetAsync(location)).ShouldBe(200);
    }

    [Fact]
    public async Task An_answer_that_is_no_JSON_comes_in_base64_and_keeps_its_type()
    {
        // Nothing under the versioned roots answers so yet.
        var answer = new PartAnswer(200, new HeaderDictionary { ["Content-Type"] = "text/html" }, Encoding.UTF8.GetBytes("<p>1</p>"));
        var context = new DefaultHttpContext();
        var body = new MemoryStream();
        context.Response.Body = body;
        var part = new BatchPart { Id = "1", Method = "GET", Url = "/", Headers = new Dictionary<string, string>(), Body = default, DependsOn = [] };
        using (var batch = new BatchAnswer(context))
        {
            await batch.AddAsync(part, answer);
            await batch.EndAsync();
        }

        Assert.Equal($$"""{"responses":[{"id":"1","status":200,"headers":{"Content-Type":"text/html"},"body":"{{Base64("<p>1</p>")}}"}]}""", Encoding.UTF8.GetString(body.ToArray()));
    }

    [Fact]
    public async Task Every_part_has_a_request_id_of_its_own_and_the_client_request_id_of_its_batch_unless_it_brings_one()
    {
        Answer answer = await Server.SendAsync(
            HttpMethod.Post,
            "/v1.0/$batch",
            $$"""{"requests":[{{Get("1", "/external/connections/none")}},{{Get("2", "/external/connections/none", ""","headers":{"Client-Request-Id":"mine"}""")}}]}""",
            null,
            ("client-request-id", "outer"));

        JsonElement[] responses = answer.Responses();
        Assert.Equal(["outer", "mine"], responses.Select(response => response.Header("client-request-id")));
        Assert.Equal(["outer", "mine"], responses.Select(response => response.Error().GetProperty("innerError").GetProperty("client-request-id").GetString()));
        string[] ids = [answer.Headers.GetValues("request-id").Single(), .. responses.Select(response => response.Header("request-id")!)];
        Assert.Equal(3, ids.Distinct().Count());
        Assert.Equal("outer", answer.Headers.GetValues("client-request-id").Single());
    }

    [Fact]
    public async Task How_answers_look_is_said_by_the_batch_unless_the_part_says_otherwise()
    {
        Answer answer = await Server.SendAsync(
            HttpMethod.Post,
            "/v1.0/$batch",
            $$"""{"requests":[{{Get("1", "/external/connections")}},{{Get("2", "/external/connections", ""","headers":{"accept":"application/json"}""")}}]}""",
            null,
            ("Accept", "application/json;odata.metadata=none"),
            ("Prefer", "respond-async"));

        JsonElement[] responses = answer.Responses();
        Assert.False(responses[0].Body().TryGetProperty("@odata.context", out _));
        Assert.Contains("odata.metadata=none", responses[0].Header("Content-Type"), StringComparison.Ordinal);
        Assert.True(responses[1].Body().TryGetProperty("@odata.context", out _));
    }

    [Theory]
    [InlineData(null, "Access token is empty.")]
    [InlineData("Bearer garbage", "IDX14100: JWT is not well formed, there are no dots (.).")]
    public async Task A_batch_without_a_valid_token_is_refused_whole_before_its_body_is_looked_at(string? authorization, string message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1.0/$batch") { Content = new StringContent("no JSON") };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using HttpResponseMessage response = await Server.Http.SendAsync(request);

        Answer answer = await Answer.ReadAsync(response);
        Assert.StartsWith(message, answer.ShouldBe(401, "InvalidAuthenticationToken").ErrorMessage, StringComparison.Ordinal);
        Assert.NotEmpty(response.Headers.WwwAuthenticate);
    }

    [Fact]
    public async Task Every_part_answers_for_its_own_permission()
    {
        string connection = await ReadyAsync();
        string scopes = "https://graph.microsoft.com/ExternalItem.Read.All";

        Answer answer = await Server.BatchAsync(
            $$"""
            {{Put("1", connection, "T1")}},
            {"id":"2","method":"POST","url":"/search/query","body":{"requests":[{"entityTypes":["externalItem"],"contentSources":["/external/connections/{{connection}}"],"query":{"queryString":"printer"} }]} }
            """,
            token: await Server.UserTokenAsync("reader", scopes));

        Assert.Equal([403, 200], answer.Statuses());
        Assert.Equal("Authorization_RequestDenied", answer.Responses()[0].Code());
    }

    [Fact]
    public async Task A_part_has_the_token_of_its_batch_and_no_other()
    {
        string connection = await ReadyAsync();
        string foreign = await Server.AppTokenAsync("0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11");
        string other = $$""","headers":{"authorization":"Bearer {{foreign}}"}""";
        string none = ""","headers":{"Authorization":""}""";

        Answer owner = await Server.BatchAsync($"{Get("1", $"/external/connections/{connection}", other)},{Get("2", $"/external/connections/{connection}", none)}");
        Answer stranger = await Server.BatchAsync(
            Get("1", $"/external/connections/{connection}", $$""","headers":{"Authorization":"Bearer {{await Server.AppTokenAsync()}}"}"""), token: foreign);

        Assert.Equal([200, 200], owner.Statuses());
        Assert.Equal([404], stranger.Statuses());
    }

    [Fact]
    public async Task A_part_cannot_say_where_its_request_came_in()
    {
        Answer answer = await Server.BatchAsync(Get("1", "/external/connections", ""","headers":{"Host":"evil.example.org","X-Forwarded-Host":"evil.example.org","Accept-Encoding":"gzip"}"""));

        Assert.Equal($"{Server.Http.BaseAddress}v1.0/$metadata#external/connections", answer.Responses()[0].Body().GetProperty("@odata.context").GetString());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Another_verb_than_post_is_405(string method)
    {
        Answer answer = await Server.SendAsync(new HttpMethod(method), "/v1.0/$batch", method == "GET" ? null : "{}");

        Assert.Equal(["OPTIONS", "POST"], answer.ShouldBe(405, "Request_BadRequest").ContentHeaders.Allow.Order());
    }

    [Fact]
    public async Task A_compressed_batch_is_read()
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes($$"""{"requests":[{{Get("1", "/external/connections")}}]}"""));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1.0/$batch") { Content = new ByteArrayContent(bytes.ToArray()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Server.AppTokenAsync());
        using HttpResponseMessage response = await Server.Http.SendAsync(request);

        (await Answer.ReadAsync(response)).ShouldHold(200);
    }

    [Fact]
    public async Task A_large_answer_arrives_whole()
    {
        string connection = await ReadyAsync();
        string content = new('x', 90_000);
        string body = $$"""{"acl":[{"type":"everyone","value":"everyone","accessType":"grant"}],"properties":{"title":"Printer"},"content":{"type":"text","value":"{{content}}"} }""";
        (await Server.PutAsync($"/v1.0/external/connections/{connection}/items/T1", body)).ShouldBe(200);

        Answer answer = await Server.BatchAsync(string.Join(',', Enumerable.Range(1, 20).Select(i => Get($"{i}", $"/external/connections/{connection}/items/T1"))));

        Assert.Equal(Enumerable.Repeat(200, 20), answer.Statuses());
        Assert.All(answer.Responses(), response => Assert.Equal(content, response.Body().GetProperty("content").GetProperty("value").GetString()));
    }

    private async Task<string> ReadyAsync()
    {
        string connection = shared.NewId();
        await Server.CreateReadyConnectionAsync(connection);
        return connection;
    }

    /// <summary>Without what differs from run to run.</summary>
    private static string Normal(string body) => Dates().Replace(Guids().Replace(body, "*"), "*");

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Guids();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")]
    private static partial Regex Dates();
}
