using Tributary.Tests.Hosting;

namespace Tributary.Tests.Items;

/// <summary>PATCH of an item, and the switch of what PUT means for one that is there (external-connectors 6.4).</summary>
public class ItemPatchTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Everyone = """[{"type":"everyone","value":"everyone","accessType":"grant"}]""";
    private const string Group = """[{"type":"externalGroup","value":"nightshift","accessType":"grant"}]""";
    private const string Properties = """{"title":"Before","priority":1}""";
    private const string Content = """{"type":"html","value":"<p>Before</p>"}""";
    private const string Label = "a1b2c3d4-72ec-47dd-92f2-fb9c40936555";
    private const string OtherLabel = "b1b2c3d4-72ec-47dd-92f2-fb9c40936555";

    private TestServer Server => shared.Server;

    [Theory]
    [InlineData("v1.0", "{}", null, null, null, Label)]
    [InlineData("beta", "{}", null, null, null, Label)]
    [InlineData("v1.0", """{"acl":""" + Everyone + "}", Everyone, null, null, Label)]
    [InlineData("v1.0", """{"properties":{"title":"After"}}""", null, """{"title":"After"}""", null, Label)]
    [InlineData("beta", """{"content":{"type":"text","value":"After"}}""", null, null, """{"type":"text","value":"After"}""", Label)]
    [InlineData("v1.0", """{"content":null}""", null, null, "null", Label)]
    [InlineData("v1.0", """{"informationProtectionLabel":{"sensitivityLabelId":""" + "\"" + OtherLabel + "\"}}", null, null, null, OtherLabel)]
    [InlineData("beta", """{"informationProtectionLabel":null}""", null, null, null, null)]
    [InlineData("v1.0", """{"acl":""" + Everyone + ""","properties":{"title":"After"}}""", Everyone, """{"title":"After"}""", null, Label)]
    public async Task Members_that_are_left_out_stay_and_one_that_is_sent_replaces_its_old_value_whole(
        string version, string body, string? acl, string? properties, string? content, string? label)
    {
        string item = await CreateAsync();

        Answer answer = await Server.PatchAsync($"/{version}{item}", body);

        string shownLabel = label is null ? "" : $$""","informationProtectionLabel":{"sensitivityLabelId":"{{label}}"}""";
        Assert.EndsWith(
            $$""","id":"T1","acl":{{acl ?? Group}},"properties":{{properties ?? Properties}},"content":{{content ?? Content}}{{shownLabel}}""" + "}",
            answer.ShouldBe(200).Body,
            StringComparison.Ordinal);
        Assert.Equal(answer.Body, (await Server.GetAsync($"/{version}{item}")).ShouldBe(200).Body);
    }

    [Fact]
    public async Task An_item_that_is_not_there_is_404_and_is_not_created()
    {
        string item = await CreateAsync();
        string unknown = item[..^2] + "T2";

        (await Server.PatchAsync("/v1.0" + unknown, Whole("After"))).ShouldBe(404, "ItemNotFound");

        (await Server.GetAsync("/v1.0" + unknown)).ShouldBe(404, "ItemNotFound");
    }

    [Theory]
    [InlineData("""{"acl":null}""", "InvalidAcl")]
    [InlineData("""{"acl":[]}""", "InvalidAcl")]
    [InlineData("""{"properties":null}""", "InvalidProperties")]
    [InlineData("""{"properties":{}}""", "InvalidProperties")]
    [InlineData("""{"properties":{"colour":"red"}}""", "UnknownProperty")]
    [InlineData("""{"id":"T2"}""", "InvalidItemId")]
    public async Task What_PUT_refuses_PATCH_refuses_too(string body, string innerCode)
    {
        string item = await CreateAsync();
        string before = (await Server.GetAsync("/v1.0" + item)).Body;

        Assert.Equal(innerCode, (await Server.PatchAsync("/v1.0" + item, body)).ShouldBe(400, "InvalidRequest").InnerCode);

        Assert.Equal(before, (await Server.GetAsync("/v1.0" + item)).Body);
    }

    [Fact]
    public async Task Search_follows()
    {
        string item = await CreateAsync();
        string source = item[..item.LastIndexOf("/items", StringComparison.Ordinal)];
        (await Server.PatchAsync("/v1.0" + item, """{"acl":""" + Everyone + "}")).ShouldBe(200);
        Assert.Equal(1, (await Server.SearchAsync("before", source: source)).Total);

        (await Server.PatchAsync("/v1.0" + item, """{"content":{"type":"text","value":"After"},"properties":{"ticketId":"x"}}""")).ShouldBe(200);

        Assert.Equal(0, (await Server.SearchAsync("before", source: source)).Total);
        Assert.Equal(1, (await Server.SearchAsync("after", source: source)).Total);
    }

    /// <summary>Whoever read the item, merged and wrote it back would put an old value over another's new one.</summary>
    [Fact]
    public async Task Of_many_updates_at_once_each_keeps_its_part()
    {
        string item = await CreateAsync();
        for (int round = 0; round < 15; round++)
        {
            Answer[] answers = await Task.WhenAll(
                Server.PatchAsync("/v1.0" + item, $$$"""{"acl":[{"type":"externalGroup","value":"g{{{round}}}","accessType":"grant"}]}"""),
                Server.PatchAsync("/beta" + item, $$$"""{"properties":{"title":"t{{{round}}}"}}"""),
                Server.PatchAsync("/v1.0" + item, $$$"""{"content":{"type":"text","value":"c{{{round}}}"}}"""),
                Server.PutAsync("/v1.0" + item, $$$"""{"informationProtectionLabel":{"sensitivityLabelId":"a1b2c3d4-72ec-47dd-92f2-{{{round:d12}}}"}}"""));

            Assert.All(answers, answer => answer.ShouldBe(200));
            Assert.EndsWith(
                $$$""","id":"T1","acl":[{"type":"externalGroup","value":"g{{{round}}}","accessType":"grant"}],"properties":{"title":"t{{{round}}}"},"content":{"type":"text","value":"c{{{round}}}"},"informationProtectionLabel":{"sensitivityLabelId":"a1b2c3d4-72ec-47dd-92f2-{{{round:d12}}}"}}""",
                (await Server.GetAsync("/v1.0" + item)).Body,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_full_connection_takes_updates()
    {
        await using TestServer server = await TestServer.StartAsync("Items:MaxPerConnection=1");
        await server.CreateReadyConnectionAsync();
        (await server.PutAsync("/v1.0/external/connections/contosohr/items/T1", Whole("Before"))).ShouldBe(200);

        (await server.PatchAsync("/v1.0/external/connections/contosohr/items/T1", """{"properties":{"title":"After"}}""")).ShouldBe(200);
    }

    [Theory]
    [InlineData(true, """{"acl":""" + Everyone + "}", null)]
    [InlineData(false, """{"acl":""" + Everyone + "}", "$.properties: ")]
    [InlineData(true, """{"properties":{"title":"After"}}""", null)]
    [InlineData(false, """{"properties":{"title":"After"}}""", "$.acl: ")]
    [InlineData(false, """{"acl":""" + Everyone + ""","properties":{"title":"After"}}""", null)]
    public async Task PUT_on_an_existing_item_that_leaves_something_out_keeps_or_refuses_by_the_switch(bool keeps, string body, string? refusedFor)
    {
        await using TestServer server = await TestServer.StartAsync($"Items:PutKeepsOmitted={keeps}");
        await server.CreateReadyConnectionAsync();
        const string Item = "/v1.0/external/connections/contosohr/items/T1";
        (await server.PutAsync(Item, Whole("Before"))).ShouldBe(200);

        Answer answer = await server.PutAsync(Item, body);

        if (refusedFor is null)
        {
            answer.ShouldBe(200);
        }
        else
        {
            Assert.StartsWith(refusedFor, answer.ShouldBe(400, "InvalidRequest").Reason, StringComparison.Ordinal);
            Assert.Contains("Before", (await server.GetAsync(Item)).Body, StringComparison.Ordinal);
        }

        (await server.PatchAsync(Item, "{}")).ShouldBe(200);
    }

    /// <summary>A connection with an item of every member; its path without version.</summary>
    private async Task<string> CreateAsync()
    {
        string id = shared.NewId();
        await Server.CreateReadyConnectionAsync(id);
        string item = $"/external/connections/{id}/items/T1";
        (await Server.PutAsync(
            "/v1.0" + item,
            $$"""{"acl":{{Group}},"properties":{{Properties}},"content":{{Content}},"informationProtectionLabel":{"sensitivityLabelId":"{{Label}}"} }""")).ShouldBe(200);
        return item;
    }

    private static string Whole(string title) => $$$"""{"acl":{{{Everyone}}},"properties":{"title":"{{{title}}}"}}""";
}
