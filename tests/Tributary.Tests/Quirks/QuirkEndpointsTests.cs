using System.Text.Json;
using Tributary.Auth;
using Tributary.Profiles;
using Tributary.Quirks;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Quirks;

public class QuirkEndpointsTests
{
    private const string Path = "/tributary/quirks";

    [Fact]
    public async Task It_lists_every_quirk_with_its_defaults_and_whether_it_is_on()
    {
        await using TestServer server = await TestServer.StartAsync("Profile=graph", "Quirks:missing-permission-401=true", "Quirks:empty-activities=false", "Schemas:ProvisioningDelay=00:00:01");

        Answer answer = await server.GetAsync(Path, OperatorKey.Read(server.Data));

        JsonElement json = answer.ShouldBe(200).Json;
        Assert.Equal("graph", json.GetProperty("profile").GetString());
        Assert.Equal(
            Quirk.All.Select(quirk => (quirk.Id, quirk.Source, quirk.Description, false, quirk.IsInGraph)),
            json.GetProperty("quirks").EnumerateArray().Select(quirk => (
                quirk.GetProperty("id").GetString()!,
                quirk.GetProperty("source").GetString()!,
                quirk.GetProperty("description").GetString()!,
                quirk.GetProperty("defaults").GetProperty("fast").GetBoolean(),
                quirk.GetProperty("defaults").GetProperty("graph").GetBoolean())));
        Assert.Equal(
            ["broken-layout-503", "missing-permission-401", "malformed-without-reason"],
            json.GetProperty("quirks").EnumerateArray().Where(quirk => quirk.GetProperty("isOn").GetBoolean()).Select(quirk => quirk.GetProperty("id").GetString()));
        Assert.Equal(
            ProfileSetting.All.Where(setting => !setting.IsQuirk).Select(setting =>
                (setting.Name, setting.Fast, setting.Graph, setting.Name == "Schemas:ProvisioningDelay" ? "00:00:01" : setting.Graph)),
            json.GetProperty("settings").EnumerateArray().Select(setting => (
                setting.GetProperty("name").GetString()!,
                setting.GetProperty("defaults").GetProperty("fast").GetString()!,
                setting.GetProperty("defaults").GetProperty("graph").GetString()!,
                setting.GetProperty("value").GetString()!)));
    }

    [Fact]
    public async Task It_is_the_operators_alone()
    {
        await using TestServer server = await TestServer.StartAsync();

        (await server.GetAsync(Path)).ShouldBe(403);
        (await server.GetAsync(Path, await server.UserTokenAsync("admin"))).ShouldBe(403);
        using HttpResponseMessage anonymous = await server.Http.GetAsync(Path);
        Assert.Equal(401, (int)anonymous.StatusCode);
    }
}
