using System.Net;
using System.Text.RegularExpressions;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Identity.Client;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Graph;

namespace Tributary.ConformanceTests.Auth;

/// <summary>
/// The development issuer on a loopback port. The libraries insist on https and, but for managed identities, on an authority that they know; so their transport carries the calls for
/// login.microsoftonline.com here, which is all that a host name taken over would do.
/// </summary>
internal sealed partial class IssuerHost : IMsalHttpClientFactory, IAsyncDisposable
{
    public const string Redirect = "http://localhost:8400/back";

    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private IssuerHost(WebApplication app, string dataDirectory)
    {
        _app = app;
        DataDirectory = dataDirectory;
        Url = app.Urls.Single();
        _http = new HttpClient(new Carrier(new Uri(Url)));
    }

    public string Url { get; }

    public string DataDirectory { get; }

    public static async Task<IssuerHost> StartAsync(string? seed = null)
    {
        string dataDirectory = Directory.CreateTempSubdirectory("tributary-issuer-").FullName;
        string seedFile = Path.Combine(dataDirectory, "seed.json");
        await File.WriteAllTextAsync(seedFile, seed ?? "{}");
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Directory:SeedFile", seedFile)]).Build();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddTributaryAuth(configuration, dataDirectory, ["http://127.0.0.1:0"]);
        WebApplication app = builder.Build();
        app.UseRequestIds();
        app.UseRouting();
        app.UseGraphAuthorization();
        app.MapDevIssuer();
        await app.StartAsync();
        return new IssuerHost(app, dataDirectory);
    }

    public HttpClient GetHttpClient() => _http;

    public TOptions Options<TOptions>()
        where TOptions : TokenCredentialOptions, new() =>
        new() { AuthorityHost = new Uri("https://login.microsoftonline.com"), Transport = new HttpClientTransport(_http) };

    /// <summary>Goes to a page as a browser does, posts the form that leads to the users if it is another one, and picks a user; gives where the browser is sent.</summary>
    public async Task<Uri?> PickAsync(Uri page, string user, string? deviceCode = null)
    {
        using HttpClient browser = new(new Carrier(new Uri(Url), followsRedirects: false));
        HttpResponseMessage response = deviceCode is null
            ? await browser.GetAsync(page)
            : await browser.PostAsync(page, new FormUrlEncodedContent([new("otc", deviceCode)]));
        string token = TokenOfForm().Match(await response.Content.ReadAsStringAsync()).Groups[1].Value;
        HttpResponseMessage answer = await browser.PostAsync(new Uri(Url + "/common/login"), new FormUrlEncodedContent([new("token", token), new("user", user)]));
        Assert.True(answer.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }

    [GeneratedRegex("name=\"token\" value=\"([^\"]+)\"")]
    private static partial Regex TokenOfForm();

    private sealed class Carrier(Uri server, bool followsRedirects = true) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = followsRedirects })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new UriBuilder(request.RequestUri!) { Scheme = server.Scheme, Host = server.Host, Port = server.Port }.Uri;
            request.Headers.Host = null;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
