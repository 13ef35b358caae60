using Tributary.Tests.Hosting;

namespace Tributary.Tests.Quirks;

public class MalformedWithoutReasonTests
{
    private const string Item = "/v1.0/external/connections/contosohr/items/T1";
    private const string Wrong = """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "nope": 1 } }""";

    [Fact]
    public async Task By_default_what_is_wrong_with_an_item_is_told()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.CreateReadyConnectionAsync();

        Answer answer = await server.PutAsync(Item, Wrong);

        answer.ShouldBe(400, "InvalidRequest");
        Assert.Equal("UnknownProperty", answer.InnerCode);
        Assert.Contains("nope", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_quirk_it_is_not_told_for_items_and_told_for_all_else()
    {
        await using TestServer server = await TestServer.StartAsync("Quirks:malformed-without-reason=true");
        await server.CreateReadyConnectionAsync();

        Answer item = await server.PutAsync(Item, Wrong);
        Answer connection = await server.PostAsync("/v1.0/external/connections", """{ "id": "contoso-hr", "name": "x" }""");
        Answer shape = await server.PutAsync(Item, "no JSON");

        item.ShouldBe(400, "InvalidRequest");
        Assert.Equal(("The request is malformed or incorrect.", null, null), (item.ErrorMessage, item.InnerCode, item.Reason));
        Assert.Equal("InvalidConnectionId", connection.ShouldBe(400, "InvalidRequest").InnerCode);
        Assert.NotNull(shape.ShouldBe(400, "BadRequest").Reason);
        (await server.GetAsync(Item)).ShouldBe(404);
    }
}
