using System.Diagnostics;
using Lucene.Net.Index;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Search;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

public class SearchDeadlineTests
{
    private const string Connection = "contosohr";

    private static async Task<TestServer> StartAsync(TimeProvider time, params string[] settings)
    {
        TestServer server = await TestServer.StartAsync(time, null, settings);
        await server.CreateReadyConnectionAsync();
        await server.PutItemAsync(Connection, "a", Item("""{ "title": "first words" }"""));
        await server.FindAsync(Connection, "first");
        return server;
    }

    /// <summary>How many hold on to what a search reads from; one of them is this look.</summary>
    private static async Task<int> ReadersAsync(TestServer server)
    {
        StoredConnection connection = (await server.Services.GetRequiredService<IConnectionStore>().ListAsync(TestServer.Tenant, default)).Single();
        using IndexView view = (await server.Services.GetRequiredService<IndexCatalog>().AcquireOrNullAsync(connection.Key, connection.LastChange, 0, default))!;
        IndexReader reader = view.Searcher.IndexReader;
        return reader.RefCount;
    }

    [Fact]
    public async Task A_search_that_takes_longer_is_given_up_with_503_and_leaves_nothing_behind()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestServer server = await StartAsync(time, "Search:Timeout=00:00:00.1", "Indexing:SearchWait=00:00:00.05");
        int readers = await ReadersAsync(server);
        using var watch = new SearchWatch(server) { InTheMiddle = () => time.Advance(TimeSpan.FromMilliseconds(100)) };

        Answer answer = (await server.SearchAsync("first")).ShouldBe(503, "ServiceUnavailable");

        Assert.Equal(["timeout"], watch.Outcomes);
        Assert.Equal("The search was not finished within 00:00:00.1000000 and was given up.", answer.ErrorMessage);
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter!.Delta);
        string requestId = answer.Headers.GetValues("request-id").Single();
        Assert.Equal(503, answer.Json.GetProperty("error").GetProperty("httpCode").GetInt32());
        Assert.Equal(requestId, answer.Json.GetProperty("error").GetProperty("innerError").GetProperty("request-id").GetString());
        Assert.Equal(requestId, answer.Json.GetProperty("Instrumentation").GetProperty("TraceId").GetString());
        Assert.False(answer.Json.GetProperty("error").TryGetProperty("details", out _));
        Assert.Equal(readers, await ReadersAsync(server));

        watch.InTheMiddle = () => { };
        Assert.Equal(["a"], (await server.FindAsync(Connection, "first")).HitIds);
    }

    [Fact]
    public async Task A_search_that_takes_just_less_is_answered()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestServer server = await StartAsync(time, "Search:Timeout=00:00:00.1", "Indexing:SearchWait=00:00:00.05");
        using var watch = new SearchWatch(server) { InTheMiddle = () => time.Advance(TimeSpan.FromMilliseconds(99)) };

        Assert.Equal(["a"], (await server.FindAsync(Connection, "first")).HitIds);

        Assert.Equal(["answered"], watch.Outcomes);
    }

    [Fact]
    public async Task The_search_of_a_client_that_has_gone_ends_and_leaves_nothing_behind()
    {
        await using TestServer server = await StartAsync(TimeProvider.System);
        int readers = await ReadersAsync(server);
        string token = await server.UserTokenAsync("reader");
        using var requests = new RequestRecorder(server);
        using var client = new CancellationTokenSource();
        using var watch = new SearchWatch(server)
        {
            InTheMiddle = () =>
            {
                client.Cancel();
                Assert.True(requests.Aborted.Wait(TimeSpan.FromSeconds(30)));
            },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1.0/search/query")
        {
            Content = new StringContent(
                $$"""{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["{{Connection}}"], "query": { "queryString": "first" } } ] }""",
                System.Text.Encoding.UTF8,
                "application/json"),
        };
        request.Headers.Authorization = new("Bearer", token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Http.SendAsync(request, client.Token));

        await Eventually.IsTrueAsync(() => Task.FromResult(!watch.Outcomes.IsEmpty), "The search ends");
        Assert.Equal(["abandoned"], watch.Outcomes);
        Assert.Equal(readers, await ReadersAsync(server));
    }

    [Theory]
    [InlineData("00:00:00.1", true)]
    [InlineData("00:00:00.0999", false)]
    [InlineData("00:10:00", true)]
    [InlineData("00:10:00.0001", false)]
    [InlineData("-00:00:01", false)]
    public void The_timeout_is_bounded(string timeout, bool isGood) => Assert.Equal(
        isGood,
        !new SearchOptions { Timeout = TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture) }.Problems().Any());

    [Fact]
    public void The_other_bounds_are_at_least_one()
    {
        Assert.Empty(new SearchOptions { MaxExpandedTerms = 1, MaxRequests = 1 }.Problems());
        Assert.Equal(2, new SearchOptions { MaxExpandedTerms = 0, MaxRequests = 0 }.Problems().Count());
    }

    [Fact]
    public void A_client_that_has_gone_is_no_timeout()
    {
        using var client = new CancellationTokenSource();
        var time = new FakeTimeProvider();
        using var deadline = SearchDeadline.Start(TimeSpan.FromSeconds(1), time, client.Token);

        client.Cancel();

        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.False(deadline.IsPassed);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(deadline.IsPassed);
    }

    /// <summary>Tells when the server has noticed that the client of a request has gone.</summary>
    private sealed class RequestRecorder : IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly IDisposable _subscription;

        public RequestRecorder(TestServer server) => _subscription = server.Services.GetRequiredService<DiagnosticListener>().Subscribe(this);

        /// <summary>Callbacks of a token run from the newest to the oldest, so this is set after all that the server does has been cancelled.</summary>
        public ManualResetEventSlim Aborted { get; } = new();

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Key == "Microsoft.AspNetCore.Hosting.HttpRequestIn.Start")
            {
                ((HttpContext)value.Value!).RequestAborted.Register(Aborted.Set);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose()
        {
            _subscription.Dispose();
            Aborted.Dispose();
        }
    }
}
