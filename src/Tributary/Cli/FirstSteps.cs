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
    public static string Text(string url, DataDirectory data, IServiceProvider services)
    {
        string version = typeof(FirstSteps).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        string head =
            $"""
            Tributary {version} serves Microsoft Graph external connectors on {url}
              data    {data.Path}
              profile {services.GetRequiredService<Profile>().Name}
            """;
        head += TakeOverText(services);
        if (services.GetService<DevIssuerKey>() is null)
        {
            AuthOptions options = services.GetRequiredService<AuthOptions>();
            return $"{head}\n  tokens  of {options.DiscoveryRoot}, for {string.Join(" or ", options.AcceptedAudiences)}\n";
        }

        return $$"""
            {{head}}
              tenant  {{DevDefaults.TenantId}}
              app     {{DevDefaults.AppId}}
              users   admin@tributary.local, reader@tributary.local, guest@tributary.local (any password)

            Get a token (any GUID is a tenant or an app, any secret will do; tributary token does the same):
              TOKEN=$(curl -s {{url}}/{{DevDefaults.TenantId}}/oauth2/v2.0/token \
                -d grant_type=client_credentials -d client_id={{DevDefaults.AppId}} \
                -d client_secret=any -d scope=https://graph.microsoft.com/.default \
                | sed 's/.*"access_token":"\([^"]*\)".*/\1/')

            Create a first connection:
              curl {{url}}/v1.0/external/connections -H "Authorization: Bearer $TOKEN" \
                -H "Content-Type: application/json" \
                -d '{"id":"contosohr","name":"Contoso HR","description":"Connection to index Contoso HR system"}'

            Press Ctrl-C to stop.
            """;
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
