using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Connections;

/// <summary>Pages of connections (protocol 8): each shown once, whatever happens in between.</summary>
public sealed class ConnectionPagingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string List = "/v1.0/external/connections";

    private static int _tenants;

    private TestServer Server => shared.Server;

    private string Origin => Server.Http.BaseAddress!.ToString().TrimEnd('/');

    [Fact]
    public async Task A_page_is_followed_by_its_link_which_keeps_the_other_options()
    {
        string token = await TenantOfAsync("con1", "con2", "con3", "con4", "con5");

        Answer first = await Server.GetAsync($"{List}?%24top=2&$select=id,name&count=true&$filter=id%20ne%20'con1'&utm=x%26y", token);
        string link = Paging.LinkOrNull(first)!;
        Answer second = await Server.GetAsync(link, token);

        Match match = Regex.Match(
            first.ShouldBe(200).Body,
            "^" + Regex.Escape($$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections(id,name)","@odata.count":4,"@odata.nextLink":"{{Origin}}/v1.0/external/connections?$top=2&$select=id,name&count=true&$filter=id%20ne%20'con1'&utm=x%26y&$skiptoken=""")
                + "[A-Za-z0-9_-]+" + Regex.Escape("\",\"value\":[{\"id\":\"con2\",\"name\":\"con2\"},{\"id\":\"con3\",\"name\":\"con3\"}]}") + "$");
        Assert.True(match.Success, first.Body);
        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections(id,name)","value":[{"id":"con4","name":"con4"},{"id":"con5","name":"con5"}]}""",
            second.ShouldBe(200).Body);
    }

    [Theory]
    [InlineData("?$top=5", 5, false)]
    [InlineData("?$top=4", 4, true)]
    [InlineData("?$top=6", 5, false)]
    [InlineData("?$top=0", 0, false)]
    [InlineData("?$top=99999999999", 5, false)]
    [InlineData("?$skip=4", 1, false)]
    [InlineData("?$skip=5", 0, false)]
    [InlineData("?$skip=9999999999", 0, false)]
    [InlineData("?$skip=1&$top=3", 3, true)]
    [InlineData("?$skip=1&$top=4", 4, false)]
    public async Task A_page_has_at_most_so_many_and_a_link_only_where_there_are_more(string query, int count, bool hasMore)
    {
        string token = await TenantOfAsync("con1", "con2", "con3", "con4", "con5");

        Answer answer = await Server.GetAsync(List + query, token);

        Assert.Equal(count, Paging.Ids(answer).Length);
        Assert.Equal(hasMore, Paging.LinkOrNull(answer) is not null);
    }

    [Fact]
    public async Task What_is_skipped_is_skipped_once()
    {
        string token = await TenantOfAsync("con1", "con2", "con3", "con4", "con5");

        Answer first = await Server.GetAsync($"{List}?$skip=1&$top=2", token);
        Answer second = await Server.GetAsync(Paging.LinkOrNull(first)!, token);

        Assert.Equal(["con2", "con3"], Paging.Ids(first));
        Assert.Equal(["con4", "con5"], Paging.Ids(second));
        Assert.Null(Paging.LinkOrNull(second));
    }

    [Fact]
    public async Task A_hundred_are_a_page_unless_the_client_says_otherwise_and_999_are_the_most()
    {
        string token = await TenantOfAsync([.. Enumerable.Range(0, 101).Select(i => "con" + i.ToString("d3", CultureInfo.InvariantCulture))]);

        Answer byDefault = await Server.GetAsync(List, token);
        Answer rest = await Server.GetAsync(Paging.LinkOrNull(byDefault)!, token);
        Answer all = await Server.GetAsync($"{List}?$top=1000", token);

        Assert.Equal(100, Paging.Ids(byDefault).Length);
        Assert.Equal(["con100"], Paging.Ids(rest));
        Assert.Equal(101, Paging.Ids(all).Length);
        Assert.Null(Paging.LinkOrNull(all));
    }

    [Fact]
    public async Task A_preferred_page_size_holds_for_the_pages_that_follow()
    {
        string token = await TenantOfAsync("con1", "con2", "con3", "con4", "con5");

        Answer first = await Server.SendAsync(HttpMethod.Get, List, null, token, ("Prefer", "odata.maxpagesize=2"));
        Answer second = await Server.GetAsync(Paging.LinkOrNull(first)!, token);
        Answer third = await Server.SendAsync(HttpMethod.Get, Paging.LinkOrNull(second)!, null, token, ("Prefer", "odata.maxpagesize=7"));
        Answer smallerTop = await Server.SendAsync(HttpMethod.Get, $"{List}?$top=1", null, token, ("Prefer", "odata.maxpagesize=2"));
        Answer ignored = await Server.SendAsync(HttpMethod.Get, List, null, token, ("Prefer", "odata.maxpagesize=0"));

        Assert.Equal(["con1", "con2"], Paging.Ids(first));
        Assert.Equal("odata.maxpagesize=2", first.Headers.GetValues("Preference-Applied").Single());
        Assert.Equal(["con3", "con4"], Paging.Ids(second));
        Assert.False(second.Headers.Contains("Preference-Applied"));
        Assert.Equal(["con5"], Paging.Ids(third));
        Assert.Single(Paging.Ids(smallerTop));
        Assert.Equal(5, Paging.Ids(ignored).Length);
        Assert.False(ignored.Headers.Contains("Preference-Applied"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&$orderby=name desc")]
    [InlineData("&$orderby=state,id")]
    public async Task Connections_that_come_and_go_between_pages_neither_hide_nor_repeat_others(string order)
    {
        string token = await TenantOfAsync("con1", "con2", "con3", "con4", "con5", "con6");
        var ids = new List<string>();
        string? next = Paging.NextOrNull(await Server.GetAsync($"{List}?$top=2{order}", token), ids);

        // The last one shown, one shown before, and one that is still to come go; others come.
        string last = ids[1];
        string toCome = order.Contains("desc", StringComparison.Ordinal) ? "con1" : "con6";
        foreach (string gone in (string[])[last, toCome])
        {
            (await Server.DeleteAsync($"{List}/{gone}", token)).ShouldBe(202);
            await Eventually.HoldsAsync(() => Server.GetAsync($"{List}/{gone}", token), answer => answer.Status == 404);
        }

        await CreateAsync(token, "con0");
        await CreateAsync(token, "con7");
        while (next is not null)
        {
            next = Paging.NextOrNull(await Server.GetAsync(next, token), ids);
        }

        Assert.Equal(ids.Distinct(), ids);
        string[] stayed = [.. ((string[])["con1", "con2", "con3", "con4", "con5", "con6"]).Except([toCome])];
        Assert.Empty(stayed.Except(ids));
        Assert.DoesNotContain(toCome, ids);
    }

    [Fact]
    public async Task A_token_is_of_one_tenant_one_filter_one_order_and_one_list()
    {
        string token = await TenantOfAsync("con1", "con2", "con3");
        string other = await TenantOfAsync("con1", "con2", "con3");
        string skipToken = SkipTokenOf(await Server.GetAsync($"{List}?$top=1", token));

        Assert.Equal(["con2"], Paging.Ids(await Server.GetAsync($"{List}?$top=1&$skiptoken={skipToken}", token)));
        Assert.Equal(["con2", "con3"], Paging.Ids(await Server.GetAsync($"/beta/external/connections?$top=9&$select=name&SkipToken={skipToken}", token)));
        foreach ((string query, string by) in ((string, string)[])
            [($"{List}?$skiptoken={skipToken}", other), ($"{List}?$filter=id ne 'x'&$skiptoken={skipToken}", token), ($"{List}?$orderby=id&$skiptoken={skipToken}", token),
             ($"{List}/con1/operations?$skiptoken={skipToken}", token), ($"{List}/con1/groups?$skiptoken={skipToken}", token)])
        {
            Answer refused = await Server.GetAsync(query, by);
            Assert.Equal("The skip token is invalid or expired.", refused.ShouldBe(400, "BadRequest").ErrorMessage);
        }
    }

    [Fact]
    public async Task A_link_is_good_for_a_day_also_after_a_restart()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        try
        {
            string link;
            await using (TestServer server = await TestServer.StartAsync(time, data))
            {
                await server.CreateReadyConnectionAsync("con1");
                await server.CreateReadyConnectionAsync("con2");
                link = new Uri(Paging.LinkOrNull(await server.GetAsync($"{List}?$top=1"))!).PathAndQuery;
            }

            time.Advance(TimeSpan.FromHours(24));
            await using (TestServer server = await TestServer.StartAsync(time, data))
            {
                Assert.Equal(["con2"], Paging.Ids(await server.GetAsync(link)));
                time.Advance(TimeSpan.FromSeconds(1));
                Assert.Equal("The skip token is invalid or expired.", (await server.GetAsync(link)).ShouldBe(400, "BadRequest").ErrorMessage);
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_link_carries_the_version_and_the_public_host()
    {
        await using TestServer server = await TestServer.StartAsync("PublicUrl=https://graph.example.org");
        await server.CreateReadyConnectionAsync("con1");
        await server.CreateReadyConnectionAsync("con2");

        string link = Paging.LinkOrNull(await server.GetAsync("/BETA//external/connections?top=1"))!;

        Assert.StartsWith("https://graph.example.org/beta/external/connections?top=1&$skiptoken=", link, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The token of an application of a new tenant that has these connections.</summary>
    private async Task<string> TenantOfAsync(params string[] ids)
    {
        string tenant = $"5f0c8c4e-8f5d-4a9e-9c36-{Interlocked.Increment(ref _tenants):x12}";
        string token = await Server.AppTokenAsync(tenant: tenant);
        foreach (string id in ids)
        {
            await CreateAsync(token, id);
        }

        return token;
    }

    private async Task CreateAsync(string token, string id) => (await Server.PostAsync(List, $$"""{ "id": "{{id}}", "name": "{{id}}" }""", token)).ShouldBe(201);

    private static string SkipTokenOf(Answer page) => Paging.LinkOrNull(page)!.Split("$skiptoken=")[1];

    [Fact]
    public async Task A_link_is_followed_however_long_the_filter_is()
    {
        string token = await TenantOfAsync("con1", "con2");
        string filter = $"id in ({string.Join(',', Enumerable.Range(0, 600).Select(i => $"'zzz{i:000}'"))},'con1','con2')";

        Answer first = (await Server.GetAsync($"{List}?$top=1&$filter={filter.Replace(" ", "%20", StringComparison.Ordinal)}", token)).ShouldBe(200);

        (await Server.GetAsync(Paging.LinkOrNull(first)!, token)).ShouldBe(200);
    }
}
