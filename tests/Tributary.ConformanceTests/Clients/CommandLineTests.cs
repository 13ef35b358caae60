using System.Diagnostics;
using System.Text.Json;
using Tributary.Auth.DevIssuer;
using Tributary.ConformanceTests.Durability;
using Tributary.ConformanceTests.TakeOver;

namespace Tributary.ConformanceTests.Clients;

/// <summary>CLI for Microsoft 365, unchanged, by <c>m365/flow.sh</c>: each <c>external</c> command, and each sign-in that needs no browser of its own.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task The_CLI_for_Microsoft_365_leads_a_connection_from_sign_in_to_its_doctor()
    {
        Programs.Need("bash", "curl", "sed");
        string folder = await NodePackages.NeedAsync("m365");
        ProcessStartInfo run = Programs.TributaryRun(_data.Path, [], "bash", Path.Combine(folder, "flow.sh"));
        run.Environment["APP"] = DevDefaults.AppId;
        run.Environment["TENANT"] = DevDefaults.TenantId;
        run.Environment["CERTIFICATE"] = await ConnectorCertificate.WriteAsync(_data);

        // Where the CLI keeps who is signed in.
        run.Environment["HOME"] = Directory.CreateDirectory(Path.Combine(_data.Path, "home")).FullName;
        run.Environment["OUT"] = Directory.CreateDirectory(Path.Combine(_data.Path, "out")).FullName;

        (int exitCode, string output, string error) = await ServerProcess.RunAsync(run, TimeSpan.FromMinutes(5));

        Assert.True(exitCode == 0, $"{exitCode}: {output}{error}");
        Assert.Equal("secret", Said("secret").GetProperty("authType").GetString());
        Assert.Equal(DevDefaults.AppId, Said("status").GetProperty("appId").GetString());
        Assert.Equal("draft", Said("get").GetProperty("state").GetString());
        Assert.Equal("clihr", Said("list")[0].GetProperty("id").GetString());
        Assert.StartsWith("https://graph.microsoft.com/v1.0/external/connections/clihr/operations/", Said("schema").GetString(), StringComparison.Ordinal);
        Assert.Equal(["printer", "office"], Said("item").GetProperty("properties").GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));

        Assert.Equal("certificate", Said("certificate").GetProperty("authType").GetString());
        Assert.Equal("clihr", Said("certificateGet").GetProperty("id").GetString());
        Assert.Equal($"Application {DevDefaults.AppId}", Said("identity").GetProperty("connectedAs").GetString());
        Assert.Equal("ready", Said("identityGet").GetProperty("state").GetString());

        Assert.Equal("reader@tributary.local", Said("password").GetProperty("connectedAs").GetString());
        JsonElement container = Said("search").GetProperty("value")[0].GetProperty("hitsContainers")[0];
        Assert.Equal("Printer jams", container.GetProperty("hits")[0].GetProperty("resource").GetProperty("properties").GetProperty("ticketTitle").GetString());
        Assert.Equal(0, Said("searchFiles").GetProperty("hitsContainers")[0].GetProperty("total").GetInt32());

        Assert.Equal("admin@tributary.local", Said("deviceCode").GetProperty("connectedAs").GetString());
        (string Id, string Status)[] checks =
            [.. Said("doctor").EnumerateArray().Select(check => (check.GetProperty("id").GetString()!, check.GetProperty("status").GetString()!))];
        Assert.Equal(
            ["loadExternalConnection", "loadSchema", "copilotRequiredSemanticLabels", "searchableProperties", "contentIngested", "semanticLabels", "resultType", "urlToItemResolver"],
            checks.Where(check => check.Status == "passed").Select(check => check.Id));
        Assert.All(checks, check => Assert.True(check.Status is "passed" or "manual", $"{check}"));
        Assert.Equal(0, Said("gone").GetArrayLength());
    }

    private JsonElement Said(string step) => JsonSerializer.Deserialize<JsonElement>(Text(step));

    private string Text(string step) => File.ReadAllText(Path.Combine(_data.Path, "out", step));
}
