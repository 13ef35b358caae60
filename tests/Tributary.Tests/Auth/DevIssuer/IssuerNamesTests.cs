using Microsoft.AspNetCore.Http;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Graph;
using Tributary.TakeOver;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class IssuerNamesTests
{
    private const string Tenant = DevDefaults.TenantId;

    private static readonly IssuerNames Local = new(new DevIssuerOptions(), new PublicUrlOptions());

    private static readonly IssuerNames Remote = new(
        new DevIssuerOptions { AllowRemote = true }, new PublicUrlOptions { PublicUrl = "https://Graph.Example.org/", AllowedHosts = "other.example.org" });

    private static HttpRequest Request(string scheme, string host)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host) = (scheme, new HostString(host));
        return request;
    }

    [Theory]
    [InlineData("http", "LOCALHOST:5080", $"http://localhost:5080/{Tenant}/v2.0", $"http://localhost:5080/{Tenant}/", "http://localhost:5080")]
    [InlineData("https", "login.microsoftonline.com", $"https://login.microsoftonline.com/{Tenant}/v2.0", $"https://sts.windows.net/{Tenant}/", "https://graph.microsoft.com")]
    [InlineData("https", "LOGIN.windows.net", $"https://login.microsoftonline.com/{Tenant}/v2.0", $"https://sts.windows.net/{Tenant}/", "https://graph.microsoft.com")]
    [InlineData("https", "login.microsoftonline.com:8443", $"https://login.microsoftonline.com/{Tenant}/v2.0", $"https://sts.windows.net/{Tenant}/", "https://graph.microsoft.com")]
    [InlineData("https", "login.microsoftonline.us", $"https://login.microsoftonline.us/{Tenant}/v2.0", $"https://sts.windows.net/{Tenant}/", "https://graph.microsoft.us")]
    [InlineData("https", "login.chinacloudapi.cn", $"https://login.partner.microsoftonline.cn/{Tenant}/v2.0", $"https://sts.chinacloudapi.cn/{Tenant}/", "https://microsoftgraph.chinacloudapi.cn")]
    public void The_name_that_was_asked_is_the_issuers_name_and_its_tokens_are_known_again(string scheme, string host, string version2, string version1, string graph)
    {
        IssuerHost asked = Local.Of(Request(scheme, host));
        IssuerNames names = asked.Cloud is null ? Local : TakenOver(asked.Cloud);

        Assert.Equal((version2, version1, graph), (asked.IssuerOf(Tenant, 2), asked.IssuerOf(Tenant, 1), asked.GraphRoot));
        Assert.True(names.IsIssuer(version2, Tenant));
        Assert.True(names.IsIssuer(version1, Tenant));
    }

    [Theory]
    [InlineData($"https://login.evil.example/{Tenant}/v2.0")]
    [InlineData($"https://login.microsoftonline.com.evil.example/{Tenant}/v2.0")]
    [InlineData($"http://login.microsoftonline.com/{Tenant}/v2.0")]
    [InlineData($"https://login.microsoftonline.com/{Tenant}/")]
    [InlineData($"https://login.microsoftonline.com/{Tenant}/v2.0/")]
    [InlineData($"https://sts.windows.net/{Tenant}")]
    [InlineData("https://login.microsoftonline.com/12345678-1234-4234-8234-123456789abc/v2.0")]
    [InlineData($"http://Localhost:5080/{Tenant}/v2.0")]
    [InlineData($"http://localhost:5080//{Tenant}/v2.0")]
    [InlineData($"/{Tenant}/v2.0")]
    [InlineData($"https://graph.example.org/{Tenant}/v2.0")]
    [InlineData("")]
    public void Nothing_else_is(string issuer)
    {
        Assert.False(Local.IsIssuer(issuer, Tenant));
        Assert.False(TakenOver(NationalCloud.Global).IsIssuer(issuer, Tenant));
    }

    [Theory]
    [InlineData($"https://login.microsoftonline.com/{Tenant}/v2.0")]
    [InlineData($"https://sts.windows.net/{Tenant}/")]
    public void Entras_names_are_the_issuers_only_while_they_are_taken_over_with_its_login_hosts(string issuer)
    {
        Assert.True(TakenOver(NationalCloud.Global).IsIssuer(issuer, Tenant));
        Assert.False(Local.IsIssuer(issuer, Tenant));
        Assert.False(TakenOver(NationalCloud.China).IsIssuer(issuer, Tenant));
        Assert.False(new IssuerNames(new DevIssuerOptions(), new PublicUrlOptions(), new TakenOverHosts(NationalCloud.Global, withLogin: false)).IsIssuer(issuer, Tenant));
    }

    private static IssuerNames TakenOver(NationalCloud cloud) =>
        new(new DevIssuerOptions(), new PublicUrlOptions(), new TakenOverHosts(cloud, withLogin: true));

    [Theory]
    [InlineData("http", "graph.example.org", "https://graph.example.org")]
    [InlineData("http", "anything.example", "https://graph.example.org")]
    [InlineData("http", "localhost:5080", "http://localhost:5080")]
    public void Where_other_machines_may_ask_the_public_name_is_the_issuers(string scheme, string host, string origin)
    {
        IssuerHost asked = Remote.Of(Request(scheme, host));

        Assert.Equal(origin, asked.Origin);
        Assert.True(Remote.IsIssuer(asked.IssuerOf(Tenant, 2), Tenant));
        Assert.True(Remote.IsIssuer(asked.IssuerOf(Tenant, 1), Tenant));
    }

    [Theory]
    [InlineData($"https://other.example.org/{Tenant}/v2.0", true)]
    [InlineData($"http://other.example.org:8080/{Tenant}/v2.0", true)]
    [InlineData($"https://Other.example.org/{Tenant}/v2.0", false)]
    [InlineData($"https://other.example.org@evil.example/{Tenant}/v2.0", false)]
    [InlineData($"https://other.example.org/x/{Tenant}/v2.0", false)]
    [InlineData($"ftp://other.example.org/{Tenant}/v2.0", false)]
    [InlineData($"https://evil.example/{Tenant}/v2.0", false)]
    public void Allowed_hosts_are_names_of_it_there_too(string issuer, bool isIssuer) => Assert.Equal(isIssuer, Remote.IsIssuer(issuer, Tenant));

    [Fact]
    public void Graphs_own_host_says_which_cloud_it_is()
    {
        Assert.Same(NationalCloud.UsGovernmentDod, Local.Of(Request("https", "dod-graph.microsoft.us")).Cloud);
        Assert.Null(Local.Of(Request("https", "evil.example")).Cloud);
    }

    [Theory]
    [InlineData("login.microsoftonline.us", "UsGovernment", "UsGovernment")]
    [InlineData("login.microsoftonline.us", "UsGovernmentDod", "UsGovernmentDod")]
    [InlineData("sts.windows.net", "Global", "Global")]
    [InlineData("sts.windows.net", "UsGovernment", "UsGovernment")]
    [InlineData("sts.chinacloudapi.cn", "China", "China")]
    public void A_host_that_clouds_share_is_that_of_the_one_that_is_taken_over(string host, string takenOver, string cloud) => Assert.Equal(
        cloud, TakenOver(NationalCloud.FindOrNull(takenOver)!).Of(Request("https", host)).Cloud?.Name);

    [Fact]
    public void A_machine_that_asks_for_its_identity_gets_tokens_of_the_cloud_that_is_taken_over()
    {
        IssuerNames taking = new(new DevIssuerOptions(), new PublicUrlOptions(), new TakenOverHosts(NationalCloud.China, withLogin: true));

        IssuerHost asked = taking.Of(Request("http", "169.254.169.254"));

        Assert.Equal($"https://sts.chinacloudapi.cn/{Tenant}/", asked.IssuerOf(Tenant, 1));
        Assert.True(taking.IsIssuer(asked.IssuerOf(Tenant, 1), Tenant));
        Assert.Null(Local.Of(Request("http", "169.254.169.254")).Cloud);
    }
}
