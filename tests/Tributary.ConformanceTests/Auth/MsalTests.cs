using Microsoft.Identity.Client;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Auth.DevIssuer;

namespace Tributary.ConformanceTests.Auth;

/// <summary>MSAL for .NET as web applications use it.</summary>
public sealed class MsalTests
{
    private static readonly string[] Scopes = ["https://graph.microsoft.com/ExternalItem.Read.All"];

    private static IConfidentialClientApplication Client(IssuerHost host, string tenant) => ConfidentialClientApplicationBuilder
        .Create(DevDefaults.AppId)
        .WithClientSecret("any")
        .WithRedirectUri(IssuerHost.Redirect)
        .WithAuthority($"https://login.microsoftonline.com/{tenant}")
        .WithHttpClientFactory(host)
        .Build();

    [Theory]
    [InlineData(DevDefaults.TenantId)]
    [InlineData("organizations")]
    [InlineData("common")]
    [InlineData("tributary.local")]
    public async Task A_code_with_pkce_is_redeemed_and_refreshed(string tenant)
    {
        await using IssuerHost host = await IssuerHost.StartAsync();
        IConfidentialClientApplication client = Client(host, tenant);

        Uri address = await client.GetAuthorizationRequestUrl(Scopes).WithPkce(out string verifier).ExecuteAsync();
        Uri back = (await host.PickAsync(address, "reader@tributary.local"))!;
        Assert.StartsWith(IssuerHost.Redirect, back.OriginalString, StringComparison.Ordinal);
        string code = Uri.UnescapeDataString(back.Query.TrimStart('?').Split('&').Single(pair => pair.StartsWith("code=", StringComparison.Ordinal))["code=".Length..]);
        AuthenticationResult first = await client.AcquireTokenByAuthorizationCode(Scopes, code).WithPkceCodeVerifier(verifier).ExecuteAsync();

        Assert.Equal(("reader@tributary.local", DevDefaults.TenantId), (first.Account.Username, first.TenantId));
        IAccount account = (await client.GetAccountAsync(first.Account.HomeAccountId.Identifier))!;
        AuthenticationResult cached = await client.AcquireTokenSilent(Scopes, account).ExecuteAsync();
        AuthenticationResult refreshed = await client.AcquireTokenSilent(Scopes, account).WithForceRefresh(true).ExecuteAsync();
        Assert.Equal(first.AccessToken, cached.AccessToken);
        Assert.NotEqual(first.AccessToken, refreshed.AccessToken);
        Assert.Equal("reader@tributary.local", new JsonWebToken(refreshed.AccessToken).GetPayloadValue<string>("upn"));

        MsalUiRequiredException used = await Assert.ThrowsAsync<MsalUiRequiredException>(
            () => client.AcquireTokenByAuthorizationCode(Scopes, code).WithPkceCodeVerifier(verifier).ExecuteAsync());
        Assert.Contains("AADSTS54005", used.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_consent_is_one_that_the_user_has_to_give()
    {
        await using IssuerHost host = await IssuerHost.StartAsync($$"""{ "apps": [{ "appId": "{{DevDefaults.AppId}}", "scopes": ["User.Read"] }] }""");
        IPublicClientApplication client = PublicClientApplicationBuilder.Create(DevDefaults.AppId)
            .WithAuthority($"https://login.microsoftonline.com/{DevDefaults.TenantId}").WithHttpClientFactory(host).Build();

#pragma warning disable CS0618 // Obsolete for good reasons; the error is the same in every grant.
        MsalUiRequiredException refused = await Assert.ThrowsAsync<MsalUiRequiredException>(
            () => client.AcquireTokenByUsernamePassword(Scopes, "reader@tributary.local", "any").ExecuteAsync());
#pragma warning restore CS0618

        Assert.Equal((UiRequiredExceptionClassification.ConsentRequired, "invalid_grant"), (refused.Classification, refused.ErrorCode));
        Assert.Contains("AADSTS65001", refused.Message, StringComparison.Ordinal);
    }
}
