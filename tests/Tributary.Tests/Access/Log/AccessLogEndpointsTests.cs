using System.Text.Json;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;
using static Tributary.Tests.Access.Log.AccessLogServer;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Access.Log;

public class AccessLogEndpointsTests
{
    private const string OtherTenant = "99999999-aaaa-4bbb-8ccc-000000000001";

    [Fact]
    public async Task An_administrator_gets_the_lines_of_his_tenant_and_the_operator_all()
    {
        await using TestServer server = await StartAsync(WithAnswer);
        await server.FindAsync(Connection, "alpha");
        await server.FindAsync(Connection, "alpha", user: "admin");
        (await server.SearchAsync("alpha", token: await server.UserTokenAsync("reader", tenant: OtherTenant))).ShouldBe(200);

        Assert.Equal(2, (await LinesAsync(server, "")).Length);
        Assert.Equal(3, Lines(await server.OperateAsync(HttpMethod.Get, "/tributary/access/log")).Length);
        Assert.Single(Lines(await server.OperateAsync(HttpMethod.Get, "/tributary/access/log?tenantId=" + OtherTenant)));
        Answer answer = await server.GetAsync("/tributary/access/log", await server.UserTokenAsync("admin"));
        Assert.Equal("application/x-ndjson", answer.ContentHeaders.ContentType!.MediaType);
    }

    [Fact]
    public async Task Nobody_else_gets_any()
    {
        await using TestServer server = await StartAsync(WithAnswer);
        (await server.GetAsync("/tributary/access/log", await server.UserTokenAsync("reader"))).ShouldBe(403);
        (await server.GetAsync("/tributary/access/log", await server.AppTokenAsync())).ShouldBe(403);
        (await server.GetAsync("/tributary/access/log?tenantId=" + OtherTenant, await server.UserTokenAsync("admin"))).ShouldBe(403);
        (await server.GetAsync("/tributary/access/log?tenantId=" + TestServer.Tenant, await server.UserTokenAsync("admin"))).ShouldBe(200);
        using HttpResponseMessage anonymous = await server.Http.GetAsync("/tributary/access/log", TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)anonymous.StatusCode);
    }

    [Fact]
    public async Task Lines_are_picked_by_who_saw_what_and_when()
    {
        await using TestServer server = await StartAsync(WithAnswer);
        await server.PutItemAsync(Connection, "a", Item("""{ "title": "alpha" }"""));
        await server.PutItemAsync(Connection, "b", Item("""{ "title": "beta" }"""));
        await server.FindAsync(Connection, "alpha");
        await server.FindAsync(Connection, "beta", user: "admin");
        JsonElement first = JsonElement.Parse((await LinesAsync(server, ""))[0]);
        string reader = first.GetProperty("userId").GetString()!;
        DateTimeOffset time = first.GetProperty("time").GetDateTimeOffset();

        Assert.Single(await LinesAsync(server, "?userId=" + reader));
        Assert.Single(await LinesAsync(server, "?userId=" + reader.ToUpperInvariant()));
        Assert.Equal(2, (await LinesAsync(server, "?appId=" + TestServer.App)).Length);
        Assert.Single(await LinesAsync(server, "?itemId=a"));
        Assert.Single(await LinesAsync(server, $"?itemId=b&connectionId={Connection}"));
        Assert.Empty(await LinesAsync(server, "?itemId=b&connectionId=another"));
        Assert.Empty(await LinesAsync(server, $"?to={time:yyyy-MM-ddTHH:mm:ss.fffffffZ}"));
        Assert.Equal(2, (await LinesAsync(server, $"?from={time:yyyy-MM-ddTHH:mm:ss.fffffffZ}")).Length);
        Assert.Single(await LinesAsync(server, $"?from={time.AddTicks(1):yyyy-MM-ddTHH:mm:ss.fffffffZ}"));
    }

    [Theory]
    [InlineData("?user=x", "user", "There is no parameter 'user'")]
    [InlineData("?userId=reader", "userId", "must be a GUID")]
    [InlineData("?appId=x", "appId", "must be a GUID")]
    [InlineData("?from=yesterday", "from", "must be a date")]
    [InlineData("?to=2026-11-28T09:00:00+01:00", "to", "%2B")]
    [InlineData("?itemId=", "itemId", "must have one value")]
    [InlineData("?itemId=a&itemId=b", "itemId", "must have one value")]
    public async Task A_wrong_parameter_is_named(string query, string name, string problem)
    {
        await using TestServer server = await StartAsync(WithAnswer);
        Answer answer = (await server.GetAsync("/tributary/access/log" + query, await server.UserTokenAsync("admin"))).ShouldBe(400);
        Assert.Contains(name, answer.Reason, StringComparison.Ordinal);
        Assert.Contains(problem, answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_log_there_are_no_lines()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Empty(await LinesAsync(server, ""));
    }

    private static async Task<string[]> LinesAsync(TestServer server, string query) =>
        Lines(await server.GetAsync("/tributary/access/log" + query, await server.UserTokenAsync("admin")));

    private static string[] Lines(Answer answer) => answer.ShouldBe(200).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
