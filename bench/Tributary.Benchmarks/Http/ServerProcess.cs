using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tributary.Benchmarks.Http;

/// <summary>A server in a process of its own, so that neither heap nor thread pool is shared with whoever measures it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, IPEndPoint endPoint)
    {
        _process = process;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    public Uri Url => new($"http://{EndPoint}");

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts <paramref name="command"/> and returns at once; <see cref="WaitUntilListeningAsync"/> waits.</summary>
    public static ServerProcess Start(string command, int port, params IEnumerable<string> arguments) => Start(new ProcessStartInfo(command, arguments), port);

    private static ServerProcess Start(ProcessStartInfo start, int port)
    {
        start.RedirectStandardOutput = true;
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return new ServerProcess(process, new IPEndPoint(IPAddress.Loopback, port));
    }

    /// <summary>The product as it was built beside this program.</summary>
    public static ServerProcess StartTributary(string data, int port, params IEnumerable<string> settings) => Start("dotnet", port, Arguments(data, port, settings));

    /// <summary>The product over a database, which may have other nodes. It goes without delay when it is told to: nobody spreads requests here.</summary>
    public static ServerProcess StartNode(string connectionString, string data, int port, params IEnumerable<string> settings)
    {
        var start = new ProcessStartInfo("dotnet", Arguments(data, port, ["--Storage:Provider=Postgres", "--Nodes:DrainDelay=00:00:00", .. settings]));

        // The only place it is taken from besides a file: a command line is shown to everybody.
        start.Environment["ConnectionStrings__Tributary"] = connectionString;
        return Start(start, port);
    }

    public async Task WaitUntilListeningAsync()
    {
        for (int tries = 0; !await TryConnectAsync(); tries++)
        {
            if (_process.HasExited || tries > 3000)
            {
                throw new InvalidOperationException("The server did not start.");
            }

            await Task.Delay(10);
        }
    }

    /// <summary>Bytes of one line of the process's status, such as <c>VmRSS</c> or <c>RssAnon</c>.</summary>
    public long MemoryOf(string line)
    {
        string found = File.ReadLines($"/proc/{_process.Id}/status").First(text => text.StartsWith(line + ":", StringComparison.Ordinal));
        return long.Parse(found[(line.Length + 1)..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using (Process? kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static IEnumerable<string> Arguments(string data, int port, IEnumerable<string> settings) =>
        [Path.Combine(AppContext.BaseDirectory, "tributary.dll"), "serve", "--data", data, "--urls", $"http://127.0.0.1:{port}", .. settings];

    private async Task<bool> TryConnectAsync()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(EndPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
