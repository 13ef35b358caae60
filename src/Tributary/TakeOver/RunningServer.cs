using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.TakeOver.Certificates;

namespace Tributary.TakeOver;

/// <summary>What programs on this machine have to know to reach a server that has a proxy: <c>server.json</c> in its data directory while it runs.</summary>
/// <param name="Url">The plain address, on this machine.</param>
/// <param name="HttpsPort">Null when it listens on none besides the proxy.</param>
/// <param name="Proxy">The proxy's address.</param>
/// <param name="Cloud">A name of <see cref="NationalCloud.All"/>.</param>
/// <param name="HasLogin">Whether the login hosts are taken over too.</param>
/// <param name="AuthorityFile">The certificate to trust.</param>
/// <param name="Identity">Environment variables by which programs find a managed identity; secret.</param>
internal sealed record RunningServer(
    Uri Url, int? HttpsPort, Uri Proxy, string Cloud, bool HasLogin, string AuthorityFile, IReadOnlyDictionary<string, string> Identity)
{
    public const string FileName = "server.json";

    public static RunningServer Of(WebApplication app)
    {
        Uri[] urls = [.. app.Urls.Select(UrlOnThisMachine).OfType<Uri>()];
        Uri proxy = app.Services.GetRequiredService<ProxyAddress>().UrlOrNull ?? throw new InvalidOperationException("The server has no proxy.");
        Uri[] own = [.. urls.Where(url => url.Port != proxy.Port)];
        Uri url = own.FirstOrDefault(url => url.Scheme == Uri.UriSchemeHttp) ?? own.FirstOrDefault()
            ?? throw new ArgumentException("Programs on this machine cannot reach the server: give it an address of this machine with --urls.");
        TakenOverHosts hosts = app.Services.GetRequiredService<TakenOverHosts>();
        return new RunningServer(
            url,
            own.FirstOrDefault(other => other.Scheme == Uri.UriSchemeHttps)?.Port,
            proxy,
            hosts.Cloud.Name,
            hosts.HasLogin,
            app.Services.GetRequiredService<ServerCertificates>().Folder.AuthorityFile,
            app.Services.GetService<ManagedIdentitySecret>()?.VariablesFor(url) ?? new Dictionary<string, string>());
    }

    /// <summary>Null when there is none that can be read, in a data directory that a server holds.</summary>
    /// <exception cref="InvalidDataException">Somebody else may have written it, and would lead the program astray; names it and says what to do.</exception>
    public static RunningServer? ReadOrNull(string dataDirectory)
    {
        try
        {
            return OwnerOnlyFile.ReadOrNull(Path.Combine(dataDirectory, FileName)) is { } text
                ? JsonSerializer.Deserialize(text, RunningServerJson.Default.RunningServer)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }

    public void Write(string dataDirectory)
    {
        Remove(dataDirectory);
        OwnerOnlyFile.ReadOrCreate(Path.Combine(dataDirectory, FileName), () => JsonSerializer.Serialize(this, RunningServerJson.Default.RunningServer));
    }

    public static void Remove(string dataDirectory) => File.Delete(Path.Combine(dataDirectory, FileName));

    /// <summary>A server that listens on every address listens on this machine's own as well.</summary>
    private static Uri? UrlOnThisMachine(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? listening))
        {
            return null;
        }

        bool isAny = listening.Host is "[::]" or "0.0.0.0" or "localhost";
        return isAny || listening.IsLoopback ? new UriBuilder(listening) { Host = isAny ? "127.0.0.1" : listening.Host }.Uri : null;
    }
}

[JsonSerializable(typeof(RunningServer))]
internal sealed partial class RunningServerJson : JsonSerializerContext;

/// <summary>Keeps <see cref="RunningServer.FileName"/> while the server listens.</summary>
internal sealed class RunningServerFile(IServiceProvider services, string dataDirectory) : IHostedLifecycleService
{
    private WebApplication? _app;

    /// <summary>The container does not hold the application; it says itself that it is there.</summary>
    public void Take(WebApplication app) => _app = app;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (_app is not null && services.GetRequiredService<ProxyAddress>().UrlOrNull is not null)
        {
            RunningServer.Of(_app).Write(dataDirectory);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        RunningServer.Remove(dataDirectory);
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
