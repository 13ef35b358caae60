using System.CommandLine;
using System.Text.Json;
using Tributary.Cli;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Cli;

public sealed class NodesCommandTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync("Nodes:Name=the [first]");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(Command command, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = await command.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (exitCode, output.ToString(), error.ToString());
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        RunAsync(NodesCommand.Create(), ["--url", _server.Urls.First(), "--data", _server.Data, .. arguments]);

    [Fact]
    public async Task It_lists_the_nodes_in_a_table()
    {
        (int exitCode, string output, string error) = await RunAsync();

        Assert.Equal((0, ""), (exitCode, error));
        foreach (string part in (string[])["the [first] (asked)", "running", "0 changes", "0 s"])
        {
            Assert.Contains(part, output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task It_prints_what_the_server_says_as_JSON()
    {
        (int exitCode, string output, string error) = await RunAsync("--json");

        Assert.Equal((0, ""), (exitCode, error));
        using var answer = JsonDocument.Parse(output);
        Assert.Equal("the [first]", answer.RootElement.GetProperty("value")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_what_to_type()
    {
        Assert.Contains("Type: TOKEN=$(tributary token --user admin@tributary.local) tributary nodes", (await RunAsync(NodesCommand.Create(), "--token-file", "")).Error + (await RunAsync(NodesCommand.Create(), "--url", _server.Urls.First())).Error, StringComparison.Ordinal);
        Assert.Contains("is no http or https address. Type: tributary nodes --url", (await RunAsync(NodesCommand.Create(), "--url", "x", "--data", _server.Data)).Error, StringComparison.Ordinal);
        Assert.Contains("No server answers at http://127.0.0.1:9", (await RunAsync(NodesCommand.Create(), "--url", "http://127.0.0.1:9", "--data", _server.Data)).Error, StringComparison.Ordinal);
        string file = Path.Combine(_server.Data, "user.token");
        await File.WriteAllTextAsync(file, await _server.UserTokenAsync("reader"), TestContext.Current.CancellationToken);
        (int exitCode, _, string refused) = await RunAsync(NodesCommand.Create(), "--url", _server.Urls.First(), "--token-file", file);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("The server answered 403: ", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_where_there_is_no_directory_for_it_is_refused_with_the_setting()
    {
        (int exitCode, _, string error) = await RunAsync(IndexCommand.Create(), "snapshot", "--url", _server.Urls.First(), "--data", _server.Data);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("The server answered 501: ", error, StringComparison.Ordinal);
        Assert.Contains("--Indexing:SnapshotDirectory=DIR", error, StringComparison.Ordinal);
    }
}
