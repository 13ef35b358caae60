using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Connections;
using Tributary.Search;
using Tributary.Storage;
using Tributary.Telemetry;
using Tributary.Tests.Auth;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

/// <summary>The store is changed behind the index's back, which nothing in the server does: what the index says then does not leave, and is told of.</summary>
public sealed class WithdrawnHitsTests : IAsyncLifetime
{
    private readonly LogRecorder _log = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<string> _reasons = [];
    private TestServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartWithLogAsync(_log);
        Meter meter = _server.Services.GetRequiredService<TributaryMeter>().Meter;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter && instrument.Name == "tributary.search.withdrawn")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _reasons.Enqueue((string)tags[0].Value!));
        _listener.Start();
        await _server.CreateReadyConnectionAsync();
        await _server.PutItemAsync("contosohr", "visible", Item("""{ "title": "needle secretword" }"""));
        await _server.PutItemAsync("contosohr", "tampered", Item("""{ "title": "needle secretword" }"""));
        Assert.Equal(2, (await _server.FindAsync("contosohr", "needle")).Total);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("DELETE FROM item WHERE id = 'tampered'")]
    [InlineData("UPDATE acl SET entries = x'01'")]
    public async Task A_hit_that_the_store_does_not_let_out_is_withheld_counted_and_logged_by_ids(string behindTheBack)
    {
        await WriteAsync(TestStore.IsPostgres ? behindTheBack.Replace("x'01'", @"'\x01'", StringComparison.Ordinal) : behindTheBack);

        Assert.DoesNotContain("tampered", (await _server.FindAsync("contosohr", "needle")).HitIds);

        Assert.All(_reasons, reason => Assert.Equal(WithdrawnHits.Disagreement, reason));
        Assert.NotEmpty(_reasons);
        Assert.Contains(_log.Lines, message => message.Contains("found item tampered of connection 1", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, message => message.Contains("secretword", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_visible_is_neither_withheld_nor_counted()
    {
        Assert.Equal(2, (await _server.FindAsync("contosohr", "needle")).Total);
        Assert.Empty(_reasons);
    }

    [Fact]
    public async Task A_change_after_the_index_answered_is_no_disagreement()
    {
        WithdrawnHits withdrawn = _server.Services.GetRequiredService<WithdrawnHits>();
        StoredConnection connection = (await _server.Services.GetRequiredService<IConnectionStore>().FindOrNullAsync(TestServer.Tenant, "contosohr", Token))!;
        (await _server.DeleteAsync("/v1.0/external/connections/contosohr/items/tampered")).ShouldBe(204);

        await withdrawn.NoteAsync(connection.Key, "tampered", connection.LastChange, Token);
        await withdrawn.NoteAsync(connection.Key, "visible", connection.LastChange, Token);
        await withdrawn.NoteAsync(connection.Key, "tampered", connection.LastChange + 1, Token);
        await WriteAsync("UPDATE connection SET feed_start = last_change; DELETE FROM change");
        await withdrawn.NoteAsync(connection.Key, "tampered", connection.LastChange, Token);
        await withdrawn.NoteAsync(new ConnectionKey(999), "tampered", 1, Token);

        Assert.Equal([WithdrawnHits.Changed, WithdrawnHits.Disagreement, WithdrawnHits.Disagreement, WithdrawnHits.Changed, WithdrawnHits.Changed], _reasons);
    }

    private async Task WriteAsync(string sql) =>
        await _server.Services.GetRequiredService<ISqlDatabase>().WriteAsync(WriteScope.Store, session => session.Execute(sql), 0, Token);
}
