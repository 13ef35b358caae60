using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Tributary.ConformanceTests.Durability;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;
using Tributary.Tests.Storage.Postgres;

namespace Tributary.ConformanceTests.Nodes;

/// <summary>Two nodes behind the load balancer of <c>deploy/compose</c>, with its own configuration file.</summary>
[NeedsPostgres]
public sealed class LoadBalancerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_notices_when_one_node_after_the_other_is_stopped_and_started_again()
    {
        await using var nodes = new NodeProcesses();
        DataFolder firstFolder = nodes.NewFolder();
        ServerProcess first = await nodes.StartAsync(firstFolder);
        string app = await first.AppTokenAsync(), reader = await first.ReaderTokenAsync();
        DataFolder secondFolder = nodes.NewFolder();
        ServerProcess second = await nodes.StartAsync(secondFolder);
        await using Balancer balancer = await Balancer.StartAsync(first.Url.Port, second.Url.Port);
        await first.CreateReadyConnectionAsync("contosohr");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(client => Task.Run(() => WriteAndFindAsync(balancer, app, reader, client, stop.Token), Token))];

        foreach ((ServerProcess node, DataFolder folder) in ((ServerProcess, DataFolder)[])[(first, firstFolder), (second, secondFolder)])
        {
            int port = node.Url.Port;
            Assert.Equal(0, await node.StopAsync());
            ServerProcess again = await nodes.StartAsync(folder, "--urls", $"http://127.0.0.1:{port}");
            await Eventually.IsTrueAsync(async () => await balancer.CountReadyAsync() == 2, "the load balancer asks both again");
        }

        await stop.CancelAsync();
        Assert.True((await Task.WhenAll(clients)).Min() > 3, "The clients came to nothing.");
    }

    /// <summary>Until it is stopped: what is put is found at once, whichever node answers.</summary>
    private static async Task<int> WriteAndFindAsync(Balancer balancer, string app, string reader, int client, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero }) { BaseAddress = balancer.Url };
        int done = 0;
        while (!stop.IsCancellationRequested)
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"c{client}n{done}");
            await SendAsync(http, HttpMethod.Put, $"/v1.0/external/connections/contosohr/items/{id}", VersionedItem.Body(id, done), app);
            JsonElement found = await SendAsync(http, HttpMethod.Post, "/v1.0/search/query", ServerProcess.SearchBody("contosohr", VersionedItem.Word(id, done)), reader);
            Assert.Equal([id], ServerProcess.ReadHits(found).Ids);
            done++;
        }

        return done;
    }

    private static async Task<JsonElement> SendAsync(HttpClient http, HttpMethod method, string path, string body, string token)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await http.SendAsync(request, Token);
        string answer = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{method} {path}: {(int)response.StatusCode} {answer}");
        return JsonSerializer.Deserialize<JsonElement>(answer);
    }

    /// <summary>HAProxy with the repository's file, in which only addresses are others.</summary>
    private sealed class Balancer : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly string _file;
        private readonly Uri _statistics;

        private Balancer(Process process, string file, Uri url, Uri statistics) => (_process, _file, Url, _statistics) = (process, file, url, statistics);

        public Uri Url { get; }

        public static async Task<Balancer> StartAsync(params int[] nodes)
        {
            string? program = ((string[])["/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/usr/bin/haproxy"]).FirstOrDefault(File.Exists);
            if (program is null)
            {
                Tools.AreMissing("HAProxy is not installed (Debian: apt-get install haproxy).");
            }

            int port = FreePort(), statistics = FreePort();
            string configuration = await File.ReadAllTextAsync(SampleFiles.LoadBalancer, Token);
            configuration = configuration.Replace("bind :5080", $"bind 127.0.0.1:{port}", StringComparison.Ordinal);
            configuration += $"\nfrontend statistics\n    bind 127.0.0.1:{statistics}\n    stats enable\n    stats uri /\n";
            for (int i = 0; i < nodes.Length; i++)
            {
                configuration = configuration.Replace($"tributary-{i + 1}:5080", $"127.0.0.1:{nodes[i]}", StringComparison.Ordinal);
            }

            string file = Path.GetTempFileName();
            await File.WriteAllTextAsync(file, configuration, Token);
            var balancer = new Balancer(Process.Start(new ProcessStartInfo(program!, ["-db", "-f", file]) { RedirectStandardOutput = true, RedirectStandardError = true })!, file, new Uri($"http://127.0.0.1:{port}"), new Uri($"http://127.0.0.1:{statistics}/;csv"));
            balancer._process.OutputDataReceived += (_, _) => { };
            balancer._process.ErrorDataReceived += (_, _) => { };
            balancer._process.BeginOutputReadLine();
            balancer._process.BeginErrorReadLine();
            await Eventually.IsTrueAsync(async () => await balancer.CountReadyAsync() == nodes.Length, "the load balancer asks all nodes");
            return balancer;
        }

        /// <summary>How many nodes it sends requests to.</summary>
        public async Task<int> CountReadyAsync()
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            try
            {
                string rows = await http.GetStringAsync(_statistics, Token);
                return rows.Split('\n').Count(row => row.StartsWith("nodes,tributary-", StringComparison.Ordinal) && row.Contains(",UP,", StringComparison.Ordinal) && row.Contains(",L7OK,", StringComparison.Ordinal));
            }
            catch (HttpRequestException)
            {
                // It has not begun to listen.
                return 0;
            }
        }

        public async ValueTask DisposeAsync()
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
            File.Delete(_file);
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
