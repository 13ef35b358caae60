using System.Text.Json;
using Tributary.Tests.Auth;

namespace Tributary.Tests.Graph;

public sealed class RequestIdsTests
{
    private static async Task<(string RequestId, string ClientRequestId, string Diagnostic)> AskAsync(AuthHost host, string? clientRequestId, string path = "/open")
    {
        HttpRequestMessage request = new(HttpMethod.Get, path);
        if (clientRequestId is not null)
        {
            request.Headers.TryAddWithoutValidation("client-request-id", clientRequestId);
        }

        HttpResponseMessage response = await host.Client.SendAsync(request);
        Assert.NotNull(response.Headers.Date);
        return (response.Headers.GetValues("request-id").Single(), response.Headers.GetValues("client-request-id").Single(),
            response.Headers.GetValues("x-ms-ags-diagnostic").Single());
    }

    [Theory]
    [InlineData("/open")]
    [InlineData("/nowhere")]
    [InlineData("/forgotten")]
    [InlineData("/rows/ConnectionsRead")]
    public async Task Every_answer_carries_them(string path)
    {
        await using AuthHost host = await AuthHost.StartAsync();

        (string requestId, string clientRequestId, string diagnostic) = await AskAsync(host, null, path);

        Assert.True(Guid.TryParseExact(requestId, "D", out _));
        Assert.Equal(requestId, clientRequestId);
        Assert.Equal("E", JsonDocument.Parse(diagnostic).RootElement.GetProperty("ServerInfo").GetProperty("Slice").GetString());
        Assert.NotEqual(requestId, (await AskAsync(host, null, path)).RequestId);
    }

    [Theory]
    [InlineData("11111111-2222-4333-8444-555555555555", true)]
    [InlineData("any text, with \"quotes\"", true)]
    [InlineData("", false)]
    [InlineData("héllo", false)]
    public async Task The_clients_own_id_comes_back_if_a_header_can_carry_it(string sent, bool echoed)
    {
        await using AuthHost host = await AuthHost.StartAsync();

        (string requestId, string clientRequestId, _) = await AskAsync(host, sent);

        Assert.Equal(echoed ? sent : requestId, clientRequestId);
    }

    [Fact]
    public async Task An_overlong_id_is_not_echoed()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        Assert.Equal(128, (await AskAsync(host, new string('x', 128))).ClientRequestId.Length);
        Assert.Equal(36, (await AskAsync(host, new string('x', 129))).ClientRequestId.Length);
    }
}
