using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

/// <summary>An application with an address of its own, users with and without a password, and two tenants.</summary>
internal static class SignInSeed
{
    public const string Registered = "https://app.example/signed-in";

    public static readonly string Seed = $$"""
        {
          "tenants": [{ "tenantId": "{{Tenant}}", "displayName": "Contoso <&> Sons", "domains": ["contoso.test"] },
                      { "tenantId": "12345678-1234-4234-8234-123456789abc", "domains": ["fabrikam.test"] }],
          "apps": [{ "appId": "{{App}}", "displayName": "<b>App</b>", "redirectUris": ["{{Registered}}"] },
                   { "appId": "{{OtherApp}}", "scopes": [] }],
          "users": [{ "userPrincipalName": "ada@contoso.test", "displayName": "Ada \"A\" Byron", "tenantId": "{{Tenant}}" },
                    { "userPrincipalName": "grace@fabrikam.test", "tenantId": "12345678-1234-4234-8234-123456789abc", "password": "grace's own" },
                    { "userPrincipalName": "gone@contoso.test", "disabled": true }]
        }
        """;

    /// <summary>What a page says is wrong; it sends nobody anywhere.</summary>
    public static async Task<string> ErrorOnPageAsync(HttpResponseMessage response)
    {
        Assert.Null(response.Headers.Location);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        return (await Browser.ReadAsync(response)).QuerySelector("[role=alert]")!.TextContent;
    }
}
