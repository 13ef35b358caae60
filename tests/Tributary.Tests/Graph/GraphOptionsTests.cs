using Microsoft.Extensions.Options;
using Tributary.Graph;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

public class GraphOptionsTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Unknown_members_are_refused_or_ignored(int value, bool isRight) =>
        Assert.Equal(isRight, !new GraphOptions { UnknownMembers = (UnknownMembers)value }.Problems().Any());

    [Theory]
    [InlineData("Graph:UnknownMembers=Sometimes")]
    [InlineData("Graph:UnknownMember=Refuse")]
    [InlineData("Limits:MaxUrlBytes=1")]
    [InlineData("Limits:MaxUrl=8192")]
    [InlineData("Cors:AllowedOrigins=app.example.org")]
    [InlineData("Cors:Origins=https://app.example.org")]
    public async Task A_wrong_value_or_name_stops_the_start(string setting)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => TestServer.StartAsync(setting));

        Assert.Contains(setting.Split(':', '=')[1], exception.Message, StringComparison.Ordinal);
    }
}
