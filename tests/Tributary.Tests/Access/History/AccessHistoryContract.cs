using Tributary.Access.History;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Directories.Scim;
using Tributary.Groups;
using Tributary.Operations;
using Tributary.Storage;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Access.History;

/// <summary>From when on there is history, what is noted, and what goes.</summary>
public abstract class AccessHistoryContract : HistoryContract
{
    private const string Ada = "0b1d0000-0000-4000-8000-000000000001";
    private const string Team = "9a9a0000-0000-4000-8000-000000000001";

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private protected AccessHistoryContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    [Fact]
    public async Task Without_a_retention_nothing_is_noted_and_every_instant_is_refused()
    {
        await KeepAsync(null);
        await ChangeOfEveryKindAsync();

        Assert.Equal(0, await CountNotesAsync());
        Assert.Equal(0, await CountAsync("access_history"));
        Assert.Null(History.SinceOrNull);
        Assert.Contains("Access:History:Retention", History.ProblemOrNull(Start), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_change_takes_no_room_and_is_known_since_history_began()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one", acl: AclOf("a")));
        await KeepAsync(Week);
        Time.Advance(TimeSpan.FromDays(1));

        await PutAsync(connection.Key, Write("one", "another title", AclOf("a"), "content"));

        Assert.Equal(0, await CountNotesAsync());
        Assert.Equal(AclOf("a").Entries, (await Reader.FindItemOrNullAsync(connection.Key, "one", Start, Token))!.Acl.Entries);
    }

    [Fact]
    public async Task A_list_holds_until_the_instant_of_the_next_and_not_at_it()
    {
        await KeepAsync(Week);
        StoredConnection connection = await CreateReadyAsync();
        Time.SetUtcNow(Instant(10));
        await PutAsync(connection.Key, Write("one", acl: AclOf("a")));
        Time.SetUtcNow(Instant(20));
        await PutAsync(connection.Key, Write("one", acl: AclOf("b")));
        Time.SetUtcNow(Instant(30));
        await Items.DeleteAsync(connection.Key, "one", Token);
        Time.SetUtcNow(Instant(40));

        Assert.Equal(
            ["", "", "a", "a", "b", "b", "", ""],
            await Task.WhenAll(new[] { 0, 10 - Tick, 10, 20 - Tick, 20, 30 - Tick, 30, 40 }.Select(at => ListAtAsync(connection.Key, Instant(at)))));
    }

    [Fact]
    public async Task Of_two_changes_at_one_instant_the_last_holds_and_what_was_before_the_first_is_kept()
    {
        await KeepAsync(Week);
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one", acl: AclOf("a")));
        Time.SetUtcNow(Instant(10));
        await PutAsync(connection.Key, Write("one", acl: AclOf("b")));
        await Items.DeleteAsync(connection.Key, "one", Token);
        await PutAsync(connection.Key, Write("one", acl: AclOf("c")));
        Time.SetUtcNow(Instant(20));

        Assert.Equal(["a", "a", "c"], await Task.WhenAll(new[] { 0, 10 - Tick, 10 }.Select(at => ListAtAsync(connection.Key, Instant(at)))));
    }

    [Fact]
    public async Task A_list_that_no_item_uses_any_more_is_kept_for_the_past_apart_from_those_of_the_index()
    {
        await KeepAsync(Week);
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one", acl: AclOf("a")));
        Time.SetUtcNow(Instant(10));
        await PutAsync(connection.Key, Write("one", acl: AclOf("b")));
        await Feed.PruneAsync(connection.Key, long.MaxValue, 100, Token);
        await Feed.RemoveUnusedAclsAsync(connection.Key, 100, Token);

        Assert.Equal((1, 1), (await CountAsync("acl"), await CountAsync("acl_past")));
        Assert.Equal("a", await ListAtAsync(connection.Key, Instant(5)));

        Time.Advance(Week + TimeSpan.FromDays(1));
        await PruneAsync();
        Assert.Equal(0, await CountAsync("acl_past"));
    }

    [Fact]
    public async Task A_deleted_connection_is_told_of_by_its_id_until_it_was_deleted_and_its_successor_from_its_creation_on()
    {
        await KeepAsync(Week);
        Time.SetUtcNow(Instant(10));
        StoredConnection first = await CreateReadyAsync();
        await PutManyAsync(first.Key, 5, acl: _ => AclOf("a"));
        await Groups.CreateAsync(first.Key, new ExternalGroup("team", null, null), 100, Token);
        await Groups.AddMemberAsync(first.Key, "team", new Identity(Ada, IdentityType.User), 100, Token);
        Time.SetUtcNow(Instant(20));
        var operation = await BeginDeletionAsync(first.Key);
        Time.SetUtcNow(Instant(30));
        while (await Operations.DeleteStepAsync(operation, 2, TimeSpan.Zero, Token) == StepOutcome.More)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Time.SetUtcNow(Instant(100));
        StoredConnection second = await CreateReadyAsync();
        Time.SetUtcNow(Instant(110));

        Assert.Equal(
            [null, null, first.Key, first.Key, null, null, second.Key],
            await Task.WhenAll(new[] { 0, 10 - Tick, 10, 20 - Tick, 20, 100 - Tick, 100 }.Select(at => Reader.FindConnectionOrNullAsync(Tenant, "contosohr", Instant(at), Token).AsTask())));
        Assert.Null(await Reader.FindConnectionOrNullAsync(OtherTenant, "contosohr", Instant(15), Token));
        Assert.Equal(0, await CountAsync("item"));
        Assert.Equal("a", await ListAtAsync(first.Key, Instant(15), "item00003"));
        Assert.Equal([new(new Principal(AclType.User, Ada), "team")], await Reader.FindExternalGroupsAsync(first.Key, [new Principal(AclType.User, Ada)], Instant(15), Token));
        Assert.True(await Reader.HadExternalGroupAsync(first.Key, "team", Instant(15), Token));
        Assert.False(await Reader.HadExternalGroupAsync(first.Key, "team", Instant(5), Token));
    }

    [Fact]
    public async Task What_is_refused_leaves_no_note()
    {
        await KeepAsync(Week);
        await ProvisionAsync(ScimKind.User, Ada);
        await ProvisionAsync(ScimKind.Group, Team, "{}", Ada);
        long before = await CountNotesAsync();
        string[] tooMany = [.. Enumerable.Range(0, 200).Select(i => $"member{i}")];

        Assert.Equal(ScimOutcome.TooManyMembers, (await ChangeMembersAsync(Team, ScimMemberChangeKind.Replace, tooMany)).Outcome);
        Assert.Equal(ScimOutcome.NameTaken, (await Scim.CreateAsync(
            Tenant, ScimKind.User, new ScimNew(null, Guid.NewGuid().ToString(), new ScimContent("{}"u8.ToArray(), Ada, null, null), [], Start), Limits, Token)).Outcome);

        Assert.Equal(before, await CountNotesAsync());
    }

    [Fact]
    public async Task Of_a_user_only_what_access_asks_is_noted()
    {
        await KeepAsync(Week);
        await ProvisionAsync(ScimKind.User, Ada, """{"userName":"ada","title":"Dr"}""");
        Time.SetUtcNow(Instant(10));
        await ChangeUserAsync(Ada, """{"userName":"ada","title":"Prof"}""");
        Assert.Equal(1, await CountNotesAsync());
        await ChangeUserAsync(Ada, """{"userName":"ada","active":false}""");
        Time.SetUtcNow(Instant(20));
        await ChangeUserAsync(Ada, """{"userName":"ada","active":false,"userType":"guest"}""");
        Time.SetUtcNow(Instant(30));
        await Scim.DeleteAsync(Tenant, ScimKind.User, Ada, null, Time.GetUtcNow(), Token);

        PastDirectoryObject?[] told = await Task.WhenAll(
            new[] { -Tick, 0, 10 - Tick, 10, 20, 30 - Tick, 30 }.Select(at => Reader.FindDirectoryObjectOrNullAsync(Tenant, Ada, Instant(at), Token).AsTask()));
        Assert.Equal(
            [null, (true, null), (true, null), (false, null), (false, true), (false, true), null],
            told.Select(user => user is null ? ((bool, bool?)?)null : (user.IsEnabled, user.IsGuest)));
    }

    [Fact]
    public async Task The_instants_of_which_there_is_history_end_where_it_begins_and_at_the_present()
    {
        Time.SetUtcNow(Instant(10));
        await KeepAsync(Week);
        Time.SetUtcNow(Instant(20));

        Assert.Null(History.ProblemOrNull(Instant(10)));
        Assert.Equal("The history of access begins at 2026-03-14T09:00:10Z, so nothing is known of 2026-03-14T09:00:09.9999999Z.", History.ProblemOrNull(Instant(10).AddTicks(-1)));
        Assert.Null(History.ProblemOrNull(Instant(20)));
        Assert.Equal("2026-03-14T09:00:20.0000001Z is in the future; it is 2026-03-14T09:00:20Z.", History.ProblemOrNull(Instant(20).AddTicks(1)));
    }

    [Fact]
    public async Task What_is_older_than_the_retention_is_refused_and_removed_and_nothing_younger()
    {
        await KeepAsync(Week);
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one", acl: AclOf("a")));
        Time.SetUtcNow(Instant(10));
        await PutAsync(connection.Key, Write("one", acl: AclOf("b")));
        Time.SetUtcNow(Instant(20));
        await PutAsync(connection.Key, Write("one", acl: AclOf("c")));

        // Of the instant before the second change it can just be told.
        Time.SetUtcNow(Instant(10 - Tick) + Week);
        await PruneAsync();
        Assert.Null(History.ProblemOrNull(Instant(10 - Tick)));
        Assert.Equal("a", await ListAtAsync(connection.Key, Instant(10 - Tick)));
        Time.SetUtcNow(Instant(10) + Week);
        Assert.Contains("kept for 7.00:00:00", History.ProblemOrNull(Instant(10 - Tick)), StringComparison.Ordinal);

        // Notes outlive that by a moment, for who is reading.
        Time.SetUtcNow(Instant(10) + Week + TimeSpan.FromMinutes(10));
        await PruneAsync();
        Assert.Equal("b", await ListAtAsync(connection.Key, Instant(20 - Tick)));
        Assert.Equal("c", await ListAtAsync(connection.Key, Instant(20)));
        Assert.Equal(1, await CountAsync("item_acl_past"));
        Time.SetUtcNow(Instant(20) + Week + TimeSpan.FromMinutes(10));
        await PruneAsync();
        Assert.Equal(0, await CountNotesAsync());
        Assert.Equal("c", await ListAtAsync(connection.Key, Time.GetUtcNow() - Week));
    }

    [Fact]
    public async Task A_time_without_history_begins_it_anew_and_what_was_kept_before_goes()
    {
        await KeepAsync(Week);
        await ChangeOfEveryKindAsync();
        Time.SetUtcNow(Instant(50));
        Assert.Equal(Start, await KeepAsync(null));
        Assert.InRange(await CountNotesAsync(), 1, long.MaxValue);
        Assert.Null(await KeepAsync(null));
        Time.SetUtcNow(Instant(60));
        Assert.Null(await KeepAsync(Week));

        Assert.Equal(Instant(60), History.SinceOrNull);
        Assert.NotNull(History.ProblemOrNull(Instant(55)));
        Assert.NotNull(History.ProblemOrNull(Instant(45)));
        await PruneAsync();
        Assert.Equal(0, await CountNotesAsync());
    }

    [Fact]
    public async Task Switched_off_all_of_it_is_removed()
    {
        await KeepAsync(Week);
        await ChangeOfEveryKindAsync();
        await KeepAsync(null);

        await PruneAsync(rows: 1);

        Assert.Equal(0, await CountNotesAsync());
    }

    [Fact]
    public async Task A_restart_goes_on_with_it()
    {
        await KeepAsync(Week);
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one", acl: AclOf("a")));
        Time.SetUtcNow(Instant(10));
        Assert.Null(await KeepAsync(Week));
        await PutAsync(connection.Key, Write("one", acl: AclOf("b")));

        Assert.Equal(Start, History.SinceOrNull);
        Assert.Equal("a", await ListAtAsync(connection.Key, Instant(5)));
    }

    [Fact]
    public async Task A_store_that_was_restored_begins_it_anew()
    {
        await KeepAsync(Week);
        await Database.WriteAsync(WriteScope.Store, session => session.Execute("UPDATE store SET epoch = epoch + 1"), 0, Token);
        Time.SetUtcNow(Instant(10));

        Assert.Equal(Start, await KeepAsync(Week));

        Assert.Equal(Instant(10), History.SinceOrNull);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_does_not_put_a_change_before_an_earlier_one()
    {
        await KeepAsync(Week);
        StoredConnection connection = await CreateReadyAsync();
        Time.SetUtcNow(Instant(100));
        await PutAsync(connection.Key, Write("one", acl: AclOf("a")));

        var behind = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Instant(50));
        History = new AccessHistory(Microsoft.Extensions.Options.Options.Create(new Tributary.Access.AccessOptions { History = { Retention = Week } }), Tributary.Nodes.ThisNode.Alone(behind), behind);
        await ReopenAsync();
        await History.OpenAsync(Database, AnyDirectories, Token);
        await PutAsync(connection.Key, Write("one", acl: AclOf("b")));
        await PutAsync(connection.Key, Write("two", acl: AclOf("b")));

        Assert.Equal(["", "b"], await Task.WhenAll(new[] { 100 - Tick, 100 }.Select(at => ListAtAsync(connection.Key, Instant(at), "two"))));
        Assert.Equal(["", "b"], await Task.WhenAll(new[] { 100 - Tick, 100 }.Select(at => ListAtAsync(connection.Key, Instant(at)))));
    }

    [Fact]
    public async Task Of_two_nodes_whose_clocks_differ_neither_notes_before_the_other_what_came_after_it()
    {
        History = NodeAt(100);
        await ReopenAsync();
        await History.OpenAsync(Database, AnyDirectories, Token);
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one", acl: AclOf("a")));
        await ProvisionAsync(ScimKind.User, "u");
        await ProvisionAsync(ScimKind.Group, "g", members: "u");

        History = NodeAt(50);
        await ReopenAsync();
        await PutAsync(connection.Key, Write("two", acl: AclOf("b")));
        await PutAsync(connection.Key, Write("one", acl: AclOf("b")));
        await ChangeMembersAsync("g", ScimMemberChangeKind.Remove, "u");
        await DeleteWholeAsync(connection.Key);
        await CreateReadyAsync();

        History = NodeAt(101);
        await ReopenAsync();
        await PutAsync((await FindAsync("contosohr")).Key, Write("one", acl: AclOf("c")));

        foreach (string table in (string[])["item_acl_past", "connection_past", "directory_object_past", "directory_member_past"])
        {
            long[] instants = await UntilAsync(table);
            Assert.NotEmpty(instants);
            Assert.Equal(instants.Order(), instants);
            Assert.All(instants, instant => Assert.InRange(instant, Instant(100).UtcTicks, Instant(101).UtcTicks));
        }

        Tributary.Access.History.AccessHistory NodeAt(double seconds)
        {
            var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Instant(seconds));
            var node = new Tributary.Nodes.ThisNode($"at {seconds}", isShared: true, new Tributary.Nodes.NodeOptions(), clock);
            return new(Microsoft.Extensions.Options.Options.Create(new Tributary.Access.AccessOptions { History = { Retention = Week } }), node, clock);
        }

        ValueTask<long[]> UntilAsync(string table) => Database.ReadAsync(
            session =>
            {
                var instants = new List<long>();
                using SqlReader reader = session.Query($"SELECT until FROM {table} ORDER BY key");
                while (reader.Read())
                {
                    instants.Add(reader.GetInt64(0));
                }

                return instants.ToArray();
            },
            Token);
    }

    [Fact]
    public async Task Directories_are_known_since_they_last_changed()
    {
        await KeepAsync(Week, new DirectoryState("Seed", "one"));
        Time.SetUtcNow(Instant(10));
        await KeepAsync(Week, new DirectoryState("Seed", "one"));
        Assert.Equal((Start, Start), (History.SourcesSinceOrNull, History.SeedSinceOrNull));
        await KeepAsync(Week, new DirectoryState("Seed", "two"));
        Assert.Equal((Start, Instant(10)), (History.SourcesSinceOrNull, History.SeedSinceOrNull));
        Time.SetUtcNow(Instant(20));
        await KeepAsync(Week, new DirectoryState("Scim", "two"));
        Assert.Equal((Instant(20), Instant(10)), (History.SourcesSinceOrNull, History.SeedSinceOrNull));
        Time.SetUtcNow(Instant(30));
        History.ForgetSeed();
        Assert.Equal(Instant(30), History.SeedSinceOrNull);
        await History.SeedChangedAsync(Database, "three", Token);
        await KeepAsync(Week, new DirectoryState("Scim", "three"));
        Assert.Equal((Instant(20), Instant(30)), (History.SourcesSinceOrNull, History.SeedSinceOrNull));
        Assert.Equal(Start, History.SinceOrNull);
    }

    [Theory]
    [InlineData("00:00:59", false)]
    [InlineData("00:01:00", true)]
    [InlineData("3650.00:00:00", true)]
    [InlineData("3650.00:00:00.0000001", false)]
    public void A_retention_has_bounds(string retention, bool isRight)
    {
        var options = new Tributary.Access.AccessOptions { History = { Retention = TimeSpan.Parse(retention, System.Globalization.CultureInfo.InvariantCulture) } };

        Assert.Equal(isRight, !options.Problems().Any());
        Assert.All(options.Problems(), problem => Assert.StartsWith("Access:History:Retention is '", problem, StringComparison.Ordinal));
    }

    /// <summary>100 ns, in seconds.</summary>
    private const double Tick = 1e-7;

    /// <summary>The groups that an item granted; empty when there was none.</summary>
    private async Task<string> ListAtAsync(ConnectionKey connection, DateTimeOffset at, string item = "one") =>
        await Reader.FindItemOrNullAsync(connection, item, at, Token) is { } found ? string.Join(',', found.Acl.Entries.Select(entry => entry.Value)) : "";

    private async Task ChangeOfEveryKindAsync()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutAsync(connection.Key, Write("one", acl: AclOf("a")));
        await PutAsync(connection.Key, Write("one", acl: AclOf("b")));
        await Items.DeleteAsync(connection.Key, "one", Token);
        await Feed.PruneAsync(connection.Key, long.MaxValue, 100, Token);
        await Feed.RemoveUnusedAclsAsync(connection.Key, 100, Token);
        await Groups.CreateAsync(connection.Key, new ExternalGroup("team", null, null), 100, Token);
        await Groups.AddMemberAsync(connection.Key, "team", new Identity(Ada, IdentityType.User), 100, Token);
        await Groups.RemoveMemberAsync(connection.Key, "team", Ada, Token);
        await Groups.DeleteAsync(connection.Key, "team", Token);
        await ProvisionAsync(ScimKind.User, Ada);
        await ProvisionAsync(ScimKind.Group, Team, "{}", Ada);
        await ChangeMembersAsync(Team, ScimMemberChangeKind.Remove, Ada);
        await ChangeUserAsync(Ada, """{"userName":"ada","active":false}""");
        await Scim.DeleteAsync(Tenant, ScimKind.User, Ada, null, Time.GetUtcNow(), Token);
        await DeleteWholeAsync(connection.Key);
    }
}
