using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tributary.TakeOver.Running;

/// <summary>
/// A command that has our standard input, output and error, hears the signals that we hear, and whose exit code is ours. 128 and the number of the signal when
/// one ended it, as in shells.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private const int NoExecutableFormat = 8;
    private const int NoPermission = 13;

    private readonly Process _process;
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Listens from before the child is there: what comes meanwhile is its as well.</summary>
    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, Forward));
        }
    }

    /// <param name="file">As <see cref="CommandPath"/> found it.</param>
    /// <param name="arguments">Passed on as they are.</param>
    /// <param name="variables">Added to our own environment.</param>
    /// <returns>The child, or the exit code that shells give and in a sentence why.</returns>
    public static (ChildProcess? Child, int ExitCode, string Problem) Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(file, arguments) { UseShellExecute = false };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(start);
        try
        {
            child._process.Start();
            child._started.SetResult();
            return (child, 0, "");
        }
        catch (Win32Exception exception)
        {
            child.Dispose();
            bool isThere = exception.NativeErrorCode is NoExecutableFormat or NoPermission;
            return (null, isThere ? CommandPath.NotExecutable : CommandPath.NotFound, $"{file} cannot be run: {exception.Message}");
        }
    }

    public async Task<int> WaitAsync(CancellationToken cancellation = default)
    {
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    /// <summary>Ends it: politely, and after a while in the way that cannot be declined.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        Send(Posix.Terminate);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _process.Dispose();
    }

    /// <summary>
    /// What is typed at a terminal goes to the child as well as to us; passed on, it would arrive twice, and many programs take the second Ctrl-C for an order
    /// to drop everything.
    /// </summary>
    private void Forward(PosixSignalContext context)
    {
        context.Cancel = true;
        bool isTyped = context.Signal is PosixSignal.SIGINT or PosixSignal.SIGQUIT && Posix.IsInForeground();
        if (!isTyped)
        {
            int signal = context.Signal switch
            {
                PosixSignal.SIGINT => Posix.Interrupt,
                PosixSignal.SIGQUIT => Posix.Quit,
                PosixSignal.SIGHUP => Posix.HangUp,
                _ => Posix.Terminate,
            };
            _ = _started.Task.ContinueWith(_ => Send(signal), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Send(int signal)
    {
        if (OperatingSystem.IsWindows())
        {
            // There are no signals; Ctrl-C reaches every process of a console by itself.
            return;
        }

        if (!_process.HasExited)
        {
            Posix.Send(_process.Id, signal);
        }
    }
}
