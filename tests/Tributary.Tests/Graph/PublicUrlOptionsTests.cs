using Microsoft.AspNetCore.Http;
using Tributary.Graph;

namespace Tributary.Tests.Graph;

public class PublicUrlOptionsTests
{
    [Theory]
    [InlineData("http", "localhost:5080", "http://localhost:5080")]
    [InlineData("https", "LOCALHOST", "https://LOCALHOST")]
    [InlineData("http", "127.0.0.1:80", "http://127.0.0.1:80")]
    [InlineData("http", "[::1]:5080", "http://[::1]:5080")]
    public void Links_carry_the_host_of_the_request_when_it_is_allowed(string scheme, string host, string expected) =>
        Assert.Equal(expected, new PublicUrlOptions().OriginOf(Request(scheme, host)));

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example:80")]
    [InlineData("graph.microsoft.com")]
    public void A_forged_host_never_gets_into_a_link(string host) =>
        Assert.Equal("http://localhost:5080", new PublicUrlOptions().OriginOf(Request("http", host)));

    [Fact]
    public void A_public_address_wins_over_every_host() =>
        Assert.Equal("https://graph.example.org", new PublicUrlOptions { PublicUrl = "https://graph.example.org/" }.OriginOf(Request("http", "localhost:5080")));

    [Theory]
    [InlineData("https://graph.example.org", true)]
    [InlineData("http://graph.example.org:8080/", true)]
    [InlineData("https://example.org/graph", false)]
    [InlineData("https://example.org/?x", false)]
    [InlineData("graph.example.org", false)]
    [InlineData("ftp://example.org", false)]
    public void A_public_address_is_scheme_and_host_only(string address, bool isGood) =>
        Assert.Equal(isGood, !new PublicUrlOptions { PublicUrl = address }.Problems().Any());

    [Fact]
    public void Some_host_must_be_allowed() => Assert.Contains("AllowedHosts", Assert.Single(new PublicUrlOptions { AllowedHosts = " ; " }.Problems()), StringComparison.Ordinal);

    [Fact]
    public void Hosts_may_be_listed_with_blanks_and_empty_entries()
    {
        var options = new PublicUrlOptions { AllowedHosts = "; graph.example.org ; localhost" };

        Assert.Equal("http://localhost:5080", options.OriginOf(Request("http", "localhost:5080")));
        Assert.Equal("http://graph.example.org:5080", options.OriginOf(Request("http", "evil.example")));
    }

    private static HttpRequest Request(string scheme, string host)
    {
        var context = new DefaultHttpContext();
        context.Connection.LocalPort = 5080;
        context.Request.Scheme = scheme;
        context.Request.Host = new HostString(host);
        return context.Request;
    }
}
