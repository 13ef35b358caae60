using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Azure.Core;
using Azure.Identity;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Auth.DevIssuer;
using Tributary.ConformanceTests.Clients;

namespace Tributary.ConformanceTests.Auth;

/// <summary>Azure.Identity's credentials beyond secret and password (<see cref="AzureIdentityTests"/>), instance discovery on as it is by default.</summary>
public sealed class CredentialTests
{
    private const string Tenant = DevDefaults.TenantId;
    private const string App = DevDefaults.AppId;

    private static readonly TokenRequestContext Graph = new(["https://graph.microsoft.com/.default"]);

    private static async Task<JsonWebToken> TokenAsync(TokenCredential credential, TokenRequestContext? context = null) =>
        new((await credential.GetTokenAsync(context ?? Graph, CancellationToken.None)).Token);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_client_certificate_proves_the_application(bool sendsChain, bool isKnownByThumbprint)
    {
        using X509Certificate2 certificate = ConnectorCertificate.Make();
        string known = isKnownByThumbprint ? certificate.Thumbprint : certificate.ExportCertificatePem();
        await using IssuerHost host = await IssuerHost.StartAsync($$"""{ "apps": [{ "appId": "{{App}}", "certificates": [{{JsonSerializer.Serialize(known)}}] }] }""");
        ClientCertificateCredentialOptions options = host.Options<ClientCertificateCredentialOptions>();
        options.SendCertificateChain = sendsChain;

        JsonWebToken token = await TokenAsync(new ClientCertificateCredential(Tenant, App, certificate, options));

        Assert.Equal(("app", "2"), (token.GetPayloadValue<string>("idtyp"), token.GetPayloadValue<string>("azpacr")));
    }

    [Fact]
    public async Task A_wrong_secret_is_reported_with_Entras_code()
    {
        await using IssuerHost host = await IssuerHost.StartAsync($$"""{ "apps": [{ "appId": "{{App}}", "secrets": [{ "secret": "right" }] }] }""");

        AuthenticationFailedException failure = await Assert.ThrowsAsync<AuthenticationFailedException>(
            () => TokenAsync(new ClientSecretCredential(Tenant, App, "wrong", host.Options<ClientSecretCredentialOptions>())));

        Assert.Contains("AADSTS7000215", failure.InnerException!.Message, StringComparison.Ordinal);
        await TokenAsync(new ClientSecretCredential(Tenant, App, "right", host.Options<ClientSecretCredentialOptions>()));
    }

    [Fact]
    public async Task A_device_code_is_entered_on_the_page_and_refreshed_in_silence()
    {
        await using IssuerHost host = await IssuerHost.StartAsync();
        DeviceCodeCredentialOptions options = host.Options<DeviceCodeCredentialOptions>();
        options.TenantId = Tenant;
        options.ClientId = App;
        int asked = 0;
        options.DeviceCodeCallback = async (code, _) =>
        {
            asked++;
            Assert.Contains(code.UserCode, code.Message, StringComparison.Ordinal);
            await host.PickAsync(code.VerificationUri, "reader@tributary.local", code.UserCode);
        };
        DeviceCodeCredential credential = new(options);

        JsonWebToken token = await TokenAsync(credential, new TokenRequestContext(["https://graph.microsoft.com/ExternalItem.Read.All"]));
        JsonWebToken other = await TokenAsync(credential, new TokenRequestContext(["https://graph.microsoft.com/User.Read"]));

        Assert.Equal("reader@tributary.local", token.GetPayloadValue<string>("upn"));
        Assert.Contains("ExternalItem.Read.All", token.GetPayloadValue<string>("scp").Split(' '));
        Assert.Contains("User.Read", other.GetPayloadValue<string>("scp").Split(' '));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task An_api_asks_on_behalf_of_its_caller()
    {
        const string client = "00000000-0000-4000-8000-00000000000b";
        await using IssuerHost host = await IssuerHost.StartAsync();
#pragma warning disable CS0618 // Obsolete for good reasons, and the shortest way to a user's token for an API.
        UsernamePasswordCredential caller = new("reader@tributary.local", "any", Tenant, client, host.Options<UsernamePasswordCredentialOptions>());
#pragma warning restore CS0618
        JsonWebToken assertion = await TokenAsync(caller, new TokenRequestContext([$"api://{App}/access_as_user"]));

        JsonWebToken token = await TokenAsync(new OnBehalfOfCredential(Tenant, App, "any", assertion.EncodedToken, host.Options<OnBehalfOfCredentialOptions>()));

        Assert.Equal(("reader@tributary.local", App), (token.GetPayloadValue<string>("upn"), token.GetPayloadValue<string>("azp")));
    }

    [Fact]
    public async Task A_managed_identity_is_found_by_its_environment()
    {
        await using IssuerHost host = await IssuerHost.StartAsync();
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", host.Url + ManagedIdentityEndpoints.AppServicePath);
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", ManagedIdentitySecret.Read(host.DataDirectory));
        try
        {
            // Plain http and no carrier: this is how the library asks by itself.
            AccessToken token = await new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned).GetTokenAsync(Graph, CancellationToken.None);
            AccessToken named = await new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(App)).GetTokenAsync(Graph, CancellationToken.None);

            Assert.Equal(App, new JsonWebToken(token.Token).GetPayloadValue<string>("appid"));
            Assert.Equal(App, new JsonWebToken(named.Token).GetPayloadValue<string>("appid"));
            Assert.InRange(token.ExpiresOn, DateTimeOffset.UtcNow.AddMinutes(59), DateTimeOffset.UtcNow.AddMinutes(61));
        }
        finally
        {
            Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", null);
            Environment.SetEnvironmentVariable("IDENTITY_HEADER", null);
        }
    }
}
