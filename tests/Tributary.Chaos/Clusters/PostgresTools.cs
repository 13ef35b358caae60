using System.Diagnostics;
using System.Globalization;

namespace Tributary.Chaos.Clusters;

/// <summary>PostgreSQL's own programs, as the system has them installed. They refuse to run as root, and run as its user postgres then.</summary>
internal sealed class PostgresTools
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Names the folder to take them from; <c>none</c>: they are not to be used, as if there were none.</summary>
    public const string Variable = "TRIBUTARY_TEST_POSTGRES_BIN";

    private readonly string _folder;

    private PostgresTools(string folder) => _folder = folder;

    /// <summary>Null where no server is installed.</summary>
    public static PostgresTools? FindOrNull() =>
        FindOrNull(Environment.GetEnvironmentVariable(Variable), "/usr/lib/postgresql", Environment.GetEnvironmentVariable("PATH"));

    /// <param name="chosen">What the variable says; null and empty: nothing.</param>
    /// <param name="debian">Debian keeps them out of the path, a folder for each version.</param>
    /// <param name="path">Where programs are otherwise.</param>
    public static PostgresTools? FindOrNull(string? chosen, string debian, string? path)
    {
        if (chosen == "none")
        {
            return null;
        }

        if (!string.IsNullOrEmpty(chosen))
        {
            return IsHere(chosen) ? new PostgresTools(chosen) : throw new InvalidOperationException($"{Variable} is '{chosen}', where initdb and pg_ctl are not.");
        }

        IEnumerable<string> folders = Directory.Exists(debian)
            ? Directory.GetDirectories(debian).OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out int version) ? version : 0).Select(folder => Path.Combine(folder, "bin"))
            : [];
        return folders.Concat((path ?? "").Split(Path.PathSeparator)).FirstOrDefault(IsHere) is { } found ? new PostgresTools(found) : null;

        static bool IsHere(string folder) => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl"));
    }

    /// <summary>Where a program is.</summary>
    public string PathOf(string tool) => Path.Combine(_folder, tool);

    /// <summary>What runs a program as one who may run it.</summary>
    public static string[] Words(string program, params IEnumerable<string> arguments) =>
        Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", program, .. arguments] : [program, .. arguments];

    /// <summary>An empty folder that the servers may write to.</summary>
    public static async Task MakeFolderAsync(string path)
    {
        Directory.CreateDirectory(path);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync(["chown", "postgres", path], path);
        }
    }

    /// <summary>Runs a program to its end; what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public Task<string> RunAsync(string tool, string workingFolder, params IEnumerable<string> arguments) => RunAsync(Words(PathOf(tool), arguments), workingFolder);

    private static async Task<string> RunAsync(string[] words, string workingFolder)
    {
        // pg_ctl leaves a server behind that would hold pipes open: what it prints goes to a file.
        bool leavesServer = words.Contains("start") || words.Contains("restart");
        using Process process = Process.Start(new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = !leavesServer,
            RedirectStandardError = !leavesServer,
            WorkingDirectory = workingFolder,
        })!;
        Task<string> output = leavesServer ? Task.FromResult("") : process.StandardOutput.ReadToEndAsync();
        Task<string> error = leavesServer ? Task.FromResult("") : process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{string.Join(' ', words)} does not end.");
        }

        string printed = (await output).Trim();
        string complaint = (await error).Trim();
        return process.ExitCode == 0
            ? printed
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{string.Join(' ', words)} ended with {process.ExitCode}: {printed} {complaint}"));
    }
}
