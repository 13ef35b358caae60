using System.Diagnostics;
using System.Text.Json;
using Tributary.Auth.DevIssuer;
using Tributary.ConformanceTests.Durability;

namespace Tributary.ConformanceTests.TakeOver;

/// <summary><c>tributary run</c>: programs that know nothing but Microsoft's own host names, unchanged.</summary>
public sealed class RunTests : IDisposable
{
    private const string Graph = "https://graph.microsoft.com/v1.0";

    private static readonly string PythonProgram =
        $$"""
        import json, urllib.parse, urllib.request
        form = urllib.parse.urlencode(dict(grant_type='client_credentials', client_id='{{DevDefaults.AppId}}', client_secret='any', scope='https://graph.microsoft.com/.default')).encode()
        token = json.load(urllib.request.urlopen('https://login.microsoftonline.com/{{DevDefaults.TenantId}}/oauth2/v2.0/token', form))['access_token']
        request = urllib.request.Request('https://graph.microsoft.com/v1.0/external/connections', headers={'Authorization': 'Bearer ' + token})
        print(json.dumps(json.load(urllib.request.urlopen(request))))
        """;

    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Curl_reaches_Graph_and_its_output_is_the_only_one()
    {
        Programs.Need("curl");
        (int exitCode, string output, string error) = await Programs.TributaryRunAsync(_data.Path, [], "curl", "-sS", Graph);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal($"{Graph}/$metadata", JsonDocument.Parse(output).RootElement.GetProperty("@odata.context").GetString());
    }

    [Fact]
    public async Task Other_hosts_are_refused()
    {
        Programs.Need("curl");
        (int exitCode, _, string error) = await Programs.TributaryRunAsync(_data.Path, [], "curl", "-sS", "https://example.com/");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("403", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_signs_in_and_lists()
    {
        Programs.Need("python3");
        (int exitCode, string output, string error) = await Programs.TributaryRunAsync(_data.Path, [], "python3", "-c", PythonProgram);

        Assert.True(exitCode == 0, error);
        Assert.Equal(0, JsonDocument.Parse(output).RootElement.GetProperty("value").GetArrayLength());
    }

    [Fact]
    public async Task Node_signs_in_and_lists_through_the_proxy_of_its_environment()
    {
        Programs.Need("node");
        string script = Path.Combine(AppContext.BaseDirectory, "node", "takeover.mjs");
        (int exitCode, string output, string error) = await Programs.TributaryRunAsync(_data.Path, [], "node", script, DevDefaults.TenantId, DevDefaults.AppId);

        Assert.True(exitCode == 0, error);
        Assert.Equal(0, JsonDocument.Parse(output).RootElement.GetProperty("value").GetArrayLength());
    }

    [Fact]
    public async Task Java_trusts_and_finds_it_by_its_options()
    {
        Assert.SkipWhen(Tributary.TakeOver.Running.CommandPath.Find("javac", Environment.GetEnvironmentVariable("PATH")).File is null, "This test needs a JDK.");
        string program = Path.Combine(_data.Path, "Ask.java");
        await File.WriteAllTextAsync(
            program,
            $$"""
            public class Ask {
                public static void main(String[] words) throws Exception {
                    var connection = (java.net.HttpURLConnection) new java.net.URL("{{Graph}}").openConnection();
                    System.out.print(connection.getResponseCode());
                }
            }
            """);
        (int exitCode, string output, string error) = await Programs.TributaryRunAsync(_data.Path, [], "java", program);

        Assert.True(exitCode == 0, error);
        Assert.Equal("200", output);
    }

    [Theory]
    [InlineData(0, "exit 0")]
    [InlineData(7, "exit 7")]
    [InlineData(143, "kill -TERM $$")]
    public async Task The_exit_code_is_the_programs(int expected, string script)
    {
        Programs.Need("sh");
        Assert.Equal(expected, (await Programs.TributaryRunAsync(_data.Path, [], "sh", "-c", script)).ExitCode);
    }

    [Fact]
    public async Task What_cannot_be_run_is_told_as_shells_do()
    {
        Programs.Need("sh");
        string file = Path.Combine(_data.Path, "plain.txt");
        await File.WriteAllTextAsync(file, "text");

        Assert.Equal(127, (await Programs.TributaryRunAsync(_data.Path, [], "no-such-program")).ExitCode);
        Assert.Equal(126, (await Programs.TributaryRunAsync(_data.Path, [], file)).ExitCode);
        Assert.Equal(125, (await Programs.TributaryRunAsync(_data.Path, ["--Bogus=1"], "true")).ExitCode);
        Assert.Equal(125, (await Programs.TributaryRunAsync(_data.Path, [])).ExitCode);
    }

    [Fact]
    public async Task Standard_input_reaches_the_program()
    {
        Programs.Need("cat");
        ProcessStartInfo start = Programs.TributaryRun(_data.Path, [], "cat");
        start.RedirectStandardInput = true;
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync("over to you");
        process.StandardInput.Close();

        Assert.Equal("over to you", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task Signals_reach_the_program_which_decides_what_becomes_of_them(string signal)
    {
        Programs.Need("sh", "kill");
        ProcessStartInfo start = Programs.TributaryRun(_data.Path, [], "sh", "-c", $"trap 'echo heard {signal}; exit 9' {signal}; echo ready; while :; do sleep 0.05; done");
        using Process process = Process.Start(start)!;
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync().WaitAsync(ServerProcess.Patience));

        await Programs.RunAsync("kill", "-" + signal, $"{process.Id}");

        Assert.Equal($"heard {signal}", await process.StandardOutput.ReadLineAsync().WaitAsync(ServerProcess.Patience));
        await process.WaitForExitAsync().WaitAsync(ServerProcess.Patience);
        Assert.Equal(9, process.ExitCode);
    }

    [Fact]
    public async Task A_server_that_runs_on_the_data_directory_is_used()
    {
        Programs.Need("curl");
        await using ServerProcess server = await ServerProcess.StartAsync(_data, "--proxy", "0");
        await server.ExpectAsync(201, HttpMethod.Post, "/v1.0/external/connections", """{ "id": "there", "name": "There" }""");

        (int exitCode, string output, string error) = await Programs.TributaryRunAsync(_data.Path, [], "python3", "-c", PythonProgram);

        Assert.True(exitCode == 0, error);
        Assert.Equal("there", JsonDocument.Parse(output).RootElement.GetProperty("value")[0].GetProperty("id").GetString());
        Assert.False(server.HasExited);
    }

    [Theory]
    [InlineData("--seed", "seed.json", "Directory:SeedFile")]
    [InlineData("--cloud", "China", "TakeOver:Cloud")]
    [InlineData("--Search:MaxFrom=5", "--Search:MaxPageSize=5", "--Search:MaxFrom=5")]
    public async Task What_a_running_server_cannot_be_told_any_more_is_refused(string option, string value, string said)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(_data, "--proxy", "0");

        (int exitCode, string output, string error) = await Programs.TributaryRunAsync(_data.Path, [option, value], "echo", "ran");

        Assert.Equal((125, ""), (exitCode, output));
        Assert.Contains($"{said} cannot be set for it", error, StringComparison.Ordinal);
        Assert.False(server.HasExited);
    }

    [Fact]
    public async Task One_that_has_no_proxy_is_told()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(_data);

        (int exitCode, _, string error) = await Programs.TributaryRunAsync(_data.Path, [], "true");

        Assert.Equal(125, exitCode);
        Assert.Contains("start it with --proxy PORT", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_the_run_stays_behind()
    {
        Programs.Need("sh");
        (_, string output, _) = await Programs.TributaryRunAsync(_data.Path, [], "sh", "-c", "dirname $SSL_CERT_FILE");

        Assert.StartsWith("tributary-run-", Path.GetFileName(output.Trim()), StringComparison.Ordinal);
        Assert.False(Directory.Exists(output.Trim()));
    }
}
