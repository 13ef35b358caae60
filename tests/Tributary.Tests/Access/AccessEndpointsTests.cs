using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tributary.Access;
using Tributary.Access.History;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Groups;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Search;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Access.AccessServer;

namespace Tributary.Tests.Access;

/// <summary>Over the seed file: Ada is in engineering, which is in staff, which is in engineering again; Gus is a guest, Dan is disabled.</summary>
public sealed class AccessEndpointsTests : IAsyncLifetime
{
    private const string Ada = "0b1d2e3f-0000-4000-8000-00000000000a";
    private const string Bob = "0b1d2e3f-0000-4000-8000-00000000000b";
    private const string Gus = "0b1d2e3f-0000-4000-8000-00000000000c";
    private const string Dan = "0b1d2e3f-0000-4000-8000-00000000000d";
    private const string Nobody = "0b1d2e3f-0000-4000-8000-0000000000ff";
    private const string Engineering = "2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a01";
    private const string Staff = "2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a02";
    private const string OperatorApp = "00000000-0000-4000-8000-0000000000aa";
    private const string OtherTenant = "12345678-1234-4234-8234-123456789abc";

    private const string Seed =
        $$"""
        { "apps": [ { "appId": "{{OperatorApp}}", "roles": ["Tributary.Operate"] } ],
          "users": [
            { "userPrincipalName": "ada@tributary.local", "oid": "{{Ada}}", "displayName": "Ada" },
            { "userPrincipalName": "bob@tributary.local", "oid": "{{Bob}}", "displayName": "Bob" },
            { "userPrincipalName": "gus@tributary.local", "oid": "{{Gus}}", "guest": true },
            { "userPrincipalName": "dan@tributary.local", "oid": "{{Dan}}", "disabled": true }
          ],
          "groups": [
            { "id": "{{Engineering}}", "displayName": "Engineering", "members": ["{{Ada}}", "{{Staff}}"] },
            { "id": "{{Staff}}", "displayName": "Staff", "members": ["{{Engineering}}", "{{Dan}}"] }
          ] }
        """;

    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartWithSeedAsync(Seed);
        await _server.CreateReadyConnectionAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_grant_is_explained_by_the_shortest_chain_through_groups_of_both_kinds_with_their_versions()
    {
        await _server.GroupAsync("readers", [$"externalGroup:team", "externalGroup:readers"]);
        await _server.GroupAsync("team", [$"group:{Staff}", "externalGroup:readers"]);
        await _server.PutListAsync("a", Acl(("user", Bob, "grant"), ("externalGroup", "readers", "grant")));

        Answer answer = await _server.ExplainAsync(Ask("ada@tributary.local", "a"));

        JsonElement verdict = answer.Verdict();
        Assert.True(verdict.IsVisible());
        Assert.Equal("granted", verdict.Reason());
        Assert.Equal(1, verdict.GetProperty("entry").GetProperty("index").GetInt32());
        Assert.Equal([$"user:{Ada}", $"group:{Engineering}", $"group:{Staff}", "externalGroup:team", "externalGroup:readers"], verdict.Chain());
        Assert.Equal(["Engineering", "Staff", "Name of team", "Name of readers"], verdict.GetProperty("chain").EnumerateArray().Skip(1).Select(step => step.GetProperty("displayName").GetString()));
        Assert.All(verdict.GetProperty("chain").EnumerateArray().Skip(1), step => Assert.StartsWith("members-", step.GetProperty("version").GetString(), StringComparison.Ordinal));
        Assert.Equal(1, verdict.GetProperty("item").GetProperty("change").GetInt64());
        Assert.Equal("directory", verdict.GetProperty("user").GetProperty("groupsFrom").GetString());
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_member_is_another_version_and_another_write_another_change()
    {
        await _server.GroupAsync("team", [$"user:{Ada}"]);
        await _server.PutListAsync("a", Acl(("externalGroup", "team", "grant")));
        JsonElement before = (await _server.ExplainAsync(Ask(Ada, "a"))).Verdict();
        JsonElement again = (await _server.ExplainAsync(Ask(Ada, "a"))).Verdict();

        (await _server.PostAsync("/v1.0/external/connections/contosohr/groups/team/members", Identity($"user:{Bob}"))).ShouldBe(201);
        await _server.PutListAsync("a", Acl(("externalGroup", "team", "grant")));
        JsonElement after = (await _server.ExplainAsync(Ask(Ada, "a"))).Verdict();

        Assert.Equal(VersionOf(before), VersionOf(again));
        Assert.NotEqual(VersionOf(before), VersionOf(after));
        Assert.Equal((1, 2), (before.GetProperty("item").GetProperty("change").GetInt64(), after.GetProperty("item").GetProperty("change").GetInt64()));

        static string? VersionOf(JsonElement verdict) => verdict.GetProperty("chain")[1].GetProperty("version").GetString();
    }

    [Fact]
    public async Task Of_several_grants_the_nearest_decides_and_a_deny_before_all()
    {
        await _server.PutListAsync("near", Acl(("group", Staff, "grant"), ("group", Engineering, "grant")));
        await _server.PutListAsync("all", Acl(("group", Engineering, "grant"), ("everyone", "everyone", "grant"), ("user", Ada, "grant")));
        await _server.PutListAsync("denied", Acl(("user", Ada, "grant"), ("group", Staff, "deny")));
        await _server.PutListAsync("empty-handed", Acl(("user", Bob, "grant")));

        JsonElement near = (await _server.ExplainAsync(Ask(Ada, "near"))).Verdict();
        Assert.Equal(1, near.GetProperty("entry").GetProperty("index").GetInt32());
        Assert.Equal([$"user:{Ada}", $"group:{Engineering}"], near.Chain());

        JsonElement all = (await _server.ExplainAsync(Ask(Ada, "all"))).Verdict();
        Assert.Equal(("everyone", 1), (all.GetProperty("entry").GetProperty("type").GetString(), all.Chain().Length));

        JsonElement denied = (await _server.ExplainAsync(Ask(Ada, "denied"))).Verdict();
        Assert.False(denied.IsVisible());
        Assert.Equal("denied", denied.Reason());
        Assert.Equal([$"user:{Ada}", $"group:{Engineering}", $"group:{Staff}"], denied.Chain());

        JsonElement none = (await _server.ExplainAsync(Ask(Ada, "empty-handed"))).Verdict();
        Assert.Equal(("notGranted", JsonValueKind.Null), (none.Reason(), none.GetProperty("entry").ValueKind));
    }

    [Fact]
    public async Task What_is_not_known_of_a_user_is_named_and_counts_against_him()
    {
        await _server.PutListAsync("denied", Acl(("everyone", "everyone", "grant"), ("group", Staff, "deny")));
        await _server.PutListAsync("members", Acl(("everyoneExceptGuests", "x", "grant")));
        await _server.PutListAsync("mine", Acl(("user", Nobody, "grant")));

        JsonElement denied = (await _server.ExplainAsync(Ask(Nobody, "denied", """, "isGuest": false"""))).Verdict();
        Assert.Equal(("mayBeDenied", false), (denied.Reason(), denied.IsVisible()));
        Assert.Equal(["userUnknown"], denied.Unknown());
        Assert.Equal((1, JsonValueKind.Null), (denied.GetProperty("entry").GetProperty("index").GetInt32(), denied.GetProperty("chain").ValueKind));

        JsonElement members = (await _server.ExplainAsync(Ask(Nobody, "members"))).Verdict();
        Assert.Equal("notGranted", members.Reason());
        Assert.Equal(["userUnknown", "guestUnknown"], members.Unknown());

        JsonElement mine = (await _server.ExplainAsync(Ask(Nobody, "mine"))).Verdict();
        Assert.Equal(("granted", false), (mine.Reason(), mine.IsVisible()));
        Assert.Equal(["guestUnknown"], mine.Withheld());
        Assert.True((await _server.ExplainAsync(Ask(Nobody, "mine", """, "isGuest": false"""))).Verdict().IsVisible());
    }

    [Fact]
    public async Task Guests_and_disabled_users_are_shown_nothing_though_a_list_grants_them()
    {
        await _server.PutListAsync("all", Acl(("everyone", "everyone", "grant")));

        JsonElement guest = (await _server.ExplainAsync(Ask(Gus, "all"))).Verdict();
        Assert.Equal(("granted", false), (guest.Reason(), guest.IsVisible()));
        Assert.Equal(["guestNotServed"], guest.Withheld());

        JsonElement disabled = (await _server.ExplainAsync(Ask(Dan, "all"))).Verdict();
        Assert.Equal(["userDisabled"], disabled.Withheld());
        Assert.Contains("disabled", disabled.GetProperty("explanation").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_that_would_be_put_is_judged_and_not_stored()
    {
        string whatIf = $$""", "whatIf": { "item": { "acl": {{Acl(("group", Engineering, "grant"))}}, "properties": { "title": "t" } } }""";

        Answer answer = await _server.ExplainAsync(Ask(Ada, "new", whatIf));

        Assert.Equal(("noItem", false), (answer.Verdict("before").Reason(), answer.Verdict("before").IsVisible()));
        Assert.Equal(("granted", true), (answer.Verdict("after").Reason(), answer.Verdict("after").IsVisible()));
        Assert.Equal(JsonValueKind.Null, answer.Verdict("after").GetProperty("item").GetProperty("change").ValueKind);
        Assert.Equal([$"+ {Ada} new"], answer.Effects());
        (await _server.ExplainAsync(Ask(Ada, "new"))).ShouldBe(404, "ItemNotFound");
    }

    [Fact]
    public async Task Another_list_of_an_item_opens_and_closes_it_for_those_whom_the_difference_names()
    {
        await _server.PutListAsync("a", Acl(("user", Bob, "grant"), ("user", Ada, "grant"), ("user", Nobody, "grant")));

        Answer answer = await _server.ExplainAsync(
            $$"""{ "connectionId": "contosohr", "itemId": "a", "isGuest": false, "userId": "{{Nobody}}", "whatIf": { "acl": {{Acl(("user", Bob, "grant"), ("user", Nobody, "grant"), ("group", Engineering, "deny"))}} } }""");

        // Ada is in the group; of whom the directory does not know it is not known that he is not.
        Assert.Equal([$"- {Ada} a", $"- {Nobody} a"], answer.Effects());
        Assert.False(answer.Verdict("effects").GetProperty("isTruncated").GetBoolean());
        Assert.Equal("mayBeDenied", answer.Verdict("after").Reason());
    }

    [Fact]
    public async Task A_member_that_comes_or_goes_opens_and_closes_items_of_lists_above_the_group_and_no_others()
    {
        await _server.GroupAsync("team", [$"group:{Staff}"]);
        await _server.GroupAsync("readers", ["externalGroup:team"]);
        await _server.PutListAsync("granted", Acl(("externalGroup", "readers", "grant")));
        await _server.PutListAsync("granted-too", Acl(("externalGroup", "readers", "grant")));
        await _server.PutListAsync("denied", Acl(("everyone", "everyone", "grant"), ("externalGroup", "team", "deny")));
        await _server.PutListAsync("other", Acl(("everyone", "everyone", "grant")));

        Answer added = await _server.ExplainAsync($$"""{ "connectionId": "contosohr"{{Moved("add", $"user:{Bob}", "externalGroup:team")}} }""");
        Assert.Equal([$"+ {Bob} granted", $"+ {Bob} granted-too", $"- {Bob} denied"], added.Effects());
        Assert.Equal((1, 2), (added.Verdict("effects").GetProperty("usersLookedAt").GetInt32(), added.Verdict("effects").GetProperty("listsLookedAt").GetInt32()));

        // Ada is a member by way of engineering, and Dan, who is disabled, sees nothing anyway.
        Answer removed = await _server.ExplainAsync($$"""{ "connectionId": "contosohr"{{Moved("remove", $"group:{Staff}", "externalGroup:team")}} }""");
        Assert.Equal([$"+ {Ada} denied", $"- {Ada} granted", $"- {Ada} granted-too"], removed.Effects());

        Answer ofEntra = await _server.ExplainAsync(Ask(Bob, "granted", Moved("add", $"user:{Bob}", $"group:{Engineering}")));
        Assert.Equal([$"+ {Bob} granted", $"+ {Bob} granted-too", $"- {Bob} denied"], ofEntra.Effects());
        Assert.Equal(("notGranted", "granted"), (ofEntra.Verdict("before").Reason(), ofEntra.Verdict("after").Reason()));
        Assert.Equal([$"user:{Bob}", $"group:{Engineering}", $"group:{Staff}", "externalGroup:team", "externalGroup:readers"], ofEntra.Verdict("after").Chain());
        Assert.Equal(JsonValueKind.Null, ofEntra.Verdict("after").GetProperty("chain")[1].GetProperty("version").ValueKind);
    }

    [Fact]
    public async Task What_was_not_looked_at_is_said()
    {
        await _server.GroupAsync("team", []);
        await _server.PutListAsync("a", Acl(("externalGroup", "team", "grant")));
        await _server.PutListAsync("b", Acl(("externalGroup", "team", "grant")));
        string both = $$""", "whatIf": { "membership": [ { "change": "add", "group": {{Identity("externalGroup:team")}}, "member": {{Identity($"user:{Ada}")}} }, { "change": "add", "group": {{Identity("externalGroup:team")}}, "member": {{Identity($"user:{Bob}")}} } ] }""";

        JsonElement users = (await _server.ExplainAsync($$"""{ "connectionId": "contosohr", "maxUsers": 1{{both}} }""")).Verdict("effects");
        JsonElement items = (await _server.ExplainAsync($$"""{ "connectionId": "contosohr", "maxItems": 1{{both}} }""")).Verdict("effects");
        JsonElement exact = (await _server.ExplainAsync($$"""{ "connectionId": "contosohr", "maxUsers": 2, "maxItems": 2{{both}} }""")).Verdict("effects");

        Assert.Equal((true, "users"), (users.GetProperty("isTruncated").GetBoolean(), users.GetProperty("notLookedAt")[0].GetString()));
        Assert.Equal((true, "items"), (items.GetProperty("isTruncated").GetBoolean(), items.GetProperty("notLookedAt")[0].GetString()));
        Assert.Equal((2, 1), (items.GetProperty("lists")[0].GetProperty("itemCount").GetInt32(), items.GetProperty("lists")[0].GetProperty("items").GetArrayLength()));
        Assert.False(exact.GetProperty("isTruncated").GetBoolean());
    }

    [Fact]
    public async Task Who_is_no_administrator_of_the_tenant_is_refused_and_hears_the_same_of_every_other_tenant()
    {
        await _server.PutListAsync("a", Acl(("everyone", "everyone", "grant")));
        string admin = await _server.UserTokenAsync("admin");
        string ofOther = await _server.UserTokenAsync("admin", tenant: OtherTenant);

        (await _server.ExplainAsync(Ask(Ada, "a"), await _server.UserTokenAsync("ada"))).ShouldBe(403, "Authorization_RequestDenied");
        (await _server.ExplainAsync(Ask(Ada, "a"), await _server.AppTokenAsync())).ShouldBe(403, "Authorization_RequestDenied");
        (await _server.ExplainAsync(Ask(Ada, "a"), await _server.UserTokenAsync("admin", "User.Read"))).ShouldBe(403, "Authorization_RequestDenied");
        (await _server.ExplainAsync(Ask(Ada, "a"), await _server.UserTokenAsync("admin", "ExternalItem.ReadWrite.OwnedBy"))).ShouldBe(403, "Authorization_RequestDenied");
        (await _server.ExplainAsync(Ask(Ada, "a"), await _server.UserTokenAsync("admin", "ExternalItem.Read.All"))).ShouldBe(200);

        Answer there = await _server.ExplainAsync(Ask(Ada, "a", $$""", "tenantId": "{{TestServer.Tenant}}" """), ofOther);
        Answer nowhere = await _server.ExplainAsync(Ask(Ada, "a", $$""", "tenantId": "{{Nobody}}" """), ofOther);
        Assert.Contains("$.tenantId", there.ShouldBe(403).Reason, StringComparison.Ordinal);
        Assert.Equal((there.ErrorMessage, there.Reason), (nowhere.ShouldBe(403).ErrorMessage, nowhere.Reason));

        // The connection of the first tenant is to the other one as one that is not there.
        Answer foreign = (await _server.ExplainAsync(Ask(Ada, "a"), ofOther)).ShouldBe(404, "ItemNotFound");
        Answer missing = (await _server.ExplainAsync(Ask(Ada, "a", connection: "missing"), ofOther)).ShouldBe(404, "ItemNotFound");
        Assert.Equal((foreign.ErrorMessage, foreign.Reason), (missing.ErrorMessage, missing.Reason));
        (await _server.ExplainAsync(Ask(Ada, "a", $$""", "tenantId": "{{TestServer.Tenant.ToUpperInvariant()}}" """), admin)).ShouldBe(200);
    }

    [Fact]
    public async Task The_operator_asks_about_every_tenant_and_has_to_name_it()
    {
        await _server.PutListAsync("a", Acl(("everyone", "everyone", "grant")));

        Answer unnamed = (await _server.OperateAsync(HttpMethod.Post, AccessServer.Path, Ask(Ada, "a"))).ShouldBe(400, "InvalidRequest");
        Assert.Contains("$.tenantId", unnamed.Reason, StringComparison.Ordinal);
        Assert.True((await _server.OperateAsync(HttpMethod.Post, AccessServer.Path, Ask(Ada, "a", $$""", "tenantId": "{{TestServer.Tenant}}" """))).Verdict().IsVisible());
        (await _server.OperateAsync(HttpMethod.Post, AccessServer.Path, Ask(Ada, "a", $$""", "tenantId": "{{OtherTenant}}" """))).ShouldBe(404);

        // A token with the operator's role is of a tenant, and not bound to it.
        string role = await _server.AppTokenAsync(OperatorApp);
        Assert.True((await _server.ExplainAsync(Ask(Ada, "a"), role)).Verdict().IsVisible());
        (await _server.ExplainAsync(Ask(Ada, "a", $$""", "tenantId": "{{OtherTenant}}" """), role)).ShouldBe(404);
    }

    [Theory]
    [InlineData("""{ "userId": "U", "itemId": "a" }""", "$.connectionId")]
    [InlineData("""{ "connectionId": "contosohr", "itemId": "a" }""", "$.userId")]
    [InlineData("""{ "connectionId": "contosohr", "itemId": "a", "whatIf": null }""", "$.userId")]
    [InlineData("""{ "connectionId": "contosohr", "userId": "U" }""", "$.itemId")]
    [InlineData("""{ "connectionId": "contosohr", "userId": "U", "whatIf": { "acl": [ { "type": "everyone", "value": "x", "accessType": "grant" } ] } }""", "$.itemId")]
    [InlineData("""{ "connectionId": "contosohr", "userId": "U", "itemId": 7 }""", "$.itemId")]
    [InlineData("""{ "connectionId": "contosohr", "userId": "U", "itemId": "a", "colour": 7 }""", "$.colour")]
    [InlineData("""{ "connectionId": "contosohr", "userId": "U", "itemId": "a", "tenantId": "contoso" }""", "$.tenantId")]
    [InlineData("""{ "connectionId": "contosohr", "userId": "U", "itemId": "a", "groups": [] }""", "$.groups")]
    [InlineData("""{ "connectionId": "contosohr", "userId": "U", "itemId": "a", "groups": ["x"] }""", "$.groups[0]")]
    [InlineData("""{ "connectionId": "contosohr", "userId": "U", "itemId": "a", "hasGroupsOverage": true }""", "$.hasGroupsOverage")]
    [InlineData("""{ "connectionId": "contosohr", "userId": "U", "itemId": "a", "asOf": "last Tuesday" }""", "$.asOf")]
    [InlineData("""{ "connectionId": "contosohr", "userId": "U", "itemId": "a", "maxUsers": 0 }""", "$.maxUsers")]
    [InlineData("""{ "connectionId": "contosohr", "userId": "U", "itemId": "a", "maxItems": 1001 }""", "$.maxItems")]
    [InlineData("""{ "connectionId": "contosohr", "isGuest": true, "whatIf": { "membership": [] } }""", "$.isGuest")]
    [InlineData("""{ "connectionId": "contosohr", "whatIf": { "membership": [] } }""", "$.whatIf")]
    [InlineData("""{ "connectionId": "contosohr", "itemId": "a", "whatIf": { "acl": [] } }""", "$.whatIf.acl")]
    [InlineData("""{ "connectionId": "contosohr", "itemId": "a", "whatIf": { "acl": [ { "type": "user", "value": "x", "accessType": "grant" } ] } }""", "$.whatIf.acl[0].value")]
    [InlineData("""{ "connectionId": "contosohr", "itemId": "a", "whatIf": { "item": { "properties": {} } } }""", "$.whatIf.item.acl")]
    [InlineData("""{ "connectionId": "contosohr", "itemId": "a", "whatIf": { "item": { "id": "b", "acl": [ { "type": "everyone", "value": "x", "accessType": "grant" } ] } } }""", "$.whatIf.item.id")]
    [InlineData("""{ "connectionId": "contosohr", "itemId": "a b", "whatIf": { "item": { "acl": [ { "type": "everyone", "value": "x", "accessType": "grant" } ] } } }""", "$.itemId")]
    [InlineData("""{ "connectionId": "contosohr", "itemId": "a", "whatIf": { "acl": [], "item": {} } }""", "$.whatIf.acl")]
    [InlineData("""{ "connectionId": "contosohr", "itemId": "a", "userId": "U", "asOf": "2026-11-24T09:00:00Z", "whatIf": { "membership": [] } }""", "$.asOf")]
    [InlineData("""{ "connectionId": "contosohr", "whatIf": { "membership": [ { "change": "move", "group": { "type": "externalGroup", "id": "team" }, "member": { "type": "user", "id": "U" } } ] } }""", "$.whatIf.membership[0].change")]
    [InlineData("""{ "connectionId": "contosohr", "whatIf": { "membership": [ { "change": "add", "group": { "type": "user", "id": "U" }, "member": { "type": "user", "id": "U" } } ] } }""", "$.whatIf.membership[0].group.type")]
    [InlineData("""{ "connectionId": "contosohr", "whatIf": { "membership": [ { "change": "add", "group": { "type": "group", "id": "U" }, "member": { "type": "externalGroup", "id": "team" } } ] } }""", "$.whatIf.membership[0].member.type")]
    [InlineData("""{ "connectionId": "contosohr", "whatIf": { "membership": [ { "change": "add", "member": { "type": "user", "id": "U" } } ] } }""", "$.whatIf.membership[0].group")]
    [InlineData("""{ "connectionId": "contosohr", "whatIf": { "membership": [ { "change": "add", "group": { "type": "externalGroup", "id": "ghost" }, "member": { "type": "user", "id": "U" } } ] } }""", "$.whatIf.membership[0].group.id")]
    [InlineData("""{ "connectionId": "contosohr", "whatIf": { "membership": [ { "change": "add", "group": { "type": "group", "id": "0b1d2e3f-0000-4000-8000-0000000000ff" }, "member": { "type": "user", "id": "U" } } ] } }""", "$.whatIf.membership[0].group.id")]
    [InlineData("""{ "connectionId": "contosohr", "whatIf": { "membership": [ { "change": "remove", "group": { "type": "externalGroup", "id": "team" }, "member": { "type": "user", "id": "U" } } ] } }""", "$.whatIf.membership[0].member.id")]
    [InlineData("""{ "connectionId": "contosohr", "whatIf": { "membership": [ { "change": "add", "group": { "type": "externalGroup", "id": "team" }, "member": { "type": "externalGroup", "id": "ghost" } } ] } }""", "$.whatIf.membership[0].member.id")]
    public async Task What_is_wrong_is_named_with_its_place(string body, string path)
    {
        await _server.GroupAsync("team", ["externalGroup:ghost"]);
        await _server.PutListAsync("a", Acl(("everyone", "everyone", "grant")));

        Answer answer = (await _server.ExplainAsync(body.Replace("\"U\"", $"\"{Ada}\"", StringComparison.Ordinal))).ShouldBe(400);

        Assert.Contains(path + ":", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_404_and_the_past_without_a_history_is_refused()
    {
        await _server.PutListAsync("a", Acl(("everyone", "everyone", "grant")));

        (await _server.ExplainAsync(Ask(Ada, "missing"))).ShouldBe(404, "ItemNotFound");
        (await _server.ExplainAsync(Ask("nobody@tributary.local", "a"))).ShouldBe(404, "ItemNotFound");
        (await _server.ExplainAsync(Ask(Ada, "missing", $$""", "whatIf": { "acl": {{Acl(("everyone", "x", "grant"))}} }"""))).ShouldBe(404, "ItemNotFound");
        Answer past = (await _server.ExplainAsync(Ask(Ada, "a", """, "asOf": "2026-11-24T09:00:00Z" """))).ShouldBe(400);
        Assert.Contains("Access:History:Retention", past.Json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_asked_is_503_and_no_guess()
    {
        await _server.PutListAsync("a", Acl(("everyone", "everyone", "grant")));
        string key = Tributary.Auth.OperatorKey.Read(_server.Data);
        string body = Ask(Ada, "a", $$""", "tenantId": "{{TestServer.Tenant}}" """);
        (await _server.ExplainAsync(body, key)).ShouldBe(200);

        await _server.WriteSeedAsync("{ broken");

        (await _server.ExplainAsync(body, key)).ShouldBe(503);
    }

    [Fact]
    public async Task A_list_that_an_item_of_a_people_connection_cannot_have_is_refused()
    {
        (await _server.PostAsync("/beta/external/connections", """{ "id": "people", "name": "People", "contentCategory": "people" }""")).ShouldBe(201);

        Answer refused = (await _server.ExplainAsync(Ask(Ada, "a", $$""", "whatIf": { "item": { "acl": {{Acl(("user", Ada, "grant"))}} } }""", "people"))).ShouldBe(400);
        Assert.Contains("$.whatIf.item.acl:", refused.Reason, StringComparison.Ordinal);
        Answer taken = await _server.ExplainAsync(Ask(Ada, "a", $$""", "whatIf": { "item": { "acl": {{Acl(("everyone", "x", "grant"))}} } }""", "people"));
        Assert.Equal(["connectionNotReady"], taken.Verdict("after").Withheld());
    }

    [Fact]
    public async Task Lists_beyond_the_bound_are_not_looked_at_and_it_is_said()
    {
        await _server.GroupAsync("team", []);
        await _server.PutListAsync("a", Acl(("externalGroup", "team", "grant")));
        await _server.PutListAsync("b", Acl(("externalGroup", "team", "grant"), ("user", Bob, "grant")));
        IServiceProvider provider = _server.Services;
        var services = new AccessServices(
            provider.GetRequiredService<IConnectionStore>(), provider.GetRequiredService<IAccessStore>(), provider.GetRequiredService<IGroupStore>(), provider.GetRequiredService<IChangeFeed>(),
            provider.GetRequiredService<TenantDirectories>(), provider.GetRequiredService<IOptions<GroupOptions>>(), provider.GetRequiredService<IOptions<ItemOptions>>(),
            provider.GetRequiredService<IOptions<SearchOptions>>(), provider.GetRequiredService<PastAccess>(), TimeProvider.System);
        StoredConnection connection = (await services.Connections.FindOrNullAsync(TestServer.Tenant, "contosohr", TestContext.Current.CancellationToken))!;
        var whatIf = new WhatIf(null, false, [new MembershipChange(true, new Membership(new Principal(AclType.User, Ada), new Principal(AclType.ExternalGroup, "team")), "$")]);

        Effects bounded = await FindAsync(maxLists: 1);
        Effects whole = await FindAsync(maxLists: 2);

        Assert.Equal(1, bounded.ListsLookedAt);
        Assert.Equal([NotLookedAt.Lists], bounded.Missing);
        Assert.Equal(2, whole.ListsLookedAt);
        Assert.Empty(whole.Missing);

        Task<Effects> FindAsync(int maxLists)
        {
            var now = new CurrentAccessFacts(connection, StatedUser.Nobody, services);
            var explainer = new AccessExplainer(connection, services.GroupOptions.Value, services.SearchOptions.Value);
            return new EffectFinder(connection, explainer, services, now, new WhatIfFacts(now, null, whatIf), new EffectBounds(10, 10, maxLists))
                .FindAsync(whatIf, null, null, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_group_may_become_its_own_member_and_changes_build_on_each_other()
    {
        await _server.GroupAsync("team", []);
        await _server.PutListAsync("a", Acl(("externalGroup", "team", "grant")));
        string Change(string change, string member) => $$"""{ "change": "{{change}}", "group": {{Identity("externalGroup:team")}}, "member": {{Identity(member)}} }""";

        Answer itself = await _server.ExplainAsync(Ask(Ada, "a", $$""", "whatIf": { "membership": [ {{Change("add", "externalGroup:team")}} ] }"""));
        Assert.Empty(itself.Effects());

        Answer both = await _server.ExplainAsync(Ask(Ada, "a", $$""", "whatIf": { "membership": [ {{Change("add", $"user:{Ada}")}}, {{Change("remove", $"user:{Ada}")}} ] }"""));
        Assert.Empty(both.Effects());

        Answer twice = (await _server.ExplainAsync(Ask(Ada, "a", $$""", "whatIf": { "membership": [ {{Change("add", $"user:{Ada}")}}, {{Change("add", $"user:{Ada.ToUpperInvariant()}")}} ] }"""))).ShouldBe(400);
        Assert.Contains("$.whatIf.membership[1].member.id", twice.Reason, StringComparison.Ordinal);
    }
}
