using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Auth;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

/// <summary>What every mapped endpoint owes its callers; a new one is in these tables by being mapped.</summary>
public sealed class EndpointTableTests : IAsyncLifetime
{
    private static readonly string[] Verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "REPORT"];

    /// <summary>They differ from answer to answer.</summary>
    private static readonly string[] OwnHeaders = ["request-id", "client-request-id", "Date"];

    private TestServer _server = null!;
    private List<(RouteEndpoint Endpoint, string Path, string[] Methods)> _rows = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync("Telemetry:Prometheus=true");
        await _server.CreateReadyConnectionAsync();
        _rows = [.. _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null)
            .Select(endpoint => (endpoint, PathOf(endpoint), endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.ToArray()))];
        Assert.True(_rows.Count > 60, $"There are only {_rows.Count} endpoints; the tables would prove little.");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Without_a_token_each_is_401_with_a_challenge_unless_it_is_open_to_all()
    {
        int asked = 0;
        foreach ((RouteEndpoint endpoint, string path, string[] methods) in _rows)
        {
            if (endpoint.Metadata.GetMetadata<AccessRule>() is AccessRule.Anonymous)
            {
                continue;
            }

            foreach (string method in methods)
            {
                (Answer answer, HttpResponseMessage response) = await SendAsync(method, path, token: null);

                Assert.True(answer.Status == 401, $"{method} {path}: {answer}");
                bool isScim = endpoint.Metadata.GetMetadata<AccessRule>() is AccessRule.Scim;
                string said = isScim ? answer.Json.GetProperty("detail").GetString()! : IsIssuers(path) ? answer.Json.GetProperty("error_description").GetString()! : answer.ErrorMessage;
                Assert.Contains(isScim ? "A valid bearer secret of this tenant is needed." : "Access token is empty.", said, StringComparison.Ordinal);
                Assert.StartsWith($"Bearer realm=\"{(isScim ? "scim" : "")}\"", response.Headers.WwwAuthenticate.Single().ToString(), StringComparison.Ordinal);
                AssertRequiredHeaders($"{method} {path}", answer);
                asked++;
            }
        }

        Assert.True(asked > 50, $"Only {asked} were asked.");
    }

    [Fact]
    public async Task A_verb_that_a_path_lacks_is_405_or_the_issuers_400_and_Allow_names_those_it_has()
    {
        foreach (string path in _rows.Select(row => row.Path).Distinct())
        {
            string[] there = MethodsOf(path);
            string[] allowed = [.. there.Append("OPTIONS").Concat(there.Contains("GET") ? ["HEAD"] : []).Order(StringComparer.Ordinal)];
            foreach (string verb in Verbs.Except(there))
            {
                (Answer answer, _) = await SendAsync(verb, path, token: null);

                (int status, string code) = IsScim(path) ? (405, "\"status\":\"405\"")
                    : IsIssuers(path) ? (400, "\"error_codes\":[900561]")
                    : IsManagedIdentitys(path) ? (405, $"Received a {verb} request.")
                    : (405, "\"error\":{\"code\":\"Request_BadRequest\"");
                Assert.True(answer.Status == status && answer.Body.Contains(code, StringComparison.Ordinal), $"{verb} {path}: {answer}");
                Assert.Equal(allowed, answer.ContentHeaders.Allow);
                AssertRequiredHeaders($"{verb} {path}", answer);
            }

            (Answer options, _) = await SendAsync("OPTIONS", path, token: null);
            Assert.True(options.Status == 200, $"OPTIONS {path}: {options}");
            Assert.Equal(allowed, options.ContentHeaders.Allow);
            Assert.Equal("", options.Body);
            AssertRequiredHeaders($"OPTIONS {path}", options);
        }
    }

    [Fact]
    public async Task HEAD_has_the_status_and_headers_of_GET_and_no_body()
    {
        foreach (string? token in (string?[])[null, await _server.AppTokenAsync(), await _server.UserTokenAsync("admin")])
        {
            foreach (string path in _rows.Where(row => row.Methods.Contains("GET")).Select(row => row.Path).Distinct())
            {
                (Answer get, _) = await SendAsync("GET", path, token);
                (Answer head, _) = await SendAsync("HEAD", path, token);

                Assert.Equal($"{path}: {Described(get)}", $"{path}: {Described(head)}");
                Assert.Equal("", head.Body);
                AssertRequiredHeaders($"GET {path}", get);
                AssertRequiredHeaders($"HEAD {path}", head);
            }
        }
    }

    // Their errors have shapes of their own.

    private static bool IsScim(string path) => path.StartsWith("/tributary/scim/", StringComparison.Ordinal);

    private static bool IsIssuers(string path) => path.StartsWith($"/{TestServer.Tenant}/", StringComparison.Ordinal) || path.StartsWith("/common/", StringComparison.Ordinal);

    private static bool IsManagedIdentitys(string path) => path.StartsWith("/msi/", StringComparison.Ordinal) || path.StartsWith("/metadata/", StringComparison.Ordinal);

    private static string Described(Answer answer) => answer.Status + string.Concat(answer.Headers.Concat(answer.ContentHeaders)
        .Where(header => !OwnHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
        .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
        .Select(header => $"\n{header.Key}: {string.Join(", ", header.Value)}"));

    /// <summary>Protocol 5.</summary>
    private static void AssertRequiredHeaders(string what, Answer answer)
    {
        string requestId = answer.Headers.GetValues("request-id").Single();
        Assert.True(Guid.TryParseExact(requestId, "D", out _), what);
        Assert.Equal(requestId, answer.Headers.GetValues("client-request-id").Single());
        using JsonDocument diagnostic = JsonDocument.Parse(answer.Headers.GetValues("x-ms-ags-diagnostic").Single());
        Assert.True(diagnostic.RootElement.TryGetProperty("ServerInfo", out _), what);
        Assert.True(answer.Headers.Date is not null, what);
        Assert.True(answer.Headers.CacheControl is { NoCache: true }, what);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    private static string PathOf(RouteEndpoint endpoint) => "/" + string.Join('/', endpoint.RoutePattern.RawText!.Trim('/').Split('/').Select(segment => segment switch
    {
        "{tenant}" => TestServer.Tenant,
        "{connectionId}" => "contosohr",
        _ when segment.StartsWith('{') => "x1",
        _ => segment,
    }));

    /// <summary>Those of every endpoint that the path leads to: <c>/connections/$count</c> could be a connection's id as well.</summary>
    private string[] MethodsOf(string path) => [.. _rows
        .Where(row => new TemplateMatcher(TemplateParser.Parse(row.Endpoint.RoutePattern.RawText!), []).TryMatch(path, []))
        .SelectMany(row => row.Methods)
        .Distinct()];

    private async Task<(Answer Answer, HttpResponseMessage Response)> SendAsync(string method, string path, string? token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }

        HttpResponseMessage response = await _server.Http.SendAsync(request);
        return (await Answer.ReadAsync(response), response);
    }
}
