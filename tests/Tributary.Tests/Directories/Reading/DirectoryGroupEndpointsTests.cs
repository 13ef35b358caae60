using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Reading;

public sealed class DirectoryGroupEndpointsTests(DirectoryServer directory) : IClassFixture<DirectoryServer>
{
    private const string Everybody = DirectoryServer.Everybody;

    [Theory]
    [InlineData("/v1.0/groups/" + Everybody, "v1.0")]
    [InlineData("/beta/groups('" + Everybody + "')", "beta")]
    [InlineData("/v1.0/groups/9A9A0000-0000-4000-8000-000000000001", "v1.0")]
    public async Task A_group_is_found_by_its_id(string path, string version)
    {
        Answer answer = (await directory.GetAsync(path)).ShouldBe(200);

        Assert.Equal(
            $$"""{"@odata.context":"{{directory.Origin}}/{{version}}/$metadata#groups/$entity","id":"{{Everybody}}","deletedDateTime":null,"description":"All of us","displayName":"Everybody","groupTypes":[],"mail":null,"mailEnabled":false,"mailNickname":null,"securityEnabled":true}""",
            answer.Body);
    }

    [Fact]
    public async Task Groups_are_listed_counted_and_filtered()
    {
        Answer all = await directory.GetAsync("/v1.0/groups?$count=true");

        Assert.Equal([Everybody, DirectoryServer.Staff, DirectoryServer.Empty], Paging.Ids(all));
        Assert.Equal(3, all.Json.GetProperty("@odata.count").GetInt32());
        Assert.Equal("3", (await directory.GetAsync("/v1.0/groups/$count", "GroupMember.Read.All")).ShouldBe(200).Body);
        Assert.Equal([DirectoryServer.Staff], Paging.Ids(await directory.GetAsync("/v1.0/groups?$filter=displayName eq 'staff' and securityEnabled eq true")));
        Assert.Empty(Paging.Ids(await directory.GetAsync("/v1.0/groups?$filter=groupTypes/any(c:c eq 'Unified')")));
        Assert.Equal(3, Paging.Ids(await directory.GetAsync("/v1.0/groups?$filter=not groupTypes/any(c:c eq 'Unified')")).Length);
        Assert.Empty(Paging.Ids(await directory.GetAsync("/v1.0/groups?$filter=mailEnabled eq true")));
    }

    [Fact]
    public async Task A_group_that_is_not_there_is_404_and_an_id_that_is_none_400()
    {
        Assert.Contains(DirectoryServer.Nobody, (await directory.GetAsync($"/v1.0/groups/{DirectoryServer.Nobody}")).ShouldBe(404, "Request_ResourceNotFound").ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("Invalid object identifier 'undefined'.", (await directory.GetAsync("/v1.0/groups/undefined/members")).ShouldBe(400, "Request_BadRequest").ErrorMessage);
    }

    [Fact]
    public async Task Users_permissions_do_not_open_groups()
    {
        (await directory.GetAsync("/v1.0/groups", "User.Read.All")).ShouldBe(403, "Authorization_RequestDenied");
        (await directory.GetAsAdaAsync("/v1.0/groups", "User.Read")).ShouldBe(403, "Authorization_RequestDenied");
        (await directory.GetAsAdaAsync("/v1.0/groups", "Group.Read.All")).ShouldBe(200);
    }
}
