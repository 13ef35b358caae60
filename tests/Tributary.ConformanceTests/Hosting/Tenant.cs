using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using MarkdownConnector;
using Microsoft.Graph;
using Microsoft.Graph.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary.Middleware;
using Tributary.Auth.DevIssuer;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Hosting;

/// <summary>
/// A tenant of its own on a running server, reached with the real clients: Azure.Identity signs in, Microsoft.Graph asks. The clients' handlers are the
/// default ones without the retries, which would hide a 429 or 503.
/// </summary>
internal sealed class Tenant(TestServer server)
{
    /// <summary>May do everything with every connection and item.</summary>
    public const string AllApp = "00000000-0000-4000-8000-000000000a11";

    /// <summary>May read connections, and nothing else.</summary>
    public const string ReadApp = "00000000-0000-4000-8000-0000000000ad";

    private static readonly string[] Scopes = ["https://graph.microsoft.com/.default"];

    private readonly ConcurrentDictionary<string, TokenCredential> _credentials = [];

    public string Id { get; } = Guid.NewGuid().ToString();

    public Uri Url => server.Http.BaseAddress!;

    /// <summary>An application; the default one has both <c>…OwnedBy</c> permissions.</summary>
    public GraphServiceClient AsApp(string app = DevDefaults.AppId, string version = "v1.0") => Client(App(app), version);

    /// <summary>As <see cref="AsApp"/>, with the client's own retries.</summary>
    /// <param name="observers">See each try.</param>
    public GraphServiceClient AsAppThatRetries(params DelegatingHandler[] observers) => Client(App(DevDefaults.AppId), "v1.0", [.. GraphClientFactory.CreateDefaultHandlers(), .. observers]);

    /// <summary>A delegated client of a seeded user such as <c>reader</c>, with every scope.</summary>
    public GraphServiceClient AsUser(string user, string version = "v1.0") => Client(User(user), version);

    public GraphServiceClient WithToken(string token, string version = "v1.0") =>
        Client(DelegatedTokenCredential.Create((_, _) => new AccessToken(token, DateTimeOffset.MaxValue)), version);

    public async Task<string> AppTokenAsync(string app = DevDefaults.AppId) => await TokenAsync(App(app));

    public async Task<string> UserTokenAsync(string user) => await TokenAsync(User(user));

    /// <summary>Plain HTTP as the default application.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers) =>
        await server.SendAsync(method, path, json, await AppTokenAsync(), headers);

    /// <summary>Plain HTTP as a user.</summary>
    public async Task<Answer> SendAsUserAsync(string user, HttpMethod method, string path, string? json = null) =>
        await server.SendAsync(method, path, json, await UserTokenAsync(user));

    private static async Task<string> TokenAsync(TokenCredential credential) =>
        (await credential.GetTokenAsync(new TokenRequestContext(Scopes, isCaeEnabled: true), CancellationToken.None)).Token;

    private TokenCredential App(string app) => _credentials.GetOrAdd(app, _ =>
        new ClientSecretCredential(Id, app, "any", new ClientSecretCredentialOptions { DisableInstanceDiscovery = true, Transport = Transport() }));

    private TokenCredential User(string user) => _credentials.GetOrAdd(user, _ =>
#pragma warning disable CS0618 // Obsolete because it cannot do multi-factor sign-in; a test has nobody to ask.
        new UsernamePasswordCredential(
            $"{user}@tributary.local",
            "any",
            Id,
            DevDefaults.AppId,
            new UsernamePasswordCredentialOptions { DisableInstanceDiscovery = true, Transport = Transport() }));
#pragma warning restore CS0618

    private HttpClientTransport Transport() => new(new LocalAuthorityHandler(Url));

    private GraphServiceClient Client(TokenCredential credential, string version) =>
        Client(credential, version, [.. GraphClientFactory.CreateDefaultHandlers().Where(handler => handler is not RetryHandler)]);

    private GraphServiceClient Client(TokenCredential credential, string version, DelegatingHandler[] handlers)
    {
        var authentication = new AzureIdentityAuthenticationProvider(credential, [Url.Host], observabilityOptions: null, isCaeEnabled: true, Scopes);
        HttpClient http = GraphClientFactory.Create(handlers, finalHandler: new SocketsHttpHandler { UseProxy = false });
        return new GraphServiceClient(http, authentication, new Uri(Url, version).ToString());
    }
}
