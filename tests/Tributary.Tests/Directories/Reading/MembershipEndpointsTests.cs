using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Reading;

public sealed class MembershipEndpointsTests(DirectoryServer directory) : IClassFixture<DirectoryServer>
{
    private const string Ada = DirectoryServer.Ada;
    private const string Bob = DirectoryServer.Bob;
    private const string Everybody = DirectoryServer.Everybody;
    private const string Staff = DirectoryServer.Staff;

    [Theory]
    [InlineData("/groups/" + Everybody + "/members", Bob, Staff)]
    [InlineData("/groups/" + Everybody + "/transitiveMembers", Ada, Bob, Staff)]
    [InlineData("/groups('" + Everybody + "')/transitiveMembers/microsoft.graph.user", Ada, Bob)]
    [InlineData("/groups/" + Everybody + "/transitiveMembers/graph.group", Staff)]
    [InlineData("/groups/" + Everybody + "/members/Microsoft.Graph.Group", Staff)]
    [InlineData("/groups/" + DirectoryServer.Empty + "/members")]
    [InlineData("/groups/" + Staff + "/memberOf", Everybody)]
    [InlineData("/groups/" + Staff + "/transitiveMemberOf", Everybody)]
    [InlineData("/users/" + Ada + "/memberOf", Staff)]
    [InlineData("/users/ada@tributary.local/transitiveMemberOf", Everybody, Staff)]
    [InlineData("/users('" + Ada + "')/transitiveMemberOf/microsoft.graph.group", Everybody, Staff)]
    [InlineData("/users/" + Ada + "/transitiveMemberOf/microsoft.graph.user")]
    public async Task Each_list_holds_what_it_should_and_counts_as_much(string path, params string[] expected)
    {
        foreach (string version in (string[])["/v1.0", "/beta"])
        {
            Assert.Equal(expected, Paging.Ids(await directory.GetAsync(version + path)));
            Assert.Equal($"{expected.Length}", (await directory.GetAsync($"{version}{path}/$count")).ShouldBe(200).Body);
        }
    }

    [Theory]
    [InlineData("/v1.0/me/memberOf", Staff)]
    [InlineData("/v1.0/me/transitiveMemberOf", Everybody, Staff)]
    [InlineData("/v1.0/me/transitiveMemberOf/microsoft.graph.group", Everybody, Staff)]
    public async Task The_signed_in_user_sees_which_groups_he_is_in(string path, params string[] expected)
    {
        Assert.Equal(expected, Paging.Ids(await directory.GetAsAdaAsync(path, "User.Read")));
        Assert.Equal($"{expected.Length}", (await directory.GetAsAdaAsync(path + "/$count", "User.Read")).ShouldBe(200).Body);
    }

    [Fact]
    public async Task A_mixed_list_says_of_each_what_it_is_and_shows_the_members_of_its_kind()
    {
        Answer answer = await directory.GetAsync($"/v1.0/groups/{Everybody}/members?$select=id,displayName,userPrincipalName,securityEnabled");

        Assert.Equal(
            $$"""{"@odata.context":"{{directory.Origin}}/v1.0/$metadata#directoryObjects(id,displayName,userPrincipalName,securityEnabled)","value":[{"@odata.type":"#microsoft.graph.user","displayName":"bob o'Hara","userPrincipalName":"bob@contoso.test","id":"{{Bob}}"},{"@odata.type":"#microsoft.graph.group","id":"{{Staff}}","displayName":"Staff","securityEnabled":true}]}""",
            answer.ShouldBe(200).Body);
        Answer bare = await directory.GetAsync($"/v1.0/groups/{Everybody}/members?$select=id&$format=application/json;odata.metadata=none");
        Assert.Equal($$"""{"value":[{"id":"{{Bob}}"},{"id":"{{Staff}}"}]}""", bare.ShouldBe(200).Body);
    }

    [Fact]
    public async Task A_cast_list_is_one_of_its_kind()
    {
        Answer answer = await directory.GetAsync($"/v1.0/groups/{Everybody}/transitiveMembers/microsoft.graph.user?$count=true&$orderby=displayName desc&$filter=startswith(displayName,'b')&$select=displayName");

        Assert.Equal(
            $$"""{"@odata.context":"{{directory.Origin}}/v1.0/$metadata#users(displayName)","@odata.count":1,"value":[{"displayName":"bob o'Hara"}]}""", answer.ShouldBe(200).Body);
        Assert.Equal(
            "Could not find a property named 'groupTypes' on type 'microsoft.graph.user'.",
            (await directory.GetAsync($"/v1.0/groups/{Everybody}/members/microsoft.graph.user?$select=groupTypes")).ShouldBe(400).ErrorMessage);
    }

    [Fact]
    public async Task Mixed_lists_are_filtered_by_members_of_either_kind_and_paged()
    {
        Assert.Equal([Ada], Paging.Ids(await directory.GetAsync($"/v1.0/groups/{Everybody}/transitiveMembers?$filter=userPrincipalName eq 'ada@tributary.local'")));
        Assert.Equal([Staff], Paging.Ids(await directory.GetAsync($"/v1.0/groups/{Everybody}/transitiveMembers?$filter=securityEnabled eq true")));
        var ids = new List<string>();
        for (string? next = $"/v1.0/groups/{Everybody}/transitiveMembers?$top=1"; next is not null; next = Paging.NextOrNull(await directory.GetAsync(next), ids))
        {
        }

        Assert.Equal([Ada, Bob, Staff], ids);
    }

    [Fact]
    public async Task One_object_of_a_list_is_found_by_its_id()
    {
        Answer answer = (await directory.GetAsync($"/v1.0/groups/{Everybody}/transitiveMembers/{Ada}?$select=mail")).ShouldBe(200);

        Assert.Equal($$"""{"@odata.context":"{{directory.Origin}}/v1.0/$metadata#directoryObjects(mail)/$entity","@odata.type":"#microsoft.graph.user","mail":"ada@contoso.test"}""", answer.Body);
        (await directory.GetAsync($"/v1.0/groups/{Everybody}/members/{Ada}")).ShouldBe(404, "Request_ResourceNotFound");
        (await directory.GetAsync($"/v1.0/users/{Ada}/memberOf/{Staff}")).ShouldBe(200);
        (await directory.GetAsync($"/v1.0/users/{Ada}/memberOf/microsoft.graph.directoryRole")).ShouldBe(400, "Request_BadRequest");
        (await directory.GetAsync($"/v1.0/users/{Ada}/memberOf/{Staff}/$count")).ShouldBe(400, "BadRequest");
    }

    [Theory]
    [InlineData("/v1.0/groups/" + Everybody + "/members", "GroupMember.Read.All", "Staff", null)]
    [InlineData("/v1.0/users/" + Ada + "/transitiveMemberOf", "User.Read.All", null, null)]
    [InlineData("/v1.0/groups/" + Everybody + "/members", "Directory.Read.All", "Staff", "bob o'Hara")]
    public async Task What_the_permissions_do_not_show_is_there_with_its_type_and_id_alone(string path, string role, string? group, string? user)
    {
        Answer answer = (await directory.GetAsync(path, role)).ShouldBe(200);

        foreach (JsonElement member in answer.Json.GetProperty("value").EnumerateArray())
        {
            string? expected = member.GetProperty("@odata.type").GetString() == "#microsoft.graph.user" ? user : group;
            Assert.Equal(expected, member.GetProperty("displayName").GetString());
            Assert.NotNull(member.GetProperty("id").GetString());
        }

        if (user is null)
        {
            (await directory.GetAsync(path + "?$filter=startswith(displayName,'s')", role)).ShouldBe(403, "Authorization_RequestDenied");
            (await directory.GetAsync(path + "?$orderby=displayName", role)).ShouldBe(403, "Authorization_RequestDenied");
        }
    }
}
