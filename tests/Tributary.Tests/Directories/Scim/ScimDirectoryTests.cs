using Microsoft.Extensions.DependencyInjection;
using Tributary.Directories;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Scim;

/// <summary>What the rest of the server learns from the directory that was provisioned.</summary>
public sealed class ScimDirectoryTests : IAsyncLifetime
{
    private const string Tenant = TestServer.Tenant;

    private ScimServer _scim = null!;
    private IDirectory _directory = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _scim = await ScimServer.StartAsync($$"""{ "tenants": [ { "tenantId": "{{Tenant}}", "displayName": "Contoso", "domains": ["contoso.example"] } ] }""");
        _directory = _scim.Server.Services.GetRequiredService<TenantDirectories>().OfOrNull(Tenant)!;
    }

    public ValueTask DisposeAsync() => _scim.DisposeAsync();

    [Fact]
    public async Task A_user_is_found_by_id_or_name_with_what_was_provisioned()
    {
        string id = await _scim.UserAsync("Ada@Example.com", $$"""
            , "displayName": "Ada", "name": { "givenName": "A", "familyName": "L" }, "title": "Engineer", "active": false, "userType": "guest", "externalId": "x1",
            "emails": [{ "value": "home", "type": "home" }, { "value": "work", "type": "work" }], "{{ScimServer.Enterprise}}": { "department": "HR" }
            """);
        var expected = new DirectoryUser
        {
            Id = id,
            UserPrincipalName = "Ada@Example.com",
            DisplayName = "Ada",
            GivenName = "A",
            Surname = "L",
            Mail = "work",
            JobTitle = "Engineer",
            Department = "HR",
            IsEnabled = false,
            IsGuest = true,
            ExternalId = "x1",
        };

        Assert.Equal(expected, await _directory.FindUserOrNullAsync(Tenant, id.ToUpperInvariant(), Token));
        Assert.Equal(expected, await _directory.FindUserOrNullAsync(Tenant, "ada@example.COM", Token));
        Assert.Equal(expected, (await _directory.FindMembershipOrNullAsync(Tenant, id, Token))?.User);
        Assert.Null(await _directory.FindUserOrNullAsync(Tenant, "bob", Token));
        Assert.Null(await _directory.FindUserOrNullAsync("11111111-1111-1111-1111-111111111111", id, Token));
        Assert.Null(await _directory.FindGroupOrNullAsync(Tenant, id, Token));
    }

    [Fact]
    public async Task A_user_who_is_named_by_the_id_of_another_is_not_taken_for_him()
    {
        const string other = "aaaaaaaa-0000-4000-8000-000000000001";
        string id = await _scim.UserAsync(other, "");

        Assert.Null(await _directory.FindUserOrNullAsync(Tenant, other, Token));
        Assert.NotNull(await _directory.FindUserOrNullAsync(Tenant, id, Token));
    }

    [Theory]
    [InlineData("", true, null, null, "plain")]
    [InlineData(""", "userType": "Member", "name": { "formatted": "Ada L" }, "emails": [{ "value": "a" }, { "value": "b", "primary": true }]""", true, false, "b", "Ada L")]
    [InlineData(""", "userType": "Contractor", "active": true, "emails": [{ "value": "a" }, { "value": "b" }]""", true, null, "a", "plain")]
    [InlineData(""", "userType": "GUEST", "active": "false" """, false, true, null, "plain")]
    public async Task What_was_not_provisioned_is_left_to_the_token_or_derived(string more, bool isEnabled, bool? isGuest, string? mail, string displayName)
    {
        DirectoryUser user = (await _directory.FindUserOrNullAsync(Tenant, await _scim.UserAsync("ada", more), Token))!;

        Assert.Equal((isEnabled, isGuest, mail, displayName), (user.IsEnabled, user.IsGuest, user.Mail, user.DisplayName ?? "plain"));
    }

    [Fact]
    public async Task Membership_reaches_through_groups_in_groups_and_ends_at_cycles()
    {
        string ada = await _scim.UserAsync("ada");
        string inner = await _scim.GroupAsync("inner", ada);
        string middle = await _scim.GroupAsync("middle", inner);
        string outer = await _scim.GroupAsync("outer", middle);
        string unrelated = await _scim.GroupAsync("unrelated");
        (await _scim.PatchAsync($"/Groups/{inner}", ScimServer.Patch($$"""{ "op": "add", "path": "members", "value": [{ "value": "{{outer}}" }, { "value": "{{inner}}" }] }"""))).ShouldBe(204);

        await IsInAsync(inner, middle, outer);
        Assert.Null(await _directory.FindMembershipOrNullAsync(Tenant, unrelated, Token));
        Assert.Equal([inner], await IdsAsync(_directory.ListGroupsOfOrNullAsync(Tenant, ada, false, All<DirectoryGroup>(), Token)));
        Assert.Equal(Sorted(inner, middle, outer), await IdsAsync(_directory.ListGroupsOfOrNullAsync(Tenant, ada, true, All<DirectoryGroup>(), Token)));
        Assert.Equal(Sorted(middle, outer), await IdsAsync(_directory.ListGroupsOfOrNullAsync(Tenant, inner, true, All<DirectoryGroup>(), Token)));
        Assert.Equal(Sorted(ada, outer), await MemberIdsAsync(inner, isTransitive: false));
        Assert.Equal(Sorted(ada, middle, inner), await MemberIdsAsync(outer, isTransitive: true));
        Assert.Null(await _directory.ListMembersOrNullAsync(Tenant, ada, true, All<DirectoryMember>(), Token));
        Assert.Null(await _directory.ListGroupsOfOrNullAsync(Tenant, Guid.Empty.ToString(), true, All<DirectoryGroup>(), Token));

        (await _scim.DeleteAsync($"/Groups/{middle}")).ShouldBe(204);
        await IsInAsync(inner);

        async Task IsInAsync(params string[] groups) =>
            Assert.Equal(groups.ToHashSet(), (await _directory.FindMembershipOrNullAsync(Tenant, ada, Token))!.Groups.ToHashSet());
    }

    [Fact]
    public async Task A_member_that_comes_later_counts_from_then_on_and_one_that_went_does_not_come_back()
    {
        const string late = "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef";
        string group = await _scim.GroupAsync("g", late);
        string other = await _scim.GroupAsync("h", "x");
        Assert.Empty(await MemberIdsAsync(group, isTransitive: true));

        await _scim.UserAsync("late", $$""", "externalId": "{{late}}" """);
        Assert.Equal([group], (await _directory.FindMembershipOrNullAsync(Tenant, late, Token))!.Groups);
        string version = (await _scim.GetAsync($"/Groups/{group}")).Headers.ETag!.ToString();

        (await _scim.DeleteAsync($"/Users/{late}")).ShouldBe(204);
        Assert.Empty(await _scim.MembersAsync(group));
        Assert.NotEqual(version, (await _scim.GetAsync($"/Groups/{group}")).Headers.ETag!.ToString());
        Assert.Equal(["x"], await _scim.MembersAsync(other));
        await _scim.UserAsync("late", $$""", "externalId": "{{late}}" """);
        Assert.Empty((await _directory.FindMembershipOrNullAsync(Tenant, late, Token))!.Groups);
    }

    [Fact]
    public async Task Listings_are_paged_by_id_and_filtered()
    {
        var users = new List<string>();
        for (int i = 0; i < 9; i++)
        {
            users.Add(await _scim.UserAsync($"user{i}", i % 2 == 0 ? """, "title": "even" """ : ""));
        }

        string group = (await _scim.PostAsync(ScimServer.Groups, ScimServer.Group("all", [.. users]).Replace("\"displayName\"", "\"description\": \"d\", \"mail\": \"m\", \"displayName\"", StringComparison.Ordinal)))
            .ShouldBe(201).Json.GetProperty("id").GetString()!;
        users.Sort(StringComparer.Ordinal);

        Assert.Equal(users, await WalkAsync(after => _directory.ListUsersAsync(Tenant, new(_ => true, null, after, 4), Token), user => user.Id));
        Assert.Equal(5, (await WalkAsync(after => _directory.ListUsersAsync(Tenant, new(user => user.JobTitle == "even", null, after, 2), Token), user => user.Id)).Count);
        Assert.Equal(users, await WalkAsync(async after => (await _directory.ListMembersOrNullAsync(Tenant, group, true, new(_ => true, null, after, 4), Token))!, member => member.Id));
        DirectoryPage<DirectoryUser> whole = await _directory.ListUsersAsync(Tenant, new(_ => true, null, null, 9), Token);
        Assert.Equal((9, null), (whole.Entries.Count, whole.Next));
        DirectoryPage<DirectoryUser> empty = await _directory.ListUsersAsync(Tenant, new(_ => true, null, null, 0), Token);
        Assert.Equal((0, null), (empty.Entries.Count, empty.Next));
        Assert.Equal(
            new DirectoryGroup { Id = group, DisplayName = "all", Description = "d", Mail = "m" },
            Assert.Single((await _directory.ListGroupsAsync(Tenant, All<DirectoryGroup>(), Token)).Entries));
    }

    [Fact]
    public async Task There_are_no_applications_and_the_tenant_is_as_the_seed_file_says()
    {
        Assert.Null(await _directory.FindApplicationOrNullAsync(Tenant, TestServer.App, Token));
        DirectoryOrganization organization = await _directory.GetOrganizationAsync(Tenant, Token);
        Assert.Equal((Tenant, "Contoso", "contoso.example"), (organization.TenantId, organization.DisplayName, organization.Domains.Single()));
        Assert.Equal("Tributary", (await _directory.GetOrganizationAsync("11111111-1111-1111-1111-111111111111", Token)).DisplayName);
    }

    private static DirectoryQuery<T> All<T>() => new(_ => true, null, null, 100);

    private static string[] Sorted(params string[] ids) => [.. ids.Order(StringComparer.Ordinal)];

    private static async Task<string[]> IdsAsync(ValueTask<DirectoryPage<DirectoryGroup>?> page) => [.. (await page)!.Entries.Select(group => group.Id)];

    private async Task<string[]> MemberIdsAsync(string group, bool isTransitive) =>
        [.. (await _directory.ListMembersOrNullAsync(Tenant, group, isTransitive, All<DirectoryMember>(), Token))!.Entries.Select(member => member.Id)];

    private static async Task<List<string>> WalkAsync<T>(Func<string?, ValueTask<DirectoryPage<T>>> read, Func<T, string> id)
    {
        var ids = new List<string>();
        string? after = null;
        do
        {
            DirectoryPage<T> page = await read(after);
            ids.AddRange(page.Entries.Select(id));
            after = page.Next;
        }
        while (after is not null);

        return ids;
    }
}
