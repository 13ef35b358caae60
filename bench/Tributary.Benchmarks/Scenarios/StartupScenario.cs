using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Tributary.Benchmarks.Http;
using Tributary.Benchmarks.Measuring;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// (c) From the start of the process to the first 201, which creates a connection with a token that was made before, and the memory of the process once it
/// idles. Of the published build, whose directory <c>--published</c> names. Goals: 0.5 s and 100 MB, medians of 10.
/// </summary>
internal static class StartupScenario
{
    private static readonly TimeSpan UntilIdle = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Settings settings)
    {
        string published = settings.TextOrNull("published")
            ?? throw new ArgumentException("Publish the server and name the directory: dotnet publish src/Tributary -c Release -o DIR; startup --published DIR");
        using var scratch = new ScratchDirectory();
        var report = new Report("startup", settings.Results);
        var starts = new List<double>();
        var listens = new List<double>();
        var resident = new List<double>();
        var anonymous = new List<double>();
        int port = ServerProcess.FreePort();
        string token = "";
        for (int run = -2; run < settings.Number("runs", 10); run++)
        {
            long started = Stopwatch.GetTimestamp();
            await using ServerProcess server = Start(published, scratch.Sub("data"), port, settings.ServerSettings);
            if (run == -2)
            {
                await server.WaitUntilListeningAsync();
                using var client = new GraphClient(server.Url);
                token = await client.AppTokenAsync();
                continue;
            }

            using Socket socket = await ConnectAsync(server);
            TimeSpan listening = Stopwatch.GetElapsedTime(started);
            string answer = await CreateConnectionAsync(socket, run + 2, token);
            TimeSpan first = Stopwatch.GetElapsedTime(started);
            if (!answer.StartsWith("HTTP/1.1 201", StringComparison.Ordinal))
            {
                throw new InvalidOperationException(answer);
            }

            await Task.Delay(UntilIdle);
            if (run >= 0)
            {
                starts.Add(first.TotalMilliseconds);
                listens.Add(listening.TotalMilliseconds);
                resident.Add(server.MemoryOf("VmRSS") / 1e6);
                anonymous.Add(server.MemoryOf("RssAnon") / 1e6);
            }
        }

        Add(report, "listening", listens, "ms");
        Add(report, "first_201", starts, "ms; goal: 500");
        Add(report, "resident", resident, "MB; goal: 100");
        Add(report, "private", anonymous, "MB");
        report.Save();
    }

    private static void Add(Report report, string name, List<double> values, string unit)
    {
        var distribution = Distribution.OfMilliseconds(values);
        report.Add($"{name}_min", distribution.Min, unit);
        report.Add($"{name}_median", distribution.Median, unit);
        report.Add($"{name}_max", distribution.Max, unit);
    }

    private static ServerProcess Start(string published, string data, int port, IEnumerable<string> settings) => ServerProcess.Start(
        Path.Combine(published, "tributary"), port, ["serve", "--data", data, "--urls", $"http://127.0.0.1:{port}", .. settings]);

    /// <summary>Tries again every millisecond, which costs the server little of its cores.</summary>
    private static async Task<Socket> ConnectAsync(ServerProcess server)
    {
        while (true)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(server.EndPoint);
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
                await Task.Delay(1);
            }
        }
    }

    private static async Task<string> CreateConnectionAsync(Socket socket, int number, string token)
    {
        string body = string.Create(CultureInfo.InvariantCulture, $$"""{"id":"startup{{number}}","name":"Start {{number}}","description":"First after a start"}""");
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /v1.0/external/connections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        byte[] answer = new byte[16 * 1024];
        int length = await socket.ReceiveAsync(answer);
        return Encoding.UTF8.GetString(answer, 0, length);
    }
}
