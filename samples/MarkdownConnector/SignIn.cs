using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.Graph;
using Microsoft.Graph.Authentication;

namespace MarkdownConnector;

/// <summary>
/// Graph clients for the connector itself and for the people who search. Against Microsoft Graph everything is the SDK's default; a local server
/// differs in the transport of the credentials, the base URL and the one host besides Graph's own that tokens may be sent to.
/// </summary>
internal sealed class SignIn(ConnectorOptions options) : IDisposable
{
    private static readonly string[] Scopes = ["https://graph.microsoft.com/.default"];

    private readonly HttpClient? localSignIn = options.IsLocal ? new HttpClient(new LocalAuthorityHandler(options.Url)) : null;
    private readonly ConcurrentDictionary<string, TokenCredential> people = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The connector: it owns the connection and writes the items, with application permissions.</summary>
    public GraphServiceClient AsConnector() =>
        Client(new ClientSecretCredential(
            options.TenantId,
            options.ClientId,
            Secret("AZURE_CLIENT_SECRET"),
            Configure(new ClientSecretCredentialOptions { DisableInstanceDiscovery = options.IsLocal })));

    /// <summary>A person: searching is delegated only, an application has nothing that results could be trimmed for.</summary>
    public GraphServiceClient AsUser(string userPrincipalName) => Client(Person(userPrincipalName));

    /// <summary>
    /// The object id that ACLs know a person by, from the <c>oid</c> claim of the person's own token. A connector with the permission to read
    /// users would ask Graph for <c>/users/{name}</c>; this one gets by without it.
    /// </summary>
    public async Task<string> FindObjectIdAsync(string userPrincipalName, CancellationToken cancellationToken)
    {
        var token = await GetTokenAsync(userPrincipalName, cancellationToken);
        var payload = token.Token.Split('.') is [_, var claims, _] ? claims : throw new ConnectorException($"The token of {userPrincipalName} is no JWT.");
        using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
        return json.RootElement.TryGetProperty("oid", out var oid) && oid.GetString() is { } id
            ? id
            : throw new ConnectorException($"The token of {userPrincipalName} has no oid claim.");
    }

    public void Dispose() => localSignIn?.Dispose();

    private async Task<AccessToken> GetTokenAsync(string userPrincipalName, CancellationToken cancellationToken)
    {
        try
        {
            return await Person(userPrincipalName).GetTokenAsync(new TokenRequestContext(Scopes, isCaeEnabled: true), cancellationToken);
        }
        catch (AuthenticationFailedException e)
        {
            throw new ConnectorException($"An access list names {userPrincipalName}, who cannot sign in; write the object id into {Principals.FileName}. {GraphFailure.Describe(e)}");
        }
    }

    /// <summary>One credential for each person, because it is the credential that keeps the token for the next call.</summary>
    private TokenCredential Person(string userPrincipalName) => people.GetOrAdd(userPrincipalName, name =>
#pragma warning disable CS0618 // Obsolete because it cannot do multi-factor sign-in. A sample that runs unattended needs two people at once and no browser.
        new UsernamePasswordCredential(
            name,
            Secret("MARKDOWNCONNECTOR_PASSWORD"),
            options.TenantId,
            options.ClientId,
            Configure(new UsernamePasswordCredentialOptions { DisableInstanceDiscovery = options.IsLocal })));
#pragma warning restore CS0618

    private TOptions Configure<TOptions>(TOptions credential)
        where TOptions : TokenCredentialOptions
    {
        if (localSignIn is not null)
        {
            credential.Transport = new HttpClientTransport(localSignIn);
        }

        return credential;
    }

    private GraphServiceClient Client(TokenCredential credential)
    {
        // No hosts: the provider knows Graph's own. Plain http is refused by it except for loopback addresses.
        string[]? allowedHosts = options.IsLocal ? [options.Url.Host] : null;
        var authentication = new AzureIdentityAuthenticationProvider(credential, allowedHosts, observabilityOptions: null, isCaeEnabled: true, Scopes);
        return new GraphServiceClient(authentication, new Uri(options.Url, "/v1.0").ToString());
    }

    /// <summary>The development issuer takes any secret, so a local run needs none.</summary>
    private string Secret(string variable) =>
        Environment.GetEnvironmentVariable(variable)
        ?? (options.IsLocal ? "any" : throw new ConnectorException($"Set {variable}: {options.Url.Host} will ask for it."));
}
