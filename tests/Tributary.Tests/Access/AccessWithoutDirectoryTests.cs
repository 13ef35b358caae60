using System.Text.Json;
using Tributary.Tests.Directories.Scim;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Access.AccessServer;

namespace Tributary.Tests.Access;

/// <summary>Where only tokens tell of groups, and where SCIM does.</summary>
public sealed class AccessWithoutDirectoryTests
{
    private const string Ada = "0b1d2e3f-0000-4000-8000-00000000000a";
    private const string Group = "2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a01";

    [Fact]
    public async Task Groups_that_only_tokens_tell_are_unknown_until_they_are_stated()
    {
        await using TestServer server = await TestServer.StartAsync("Directory:Source=Token");
        await server.CreateReadyConnectionAsync();
        await server.GroupAsync("team", [$"group:{Group}"]);
        await server.PutListAsync("granted", Acl(("externalGroup", "team", "grant")));
        await server.PutListAsync("denied", Acl(("everyone", "everyone", "grant"), ("group", Group, "deny")));

        JsonElement unknown = (await server.ExplainAsync(Ask(Ada, "denied"))).Verdict();
        Assert.Equal("mayBeDenied", unknown.Reason());
        Assert.Equal(["groupsUnknown"], unknown.Unknown());
        Assert.Equal("unknown", unknown.GetProperty("user").GetProperty("groupsFrom").GetString());

        JsonElement none = (await server.ExplainAsync(Ask(Ada, "denied", """, "groups": []"""))).Verdict();
        Assert.Equal(("granted", "request"), (none.Reason(), none.GetProperty("user").GetProperty("groupsFrom").GetString()));

        JsonElement stated = (await server.ExplainAsync(Ask(Ada, "granted", $$""", "groups": ["{{Group.ToUpperInvariant()}}"]"""))).Verdict();
        Assert.Equal([$"user:{Ada}", $"group:{Group}", "externalGroup:team"], stated.Chain());
        Assert.Equal(("default", false), (stated.GetProperty("user").GetProperty("isGuestFrom").GetString(), stated.GetProperty("user").GetProperty("isGuest").GetBoolean()));

        JsonElement overage = (await server.ExplainAsync(Ask(Ada, "granted", $$""", "groups": ["{{Group}}"], "hasGroupsOverage": true"""))).Verdict();
        Assert.Equal(["groupsOverage"], overage.Withheld());
        Assert.False(overage.IsVisible());

        Answer name = (await server.ExplainAsync(Ask("ada@tributary.local", "granted"))).ShouldBe(400);
        Assert.Contains("$.userId", name.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Effects_say_whose_users_no_directory_lists()
    {
        await using TestServer server = await TestServer.StartAsync("Directory:Source=Token");
        await server.CreateReadyConnectionAsync();
        await server.GroupAsync("team", [$"user:{Ada}"]);
        await server.GroupAsync("readers", []);
        await server.PutListAsync("a", Acl(("externalGroup", "readers", "grant")));

        Answer answer = await server.ExplainAsync(
            $$"""
            { "connectionId": "contosohr", "whatIf": { "membership": [
              { "change": "add", "group": {{Identity("externalGroup:readers")}}, "member": {{Identity($"group:{Group}")}} },
              { "change": "add", "group": {{Identity("externalGroup:readers")}}, "member": {{Identity("externalGroup:team")}} } ] } }
            """);

        Assert.Equal([$"+ {Ada} a"], answer.Effects());
        JsonElement effects = answer.Verdict("effects");
        Assert.Equal("principals", effects.GetProperty("notLookedAt")[0].GetString());
        Assert.Equal(Group, effects.GetProperty("unlistedPrincipals")[0].GetProperty("id").GetString());

        Answer removal = (await server.ExplainAsync($$"""{ "connectionId": "contosohr"{{Moved("remove", $"user:{Ada}", $"group:{Group}")}} }""")).ShouldBe(400);
        Assert.Contains("$.whatIf.membership[0].member.id", removal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_group_takes_no_member_unless_one_goes_first()
    {
        await using TestServer server = await TestServer.StartAsync("Directory:Source=Token", "Groups:MaxMembers=1");
        await server.CreateReadyConnectionAsync();
        await server.GroupAsync("team", [$"user:{Ada}"]);
        string Change(string change, string member) => $$"""{ "change": "{{change}}", "group": {{Identity("externalGroup:team")}}, "member": {{Identity(member)}} }""";

        Answer full = (await server.ExplainAsync($$"""{ "connectionId": "contosohr", "whatIf": { "membership": [ {{Change("add", $"user:{Group}")}} ] } }""")).ShouldBe(400);
        Assert.Contains("$.whatIf.membership[0]: The group has 1 members, which is the limit.", full.Reason, StringComparison.Ordinal);
        (await server.ExplainAsync($$"""{ "connectionId": "contosohr", "whatIf": { "membership": [ {{Change("remove", $"user:{Ada}")}}, {{Change("add", $"user:{Group}")}} ] } }""")).ShouldBe(200);
    }

    [Fact]
    public async Task Groups_provisioned_over_SCIM_tell_their_own_version_and_a_deleted_user_is_unknown()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        string ada = await scim.UserAsync("ada@tributary.local");
        string inner = await scim.GroupAsync("inner", ada);
        string outer = await scim.GroupAsync("outer", inner);
        (await scim.PatchAsync($"{ScimServer.Groups}/{inner}", ScimServer.Patch($$"""{ "op": "add", "path": "members", "value": [ { "value": "{{outer}}" } ] }"""))).ShouldBe(204);
        await scim.Server.CreateReadyConnectionAsync();
        await scim.Server.PutListAsync("a", Acl(("group", outer, "grant")));
        string key = Operator(scim.Server);

        JsonElement verdict = (await scim.Server.ExplainAsync(AskOf("ada@tributary.local"), key)).Verdict();
        Assert.Equal([$"user:{ada}", $"group:{inner}", $"group:{outer}"], verdict.Chain());
        string version = verdict.GetProperty("chain")[1].GetProperty("version").GetString()!;
        Assert.Equal(version, (await scim.GetAsync($"{ScimServer.Groups}/{inner}")).Json.GetProperty("meta").GetProperty("version").GetString());

        Answer without = await scim.Server.ExplainAsync(AskOf(ada, Moved("remove", $"group:{inner}", $"group:{outer}")), key);
        Assert.Equal([$"- {ada} a"], without.Effects());
        Assert.Equal("whatIf", without.Verdict("after").GetProperty("user").GetProperty("groupsFrom").GetString());

        (await scim.DeleteAsync($"/Users/{ada}")).ShouldBe(204);
        JsonElement gone = (await scim.Server.ExplainAsync(AskOf(ada), key)).Verdict();
        Assert.Equal(["userUnknown", "guestUnknown"], gone.Unknown());
        Assert.Equal("notGranted", gone.Reason());

        // Entra counts no member whom it does not know.
        Assert.Empty((await scim.Server.ExplainAsync(AskOf(ada, """, "isGuest": false""" + Moved("add", $"user:{ada}", $"group:{outer}")), key)).Effects());

        static string AskOf(string user, string more = "") => Ask(user, "a", $$""", "tenantId": "{{TestServer.Tenant}}"{{more}}""");
    }

    private static string Operator(TestServer server) => Tributary.Auth.OperatorKey.Read(server.Data);
}
