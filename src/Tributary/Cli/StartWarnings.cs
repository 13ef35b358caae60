using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Graph;
using Tributary.TakeOver;

namespace Tributary.Cli;

/// <summary>What is allowed, starts, and is hardly meant: told once, by the names of the settings.</summary>
internal static class StartWarnings
{
    /// <param name="urls">Where the server listens.</param>
    /// <param name="services">Those of the server.</param>
    public static IEnumerable<string> Of(IEnumerable<string> urls, IServiceProvider services)
    {
        AuthOptions auth = services.GetRequiredService<AuthOptions>();
        string? publicUrl = services.GetRequiredService<IOptions<PublicUrlOptions>>().Value.PublicUrl;
        bool isForOthers = auth.HasAuthority || services.GetService<IssuerNames>()?.AllowsRemote is true;
        bool isBehindTls = publicUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) is true;
        if (isForOthers && !isBehindTls && urls.FirstOrDefault(IsPlainAndOpen) is { } open)
        {
            yield return $"{open} is plain http and open to other machines{(auth.HasAuthority ? "" : " (Auth:Development:AllowRemote)")}: tokens, and what is searched, cross the network "
                + "readable. Serve https (--urls https://…), or have a proxy end TLS in front of it, and name its address in PublicUrl.";
        }

        if (!isBehindTls && services.GetService<TakenOverHosts>() is { } hosts && !urls.Any(url => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)))
        {
            yield return $"No address is https, so programs that look for {hosts.Names[0]} do not reach this server. Add an https address, such as --urls \"{urls.FirstOrDefault()};{Listening.DefaultHttpsUrl}\", "
                + "or have a proxy with --proxy 0.";
        }

        if (auth is { HasAuthority: true, Audiences: null })
        {
            string because = auth.Cloud is null
                ? "which other providers hardly give out"
                : "which Microsoft Entra ID signs in a way that only Graph can validate";
            yield return $"Auth:Audiences is not set, so only tokens for Microsoft Graph itself are accepted, {because}. Name the audience of the API that stands for this server.";
        }
    }

    private static bool IsPlainAndOpen(string url) =>
        url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !LoopbackPolicy.IsLoopback(url) && !BindingAddress.Parse(url).IsUnixPipe && !BindingAddress.Parse(url).IsNamedPipe;
}
