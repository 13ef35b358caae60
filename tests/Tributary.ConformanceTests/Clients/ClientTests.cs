using System.Diagnostics;
using System.Text.Json;
using Tributary.Auth.DevIssuer;
using Tributary.ConformanceTests.Durability;
using Tributary.ConformanceTests.Hosting;
using Tributary.ConformanceTests.TakeOver;

namespace Tributary.ConformanceTests.Clients;

/// <summary>
/// Programs with the libraries that Microsoft publishes, unchanged: each signs in with every kind of credential, leads a connection from creation to a hit, and knows Microsoft's host
/// names only. <c>tributary run</c> leads them here.
/// </summary>
public sealed class ClientTests : IDisposable
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Clients");
    private static readonly string[] Proxied = [];
    private static readonly string[] Isolated = ["--isolated"];
    private static readonly string[] Applications = ["certificate", "managedIdentity", "managedIdentityOfClient"];

    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    /// <summary>Isolated: the Graph client uses Node's own fetch, which goes by no proxy before Node.js 22.21 and 24.5.</summary>
    [Fact]
    public async Task JavaScript_with_azure_identity_and_the_Graph_client()
    {
        await Programs.NeedNamespacesAsync();
        string script = Path.Combine(await NodePackages.NeedAsync("azure"), "connector.mjs");

        JsonElement seen = await RunAsync(Isolated, "node", script, DevDefaults.TenantId, DevDefaults.AppId, await ConnectorCertificate.WriteAsync(_data));

        Assert.Equal("draft", seen.GetProperty("created").GetString());
        Assert.All(Applications, kind => Assert.Equal("ready", seen.GetProperty(kind).GetString()));
        Assert.Equal("Printer jams", seen.GetProperty("deviceCode")[0].GetString());
        Assert.Equal("Printer jams", seen.GetProperty("password")[0].GetString());
        Assert.Equal(0, (await AsVirtualMachineAsync(Isolated, "node", script)).GetProperty("value").GetArrayLength());
    }

    /// <summary>The system's own Python, as it is Debian's package that is meant: <c>python3-azure</c>.</summary>
    [Fact]
    public async Task Python_with_azure_identity_and_requests()
    {
        const string python = "/usr/bin/python3";
        Programs.Need("env");
        if (!File.Exists(python) || (await Programs.RunAsync(python, "-c", "import azure.identity, requests")).ExitCode != 0)
        {
            Tools.AreMissing("This test needs azure-identity and requests for the system's Python (python3-azure).");
        }

        string script = Path.Combine(Folder, "connector.py");

        JsonElement seen = await RunAsync(Proxied, python, script, DevDefaults.TenantId, DevDefaults.AppId, await ConnectorCertificate.WriteAsync(_data));

        Assert.Equal("draft", seen.GetProperty("created").GetString());
        Assert.All(Applications, kind => Assert.Equal("ready", seen.GetProperty(kind).GetString()));
        Assert.Equal("Printer jams", seen.GetProperty("deviceCode")[0].GetString());
        Assert.Equal("Printer jams", seen.GetProperty("password")[0].GetString());
        Assert.Equal(0, (await AsVirtualMachineAsync(Proxied, python, script)).GetProperty("value").GetArrayLength());
    }

    [Fact]
    public async Task Dotnet_with_Azure_Identity_and_the_Graph_client()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere .NET takes its roots from the system only.");
        string program = Path.Combine(AppContext.BaseDirectory, "GraphProgram.dll");

        JsonElement seen = await RunAsync(Proxied, ServerProcess.Dotnet, program, DevDefaults.TenantId, DevDefaults.AppId, await ConnectorCertificate.WriteAsync(_data));

        Assert.Equal("Draft", seen.GetProperty("created").GetString());
        Assert.All(Applications, kind => Assert.Equal("Ready", seen.GetProperty(kind).GetString()));
        Assert.Equal("Printer jams", seen.GetProperty("deviceCode").GetString());
        Assert.Equal(0, (await AsVirtualMachineAsync(Proxied, ServerProcess.Dotnet, program)).GetProperty("connections").GetInt32());
    }

    /// <summary>The README's own commands, but for the two addresses.</summary>
    [Fact]
    public async Task Curl_does_what_the_README_says_under_the_real_names()
    {
        Programs.Need("bash", "curl", "sed");
        string readme = await File.ReadAllTextAsync(Path.Combine(Folder, "README.md"));
        IEnumerable<string> blocks = readme.Split("```bash\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]);
        string commands = string.Join('\n', blocks.Where(block => block.Contains("curl ", StringComparison.Ordinal)));
        string renamed = commands
            .Replace("API=http://localhost:5080\n", "API=https://graph.microsoft.com\n", StringComparison.Ordinal)
            .Replace("ISSUER=$API/", "ISSUER=https://login.microsoftonline.com/", StringComparison.Ordinal);
        Assert.DoesNotContain("localhost", renamed, StringComparison.Ordinal);

        (int exitCode, string output, string error) = await Programs.TributaryRunAsync(_data.Path, [], "bash", "-c", "set -e\n" + renamed);

        Assert.True(exitCode == 0, output + error);
        using JsonDocument search = JsonDocument.Parse(output[output.LastIndexOf("{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata", StringComparison.Ordinal)..]);
        JsonElement container = search.RootElement.GetProperty("value")[0].GetProperty("hitsContainers")[0];
        Assert.Equal("Vacation policy", container.GetProperty("hits")[0].GetProperty("resource").GetProperty("properties").GetProperty("title").GetString());
    }

    /// <summary>Without the variables of App Service a managed identity asks where a virtual machine would; a process of its own, as the libraries remember.</summary>
    private Task<JsonElement> AsVirtualMachineAsync(string[] options, params string[] command) =>
        RunAsync(options, ["env", "-u", "IDENTITY_ENDPOINT", "-u", "IDENTITY_HEADER", .. command]);

    private async Task<JsonElement> RunAsync(string[] options, params string[] command)
    {
        ProcessStartInfo run = Programs.TributaryRun(_data.Path, options, command);
        (int exitCode, string output, string error) = await ServerProcess.RunAsync(run);
        Assert.True(exitCode == 0, $"{exitCode}: {output}{error}");
        return JsonSerializer.Deserialize<JsonElement>(output);
    }
}
