using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Durability;

/// <summary>Makes every write of a running process to one file fail with an error of the operating system, until it is disposed.</summary>
internal sealed class FailingWrites : IAsyncDisposable
{
    private const int Interrupt = 2;

    private readonly Process _tracer;

    private FailingWrites(Process tracer) => _tracer = tracer;

    public static async Task<FailingWrites> StartAsync(int processId, string file, string error)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("strace makes writes fail on Linux only.");
        }

        string[] words =
        [
            "-f", "-p", processId.ToString(CultureInfo.InvariantCulture), "-P", file, "-e", "trace=pwrite64,write",
            "-e", $"inject=pwrite64,write:error={error}", "-o", "/dev/null",
        ];
        Process tracer;
        try
        {
            tracer = Process.Start(new ProcessStartInfo("strace", words) { RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            Tools.AreMissing($"strace is needed to make writes fail and cannot be started ({exception.Message}). Install it, such as with: apt-get install strace");
            throw new UnreachableException();
        }

        // It says so once for all threads that there are, and follows those to come.
        string? line = await tracer.StandardError.ReadLineAsync().WaitAsync(ServerProcess.Patience);
        while (line is not null && !line.Contains("attached", StringComparison.Ordinal))
        {
            if (line.Contains("not permitted", StringComparison.Ordinal))
            {
                Tools.AreMissing($"This test needs the right to trace a process, and strace says: {line}");
            }

            line = await tracer.StandardError.ReadLineAsync().WaitAsync(ServerProcess.Patience);
        }

        Assert.True(line is not null, "strace ended without a word.");
        return new FailingWrites(tracer);
    }

    public async ValueTask DisposeAsync()
    {
        // Interrupted, it lets go of the process, which goes on.
        Assert.Equal(0, NativeMethods.Kill(_tracer.Id, Interrupt));
        await _tracer.WaitForExitAsync().WaitAsync(ServerProcess.Patience);
        _tracer.Dispose();
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Kill(int processId, int signal);
    }
}
