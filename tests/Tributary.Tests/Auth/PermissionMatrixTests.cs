using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Auth;

/// <summary>
/// Every endpoint of the real server with every permission alone, none, and all but the right ones; as an application, a user and an administrator; held against
/// <see cref="PublishedPermissions"/>. What lets a caller in acts on a connection that is not there.
/// </summary>
public sealed class PermissionMatrixTests : IAsyncLifetime
{
    /// <summary>Not implemented, whoever asks.</summary>
    private const string NotThere = "/copilot/retrieval";

    private const string Search = """{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/x"], "query": { "queryString": "x" } } ] }""";

    private TestProvider _entra = null!;
    private TestServer _server = null!;
    private List<(RouteEndpoint Endpoint, string Method, string Path, GraphOperation Operation)> _rows = null!;

    public async ValueTask InitializeAsync()
    {
        _entra = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
        _server = await TestServer.StartAsync([.. _entra.EntraSettings(NationalCloud.Global).Select(setting => $"{setting.Key}={setting.Value}")]);
        _rows = [.. Mapped().SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
            .Where(_ => endpoint.Metadata.GetMetadata<AccessRule>() is AccessRule.Permission && !endpoint.RoutePattern.RawText!.EndsWith(NotThere, StringComparison.Ordinal))
            .Select(method => (endpoint, method, PathOf(endpoint), ((AccessRule.Permission)endpoint.Metadata.GetMetadata<AccessRule>()!).Operation)))];
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _entra.DisposeAsync();
    }

    [Fact]
    public void Every_endpoint_has_its_row_in_the_table_of_permissions()
    {
        string[] without = [.. Mapped()
            .Where(endpoint => endpoint.Metadata.GetMetadata<AccessRule>() is null or AccessRule.Permission && !HasRow(endpoint))
            .Select(endpoint => endpoint.DisplayName!)];

        Assert.True(without.Length == 0, $"These have no row in PermissionTable for their version:\n{string.Join('\n', without)}");
    }

    [Fact]
    public async Task An_endpoint_without_a_row_in_its_version_does_not_run()
    {
        // Quota is there in beta only.
        await using AuthHost host = await AuthHost.StartAsync();

        Assert.Equal(500, (int)(await host.GetAsync("/v1.0/quota", "Bearer " + AuthHost.Token(host).WithRoles("ExternalConnection.ReadWrite.OwnedBy").Signed())).StatusCode);
        Assert.Equal(200, (int)(await host.GetAsync("/beta/quota", "Bearer " + AuthHost.Token(host).WithRoles("ExternalConnection.ReadWrite.OwnedBy").Signed())).StatusCode);
    }

    [Fact]
    public async Task Exactly_the_published_permissions_open_an_endpoint()
    {
        List<string> wrong = [];
        Dictionary<string, string> tokens = [];
        int asked = 0;
        foreach ((RouteEndpoint endpoint, string method, string path, GraphOperation operation) in _rows)
        {
            (string[] application, string[] delegated, bool needsAdministrator) = PublishedPermissions.Table[operation];
            await TryAsync("application", application, mayEnter: true, permissions => Token().WithRoles(permissions));
            await TryAsync("administrator", delegated, mayEnter: true, permissions => Token().Delegated(string.Join(' ', permissions), administrator: true));
            await TryAsync("user", delegated, !needsAdministrator, permissions => Token().Delegated(string.Join(' ', permissions), administrator: false));

            async Task TryAsync(string kind, string[] accepted, bool mayEnter, Func<string[], TokenBuilder> tokenOf)
            {
                // Each token is made, and validated, once.
                string[][] sets = [[], [.. PublishedPermissions.All.Except(accepted)], [.. PublishedPermissions.All], .. PublishedPermissions.All.Select(name => new[] { name })];
                foreach (string[] permissions in sets)
                {
                    string key = $"{kind} {string.Join(' ', permissions)}";
                    string token = tokens.TryGetValue(key, out string? made) ? made : tokens[key] = tokenOf(permissions).Signed();
                    bool isLetIn = await IsLetInAsync(method, path, token);
                    asked++;
                    if (isLetIn != (mayEnter && permissions.Intersect(accepted).Any()))
                    {
                        wrong.Add($"{method} {path} with {string.Join(' ', permissions)} as {kind}: {(isLetIn ? "let in" : "refused")}");
                    }
                }
            }
        }

        Assert.True(asked > 5_000, $"Only {asked} were asked.");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {asked}:\n{string.Join('\n', wrong.Take(50))}");
    }

    [Fact]
    public async Task Roles_of_a_user_and_scopes_of_an_application_open_nothing()
    {
        foreach ((_, string method, string path, _) in _rows)
        {
            TokenBuilder user = Token().Delegated("profile", administrator: true).WithRoles([.. PublishedPermissions.All]);
            TokenBuilder application = Token().WithRoles("Other").Claim("scp", string.Join(' ', PublishedPermissions.All));

            Assert.False(await IsLetInAsync(method, path, user.Signed()), $"{method} {path} as user");
            Assert.False(await IsLetInAsync(method, path, application.Signed()), $"{method} {path} as application");
        }
    }

    private static bool HasRow(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<AccessRule>() is AccessRule.Permission rule
        && PermissionTable.FindOrNull(rule.Operation) is { } row
        && (endpoint.Metadata.GetMetadata<GraphVersionMetadata>() is not { } metadata || row.Versions.Has(metadata.Version));

    private IEnumerable<RouteEndpoint> Mapped() => _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null);

    private static string PathOf(RouteEndpoint endpoint) =>
        "/" + string.Join('/', endpoint.RoutePattern.RawText!.Trim('/').Split('/').Select(segment => segment.StartsWith('{') ? "nothere" : segment));

    private static TokenBuilder Token() => TokenBuilder.OfEntra(NationalCloud.Global, DateTimeOffset.UtcNow);

    private async Task<bool> IsLetInAsync(string method, string path, string token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (path.EndsWith("/search/query", StringComparison.Ordinal))
        {
            // Its permission depends on what is asked for.
            request.Content = new StringContent(Search, Encoding.UTF8, "application/json");
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await _server.Http.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode is not (401 or 500), $"{method} {path}: {response.StatusCode}");

        // Applications hear at /me that it is nobody's, and who may see himself only is let in to be told so of others.
        return (int)response.StatusCode is 403 ? body.Contains("a user sees himself only", StringComparison.Ordinal)
            : !body.Contains("/me request is only valid with delegated authentication flow.", StringComparison.Ordinal);
    }
}
