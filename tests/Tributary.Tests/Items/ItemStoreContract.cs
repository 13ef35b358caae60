using System.Text;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Items;

/// <summary>What every <see cref="IItemStore"/> does.</summary>
public abstract class ItemStoreContract : StoreContract
{
    private protected ItemStoreContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    [Fact]
    public async Task A_stored_item_comes_back_as_written_also_after_reopening()
    {
        StoredConnection connection = await CreateReadyAsync();
        ItemWrite write = Write("one", "Grüße \u0000 世界 😀", AclOf("a", "b"), "content 😀", "label");

        PutItemResult result = await PutAsync(connection.Key, write);

        Assert.Equal((PutItemOutcome.Stored, 1L, true), (result.Outcome, result.Change, result.IsNew));
        ShouldEqual(write, result.Item);
        ShouldEqual(write, await Items.FindOrNullAsync(connection.Key, "one", Token));
        await ReopenAsync();
        ShouldEqual(write, await Items.FindOrNullAsync(connection.Key, "one", Token));
    }

    [Fact]
    public async Task An_id_is_exact_about_letter_case_and_connection()
    {
        StoredConnection connection = await CreateReadyAsync("one");
        StoredConnection other = await CreateReadyAsync("two");
        await PutAsync(connection.Key, Write("Item", "upper"));
        await PutAsync(connection.Key, Write("item", "lower"));

        Assert.Equal(2, (await FindAsync("one")).ItemCount);
        Assert.Equal(PropertiesOf("upper"), (await Items.FindOrNullAsync(connection.Key, "Item", Token))!.Properties.ToArray());
        Assert.Null(await Items.FindOrNullAsync(connection.Key, "ITEM", Token));
        Assert.Null(await Items.FindOrNullAsync(other.Key, "item", Token));
    }

    [Fact]
    public async Task Items_are_listed_in_the_order_of_their_characters_after_an_id()
    {
        StoredConnection connection = await CreateReadyAsync("one");
        StoredConnection other = await CreateReadyAsync("two");
        foreach (string id in (string[])["b", "a", "_", "B", "-", "1", "a1"])
        {
            await PutAsync(connection.Key, Write(id, id, AclOf(id), "content of " + id, "label"));
        }

        await PutAsync(other.Key, Write("c"));

        ItemList all = await Items.ListAsync(connection.Key, "", 7, long.MaxValue, withContent: true, Token);
        ItemList some = await Items.ListAsync(connection.Key, "B", 2, long.MaxValue, withContent: false, Token);

        Assert.Equal(["-", "1", "B", "_", "a", "a1", "b"], all.Items.Select(item => item.Id));
        Assert.False(all.HasMore);
        Assert.All(all.Items, item => ShouldEqual(Write(item.Id, item.Id, AclOf(item.Id), "content of " + item.Id, "label"), item));
        Assert.Equal(["_", "a"], some.Items.Select(item => item.Id));
        Assert.True(some.HasMore);
        Assert.All(some.Items, item => Assert.Null(item.Content));
    }

    [Fact]
    public async Task A_list_ends_when_its_bytes_are_reached_but_not_before_one_item()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 3);

        ItemList one = await Items.ListAsync(connection.Key, "", 3, 1, withContent: true, Token);
        ItemList last = await Items.ListAsync(connection.Key, "item00001", 3, 1, withContent: true, Token);

        Assert.Equal(["item00000"], one.Items.Select(item => item.Id));
        Assert.True(one.HasMore);
        Assert.Equal(["item00002"], last.Items.Select(item => item.Id));
        Assert.False(last.HasMore);
    }

    [Fact]
    public async Task Putting_again_replaces_and_counts_once()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one", "old", content: "old content", label: "old label"));

        PutItemResult result = await PutAsync(connection.Key, Write("one", "new", AclOf("a"), "new content", "new label"));

        Assert.Equal((PutItemOutcome.Stored, 2L, false), (result.Outcome, result.Change, result.IsNew));
        ShouldEqual(Write("one", "new", AclOf("a"), "new content", "new label"), await Items.FindOrNullAsync(connection.Key, "one", Token));
        StoredConnection after = await FindAsync("contosohr");
        Assert.Equal((1L, 2L), (after.ItemCount, after.LastChange));
        Assert.Equal((1L, 1L), (await CountAsync("item"), await CountAsync("item_content")));
    }

    [Fact]
    public async Task A_whole_item_without_content_and_label_takes_the_old_ones_away()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one", content: "old content", label: "old label"));

        ExternalItem? answered = (await PutAsync(connection.Key, Write("one"))).Item;

        ShouldEqual(Write("one"), answered);
        ShouldEqual(Write("one"), await Items.FindOrNullAsync(connection.Key, "one", Token));
        Assert.Equal(0, await CountAsync("item_content"));
    }

    [Fact]
    public async Task Members_that_a_partial_write_leaves_out_keep_their_values()
    {
        StoredConnection connection = await CreateReadyAsync();
        ItemWrite whole = Write("one", "title", AclOf("a"), "content", "label");
        await PutAsync(connection.Key, whole);

        // Only the list.
        ItemWrite onlyAcl = whole with { Acl = AclOf("b"), Properties = null, HasContent = false, Content = null, HasSensitivityLabel = false, SensitivityLabelId = null };
        ExternalItem? answered = (await PutAsync(connection.Key, onlyAcl)).Item;
        ShouldEqual(whole with { Acl = AclOf("b") }, answered);
        ShouldEqual(whole with { Acl = AclOf("b") }, await Items.FindOrNullAsync(connection.Key, "one", Token));

        // Only the properties.
        ItemWrite onlyProperties = onlyAcl with { Acl = null, Properties = PropertiesOf("other") };
        answered = (await PutAsync(connection.Key, onlyProperties)).Item;
        ShouldEqual(whole with { Acl = AclOf("b"), Properties = PropertiesOf("other") }, answered);

        // Only the content.
        var content = new ExternalItemContent(ExternalItemContentType.Html, "<p>other</p>");
        ItemWrite onlyContent = onlyAcl with { Acl = null, HasContent = true, Content = content };
        answered = (await PutAsync(connection.Key, onlyContent)).Item;
        ShouldEqual(whole with { Acl = AclOf("b"), Properties = PropertiesOf("other"), Content = content }, answered);

        // Nothing but the id: a change all the same, of nothing.
        answered = (await PutAsync(connection.Key, onlyAcl with { Acl = null })).Item;
        ShouldEqual(whole with { Acl = AclOf("b"), Properties = PropertiesOf("other"), Content = content }, answered);
        Assert.Equal(5, (await FindAsync("contosohr")).LastChange);
    }

    [Fact]
    public async Task Members_that_a_partial_write_sends_as_null_are_taken_away()
    {
        StoredConnection connection = await CreateReadyAsync();
        ItemWrite whole = Write("one", "title", AclOf("a"), "content", "label");
        await PutAsync(connection.Key, whole);

        ItemWrite nothing = whole with { Acl = null, Properties = null, HasContent = true, Content = null, HasSensitivityLabel = true, SensitivityLabelId = null };
        ExternalItem? answered = (await PutAsync(connection.Key, nothing)).Item;

        ShouldEqual(whole with { Content = null, SensitivityLabelId = null }, answered);
        ShouldEqual(whole with { Content = null, SensitivityLabelId = null }, await Items.FindOrNullAsync(connection.Key, "one", Token));
        Assert.Equal(0, await CountAsync("item_content"));
    }

    [Fact]
    public async Task A_new_item_without_list_or_properties_is_incomplete_and_changes_nothing()
    {
        StoredConnection connection = await CreateReadyAsync();

        Assert.Equal(PutItemOutcome.Incomplete, (await PutAsync(connection.Key, Write("one") with { Acl = null })).Outcome);
        Assert.Equal(PutItemOutcome.Incomplete, (await PutAsync(connection.Key, Write("one") with { Properties = null })).Outcome);

        await ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task A_write_that_was_checked_against_another_schema_version_is_refused()
    {
        StoredConnection connection = await CreateReadyAsync();
        await AcceptAsync(connection.Key, 1, SchemaWith("title", "author"), isImmediate: true);

        Assert.Equal(PutItemOutcome.SchemaChanged, (await PutAsync(connection.Key, Write("one"), schema: 1)).Outcome);
        Assert.Equal(PutItemOutcome.Stored, (await PutAsync(connection.Key, Write("one"), schema: 2)).Outcome);
    }

    [Fact]
    public async Task A_schema_that_only_waits_to_be_active_overtakes_nothing()
    {
        StoredConnection connection = await CreateReadyAsync();
        await AcceptAsync(connection.Key, 1, SchemaWith("title", "author"));

        Assert.Equal(PutItemOutcome.Stored, (await PutAsync(connection.Key, Write("one"), schema: 1)).Outcome);
    }

    [Fact]
    public async Task A_draft_takes_no_items_and_gives_none()
    {
        StoredConnection draft = await CreateDraftAsync();

        Assert.Equal(PutItemOutcome.NotReady, (await PutAsync(draft.Key, Write("one"), schema: 0)).Outcome);
        Assert.Equal(DeleteItemOutcome.NotReady, await Items.DeleteAsync(draft.Key, "one", Token));
        await ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task A_connection_that_is_gone_or_being_deleted_takes_no_write()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one"));
        await BeginDeletionAsync(connection.Key);

        Assert.Equal(PutItemOutcome.Gone, (await PutAsync(connection.Key, Write("two"))).Outcome);
        Assert.Equal(DeleteItemOutcome.Gone, await Items.DeleteAsync(connection.Key, "one", Token));
        Assert.Equal(PutItemOutcome.Gone, (await PutAsync(new ConnectionKey(999), Write("two"))).Outcome);
        Assert.Equal(DeleteItemOutcome.Gone, await Items.DeleteAsync(new ConnectionKey(999), "one", Token));
    }

    [Fact]
    public async Task A_re_created_connection_has_nothing_of_its_predecessor()
    {
        StoredConnection old = await CreateReadyAsync();
        await PutManyAsync(old.Key, 5);
        await DeleteWholeAsync(old.Key);
        StoredConnection next = await CreateReadyAsync();

        Assert.NotEqual(old.Key, next.Key);
        Assert.Equal(0, next.ItemCount);
        Assert.Null(await Items.FindOrNullAsync(next.Key, "item00000", Token));

        // A write that was checked before the deletion must not land in the successor.
        Assert.Equal(PutItemOutcome.Gone, (await PutAsync(old.Key, Write("late"))).Outcome);
        Assert.Equal(0, (await FindAsync("contosohr")).ItemCount);
    }

    [Fact]
    public async Task The_quota_stops_new_items_only()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one"), maxItems: 2);
        await PutAsync(connection.Key, Write("two"), maxItems: 2);

        Assert.Equal(PutItemOutcome.QuotaReached, (await PutAsync(connection.Key, Write("three"), maxItems: 2)).Outcome);
        Assert.Equal(PutItemOutcome.Stored, (await PutAsync(connection.Key, Write("two", "again"), maxItems: 2)).Outcome);
        await Items.DeleteAsync(connection.Key, "one", Token);
        Assert.Equal(PutItemOutcome.Stored, (await PutAsync(connection.Key, Write("three"), maxItems: 2)).Outcome);
    }

    [Fact]
    public async Task Of_two_writers_at_the_quota_one_gets_through()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 9);

        PutItemResult[] results = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Run(
            () => PutAsync(connection.Key, Write($"last{i}"), maxItems: 10).AsTask())));

        Assert.Equal([PutItemOutcome.Stored, PutItemOutcome.QuotaReached], results.Select(result => result.Outcome).Order());
        Assert.Equal(10, (await FindAsync("contosohr")).ItemCount);
    }

    [Fact]
    public async Task The_tenants_quota_counts_its_connections_that_are_not_going_away_and_no_other_tenants()
    {
        StoredConnection one = await CreateReadyAsync("one");
        StoredConnection two = await CreateReadyAsync("two");
        StoredConnection foreign = await CreateReadyAsync("one", OtherTenant);
        await PutAsync(foreign.Key, Write("a"));
        await PutAsync(one.Key, Write("a"), maxOfTenant: 2);
        await PutAsync(two.Key, Write("a"), maxOfTenant: 2);

        Assert.Equal(PutItemOutcome.TenantQuotaReached, (await PutAsync(one.Key, Write("b"), maxOfTenant: 2)).Outcome);
        Assert.Equal(PutItemOutcome.Stored, (await PutAsync(one.Key, Write("a", "again"), maxOfTenant: 2)).Outcome);
        Assert.Equal(2, (await FindAsync("one")).TenantItemCount);
        Assert.Equal(1, (await FindAsync("one", OtherTenant)).TenantItemCount);
        await BeginDeletionAsync(two.Key);
        Assert.Equal(1, (await FindAsync("one")).TenantItemCount);
        Assert.Equal(PutItemOutcome.Stored, (await PutAsync(one.Key, Write("b"), maxOfTenant: 2)).Outcome);
        Assert.Equal(PutItemOutcome.TenantQuotaReached, (await PutAsync(one.Key, Write("c"), maxOfTenant: 2)).Outcome);
    }

    [Fact]
    public async Task Of_writers_of_two_connections_at_the_tenants_quota_one_gets_through()
    {
        StoredConnection[] connections = [await CreateReadyAsync("one"), await CreateReadyAsync("two")];
        await PutManyAsync(connections[0].Key, 9);

        PutItemResult[] results = await Task.WhenAll(connections.Select(connection => Task.Run(
            () => PutAsync(connection.Key, Write("last"), maxOfTenant: 10).AsTask())));

        Assert.Equal([PutItemOutcome.Stored, PutItemOutcome.TenantQuotaReached], results.Select(result => result.Outcome).Order());
        Assert.Equal(10, await CountAsync("item"));
    }

    [Fact]
    public async Task A_write_that_was_checked_by_other_settings_of_the_connection_is_refused()
    {
        StoredConnection connection = await CreateReadyAsync();
        PutItem put = new(Write("one"), 1, new ItemLimits(10, 10, 10), null) { ConnectionVersion = connection.Version };
        await Connections.UpdateAsync(Tenant, connection.Key, connection.Version, ConnectionOf("contosohr", description: "new"), Token);

        Assert.Equal(PutItemOutcome.SchemaChanged, (await Items.PutAsync(connection.Key, put, Token)).Outcome);
        await ShouldHoldNothingAsync();
        Assert.Equal(PutItemOutcome.Stored, (await Items.PutAsync(connection.Key, put with { ConnectionVersion = connection.Version + 1 }, Token)).Outcome);
    }

    [Fact]
    public async Task A_patch_never_creates_and_keeps_what_it_leaves_out_however_much_it_sends()
    {
        StoredConnection connection = await CreateReadyAsync();
        Assert.Equal(PutItemOutcome.NotFound, (await PutAsync(connection.Key, Write("one"), isPatch: true)).Outcome);
        Assert.Equal(PutItemOutcome.NotFound, (await PutAsync(connection.Key, Write("one"), isPatch: true, maxItems: 0)).Outcome);
        await ShouldHoldNothingAsync();
        ItemWrite whole = Write("one", "title", AclOf("a"), "content", "label");
        await PutAsync(connection.Key, whole);

        ExternalItem? answered = (await PutAsync(connection.Key, Write("one", "other", AclOf("b")), isPatch: true)).Item;

        ItemWrite merged = whole with { Acl = AclOf("b"), Properties = PropertiesOf("other") };
        ShouldEqual(merged, answered);
        ShouldEqual(merged, await Items.FindOrNullAsync(connection.Key, "one", Token));
    }

    [Fact]
    public async Task Activities_are_kept_with_their_item_and_no_change_of_it()
    {
        StoredConnection connection = await CreateReadyAsync();
        var first = new ExternalActivity(ExternalActivityType.Viewed, DateTimeOffset.UnixEpoch.AddTicks(1), new Identity("g", IdentityType.ExternalGroup));
        await PutAsync(connection.Key, Write("one") with { Activities = [first] });

        Assert.Equal(AddActivitiesOutcome.Added, await Activities.AddAsync(connection.Key, "one", [first with { Type = ExternalActivityType.Modified }], 2, Token));
        Assert.Equal(AddActivitiesOutcome.NotFound, await Activities.AddAsync(connection.Key, "ONE", [first], 2, Token));
        Assert.Equal(AddActivitiesOutcome.Gone, await Activities.AddAsync(new ConnectionKey(999), "one", [first], 2, Token));
        await ReopenAsync();

        Assert.Equal([first, first with { Type = ExternalActivityType.Modified }], await Activities.ListAsync(connection.Key, "one", Token));
        Assert.Equal(1, (await FindAsync("contosohr")).LastChange);
        await Activities.AddAsync(connection.Key, "one", [first], 0, Token);
        Assert.Empty(await Activities.ListAsync(connection.Key, "one", Token));
        await BeginDeletionAsync(connection.Key);
        Assert.Equal(AddActivitiesOutcome.Gone, await Activities.AddAsync(connection.Key, "one", [first], 2, Token));
    }

    [Fact]
    public async Task Concurrent_writers_get_distinct_change_numbers_without_gaps_and_counters_agree_with_rows()
    {
        StoredConnection connection = await CreateReadyAsync();

        PutItemResult[] results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(
            () => PutAsync(connection.Key, Write($"item{i % 50}", acl: AclOf($"group{i % 7}"))).AsTask())));

        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), results.Select(result => result.Change).Order());
        StoredConnection after = await FindAsync("contosohr");
        Assert.Equal((50L, 200L), (after.ItemCount, after.LastChange));
        Assert.Equal((50L, 200L, 7L), (await CountAsync("item"), await CountAsync("change"), await CountAsync("acl")));
        Assert.Equal(7, await CounterAsync("acls"));
    }

    [Fact]
    public async Task A_deleted_item_is_gone_with_its_content_and_counted_off()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one", content: "content"));
        await PutAsync(connection.Key, Write("two", content: "content"));

        Assert.Equal(DeleteItemOutcome.Deleted, await Items.DeleteAsync(connection.Key, "one", Token));

        Assert.Null(await Items.FindOrNullAsync(connection.Key, "one", Token));
        Assert.NotNull(await Items.FindOrNullAsync(connection.Key, "two", Token));
        StoredConnection after = await FindAsync("contosohr");
        Assert.Equal((1L, 3L), (after.ItemCount, after.LastChange));
        Assert.Equal((1L, 1L), (await CountAsync("item"), await CountAsync("item_content")));
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_no_change()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one"));

        Assert.Equal(DeleteItemOutcome.NotFound, await Items.DeleteAsync(connection.Key, "two", Token));
        Assert.Equal(DeleteItemOutcome.NotFound, await Items.DeleteAsync(connection.Key, "ONE", Token));

        StoredConnection after = await FindAsync("contosohr");
        Assert.Equal((1L, 1L), (after.ItemCount, after.LastChange));
    }

    [Fact]
    public async Task An_item_that_comes_back_after_its_deletion_has_another_surrogate_key_and_nothing_of_the_old()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one", content: "content", label: "label"));
        long oldNumber = (await Items.ReadHitsAsync([(connection.Key, ["one"])], long.MaxValue, Token))![0]["one"].Number;
        await Items.DeleteAsync(connection.Key, "one", Token);
        await PutAsync(connection.Key, Write("one"));

        ShouldEqual(Write("one"), await Items.FindOrNullAsync(connection.Key, "one", Token));
        Assert.NotEqual(oldNumber, (await Items.ReadHitsAsync([(connection.Key, ["one"])], long.MaxValue, Token))![0]["one"].Number);
    }

    [Fact]
    public async Task The_same_list_is_one_row_in_its_connection_and_another_order_is_another_list()
    {
        StoredConnection one = await CreateReadyAsync("one");
        StoredConnection two = await CreateReadyAsync("two");
        await PutAsync(one.Key, Write("a", acl: AclOf("x", "y")));
        await PutAsync(one.Key, Write("b", acl: AclOf("x", "y")));
        await PutAsync(one.Key, Write("a", "again", AclOf("x", "y")));
        Assert.Equal(1, await CountAsync("acl"));

        await PutAsync(one.Key, Write("c", acl: AclOf("y", "x")));
        Assert.Equal(2, await CountAsync("acl"));

        await PutAsync(two.Key, Write("a", acl: AclOf("x", "y")));
        Assert.Equal(3, await CountAsync("acl"));
        Assert.Equal(["x", "y"], (await Items.FindOrNullAsync(one.Key, "b", Token))!.Acl.Entries.Select(entry => entry.Value));
        Assert.Equal(["y", "x"], (await Items.FindOrNullAsync(one.Key, "c", Token))!.Acl.Entries.Select(entry => entry.Value));
    }

    [Fact]
    public async Task Lists_that_differ_in_one_member_are_kept_apart()
    {
        StoredConnection connection = await CreateReadyAsync();
        const string Guid = "3c1e7a4e-9d65-4a5c-9d2c-abcdefabcdef";
        AclEntry[] entries =
        [
            new(AclType.User, Guid, AccessType.Grant),
            new(AclType.User, Guid, AccessType.Deny),
            new(AclType.Group, Guid, AccessType.Grant),
            new(AclType.ExternalGroup, Guid, AccessType.Grant),
            new(AclType.User, Guid.ToUpperInvariant(), AccessType.Grant),
            new(AclType.Everyone, "everyone", AccessType.Grant),
            new(AclType.EveryoneExceptGuests, "everyone", AccessType.Grant),
        ];
        for (int i = 0; i < entries.Length; i++)
        {
            await PutAsync(connection.Key, Write($"item{i}", acl: new Acl([entries[i]])));
        }

        await PutAsync(connection.Key, Write("empty", acl: Acl.Empty));

        Assert.Equal(entries.Length + 1, await CountAsync("acl"));
        for (int i = 0; i < entries.Length; i++)
        {
            Assert.Equal(entries[i], Assert.Single((await Items.FindOrNullAsync(connection.Key, $"item{i}", Token))!.Acl.Entries));
        }

        Assert.Empty((await Items.FindOrNullAsync(connection.Key, "empty", Token))!.Acl.Entries);
    }

    [Fact]
    public async Task Hits_are_read_as_they_are_now_without_those_that_are_gone()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("long", "l", AclOf("a"), "the whole content"), excerpt: "the whole");
        await PutAsync(connection.Key, Write("short", "s", AclOf("b"), "short content"));
        await PutAsync(connection.Key, Write("bare", "b"));
        await PutAsync(connection.Key, Write("gone", "g"));
        await Items.DeleteAsync(connection.Key, "gone", Token);

        IReadOnlyDictionary<string, StoredHit> hits = (await Items.ReadHitsAsync([(connection.Key, ["bare", "gone", "long", "never", "short"])], long.MaxValue, Token))![0];

        Assert.Equal(["bare", "long", "short"], hits.Keys.Order());
        Assert.Equal("the whole", hits["long"].Excerpt);
        Assert.Equal("short content", hits["short"].Excerpt);
        Assert.Null(hits["bare"].Excerpt);
        Assert.Equal("a", Assert.Single(hits["long"].Acl.Entries).Value);
        Assert.Equal(PropertiesOf("s"), hits["short"].Properties.ToArray());
    }

    [Fact]
    public async Task Hits_of_several_connections_are_read_each_from_its_own_as_far_as_all_together_have_room()
    {
        StoredConnection one = await CreateReadyAsync("one");
        StoredConnection two = await CreateReadyAsync("two");
        StoredConnection three = await CreateReadyAsync("three");
        await PutAsync(one.Key, Write("same", "of one", AclOf("a")));
        await PutAsync(two.Key, Write("same", "of two", AclOf("b")));
        await PutAsync(two.Key, Write("other", "other of two", AclOf("c")));
        (ConnectionKey, string[])[] asked = [(two.Key, ["other", "same"]), (three.Key, ["same"]), (one.Key, ["other", "same"])];

        IReadOnlyList<IReadOnlyDictionary<string, StoredHit>> read = (await Items.ReadHitsAsync(asked, long.MaxValue, Token))!;

        Assert.Equal(["other", "same"], read[0].Keys.Order());
        Assert.Empty(read[1]);
        Assert.Equal(["same"], read[2].Keys);
        Assert.Equal(PropertiesOf("of two"), read[0]["same"].Properties.ToArray());
        Assert.Equal(PropertiesOf("of one"), read[2]["same"].Properties.ToArray());
        Assert.Equal("a", Assert.Single(read[2]["same"].Acl.Entries).Value);

        long all = read.Sum(hits => hits.Values.Sum(hit => hit.Properties.Length + (long)AclJson.ToBytes(hit.Acl).Length));
        Assert.NotNull(await Items.ReadHitsAsync(asked, all, Token));
        Assert.Null(await Items.ReadHitsAsync(asked, all - 1, Token));
        Assert.Empty((await Items.ReadHitsAsync([], 0, Token))!);
        Assert.Equal(["same"], (await Items.ReadHitsAsync([asked[2]], all, Token))![0].Keys);
    }

    [Fact]
    public async Task Contents_are_read_with_their_lists_in_order_as_far_as_there_is_room()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("a", acl: AclOf("x"), content: "1234567"), excerpt: "1");
        await PutAsync(connection.Key, Write("b", content: "äöü"));
        await PutAsync(connection.Key, Write("c", content: "123456789"));
        await PutAsync(connection.Key, Write("none"));

        IReadOnlyList<StoredContent> all = await Items.ReadContentsAsync(connection.Key, ["c", "none", "never", "a", "b"], 100, 100, Token);
        Assert.Equal([("c", "123456789", 9L), ("a", "1234567", 7L), ("b", "äöü", 6L)], all.Select(stored => (stored.ItemId, stored.Content.Value, stored.Bytes)));
        Assert.Equal("x", Assert.Single(all[1].Acl.Entries).Value);
        Assert.Equal(ExternalItemContentType.Text, all[1].Content.Type);

        Assert.Equal(["a", "b"], (await Items.ReadContentsAsync(connection.Key, ["c", "a", "b"], 7, 100, Token)).Select(stored => stored.ItemId));
        Assert.Equal(["c", "b"], (await Items.ReadContentsAsync(connection.Key, ["c", "a", "b"], 100, 15, Token)).Select(stored => stored.ItemId));
        Assert.Empty(await Items.ReadContentsAsync(connection.Key, ["a"], 100, 6, Token));
    }

    [Fact]
    public async Task A_large_item_and_empty_content_pass_unharmed()
    {
        StoredConnection connection = await CreateReadyAsync();
        var text = new StringBuilder();
        for (int i = 0; text.Length < 5_000_000; i++)
        {
            text.Append(i).Append(" 世界 ");
        }

        await PutAsync(connection.Key, Write("large", content: text.ToString()));
        await PutAsync(connection.Key, Write("empty", content: ""));

        Assert.Equal(text.ToString(), (await Items.FindOrNullAsync(connection.Key, "large", Token))!.Content!.Value);
        Assert.Equal("", (await Items.FindOrNullAsync(connection.Key, "empty", Token))!.Content!.Value);
    }

    [Fact]
    public async Task Every_stored_write_and_every_deletion_is_told_and_nothing_else()
    {
        int told = 0;
        Signals.Changed += _ => told++;
        StoredConnection connection = await CreateReadyAsync();

        await PutAsync(connection.Key, Write("one"));
        await PutAsync(connection.Key, Write("two"), schema: 7);
        await PutAsync(connection.Key, Write("two"), maxItems: 1);
        Assert.Equal(1, told);
        await Items.DeleteAsync(connection.Key, "two", Token);
        Assert.Equal(1, told);
        await Items.DeleteAsync(connection.Key, "one", Token);
        Assert.Equal(2, told);
    }

    private static void ShouldEqual(ItemWrite expected, ExternalItem? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Id, actual.Id);
        Assert.Equal(expected.Acl!.Entries, actual.Acl.Entries);
        Assert.Equal(expected.Properties!.Value.ToArray(), actual.Properties.ToArray());
        Assert.Equal(expected.Content, actual.Content);
        Assert.Equal(expected.SensitivityLabelId, actual.SensitivityLabelId);
    }

    private async Task ShouldHoldNothingAsync()
    {
        foreach (string table in (string[])["acl", "item", "item_content", "change"])
        {
            Assert.Equal((table, 0L), (table, await CountAsync(table)));
        }

        StoredConnection connection = await FindAsync("contosohr");
        Assert.Equal((0L, 0L), (connection.ItemCount, connection.LastChange));
        Assert.Equal(0, await CounterAsync("acls"));
    }

    private ValueTask<long?> CounterAsync(string column) => Database.ReadAsync(session => session.ScalarOrNull($"SELECT {column} FROM connection"), Token);
}
