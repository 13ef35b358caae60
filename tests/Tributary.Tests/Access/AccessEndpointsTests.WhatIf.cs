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

/// <summary>Changes that nobody made yet.</summary>
public sealed partial class AccessEndpointsTests
{
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
