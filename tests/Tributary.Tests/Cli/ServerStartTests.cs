using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Tributary.Cli;
using Tributary.Tests.Auth;

namespace Tributary.Tests.Cli;

/// <summary>What stands in the way of a start is a sentence, and nothing else is written.</summary>
public sealed class ServerStartTests : IDisposable
{
    private readonly TcpListener _busy = new(IPAddress.Loopback, 0);
    private readonly LogRecorder _log = new();

    public ServerStartTests() => _busy.Start();

    public void Dispose()
    {
        _busy.Dispose();
        _log.Dispose();
    }

    private int Port => ((IPEndPoint)_busy.LocalEndpoint).Port;

    private async Task<string> ProblemAsync(params (string Name, string Value)[] settings)
    {
        (WebApplication? app, string problem) = await ServerStart.StartAsync(
            [new("Storage:InMemory", "true"), .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Name, setting.Value))],
            [],
            builder => builder.Logging.ClearProviders().AddProvider(_log),
            TestContext.Current.CancellationToken);
        Assert.Null(app);
        return problem;
    }

    [Theory]
    [InlineData("http", false)]
    [InlineData("https", true)]
    public async Task A_busy_port_is_told_with_what_to_do(string scheme, bool takesOver)
    {
        string url = $"{scheme}://127.0.0.1:{Port}";

        Assert.Equal(
            $"Failed to bind to address {url}: address already in use. Choose another address with --urls.",
            await ProblemAsync(("Urls", url), ("TakeOver:Enabled", takesOver ? "true" : "false")));

        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_port_of_the_proxy_is_not_one_of_the_urls()
    {
        Assert.Equal(
            $"The proxy cannot listen on 127.0.0.1:{Port}: address already in use. Choose another port with --proxy, or 0 for any free one.",
            await ProblemAsync(("Urls", "http://127.0.0.1:0"), ("TakeOver:Enabled", "true"), ("TakeOver:ProxyPort", $"{Port}")));

        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_busy_url_beside_a_proxy_is_told_as_one() => Assert.EndsWith(
        "Choose another address with --urls.",
        await ProblemAsync(("Urls", $"http://127.0.0.1:{Port}"), ("TakeOver:Enabled", "true"), ("TakeOver:ProxyPort", "0")),
        StringComparison.Ordinal);
}
