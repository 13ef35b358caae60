using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Tributary.Cli;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;
using static Tributary.Tests.Access.Log.AccessLogServer;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Cli;

public sealed class AccessLogCommandTests : IAsyncLifetime
{
    private const string OtherTenant = "99999999-aaaa-4bbb-8ccc-000000000001";

    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync(WithAnswer);
        await _server.PutItemAsync(Connection, "a", Item("""{ "title": "alpha" }"""));
        await _server.PutItemAsync(Connection, "b", Item("""{ "title": "beta" }"""));
        await _server.FindAsync(Connection, "alpha");
        await _server.FindAsync(Connection, "beta", user: "admin");
        (await _server.SearchAsync("alpha", token: await _server.UserTokenAsync("reader", tenant: OtherTenant))).ShouldBe(200);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task It_prints_the_lines_of_the_administrators_tenant_as_the_server_has_them()
    {
        (int exitCode, string output, string error) = await RunAsync();

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal((await _server.GetAsync("/tributary/access/log", await _server.UserTokenAsync("admin"))).Body, output);
        Assert.Equal([["a"], ["b"]], Lines(output).Select(Items));
    }

    [Fact]
    public async Task Each_option_picks_lines()
    {
        JsonElement[] lines = Lines((await RunAsync()).Output);
        string reader = lines[0].GetProperty("userId").GetString()!;
        string second = lines[1].GetProperty("time").GetString()!;

        Assert.Equal([["a"]], await ItemsAsync("--user", reader));
        Assert.Equal([["b"]], await ItemsAsync("--item", "b"));
        Assert.Equal([["a"]], await ItemsAsync("--to", second));
        Assert.Equal([["b"]], await ItemsAsync("--from", second.Replace("Z", "+00:00", StringComparison.Ordinal)));
        Assert.Equal([["a"]], await ItemsAsync("--item", "a", "--connection", Connection));
        Assert.Empty(await ItemsAsync("--connection", "another"));
        Assert.Equal(2, (await ItemsAsync("--app", TestServer.App, "--tenant", TestServer.Tenant)).Length);
        Assert.Empty(await ItemsAsync("--app", OtherTenant));
    }

    [Fact]
    public async Task With_the_operators_key_it_prints_those_of_all_tenants_or_of_one()
    {
        string[] operating = ["--url", _server.Urls.First(), "--data", _server.Data];

        Assert.Equal(3, Lines((await RunBareAsync(operating)).Output).Length);
        Assert.Single(Lines((await RunBareAsync([.. operating, "--tenant", OtherTenant])).Output));
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_with_its_place()
    {
        (int exitCode, string output, string error) = await RunAsync("--user", "reader@tributary.local");
        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("The server answered 400: userId: 'userId' must be a GUID.", error, StringComparison.Ordinal);

        (exitCode, output, error) = await RunAsync("--tenant", OtherTenant);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("The server answered 403: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Type: tributary access log --url", "--url", "ftp://x", "--data", "HERE")]
    [InlineData("leave out one of them", "--token-file", "x", "--data", "y")]
    [InlineData("There is no operator.key in", "--data", "nowhere")]
    [InlineData("Start it with: tributary serve", "--url", "http://127.0.0.1:1", "--data", "HERE")]
    public async Task What_is_wrong_is_told(string message, params string[] arguments)
    {
        (int exitCode, string output, string error) = await RunBareAsync([.. arguments.Select(argument => argument == "HERE" ? _server.Data : argument)]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_that_breaks_off_is_no_success()
    {
        using var broken = new TcpListener(IPAddress.Loopback, 0);
        broken.Start();
        Task answering = AnswerHalfAsync(broken);

        (int exitCode, string output, string error) = await RunBareAsync(["--url", $"http://{broken.LocalEndpoint}", "--data", _server.Data]);

        await answering;
        Assert.Equal((1, "{}\n"), (exitCode, output));
        Assert.Contains("broke off", error, StringComparison.Ordinal);
    }

    private static async Task AnswerHalfAsync(TcpListener listener)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        using NetworkStream stream = client.GetStream();
        using var request = new StreamReader(stream, leaveOpen: true);
        while (await request.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 })
        {
            // To its end, as what is closed with something unread takes the answer back.
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: 100\r\n\r\n{}\n"), TestContext.Current.CancellationToken);
    }

    private async Task<string[][]> ItemsAsync(params string[] arguments)
    {
        (int exitCode, string output, string error) = await RunAsync(arguments);
        Assert.Equal((0, ""), (exitCode, error));
        return [.. Lines(output).Select(Items)];
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        string file = Path.Combine(_server.Data, "admin.token");
        await File.WriteAllTextAsync(file, await _server.UserTokenAsync("admin") + "\n", TestContext.Current.CancellationToken);
        return await RunBareAsync(["--url", _server.Urls.First(), "--token-file", file, .. arguments]);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunBareAsync(string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = await AccessCommand.Create().Parse(["log", .. arguments]).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (exitCode, output.ToString(), error.ToString());
    }

    private static JsonElement[] Lines(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    private static string[] Items(JsonElement line) => [.. line.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("itemId").GetString()!)];
}
