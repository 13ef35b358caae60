using Tributary.Directories;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories;

public sealed class TenantDirectoriesTests
{
    private const string Group = "2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a01";
    private const string Connection = "contosohr";

    [Fact]
    public async Task A_change_of_membership_holds_for_the_next_search_with_the_same_token()
    {
        await using TestServer server = await StartAsync(Seed($"\"{Group}\""));
        string token = await server.UserTokenAsync("ada");
        Assert.Equal(["secret"], (await server.SearchAsync("*", token: token)).HitIds);

        await server.WriteSeedAsync(Seed(""));
        Assert.Empty((await server.SearchAsync("*", token: token)).HitIds);

        await server.WriteSeedAsync(Seed("", more: $$""", "groups": [ { "id": "{{Group}}", "members": ["ada@tributary.local"] } ]"""));
        Assert.Equal(["secret"], (await server.SearchAsync("*", token: token)).HitIds);
    }

    [Fact]
    public async Task A_disabled_user_is_let_in_no_longer()
    {
        await using TestServer server = await StartAsync(Seed($"\"{Group}\""));
        string token = await server.UserTokenAsync("ada");

        await server.WriteSeedAsync(Seed($"\"{Group}\"", user: """, "disabled": true"""));

        Answer answer = (await server.SearchAsync("*", token: token)).ShouldBe(401, "InvalidAuthenticationToken");
        Assert.Contains("disabled", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_whom_the_directory_does_not_know_is_in_no_group()
    {
        await using TestServer server = await StartAsync(Seed($"\"{Group}\""));
        string token = await server.UserTokenAsync("ada");

        await server.WriteSeedAsync("{}");

        (await server.PutAsync($"/v1.0/external/connections/{Connection}/items/open", Item("everyone", "everyone"))).ShouldBe(200);
        Assert.Equal(["open"], (await server.SearchAsync("*", token: token)).HitIds);
    }

    [Fact]
    public async Task The_directory_says_who_is_a_guest_whatever_the_token_says()
    {
        await using TestServer server = await StartAsync(Seed($"\"{Group}\""));
        string token = await server.UserTokenAsync("ada");

        await server.WriteSeedAsync(Seed($"\"{Group}\"", user: """, "guest": true"""));

        (await server.SearchAsync("*", token: token)).ShouldBe(403, "Forbidden");
    }

    [Theory]
    [InlineData("{ broken")]
    [InlineData("""{ "users": [ {} ] }""")]
    public async Task A_directory_that_cannot_be_read_is_503_and_never_what_it_said_before(string broken)
    {
        await using TestServer server = await StartAsync(Seed($"\"{Group}\""));
        string token = await server.UserTokenAsync("ada");

        await server.WriteSeedAsync(broken);
        Answer answer = (await server.SearchAsync("*", token: token)).ShouldBe(503, "ServiceUnavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.DoesNotContain("seed.json", answer.Reason, StringComparison.Ordinal);
        (await server.GetAsync($"/v1.0/external/connections/{Connection}")).ShouldBe(200);

        await server.WriteSeedAsync(Seed($"\"{Group}\""));
        Assert.Equal(["secret"], (await server.SearchAsync("*", token: token)).HitIds);
    }

    [Fact]
    public void A_tenant_is_named_in_the_settings_by_its_GUID_only()
    {
        var options = new DirectoryOptions { Tenants = { ["contoso"] = new(), [TestServer.Tenant] = new() { Source = DirectorySource.Token } } };

        Assert.Equal(["contoso"], options.Problems().Select(problem => problem.Split('\'')[1]));
        Assert.Equal(DirectorySource.Token, options.SourceOf(TestServer.Tenant));
    }

    [Fact]
    public void Tokens_count_only_where_no_directory_is_configured()
    {
        Assert.Equal(DirectorySource.Token, new DirectoryOptions().SourceOf(TestServer.Tenant));
        Assert.Equal(DirectorySource.Seed, new DirectoryOptions { SeedFile = "seed.json" }.SourceOf(TestServer.Tenant));
        Assert.Equal(DirectorySource.Seed, new DirectoryOptions { HasDevelopmentUsers = true }.SourceOf(TestServer.Tenant));
        Assert.Equal(DirectorySource.Token, new DirectoryOptions { HasDevelopmentUsers = true, Source = DirectorySource.Token }.SourceOf(TestServer.Tenant));
    }

    private static async Task<TestServer> StartAsync(string seed)
    {
        TestServer server = await TestServer.StartWithSeedAsync(seed);
        await server.CreateReadyConnectionAsync(Connection);
        (await server.PutAsync($"/v1.0/external/connections/{Connection}/items/secret", Item("group", Group))).ShouldBe(200);
        return server;
    }

    private static string Item(string type, string value) =>
        $$"""{ "acl": [ { "type": "{{type}}", "value": "{{value}}", "accessType": "grant" } ], "properties": { "title": "x" } }""";

    private static string Seed(string groups, string user = "", string more = "") =>
        $$"""{ "users": [ { "userPrincipalName": "ada@tributary.local", "groups": [{{groups}}]{{user}} } ]{{more}} }""";
}
