using System.Globalization;
using BenchmarkDotNet.Running;
using Tributary.Benchmarks.Floors;
using Tributary.Benchmarks.Index;
using Tributary.Benchmarks.Micro;
using Tributary.Benchmarks.Scenarios;

switch (args)
{
    case ["ingest", .. string[] rest]:
        await IngestScenario.RunAsync(new Settings(rest));
        return 0;
    case ["search", .. string[] rest]:
        await SearchScenario.RunAsync(new Settings(rest));
        return 0;
    case ["batch", .. string[] rest]:
        await BatchScenario.RunAsync(new Settings(rest));
        return 0;
    case ["startup", .. string[] rest]:
        await StartupScenario.RunAsync(new Settings(rest));
        return 0;
    case ["deletion", .. string[] rest]:
        await DeletionScenario.RunAsync(new Settings(rest));
        return 0;
    case ["directory", .. string[] rest]:
        await DirectoryScenario.RunAsync(new Settings(rest));
        return 0;
    case ["index", .. string[] rest]:
        await IndexScenario.RunAsync(new Settings(rest));
        return 0;
    case ["access", .. string[] rest]:
        await AccessScenario.RunAsync(new Settings(rest));
        return 0;
    case ["timing", .. string[] rest]:
        await TimingScenario.RunAsync(new Settings(rest));
        return 0;
    case ["postgres", .. string[] rest]:
        await PostgresScenario.RunAsync(new Settings(rest));
        return 0;
    case ["lag", .. string[] rest]:
        await LagScenario.RunAsync(new Settings(rest));
        return 0;
    case [Opening.Command, string data, .. string[] rest]:
        await Opening.ServeAsync(data, rest);
        return 0;
    case ["relevance", .. string[] rest]:
        await RelevanceScenario.RunAsync(new Settings(rest));
        return 0;
    case [KestrelFloor.Command, string port]:
        await KestrelFloor.ServeAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["micro", .. string[] rest]:
        BenchmarkSwitcher.FromAssembly(typeof(ItemBenchmarks).Assembly).Run(rest is [] ? ["--filter", "*"] : rest);
        return 0;
    default:
        Console.WriteLine("Name a scenario: ingest, search, batch, startup, deletion, directory, index, access, timing, relevance, postgres, lag, micro. See bench/README.md.");
        return 1;
}
