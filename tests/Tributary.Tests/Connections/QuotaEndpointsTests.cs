using Tributary.Tests.Hosting;

namespace Tributary.Tests.Connections;

/// <summary>Quotas of items by connection and tenant, as they are told and as they are enforced (external-connectors 3.1.8, 6.2 and 9).</summary>
public class QuotaEndpointsTests
{
    private const string OtherTenant = "0e0e0000-0000-4000-8000-000000000001";

    [Fact]
    public async Task The_quota_is_of_beta_and_tells_what_the_connection_has_left()
    {
        await using TestServer server = await TestServer.StartAsync("Items:MaxPerConnection=3");
        (await server.PostAsync("/v1.0/external/connections", """{ "id": "draft1", "name": "Draft" }""")).ShouldBe(201);
        await server.CreateReadyConnectionAsync();

        Answer whole = await server.GetAsync("/beta/external/connections/contosohr/quota");
        Assert.Equal(
            $$"""{"@odata.context":"{{server.Http.BaseAddress}}beta/$metadata#external/connections('contosohr')/quota/$entity","itemsRemaining":3}""", whole.ShouldBe(200).Body);
        Assert.Equal(
            $$"""{"@odata.context":"{{server.Http.BaseAddress}}beta/$metadata#external/connections('contosohr')/quota(itemsRemaining)/$entity","itemsRemaining":3}""",
            (await server.GetAsync("/beta/external/connections/contosohr/quota?$select=itemsRemaining")).ShouldBe(200).Body);
        (await server.GetAsync("/beta/external/connections/contosohr/quota?$select=foo")).ShouldBe(400, "BadRequest");
        Answer compatible = await server.SendAsync(
            HttpMethod.Get, "/beta/external/connections/contosohr/quota", null, null, ("Accept", "application/json;IEEE754Compatible=true"));
        Assert.Equal("3", compatible.ShouldBe(200).Json.GetProperty("itemsRemaining").GetString());
        Assert.Equal(3, await RemainingAsync(server, "draft1"));
        await PutAsync(server, "contosohr", "T1");
        await PutAsync(server, "contosohr", "T1");
        Assert.Equal(2, await RemainingAsync(server));
        await PutAsync(server, "contosohr", "T2");
        await PutAsync(server, "contosohr", "T3");
        Assert.Equal(0, await RemainingAsync(server));
        (await server.DeleteAsync("/v1.0/external/connections/contosohr/items/T1")).ShouldBe(204);
        Assert.Equal(1, await RemainingAsync(server));

        Answer unknown = await server.GetAsync("/v1.0/external/connections/contosohr/quota");
        unknown.ShouldBe(400, "BadRequest");
        Assert.Equal("Resource not found for the segment 'quota'.", unknown.ErrorMessage);
        (await server.GetAsync("/beta/external/connections/nobody1/quota")).ShouldBe(404, "ItemNotFound");
        (await server.GetAsync("/beta/external/connections/contosohr/quota", await server.UserTokenAsync("admin"))).ShouldBe(403, "Authorization_RequestDenied");
    }

    [Fact]
    public async Task The_tenants_quota_counts_all_its_connections_and_the_smaller_one_is_told()
    {
        await using TestServer server = await TestServer.StartAsync("Items:MaxPerConnection=3", "Items:MaxPerTenant=4");
        await server.CreateReadyConnectionAsync("one");
        await server.CreateReadyConnectionAsync("two");
        string other = await server.AppTokenAsync(tenant: OtherTenant);
        await server.CreateReadyConnectionAsync("one", token: other);
        await PutAsync(server, "one", "T1");
        await PutAsync(server, "one", "T2");
        Assert.Equal((1L, 2L), (await RemainingAsync(server, "one"), await RemainingAsync(server, "two")));
        await PutAsync(server, "two", "T1");
        Assert.Equal(("ready", "ready"), (await StateAsync(server, "one"), await StateAsync(server, "two")));
        await PutAsync(server, "two", "T2");

        Assert.Equal((0L, 0L), (await RemainingAsync(server, "one"), await RemainingAsync(server, "two")));
        Assert.Equal(("limitExceeded", "limitExceeded"), (await StateAsync(server, "one"), await StateAsync(server, "two")));
        Assert.All(
            (await server.GetAsync("/v1.0/external/connections")).Json.GetProperty("value").EnumerateArray(),
            connection => Assert.Equal("limitExceeded", connection.GetProperty("state").GetString()));
        Answer refused = await server.PutAsync("/v1.0/external/connections/one/items/T3", Item);
        Assert.Equal("QuotaExceeded", refused.ShouldBe(403, "Forbidden").InnerCode);
        Assert.Contains("The tenant holds 4 items", refused.Reason, StringComparison.Ordinal);
        await PutAsync(server, "one", "T2");
        (await server.PutAsync("/v1.0/external/connections/one/items/T3", Item, other)).ShouldBe(200);

        // Left by itself: by an item of the other connection, and by the deletion of that connection from its beginning on.
        (await server.DeleteAsync("/v1.0/external/connections/two/items/T2")).ShouldBe(204);
        Assert.Equal(("ready", "ready"), (await StateAsync(server, "one"), await StateAsync(server, "two")));
        await PutAsync(server, "one", "T3");
        Assert.Equal("limitExceeded", await StateAsync(server, "two"));
        (await server.DeleteAsync("/v1.0/external/connections/one")).ShouldBe(202);
        Assert.Equal((3L - 1L, "ready"), (await RemainingAsync(server, "two"), await StateAsync(server, "two")));
    }

    [Fact]
    public async Task Raising_a_limit_leaves_the_state_and_lowering_it_enters_it()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        try
        {
            foreach ((int limit, long remaining, string state) in new[] { (2, 0L, "limitExceeded"), (3, 1L, "ready"), (1, 0L, "limitExceeded") })
            {
                await using TestServer server = await TestServer.StartAsync(time: null, data, $"Items:MaxPerConnection={limit}");
                if (limit == 2)
                {
                    await server.CreateReadyConnectionAsync();
                    await PutAsync(server, "contosohr", "T1");
                    await PutAsync(server, "contosohr", "T2");
                }

                Assert.Equal((remaining, state), (await RemainingAsync(server), await StateAsync(server, "contosohr")));
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Theory]
    [InlineData("Items:MaxPerConnection=20", 1)]
    [InlineData("Items:MaxPerTenant=20", 3)]
    public async Task Writers_at_the_limit_at_once_never_pass_it(string limit, int connections)
    {
        await using TestServer server = await TestServer.StartAsync(limit);
        for (int i = 0; i < connections; i++)
        {
            await server.CreateReadyConnectionAsync($"conn{i}");
        }

        int[] statuses = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
            (await server.PutAsync($"/v1.0/external/connections/conn{i % connections}/items/T{i}", Item)).Status));

        Assert.Equal(20, statuses.Count(status => status == 200));
        Assert.Equal(40, statuses.Count(status => status == 403));
        long ingested = 0;
        for (int i = 0; i < connections; i++)
        {
            ingested += (await server.GetAsync($"/beta/external/connections/conn{i}")).Json.GetProperty("ingestedItemsCount").GetInt64();
        }

        Assert.Equal(20, ingested);
    }

    private const string Item = """{"acl":[{"type":"everyone","value":"everyone","accessType":"grant"}],"properties":{"title":"t"}}""";

    private static async Task PutAsync(TestServer server, string connection, string id) =>
        (await server.PutAsync($"/v1.0/external/connections/{connection}/items/{id}", Item)).ShouldBe(200);

    private static async Task<long> RemainingAsync(TestServer server, string connection = "contosohr") =>
        (await server.GetAsync($"/beta/external/connections/{connection}/quota")).ShouldBe(200).Json.GetProperty("itemsRemaining").GetInt64();

    private static async Task<string?> StateAsync(TestServer server, string connection) =>
        (await server.GetAsync($"/v1.0/external/connections/{connection}")).ShouldBe(200).Json.GetProperty("state").GetString();
}
