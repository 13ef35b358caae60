using Tributary.Indexing;
using Tributary.Nodes;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Nodes;

/// <summary>What every <see cref="NodeStore"/> does.</summary>
public abstract class NodeStoreContract : NodeContract
{
    private protected NodeStoreContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    private async Task<string> StatesAsync() =>
        string.Join(' ', (await NodesOf("a").ListAsync(default, Time.GetUtcNow(), Token)).Select(node => $"{node.Id}:{node.State}"));

    [Fact]
    public async Task A_node_tells_what_it_is_and_how_far_it_is()
    {
        NodeOptions.Name = "one";
        var lag = new IndexLag(3, 17, TimeSpan.FromMilliseconds(2500));
        await NodesOf("a").BeatAsync(default, Token);
        Time.Advance(TimeSpan.FromSeconds(5));
        await new NodeStore(Database, new ThisNode("a", isShared: true, NodeOptions, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Noon.AddSeconds(5)))).BeatAsync(lag, Token);

        RegisteredNode node = Assert.Single(await NodesOf("b").ListAsync(default, Time.GetUtcNow(), Token));

        Assert.Equal(("a", "one", NodeState.Running), (node.Id, node.Name, node.State));
        Assert.NotEmpty(node.Build);
        Assert.Equal(Noon.AddSeconds(5), node.Seen);
        Assert.Equal(lag, node.Lag);
    }

    [Fact]
    public async Task A_node_is_gone_when_it_was_not_heard_of_and_forgotten_when_changes_are_kept_for_it_no_more()
    {
        await BeatAsync("a", "b");
        await NodesOf("b").LeaveAsync(Token);
        Assert.Equal("a:Running b:Stopped", await StatesAsync());

        Time.Advance(NodeOptions.GoneAfter - TimeSpan.FromMilliseconds(1));
        Assert.Equal("a:Running b:Stopped", await StatesAsync());
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("a:Gone b:Stopped", await StatesAsync());

        Time.SetUtcNow(Noon + NodeOptions.KeepChanges - TimeSpan.FromMilliseconds(1));
        await BeatAsync("b");
        await NodesOf("b").RemoveForgottenAsync(Token);
        Assert.Equal("a:Gone b:Running", await StatesAsync());
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await NodesOf("b").RemoveForgottenAsync(Token);
        Assert.Equal("b:Running", await StatesAsync());
    }

    [Fact]
    public async Task Who_is_forgotten_leaves_no_place_in_any_feed()
    {
        var connection = await CreateReadyAsync();
        await BeatAsync("a", "b");
        await FeedOf("a").TryFollowAsync(connection.Key, default, Token);
        await FeedOf("b").TryFollowAsync(connection.Key, default, Token);
        Time.Advance(NodeOptions.KeepChanges);
        await BeatAsync("b");

        await NodesOf("b").RemoveForgottenAsync(Token);

        Assert.Equal(1, await CountAsync("node_position"));
    }

    [Fact]
    public async Task A_node_that_is_alone_writes_nothing_and_knows_itself()
    {
        var alone = ThisNode.Alone(Time);
        var nodes = new NodeStore(Database, alone);
        await nodes.BeatAsync(default, Token);
        await nodes.LeaveAsync(Token);
        await nodes.RemoveForgottenAsync(Token);

        Assert.Equal(0, await CountAsync("node"));
        RegisteredNode node = Assert.Single(await nodes.ListAsync(new IndexLag(1, 2, TimeSpan.Zero), Noon, Token));
        Assert.Equal((alone.Name, NodeState.Running, 2L), (node.Name, node.State, node.Lag.Changes));
    }

    [Theory]
    [InlineData("00:00:00.1", "00:00:30", "00:15:00", 1000, "")]
    [InlineData("00:00:00.0999", "00:00:30", "00:15:00", 1000, "Nodes:Heartbeat")]
    [InlineData("00:01:00", "00:03:00", "00:15:00", 1000, "")]
    [InlineData("00:01:00.001", "00:04:00", "00:15:00", 1000, "Nodes:Heartbeat")]
    [InlineData("00:00:10", "00:00:29.999", "00:15:00", 1000, "Nodes:GoneAfter")]
    [InlineData("00:00:10", "00:00:30", "00:00:30", 1000, "")]
    [InlineData("00:00:10", "01:00:00.001", "02:00:00", 1000, "Nodes:GoneAfter")]
    [InlineData("00:00:10", "00:00:30", "00:00:29.999", 1000, "Nodes:KeepChanges")]
    [InlineData("00:00:10", "00:00:30", "7.00:00:00.001", 1000, "Nodes:KeepChanges")]
    [InlineData("00:00:10", "00:00:30", "7.00:00:00", 999, "Nodes:MaxKeptChanges")]
    public void Settings_have_bounds_and_each_is_named(string heartbeat, string goneAfter, string keepChanges, int maxKept, string named)
    {
        var options = new NodeOptions { Heartbeat = Span(heartbeat), GoneAfter = Span(goneAfter), KeepChanges = Span(keepChanges), MaxKeptChanges = maxKept };

        Assert.Equal(named.Length == 0 ? [] : [named], options.Problems().Select(problem => problem.Split(' ')[0]));

        static TimeSpan Span(string text) => TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_name_has_a_length(int length, bool isRight) => Assert.Equal(isRight, !new NodeOptions { Name = new string('x', length) }.Problems().Any());
}
