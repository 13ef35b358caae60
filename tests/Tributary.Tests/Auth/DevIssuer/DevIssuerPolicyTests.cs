using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class DevIssuerPolicyTests
{
    private static AuthOptions Options(bool? enabled = null, string? authority = null) =>
        new() { Authority = authority, Development = new DevIssuerOptions { Enabled = enabled } };

    [Theory]
    [InlineData("http://localhost:5080")]
    [InlineData("http://LOCALHOST:5080/")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("http://127.1.2.3:80")]
    [InlineData("http://[::1]:5080")]
    [InlineData("http://localhost:5080", "https://localhost:5443")]
    public void It_is_on_by_itself_where_only_this_machine_can_connect(params string[] urls) => Assert.True(DevIssuerPolicy.Validate(urls, Options()));

    [Theory]
    [InlineData("http://*:5080")]
    [InlineData("http://+:5080")]
    [InlineData("http://0.0.0.0:5080")]
    [InlineData("http://[::]:5080")]
    [InlineData("http://192.0.2.1:5080")]
    [InlineData("http://tributary.example")]
    [InlineData("http://localhost.example")]
    [InlineData("http://unix:/run/tributary.sock")]
    [InlineData("nonsense")]
    [InlineData("http://localhost:5080", "http://0.0.0.0:5081")]
    public void An_open_server_without_an_authority_may_not_start_and_is_told_what_to_set(params string[] urls)
    {
        string message = Assert.Throws<OptionsValidationException>(() => DevIssuerPolicy.Validate(urls, Options())).Message;

        Assert.Contains(urls[^1], message, StringComparison.Ordinal);
        Assert.Contains("Auth:Authority", message, StringComparison.Ordinal);
        Assert.Contains("Auth:Development:Enabled=true", message, StringComparison.Ordinal);
        Assert.Contains("--urls http://localhost:5080", message, StringComparison.Ordinal);
        Assert.True(DevIssuerPolicy.Validate(urls, Options(enabled: true)));
        Assert.False(DevIssuerPolicy.Validate(urls, Options(authority: "https://login.example")));
    }

    [Fact]
    public void Who_lets_other_machines_ask_means_an_open_server() => Assert.True(
        DevIssuerPolicy.Validate(["http://0.0.0.0:5080"], new AuthOptions { Development = new DevIssuerOptions { AllowRemote = true } }));

    [Fact]
    public void One_authority_at_a_time_and_never_none()
    {
        Assert.Contains("exclude each other",
            Assert.Throws<OptionsValidationException>(() => DevIssuerPolicy.Validate([], Options(enabled: true, authority: "https://login.example"))).Message, StringComparison.Ordinal);
        Assert.Contains("Auth:Authority",
            Assert.Throws<OptionsValidationException>(() => DevIssuerPolicy.Validate([], Options(enabled: false))).Message, StringComparison.Ordinal);
    }
}
