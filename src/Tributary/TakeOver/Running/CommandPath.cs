namespace Tributary.TakeOver.Running;

/// <summary>
/// Finds a command as a shell does: by <c>PATH</c> alone, unless it has a slash. .NET would look beside our own program and into the working directory first.
/// </summary>
internal static class CommandPath
{
    public const int NotExecutable = 126;
    public const int NotFound = 127;

    /// <summary>The file to start, or the exit code that shells give and in a sentence why.</summary>
    public static (string? File, int ExitCode, string Problem) Find(string command, string? path)
    {
        if (OperatingSystem.IsWindows())
        {
            return (command, 0, "");
        }

        string[] candidates = command.Contains('/', StringComparison.Ordinal)
            ? [Path.GetFullPath(command)]
            : [.. (path ?? "").Split(':').Select(folder => Path.Combine(Path.GetFullPath(folder.Length == 0 ? "." : folder), command))];
        if (candidates.FirstOrDefault(IsExecutable) is { } file)
        {
            return (file, 0, "");
        }

        return candidates.Any(Path.Exists)
            ? (null, NotExecutable, $"{command} cannot be run: it is a directory, or not executable.")
            : (null, NotFound, $"{command}: command not found.");
    }

    private static bool IsExecutable(string file) =>
        !OperatingSystem.IsWindows()
        && File.Exists(file)
        && (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
