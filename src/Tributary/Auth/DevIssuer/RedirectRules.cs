using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>
/// Where a browser may be sent with a code. This is what keeps a hostile page from signing somebody in for itself: an address that is not the application's is never gone to, not even with an
/// error. A loopback address is any program's on this machine, and no web page's.
/// </summary>
internal static class RedirectRules
{
    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

    private static readonly string[] NativeAddresses =
        ["urn:ietf:wg:oauth:2.0:oob", "https://login.live.com/oauth20_desktop.srf"];

    public static bool IsAllowed(string address, SeedTenantApp app, IssuerHost host)
    {
        // A browser and this code must read it alike, so what some parsers repair is not let through.
        if (address.Any(letter => letter is <= ' ' or > '~' or '\\' or '#' or '<' or '>' or '"')
            || !Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.UserInfo.Length > 0)
        {
            return false;
        }

        return IsLoopback(address) || (app.Entry is { } entry && (entry.RedirectUris.Contains(address, StringComparer.Ordinal) || IsNative(address, app, host)));
    }

    /// <summary>By the text itself: what <see cref="Uri"/> reads as 127.0.0.1 has many spellings. Names that are taken over are none: not every browser goes here for them.</summary>
    private static bool IsLoopback(string address)
    {
        int scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 || !(address[..scheme].ToLowerInvariant() is "http" or "https"))
        {
            return false;
        }

        string rest = address[(scheme + 3)..];
        int end = rest.IndexOfAny(['/', '?']);
        string authority = end < 0 ? rest : rest[..end];
        return Array.Exists(LoopbackHosts, host => authority.StartsWith(host, StringComparison.OrdinalIgnoreCase)
            && (authority.Length == host.Length || (authority[host.Length] == ':' && authority[(host.Length + 1)..].All(char.IsAsciiDigit))));
    }

    /// <summary>What desktop and mobile programs use: their embedded browser looks at the address and goes nowhere.</summary>
    private static bool IsNative(string address, SeedTenantApp app, IssuerHost host) =>
        NativeAddresses.Contains(address, StringComparer.Ordinal)
        || address == host.Origin + NativeClientPath
        || NationalCloud.All.Any(cloud => address == cloud.LoginRoot + NativeClientPath)
        || address.Equals($"msal{app.AppId}://auth", StringComparison.OrdinalIgnoreCase);

    public const string NativeClientPath = "/common/oauth2/nativeclient";
}
