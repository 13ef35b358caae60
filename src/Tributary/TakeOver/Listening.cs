using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tributary.Storage;
using Tributary.TakeOver.Certificates;
using Tributary.TakeOver.Proxy;

namespace Tributary.TakeOver;

/// <summary>Where the server listens: the addresses that nobody had to name, and the proxy beside all others.</summary>
internal static class Listening
{
    public const string DefaultHttpsUrl = "https://localhost:5443";

    /// <summary>Where programs look for the real hosts.</summary>
    private const string RealPortUrl = "https://localhost:443";
    private const int RealPort = 443;

    /// <summary>http; https once there are certificates; and the port of the real hosts when they are taken over and the system gives it.</summary>
    public static string DefaultUrls(StorageOptions storage, TakeOverOptions takeOver)
    {
        bool hasCertificates = takeOver.Enabled || (!storage.InMemory && !string.IsNullOrWhiteSpace(storage.Data) && new CertificateFolder(storage.Data).Exists);
        string urls = hasCertificates ? $"{Server.DefaultUrl};{DefaultHttpsUrl}" : Server.DefaultUrl;
        return takeOver.Enabled && CanListen(RealPort) ? $"{urls};{RealPortUrl}" : urls;
    }

    /// <summary>
    /// Adds the proxy. Kestrel puts addresses that it is given in code in the place of those in the configuration, so that these are given in code as well.
    /// </summary>
    public static void ListenWithProxy(KestrelServerOptions kestrel, IReadOnlyList<string> urls, bool hasOwnSection, int proxyPort)
    {
        foreach (string url in hasOwnSection ? [] : urls)
        {
            Listen(kestrel, BindingAddress.Parse(url));
        }

        IServiceProvider services = kestrel.ApplicationServices;
        ConnectProxy proxy = services.GetRequiredService<ConnectProxy>();

        // Never anywhere else, whatever the server's own addresses are.
        kestrel.Listen(IPAddress.Loopback, proxyPort, listen =>
        {
            services.GetRequiredService<ProxyAddress>().Listen = listen;
            ConnectionDelegate? http = null;
            listen.Use(tls => connection => proxy.ServeAsync(connection, tls, http!));
            listen.UseHttps();
            listen.Use(next => http = next);
        });
    }

    private static void Listen(KestrelServerOptions kestrel, BindingAddress address)
    {
        bool isHttps = address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);
        if (address.IsUnixPipe)
        {
            kestrel.ListenUnixSocket(address.UnixPipePath, Configure);
        }
        else if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            kestrel.ListenLocalhost(address.Port, Configure);
        }
        else if (IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip))
        {
            kestrel.Listen(ip, address.Port, Configure);
        }
        else
        {
            // As Kestrel itself takes a host that is no address.
            kestrel.ListenAnyIP(address.Port, Configure);
        }

        void Configure(ListenOptions listen)
        {
            if (isHttps)
            {
                listen.UseHttps();
            }
        }
    }

    /// <summary>Ports below 1024 need rights on some systems, and another server may be there.</summary>
    private static bool CanListen(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>Where the proxy listens, known once it does.</summary>
internal sealed class ProxyAddress
{
    public ListenOptions? Listen { get; set; }

    /// <summary>Null when there is no proxy.</summary>
    public Uri? UrlOrNull => Listen?.IPEndPoint is { Port: > 0 } point ? new Uri($"http://127.0.0.1:{point.Port}") : null;
}
