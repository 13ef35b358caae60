using System.Diagnostics;
using System.Text.Json;
using Tributary.ConformanceTests.Nodes;
using Tributary.Tests.Storage.Postgres;

namespace Tributary.ConformanceTests.Durability;

/// <summary>The command <c>tributary import</c>, killed while it sends and typed again.</summary>
public sealed class TransferCrashTests : IDisposable
{
    private const string Connection = "/v1.0/external/connections/contosohr";
    private const int Items = 60;

    private readonly DataFolder _source = new();
    private readonly DataFolder _target = new();

    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
    }

    [Fact]
    public async Task An_import_whose_command_is_killed_is_seen_by_nobody_and_goes_on_when_it_is_typed_again()
    {
        string file = await ExportAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(_target);
        await KillAndGoOnAsync(server, _target, file);
    }

    [Fact]
    [NeedsPostgres]
    public async Task So_it_is_over_PostgreSQL()
    {
        string file = await ExportAsync();
        await using var nodes = new NodeProcesses();
        DataFolder folder = nodes.NewFolder();
        await KillAndGoOnAsync(await nodes.StartAsync(folder), folder, file);
    }

    private static async Task KillAndGoOnAsync(ServerProcess server, DataFolder data, string file)
    {
        // Some chunks of half a mebibyte, and a piece of the next.
        await using (var relay = new StallingRelay(server.Url, bytes: 1_300_000))
        {
            ProcessStartInfo command = new(ServerProcess.Dotnet, Words(relay.Url, data, file)) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process client = Process.Start(command)!;
            Task first = await Task.WhenAny(relay.Stalled, client.WaitForExitAsync());
            Assert.True(first == relay.Stalled, $"It ended: {(client.HasExited ? await client.StandardError.ReadToEndAsync() : "")}");
            client.Kill();
            await client.WaitForExitAsync();
        }

        await server.ExpectAsync(404, HttpMethod.Get, Connection);
        Assert.Equal(0, (await server.ExpectAsync(200, HttpMethod.Get, "/v1.0/external/connections")).GetProperty("value").GetArrayLength());

        (int exitCode, string output, string error) = await ServerProcess.RunAsync([.. Words(server.Url.ToString(), data, file).Skip(1), "--json"]);

        Assert.True(exitCode == 0, error);
        JsonElement result = JsonSerializer.Deserialize<JsonElement>(output);
        Assert.InRange(result.GetProperty("resumedAt").GetInt32(), 1, 4);
        Assert.Equal(Items, result.GetProperty("items").GetInt32());
        for (int i = 0; i < Items; i++)
        {
            Assert.Equal(1, VersionedItem.VersionOf($"item{i}", await server.ExpectAsync(200, HttpMethod.Get, $"{Connection}/items/item{i}")));
        }

        (int total, string[] ids) = await server.SearchAsync("contosohr", VersionedItem.CommonWord);
        Assert.Equal(Items, total);
        Assert.Equal(Items, ids.Distinct().Count());
    }

    private static string[] Words(string url, DataFolder data, string file) => [ServerProcess.Dll, "import", file, "--url", url, "--data", data.Path];

    private async Task<string> ExportAsync()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(_source);
        await server.CreateReadyConnectionAsync("contosohr");
        for (int i = 0; i < Items; i++)
        {
            await server.ExpectAsync(200, HttpMethod.Put, $"{Connection}/items/item{i}", VersionedItem.Body($"item{i}", 1, contentLength: 50_000));
        }

        string file = Path.Combine(_source.Path, "contosohr.jsonl.gz");
        (int exitCode, _, string error) = await ServerProcess.RunAsync("export", "contosohr", file, "--url", server.Url.ToString(), "--data", _source.Path);
        Assert.True(exitCode == 0, error);
        return file;
    }
}
