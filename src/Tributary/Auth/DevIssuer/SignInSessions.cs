using System.Security.Cryptography;
using System.Text;

namespace Tributary.Auth.DevIssuer;

/// <summary>Who has signed in with a browser, so that the next program need not ask again. In memory only.</summary>
internal sealed class SignInSessions(TimeProvider time)
{
    private const string Cookie = "tributary-sign-in";
    private const int Most = 1000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly ExpiringStore<Account> _accounts = new(Most, Lifetime, time);

    public Account? FindOrNull(HttpContext context) => _accounts.FindOrNull(context.Request.Cookies[Cookie]);

    /// <summary>One at a time, in the place of whoever was signed in before.</summary>
    public void Begin(HttpContext context, string tenantId, string userId)
    {
        _accounts.TakeOrNull(context.Request.Cookies[Cookie]);
        context.Response.Cookies.Append(Cookie, _accounts.Add(new Account(tenantId, userId)), Options(context));
    }

    public void End(HttpContext context)
    {
        _accounts.TakeOrNull(context.Request.Cookies[Cookie]);
        context.Response.Cookies.Delete(Cookie, Options(context));
    }

    /// <summary>OpenID Connect's <c>session_state</c>, a GUID with Entra too.</summary>
    public static string StateOf(string userId) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes("session " + userId)).AsSpan(..16)).ToString("D");

    /// <summary>Lax: a program's page sends the browser here from its own site. Secure by the address that the browser has, which a proxy may end TLS for.</summary>
    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Secure = context.RequestServices.GetRequiredService<IssuerNames>().Of(context.Request).Origin.StartsWith("https://", StringComparison.Ordinal),
    };

    public sealed record Account(string TenantId, string UserId);
}
