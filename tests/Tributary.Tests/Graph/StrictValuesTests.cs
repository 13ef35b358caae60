using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

public sealed class StrictValuesTests
{
    private const string Root = "/v1.0/external/connections";
    private const string Exact = """[ { "type": "everyone", "value": "everyone", "accessType": "grant" } ]""";

    /// <summary>What published samples and clients send, each beside the reference's own spelling.</summary>
    public static TheoryData<string, string, string, string> Spellings => new()
    {
        { "PATCH", "/contosohr/schema", Schema("\"type\": \"String\""), Schema("\"type\": \"string\"") },
        { "PATCH", "/contosohr/schema", Schema("\"type\": 0"), Schema("\"type\": \"string\"") },
        { "PATCH", "/contosohr/schema", Schema("\"type\": \"0\""), Schema("\"type\": \"string\"") },
        { "PATCH", "/contosohr/schema", Schema("\"type\": \"string\", \"isQueryable\": \"true\""), Schema("\"type\": \"string\", \"isQueryable\": true") },
        { "PATCH", "/contosohr/schema", Schema("\"type\": \"string\", \"aliases\": \"other\""), Schema("\"type\": \"string\", \"aliases\": [\"other\"]") },
        {
            "PATCH", "/contosohr/schema",
            Schema("\"type\": \"int64\", \"isRetrievable\": true, \"labels\": [\"numReactions\"]"),
            Schema("\"type\": \"int64\", \"isRetrievable\": true, \"labels\": [\"numberOfReactions\"]")
        },
        { "PUT", "/contosohr/items/T1", Item(Exact.Replace("everyone\",", "Everyone\",", StringComparison.Ordinal), "\"title\": \"T\""), Item(Exact, "\"title\": \"T\"") },
        { "PUT", "/contosohr/items/T1", Item(Exact.Replace("\"grant\"", "1", StringComparison.Ordinal), "\"title\": \"T\""), Item(Exact, "\"title\": \"T\"") },
        {
            "PUT", "/contosohr/items/T1",
            Item(Exact, "\"tags\": [\"a\"], \"tags@odata.type\": \"Collection(String)\""),
            Item(Exact, "\"tags@odata.type\": \"Collection(String)\", \"tags\": [\"a\"]")
        },
        { "POST", "/contosohr/groups/team/members", """{ "id": "other", "type": "externalgroup" }""", """{ "id": "other", "type": "externalGroup" }""" },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Other_spellings_are_taken_by_default_and_refused_on_request(string method, string path, string other, string exact)
    {
        await using TestServer lenient = await StartAsync("Graph:StrictValues=false");
        await using TestServer strict = await StartAsync("Graph:StrictValues=true");

        Assert.InRange((int)(await lenient.SendAsync(new HttpMethod(method), Root + path, other)).Status, 200, 299);
        (await strict.SendAsync(new HttpMethod(method), Root + path, other)).ShouldBe(400);
        Assert.InRange((int)(await strict.SendAsync(new HttpMethod(method), Root + path, exact)).Status, 200, 299);
    }

    [Fact]
    public async Task Names_of_members_are_compared_ignoring_case_all_the_same()
    {
        await using TestServer server = await StartAsync("Graph:StrictValues=true");

        Answer answer = await server.PutAsync(Root + "/contosohr/items/T1", Item(Exact, "\"Title\": \"T\"").Replace("\"acl\"", "\"ACL\"", StringComparison.Ordinal));

        Assert.Contains("\"properties\":{\"title\":\"T\"}", answer.ShouldBe(200).Body, StringComparison.Ordinal);
    }

    private static async Task<TestServer> StartAsync(string setting)
    {
        TestServer server = await TestServer.StartAsync(setting);
        await server.CreateReadyConnectionAsync();
        (await server.PostAsync(Root + "/contosohr/groups", """{ "id": "team" }""")).ShouldBe(201);
        return server;
    }

    private static string Schema(string members) => $$"""{ "properties": [ { "name": "more", {{members}} } ] }""";

    private static string Item(string acl, string properties) => $$"""{ "acl": {{acl}}, "properties": { {{properties}} } }""";
}
