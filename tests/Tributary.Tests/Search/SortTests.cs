using Tributary.Tests.Hosting;

namespace Tributary.Tests.Search;

public class SortTests(AggregationsTests.Shelf shelf) : IClassFixture<AggregationsTests.Shelf>
{
    [Theory]
    [InlineData("""{ "name": "price" }""", "a b c d e")]
    [InlineData("""{ "name": "price", "isDescending": true }""", "d c b a e")]
    [InlineData("""{ "name": "PRICE", "isDescending": "True" }""", "d c b a e")]
    [InlineData("""{ "name": "weight", "isDescending": false }""", "c a b")]
    [InlineData("""{ "name": "category" }, { "name": "price", "isDescending": true }""", "d c a b e")]
    [InlineData("""{ "name": "day", "isDescending": true }, { "name": "kind" }""", "d c b a e")]
    [InlineData("""{ "name": "label_lastModifiedDateTime" }, { "name": "price" }""", "a b c d e")]
    public async Task Hits_come_in_the_order_of_the_keys_and_those_without_a_value_last(string sort, string ids) => Assert.StartsWith(
        ids, string.Join(' ', (await shelf.Server.FindAsync(shelf.Connection, "lamp", $", \"sortProperties\": [{sort}]")).HitIds), StringComparison.Ordinal);

    [Fact]
    public async Task Pages_of_an_order_join_into_the_whole()
    {
        var ids = new List<string>();
        for (int from = 0; from < 5; from += 2)
        {
            ids.AddRange((await shelf.Server.FindAsync(shelf.Connection, "*", $$""", "from": {{from}}, "size": 2, "sortProperties": [ { "name": "price", "isDescending": true } ]""")).HitIds);
        }

        Assert.Equal(["d", "c", "b", "a", "e"], ids);
    }

    [Theory]
    [InlineData("""{ "name": "note" }""", "requests[0].sortProperties[0].name: 'note' is not refinable")]
    [InlineData("""{ "name": "price" }, { "name": "Rank" }""", "requests[0].sortProperties[1].name: 'Rank' is a property of none of the content sources")]
    [InlineData("""{ "isDescending": true }""", "requests[0].sortProperties[0].name is required")]
    [InlineData("""{ "name": "price", "isDescending": "down" }""", "requests[0].sortProperties[0].isDescending must be true or false")]
    [InlineData("""{ "name": "a" }, { "name": "a" }, { "name": "a" }, { "name": "a" }, { "name": "a" }, { "name": "a" }""", "requests[0].sortProperties has 6 entries, at most 5 are allowed")]
    public async Task What_cannot_be_sorted_by_is_told_by_its_name(string sort, string reason)
    {
        Answer answer = (await shelf.Server.SearchAsync("*", source: shelf.Connection, extra: $", \"sortProperties\": [{sort}]")).ShouldBe(400, "BadRequest");

        Assert.Equal($"SearchRequest Invalid (EntityRequest Invalid ({reason}))", answer.ErrorMessage);
    }

    [Fact]
    public async Task Five_keys_are_taken() => Assert.Equal(
        "a b c d e",
        string.Join(' ', (await shelf.Server.FindAsync(
            shelf.Connection, "*", """, "sortProperties": [ { "name": "price" }, { "name": "kind" }, { "name": "day" }, { "name": "tags" }, { "name": "weight" } ]""")).HitIds));
}
