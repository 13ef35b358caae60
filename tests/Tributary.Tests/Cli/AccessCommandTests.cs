using System.CommandLine;
using System.Text.Json;
using Tributary.Cli;
using Tributary.Tests.Access;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Cli;

public sealed class AccessCommandTests : IAsyncLifetime
{
    private const string Ada = "0b1d2e3f-0000-4000-8000-00000000000a";
    private const string Group = "2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a01";

    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartWithSeedAsync(
            $$"""
            { "users": [ { "userPrincipalName": "ada@tributary.local", "oid": "{{Ada}}", "displayName": "Ada [A]" } ],
              "groups": [ { "id": "{{Group}}", "displayName": "Engineering", "members": ["{{Ada}}"] } ] }
            """);
        await _server.CreateReadyConnectionAsync();
        await _server.GroupAsync("team", [$"group:{Group}"]);
        await _server.PutListAsync("a", AccessServer.Acl(("everyoneExceptGuests", "x", "deny"), ("externalGroup", "team", "grant")));
        await _server.PutListAsync("b", AccessServer.Acl(("externalGroup", "team", "grant")));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        string file = Path.Combine(_server.Data, "admin.token");
        await File.WriteAllTextAsync(file, await _server.UserTokenAsync("admin") + "\n", TestContext.Current.CancellationToken);
        return await RunBareAsync(["--url", _server.Urls.First(), "--token-file", file, "--connection", "contosohr", .. arguments]);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunBareAsync(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = await AccessCommand.Create().Parse(["explain", .. arguments]).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (exitCode, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task It_tells_people_the_verdict_and_the_chain()
    {
        (int exitCode, string output, string error) = await RunAsync("--user", "ada@tributary.local", "--item", "b");

        Assert.Equal((0, ""), (exitCode, error));
        string text = string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("VISIBLE The entry acl[0] (externalGroup 'team') grants the user", text, StringComparison.Ordinal);
        foreach (string part in new[] { $"user Ada [A] ({Ada})", "is in group Engineering", "is in externalGroup Name of team (team)", "acl[0]: grant externalGroup team", "item b" })
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task It_prints_the_servers_JSON()
    {
        (int exitCode, string output, _) = await RunAsync("--user", Ada, "--item", "a", "--json");

        Assert.Equal(0, exitCode);
        using var answer = JsonDocument.Parse(output);
        Assert.Equal("denied", answer.RootElement.GetProperty("verdict").GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_tells_the_effects_of_a_change_from_the_command_line_or_a_file(bool isFile)
    {
        string whatIf = $$"""{ "membership": [ { "change": "remove", "group": { "type": "externalGroup", "id": "team" }, "member": { "type": "group", "id": "{{Group}}" } } ] }""";
        string file = Path.Combine(_server.Data, "what-if.json");
        await File.WriteAllTextAsync(file, whatIf, TestContext.Current.CancellationToken);

        (int exitCode, string output, string error) = await RunAsync("--user", Ada, "--item", "b", "--what-if", isFile ? file : whatIf);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("Before: VISIBLE", output, StringComparison.Ordinal);
        Assert.Contains("After:  NOT VISIBLE", output, StringComparison.Ordinal);
        Assert.Contains("closes for Ada [A]", output, StringComparison.Ordinal);
        Assert.Contains("Looked at 1 users and 2 access lists.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operators_key_does_in_the_place_of_a_token()
    {
        (int exitCode, string output, _) = await RunBareAsync("--url", _server.Urls.First(), "--data", _server.Data, "--connection", "contosohr", "--user", Ada, "--item", "b");

        Assert.Equal(0, exitCode);
        Assert.StartsWith("VISIBLE", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_with_its_place()
    {
        (int exitCode, string output, string error) = await RunAsync("--user", Ada, "--item", "b", "--group", Group);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("The server answered 400: $.groups: The tenant's directory tells the user's groups", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is no http or https address", "--url", "ftp://x", "--connection", "c", "--data", "HERE")]
    [InlineData("--what-if holds no valid JSON: line 1, byte 3.", "--what-if", "{ x", "--connection", "c", "--data", "HERE")]
    [InlineData("leave out one of them", "--token-file", "x", "--data", "y", "--connection", "c")]
    [InlineData("leave out one of them", "--group", Group, "--no-groups", "--connection", "c", "--data", "HERE")]
    [InlineData("There is no operator.key in", "--data", "nowhere", "--connection", "c")]
    public async Task What_is_wrong_is_told_before_anything_is_asked(string message, params string[] arguments)
    {
        (int exitCode, string output, string error) = await RunBareAsync([.. arguments.Select(argument => argument == "HERE" ? _server.Data : argument)]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
