using System.Diagnostics;
using System.Globalization;

namespace Tributary.Chaos.Clusters;

/// <summary>PostgreSQL's own programs, as the system has them installed. They refuse to run as root, and run as its user postgres then.</summary>
internal sealed class PostgresTools
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder;

    private PostgresTools(string folder) => _folder = folder;

    /// <summary>Null where no server is installed.</summary>
    public static PostgresTools? FindOrNull()
    {
        const string Debian = "/usr/lib/postgresql";
        IEnumerable<string> folders = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out int version) ? version : 0).Select(folder => Path.Combine(folder, "bin"))
            : [];
        string? found = folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "pg_ctl")) && File.Exists(Path.Combine(folder, "initdb")));
        return found is null ? null : new PostgresTools(found);
    }

    /// <summary>An empty folder that the servers may write to.</summary>
    public static async Task MakeFolderAsync(string path)
    {
        Directory.CreateDirectory(path);
        if (IsRoot)
        {
            await RunAsync("chown", ["postgres", path], path);
        }
    }

    /// <summary>Runs a program to its end; what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public Task<string> RunAsync(string tool, string workingFolder, params IEnumerable<string> arguments)
    {
        string program = Path.Combine(_folder, tool);
        return IsRoot ? RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments], workingFolder) : RunAsync(program, arguments, workingFolder);
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string workingFolder)
    {
        // pg_ctl leaves a server behind that would hold pipes open: what it prints goes to a file.
        string[] words = [.. arguments];
        bool leavesServer = words.Contains("start") || words.Contains("restart");
        using Process process = Process.Start(new ProcessStartInfo(program, words)
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
            throw new InvalidOperationException($"{program} {string.Join(' ', words)} does not end.");
        }

        string printed = (await output).Trim();
        string complaint = (await error).Trim();
        return process.ExitCode == 0
            ? printed
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{program} {string.Join(' ', words)} ended with {process.ExitCode}: {printed} {complaint}"));
    }
}
