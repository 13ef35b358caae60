using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Quirks;

public class EmptyActivitiesTests
{
    private const string Item = "/v1.0/external/connections/contosohr/items/T1";
    private const string Whole = """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "t" } }""";

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Put_has_empty_activities_with_the_quirk_only_and_get_never(string isOn)
    {
        await using TestServer server = await TestServer.StartAsync($"Quirks:empty-activities={isOn}");
        await server.CreateReadyConnectionAsync();

        JsonElement put = (await server.PutAsync(Item, Whole)).ShouldBe(200).Json;
        JsonElement got = (await server.GetAsync(Item)).ShouldBe(200).Json;

        Assert.Equal(isOn == "true", put.TryGetProperty("activities", out JsonElement activities));
        Assert.Equal(isOn == "true" ? "[]" : "", activities.ValueKind == JsonValueKind.Undefined ? "" : activities.GetRawText());
        Assert.False(got.TryGetProperty("activities", out _));
    }
}
