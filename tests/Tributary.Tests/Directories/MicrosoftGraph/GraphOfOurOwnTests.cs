using System.Text.Json;
using Tributary.Tests.Directories.Reading;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.MicrosoftGraph;

/// <summary>A server of ours whose directory is another one of ours, asked as Microsoft Graph: what it reads and what the other serves fit together.</summary>
public sealed class GraphOfOurOwnTests(DirectoryServer upstream) : IClassFixture<DirectoryServer>, IAsyncLifetime
{
    private const string ReadEverything = "a0000000-0000-4000-8000-000000000001";
    private const string Ada = DirectoryServer.Ada;
    private const string Bob = DirectoryServer.Bob;
    private const string Everybody = DirectoryServer.Everybody;
    private const string Staff = DirectoryServer.Staff;

    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        string secret = Path.Combine(data, "client.secret");
        await File.WriteAllTextAsync(secret, "any");

        // Which groups she is in is the other server's say.
        string seed = Path.Combine(data, "seed.json");
        await File.WriteAllTextAsync(seed, $$"""{ "users": [ { "userPrincipalName": "ada@tributary.local", "oid": "{{Ada}}", "groups": ["{{DirectoryServer.Empty}}"] } ] }""");
        _server = await TestServer.StartAsync(null, data, [.. ScriptedGraph.SettingsOf(upstream.Origin, ReadEverything, secret), $"Directory:SeedFile={seed}"]);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_server.Data, recursive: true);
    }

    [Fact]
    public async Task A_user_finds_what_the_other_servers_groups_in_groups_grant()
    {
        await _server.CreateReadyConnectionAsync();
        foreach ((string id, string group) in ((string, string)[])[("nested", Everybody), ("direct", Staff), ("token", DirectoryServer.Empty)])
        {
            await PutAsync(id, group);
        }

        Assert.Equal(["direct", "nested"], (await _server.SearchAsync("*", user: "ada")).HitIds.Order(StringComparer.Ordinal));
        Assert.Empty((await _server.SearchAsync("*", user: "reader")).ShouldBe(200).HitIds);

        async Task PutAsync(string id, string group) => (await _server.PutAsync(
            $"/v1.0/external/connections/contosohr/items/{id}",
            $$"""{ "acl": [ { "type": "group", "value": "{{group}}", "accessType": "grant" } ], "properties": { "title": "x" } }""")).ShouldBe(200);
    }

    [Theory]
    [InlineData("/v1.0/users?$top=999")]
    [InlineData("/v1.0/users/" + Ada + "?$select=id,displayName,givenName,surname,mail,jobTitle,department,accountEnabled,userType,userPrincipalName")]
    [InlineData("/v1.0/users/bob@contoso.test")]
    [InlineData("/v1.0/users?$filter=not accountEnabled")]
    [InlineData("/v1.0/users?$count=true&$filter=startswith(displayName,'bob o''H')")]
    [InlineData("/v1.0/users?$orderby=displayName desc")]
    [InlineData("/beta/groups?$count=true")]
    [InlineData("/v1.0/groups/" + Everybody)]
    [InlineData("/v1.0/groups/" + Everybody + "/members")]
    [InlineData("/v1.0/groups/" + Everybody + "/transitiveMembers/microsoft.graph.user?$count=true")]
    [InlineData("/v1.0/groups/" + Everybody + "/transitiveMembers/microsoft.graph.group")]
    [InlineData("/v1.0/groups/" + Everybody + "/transitiveMembers/" + Ada)]
    [InlineData("/v1.0/groups/" + Staff + "/memberOf")]
    [InlineData("/v1.0/users/" + Ada + "/transitiveMemberOf")]
    [InlineData("/v1.0/users/" + Ada + "/memberOf/" + Staff)]
    [InlineData("/v1.0/servicePrincipals?$filter=appId in ('" + ReadEverything + "','00000003-0000-0000-c000-000000000000')")]
    [InlineData("/v1.0/applications(appId='" + ReadEverything + "')")]
    [InlineData("/v1.0/organization")]
    [InlineData("/v1.0/users/" + DirectoryServer.Nobody)]
    [InlineData("/v1.0/groups/" + DirectoryServer.Nobody + "/members")]
    [InlineData("/v1.0/users/" + DirectoryServer.Nobody + "/memberOf")]
    public async Task What_the_other_server_answers_is_answered_here(string path)
    {
        Answer there = await upstream.GetAsync(path);
        Answer here = await _server.GetAsync(path, await _server.UserTokenAsync("admin"));

        Assert.Equal(there.Status, here.Status);
        Assert.Equal(Comparable(there, upstream.Origin), Comparable(here, _server.Http.BaseAddress!.ToString().TrimEnd('/')));
    }

    [Theory]
    [InlineData("/v1.0/users?$top=2&$filter=accountEnabled eq true")]
    [InlineData("/v1.0/groups?$top=1")]
    [InlineData("/v1.0/groups/" + Everybody + "/transitiveMembers?$top=1")]
    [InlineData("/v1.0/groups/" + Everybody + "/transitiveMembers/microsoft.graph.group?$top=1")]
    public async Task Pages_are_those_of_the_other_server_and_none_is_empty(string path)
    {
        string token = await _server.UserTokenAsync("admin");
        var there = new List<string>();
        for (string? next = path; next is not null; next = Paging.NextOrNull(await upstream.GetAsync(next), there))
        {
        }

        var here = new List<string>();
        for (string? next = path; next is not null;)
        {
            Answer page = await _server.GetAsync(next, token);
            Assert.NotEmpty(Paging.Ids(page));
            next = Paging.NextOrNull(page, here);
        }

        Assert.Equal(there, here);
        Assert.NotEmpty(here);
    }

    [Fact]
    public async Task Objects_are_resolved_by_their_ids_and_groups_by_their_members()
    {
        string token = await _server.UserTokenAsync("admin");

        Assert.Equal(
            [Staff, Bob],
            Paging.Ids(await _server.PostAsync("/v1.0/directoryObjects/getByIds", $$"""{ "ids": ["{{Staff}}", "{{DirectoryServer.Nobody}}", "{{Bob}}"] }""", token)));
        Answer groups = await _server.PostAsync($"/v1.0/users/{Ada}/getMemberGroups", """{ "securityEnabledOnly": true }""", token);
        Assert.Equal([Everybody, Staff], groups.ShouldBe(200).Json.GetProperty("value").EnumerateArray().Select(id => id.GetString()));
    }

    /// <summary>Without what tells the servers apart.</summary>
    private static string Comparable(Answer answer, string origin) =>
        answer.Status == 200 ? answer.Body.Replace(origin, "", StringComparison.Ordinal) : JsonSerializer.Serialize((answer.ErrorCode, answer.ErrorMessage));
}
