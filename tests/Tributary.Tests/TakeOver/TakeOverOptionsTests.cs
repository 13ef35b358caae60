using Tributary.TakeOver;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.TakeOver;

public sealed class TakeOverOptionsTests
{
    [Theory]
    [InlineData(false, "Global", null, false, 0)]
    [InlineData(true, "usgovernmentdod", 0, true, 0)]
    [InlineData(true, "China", 65535, false, 0)]
    [InlineData(true, "Germany", null, false, 1)]
    [InlineData(true, "Global", -1, false, 1)]
    [InlineData(true, "Global", 65536, false, 1)]
    [InlineData(false, "Global", 5081, false, 1)]
    [InlineData(true, "Global", null, true, 1)]
    [InlineData(false, "", 65536, true, 3)]
    public void Every_wrong_value_is_told(bool enabled, string cloud, int? port, bool tunnel, int problems) => Assert.Equal(
        problems,
        new TakeOverOptions { Enabled = enabled, Cloud = cloud, ProxyPort = port, Tunnel = tunnel }.Problems().Count());

    [Fact]
    public async Task A_server_that_others_can_reach_takes_nothing_over_unless_it_is_told_so()
    {
        Exception exception = await Assert.ThrowsAnyAsync<Exception>(() => TestServer.StartAsync(
            "TakeOver:Enabled=true", "Urls=http://0.0.0.0:0", "Auth:Development:Enabled=true"));

        Assert.Contains("TakeOver:AllowRemote=true", exception.Message, StringComparison.Ordinal);
        await using TestServer server = await TestServer.StartAsync(
            "TakeOver:Enabled=true", "TakeOver:AllowRemote=true", "Urls=http://0.0.0.0:0", "Auth:Development:Enabled=true");
    }

    [Fact]
    public async Task Even_then_the_proxy_listens_on_loopback_only()
    {
        await using TakeOverServer server = await TakeOverServer.StartAsync("TakeOver:AllowRemote=true", "Urls=http://0.0.0.0:0", "Auth:Development:Enabled=true");

        Assert.True(server.Proxy.IsLoopback);
        Assert.Equal("127.0.0.1", server.Proxy.Host);
    }
}
