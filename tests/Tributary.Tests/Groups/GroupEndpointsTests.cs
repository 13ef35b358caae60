using Tributary.Tests.Hosting;

namespace Tributary.Tests.Groups;

public sealed class GroupEndpointsTests : IAsyncLifetime
{
    private const string Groups = "/v1.0/external/connections/contosohr/groups";
    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await _server.CreateReadyConnectionAsync();
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private string Root => _server.Http.BaseAddress!.ToString().TrimEnd('/');

    [Fact]
    public async Task A_group_is_created_read_updated_and_deleted()
    {
        Answer created = await _server.PostAsync(Groups, """{ "id": "nightshift", "displayName": "Night shift", "description": "From ten to six" }""");
        created.ShouldBe(201);
        Assert.Equal(
            $$"""{"@odata.context":"{{Root}}/v1.0/$metadata#external/connections('contosohr')/groups/$entity","id":"nightshift","displayName":"Night shift","description":"From ten to six"}""",
            created.Body);

        (await _server.PatchAsync($"{Groups}/nightshift", """{ "displayName": "Nights" }""")).ShouldBe(204);
        Answer read = await _server.GetAsync($"{Groups}/nightshift");
        Assert.Equal(
            $$"""{"@odata.context":"{{Root}}/v1.0/$metadata#external/connections('contosohr')/groups/$entity","id":"nightshift","displayName":"Nights","description":"From ten to six"}""",
            read.ShouldBe(200).Body);

        (await _server.DeleteAsync($"{Groups}/nightshift")).ShouldBe(204);
        (await _server.GetAsync($"{Groups}/nightshift")).ShouldBe(404, "ItemNotFound");
        (await _server.DeleteAsync($"{Groups}/nightshift")).ShouldBe(404, "ItemNotFound");
    }

    [Fact]
    public async Task Groups_and_members_can_be_written_before_there_is_a_schema()
    {
        (await _server.PostAsync("/v1.0/external/connections", """{ "id": "draft1", "name": "Draft" }""")).ShouldBe(201);

        (await _server.PostAsync("/v1.0/external/connections/draft1/groups", """{ "id": "g" }""")).ShouldBe(201);
        (await _server.PostAsync("/v1.0/external/connections/draft1/groups/g/members", """{ "id": "other", "type": "externalGroup" }""")).ShouldBe(201);
    }

    [Fact]
    public async Task Adding_twice_is_409_and_removing_what_is_not_there_404()
    {
        (await _server.PostAsync(Groups, """{ "id": "team" }""")).ShouldBe(201);
        (await _server.PostAsync(Groups, """{ "id": "team" }""")).ShouldBe(409, "NameAlreadyExists");

        const string Member = """{ "id": "0b1d0000-0000-0000-0000-000000000001", "type": "user" }""";
        Answer added = await _server.PostAsync($"{Groups}/team/members", Member);
        Assert.Equal(
            $$"""{"@odata.context":"{{Root}}/v1.0/$metadata#external/connections('contosohr')/groups('team')/members/$entity","id":"0b1d0000-0000-0000-0000-000000000001","type":"user"}""",
            added.ShouldBe(201).Body);
        (await _server.PostAsync($"{Groups}/team/members", Member)).ShouldBe(409, "NameAlreadyExists");
        (await _server.PostAsync($"{Groups}/nosuch/members", Member)).ShouldBe(404, "ItemNotFound");

        (await _server.DeleteAsync($"{Groups}/team/members/0b1d0000-0000-0000-0000-000000000001/$ref")).ShouldBe(204);
        (await _server.DeleteAsync($"{Groups}/team/members/0b1d0000-0000-0000-0000-000000000001")).ShouldBe(404, "ItemNotFound");
    }

    [Fact]
    public async Task An_older_client_hears_identitySource_back()
    {
        const string Beta = "/beta/external/connections/contosohr/groups";
        (await _server.PostAsync(Beta, """{ "id": "team" }""")).ShouldBe(201);

        Answer added = await _server.PostAsync(
            $"{Beta}/team/members",
            """{ "@odata.type": "#microsoft.graph.externalConnectors.externalGroupMember", "id": "inner", "type": "Group", "identitySource": "External" }""");

        Assert.EndsWith(""","id":"inner","type":"group","identitySource":"external"}""", added.ShouldBe(201).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", """{ "id": "a b" }""", "InvalidGroupId", "$.id")]
    [InlineData("", """{ "displayName": "x" }""", "InvalidGroupId", "$.id")]
    [InlineData("", """{ "id": "g", "@odata.type": "#microsoft.substrateConnectors.externalGroup" }""", "DeserializationError", "A type named '#microsoft.substrateConnectors.externalGroup' could not be resolved")]
    [InlineData("/team/members", """{ "id": "reader@tributary.local", "type": "user" }""", "InvalidIdentity", "$.id")]
    [InlineData("/team/members", """{ "id": "0b1d0000-0000-0000-0000-000000000001" }""", "InvalidIdentity", "$.type")]
    [InlineData("/team/members", """{ "id": "x", "type": "robot" }""", "DeserializationError", "Requested value 'robot' was not found.")]
    public async Task A_malformed_body_is_refused_with_its_reason(string path, string body, string innerCode, string reason)
    {
        await _server.PostAsync(Groups, """{ "id": "team" }""");

        Answer answer = await _server.PostAsync(Groups + path, body);

        answer.ShouldBe(400, "InvalidRequest");
        Assert.Equal(innerCode, answer.InnerCode);
        Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_is_seen_through_nested_groups_and_no_longer_once_the_membership_ends()
    {
        string reader = await _server.UserTokenAsync("reader");
        string oid = TokenClaims.Of(reader).GetProperty("oid").GetString()!;
        (await _server.PutAsync("/v1.0/external/connections/contosohr/items/a", Item("outer", "grant"))).ShouldBe(200);
        Assert.Empty((await _server.SearchAsync("*")).ShouldBe(200).HitIds);

        await _server.PostAsync(Groups, """{ "id": "outer" }""");
        await _server.PostAsync(Groups, """{ "id": "inner" }""");
        await _server.PostAsync($"{Groups}/outer/members", """{ "id": "inner", "type": "externalGroup" }""");
        await _server.PostAsync($"{Groups}/inner/members", $$"""{ "id": "{{oid}}", "type": "user" }""");
        Answer found = await _server.SearchAsync("*");
        Assert.Equal(["a"], found.ShouldBe(200).HitIds);
        Assert.Equal(1, found.Total);

        (await _server.DeleteAsync($"{Groups}/inner/members/{oid}")).ShouldBe(204);
        Answer gone = await _server.SearchAsync("*");
        Assert.Empty(gone.ShouldBe(200).HitIds);
        Assert.Equal(0, gone.Total);
    }

    [Fact]
    public async Task A_deny_for_an_external_group_wins()
    {
        string oid = TokenClaims.Of(await _server.UserTokenAsync("reader")).GetProperty("oid").GetString()!;
        (await _server.PutAsync("/v1.0/external/connections/contosohr/items/a", Item("banned", "deny"))).ShouldBe(200);
        Assert.Equal(["a"], (await _server.SearchAsync("*")).HitIds);

        await _server.PostAsync(Groups, """{ "id": "banned" }""");
        await _server.PostAsync($"{Groups}/banned/members", $$"""{ "id": "{{oid}}", "type": "user" }""");

        Assert.Empty((await _server.SearchAsync("*")).HitIds);
    }

    [Fact]
    public async Task A_user_in_more_groups_than_the_limit_is_refused_and_not_searched_for_with_some_of_them()
    {
        await using TestServer server = await TestServer.StartAsync("Groups:MaxPerUser=2");
        await server.CreateReadyConnectionAsync();
        string oid = TokenClaims.Of(await server.UserTokenAsync("reader")).GetProperty("oid").GetString()!;
        (await server.PutAsync("/v1.0/external/connections/contosohr/items/a", Item("g3", "deny"))).ShouldBe(200);
        for (int i = 1; i <= 3; i++)
        {
            (await server.SearchAsync("*")).ShouldBe(200);
            (await server.PostAsync(Groups, $$"""{ "id": "g{{i}}" }""")).ShouldBe(201);
            (await server.PostAsync($"{Groups}/g{i}/members", $$"""{ "id": "{{oid}}", "type": "user" }""")).ShouldBe(201);
        }

        (await server.SearchAsync("*")).ShouldBe(403, "Forbidden");
    }

    [Theory]
    [InlineData("+b1d0000-0000-0000-0000-000000000001")]
    [InlineData("0x1d0000-0000-0000-0000-000000000001")]
    [InlineData(" 0b1d0000-0000-0000-0000-000000000001")]
    public async Task A_text_that_only_parses_like_a_GUID_names_nobody_and_is_refused(string id)
    {
        await _server.PostAsync(Groups, """{ "id": "team" }""");

        (await _server.PostAsync($"{Groups}/team/members", $$"""{ "id": "{{id}}", "type": "user" }""")).ShouldBe(400, "InvalidRequest");
        (await _server.PutAsync(
            "/v1.0/external/connections/contosohr/items/a",
            $$"""{ "acl": [ { "type": "user", "value": "{{id}}", "accessType": "deny" } ], "properties": { "title": "t" } }""")).ShouldBe(400, "InvalidRequest");
    }

    [Fact]
    public async Task Groups_of_one_connection_mean_nothing_in_another()
    {
        string oid = TokenClaims.Of(await _server.UserTokenAsync("reader")).GetProperty("oid").GetString()!;
        await _server.CreateReadyConnectionAsync("other");
        (await _server.PutAsync("/v1.0/external/connections/contosohr/items/a", Item("team", "grant"))).ShouldBe(200);
        await _server.PostAsync("/v1.0/external/connections/other/groups", """{ "id": "team" }""");
        await _server.PostAsync("/v1.0/external/connections/other/groups/team/members", $$"""{ "id": "{{oid}}", "type": "user" }""");

        Assert.Empty((await _server.SearchAsync("*", source: "/external/connections/*")).HitIds);
    }

    private static string Item(string group, string access) =>
        $$"""
        { "acl": [ { "type": "externalGroup", "value": "{{group}}", "accessType": "{{access}}" }{{(access == "deny" ? """, { "type": "everyone", "value": "everyone", "accessType": "grant" }""" : "")}} ],
          "properties": { "title": "Rota" } }
        """;
}
