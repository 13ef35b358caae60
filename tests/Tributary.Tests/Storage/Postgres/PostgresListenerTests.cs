using System.Collections.Concurrent;
using Tributary.Connections;
using Tributary.Nodes;
using Tributary.Storage;
using Tributary.Storage.Postgres;
using Tributary.Telemetry;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>What the commits of one node tell the followers of another.</summary>
[NeedsPostgres]
public sealed class PostgresListenerTests : PostgresNoteTests
{
    private readonly SqlSignals _signals = new();
    private readonly TributaryMeter _meter = new();
    private readonly ConcurrentQueue<string> _heard = new();
    private PostgresDatabase _other = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _signals.Changed += connection => _heard.Enqueue($"changed {connection.Value}");
        _signals.Dropped += connection => _heard.Enqueue($"dropped {connection.Value}");
        _signals.OperationQueued += () => _heard.Enqueue("operation");
        _other = PostgresDatabase.Open(TestDatabase.ConnectionString, TestDatabase.Options, new StorageMetrics(_meter), _signals, ThisNode.Alone(TimeProvider.System));
        await IsListeningAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _other.DisposeAsync();
        _meter.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task What_a_commit_leaves_to_do_is_told_once_for_all_that_share_it()
    {
        await SignalAsync(StoreSignal.Changed(new ConnectionKey(7)), StoreSignal.Changed(new ConnectionKey(7)), StoreSignal.Dropped(new ConnectionKey(8)), StoreSignal.OperationQueued);

        await HeardAsync(3);
        Assert.Equal(["changed 7", "dropped 8", "operation"], _heard.Order());
    }

    [Fact]
    public async Task What_is_not_committed_is_not_told()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.WriteAsync<int>(
            WriteScope.Store,
            session =>
            {
                session.Signal(StoreSignal.Changed(new ConnectionKey(1)));
                throw new InvalidOperationException();
            },
            0,
            Token).AsTask());
        await SignalAsync(StoreSignal.Changed(new ConnectionKey(2)));

        await HeardAsync(1);
        Assert.Equal(["changed 2"], _heard);
    }

    [Fact]
    public async Task More_than_a_notification_holds_is_told_in_several()
    {
        await SignalAsync([.. Enumerable.Range(0, 2000).Select(i => StoreSignal.Changed(new ConnectionKey(long.MaxValue - i)))]);

        await HeardAsync(2000);
    }

    [Fact]
    public async Task A_node_is_not_told_of_its_own_writes_again()
    {
        await _other.WriteAsync(WriteScope.Store, session => Signal(session, StoreSignal.Changed(new ConnectionKey(1))), 0, Token);
        await SignalAsync(StoreSignal.Changed(new ConnectionKey(2)));

        await HeardAsync(1);
        Assert.Equal(["changed 2"], _heard);
    }

    [Fact]
    public async Task What_is_told_by_a_newer_node_in_other_words_is_passed_over()
    {
        PostgresServer.Execute(TestDatabase.ConnectionString, $"SELECT pg_notify('{PostgresListener.ChannelOf(Database.Identity)}', 'z9 c c-1 c1x d4')");

        await HeardAsync(1);
        Assert.Equal(["dropped 4"], _heard);
    }

    [Fact]
    public async Task A_listener_whose_connection_was_ended_listens_again()
    {
        PostgresServer.Execute(
            TestDatabase.ConnectionString, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'");
        await Eventually.IsTrueAsync(
            async () =>
            {
                await SignalAsync(StoreSignal.OperationQueued);
                return !_heard.IsEmpty;
            },
            "It hears again");
    }

    private static int Signal(SqlSession session, params StoreSignal[] signals)
    {
        foreach (StoreSignal signal in signals)
        {
            session.Signal(signal);
        }

        return signals.Length;
    }

    private async Task SignalAsync(params StoreSignal[] signals) => await Database.WriteAsync(WriteScope.Store, session => Signal(session, signals), 0, Token);

    private Task HeardAsync(int count) => Eventually.IsTrueAsync(() => Task.FromResult(_heard.Count >= count), $"{count} signals are heard");

    private Task IsListeningAsync() => Eventually.IsTrueAsync(() => Task.FromResult(_other.Listener.IsListening), "The other node listens");
}
