using System.Diagnostics;
using System.Text.Json;
using Tributary.ConformanceTests.Durability;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.TakeOver;

/// <summary><c>tributary run --isolated</c>: programs that go by no proxy, in a network where the real names lead here; and the machine outside it.</summary>
public sealed class IsolatedTests : IDisposable
{
    private const string Graph = "https://graph.microsoft.com/v1.0";
    private static readonly string[] Isolated = ["--isolated"];

    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_program_that_goes_by_no_proxy_reaches_Graph_by_its_name_and_port()
    {
        await Programs.NeedNamespacesAsync();
        Programs.Need("curl");
        (int exitCode, string output, string error) = await Programs.TributaryRunAsync(_data.Path, Isolated, "curl", "-sS", "--noproxy", "*", Graph);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal($"{Graph}/$metadata", JsonDocument.Parse(output).RootElement.GetProperty("@odata.context").GetString());
    }

    [Fact]
    public async Task So_does_one_that_goes_by_the_proxy_and_the_address_of_instance_metadata_answers()
    {
        await Programs.NeedNamespacesAsync();
        Programs.Need("curl", "sh");
        (int exitCode, string output, string error) = await Programs.TributaryRunAsync(
            _data.Path,
            Isolated,
            "sh",
            "-c",
            $"curl -sS -o /dev/null -w '%{{http_code}} ' {Graph}; curl -sS --noproxy '*' -o /dev/null -w '%{{http_code}} ' $TRIBUTARY_URL/health/live; "
            + "curl -sS --noproxy '*' http://169.254.169.254/none");

        Assert.True(exitCode == 0, error);
        Assert.Equal("200 200 Tributary answers as 169.254.169.254 and has no path /none there.\n", output);
    }

    [Fact]
    public async Task Node_fetches_without_a_word_about_proxies()
    {
        await Programs.NeedNamespacesAsync();
        Programs.Need("node");
        (int exitCode, string output, string error) = await Programs.TributaryRunAsync(
            _data.Path, Isolated, "node", "-e", $"fetch('{Graph}').then(answer => answer.text()).then(console.log)");

        Assert.True(exitCode == 0, error);
        Assert.Contains("$metadata", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_other_network()
    {
        await Programs.NeedNamespacesAsync();
        Programs.Need("curl");

        Assert.NotEqual(0, (await Programs.TributaryRunAsync(_data.Path, Isolated, "curl", "-sS", "--noproxy", "*", "https://example.com/")).ExitCode);
    }

    [Fact]
    public async Task Exit_codes_are_the_programs()
    {
        await Programs.NeedNamespacesAsync();

        Assert.Equal(7, (await Programs.TributaryRunAsync(_data.Path, Isolated, "sh", "-c", "exit 7")).ExitCode);
        Assert.Equal(143, (await Programs.TributaryRunAsync(_data.Path, Isolated, "sh", "-c", "kill -TERM $$")).ExitCode);
        Assert.Equal(127, (await Programs.TributaryRunAsync(_data.Path, Isolated, "no-such-program")).ExitCode);
    }

    [Fact]
    public async Task Signals_reach_the_program()
    {
        await Programs.NeedNamespacesAsync();
        using Process process = Process.Start(Programs.TributaryRun(
            _data.Path, Isolated, "sh", "-c", "trap 'echo heard; exit 9' TERM; echo ready; while :; do sleep 0.05; done"))!;
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync().WaitAsync(ServerProcess.Patience));

        await Programs.RunAsync("kill", "-TERM", $"{process.Id}");

        Assert.Equal("heard", await process.StandardOutput.ReadLineAsync().WaitAsync(ServerProcess.Patience));
        await process.WaitForExitAsync().WaitAsync(ServerProcess.Patience);
        Assert.Equal(9, process.ExitCode);
    }

    [Fact]
    public async Task The_machine_is_the_same_after_it_and_while_it_runs_also_when_it_is_killed()
    {
        await Programs.NeedNamespacesAsync();
        (string Hosts, string Switch, string Routes, string Addresses, string Mounts) before = Machine();

        using (Process process = Process.Start(Programs.TributaryRun(
            _data.Path, Isolated, "sh", "-c", "cat /etc/hosts; echo $SSL_CERT_FILE; echo $$; exec sleep 600"))!)
        {
            string hosts = "";
            string? line;
            while ((line = await process.StandardOutput.ReadLineAsync().WaitAsync(ServerProcess.Patience)) is not null && !line.EndsWith("roots.pem", StringComparison.Ordinal))
            {
                hosts += line + "\n";
            }

            string files = Path.GetDirectoryName(line)!;
            int program = int.Parse((await process.StandardOutput.ReadLineAsync().WaitAsync(ServerProcess.Patience))!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Contains("127.0.0.1 graph.microsoft.com\n", hosts, StringComparison.Ordinal);
            Assert.Equal(before, Machine());

            process.Kill();
            await process.WaitForExitAsync();

            // Nobody is left who would answer, so the program goes too, and its files.
            await Eventually.IsTrueAsync(() => Task.FromResult(!Directory.Exists($"/proc/{program}") && !Directory.Exists(files)), "The program ends");
        }

        Assert.Equal(before, Machine());
    }

    private static (string Hosts, string Switch, string Routes, string Addresses, string Mounts) Machine() => (
        File.ReadAllText("/etc/hosts"),
        File.Exists("/etc/nsswitch.conf") ? File.ReadAllText("/etc/nsswitch.conf") : "",
        File.ReadAllText("/proc/net/route"),
        string.Join('\n', System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses.Select(address => $"{network.Name} {address.Address}")).Order(StringComparer.Ordinal)),
        File.ReadAllText("/proc/self/mounts"));
}
