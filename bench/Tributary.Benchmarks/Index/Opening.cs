using System.Diagnostics;
using System.Globalization;
using Lucene.Net.Index;
using Lucene.Net.Store;
using Tributary.Benchmarks.Measuring;
using Tributary.Indexing;

namespace Tributary.Benchmarks.Index;

/// <summary>
/// From the first search after a start to its answer. In this process, where all code is compiled: what the index itself costs. In a process of its own, whose start is
/// not counted but whose compiling is: with the index's and the store's files in the system's cache, and out of it.
/// </summary>
internal static class Opening
{
    public const string Command = "open-index";

    /// <summary>The process's part: prints milliseconds.</summary>
    public static async Task ServeAsync(string data, string[] settings)
    {
        await using IndexServer server = await IndexServer.StartAsync(data, settings);
        Console.WriteLine((await server.FirstAnswerAsync()).TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
    }

    public static async Task MeasureAsync(string data, string[] settings, int times, Report report)
    {
        var again = new List<double>();
        var processor = new List<double>();
        var acls = new List<double>();
        for (int i = 0; i < times; i++)
        {
            await using IndexServer server = await IndexServer.StartAsync(data, settings);
            TimeSpan before = Environment.CpuUsage.TotalTime;
            again.Add((await server.FirstAnswerAsync()).TotalMilliseconds);
            processor.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
            acls.Add((await server.ReadAclsAsync()).TotalMilliseconds);
        }

        report.Add("open", Distribution.OfMilliseconds(again).Median, "ms, median, code compiled, files in the system's cache; goal: at most 1,000");
        report.Add("open_processor", Distribution.OfMilliseconds(processor).Median, "ms of processor time, which says more on a busy machine");
        report.Add("open_acls_processor", Distribution.OfMilliseconds(acls).Median, "ms that reading the access lists alone takes of it");
        report.Add("open_checksums_processor", Checksums(data).TotalMilliseconds, "ms that reading the index's files against their checksums alone takes of it");
        report.Add("open_fresh", (await InProcessesAsync(data, settings, isCold: false, times)).Median, "ms in a fresh process each, its own start not counted, its compiling counted");
        report.Add("open_cold", (await InProcessesAsync(data, settings, isCold: true, times)).Median, "ms the same, files not in the system's cache");
    }

    private static async Task<Distribution> InProcessesAsync(string data, IEnumerable<string> settings, bool isCold, int times)
    {
        var milliseconds = new List<double>();
        for (int i = 0; i < times; i++)
        {
            if (isCold)
            {
                await ForgetAsync(data);
            }

            milliseconds.Add(double.Parse(await RunAsync(Environment.ProcessPath!, [.. Self(), Command, data, .. settings]), CultureInfo.InvariantCulture));
        }

        return Distribution.OfMilliseconds(milliseconds);
    }

    /// <summary>Processor time; as the opening does, for the newest generation of the one connection.</summary>
    private static TimeSpan Checksums(string data)
    {
        string generation = System.IO.Directory.EnumerateDirectories(Path.Combine(data, "index"), "g*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        using FSDirectory directory = FSDirectory.Open(generation);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var infos = new SegmentInfos();
        infos.Read(directory);
        FileChecksums.Verify(directory, infos);
        return Environment.CpuUsage.TotalTime - before;
    }

    /// <summary>Where this program was started by <c>dotnet</c>, that must be told its file again.</summary>
    private static IEnumerable<string> Self() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Opening).Assembly.Location] : [];

    /// <summary>Has the system drop the files from its cache; needs no rights beyond reading them. Written ones first, as those that are not on disk stay.</summary>
    private static async Task ForgetAsync(string data)
    {
        await RunAsync("sync", []);
        foreach (string file in System.IO.Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories))
        {
            await RunAsync("dd", [$"if={file}", "iflag=nocache", "count=0", "status=none"]);
        }
    }

    private static async Task<string> RunAsync(string command, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{command} ended with {process.ExitCode}.");
    }
}
