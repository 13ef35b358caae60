using Tributary.Tests.Hosting;

namespace Tributary.Tests.Groups;

/// <summary>Lists of groups and members, additions of ours with a switch.</summary>
public sealed class GroupListingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string User = "0b1d0000-0000-0000-0000-000000000001";

    private TestServer Server => shared.Server;

    private string Origin => Server.Http.BaseAddress!.ToString().TrimEnd('/');

    [Theory]
    [InlineData("")]
    [InlineData("/$count")]
    [InlineData("/g/members")]
    [InlineData("/g/members/$count")]
    [InlineData("/g/members/m")]
    public async Task They_can_be_switched_off(string path)
    {
        await using TestServer server = await TestServer.StartAsync("Groups:AllowListing=false");

        Answer answer = await server.GetAsync($"/v1.0/external/connections/contosohr/groups{path}");

        Assert.Equal("Start the server with --Groups:AllowListing=true to have it.", answer.ShouldBe(501, "NotImplemented").Reason);
    }

    [Fact]
    public async Task Groups_are_listed_page_by_page_in_the_order_of_their_ids()
    {
        (string id, string groups) = await CreateAsync("night", "day", "Dawn");

        Answer all = await Server.GetAsync($"{groups}?$count=true");
        Answer first = await Server.GetAsync($"{groups}?$top=2&$select=displayName");
        Answer second = await Server.GetAsync(Paging.LinkOrNull(first)!);
        Answer one = await Server.GetAsync($"{groups}/day?$select=description");

        string context = $"{Origin}/v1.0/$metadata#external/connections('{id}')/groups";
        Assert.Equal(
            $$"""{"@odata.context":"{{context}}","@odata.count":3,"value":[{"id":"Dawn","displayName":"Name of Dawn","description":null},{"id":"day","displayName":"Name of day","description":null},{"id":"night","displayName":"Name of night","description":null}]}""",
            all.ShouldBe(200).Body);
        Assert.Equal(["Dawn", "day"], Paging.Ids(first));
        Assert.Equal($$"""{"@odata.context":"{{context}}(displayName)","value":[{"id":"night","displayName":"Name of night"}]}""", second.ShouldBe(200).Body);
        Assert.Equal($$"""{"@odata.context":"{{context}}(description)/$entity","id":"day","description":null}""", one.ShouldBe(200).Body);
        Assert.Equal("3", (await Server.GetAsync($"{groups}/$count")).ShouldBe(200).Body);
    }

    [Fact]
    public async Task Members_are_listed_shown_and_counted()
    {
        (string id, string groups) = await CreateAsync("night");
        foreach (string member in (string[])[$$"""{ "id": "{{User}}", "type": "user" }""", """{ "id": "day", "type": "externalGroup" }"""])
        {
            (await Server.PostAsync($"{groups}/night/members", member)).ShouldBe(201);
        }

        (await Server.PostAsync($"{groups.Replace("v1.0", "beta", StringComparison.Ordinal)}/night/members", """{ "id": "dawn", "type": "group", "identitySource": "external" }""")).ShouldBe(201);

        Answer all = await Server.GetAsync($"{groups}/night/members?$count=true");
        Answer first = await Server.GetAsync($"{groups}/night/members?top=1&$select=id");
        Answer rest = await Server.GetAsync(Paging.LinkOrNull(first)!.Replace("top=1", "top=9", StringComparison.Ordinal));
        Answer one = await Server.GetAsync($"{groups}('night')/members('day')");

        string context = $"{Origin}/v1.0/$metadata#external/connections('{id}')/groups('night')/members";
        Assert.Equal(
            $$"""{"@odata.context":"{{context}}","@odata.count":3,"value":[{"id":"{{User}}","type":"user"},{"id":"dawn","type":"externalGroup"},{"id":"day","type":"externalGroup"}]}""",
            all.ShouldBe(200).Body);
        Assert.Contains(
            """{"id":"dawn","type":"externalGroup"}""",
            (await Server.GetAsync($"{groups.Replace("v1.0", "beta", StringComparison.Ordinal)}/night/members")).Body,
            StringComparison.Ordinal);
        Assert.Equal([User], Paging.Ids(first));
        Assert.Equal($$"""{"@odata.context":"{{context}}(id)","value":[{"id":"dawn"},{"id":"day"}]}""", rest.ShouldBe(200).Body);
        Assert.Equal($$"""{"@odata.context":"{{context}}/$entity","id":"day","type":"externalGroup"}""", one.ShouldBe(200).Body);
        Assert.Equal("3", (await Server.GetAsync($"{groups}/night/members/$count")).ShouldBe(200).Body);
    }

    [Fact]
    public async Task Members_that_come_and_go_between_pages_neither_hide_nor_repeat_others()
    {
        (_, string groups) = await CreateAsync("night");
        string[] members = [.. Enumerable.Range(0, 6).Select(i => $"group{i}")];
        foreach (string member in members)
        {
            await AddAsync(member);
        }

        var ids = new List<string>();
        string? next = Paging.NextOrNull(await Server.GetAsync($"{groups}/night/members?$top=2"), ids);
        foreach (string gone in (string[])["group1", "group4"])
        {
            (await Server.DeleteAsync($"{groups}/night/members/{gone}")).ShouldBe(204);
        }

        await AddAsync("group0x");
        await AddAsync("group9");
        while (next is not null)
        {
            next = Paging.NextOrNull(await Server.GetAsync(next), ids);
        }

        Assert.Equal(["group0", "group1", "group2", "group3", "group5", "group9"], ids);

        async Task AddAsync(string member) =>
            (await Server.PostAsync($"{groups}/night/members", $$"""{ "id": "{{member}}", "type": "externalGroup" }""")).ShouldBe(201);
    }

    [Fact]
    public async Task What_is_not_there_is_404_by_its_kind()
    {
        (_, string groups) = await CreateAsync("night", "day");
        string token = Paging.LinkOrNull(await Server.GetAsync($"{groups}?$top=1"))!.Split("$skiptoken=")[1];

        Assert.Equal("'ExternalGroup' was not found.", (await Server.GetAsync($"{groups}/nobody/members")).ShouldBe(404, "ItemNotFound").Reason);
        Assert.Equal("'ExternalGroup' was not found.", (await Server.GetAsync($"{groups}/nobody/members/$count")).ShouldBe(404, "ItemNotFound").Reason);
        Assert.Equal("'ExternalGroup' was not found.", (await Server.GetAsync($"{groups}/nobody/members/x")).ShouldBe(404, "ItemNotFound").Reason);
        Assert.Equal("'Identity' was not found.", (await Server.GetAsync($"{groups}/night/members/x")).ShouldBe(404, "ItemNotFound").Reason);
        Assert.Equal("'Connection' was not found.", (await Server.GetAsync("/v1.0/external/connections/nobody/groups")).ShouldBe(404, "ItemNotFound").Reason);
        (await Server.GetAsync($"{groups}/night/members?$skiptoken={token}")).ShouldBe(400, "BadRequest");
    }

    private async Task<(string Id, string Groups)> CreateAsync(params string[] groups)
    {
        string id = shared.NewId();
        await Server.CreateReadyConnectionAsync(id);
        string path = $"/v1.0/external/connections/{id}/groups";
        foreach (string group in groups)
        {
            (await Server.PostAsync(path, $$"""{ "id": "{{group}}", "displayName": "Name of {{group}}" }""")).ShouldBe(201);
        }

        return (id, path);
    }
}
