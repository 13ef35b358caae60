using Tributary.Tests.Directories.Scim;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories;

/// <summary>A user whom the directory does not know, or no longer: what it would say of his groups is not known, so no group grants and each denies.</summary>
public sealed class UnknownUserTests
{
    private const string Group = "2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a01";
    private const string Another = "2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a02";
    private const string Items = "/v1.0/external/connections/contosohr/items/";
    private const string Groups = "/v1.0/external/connections/contosohr/groups";

    private static readonly (string Id, string Acl)[] Everything =
    [
        ("denied", Acl(("everyone", "everyone", "grant"), ("group", Group, "deny"))),
        ("denied-externally", Acl(("everyone", "everyone", "grant"), ("externalGroup", "dayshift", "deny"))),
        ("denied-another", Acl(("everyone", "everyone", "grant"), ("user", Another, "deny"))),
        ("granted", Acl(("group", Group, "grant"))),
        ("granted-externally", Acl(("externalGroup", "nightshift", "grant"))),
        ("open", Acl(("everyone", "everyone", "grant"))),
    ];

    [Fact]
    public async Task Deleting_a_member_over_SCIM_shows_him_nothing_that_his_groups_hid_before()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        string ada = await scim.UserAsync("ada@tributary.local");
        await scim.PostAsync(ScimServer.Groups, ScimServer.Group("staff", ada).Replace("\"displayName\"", $"\"externalId\": \"{Group}\", \"displayName\"", StringComparison.Ordinal));
        await FillAsync(scim.Server, nightshift: ada);
        string token = await scim.Server.UserTokenAsync("ada");
        Assert.Equal(["denied-another", "denied-externally", "granted", "granted-externally", "open"], await FoundAsync(scim.Server, token));

        (await scim.DeleteAsync($"/Users/{ada}")).ShouldBe(204);

        Assert.Equal(["denied-another", "granted-externally", "open"], await FoundAsync(scim.Server, token));
    }

    [Fact]
    public async Task A_user_whom_the_seed_file_does_not_know_is_denied_by_every_group_until_it_does()
    {
        string seed = $$"""{ "users": [ { "userPrincipalName": "ada@tributary.local", "groups": ["{{Group}}"] } ] }""";
        await using TestServer server = await TestServer.StartWithSeedAsync(seed);
        await FillAsync(server, nightshift: Another);
        string token = await server.UserTokenAsync("ada");
        Assert.Equal(["denied-another", "denied-externally", "granted", "open"], await FoundAsync(server, token));

        await server.WriteSeedAsync("{}");
        Assert.Equal(["denied-another", "open"], await FoundAsync(server, token));

        await server.WriteSeedAsync(seed.Replace(Group, "00000000-0000-4000-8000-000000000001", StringComparison.Ordinal));
        Assert.Equal(["denied", "denied-another", "denied-externally", "open"], await FoundAsync(server, token));
    }

    [Fact]
    public async Task Totals_and_counts_tell_him_no_more_than_the_hits_do()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        string ada = await scim.UserAsync("ada@tributary.local");
        await FillAsync(scim.Server, nightshift: ada);
        string token = await scim.Server.UserTokenAsync("ada");
        (await scim.DeleteAsync($"/Users/{ada}")).ShouldBe(204);

        Answer answer = (await scim.Server.SearchAsync("*", token: token)).ShouldBe(200);

        Assert.Equal(3, answer.Json.GetProperty("value")[0].GetProperty("hitsContainers")[0].GetProperty("total").GetInt32());
    }

    private static async Task FillAsync(TestServer server, string nightshift)
    {
        await server.CreateReadyConnectionAsync("contosohr");
        (await server.PostAsync(Groups, """{ "id": "nightshift" }""")).ShouldBe(201);
        (await server.PostAsync(Groups, """{ "id": "dayshift" }""")).ShouldBe(201);
        (await server.PostAsync($"{Groups}/nightshift/members", $$"""{ "id": "{{nightshift}}", "type": "user" }""")).ShouldBe(201);
        foreach ((string id, string acl) in Everything)
        {
            (await server.PutAsync(Items + id, $$"""{ "acl": {{acl}}, "properties": { "title": "x" } }""")).ShouldBe(200);
        }
    }

    private static async Task<string[]> FoundAsync(TestServer server, string token) =>
        [.. (await server.SearchAsync("*", token: token)).ShouldBe(200).HitIds.Order(StringComparer.Ordinal)];

    private static string Acl(params (string Type, string Value, string Access)[] entries) =>
        $"[{string.Join(", ", entries.Select(entry => $$"""{ "type": "{{entry.Type}}", "value": "{{entry.Value}}", "accessType": "{{entry.Access}}" }"""))}]";
}
