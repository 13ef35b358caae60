using System.Globalization;
using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

public class CollapseTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private const string Schema =
        """
        { "baseType": "microsoft.graph.externalItem", "properties": [
          { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true },
          { "name": "filename", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "author", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "place", "type": "int64", "isRetrievable": true, "isRefinable": true },
          { "name": "note", "type": "string", "isQueryable": true, "isRetrievable": true } ] }
        """;

    private static readonly string[] Published =
        ["Note/Andy", "Note/James", "Note/Robert", "Note/James", "Note/James", "Notebook/James", "Notebook/Andy", "Notebook/James"];

    private static int _connections;

    private TestServer Server => shared.Server;

    private async Task<string> ConnectAsync(bool withItems = true)
    {
        string id = "collapse" + Interlocked.Increment(ref _connections).ToString(CultureInfo.InvariantCulture);
        await Server.CreateReadyConnectionAsync(id, Schema);
        foreach ((int place, string item) in withItems ? Published.Index() : [])
        {
            string[] parts = item.Split('/');
            await Server.PutItemAsync(id, $"i{place + 1}", Item($$"""{ "title": "x", "filename": "{{parts[0]}}", "author": "{{parts[1]}}", "place": {{place + 1}} }"""));
        }

        return id;
    }

    private const string InOrder = """, "sortProperties": [ { "name": "place" } ]""";

    [Theory]
    [InlineData("""{ "fields": ["filename"], "limit": 3 }""", "1 2 3 6 7 8")]
    [InlineData("""{ "fields": ["filename", "author"], "limit": 2 }""", "1 2 3 4 6 7 8")]
    [InlineData("""{ "fields": ["FileName"], "limit": "3" }, { "fields": ["author"], "limit": 1 }""", "1 2 3 6 7")]
    [InlineData("""{ "fields": ["filename"], "limit": 32767 }""", "1 2 3 4 5 6 7 8")]
    public async Task The_published_tables_come_out(string collapse, string kept)
    {
        string id = await ConnectAsync();

        Answer answer = await Server.FindAsync(id, "*", $", \"collapseProperties\": [{collapse}]{InOrder}");

        string[] expected = kept.Split(' ');
        Assert.Equal(expected.Select(place => "i" + place), answer.HitIds);
        Assert.Equal(expected.Length, answer.Total);
        Assert.All(answer.Container.GetProperty("hits").EnumerateArray(), hit => Assert.True(hit.GetProperty("isCollapsed").ValueKind is JsonValueKind.True or JsonValueKind.False));
    }

    [Fact]
    public async Task Hits_say_whether_others_were_left_out_for_them_and_only_when_asked_to_collapse()
    {
        string id = await ConnectAsync();

        Answer collapsed = await Server.FindAsync(id, "*", $$""", "collapseProperties": [ { "fields": ["author"], "limit": 1 } ]{{InOrder}}""");
        Answer plain = await Server.FindAsync(id, "*");

        Assert.Equal(["i1", "i2", "i3"], collapsed.HitIds);
        Assert.Equal([true, true, false], collapsed.Container.GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("isCollapsed").GetBoolean()));
        Assert.DoesNotContain("isCollapsed", plain.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_of_what_is_kept_and_counts_of_what_was_found()
    {
        string id = await ConnectAsync();
        const string Extra = """, "collapseProperties": [ { "fields": ["filename"], "limit": 1 } ], "aggregations": [ { "field": "filename" } ]""";

        Answer first = await Server.FindAsync(id, "*", InOrder + Extra + ", \"size\": 1");
        Answer second = await Server.FindAsync(id, "*", InOrder + Extra + ", \"size\": 1, \"from\": 1");

        Assert.Equal(("i1", 2, true), (Assert.Single(first.HitIds), first.Total, first.Container.GetProperty("moreResultsAvailable").GetBoolean()));
        Assert.Equal(("i6", 2, false), (Assert.Single(second.HitIds), second.Total, second.Container.GetProperty("moreResultsAvailable").GetBoolean()));
        Assert.Equal("Note=5, Notebook=3", first.Buckets());
    }

    [Theory]
    [InlineData("""{ "fields": ["filename"], "limit": 1 }, { "fields": ["author"], "limit": 2 }""", "requests[0].collapseProperties[1].limit is 2, more than 1 of the level before")]
    [InlineData("""{ "fields": ["filename"], "limit": 0 }""", "requests[0].collapseProperties[0].limit must be a whole number from 1 to 32767")]
    [InlineData("""{ "fields": ["filename"], "limit": 32768 }""", "requests[0].collapseProperties[0].limit must be a whole number from 1 to 32767")]
    [InlineData("""{ "fields": ["filename"] }""", "requests[0].collapseProperties[0].limit is required")]
    [InlineData("""{ "fields": [], "limit": 1 }""", "requests[0].collapseProperties[0].fields must name one property or more")]
    [InlineData("""{ "limit": 1 }""", "requests[0].collapseProperties[0].fields must name one property or more")]
    [InlineData("""{ "fields": ["note"], "limit": 1 }""", "requests[0].collapseProperties[0].fields[0]: 'note' is not both queryable and refinable")]
    [InlineData("""{ "fields": ["author", "place"], "limit": 1 }""", "requests[0].collapseProperties[0].fields[1]: 'place' is not both queryable and refinable")]
    [InlineData("""{ "fields": ["nope"], "limit": 1 }""", "requests[0].collapseProperties[0].fields[0]: 'nope' is a property of none of the content sources")]
    public async Task What_cannot_be_collapsed_is_told(string collapse, string reason)
    {
        string id = await ConnectAsync(withItems: false);

        Answer answer = (await Server.SearchAsync("*", source: id, extra: $", \"collapseProperties\": [{collapse}]")).ShouldBe(400, "BadRequest");

        Assert.Equal($"SearchRequest Invalid (EntityRequest Invalid ({reason}))", answer.ErrorMessage);
    }

    [Fact]
    public async Task Levels_may_have_equal_limits()
    {
        string id = await ConnectAsync(withItems: false);

        Assert.Equal(0, (await Server.FindAsync(id, "*", """, "collapseProperties": [ { "fields": ["filename"], "limit": 2 }, { "fields": ["author"], "limit": 2 } ]""")).Total);
    }
}
