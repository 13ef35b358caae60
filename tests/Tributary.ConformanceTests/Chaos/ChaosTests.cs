using System.Diagnostics;
using System.Globalization;
using Tributary.Chaos.Clusters;
using Tributary.ConformanceTests.Durability;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Storage.Postgres;

namespace Tributary.ConformanceTests.Chaos;

/// <summary>
/// Runs <c>Tributary.Chaos</c>, which kills servers under load and judges every answer, for a while. <c>TRIBUTARY_CHAOS_SECONDS</c> makes it longer, <c>TRIBUTARY_CHAOS_SEED</c> another run;
/// its README says what a failure means.
/// </summary>
[Collection(Alone)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const string Alone = "Servers are killed under load";

    [Fact]
    public Task A_server_that_is_killed_loses_nothing_and_shows_nothing_that_it_must_not() => RunAsync("Sqlite", seconds: 30, late: 4);

    [Fact]
    [NeedsPostgres]
    public async Task Nodes_and_databases_that_are_killed_lose_nothing_and_show_nothing_that_they_must_not()
    {
        if (PostgresTools.FindOrNull() is null)
        {
            Tools.AreMissing("No PostgreSQL server is installed (Debian: apt-get install postgresql).");
        }

        await RunAsync("Postgres", seconds: 120, late: 10);
    }

    private async Task RunAsync(string provider, int seconds, int late)
    {
        string length = Environment.GetEnvironmentVariable("TRIBUTARY_CHAOS_SECONDS") ?? seconds.ToString(CultureInfo.InvariantCulture);
        string seed = Environment.GetEnvironmentVariable("TRIBUTARY_CHAOS_SEED") ?? "7";

        // Not one for its owner alone: PostgreSQL may run as another user.
        string folder = Path.Combine(Path.GetTempPath(), $"tributary-chaos-test-{Guid.NewGuid():N}");
        string program = Path.Combine(AppContext.BaseDirectory, "Tributary.Chaos.dll");
        var start = new ProcessStartInfo(
            ServerProcess.Dotnet,
            [program, "run", "--provider", provider, "--seed", seed, "--seconds", length, "--late", late.ToString(CultureInfo.InvariantCulture), "--server", ServerProcess.Dll, "--folder", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        TimeSpan patience = TimeSpan.FromSeconds(double.Parse(length, CultureInfo.InvariantCulture)) + TimeSpan.FromMinutes(5);
        (int exitCode, string printed, string error) = await ServerProcess.RunAsync(start, patience);
        output.WriteLine(printed);
        Assert.True(exitCode == 0, $"It ended with {exitCode}, and {folder} is kept:\n{printed}\n{error}");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>After all other tests: they are not slowed down, and what this finds is not for want of a processor.</summary>
    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneDefinition;
}
