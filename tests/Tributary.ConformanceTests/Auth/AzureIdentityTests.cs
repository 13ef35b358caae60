using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Graph;

namespace Tributary.ConformanceTests.Auth;

/// <summary>
/// Azure.Identity, as connectors use it, gets its tokens from the development issuer. It insists on https and a known authority; so its transport carries
/// the calls for login.microsoftonline.com to the local server, which is all that a host name taken over would do.
/// </summary>
public sealed class AzureIdentityTests : IAsyncLifetime
{
    private static readonly string[] GraphScope = ["https://graph.microsoft.com/.default"];

    private readonly string _dataDirectory = Directory.CreateTempSubdirectory("tributary-identity-").FullName;
    private WebApplication _app = null!;
    private CountingRedirect _redirect = null!;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddTributaryAuth(new ConfigurationBuilder().Build(), _dataDirectory, ["http://127.0.0.1:0"]);
        _app = builder.Build();
        _app.UseRequestIds();
        _app.UseRouting();
        _app.UseGraphAuthorization();
        _app.MapDevIssuer();
        await _app.StartAsync();
        _redirect = new CountingRedirect(new Uri(_app.Urls.Single()));
    }

    public async ValueTask DisposeAsync()
    {
        _redirect.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_dataDirectory, recursive: true);
    }

    [Fact]
    public async Task A_client_secret_gets_an_applications_token_and_keeps_it()
    {
        ClientSecretCredential credential = new(DevDefaults.TenantId, DevDefaults.AppId, "any secret", Options<ClientSecretCredentialOptions>());

        AccessToken token = await credential.GetTokenAsync(new TokenRequestContext(GraphScope), CancellationToken.None);
        AccessToken again = await credential.GetTokenAsync(new TokenRequestContext(GraphScope), CancellationToken.None);

        JsonWebToken jwt = new(token.Token);
        Assert.Equal("app", jwt.GetPayloadValue<string>("idtyp"));
        Assert.Equal(DevDefaults.AppId, jwt.GetPayloadValue<string>("azp"));
        Assert.InRange(token.ExpiresOn, DateTimeOffset.UtcNow.AddMinutes(59), DateTimeOffset.UtcNow.AddMinutes(61));
        Assert.Equal(token.Token, again.Token);
        Assert.Single(_redirect.Paths, path => path.EndsWith("/token", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("admin@tributary.local")]
    [InlineData("reader@tributary.local")]
    [InlineData("guest@tributary.local")]
    public async Task A_username_and_password_get_a_users_token_and_keep_it(string user)
    {
#pragma warning disable CS0618 // Obsolete for good reasons, and still what tests of connectors sign in with.
        UsernamePasswordCredential credential = new(user, "any password", DevDefaults.TenantId, DevDefaults.AppId, Options<UsernamePasswordCredentialOptions>());
#pragma warning restore CS0618

        AccessToken token = await credential.GetTokenAsync(new TokenRequestContext(GraphScope), CancellationToken.None);
        AccessToken again = await credential.GetTokenAsync(new TokenRequestContext(GraphScope), CancellationToken.None);

        JsonWebToken jwt = new(token.Token);
        Assert.Equal(user, jwt.GetPayloadValue<string>("upn"));
        Assert.Contains("ExternalItem.Read.All", jwt.GetPayloadValue<string>("scp").Split(' '));
        Assert.Equal(token.Token, again.Token);
        Assert.Single(_redirect.Paths, path => path.EndsWith("/token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Single_scopes_are_found_in_the_clients_cache_too()
    {
#pragma warning disable CS0618
        UsernamePasswordCredential credential =
            new("reader@tributary.local", "any password", DevDefaults.TenantId, DevDefaults.AppId, Options<UsernamePasswordCredentialOptions>());
#pragma warning restore CS0618
        string[] scopes = ["https://graph.microsoft.com/ExternalItem.Read.All"];

        AccessToken token = await credential.GetTokenAsync(new TokenRequestContext(scopes), CancellationToken.None);
        AccessToken again = await credential.GetTokenAsync(new TokenRequestContext(scopes), CancellationToken.None);

        Assert.Equal(["ExternalItem.Read.All", "openid", "profile"], new JsonWebToken(token.Token).GetPayloadValue<string>("scp").Split(' ').Order(StringComparer.Ordinal));
        Assert.Equal(token.Token, again.Token);
    }

    [Fact]
    public async Task A_user_who_is_not_there_is_reported_with_Entras_code()
    {
#pragma warning disable CS0618
        UsernamePasswordCredential credential =
            new("nobody@tributary.local", "any password", DevDefaults.TenantId, DevDefaults.AppId, Options<UsernamePasswordCredentialOptions>());
#pragma warning restore CS0618

        AuthenticationFailedException failure = await Assert.ThrowsAsync<AuthenticationFailedException>(
            async () => await credential.GetTokenAsync(new TokenRequestContext(GraphScope), CancellationToken.None));

        // Azure.Identity's own message ends before Entra's text; it is MSAL's below that says it.
        Assert.Contains("AADSTS50034: The user account nobody@tributary.local", failure.InnerException!.Message, StringComparison.Ordinal);
    }

    private TOptions Options<TOptions>()
        where TOptions : TokenCredentialOptions, new()
    {
        TOptions options = new() { AuthorityHost = new Uri("https://login.microsoftonline.com"), Transport = new HttpClientTransport(new HttpClient(_redirect, disposeHandler: false)) };
        switch (options)
        {
            case ClientSecretCredentialOptions secret:
                secret.DisableInstanceDiscovery = true;
                break;
#pragma warning disable CS0618
            case UsernamePasswordCredentialOptions password:
                password.DisableInstanceDiscovery = true;
                break;
#pragma warning restore CS0618
        }

        return options;
    }

    private sealed class CountingRedirect(Uri server) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        public List<string> Paths { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Paths.Add(request.RequestUri!.AbsolutePath);
            request.RequestUri = new UriBuilder(request.RequestUri) { Scheme = server.Scheme, Host = server.Host, Port = server.Port }.Uri;
            request.Headers.Host = null;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
