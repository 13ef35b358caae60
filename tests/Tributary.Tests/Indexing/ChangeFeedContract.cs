using Tributary.Acls;
using Tributary.Connections;
using Tributary.Groups;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Indexing;

/// <summary>What every <see cref="IChangeFeed"/> does.</summary>
public abstract class ChangeFeedContract : StoreContract
{
    private protected ChangeFeedContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    [Fact]
    public async Task The_feed_of_a_store_keeps_its_identity_over_reopening()
    {
        var before = Feed.Identity;
        await ReopenAsync();

        Assert.Equal(before, Feed.Identity);
        Assert.NotEmpty(before.Id);
    }

    [Fact]
    public async Task The_position_follows_changes_and_schema()
    {
        StoredConnection connection = await CreateReadyAsync();
        Assert.Equal(new FeedPosition(0, 0, 1), await Feed.FindPositionOrNullAsync(connection.Key, Token));

        await PutManyAsync(connection.Key, 3);
        await AcceptAsync(connection.Key, 1, isImmediate: true);
        Assert.Equal(new FeedPosition(3, 0, 2), await Feed.FindPositionOrNullAsync(connection.Key, Token));
    }

    [Fact]
    public async Task A_connection_that_is_gone_or_being_deleted_has_no_position()
    {
        StoredConnection connection = await CreateReadyAsync();
        await BeginDeletionAsync(connection.Key);

        Assert.Null(await Feed.FindPositionOrNullAsync(connection.Key, Token));
        Assert.Null(await Feed.FindPositionOrNullAsync(new ConnectionKey(999), Token));
    }

    [Fact]
    public async Task Changes_come_in_order_as_the_items_are_now()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("b", "first", AclOf("x"), "content"));
        await PutAsync(connection.Key, Write("a", "second", AclOf("y")));

        ChangeBatch batch = await Feed.ReadChangesAsync(connection.Key, 0, 100, Token);

        Assert.Equal(2, batch.UpTo);
        Assert.Equal(["b", "a"], batch.Items.Select(item => item.Id));
        Assert.Equal([1L, 2L], batch.Items.Select(item => item.Change));
        Assert.Equal([1, 2], batch.Items.Select(item => item.Acl));
        Assert.Equal(PropertiesOf("first"), batch.Items[0].Properties);
        Assert.Equal("content", batch.Items[0].Content!.Value);
        Assert.Null(batch.Items[1].Content);
        Assert.NotEqual(batch.Items[0].Key, batch.Items[1].Key);
    }

    [Fact]
    public async Task An_item_that_changed_often_comes_once_in_a_batch_as_it_is_now()
    {
        StoredConnection connection = await CreateReadyAsync();
        for (int i = 0; i < 10; i++)
        {
            await PutAsync(connection.Key, Write("one", $"title {i}"));
            await PutAsync(connection.Key, Write("two", $"title {i}"));
        }

        ChangeBatch batch = await Feed.ReadChangesAsync(connection.Key, 0, 100, Token);

        Assert.Equal(20, batch.UpTo);
        Assert.Equal(["one", "two"], batch.Items.Select(item => item.Id));
        Assert.Equal([19L, 20L], batch.Items.Select(item => item.Change));
        Assert.Equal(PropertiesOf("title 9"), batch.Items[0].Properties);
    }

    [Fact]
    public async Task A_deletion_is_a_change_without_properties()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one"));
        await PutAsync(connection.Key, Write("two"));
        await Items.DeleteAsync(connection.Key, "one", Token);

        ChangeBatch fromStart = await Feed.ReadChangesAsync(connection.Key, 0, 100, Token);
        ChangeBatch onlyDeletion = await Feed.ReadChangesAsync(connection.Key, 2, 100, Token);

        Assert.Equal(3, fromStart.UpTo);
        Assert.Null(fromStart.Items[0].Properties);
        Assert.NotNull(fromStart.Items[1].Properties);
        Assert.Equal("one", Assert.Single(onlyDeletion.Items).Id);
    }

    [Fact]
    public async Task Reading_in_batches_meets_every_change_once()
    {
        StoredConnection connection = await CreateReadyAsync();
        StoredConnection other = await CreateReadyAsync("other");
        await PutManyAsync(connection.Key, 25);
        await PutManyAsync(other.Key, 5, "foreign");

        var ids = new List<string>();
        long after = 0;
        while (await Feed.ReadChangesAsync(connection.Key, after, 10, Token) is { Items.Count: > 0 } batch)
        {
            Assert.InRange(batch.Items.Count, 1, 10);
            Assert.True(batch.UpTo > after);
            ids.AddRange(batch.Items.Select(item => item.Id));
            after = batch.UpTo;
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"item{i:D5}"), ids);
    }

    [Fact]
    public async Task Past_the_end_there_is_nothing_and_the_place_stays()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 3);

        ChangeBatch batch = await Feed.ReadChangesAsync(connection.Key, 3, 10, Token);

        Assert.Equal(3, batch.UpTo);
        Assert.Empty(batch.Items);
    }

    [Fact]
    public async Task A_batch_ends_early_when_its_items_are_large_and_the_next_goes_on_there()
    {
        StoredConnection connection = await CreateReadyAsync();
        string content = new('x', 3_000_000);
        for (int i = 0; i < 6; i++)
        {
            await PutAsync(connection.Key, Write($"item{i}", content: content));
        }

        ChangeBatch first = await Feed.ReadChangesAsync(connection.Key, 0, 100, Token);
        Assert.InRange(first.Items.Count, 2, 5);
        Assert.Equal(first.Items[^1].Change, first.UpTo);

        ChangeBatch second = await Feed.ReadChangesAsync(connection.Key, first.UpTo, 100, Token);
        Assert.Equal(6, first.Items.Count + second.Items.Count);

        IReadOnlyList<FeedItem> scanned = await Feed.ReadItemsAsync(connection.Key, "", 100, Token);
        Assert.InRange(scanned.Count, 2, 5);
        IReadOnlyList<FeedItem> rest = await Feed.ReadItemsAsync(connection.Key, scanned[^1].Id, 100, Token);
        Assert.Equal(6, scanned.Count + rest.Count);
    }

    [Fact]
    public async Task A_scan_meets_every_item_once_in_the_order_of_ids()
    {
        StoredConnection connection = await CreateReadyAsync();
        string[] ids = ["b", "a", "Z", "10", "9", "_x", "a-b", "aa", "a_b"];
        foreach (string id in ids)
        {
            await PutAsync(connection.Key, Write(id));
        }

        var met = new List<string>();
        string after = "";
        while (await Feed.ReadItemsAsync(connection.Key, after, 2, Token) is { Count: > 0 } items)
        {
            met.AddRange(items.Select(item => item.Id));
            after = items[^1].Id;
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), met);
    }

    [Fact]
    public async Task Access_lists_come_by_ascending_number_after_the_one_named()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 5, acl: i => AclOf($"group{i}"));

        IReadOnlyList<KeyValuePair<int, byte[]>> first = await Feed.ReadAclsAsync(connection.Key, 0, 3, Token);
        IReadOnlyList<KeyValuePair<int, byte[]>> rest = await Feed.ReadAclsAsync(connection.Key, first[^1].Key, 3, Token);

        Assert.Equal([1, 2, 3, 4, 5], first.Concat(rest).Select(pair => pair.Key));
        Assert.Equal("group4", AclJson.FromBytes(rest[^1].Value).Entries[0].Value);
        Assert.Empty(await Feed.ReadAclsAsync(connection.Key, 5, 3, Token));
    }

    [Fact]
    public async Task Pruning_forgets_bounded_numbers_of_changes_and_remembers_from_where_the_feed_still_reaches()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 10);

        await Feed.PruneAsync(connection.Key, 7, 5, Token);
        Assert.Equal(new FeedPosition(10, 5, 1), await Feed.FindPositionOrNullAsync(connection.Key, Token));
        Assert.Equal(5, await CountAsync("change"));

        await Feed.PruneAsync(connection.Key, 7, 5, Token);
        Assert.Equal(new FeedPosition(10, 7, 1), await Feed.FindPositionOrNullAsync(connection.Key, Token));
        Assert.Equal([8L, 9L, 10L], (await Feed.ReadChangesAsync(connection.Key, 7, 100, Token)).Items.Select(item => item.Change));

        await Feed.PruneAsync(connection.Key, 7, 5, Token);
        Assert.Equal(new FeedPosition(10, 7, 1), await Feed.FindPositionOrNullAsync(connection.Key, Token));
    }

    [Fact]
    public async Task Pruning_everything_leaves_numbering_and_neighbours_alone()
    {
        StoredConnection connection = await CreateReadyAsync();
        StoredConnection neighbour = await CreateReadyAsync("neighbour");
        await PutManyAsync(connection.Key, 4);
        await PutManyAsync(neighbour.Key, 4);

        await Feed.PruneAsync(connection.Key, 100, 100, Token);
        await PutManyAsync(connection.Key, 1);

        Assert.Equal(new FeedPosition(5, 4, 1), await Feed.FindPositionOrNullAsync(connection.Key, Token));
        Assert.Equal(new FeedPosition(4, 0, 1), await Feed.FindPositionOrNullAsync(neighbour.Key, Token));
        Assert.Equal(4, (await Feed.ReadChangesAsync(neighbour.Key, 0, 100, Token)).Items.Count);
    }

    [Fact]
    public async Task All_connections_are_listed_with_their_last_change_also_those_that_are_being_deleted()
    {
        StoredConnection one = await CreateReadyAsync("one");
        StoredConnection two = await CreateReadyAsync("two", OtherTenant);
        await PutManyAsync(one.Key, 3);
        await BeginDeletionAsync(two.Key);

        IReadOnlyDictionary<ConnectionKey, long> connections = await Feed.ReadConnectionsAsync(Token);

        Assert.Equal(new Dictionary<ConnectionKey, long> { [one.Key] = 3, [two.Key] = 0 }, connections);
    }

    [Fact]
    public async Task A_change_is_told_only_after_it_can_be_read()
    {
        StoredConnection connection = await CreateReadyAsync();
        var seen = new List<long>();
        Feed.Changed += key => seen.Add(Feed.ReadChangesAsync(key, 0, 100, Token).AsTask().GetAwaiter().GetResult().UpTo);

        await PutAsync(connection.Key, Write("one"));
        await Items.DeleteAsync(connection.Key, "one", Token);

        Assert.Equal([1L, 2L], seen);
    }

    // ---- access lists that nothing uses ----------------------------------------------------------------------------------------------------

    [Fact]
    public async Task A_list_that_its_last_item_left_stays_until_the_feed_is_pruned_past_that_and_its_number_is_not_used_again()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("a", acl: AclOf("x")));
        await PutAsync(connection.Key, Write("a", acl: AclOf("y")));

        await Feed.PruneAsync(connection.Key, 1, 100, Token);
        Assert.False(await Feed.RemoveUnusedAclsAsync(connection.Key, 100, Token));
        Assert.Equal("1 2", await NumbersAsync(connection));

        await Feed.PruneAsync(connection.Key, 2, 100, Token);
        Assert.False(await Feed.RemoveUnusedAclsAsync(connection.Key, 100, Token));
        Assert.Equal("2", await NumbersAsync(connection));

        await PutAsync(connection.Key, Write("a", acl: AclOf("x")));
        Assert.Equal("2 3", await NumbersAsync(connection));
        Assert.Equal(AclOf("x").Entries, (await Items.FindOrNullAsync(connection.Key, "a", Token))!.Acl.Entries);
    }

    [Fact]
    public async Task A_list_that_another_item_uses_or_one_uses_again_stays()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("a", acl: AclOf("shared")));
        await PutAsync(connection.Key, Write("b", acl: AclOf("shared")));
        await PutAsync(connection.Key, Write("c", acl: AclOf("again")));
        await PutAsync(connection.Key, Write("a", acl: AclOf("own")));
        await PutAsync(connection.Key, Write("c", acl: AclOf("own")));
        await PutAsync(connection.Key, Write("c", acl: AclOf("again")));

        await Feed.PruneAsync(connection.Key, 6, 100, Token);
        await Feed.RemoveUnusedAclsAsync(connection.Key, 100, Token);

        Assert.Equal("1 2 3", await NumbersAsync(connection));
        Assert.Equal(0, await CountAsync("acl_left"));
    }

    [Fact]
    public async Task A_list_that_was_left_used_again_and_left_again_stays_until_the_feed_is_past_the_last_time()
    {
        StoredConnection connection = await CreateReadyAsync();
        foreach (string group in (string[])["x", "y", "x", "y"])
        {
            await PutAsync(connection.Key, Write("a", acl: AclOf(group)));
        }

        await Feed.PruneAsync(connection.Key, 3, 100, Token);
        await Feed.RemoveUnusedAclsAsync(connection.Key, 100, Token);
        Assert.Equal("1 2", await NumbersAsync(connection));

        await Feed.PruneAsync(connection.Key, 4, 100, Token);
        await Feed.RemoveUnusedAclsAsync(connection.Key, 100, Token);
        Assert.Equal("2", await NumbersAsync(connection));
    }

    [Fact]
    public async Task Lists_of_deleted_items_go_step_by_step_and_those_of_another_connection_stay()
    {
        StoredConnection connection = await CreateReadyAsync();
        StoredConnection other = await CreateReadyAsync("other");
        await PutManyAsync(connection.Key, 5, acl: i => AclOf($"g{i}"));
        await PutManyAsync(other.Key, 5, acl: i => AclOf($"g{i}"));
        for (int i = 0; i < 5; i++)
        {
            await Items.DeleteAsync(connection.Key, $"item{i:D5}", Token);
            await Items.DeleteAsync(other.Key, $"item{i:D5}", Token);
        }

        await Feed.PruneAsync(connection.Key, 10, 100, Token);

        Assert.True(await Feed.RemoveUnusedAclsAsync(connection.Key, 2, Token));
        Assert.Equal("3 4 5", await NumbersAsync(connection));
        Assert.True(await Feed.RemoveUnusedAclsAsync(connection.Key, 2, Token));
        Assert.False(await Feed.RemoveUnusedAclsAsync(connection.Key, 2, Token));
        Assert.Empty(await NumbersAsync(connection));
        Assert.Equal("1 2 3 4 5", await NumbersAsync(other));
    }

    [Fact]
    public async Task What_is_to_be_removed_outlives_a_restart()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("a", acl: AclOf("x")));
        await PutAsync(connection.Key, Write("a", acl: AclOf("y")));
        await Feed.PruneAsync(connection.Key, 2, 100, Token);
        await ReopenAsync();

        await Feed.RemoveUnusedAclsAsync(connection.Key, 100, Token);

        Assert.Equal("2", await NumbersAsync(connection));
    }

    [Fact]
    public async Task A_put_that_keeps_its_list_leaves_none()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("a", acl: AclOf("x")));
        await PutAsync(connection.Key, Write("a", acl: AclOf("x")));
        await PutAsync(connection.Key, Write("a") with { Acl = null });

        Assert.Equal(0, await CountAsync("acl_left"));
        Assert.Equal("1", await NumbersAsync(connection));
    }

    private async Task<string> NumbersAsync(StoredConnection connection) =>
        string.Join(' ', (await Feed.ReadAclsAsync(connection.Key, 0, 1000, Token)).Select(acl => acl.Key));

    [Fact]
    public async Task Activities_are_in_the_feed_when_they_come_to_more_and_with_the_item_ever_after()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("a", "title", AclOf("x")));
        var day = new DateTimeOffset(2026, 3, 9, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(1, await DoAsync("u1", ExternalActivityType.Created, day));
        Assert.Equal(2, await DoAsync("u1", ExternalActivityType.Viewed, day));
        Assert.Equal(2, await DoAsync("u1", ExternalActivityType.Viewed, day.AddDays(6)));
        Assert.Equal(2, await DoAsync("u2", ExternalActivityType.Viewed, day));
        Assert.Equal(3, await DoAsync("u2", ExternalActivityType.Commented, day));
        Assert.Equal(4, await DoAsync("u2", ExternalActivityType.Commented, day.AddDays(7)));

        FeedItem item = Assert.Single((await Feed.ReadChangesAsync(connection.Key, 3, 100, Token)).Items);
        Assert.Equal(new ActivityStanding(3, day.AddDays(7).UtcTicks), item.Activity);
        Assert.Equal(1, item.Change);
        await ReopenAsync();
        Assert.Equal(item.Activity, Assert.Single(await Feed.ReadItemsAsync(connection.Key, "", 100, Token)).Activity);

        async Task<long> DoAsync(string who, ExternalActivityType what, DateTimeOffset when)
        {
            await Activities.AddAsync(connection.Key, "a", [new ExternalActivity(what, when, new Identity(who, IdentityType.User))], 1000, Token);
            return (await Feed.FindPositionOrNullAsync(connection.Key, Token))!.Value.Last;
        }
    }

    [Fact]
    public async Task Only_activities_that_change_what_is_indexed_wake_the_index()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("a", "title", AclOf("x")));
        int signals = 0;
        Feed.Changed += _ => signals++;
        ExternalActivity[] views = [new(ExternalActivityType.Viewed, DateTimeOffset.UnixEpoch, new Identity("u", IdentityType.User))];

        await Activities.AddAsync(connection.Key, "a", views, 1000, Token);
        await Activities.AddAsync(connection.Key, "a", views, 1000, Token);
        await Activities.AddAsync(connection.Key, "b", views, 1000, Token);

        Assert.Equal(1, signals);
    }
}
