using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tributary.Graph;
using Tributary.TakeOver.Certificates;
using Tributary.TakeOver.Proxy;

namespace Tributary.TakeOver;

internal static class TakeOverSetup
{
    /// <summary>Registers certificates when there are or have to be some, and the host names and the proxy when they are asked for.</summary>
    /// <param name="services">Where the settings of links are registered too.</param>
    /// <param name="options">Checked.</param>
    /// <param name="configuration">The root; Kestrel's own section may name a certificate, which then goes before ours.</param>
    /// <param name="dataDirectory">Has the certificates.</param>
    /// <param name="links">Is told which hosts links may carry.</param>
    /// <param name="devIssuer">Whether the login hosts are taken over too.</param>
    /// <param name="machine">The clock of the machine.</param>
    public static void AddTakeOver(
        this IServiceCollection services, TakeOverOptions options, IConfiguration configuration, string dataDirectory, PublicUrlOptions links, bool devIssuer,
        TimeProvider machine)
    {
        TakenOverHosts? hosts = options.Enabled ? new TakenOverHosts(options.ChosenCloud, devIssuer) : null;
        var folder = new CertificateFolder(dataDirectory);
        if (hosts is not null)
        {
            services.AddSingleton(hosts);
            links.Allow(hosts.Names);
            services.AddSingleton(provider => new RunningServerFile(provider, dataDirectory));
            services.AddHostedService(provider => provider.GetRequiredService<RunningServerFile>());
            services.AddSingleton(provider => new ConnectProxy(hosts, options.Tunnel, machine, provider.GetRequiredService<ILogger<ConnectProxy>>()));
        }

        services.AddSingleton<ProxyAddress>();

        // Of a server before this one that was killed; whoever is led by it would be led astray.
        RunningServer.Remove(dataDirectory);
        if (hosts is null && !folder.Exists)
        {
            return;
        }

        services.AddSingleton(provider => new ServerCertificates(folder, hosts, machine, provider.GetRequiredService<ILogger<ServerCertificates>>()));
        services.AddHostedService(provider => provider.GetRequiredService<ServerCertificates>());
        if (folder.ReadOrNull() is { } existing)
        {
            using (existing)
            {
                links.Allow(existing.Authority.Names.Containers);
            }
        }

        if (!configuration.GetSection("Kestrel:Certificates:Default").Exists())
        {
            services.AddOptions<KestrelServerOptions>().Configure<ServerCertificates>((kestrel, certificates) =>
                kestrel.ConfigureHttpsDefaults(https => https.ServerCertificateSelector = (_, name) => certificates.Select(name)));
        }
    }

    /// <summary>Goes before everything that looks at host or scheme.</summary>
    public static void UseProxyRequests(this WebApplication app)
    {
        if (app.Services.GetService<TakenOverHosts>() is not null)
        {
            app.Services.GetRequiredService<RunningServerFile>().Take(app);
            app.UseMiddleware<ProxyRequests>();
        }
    }

    /// <summary>Goes right after routing.</summary>
    public static void UseHostPaths(this WebApplication app)
    {
        if (app.Services.GetService<TakenOverHosts>() is not null)
        {
            app.UseMiddleware<HostPaths>();
        }
    }
}
