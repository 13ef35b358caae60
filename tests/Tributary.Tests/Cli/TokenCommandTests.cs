using System.CommandLine;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Cli;
using Tributary.Tests.Auth;

namespace Tributary.Tests.Cli;

public sealed class TokenCommandTests
{
    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = await TokenCommand.Create().Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (exitCode, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task It_prints_the_token_and_nothing_else()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        (int exitCode, string output, string error) = await RunAsync("--url", host.Url);

        Assert.Equal((0, ""), (exitCode, error));
        JsonWebToken token = new(output.TrimEnd());
        Assert.Equal(output, token.EncodedToken + Environment.NewLine);
        Assert.Equal(("7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f", "d310d35d-72ec-47dd-92f2-fb9c40936555", "app"),
            (token.GetPayloadValue<string>("tid"), token.GetPayloadValue<string>("azp"), token.GetPayloadValue<string>("idtyp")));
    }

    [Fact]
    public async Task With_a_user_it_signs_that_user_in()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        (int exitCode, string output, _) = await RunAsync("--url", host.Url, "--user", "reader@tributary.local", "--scope", "ExternalItem.Read.All",
            "--tenant", "12345678-1234-4234-8234-123456789abc", "--app", "00000000-0000-0000-0000-000000000001");

        Assert.Equal(0, exitCode);
        JsonWebToken token = new(output.TrimEnd());
        Assert.Equal(("reader@tributary.local", "ExternalItem.Read.All", "12345678-1234-4234-8234-123456789abc", "00000000-0000-0000-0000-000000000001"),
            (token.GetPayloadValue<string>("upn"), token.GetPayloadValue<string>("scp"), token.GetPayloadValue<string>("tid"), token.GetPayloadValue<string>("azp")));
    }

    [Fact]
    public async Task When_no_server_runs_it_says_how_to_start_one()
    {
        AuthHost host = await AuthHost.StartAsync();
        string url = host.Url;
        await host.DisposeAsync();

        (int exitCode, string output, string error) = await RunAsync("--url", url);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains($"Start it with: tributary serve --urls {url}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AADSTS50034", "--user", "nobody@tributary.local")]
    [InlineData("AADSTS900023", "--tenant", "contoso")]
    [InlineData("AADSTS700016", "--app", "mine")]
    [InlineData("AADSTS500011", "--scope", "https://elsewhere.example/.default")]
    public async Task What_the_issuer_refuses_it_repeats(string expected, params string[] arguments)
    {
        await using AuthHost host = await AuthHost.StartAsync();

        (int exitCode, string output, string error) = await RunAsync(["--url", host.Url, .. arguments]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_a_real_authority_is_told_apart()
    {
        await using AuthHost host = await AuthHost.StartAsync(new() { ["Auth:Authority"] = "https://login.example" });

        (int exitCode, string output, string error) = await RunAsync("--url", host.Url);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("Auth:Authority", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:5080")]
    [InlineData("ftp://localhost")]
    [InlineData("nowhere")]
    public async Task An_address_that_is_none_is_told_with_one_that_is(string url)
    {
        (int exitCode, _, string error) = await RunAsync("--url", url);

        Assert.Equal(1, exitCode);
        Assert.Contains("tributary token --url http://localhost:5080", error, StringComparison.Ordinal);
    }
}
