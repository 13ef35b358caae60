using System.Diagnostics;
using System.Globalization;
using Tributary.Benchmarks.Measuring;

namespace Tributary.Benchmarks.Index;

/// <summary>
/// From the first search after a start to its answer, in a process of its own: with the server up, yet with nothing compiled, and with the index's and the store's
/// files in the system's cache or out of it.
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

    public static async Task<Distribution> MeasureAsync(string data, IEnumerable<string> settings, bool isCold, int times)
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

    /// <summary>Where this program was started by <c>dotnet</c>, that must be told its file again.</summary>
    private static IEnumerable<string> Self() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Opening).Assembly.Location] : [];

    /// <summary>Has the system drop the files from its cache; needs no rights beyond reading them. Written ones first, as those that are not on disk stay.</summary>
    private static async Task ForgetAsync(string data)
    {
        await RunAsync("sync", []);
        foreach (string file in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories))
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
