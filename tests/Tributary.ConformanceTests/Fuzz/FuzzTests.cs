using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Xml;
using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;
using Microsoft.OData.Edm.Validation;
using Tributary.ConformanceTests.Durability;

namespace Tributary.ConformanceTests.Fuzz;

/// <summary>
/// Random requests that follow the server's own metadata document, against the real process: none is answered 5xx or not at all, a refused one changes nothing,
/// and memory does not grow. A minute by default; <c>TRIBUTARY_FUZZ_REQUESTS=1000000</c> makes it that many requests, <c>TRIBUTARY_FUZZ_SEED</c> others.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Workers = 8;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Whatever_is_sent_the_server_answers_by_rule_and_what_it_refuses_changes_nothing()
    {
        using var data = new DataFolder();
        await using ServerProcess server = await ServerProcess.StartAsync(data, "--Storage:Durable=false", "--Items:AllowListing=true");
        IEdmModel model = await ReadModelAsync(server.Http);
        var requests = new RequestGen(model);
        ulong seed = ulong.Parse(Environment.GetEnvironmentVariable("TRIBUTARY_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);
        long? wanted = Environment.GetEnvironmentVariable("TRIBUTARY_FUZZ_REQUESTS") is { } text ? long.Parse(text, CultureInfo.InvariantCulture) / Workers : null;
        var failures = new ConcurrentQueue<string>();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 })
        {
            BaseAddress = server.Url,
            Timeout = ServerProcess.Patience,
        };
        FuzzWorker[] workers = [.. Enumerable.Range(0, Workers).Select(number => new FuzzWorker(http, requests.Any, seed + (ulong)number, failures))];
        foreach (FuzzWorker worker in workers)
        {
            await worker.SignInAsync();
        }

        long begun = Stopwatch.GetTimestamp();
        await RunAsync(0.5);
        long half = server.ResidentBytes;
        await RunAsync(1);
        long whole = server.ResidentBytes;

        IEnumerable<string> statuses = workers.SelectMany(worker => worker.Statuses).GroupBy(pair => pair.Key, pair => pair.Value).OrderBy(group => group.Key).Select(group => $"{group.Key}: {group.Sum()}");
        output.WriteLine($"{workers.Sum(worker => worker.Sent)} requests in {Stopwatch.GetElapsedTime(begun)}; {string.Join(", ", statuses)}; {half >> 20} MB at half, {whole >> 20} MB at the end");
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures.Take(10)));
        Assert.False(server.HasExited, server.Printed);
        Assert.True(whole < half + Math.Max(half / 4, 64L << 20), $"Memory grew from {half >> 20} to {whole >> 20} MB.");

        Task RunAsync(double part) => Task.WhenAll(workers.Select(worker => Task.Run(() => worker.RunAsync(
            sent => wanted is { } count ? sent < count * part : Stopwatch.GetElapsedTime(begun) < Budget * part))));
    }

    private static async Task<IEdmModel> ReadModelAsync(HttpClient http)
    {
        using var reader = XmlReader.Create(await http.GetStreamAsync(new Uri("/beta/$metadata", UriKind.Relative)));
        Assert.True(CsdlReader.TryParse(reader, out IEdmModel model, out IEnumerable<EdmError> errors), string.Join('\n', errors));
        return model;
    }
}
