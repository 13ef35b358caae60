using System.Text;
using Tributary.Directories.Scim;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Directories.Scim;

/// <summary>What the provisioner and the directory rely on, of every database.</summary>
public abstract class ScimStoreContract : StoreContract
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ScimLimits Limits = new(100, 5);

    private protected ScimStoreContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    private SqlScimStore Store => new(Database, History);

    [Fact]
    public async Task Ids_are_unique_across_users_and_groups_of_a_tenant()
    {
        const string wanted = "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef";

        Assert.Equal(wanted, (await CreateAsync(ScimKind.User, "ada", preferred: wanted)).Record!.Id);
        Assert.NotEqual(wanted, (await CreateAsync(ScimKind.Group, null, preferred: wanted)).Record!.Id);
        Assert.Equal(wanted, (await CreateAsync(ScimKind.Group, null, preferred: wanted, tenant: OtherTenant)).Record!.Id);
        Assert.Null(await Store.FindOrNullAsync(Tenant, ScimKind.Group, wanted, Token));
        Assert.Null(await Store.FindOrNullAsync(OtherTenant, ScimKind.User, wanted, Token));
    }

    [Fact]
    public async Task A_refusal_undoes_all_that_came_before_it()
    {
        await CreateAsync(ScimKind.User, "ada");
        ScimRecord group = (await CreateAsync(ScimKind.Group, null, members: ["a", "b", "c"])).Record!;

        Assert.Equal(ScimOutcome.NameTaken, (await CreateAsync(ScimKind.User, "ada")).Outcome);
        Assert.Equal(ScimOutcome.TooManyMembers, (await CreateAsync(ScimKind.Group, null, members: ["1", "2", "3", "4", "5", "6"])).Outcome);
        Assert.Equal(ScimOutcome.TooManyMembers, await ChangeAsync(group.Id, Content("new"), (ScimMemberChangeKind.Remove, ["a"]), (ScimMemberChangeKind.Add, ["d", "e", "f", "g"])));
        Assert.Equal(ScimOutcome.NotFound, await ChangeAsync("nobody", Content("new"), (ScimMemberChangeKind.Add, ["a"])));

        Assert.Equal((1, 1), (await Store.CountAsync(Tenant, ScimKind.User, Token), await Store.CountAsync(Tenant, ScimKind.Group, Token)));
        Assert.Equal(group.Body, (await Store.FindOrNullAsync(Tenant, ScimKind.Group, group.Id, Token))!.Body);
        Assert.Equal(["a", "b", "c"], await MembersAsync(group.Id));
        Assert.Equal(ScimOutcome.Done, await ChangeAsync(group.Id, null, (ScimMemberChangeKind.Remove, ["a"]), (ScimMemberChangeKind.Add, ["d", "e", "b", "f"])));
        Assert.Equal(["b", "c", "d", "e", "f"], await MembersAsync(group.Id));
        Assert.Equal(ScimOutcome.TooManyMembers, await ChangeAsync(group.Id, null, (ScimMemberChangeKind.Add, ["g"])));
        Assert.Equal(ScimOutcome.Done, await ChangeAsync(group.Id, null, (ScimMemberChangeKind.Replace, ["x", "b"])));
        Assert.Equal(["b", "x"], await MembersAsync(group.Id));
    }

    [Fact]
    public async Task A_change_that_relies_on_another_version_does_nothing()
    {
        ScimRecord first = (await CreateAsync(ScimKind.User, "ada")).Record!;
        ScimWritten second = await Store.UpdateAsync(Tenant, ScimKind.User, new ScimChange(first.Id, first.Version, Content("bob"), [], Now.AddHours(1)), Limits, Token);

        Assert.Equal((first.Version + 1, Now, Now.AddHours(1)), (second.Record!.Version, second.Record.Created, second.Record.Modified));
        Assert.Equal(
            ScimOutcome.VersionChanged,
            (await Store.UpdateAsync(Tenant, ScimKind.User, new ScimChange(first.Id, first.Version, Content("cem"), [], Now), Limits, Token)).Outcome);
        Assert.Equal(ScimOutcome.VersionChanged, await Store.DeleteAsync(Tenant, ScimKind.User, first.Id, first.Version, Now, Token));
        Assert.Empty(await LookUpAsync(ScimKind.User, ScimIndex.Name, "ada"));
        Assert.Equal([first.Id], await LookUpAsync(ScimKind.User, ScimIndex.Name, "bob"));
        Assert.Equal(ScimOutcome.Done, await Store.DeleteAsync(Tenant, ScimKind.User, first.Id, second.Record.Version, Now, Token));
        Assert.Equal(ScimOutcome.NotFound, await Store.DeleteAsync(Tenant, ScimKind.User, first.Id, null, Now, Token));
    }

    [Fact]
    public async Task Resources_are_counted_and_no_more_made_than_may_be()
    {
        var two = new ScimLimits(2, 5);
        Assert.Equal(ScimOutcome.Done, (await CreateAsync(ScimKind.User, "a", limits: two)).Outcome);
        ScimWritten second = await CreateAsync(ScimKind.User, "b", limits: two);
        Assert.Equal(ScimOutcome.TooManyResources, (await CreateAsync(ScimKind.User, "c", limits: two)).Outcome);
        Assert.Equal(ScimOutcome.Done, (await CreateAsync(ScimKind.Group, null, limits: two)).Outcome);

        Assert.Equal(ScimOutcome.Done, await Store.DeleteAsync(Tenant, ScimKind.User, second.Record!.Id, null, Now, Token));
        Assert.Equal(ScimOutcome.Done, (await CreateAsync(ScimKind.User, "c", limits: two)).Outcome);
        Assert.Equal(2, await Store.CountAsync(Tenant, ScimKind.User, Token));
        Assert.Equal(0, await Store.CountAsync(OtherTenant, ScimKind.User, Token));
    }

    [Fact]
    public async Task Each_index_finds_its_own_in_the_order_of_ids()
    {
        string[] users = await ManyAsync(5, i => CreateAsync(ScimKind.User, $"user{i}", displayName: "same", externalId: i < 3 ? "x" : null));
        ScimRecord group = (await CreateAsync(ScimKind.Group, null, displayName: "same", externalId: "x", members: [users[0]])).Record!;

        Assert.Equal(users, await LookUpAsync(ScimKind.User, ScimIndex.None, ""));
        Assert.Equal(users, await LookUpAsync(ScimKind.User, ScimIndex.DisplayName, "same"));
        Assert.Equal(3, (await LookUpAsync(ScimKind.User, ScimIndex.ExternalId, "x")).Length);
        Assert.Empty(await LookUpAsync(ScimKind.User, ScimIndex.ExternalId, "X"));
        Assert.Equal([group.Id], await LookUpAsync(ScimKind.Group, ScimIndex.ExternalId, "x"));
        Assert.Equal([group.Id], await LookUpAsync(ScimKind.Group, ScimIndex.Member, users[0]));
        Assert.Empty(await LookUpAsync(ScimKind.Group, ScimIndex.Member, users[1]));
        Assert.Equal(users[2..4], (await Store.ListAsync(Tenant, ScimKind.User, ScimLookup.All, users[1], 2, Token)).Select(record => record.Id));
        Assert.Equal(users[3..], (await Store.ListFromAsync(Tenant, ScimKind.User, 3, 10, Token)).Select(record => record.Id));
        Assert.Empty(await Store.ListFromAsync(OtherTenant, ScimKind.User, 0, 10, Token));
    }

    [Fact]
    public async Task Membership_of_one_state_reaches_through_cycles_and_no_other_tenant()
    {
        ScimRecord ada = (await CreateAsync(ScimKind.User, "ada")).Record!;
        ScimRecord inner = (await CreateAsync(ScimKind.Group, null, members: [ada.Id])).Record!;
        ScimRecord outer = (await CreateAsync(ScimKind.Group, null, members: [inner.Id])).Record!;
        await ChangeAsync(inner.Id, null, (ScimMemberChangeKind.Add, [outer.Id]));
        await CreateAsync(ScimKind.User, "ada", preferred: ada.Id, tenant: OtherTenant);
        await CreateAsync(ScimKind.Group, null, members: [ada.Id], tenant: OtherTenant);

        (ScimRecord user, IReadOnlySet<string> groups) = (await Store.FindMembershipOrNullAsync(Tenant, ada.Id, Token))!.Value;

        Assert.Equal(ada.Id, user.Id);
        Assert.Equal(new HashSet<string> { inner.Id, outer.Id }, groups);
        Assert.Null(await Store.FindMembershipOrNullAsync(Tenant, inner.Id, Token));
        Assert.Null(await Store.FindMembershipOrNullAsync("33333333-3333-3333-3333-333333333333", ada.Id, Token));
    }

    /// <summary>Groups in groups at random, with cycles and members that are not there, among many who are in none; whatever the page, it is what a walk by hand finds.</summary>
    [Theory]
    [InlineData(1, 300)]
    [InlineData(2, 300)]
    [InlineData(3, 30)]
    [InlineData(4, 0)]
    public async Task Pages_of_members_through_groups_have_each_of_them_once_in_order(int seed, int others)
    {
        var random = new Random(seed);
        var limits = new ScimLimits(1000, 1000);
        string[] users = [.. await Task.WhenAll(Enumerable.Range(0, 60 + others).Select(async i => (await CreateAsync(ScimKind.User, $"user{i}", limits: limits)).Record!.Id))];
        string[] groups = [.. await Task.WhenAll(Enumerable.Range(0, 25).Select(async _ => (await CreateAsync(ScimKind.Group, null, limits: limits)).Record!.Id))];
        Dictionary<string, string[]> members = groups.ToDictionary(group => group, _ => (string[])
        [
            .. random.GetItems(users[..60], random.Next(30)), .. random.GetItems(groups, random.Next(3)), .. random.GetItems(["zz", "nobody", Guid.NewGuid().ToString()], 2),
        ]);
        foreach ((string group, string[] ids) in members)
        {
            await ChangeAsync(group, null, limits, (ScimMemberChangeKind.Add, [.. ids.Distinct()]));
        }

        HashSet<string> there = [.. users, .. groups];
        foreach (string group in groups)
        {
            string[] expected = [.. Reach(group, id => members.GetValueOrDefault(id, [])).Where(there.Contains).Order(StringComparer.Ordinal)];
            string[] groupsOf = [.. Reach(group, id => groups.Where(other => members[other].Contains(id))).Order(StringComparer.Ordinal)];
            foreach (int size in (int[])[1, 2, 7, 100])
            {
                Assert.Equal(expected, await WalkAsync(size, async after => [.. (await Store.ListMembersAsync(Tenant, group, true, after, size, Token)).Select(member => member.Record.Id)]));
                Assert.Equal(groupsOf, await WalkAsync(size, async after => [.. (await Store.ListGroupsOfOrNullAsync(Tenant, group, true, after, size, Token))!.Select(record => record.Id)]));
            }
        }
    }

    [Fact]
    public async Task A_group_that_comes_after_it_was_named_and_one_that_goes_count_from_then_on()
    {
        string later = Guid.NewGuid().ToString();
        ScimRecord ada = (await CreateAsync(ScimKind.User, "ada")).Record!;
        ScimRecord outer = (await CreateAsync(ScimKind.Group, null, members: [later])).Record!;
        ScimRecord other = (await CreateAsync(ScimKind.Group, null, members: [later], tenant: OtherTenant)).Record!;
        Assert.Empty(await Store.ListMembersAsync(Tenant, outer.Id, true, "", 10, Token));

        await CreateAsync(ScimKind.Group, null, preferred: later, members: [ada.Id]);
        Assert.Equal(new[] { ada.Id, later }.Order(StringComparer.Ordinal), (await Store.ListMembersAsync(Tenant, outer.Id, true, "", 10, Token)).Select(member => member.Record.Id));
        Assert.Empty(await Store.ListMembersAsync(OtherTenant, other.Id, true, "", 10, Token));

        await Store.DeleteAsync(Tenant, ScimKind.Group, later, null, Now, Token);
        await ChangeAsync(outer.Id, null, (ScimMemberChangeKind.Add, [later]));
        await CreateAsync(ScimKind.User, "later", preferred: later);
        Assert.Equal([later], (await Store.ListMembersAsync(Tenant, outer.Id, true, "", 10, Token)).Select(member => member.Record.Id));
        Assert.Equal(0, await Database.ReadAsync(session => session.ScalarOrNull("SELECT sum(nested) FROM directory_member"), Token));
    }

    [Fact]
    public async Task Of_a_group_single_members_are_found_without_the_others()
    {
        ScimRecord ada = (await CreateAsync(ScimKind.User, "ada")).Record!;
        ScimRecord group = (await CreateAsync(ScimKind.Group, null, members: [ada.Id, "nobody", "other"])).Record!;

        Assert.Equal(
            [(ada.Id, ScimKind.User), ("nobody", (ScimKind?)null)],
            (await Store.FindMembersAsync(Tenant, group.Id, [ada.Id, "stranger", "nobody", ada.Id], Token)).Select(member => (member.Id, member.Kind)));
        Assert.Empty(await Store.FindMembersAsync(OtherTenant, group.Id, [ada.Id], Token));
    }

    [Fact]
    public async Task A_deleted_group_leaves_no_rows()
    {
        ScimRecord inner = (await CreateAsync(ScimKind.Group, null, members: ["a"])).Record!;
        ScimRecord outer = (await CreateAsync(ScimKind.Group, null, members: [inner.Id, "b"])).Record!;

        await Store.DeleteAsync(Tenant, ScimKind.Group, inner.Id, null, Now.AddHours(1), Token);

        Assert.Equal(["b"], await MembersAsync(outer.Id));
        Assert.Equal(Now.AddHours(1), (await Store.FindOrNullAsync(Tenant, ScimKind.Group, outer.Id, Token))!.Modified);
        Assert.Equal(1, await Database.ReadAsync(session => session.ScalarOrNull("SELECT count(*) FROM directory_member"), Token));
        Assert.Equal(1, await Database.ReadAsync(session => session.ScalarOrNull("SELECT members FROM directory_object"), Token));
    }

    private ValueTask<ScimWritten> CreateAsync(
        ScimKind kind, string? name, string? preferred = null, string[]? members = null, string tenant = Tenant, ScimLimits? limits = null, string? displayName = null, string? externalId = null) =>
        Store.CreateAsync(tenant, kind, new ScimNew(preferred, Guid.NewGuid().ToString(), Content(name, displayName, externalId), members ?? [], Now), limits ?? Limits, Token);

    private Task<ScimOutcome> ChangeAsync(string group, ScimContent? content, params (ScimMemberChangeKind Kind, string[] Ids)[] members) =>
        ChangeAsync(group, content, Limits, members);

    private async Task<ScimOutcome> ChangeAsync(string group, ScimContent? content, ScimLimits limits, params (ScimMemberChangeKind Kind, string[] Ids)[] members) =>
        (await Store.UpdateAsync(
            Tenant, ScimKind.Group, new ScimChange(group, null, content, [.. members.Select(change => new ScimMemberChange(change.Kind, change.Ids))], Now), limits, Token)).Outcome;

    /// <summary>What can be reached from an id, itself left out.</summary>
    private static HashSet<string> Reach(string from, Func<string, IEnumerable<string>> next)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([from]);
        while (open.TryPop(out string? id))
        {
            foreach (string further in next(id).Where(reached.Add))
            {
                open.Push(further);
            }
        }

        reached.Remove(from);
        return reached;
    }

    private static async Task<List<string>> WalkAsync(int size, Func<string, Task<string[]>> read)
    {
        var all = new List<string>();
        string[] page;
        do
        {
            page = await read(all.LastOrDefault() ?? "");
            all.AddRange(page);
        }
        while (page.Length == size);
        return all;
    }

    private static ScimContent Content(string? name, string? displayName = null, string? externalId = null) =>
        new(Encoding.UTF8.GetBytes($$"""{"userName":"{{name}}"}"""), name, displayName, externalId);

    private async Task<string[]> MembersAsync(string group) => [.. (await Store.ListMembersAsync(Tenant, group, "", 100, Token)).Select(member => member.Id)];

    private async Task<string[]> LookUpAsync(ScimKind kind, ScimIndex index, string value) =>
        [.. (await Store.ListAsync(Tenant, kind, new ScimLookup(index, value), "", 100, Token)).Select(record => record.Id)];

    private static async Task<string[]> ManyAsync(int count, Func<int, ValueTask<ScimWritten>> create)
    {
        var ids = new List<string>();
        for (int i = 0; i < count; i++)
        {
            ids.Add((await create(i)).Record!.Id);
        }

        return [.. ids.Order(StringComparer.Ordinal)];
    }
}
