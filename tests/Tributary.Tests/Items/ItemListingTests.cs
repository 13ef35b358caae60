using System.Globalization;
using System.Text.RegularExpressions;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Items;

/// <summary>The list of items, an addition of ours that has to be switched on.</summary>
public sealed class ItemListingTests(ItemListingTests.ListingServer fixture) : IClassFixture<ItemListingTests.ListingServer>
{
    private const string Acl = "\"acl\":[{\"type\":\"everyone\",\"value\":\"everyone\",\"accessType\":\"grant\"}]";

    private TestServer Server => fixture.Server;

    private string Origin => Server.Http.BaseAddress!.ToString().TrimEnd('/');

    [Theory]
    [InlineData("v1.0", "")]
    [InlineData("beta", "/$count")]
    public async Task It_is_refused_unless_it_is_switched_on(string version, string ending)
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.CreateReadyConnectionAsync();

        Answer answer = await server.GetAsync($"/{version}/external/connections/contosohr/items{ending}");

        Assert.Equal("Listing items is switched off.", answer.ShouldBe(501, "NotImplemented").ErrorMessage);
        Assert.Equal("Start the server with --Items:AllowListing=true to have it.", answer.Reason);
    }

    [Fact]
    public async Task Items_are_shown_as_GET_shows_each_in_the_order_of_their_ids()
    {
        string list = await CreateAsync("b", "a", "B");

        Answer answer = await Server.GetAsync($"{list}?$count=true");

        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections('{{IdOf(list)}}')/items","@odata.count":3,"value":[{{Item("B")}},{{Item("a")}},{{Item("b")}}]}""",
            answer.ShouldBe(200).Body);
        Answer one = await Server.GetAsync($"{list}/a");
        Assert.Equal($$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections('{{IdOf(list)}}')/items/$entity",{{Item("a")[1..]}}""", one.ShouldBe(200).Body);

        static string Item(string id) =>
            "{" + $""" "id":"{id}",{Acl},"properties":{"{"}"title":"Title of {id}"{"}"},"content":{"{"}"type":"text","value":"Text of {id}"{"}"} """.Trim() + "}";
    }

    [Fact]
    public async Task A_selection_leaves_out_the_rest()
    {
        string list = await CreateAsync("a", "b");

        Answer first = await Server.GetAsync($"{list}?$select=properties&$top=1");
        Answer one = await Server.GetAsync($"{list}/a?$select=content,id");

        string context = $"{Origin}/v1.0/$metadata#external/connections('{IdOf(list)}')/items(properties)";
        Match match = Regex.Match(
            first.ShouldBe(200).Body,
            "^" + Regex.Escape($$"""{"@odata.context":"{{context}}","@odata.nextLink":"{{Origin}}{{list}}?$select=properties&$top=1&$skiptoken=""") + "[A-Za-z0-9_-]+"
                + Regex.Escape("\",\"value\":[{\"id\":\"a\",\"properties\":{\"title\":\"Title of a\"}}]}") + "$");
        Assert.True(match.Success, first.Body);
        Assert.Equal(
            $$$"""{"@odata.context":"{{{Origin}}}/v1.0/$metadata#external/connections('{{{IdOf(list)}}}')/items(content,id)/$entity","id":"a","content":{"type":"text","value":"Text of a"}}""",
            one.ShouldBe(200).Body);
    }

    [Fact]
    public async Task Items_that_come_and_go_between_pages_neither_hide_nor_repeat_others()
    {
        string list = await CreateAsync([.. Enumerable.Range(0, 10).Select(i => $"item{i}")]);
        var ids = new List<string>();
        string? next = Paging.NextOrNull(await Server.GetAsync($"{list}?$top=3&$select=id"), ids);

        foreach (string gone in (string[])["item2", "item0", "item7"])
        {
            (await Server.DeleteAsync($"{list}/{gone}")).ShouldBe(204);
        }

        await PutAsync(list, "item1x");
        await PutAsync(list, "item5x");
        await PutAsync(list, "item8");
        while (next is not null)
        {
            next = Paging.NextOrNull(await Server.GetAsync(next), ids);
        }

        Assert.Equal(["item0", "item1", "item2", "item3", "item4", "item5", "item5x", "item6", "item8", "item9"], ids);
    }

    [Fact]
    public async Task A_page_ends_early_when_its_items_are_large_and_goes_on_where_it_ended()
    {
        string list = await CreateAsync();
        string text = new('x', 3 * 1024 * 1024);
        for (int i = 0; i < 7; i++)
        {
            await PutAsync(list, $"item{i}", text);
        }

        Answer first = await Server.GetAsync(list);
        Answer second = await Server.GetAsync(Paging.LinkOrNull(first)!);
        Answer third = await Server.GetAsync(Paging.LinkOrNull(second)!);
        Answer small = await Server.GetAsync($"{list}?$select=id,properties");

        Assert.Equal(["item0", "item1", "item2"], Paging.Ids(first));
        Assert.Equal(["item3", "item4", "item5"], Paging.Ids(second));
        Assert.Equal(["item6"], Paging.Ids(third));
        Assert.Null(Paging.LinkOrNull(third));
        Assert.Equal(7, Paging.Ids(small).Length);
    }

    [Fact]
    public async Task A_page_of_none_has_no_link_and_a_count_is_plain_text()
    {
        string list = await CreateAsync("a", "b");

        Answer none = await Server.GetAsync($"{list}?$top=0&count=true");
        Answer count = await Server.GetAsync($"{list}/$count");
        Answer refused = await Server.GetAsync($"{list}/$count?$filter=id eq 'a'");

        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections('{{IdOf(list)}}')/items","@odata.count":2,"value":[]}""", none.ShouldBe(200).Body);
        Assert.Equal("2", count.ShouldBe(200).Body);
        Assert.Equal("text/plain", count.ContentHeaders.ContentType!.ToString());
        Assert.Equal("The query parameter '$filter' is not supported.", refused.ShouldBe(400, "BadRequest").ErrorMessage);
    }

    [Fact]
    public async Task A_token_is_of_one_connection_and_not_of_one_that_takes_its_name_later()
    {
        string list = await CreateAsync("a", "b");
        string another = await CreateAsync("a", "b");
        string token = Paging.LinkOrNull(await Server.GetAsync($"{list}?$top=1"))!.Split("$skiptoken=")[1];

        Assert.Equal(["b"], Paging.Ids(await Server.GetAsync($"{list}?$skiptoken={token}")));
        (await Server.GetAsync($"{another}?$skiptoken={token}")).ShouldBe(400, "BadRequest");

        string connection = list[..list.LastIndexOf('/')];
        (await Server.DeleteAsync(connection)).ShouldBe(202);
        await Eventually.HoldsAsync(() => Server.GetAsync(connection), answer => answer.Status == 404);
        await Server.CreateReadyConnectionAsync(IdOf(list));
        (await Server.GetAsync($"{list}?$skiptoken={token}")).ShouldBe(400, "BadRequest");
    }

    [Fact]
    public async Task Who_may_not_read_items_or_know_of_the_connection_sees_none()
    {
        string list = await CreateAsync("a");

        (await Server.GetAsync(list, await Server.AppTokenAsync("0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11"))).ShouldBe(404, "ItemNotFound");
        (await Server.GetAsync($"{list}/$count", await Server.AppTokenAsync("0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11"))).ShouldBe(404, "ItemNotFound");
        (await Server.GetAsync(list, await Server.UserTokenAsync("reader"))).ShouldBe(403, "Authorization_RequestDenied");
    }

    /// <summary>The path of the items of a new connection that has these.</summary>
    private async Task<string> CreateAsync(params string[] items)
    {
        string id = fixture.NewId();
        await Server.CreateReadyConnectionAsync(id);
        string list = $"/v1.0/external/connections/{id}/items";
        foreach (string item in items)
        {
            await PutAsync(list, item);
        }

        return list;
    }

    private async Task PutAsync(string list, string id, string? text = null) => (await Server.PutAsync(
        $"{list}/{id}", $$"""{ {{Acl}}, "properties": { "title": "Title of {{id}}" }, "content": { "type": "text", "value": "{{text ?? $"Text of {id}"}}" } }""")).ShouldBe(200);

    private static string IdOf(string list) => list.Split('/')[4];

    public sealed class ListingServer : IAsyncLifetime
    {
        private int _created;

        internal TestServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync("Items:AllowListing=true");

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        public string NewId() => "conn" + Interlocked.Increment(ref _created).ToString("d4", CultureInfo.InvariantCulture);
    }
}
