using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Tributary.Chaos.Clusters;

/// <summary>A node: the built server as a process that can be killed, paused and started again on its data.</summary>
/// <param name="number">Its number in the run's file.</param>
/// <param name="server">Path of the server's assembly.</param>
/// <param name="arguments">Words of its command line besides the address.</param>
/// <param name="environment">Settings that do not belong on a command line.</param>
/// <param name="log">File that everything it prints is appended to.</param>
internal sealed class Node(int number, string server, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string log) : IAsyncDisposable
{
    private const string Listening = " on http://";

    /// <summary>Generous, as the machine may be busy; only reached when something is wrong.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private Process? _process;
    private Task _printing = Task.CompletedTask;
    private Uri? _url;

    public int Number => number;

    /// <summary>Where it listens, or listened last: on another port after each start. Null before the first.</summary>
    public Uri? Url => Volatile.Read(ref _url);

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended instead, or is not ready in time.</exception>
    public async Task StartAsync()
    {
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(dotnet, [server, "serve", "--urls", "http://127.0.0.1:0", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(log)!,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        _process = process;
        var url = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _printing = Task.WhenAll(CopyAsync(process.StandardOutput, url), CopyAsync(process.StandardError, url));
        try
        {
            Uri address = await url.Task.WaitAsync(Patience);
            await WaitUntilReadyAsync(address);
            Volatile.Write(ref _url, address);
        }
        catch (Exception exception) when (exception is TimeoutException or InvalidOperationException)
        {
            if (url.Task.IsFaulted)
            {
                // It says nothing more: then it is about to end.
                await process.WaitForExitAsync();
            }

            throw new InvalidOperationException($"Node {number} did not get ready: {exception.Message} See {log}.", exception);
        }
    }

    /// <summary>SIGKILL: no handler, no flush, no farewell.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        await _printing;
    }

    /// <summary>SIGTERM, and the wait for the end of what is under way.</summary>
    /// <exception cref="TimeoutException">It does not end.</exception>
    public async Task StopAsync()
    {
        Signal(NativeMethods.Terminate);
        await _process!.WaitForExitAsync().WaitAsync(Patience);
        await _printing;
    }

    public void Pause() => Signal(NativeMethods.Stop);

    public void Continue() => Signal(NativeMethods.Continue);

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        _process?.Dispose();
    }

    private void Signal(int signal)
    {
        if (NativeMethods.Kill(_process!.Id, signal) != 0)
        {
            throw new InvalidOperationException($"Node {number} could not be signalled: {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Appends what it prints to the log, and hears where it listens.</summary>
    private async Task CopyAsync(StreamReader lines, TaskCompletionSource<Uri> url)
    {
        while (await lines.ReadLineAsync() is { } line)
        {
            int at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at >= 0)
            {
                url.TrySetResult(new Uri(line[(at + " on ".Length)..].Trim()));
            }

            lock (log)
            {
                File.AppendAllText(log, string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {line}\n"));
            }
        }

        url.TrySetException(new InvalidOperationException("It ended."));
    }

    private async Task WaitUntilReadyAsync(Uri address)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (!IsRunning || patience.IsCancellationRequested)
            {
                throw new InvalidOperationException(IsRunning ? "It listens, and is not ready." : "It ended.");
            }

            try
            {
                using HttpResponseMessage response = await http.GetAsync(new Uri(address, "/health/ready"), patience.Token);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                // Not yet.
            }

            await Task.Delay(20);
        }
    }

    private static class NativeMethods
    {
        public const int Terminate = 15;
        public const int Continue = 18;
        public const int Stop = 19;

        [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Kill(int processId, int signal);
    }
}
