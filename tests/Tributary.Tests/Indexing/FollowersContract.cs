using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Tests.Nodes;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Indexing;

/// <summary>A change feed that several nodes follow, and that may turn out to be another one.</summary>
public abstract class FollowersContract : NodeContract
{
    private protected FollowersContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    private async Task<long> StartAsync(StoredConnection connection) => (await Feed.FindPositionOrNullAsync(connection.Key, Token))!.Value.Start;

    private async Task<IndexStanding> StandingAsync(StoredConnection connection, long? change = null, int schema = 1)
    {
        FeedReach end = (await Feed.FindEndOrNullAsync(connection.Key, new FeedTrail(), Token))!.Value;
        return new IndexStanding(change ?? end.Change, end, schema);
    }

    /// <summary>Nodes that have taken in no change yet.</summary>
    private async Task FollowAsync(StoredConnection connection, params string[] nodes)
    {
        await BeatAsync(nodes);
        foreach (string node in nodes)
        {
            Assert.True(await FeedOf(node).TryFollowAsync(connection.Key, await StandingAsync(connection, 0), Token));
        }
    }

    [Fact]
    public async Task A_change_goes_when_every_node_that_follows_has_made_it_durable()
    {
        StoredConnection connection = await CreateReadyAsync();
        await FollowAsync(connection, "a", "b", "c");
        await PutManyAsync(connection.Key, 10);

        await FeedOf("a").PruneAsync(connection.Key, 10, 100, Token);
        Assert.Equal(0, await StartAsync(connection));
        await FeedOf("b").PruneAsync(connection.Key, 4, 100, Token);
        Assert.Equal(0, await StartAsync(connection));
        await FeedOf("c").PruneAsync(connection.Key, 7, 100, Token);
        Assert.Equal(4, await StartAsync(connection));
        await FeedOf("b").PruneAsync(connection.Key, 10, 100, Token);
        Assert.Equal(7, await StartAsync(connection));
        Assert.Equal(3, await CountAsync("change"));
    }

    [Fact]
    public async Task Nodes_that_never_followed_and_other_connections_hold_nothing_up()
    {
        StoredConnection connection = await CreateReadyAsync();
        StoredConnection other = await CreateReadyAsync("other");
        await BeatAsync("idle");
        await FollowAsync(other, "b");
        await FollowAsync(connection, "a");
        await PutManyAsync(connection.Key, 3);

        await FeedOf("a").PruneAsync(connection.Key, 3, 100, Token);

        Assert.Equal(3, await StartAsync(connection));
    }

    [Fact]
    public async Task A_node_that_is_away_for_a_short_time_goes_on_where_it_was_and_one_that_is_away_longer_builds_anew()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 2);
        await FollowAsync(connection, "a", "b");
        IndexStanding left = await StandingAsync(connection, 2);
        await FeedOf("b").PruneAsync(connection.Key, 2, 100, Token);
        await NodesOf("b").LeaveAsync(Token);
        await PutManyAsync(connection.Key, 3, "later");

        Time.Advance(NodeOptions.KeepChanges - TimeSpan.FromMilliseconds(1));
        await BeatAsync("a");
        await FeedOf("a").PruneAsync(connection.Key, 5, 100, Token);
        Assert.Equal(2, await StartAsync(connection));
        Assert.True(await FeedOf("b").TryFollowAsync(connection.Key, left, Token));

        Time.Advance(TimeSpan.FromMilliseconds(1));
        await FeedOf("a").PruneAsync(connection.Key, 5, 100, Token);
        Assert.Equal(5, await StartAsync(connection));
        Assert.False(await FeedOf("b").TryFollowAsync(connection.Key, left, Token));
    }

    [Fact]
    public async Task A_node_that_was_forgotten_and_is_heard_of_again_holds_the_feed_again()
    {
        StoredConnection connection = await CreateReadyAsync();
        await FollowAsync(connection, "a", "b");
        Time.Advance(NodeOptions.KeepChanges);
        await BeatAsync("a");
        await NodesOf("a").RemoveForgottenAsync(Token);
        await PutManyAsync(connection.Key, 5);
        await BeatAsync("b");
        await FeedOf("b").PruneAsync(connection.Key, 2, 100, Token);

        await FeedOf("a").PruneAsync(connection.Key, 5, 100, Token);

        Assert.Equal(2, await StartAsync(connection));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(3, 5)]
    public async Task A_node_that_is_too_far_behind_holds_nothing_up(int maxKept, int start)
    {
        NodeOptions.MaxKeptChanges = maxKept;
        StoredConnection connection = await CreateReadyAsync();
        await FollowAsync(connection, "a", "slow");
        await PutManyAsync(connection.Key, 5);
        await FeedOf("slow").PruneAsync(connection.Key, 1, 100, Token);

        await FeedOf("a").PruneAsync(connection.Key, 5, 100, Token);

        Assert.Equal(start, await StartAsync(connection));
    }

    [Fact]
    public async Task Who_stands_before_what_was_pruned_is_told_and_never_given_a_feed_with_a_gap()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 10);
        var trail = new FeedTrail();
        await Feed.ReadChangesAsync(connection.Key, 0, 4, trail, Token);
        await Feed.PruneAsync(connection.Key, 4, 100, Token);
        Assert.Equal(10, (await Feed.ReadChangesAsync(connection.Key, 4, 100, trail, Token)).UpTo);

        await Feed.PruneAsync(connection.Key, 5, 100, Token);

        await Assert.ThrowsAsync<FeedLostException>(() => Feed.ReadChangesAsync(connection.Key, 4, 100, trail, Token).AsTask());
    }

    [Fact]
    public async Task An_access_list_stays_while_somebody_who_follows_may_have_documents_that_name_it()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("a", acl: AclOf("x")));
        await FollowAsync(connection, "a", "b");
        await PutAsync(connection.Key, Write("a", acl: AclOf("y")));
        await FeedOf("b").PruneAsync(connection.Key, 1, 100, Token);

        await FeedOf("a").PruneAsync(connection.Key, 2, 100, Token);
        await FeedOf("a").RemoveUnusedAclsAsync(connection.Key, 100, Token);
        Assert.Equal(2, await CountAsync("acl"));

        await FeedOf("b").PruneAsync(connection.Key, 2, 100, Token);
        await FeedOf("a").RemoveUnusedAclsAsync(connection.Key, 100, Token);
        Assert.Equal(1, await CountAsync("acl"));
    }

    [Fact]
    public async Task A_schema_is_prepared_when_the_indexes_of_all_nodes_that_run_are()
    {
        StoredConnection connection = await CreateReadyAsync();
        await FollowAsync(connection, "a", "b");

        Assert.True(await FeedOf("a").AreOthersPreparedAsync(connection.Key, 1, Token));
        Assert.False(await FeedOf("a").AreOthersPreparedAsync(connection.Key, 2, Token));
        await FeedOf("b").NotePreparedAsync(connection.Key, 2, Token);
        Assert.True(await FeedOf("a").AreOthersPreparedAsync(connection.Key, 2, Token));
        Assert.False(await FeedOf("b").AreOthersPreparedAsync(connection.Key, 2, Token));

        await NodesOf("a").LeaveAsync(Token);
        Assert.True(await FeedOf("b").AreOthersPreparedAsync(connection.Key, 2, Token));
        await BeatAsync("a");
        Assert.False(await FeedOf("b").AreOthersPreparedAsync(connection.Key, 2, Token));
        Time.Advance(NodeOptions.GoneAfter);
        Assert.True(await FeedOf("b").AreOthersPreparedAsync(connection.Key, 2, Token));
    }

    // ---- the same feed, or another ---------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_feed_that_has_lost_what_was_seen_is_another_however_far_it_has_come_since(int since)
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 3);
        var changes = new FeedTrail();
        var items = new FeedTrail();
        var lists = new FeedTrail();
        await Feed.ReadChangesAsync(connection.Key, 0, 2, changes, Token);
        await Feed.ReadItemsAsync(connection.Key, "", 1, items, Token);
        await Feed.ReadAclsAsync(connection.Key, 0, 1, lists, Token);
        IndexStanding seen = await StandingAsync(connection, 2);

        await LoseChangesAsync(connection.Key, 1);
        await PutManyAsync(connection.Key, since, "other");

        await Assert.ThrowsAsync<FeedLostException>(() => Feed.ReadChangesAsync(connection.Key, 2, 100, changes, Token).AsTask());
        await Assert.ThrowsAsync<FeedLostException>(() => Feed.ReadItemsAsync(connection.Key, "item00000", 1, items, Token).AsTask());
        await Assert.ThrowsAsync<FeedLostException>(() => Feed.ReadAclsAsync(connection.Key, 1, 1, lists, Token).AsTask());
        await Assert.ThrowsAsync<FeedLostException>(() => Feed.FindEndOrNullAsync(connection.Key, changes, Token).AsTask());
        Assert.False(await Feed.TryFollowAsync(connection.Key, seen, Token));
    }

    [Fact]
    public async Task A_feed_that_has_lost_only_what_nobody_saw_is_the_same()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 3);
        var trail = new FeedTrail();
        await Feed.ReadChangesAsync(connection.Key, 0, 100, trail, Token);
        IndexStanding seen = await StandingAsync(connection);
        await PutManyAsync(connection.Key, 2, "lost");
        await LoseChangesAsync(connection.Key, 2);
        await PutManyAsync(connection.Key, 2, "other");

        Assert.Equal(["other00000", "other00001"], (await Feed.ReadChangesAsync(connection.Key, 3, 100, trail, Token)).Items.Select(item => item.Id));
        Assert.True(await Feed.TryFollowAsync(connection.Key, seen, Token));
    }

    [Fact]
    public async Task The_mark_of_a_change_is_known_as_long_as_the_feed_goes_on_from_it()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 3);
        IndexStanding end = await StandingAsync(connection);
        await Feed.PruneAsync(connection.Key, 3, 100, Token);

        Assert.True(await Feed.TryFollowAsync(connection.Key, end, Token));
        Assert.False(await Feed.TryFollowAsync(connection.Key, end with { Seen = new FeedReach(3, end.Seen.Mark + 1) }, Token));
        await PutManyAsync(connection.Key, 1, "next");
        Assert.True(await Feed.TryFollowAsync(connection.Key, end, Token));
        await Feed.PruneAsync(connection.Key, 4, 100, Token);
        Assert.False(await Feed.TryFollowAsync(connection.Key, end, Token));
    }

    [Fact]
    public async Task Two_readers_of_one_trail_verify_what_either_has_met()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 3);
        var trail = new FeedTrail();
        FeedReach end = (await Feed.FindEndOrNullAsync(connection.Key, trail, Token))!.Value;
        trail.Advance([], new FeedReach(3, end.Mark + 1));

        Assert.Equal(2, trail.Ends.Length);
        await Assert.ThrowsAsync<FeedLostException>(() => Feed.ReadChangesAsync(connection.Key, 3, 1, trail, Token).AsTask());
    }
}
