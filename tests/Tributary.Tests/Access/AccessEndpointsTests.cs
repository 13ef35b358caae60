using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Access.AccessServer;

namespace Tributary.Tests.Access;

/// <summary>Over the seed file: Ada is in engineering, which is in staff, which is in engineering again; Gus is a guest, Dan is disabled.</summary>
public sealed partial class AccessEndpointsTests : IAsyncLifetime
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
    [InlineData("""{ "connectionId": "contosohr", "userId": "U", "itemId": "a", "wasEnabled": true }""", "$.wasEnabled")]
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
        Assert.Contains("Access:History:Retention", past.Reason, StringComparison.Ordinal);
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
}
