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
    [InlineData("""{ "id": "inner", "type": "group", "identitySource": "external" }""", "inner", "externalGroup")]
    [InlineData("""{ "id": "0b1d0000-0000-0000-0000-000000000001", "type": "user", "identitySource": "azureActiveDirectory" }""", "0b1d0000-0000-0000-0000-000000000001", "user")]
    public async Task The_identitySource_of_a_member_is_told_to_no_request_but_that_which_sent_it(string sent, string id, string type)
    {
        const string Members = "/beta/external/connections/contosohr/groups/team/members";
        (await _server.PostAsync(Groups, """{ "id": "team" }""")).ShouldBe(201);
        (await _server.PostAsync(Members, sent)).ShouldBe(201);
        string shown = $"\"id\":\"{id}\",\"type\":\"{type}\"}}";

        Assert.EndsWith("/$entity\"," + shown, (await _server.GetAsync($"{Members}/{id}")).ShouldBe(200).Body, StringComparison.Ordinal);
        Assert.EndsWith("[{" + shown + "]}", (await _server.GetAsync(Members)).ShouldBe(200).Body, StringComparison.Ordinal);

        (await _server.DeleteAsync($"{Members}/{id}")).ShouldBe(204);
        Assert.EndsWith("/$entity\"," + shown, (await _server.PostAsync(Members, $$"""{ "id": "{{id}}", "type": "{{type}}" }""")).ShouldBe(201).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task V1_takes_no_identitySource()
    {
        (await _server.PostAsync(Groups, """{ "id": "team" }""")).ShouldBe(201);

        Answer answer = await _server.PostAsync($"{Groups}/team/members", """{ "id": "inner", "type": "group", "identitySource": "external" }""");

        answer.ShouldBe(400, "BadRequest");
        Assert.StartsWith("$.identitySource: The property 'identitySource' does not exist on type", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", """{ "id": "a b" }""", "InvalidGroupId", "$.id")]
    [InlineData("", """{ "displayName": "x" }""", "InvalidGroupId", "$.id")]
    [InlineData("", """{ "id": "g", "@odata.type": "#microsoft.substrateConnectors.externalGroup" }""", "DeserializationError", "A type named 'microsoft.substrateConnectors.externalGroup' could not be resolved")]
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

    [Theory]
    [InlineData("user")]
    [InlineData("group")]
    public async Task A_member_of_Entra_is_one_in_any_letter_case_and_goes_in_any(string type)
    {
        const string Id = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
        await _server.PostAsync(Groups, """{ "id": "team" }""");
        (await _server.PostAsync($"{Groups}/team/members", $$"""{ "id": "{{Id.ToUpperInvariant()}}", "type": "{{type}}" }""")).ShouldBe(201);

        (await _server.PostAsync($"{Groups}/team/members", $$"""{ "id": "{{Id}}", "type": "{{type}}" }""")).ShouldBe(409, "NameAlreadyExists");
        (await _server.DeleteAsync($"{Groups}/team/members/{Id}")).ShouldBe(204);
        (await _server.DeleteAsync($"{Groups}/team/members/{Id.ToUpperInvariant()}")).ShouldBe(404);
    }

    [Fact]
    public async Task External_groups_as_members_differ_by_letter_case_and_go_one_by_one()
    {
        await _server.PostAsync(Groups, """{ "id": "team" }""");
        (await _server.PostAsync($"{Groups}/team/members", """{ "id": "crew", "type": "externalGroup" }""")).ShouldBe(201);
        (await _server.PostAsync($"{Groups}/team/members", """{ "id": "CREW", "type": "externalGroup" }""")).ShouldBe(201);

        (await _server.DeleteAsync($"{Groups}/team/members/Crew")).ShouldBe(404);
        (await _server.DeleteAsync($"{Groups}/team/members/CREW")).ShouldBe(204);
        (await _server.DeleteAsync($"{Groups}/team/members/crew")).ShouldBe(204);
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

    [Fact]
    public async Task Membership_changes_at_every_level_are_in_force_for_the_next_search()
    {
        const string EntraGroup = "9a9a0000-0000-0000-0000-000000000002";
        await using TestServer server = await StartWithUserInGroupAsync(EntraGroup);
        string ada = await server.UserTokenAsync("ada");
        string oid = TokenClaims.Of(ada).GetProperty("oid").GetString()!;
        (await server.PutAsync("/v1.0/external/connections/contosohr/items/a", Item("top", "grant"))).ShouldBe(200);
        (await server.PutAsync("/v1.0/external/connections/contosohr/items/b", Item("banned", "deny"))).ShouldBe(200);
        foreach (string id in (string[])["top", "middle", "bottom", "banned"])
        {
            (await server.PostAsync(Groups, $$"""{ "id": "{{id}}" }""")).ShouldBe(201);
        }

        // A cycle, which ends: top holds middle, middle bottom, bottom top.
        await AddAsync("top", "middle", "externalGroup");
        await AddAsync("middle", "bottom", "externalGroup");
        await AddAsync("bottom", "top", "externalGroup");
        await SeesAsync("b");
        await AddAsync("bottom", oid, "user");
        await SeesAsync("a", "b");

        // A link in the middle goes and comes back.
        (await server.DeleteAsync($"{Groups}/middle/members/bottom")).ShouldBe(204);
        await SeesAsync("b");
        await AddAsync("middle", EntraGroup.ToUpperInvariant(), "group");
        await SeesAsync("a", "b");
        (await server.DeleteAsync($"{Groups}/middle/members/{EntraGroup.ToUpperInvariant()}")).ShouldBe(204);
        await AddAsync("middle", "bottom", "externalGroup");
        await SeesAsync("a", "b");

        // A group that is deleted takes its members with it; created again it is empty, though the references to it stayed.
        (await server.DeleteAsync($"{Groups}/middle")).ShouldBe(204);
        await SeesAsync("b");
        (await server.PostAsync(Groups, """{ "id": "middle" }""")).ShouldBe(201);
        await SeesAsync("b");
        await AddAsync("middle", oid, "user");
        await SeesAsync("a", "b");

        // A deny reaches through the same nesting.
        await AddAsync("banned", "middle", "externalGroup");
        await SeesAsync("a");
        (await server.DeleteAsync($"{Groups}/banned")).ShouldBe(204);
        await SeesAsync("a", "b");

        async Task AddAsync(string group, string id, string type) =>
            (await server.PostAsync($"{Groups}/{group}/members", $$"""{ "id": "{{id}}", "type": "{{type}}" }""")).ShouldBe(201);

        async Task SeesAsync(params string[] ids)
        {
            Answer answer = (await server.SearchAsync("*", token: ada)).ShouldBe(200);
            Assert.Equal(ids, answer.HitIds.Order(StringComparer.Ordinal));
            Assert.Equal(ids.Length, answer.Total);
        }
    }

    [Fact]
    public async Task An_update_clears_by_null_and_keeps_the_id()
    {
        (await _server.PostAsync(Groups, """{ "id": "team", "displayName": "Team", "description": "All" }""")).ShouldBe(201);

        (await _server.PatchAsync($"{Groups}/team", """{ "id": "team", "description": null }""")).ShouldBe(204);
        (await _server.PatchAsync($"{Groups}/team", "{}")).ShouldBe(204);
        Assert.Equal("PropertyNotUpdateable", (await _server.PatchAsync($"{Groups}/team", """{ "id": "other", "displayName": "x" }""")).ShouldBe(400).InnerCode);
        (await _server.PatchAsync($"{Groups}/nosuch", """{ "displayName": "x" }""")).ShouldBe(404, "ItemNotFound");

        Assert.EndsWith(""","id":"team","displayName":"Team","description":null}""", (await _server.GetAsync($"{Groups}/team")).Body, StringComparison.Ordinal);
    }

    /// <summary>Whoever read the group, merged and wrote it back would put an old value over another's new one.</summary>
    [Fact]
    public async Task Of_updates_at_once_each_keeps_its_part()
    {
        (await _server.PostAsync(Groups, """{ "id": "team" }""")).ShouldBe(201);
        for (int round = 0; round < 20; round++)
        {
            Answer[] answers = await Task.WhenAll(
                _server.PatchAsync($"{Groups}/team", $$"""{ "displayName": "n{{round}}" }"""),
                _server.PatchAsync($"{Groups}/team", $$"""{ "description": "d{{round}}" }"""));

            Assert.All(answers, answer => answer.ShouldBe(204));
            Assert.EndsWith(
                $$""","displayName":"n{{round}}","description":"d{{round}}"}""", (await _server.GetAsync($"{Groups}/team")).ShouldBe(200).Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_many_creates_of_one_group_or_one_member_at_once_one_answers_201()
    {
        Answer[] groups = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _server.PostAsync(Groups, """{ "id": "team" }""")));
        Answer[] members = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _server.PostAsync($"{Groups}/team/members", """{ "id": "x", "type": "externalGroup" }""")));

        foreach (Answer[] answers in new[] { groups, members })
        {
            Assert.Equal(1, answers.Count(answer => answer.Status == 201));
            Assert.Equal(11, answers.Count(answer => answer.Status == 409));
        }
    }

    [Fact]
    public async Task The_limits_of_groups_and_members_hold_at_both_sides_and_also_at_once()
    {
        await using TestServer server = await TestServer.StartAsync("Groups:MaxPerTenant=3", "Groups:MaxMembers=2");
        await server.CreateReadyConnectionAsync("one");
        await server.CreateReadyConnectionAsync("two");
        const string One = "/v1.0/external/connections/one/groups";
        const string Two = "/v1.0/external/connections/two/groups";

        (await server.PostAsync(One, """{ "id": "g" }""")).ShouldBe(201);
        Answer[] created = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => server.PostAsync(i % 2 == 0 ? One : Two, $$"""{ "id": "g{{i}}" }""")));
        Answer[] added = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => server.PostAsync($"{One}/g/members", $$"""{ "id": "m{{i}}", "type": "externalGroup" }""")));

        Assert.Equal((2, 6), (created.Count(answer => answer.Status == 201), created.Count(answer => answer.Status == 400)));
        Assert.Equal((2, 6), (added.Count(answer => answer.Status == 201), added.Count(answer => answer.Status == 400)));
        Assert.All(created.Where(answer => answer.Status == 400), answer => Assert.Equal("GroupQuotaExceeded", answer.InnerCode));
        Assert.All(added.Where(answer => answer.Status == 400), answer => Assert.Equal("MemberQuotaExceeded", answer.InnerCode));
        (await server.DeleteAsync($"{One}/g")).ShouldBe(204);
        (await server.PostAsync(Two, """{ "id": "again" }""")).ShouldBe(201);
    }

    [Fact]
    public async Task Groups_go_with_their_connection_and_a_new_one_of_that_id_has_none()
    {
        await using TestServer server = await TestServer.StartAsync("Groups:MaxPerTenant=2");
        await server.CreateReadyConnectionAsync();
        string oid = TokenClaims.Of(await server.UserTokenAsync("reader")).GetProperty("oid").GetString()!;
        (await server.PostAsync(Groups, """{ "id": "team" }""")).ShouldBe(201);
        (await server.PostAsync(Groups, """{ "id": "other" }""")).ShouldBe(201);
        (await server.PostAsync($"{Groups}/team/members", $$"""{ "id": "{{oid}}", "type": "user" }""")).ShouldBe(201);
        (await server.PutAsync("/v1.0/external/connections/contosohr/items/a", Item("team", "grant"))).ShouldBe(200);
        Assert.Equal(["a"], (await server.SearchAsync("*")).HitIds);

        (await server.DeleteAsync("/v1.0/external/connections/contosohr")).ShouldBe(202);
        await Eventually.HoldsAsync(() => server.GetAsync("/v1.0/external/connections/contosohr"), answer => answer.Status == 404);
        await server.CreateReadyConnectionAsync();

        (await server.GetAsync($"{Groups}/team")).ShouldBe(404, "ItemNotFound");
        (await server.PutAsync("/v1.0/external/connections/contosohr/items/a", Item("team", "grant"))).ShouldBe(200);
        Assert.Empty((await server.SearchAsync("*")).HitIds);
        (await server.PostAsync(Groups, """{ "id": "team" }""")).ShouldBe(201);
        (await server.PostAsync(Groups, """{ "id": "other" }""")).ShouldBe(201);
        Assert.Empty((await server.SearchAsync("*")).HitIds);
    }

    [Fact]
    public async Task Nothing_is_written_to_the_groups_of_a_connection_that_is_being_deleted()
    {
        await using TestServer server = await TestServer.StartAsync("Connections:DeletionDelay=1.00:00:00");
        await server.CreateReadyConnectionAsync();
        (await server.PostAsync(Groups, """{ "id": "team" }""")).ShouldBe(201);
        (await server.DeleteAsync("/v1.0/external/connections/contosohr")).ShouldBe(202);

        Answer[] answers =
        [
            await server.PostAsync(Groups, """{ "id": "late" }"""),
            await server.GetAsync($"{Groups}/team"),
            await server.PatchAsync($"{Groups}/team", """{ "displayName": "x" }"""),
            await server.DeleteAsync($"{Groups}/team"),
            await server.PostAsync($"{Groups}/team/members", """{ "id": "x", "type": "externalGroup" }"""),
            await server.DeleteAsync($"{Groups}/team/members/x"),
        ];

        Assert.All(answers, answer => Assert.Equal("'Connection' was not found.", answer.ShouldBe(404, "ItemNotFound").Reason));
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

    /// <summary>The user <c>ada</c>, whose token names one Entra group.</summary>
    private static async Task<TestServer> StartWithUserInGroupAsync(string group)
    {
        TestServer server = await TestServer.StartWithSeedAsync(
            $$"""{ "users": [ { "userPrincipalName": "ada@tributary.local", "displayName": "Ada", "groups": ["{{group}}"] } ] }""");
        await server.CreateReadyConnectionAsync();
        return server;
    }
}
