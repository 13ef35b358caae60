using Tributary.Tests.Hosting;

namespace Tributary.Tests.Quirks;

public class ForeignConnection403Tests
{
    private const string OtherApp = "0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11";
    private const string Foreign = "/v1.0/external/connections/foreign1";

    /// <summary>A path under a connection and a verb for each kind of endpoint.</summary>
    public static TheoryData<string, string> Endpoints => new()
    {
        { "GET", "" },
        { "PATCH", "" },
        { "DELETE", "" },
        { "GET", "/schema" },
        { "PATCH", "/schema" },
        { "GET", "/operations/none" },
        { "GET", "/items/T1" },
        { "PUT", "/items/T1" },
        { "DELETE", "/items/T1" },
        { "POST", "/groups" },
        { "GET", "/groups/g" },
        { "POST", "/groups/g/members" },
    };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task By_default_a_foreign_connection_is_404(string method, string path)
    {
        await using TestServer server = await StartAsync();

        (await SendAsync(server, method, Foreign + path)).ShouldBe(404, "ItemNotFound");
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task With_the_quirk_it_is_a_bare_403_and_an_id_of_nothing_stays_404(string method, string path)
    {
        await using TestServer server = await StartAsync("Quirks:foreign-connection-403=true");

        Answer answer = await SendAsync(server, method, Foreign + path);

        answer.ShouldBe(403, "AccessDenied");
        Assert.Equal(("Access denied", null, null), (answer.ErrorMessage, answer.InnerCode, answer.Reason));
        (await SendAsync(server, method, "/v1.0/external/connections/nothing" + path)).ShouldBe(404, "ItemNotFound");
    }

    [Fact]
    public async Task With_the_quirk_the_own_connection_the_list_and_another_tenant_are_as_before()
    {
        await using TestServer server = await StartAsync("Quirks:foreign-connection-403=true");
        await server.CreateReadyConnectionAsync();

        (await server.GetAsync("/v1.0/external/connections/contosohr")).ShouldBe(200);
        Assert.Equal(1, (await server.GetAsync("/v1.0/external/connections")).ShouldBe(200).Json.GetProperty("value").GetArrayLength());
        (await server.GetAsync(Foreign, await server.AppTokenAsync(tenant: "12345678-1234-4234-8234-123456789abc"))).ShouldBe(404, "ItemNotFound");
    }

    private static async Task<TestServer> StartAsync(params string[] settings)
    {
        TestServer server = await TestServer.StartAsync(settings);
        await server.CreateReadyConnectionAsync("foreign1", token: await server.AppTokenAsync(OtherApp));
        return server;
    }

    private static Task<Answer> SendAsync(TestServer server, string method, string path) =>
        server.SendAsync(new HttpMethod(method), path, method is "GET" or "DELETE" ? null : "{}");
}
