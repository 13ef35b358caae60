using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary>
/// The JavaScript client, in a program of its own (<c>node/connector.mjs</c>). Skipped where there is no Node.js or its packages cannot be had, because
/// the .NET SDK is all that the other tests need.
/// </summary>
public sealed class JavaScriptClientTests(ServerFixture server)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "node");

    private readonly Tenant _tenant = server.NewTenant();

    [Fact]
    public async Task The_JavaScript_client_leads_a_connection_from_creation_to_a_hit()
    {
        await InstallAsync();

        (int exitCode, string output) = await RunAsync("node", "connector.mjs", new()
        {
            ["SERVER"] = _tenant.Url.ToString().TrimEnd('/'),
            ["APP_TOKEN"] = await _tenant.AppTokenAsync(),
            ["USER_TOKEN"] = await _tenant.UserTokenAsync("reader"),
        });

        Assert.True(exitCode == 0, output);
        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement seen = json.RootElement;
        Assert.Equal("draft", seen.GetProperty("created").GetProperty("state").GetString());
        Assert.Equal(202, seen.GetProperty("accepted").GetInt32());
        Assert.Equal("completed", seen.GetProperty("operation").GetString());
        Assert.Equal("T1", seen.GetProperty("item").GetProperty("id").GetString());
        JsonElement container = seen.GetProperty("search").GetProperty("value")[0].GetProperty("hitsContainers")[0];
        Assert.Equal(1, container.GetProperty("total").GetInt32());
        Assert.Equal("Printer jams", container.GetProperty("hits")[0].GetProperty("resource").GetProperty("properties").GetProperty("title").GetString());
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("deletedItem").ValueKind);
        JsonElement error = seen.GetProperty("error");
        Assert.Equal((404, "ItemNotFound"), (error.GetProperty("statusCode").GetInt32(), error.GetProperty("code").GetString()));
        Assert.Equal("The requested resource does not exist.", error.GetProperty("message").GetString());
        Assert.True(Guid.TryParse(error.GetProperty("requestId").GetString(), out _));
        Assert.Equal(Enumerable.Range(1, 20).Select(number => ($"{number}", 200, (string?)$"Batch {number}")), Parts(seen.GetProperty("batch")));
        Assert.Equal([("put", 200, "Again"), ("get", 200, "Again"), ("delete", 204, null)], Parts(seen.GetProperty("serialBatch")));
    }

    private static IEnumerable<(string Id, int Status, string? Title)> Parts(JsonElement batch) =>
        batch.EnumerateArray().Select(part => (part.GetProperty("id").GetString()!, part.GetProperty("status").GetInt32(), part.GetProperty("title").GetString()));

    private static async Task InstallAsync()
    {
        if (Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            return;
        }

        (int exitCode, string output) = await RunAsync("npm", "ci --no-audit --no-fund --no-progress", []);
        if (exitCode != 0)
        {
            Tools.AreMissing($"The packages of the JavaScript client cannot be installed: {output}");
        }
    }

    /// <summary>Standard output when it went well, both outputs when it did not.</summary>
    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(bound.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await errors);
        }
        catch (Win32Exception missing)
        {
            Tools.AreMissing($"{program} cannot be started: {missing.Message}");
            throw;
        }
    }
}
