using Microsoft.AspNetCore.Http;
using Tributary.Auth;
using Tributary.TakeOver;

namespace Tributary.Tests.TakeOver;

public sealed class TakenOverHostsTests
{
    private static readonly TakenOverHosts Global = new(NationalCloud.Global, withLogin: true);

    [Theory]
    [InlineData("graph.microsoft.com", "Graph")]
    [InlineData("GRAPH.microsoft.com", "Graph")]
    [InlineData("login.microsoftonline.com", "Login")]
    [InlineData("login.windows.net", "Login")]
    [InlineData("login.microsoft.com", "Login")]
    [InlineData("sts.windows.net", "Login")]
    [InlineData("169.254.169.254", "InstanceMetadata")]
    [InlineData("localhost", "Other")]
    [InlineData("", "Other")]
    [InlineData("graph.microsoft.com.", "Other")]
    [InlineData("xgraph.microsoft.com", "Other")]
    [InlineData("graph.microsoft.com.evil.example", "Other")]
    [InlineData("graph.microsoft.us", "Other")]
    public void A_host_is_taken_over_by_its_whole_name(string host, string kind) => Assert.Equal(kind, Global.KindOf(host).ToString());

    [Fact]
    public void With_another_authority_only_Graph_is_taken_over()
    {
        TakenOverHosts hosts = new(NationalCloud.UsGovernment, withLogin: false);

        Assert.Equal(["graph.microsoft.us"], hosts.Names);
        Assert.Equal(HostKind.Other, hosts.KindOf("login.microsoftonline.us"));
        Assert.Equal(HostKind.Other, hosts.KindOf("169.254.169.254"));
    }

    [Theory]
    [InlineData("https", "login.microsoftonline.com", true)]
    [InlineData("https", "login.microsoftonline.com:5443", true)]
    [InlineData("https", "graph.microsoft.com", true)]
    [InlineData("http", "login.microsoftonline.com", false)]
    [InlineData("http", "169.254.169.254", true)]
    [InlineData("https", "169.254.169.254", false)]
    [InlineData("https", "evil.example", false)]
    public void The_issuer_is_asked_as_the_real_ones_are(string scheme, string host, bool expected)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host) = (scheme, new HostString(host));

        Assert.Equal(expected, Global.IsIssuersHost(request));
    }
}
