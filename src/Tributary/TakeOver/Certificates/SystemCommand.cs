using System.ComponentModel;
using System.Diagnostics;

namespace Tributary.TakeOver.Certificates;

/// <summary>Runs a program of the operating system to its end.</summary>
internal static class SystemCommand
{
    /// <summary>Null when it succeeded; else what it said.</summary>
    public static async Task<string?> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
            string error = await process.StandardError.ReadToEndAsync(cancellation);
            await output;
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0 ? null : $"{program} ended with {process.ExitCode}. {error.Trim()}";
        }
        catch (Win32Exception exception)
        {
            return $"{program} cannot be run: {exception.Message}";
        }
    }
}
