using System.Net;
using System.Text;

namespace Tributary.Auth.DevIssuer;

/// <summary>A call to the token endpoint, with the client's credentials from wherever it put them. An absent parameter is null.</summary>
/// <param name="Version">1 or 2: of the endpoint that was asked.</param>
/// <param name="Tenant">Of the path.</param>
/// <param name="Form">Every parameter of the body.</param>
/// <param name="ClientId">From the body or the Authorization header.</param>
/// <param name="ClientSecret">As <paramref name="ClientId"/>.</param>
internal sealed record TokenRequest(int Version, IssuerTenant Tenant, SmallForm Form, string? ClientId, string? ClientSecret)
{
    public string? GrantType => Form["grant_type"];

    public string? ClientAssertion => Form["client_assertion"];

    public string? ClientAssertionType => Form["client_assertion_type"];

    public string? Scope => Form["scope"];

    /// <summary>What version 1 has in the place of a scope.</summary>
    public string? Resource => Form["resource"];

    /// <summary>MSAL asks so for the ids of the account's home.</summary>
    public bool WantsClientInfo => Form["client_info"] == "1";

    public static async Task<(TokenRequest? Request, EntraError? Error)> ReadAsync(HttpContext context, int version)
    {
        (IssuerTenant? tenant, EntraError? error) = IssuerTenant.Of(context);
        if (tenant is null)
        {
            return (null, error);
        }

        (SmallForm? form, error) = await SmallForm.ReadAsync(context);
        if (form is null)
        {
            return (null, error);
        }

        string? clientId = form["client_id"];
        string? clientSecret = form["client_secret"];
        if (ReadBasic(context.Request) is { } basic)
        {
            if (clientId is not null && clientId != basic.ClientId)
            {
                return (null, EntraError.Malformed("The Authorization header and the body name different clients."));
            }

            (clientId, clientSecret) = basic;
        }

        return (new TokenRequest(version, tenant, form, clientId, clientSecret), null);
    }

    /// <summary>RFC 6749 2.3.1: both halves are form-encoded before they are joined.</summary>
    private static (string? ClientId, string? ClientSecret)? ReadBasic(HttpRequest request)
    {
        const string scheme = "Basic ";
        string header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        byte[] decoded = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[scheme.Length..].Trim(), decoded, out int length))
        {
            return null;
        }

        string[] halves = Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2);
        return halves.Length == 2
            ? (WebUtility.UrlDecode(halves[0]), halves[1].Length == 0 ? null : WebUtility.UrlDecode(halves[1]))
            : null;
    }
}
