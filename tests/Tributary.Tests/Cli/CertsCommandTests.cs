using System.CommandLine;
using System.Text.Json;
using Tributary.Cli;

namespace Tributary.Tests.Cli;

public sealed class CertsCommandTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("tributary-certs-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task It_makes_what_lacks_and_tells_what_there_is()
    {
        JsonElement first = await JsonAsync();
        JsonElement second = await JsonAsync();

        Assert.Equal((true, false), (first.GetProperty("isNewAuthority").GetBoolean(), second.GetProperty("isNewAuthority").GetBoolean()));
        Assert.Equal(["authority", "local", "cloud"], second.GetProperty("certificates").EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        Assert.Equal(
            first.GetProperty("certificates").EnumerateArray().Select(row => row.GetProperty("sha256").GetString()),
            second.GetProperty("certificates").EnumerateArray().Select(row => row.GetProperty("sha256").GetString()));
        Assert.All(second.GetProperty("certificates").EnumerateArray(), row => Assert.True(File.Exists(row.GetProperty("file").GetString())));
    }

    [Fact]
    public async Task What_is_not_said_stays_as_it_was()
    {
        await JsonAsync("--host", "tributary", "--cloud", "China", "--cloud", "Global");
        JsonElement renamed = await JsonAsync("--host", "app", "--host", "db.internal");
        JsonElement withoutClouds = await JsonAsync("--cloud", "none");

        Assert.Equal(["Global", "China"], renamed.GetProperty("clouds").EnumerateArray().Select(cloud => cloud.GetString()));
        Assert.Equal(["localhost", "app", "db.internal"], Hosts(withoutClouds, 0));
        Assert.Equal(["localhost", "app", "db.internal"], Hosts(withoutClouds, 1));
        Assert.Equal(2, withoutClouds.GetProperty("certificates").GetArrayLength());
    }

    [Fact]
    public async Task The_table_has_each_certificate_and_how_programs_are_told_to_trust()
    {
        (int exitCode, string output, _) = await RunAsync();

        Assert.Equal(0, exitCode);
        Assert.All(["authority", "local", "cloud", "nobody trusts it yet", "NODE_EXTRA_CA_CERTS", "keytool"], part => Assert.Contains(part, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--host '10.0.0.1' is an address", "--host", "10.0.0.1")]
    [InlineData("--host '*.example.org' is no host name", "--host", "*.example.org")]
    [InlineData("--cloud 'Mars' is unknown. Known are Global", "--cloud", "Mars")]
    public async Task A_wrong_name_is_told_and_nothing_is_made(string problem, params string[] options)
    {
        (int exitCode, _, string error) = await RunAsync(options);

        Assert.Equal(1, exitCode);
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_data));
    }

    [Fact]
    public async Task Removing_leaves_nothing()
    {
        await JsonAsync();
        (int exitCode, string output, _) = await RunAsync("remove");

        Assert.Equal(0, exitCode);
        Assert.StartsWith("Removed ", output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_data));
        Assert.StartsWith("There are no certificates", (await RunAsync("remove")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told_in_a_sentence()
    {
        string file = Path.Combine(_data, "file");
        await File.WriteAllTextAsync(file, "");
        using var error = new StringWriter();

        int exitCode = await CertsCommand.Create().Parse(["--data", file]).InvokeAsync(new InvocationConfiguration { Error = error, Output = TextWriter.Null });

        Assert.Equal(1, exitCode);
        Assert.Contains(file, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
    }

    private static string?[] Hosts(JsonElement json, int row) =>
        [.. json.GetProperty("certificates")[row].GetProperty("hosts").EnumerateArray().Select(host => host.GetString())];

    private async Task<JsonElement> JsonAsync(params string[] options)
    {
        (int exitCode, string output, string error) = await RunAsync([.. options, "--json"]);
        Assert.True(exitCode == 0, error);
        return JsonSerializer.Deserialize<JsonElement>(output);
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await CertsCommand.Create().Parse([.. options, "--data", _data]).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (exitCode, output.ToString(), error.ToString());
    }
}
