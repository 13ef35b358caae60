using Microsoft.Extensions.DependencyInjection;
using Tributary.Directories;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Scim;

/// <summary>A whole organization is provisioned over HTTP, and who may see what follows from it at once.</summary>
public sealed class ProvisioningRunTests
{
    private const int Users = 10_000;
    private const int Groups = 500;
    private const int AtATime = 32;
    private const string Ada = "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef";
    private const string Connection = "contosohr";

    [Fact]
    public async Task Ten_thousand_users_in_five_hundred_nested_groups_search_by_what_was_provisioned_last()
    {
        await using ScimServer scim = await ScimServer.StartAsync($$"""{ "users": [ { "userPrincipalName": "ada@tributary.local", "oid": "{{Ada}}" } ] }""");
        string[] users = new string[Users];
        await ManyAsync(Users, async i => users[i] = await scim.UserAsync(
            i == 0 ? "ada@tributary.local" : $"user{i}@example.com",
            $$""", "externalId": "{{(i == 0 ? Ada : Id('a', i))}}", "active": true, "displayName": "User {{i}}", "emails": [{ "value": "user{{i}}@example.com", "type": "work" }]"""));

        // Groups as Entra fills them: made empty, then filled by PATCH. Each is in the one before it, so that the last reaches the first through all others.
        string[] groups = new string[Groups];
        await ManyAsync(Groups, async i => groups[i] = (await scim.PostAsync(ScimServer.Groups,
            $$"""{ "schemas": ["{{ScimServer.GroupSchema}}"], "displayName": "Group {{i}}", "externalId": "{{Id('b', i)}}" }""")).ShouldBe(201).Json.GetProperty("id").GetString()!);
        await ManyAsync(Groups, async i => (await scim.PatchAsync($"/Groups/{groups[i]}", ScimServer.Patch(
            $$"""
            { "op": "Add", "path": "members", "value": [{{string.Join(',', Enumerable.Range(i * (Users / Groups), Users / Groups).Select(user => $$"""{ "value": "{{users[user]}}" }"""))}}
              {{(i + 1 < Groups ? $$""", { "value": "{{groups[i + 1]}}" }""" : "")}}] }
            """))).ShouldBe(204));

        Assert.Equal(Users, (await scim.GetAsync("/Users?count=0")).Json.GetProperty("totalResults").GetInt32());
        Assert.Equal(Groups, (await scim.GetAsync("/Groups?count=0")).Json.GetProperty("totalResults").GetInt32());
        IDirectory directory = scim.Server.Services.GetRequiredService<TenantDirectories>().OfOrNull(TestServer.Tenant)!;
        DirectoryMembership last = (await directory.FindMembershipOrNullAsync(TestServer.Tenant, users[^1], TestContext.Current.CancellationToken))!;
        Assert.Equal(groups.ToHashSet(), last.Groups.ToHashSet());

        // Ada is in the first group only. What she sees follows each change at the next search, with one and the same token.
        await scim.Server.CreateReadyConnectionAsync(Connection);
        await PutAsync("first", groups[0]);
        await PutAsync("last", groups[^1]);
        string token = await scim.Server.UserTokenAsync("ada");
        await SeesAsync("first");
        await ChangeAsync($"/Groups/{groups[^1]}", $$"""{ "op": "Add", "path": "members", "value": [{ "value": "{{Ada}}" }] }""");
        await SeesAsync("first", "last");
        await ChangeAsync($"/Groups/{groups[0]}", $$"""{ "op": "Remove", "path": "members", "value": [{ "value": "{{Ada}}" }] }""");
        await SeesAsync("first", "last");
        await ChangeAsync($"/Groups/{groups[0]}", $$"""{ "op": "remove", "path": "members[value eq \"{{groups[1]}}\"]" }""");
        await SeesAsync("last");
        await ChangeAsync($"/Groups/{groups[^1]}", $$"""{ "op": "remove", "path": "members[value eq \"{{Ada}}\"]" }""");
        await SeesAsync();
        await ChangeAsync($"/Users/{Ada}", """{ "op": "Replace", "path": "userType", "value": "Guest" }""");
        (await scim.Server.SearchAsync("*", token: token)).ShouldBe(403, "Forbidden");
        await ChangeAsync($"/Users/{Ada}", """{ "op": "Replace", "path": "active", "value": "False" }""");
        Assert.Contains("disabled", (await scim.Server.SearchAsync("*", token: token)).ShouldBe(401, "InvalidAuthenticationToken").Reason, StringComparison.Ordinal);

        async Task PutAsync(string id, string group) => (await scim.Server.PutAsync(
            $"/v1.0/external/connections/{Connection}/items/{id}",
            $$"""{ "acl": [ { "type": "group", "value": "{{group}}", "accessType": "grant" } ], "properties": { "title": "x" } }""")).ShouldBe(200);

        async Task SeesAsync(params string[] items) => Assert.Equal(items, (await scim.Server.SearchAsync("*", token: token)).ShouldBe(200).HitIds.Order(StringComparer.Ordinal));

        async Task ChangeAsync(string path, string operation) =>
            Assert.InRange((await scim.PatchAsync(path, ScimServer.Patch(operation))).Status, 200, 204);
    }

    [Fact]
    public async Task A_group_of_fifty_thousand_members_is_put_whole_read_and_changed()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        string group = await scim.GroupAsync("large");
        string[] members = [.. Enumerable.Range(0, 50_000).Select(i => Id('c', i))];

        (await scim.PutAsync($"/Groups/{group}?excludedAttributes=members", ScimServer.Group("large", members))).ShouldBe(200);
        Answer put = (await scim.PutAsync($"/Groups/{group}?excludedAttributes=members", ScimServer.Group("large", members[1..]))).ShouldBe(200);
        Assert.Equal(members[1..], await scim.MembersAsync(group));
        Assert.Equal(put.Headers.ETag, (await scim.PutAsync($"/Groups/{group}?excludedAttributes=members", ScimServer.Group("large", members[1..]))).ShouldBe(200).Headers.ETag);
        Assert.Equal([group], await scim.FindAsync(ScimServer.Groups, $"members eq \"{members[^1]}\""));
        (await scim.DeleteAsync($"/Groups/{group}")).ShouldBe(204);
    }

    /// <summary>As Entra, Okta and others write it: all of them in one value, or each in an operation of its own.</summary>
    [Fact]
    public async Task Ten_thousand_members_come_and_go_in_one_call_of_any_form()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        string group = await scim.GroupAsync("large");
        string[] first = [.. Enumerable.Range(0, 10_000).Select(i => Id('c', i))];
        string[] second = [.. Enumerable.Range(5_000, 10_000).Select(i => Id('c', i))];

        await ChangeAsync($$"""{ "op": "Add", "path": "members", "value": [{{Values(first)}}] }""", first);
        await ChangeAsync($$"""{ "op": "Replace", "path": "members", "value": [{{Values(second)}}] }""", second);
        await ChangeAsync($$"""{ "op": "Remove", "path": "members", "value": [{{Values(first)}}] }""", second[5_000..]);
        await ChangeAsync($$"""{ "op": "replace", "value": { "id": "{{group}}", "members": [{{Values(first)}}] } }""", first);
        await ChangeAsync(string.Join(',', first.Select(id => $$"""{ "op": "remove", "path": "members[value eq \"{{id}}\"]" }""")));
        await ChangeAsync(string.Join(',', second.Select(id => $$"""{ "op": "add", "path": "members", "value": [{ "value": "{{id}}" }] }""")), second);

        async Task ChangeAsync(string operations, params string[] members)
        {
            (await scim.PatchAsync($"/Groups/{group}", ScimServer.Patch(operations))).ShouldBe(204);
            Answer read = (await scim.GetAsync($"/Groups/{group}")).ShouldBe(200);
            Assert.Equal(members, read.Json.TryGetProperty("members", out _) ? await scim.MembersAsync(group) : []);
        }

        static string Values(string[] ids) => string.Join(',', ids.Select(id => $$"""{ "value": "{{id}}" }"""));
    }

    private static string Id(char kind, int number) => $"{new string(kind, 8)}-0000-4000-8000-{number:d12}";

    private static Task ManyAsync(int count, Func<int, Task> send) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (i, _) => await send(i));
}
