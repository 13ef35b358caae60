using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

/// <summary><c>Prefer: return=…</c> on every write that has an entity.</summary>
public sealed class ReturnPreferenceTests
{
    private const string Root = "/v1.0/external/connections";
    private const string Item = """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "T" } }""";

    public static TheoryData<string, string, string, int> Writes => new()
    {
        { "POST", "", """{ "id": "second01", "name": "Second" }""", 201 },
        { "PATCH", "/contosohr", """{ "description": "New" }""", 204 },
        { "PUT", "/contosohr/items/T1", Item, 200 },
        { "PATCH", "/contosohr/items/T0", """{ "properties": { "title": "New" } }""", 200 },
        { "POST", "/contosohr/groups", """{ "id": "other" }""", 201 },
        { "PATCH", "/contosohr/groups/team", """{ "displayName": "New" }""", 204 },
        { "POST", "/contosohr/groups/team/members", """{ "id": "inner", "type": "externalGroup" }""", 201 },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Minimal_leaves_the_entity_out_and_representation_sends_it(string method, string path, string body, int usual)
    {
        await using TestServer server = await StartAsync();
        Answer minimal = await server.SendAsync(new HttpMethod(method), Root + path, body, null, ("Prefer", "return=minimal"));
        await using TestServer other = await StartAsync();
        Answer representation = await other.SendAsync(new HttpMethod(method), Root + path, body, null, ("Prefer", "return=representation"));
        await using TestServer third = await StartAsync();

        Assert.Equal("", minimal.ShouldBe(204).Body);
        Assert.Equal("return=minimal", Header(minimal, "Preference-Applied"));
        Assert.Contains("\"id\"", representation.ShouldBe(usual == 201 ? 201 : 200).Body, StringComparison.Ordinal);
        Assert.Equal("return=representation", Header(representation, "Preference-Applied"));
        Assert.Equal("", Header((await third.SendAsync(new HttpMethod(method), Root + path, body)).ShouldBe(usual), "Preference-Applied"));
        if (usual == 201)
        {
            Assert.Equal(minimal.Headers.Location!.ToString(), Header(minimal, "OData-EntityId"));
            Assert.Equal(representation.Headers.Location!.AbsolutePath, minimal.Headers.Location.AbsolutePath);
        }
    }

    [Theory]
    [InlineData("/v1.0/external/connections/contosohr/items/T1", true)]
    [InlineData("/BETA/connections('contosohr')/items('T1')", true)]
    [InlineData("/v1.0/external/connections/contosohr/items/T0", false)]
    public async Task An_item_that_is_left_out_says_where_it_is_when_it_was_created_by_its_PUT(string path, bool isNew)
    {
        await using TestServer server = await StartAsync();

        Answer minimal = await server.SendAsync(HttpMethod.Put, path, Item, null, ("Prefer", "return=minimal"));
        Answer again = await server.SendAsync(HttpMethod.Put, path, Item, null, ("Prefer", "return=minimal"));
        Answer patched = await server.SendAsync(HttpMethod.Patch, path, "{}", null, ("Prefer", "return=minimal"));

        Assert.Equal((204, isNew), (minimal.Status, minimal.Headers.Location is not null));
        Assert.Equal(minimal.Headers.Location?.ToString() ?? "", Header(minimal, "OData-EntityId"));
        foreach (Answer other in (Answer[])[again, patched])
        {
            other.ShouldBe(204);
            Assert.False(other.Headers.Contains("Location") || other.Headers.Contains("OData-EntityId"));
        }

        if (isNew)
        {
            (await server.GetAsync(minimal.Headers.Location!.AbsolutePath)).ShouldBe(200);
        }
    }

    [Fact]
    public async Task An_item_that_comes_back_needs_no_address()
    {
        await using TestServer server = await StartAsync();

        foreach (string preference in (string[])["return=representation", "respond-async"])
        {
            Answer answer = (await server.SendAsync(HttpMethod.Put, Root + "/contosohr/items/" + preference[..3], Item, null, ("Prefer", preference))).ShouldBe(200);
            Assert.False(answer.Headers.Contains("Location") || answer.Headers.Contains("OData-EntityId"));
        }
    }

    [Fact]
    public async Task What_did_not_happen_applied_no_preference()
    {
        await using TestServer server = await StartAsync();

        foreach ((string path, string body, int status) in ((string, string, int)[])
            [("/contosohr", """{ "name": 5 }""", 400), ("/nobody01", "{}", 404), ("/contosohr/groups/nobody", "{}", 404)])
        {
            Assert.Equal("", Header((await server.SendAsync(HttpMethod.Patch, Root + path, body, null, ("Prefer", "return=minimal"))).ShouldBe(status), "Preference-Applied"));
        }
    }

    [Fact]
    public async Task What_was_created_is_where_Location_says()
    {
        await using TestServer server = await StartAsync();

        foreach ((string path, string body) in new[] { ("/contosohr/groups", """{ "id": "other" }"""), ("/contosohr/groups/team/members", """{ "id": "inner", "type": "externalGroup" }""") })
        {
            Answer created = (await server.PostAsync(Root + path, body)).ShouldBe(201);
            (await server.GetAsync(created.Headers.Location!.AbsolutePath)).ShouldBe(200);
        }
    }

    private static string Header(Answer answer, string name) => answer.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values) : "";

    private static async Task<TestServer> StartAsync()
    {
        TestServer server = await TestServer.StartAsync();
        await server.CreateReadyConnectionAsync();
        (await server.PutAsync(Root + "/contosohr/items/T0", Item)).ShouldBe(200);
        (await server.PostAsync(Root + "/contosohr/groups", """{ "id": "team" }""")).ShouldBe(201);
        return server;
    }
}
