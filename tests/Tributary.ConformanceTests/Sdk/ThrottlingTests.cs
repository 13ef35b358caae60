using Microsoft.Extensions.Time.Testing;
using Microsoft.Graph;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Graph.Models.ODataErrors;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary>What the client makes of a 429. The server's clock stands still until a try is refused, so that the machine's load decides nothing.</summary>
public sealed class ThrottlingTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private TestServer _server = null!;
    private Tenant _tenant = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(_time, null, "Throttling:ItemWritesPerSecond=1");
        _tenant = new Tenant(_server);
        await TicketsFixture.CreateAsync(_tenant);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Its_own_retry_waits_as_long_as_it_is_told_and_succeeds()
    {
        using var tries = new Tries(_time);
        GraphServiceClient graph = _tenant.AsAppThatRetries(tries);

        foreach (int i in Enumerable.Range(1, 2))
        {
            ExternalItem? item = await graph.External.Connections[TicketsFixture.Connection].Items[$"T{i}"].PutAsync(Ticket());
            Assert.Equal($"T{i}", item!.Id);
        }

        Assert.Equal([("T1", 200, null), ("T2", 429, null), ("T2", 200, "1")], tries.Seen);
    }

    [Fact]
    public async Task Without_retries_it_is_an_error_with_code_and_wait()
    {
        GraphServiceClient graph = _tenant.AsApp();
        await graph.External.Connections[TicketsFixture.Connection].Items["T1"].PutAsync(Ticket());

        ODataError error = await Assert.ThrowsAsync<ODataError>(() => graph.External.Connections[TicketsFixture.Connection].Items["T2"].PutAsync(Ticket()));

        Assert.Equal((429, "TooManyRequests", "Please retry again later."), (error.ResponseStatusCode, error.Error!.Code, error.Error.Message));
        Assert.Equal("429", error.InnerCode());
        Assert.Equal("1", error.ResponseHeaders["Retry-After"].Single());
    }

    private static ExternalItem Ticket() => new()
    {
        Acl = [new Acl { Type = AclType.Everyone, Value = "everyone", AccessType = AccessType.Grant }],
        Properties = new Properties { AdditionalData = new Dictionary<string, object> { ["title"] = "Printer jams" } },
    };

    /// <summary>Item, status and <c>Retry-Attempt</c> of each try, in order. While the client waits as it was told to, the server's clock moves on by as much.</summary>
    private sealed class Tries(FakeTimeProvider time) : DelegatingHandler
    {
        public List<(string Item, int Status, string? Attempt)> Seen { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            string? attempt = request.Headers.TryGetValues("Retry-Attempt", out IEnumerable<string>? values) ? values.Single() : null;
            Seen.Add((request.RequestUri!.Segments[^1], (int)response.StatusCode, attempt));
            time.Advance(response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero);
            return response;
        }
    }
}
