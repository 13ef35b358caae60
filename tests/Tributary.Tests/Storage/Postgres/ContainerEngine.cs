using System.Diagnostics;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>
/// Docker or Podman, by their command line, which is one and the same for what is wanted here. Not by a library that speaks to Docker's service: Podman has none unless
/// somebody has set one up, and the command line knows where the service is.
/// </summary>
internal sealed class ContainerEngine
{
    private static readonly string[] Names = ["docker", "podman"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _program;

    private ContainerEngine(string program) => _program = program;

    public string Name => Path.GetFileNameWithoutExtension(_program);

    /// <summary>The first that answers; an installed one whose service does not run is none. Null where there is none.</summary>
    /// <param name="path">Where programs are.</param>
    public static ContainerEngine? FindOrNull(string? path) => Names
        .Select(name => (path ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)).FirstOrDefault(File.Exists))
        .OfType<string>()
        .Select(program => new ContainerEngine(program))
        .FirstOrDefault(engine => engine.Answers());

    /// <summary>What it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed, or took longer than it may.</exception>
    public string Run(TimeSpan patience, params string[] arguments)
    {
        (int? exitCode, string printed, string complaint) = Start(patience, arguments);
        return exitCode == 0
            ? printed
            : throw new InvalidOperationException($"{Name} {string.Join(' ', arguments)}: {(exitCode is null ? "does not end" : "failed")}. {complaint}");
    }

    private bool Answers() => Start(Patience, "version").ExitCode == 0;

    private (int? ExitCode, string Printed, string Complaint) Start(TimeSpan patience, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(_program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> printed = process.StandardOutput.ReadToEndAsync();
        Task<string> complaint = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(patience))
        {
            process.Kill(entireProcessTree: true);
            return (null, "", "");
        }

        return (process.ExitCode, printed.GetAwaiter().GetResult().Trim(), complaint.GetAwaiter().GetResult().Trim());
    }
}
