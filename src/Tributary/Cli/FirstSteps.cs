using System.Reflection;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Profiles;
using Tributary.Storage;
using Tributary.TakeOver;
using Tributary.TakeOver.Certificates;

namespace Tributary.Cli;

/// <summary>What a server prints once it listens: where things are, and what to do next.</summary>
internal static class FirstSteps
{
    /// <param name="urls">Where the server listens.</param>
    public static string Text(IReadOnlyCollection<string> urls, DataDirectory data, IServiceProvider services)
    {
        string url = urls.First();
        string version = typeof(FirstSteps).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        string head =
            $"""
            Tributary {version} serves Microsoft Graph external connectors on {url}
              data    {data.Path}
              profile {services.GetRequiredService<Profile>().Name}
            """;
        head += TakeOverText(services);
        head += string.Concat(StartWarnings.Of(urls, services).Select(warning => $"\n  WARNING {warning}"));
        if (services.GetService<DevIssuerKey>() is null)
        {
            AuthOptions options = services.GetRequiredService<AuthOptions>();
            return $"{head}\n  tokens  of {options.DiscoveryRoot}, for {string.Join(" or ", options.AcceptedAudiences)}\n";
        }

        return $"{head}\n{FirstToken.Of(services).Text(services.GetRequiredService<IssuerNames>().AddressFor(url))}\n\nPress Ctrl-C to stop.";
    }

    private static string TakeOverText(IServiceProvider services)
    {
        if (services.GetService<TakenOverHosts>() is not { } hosts)
        {
            return "";
        }

        string proxy = services.GetRequiredService<ProxyAddress>().UrlOrNull is { } url ? $"\n  proxy   {url.GetLeftPart(UriPartial.Authority)}" : "";
        return $"\n  answers as {string.Join(", ", hosts.Names)}{proxy}\n  trust   {services.GetRequiredService<ServerCertificates>().Folder.AuthorityFile}";
    }
}
