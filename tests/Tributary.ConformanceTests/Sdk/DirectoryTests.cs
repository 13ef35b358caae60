using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Graph.Users.Item.GetMemberGroups;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary><c>Me</c>, <c>Users</c>, <c>Groups</c>, <c>ServicePrincipals</c> and <c>Organization</c>, as connectors and their set-up scripts use them.</summary>
public sealed class DirectoryTests : IAsyncLifetime
{
    private const string ReadApp = "00000000-0000-4000-8000-0000000000d1";
    private const string Everybody = "9a9a0000-0000-4000-8000-000000000001";
    private const string Staff = "9a9a0000-0000-4000-8000-000000000002";
    private const string GraphApp = "00000003-0000-0000-c000-000000000000";

    private TestServer _server = null!;
    private Tenant _tenant = null!;

    private GraphServiceClient App => _tenant.AsApp(ReadApp);

    public async ValueTask InitializeAsync()
    {
        string users = string.Join(", ", Enumerable.Range(0, 7).Select(i => $$"""{ "userPrincipalName": "user{{i}}@tributary.local", "displayName": "User {{i}}", "groups": ["{{Staff}}"] }"""));
        _server = await TestServer.StartWithSeedAsync(
            $$"""
            { "apps": [ { "appId": "{{ReadApp}}", "roles": ["Directory.Read.All"] } ],
              "users": [ {{users}} ],
              "groups": [ { "id": "{{Everybody}}", "displayName": "Everybody", "members": ["{{Staff}}"] }, { "id": "{{Staff}}", "displayName": "Staff" } ] }
            """);
        _tenant = new Tenant(_server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task The_signed_in_user_reads_himself_and_his_groups(string version)
    {
        GraphServiceClient client = _tenant.AsUser("user3", version);

        User me = (await client.Me.GetAsync())!;
        DirectoryObjectCollectionResponse direct = (await client.Me.MemberOf.GetAsync())!;
        GroupCollectionResponse transitive = (await client.Me.TransitiveMemberOf.GraphGroup.GetAsync(request => request.QueryParameters.Count = true))!;

        Assert.Equal(("User 3", "user3@tributary.local"), (me.DisplayName, me.UserPrincipalName));
        Assert.Equal("Staff", Assert.IsType<Group>(Assert.Single(direct.Value!)).DisplayName);
        Assert.Equal([Everybody, Staff], transitive.Value!.Select(group => group.Id));
        Assert.Equal(2, transitive.OdataCount);
    }

    [Fact]
    public async Task Users_are_read_by_name_and_iterated_page_by_page()
    {
        User one = (await App.Users["user5@tributary.local"].GetAsync(request => request.QueryParameters.Select = ["id", "accountEnabled", "userType"]))!;
        UserCollectionResponse first = (await App.Users.GetAsync(request =>
        {
            request.QueryParameters.Top = 2;
            request.QueryParameters.Filter = "startswith(displayName,'User')";
            request.QueryParameters.Orderby = ["displayName"];
        }))!;
        List<string?> names = [];
        await PageIterator<User, UserCollectionResponse>.CreatePageIterator(App, first, user =>
        {
            names.Add(user.DisplayName);
            return true;
        }).IterateAsync();

        Assert.Equal((true, "Member", null), (one.AccountEnabled, one.UserType, one.DisplayName));
        Assert.Equal(2, first.Value!.Count);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"User {i}"), names);
        Assert.Equal(10, await App.Users.Count.GetAsync());
    }

    [Fact]
    public async Task Groups_and_their_members_are_read()
    {
        Group group = (await App.Groups[Everybody].GetAsync())!;
        DirectoryObjectCollectionResponse members = (await App.Groups[Everybody].TransitiveMembers.GetAsync())!;
        UserCollectionResponse users = (await App.Groups[Everybody].TransitiveMembers.GraphUser.GetAsync(request => request.QueryParameters.Top = 999))!;

        Assert.Equal("Everybody", group.DisplayName);
        Assert.Equal(7, members.Value!.OfType<User>().Count());
        Assert.Equal("Staff", Assert.Single(members.Value!.OfType<Group>()).DisplayName);
        Assert.Equal(7, users.Value!.Count);
        Assert.Equal(7, await App.Groups[Everybody].TransitiveMembers.GraphUser.Count.GetAsync());
    }

    [Fact]
    public async Task All_groups_of_a_user_are_resolved_in_one_call()
    {
        GetMemberGroupsPostResponse groups =
            (await App.Users["user1@tributary.local"].GetMemberGroups.PostAsGetMemberGroupsPostResponseAsync(new GetMemberGroupsPostRequestBody { SecurityEnabledOnly = true }))!;
        var objects = (await App.DirectoryObjects.GetByIds.PostAsGetByIdsPostResponseAsync(new() { Ids = groups.Value, Types = ["group"] }))!;

        Assert.Equal([Everybody, Staff], groups.Value);
        Assert.Equal(["Everybody", "Staff"], objects.Value!.Cast<Group>().Select(group => group.DisplayName));
    }

    [Fact]
    public async Task Microsoft_Graph_tells_the_ids_of_its_permissions()
    {
        ServicePrincipal listed = Assert.Single((await App.ServicePrincipals.GetAsync(request => request.QueryParameters.Filter = $"appId eq '{GraphApp}'"))!.Value!);
        ServicePrincipal found = (await App.ServicePrincipalsWithAppId(GraphApp).GetAsync())!;

        Assert.Equal(listed.Id, found.Id);
        Assert.Equal(Guid.Parse("8116ae0f-55c2-452d-9944-d18420f5b2c8"), listed.AppRoles!.Single(role => role.Value == "ExternalItem.ReadWrite.OwnedBy").Id);
        Assert.Contains(found.Oauth2PermissionScopes!, scope => scope.Value == "ExternalItem.Read.All");
    }

    [Fact]
    public async Task The_organization_is_the_tenant()
    {
        Organization organization = Assert.Single((await App.Organization.GetAsync())!.Value!);

        Assert.Equal((_tenant.Id, "tributary.local"), (organization.Id, organization.VerifiedDomains![0].Name));
    }

    [Fact]
    public async Task Refusals_are_readable()
    {
        ODataError missing = await Assert.ThrowsAsync<ODataError>(() => App.Users["nobody@tributary.local"].GetAsync());
        ODataError me = await Assert.ThrowsAsync<ODataError>(() => App.Me.GetAsync());

        Assert.Equal((404, "Request_ResourceNotFound"), (missing.ResponseStatusCode, missing.Error!.Code));
        Assert.Equal((400, "BadRequest"), (me.ResponseStatusCode, me.Error!.Code));
    }
}
