using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Search;

public class AggregationFiltersTests(AggregationsTests.Shelf shelf) : IClassFixture<AggregationsTests.Shelf>
{
    [Theory]
    [InlineData("tags:policy", "a b")]
    [InlineData("tags:\"annual leave\"", "d")]
    [InlineData("tags:\"Annual Leave\"", "d")]
    [InlineData("tags:leave", "a")]
    [InlineData("tags:\"ǂǂ6c65617665\"", "a")]
    [InlineData("tags:\"ǂǂ4c65617665\"", "")]
    [InlineData("tags:%22%C7%82%C7%826c65617665%22", "a")]
    [InlineData("tags:or(\"ǂǂ6c65617665\",\"ǂǂ4772c3bcc39f65\")", "a c")]
    [InlineData("tags:and(\"policy\",\"leave\")", "a")]
    [InlineData("tags:andnot(\"policy\",\"leave\")", "b")]
    [InlineData("tags:not(policy)", "c d e")]
    [InlineData("tags:string('')", "e")]
    [InlineData("price:string('')", "e")]
    [InlineData("tags:string(\"leave\")", "a d")]
    [InlineData("tags:starts-with(\"annual\")", "d")]
    [InlineData("tags:ends-with(\"leave\")", "a d")]
    [InlineData("tags:string(\"leave annual\", mode=\"and\")", "d")]
    [InlineData("tags:string(\"leave policy\", mode=\"or\")", "a b d")]
    [InlineData("kind:Note", "a c")]
    [InlineData("category:note", "a c")]
    [InlineData("price:100", "b")]
    [InlineData("price:int(100)", "b")]
    [InlineData("price:100.0", "b")]
    [InlineData("price:1e2", "b")]
    [InlineData("price:100.5", "")]
    [InlineData("price:range(50.5, 1000.0)", "b")]
    [InlineData("price:range(49.5, 100.5)", "a b")]
    [InlineData("price:\"ǂǂ3130302e30\"", "b")]
    [InlineData("price:range(min, 100)", "a")]
    [InlineData("price:range(100, 1000)", "b")]
    [InlineData("price:range(100, 1000, from=\"gt\", to=\"le\")", "c")]
    [InlineData("price:range(1000, max, to=\"le\")", "c d")]
    [InlineData("price:range(1000, max)", "c d")]
    [InlineData("price:100..1000", "b c")]
    [InlineData("day:2026-03-10", "c d")]
    [InlineData("day:2026-03-10T10:00:00Z", "c d")]
    [InlineData("day:range(2026-02-10, 2026-03-10)", "b")]
    [InlineData("day:range(2026-02-10, 2026-03-10, to=\"le\")", "b c d")]
    [InlineData("or(kind:Map, price:range(min, 100))", "a d")]
    [InlineData("and(tags:policy, kind:or(Note, Map))", "a")]
    [InlineData("not(kind:Note)", "b d e")]
    [InlineData("tags:\"policy\" OR kind:\"Map\"", "a b d")]
    [InlineData("price>=1000 AND day<2026-04-01", "c d")]
    [InlineData("NOT tags:policy", "c d e")]
    [InlineData(" ", "a b c d e")]
    public async Task A_filter_finds_what_it_says(string filter, string ids) => Assert.Equal(ids, await shelf.Server.FilteredAsync(shelf.Connection, filter));

    [Fact]
    public async Task Entries_must_all_hold()
    {
        Assert.Equal("a", await shelf.Server.FilteredAsync(shelf.Connection, "tags:policy", "kind:Note"));
        Assert.Equal("", await shelf.Server.FilteredAsync(shelf.Connection, "tags:policy", "kind:Map"));
    }

    [Fact]
    public async Task A_filter_changes_neither_the_order_nor_the_terms_nor_the_words_of_the_query()
    {
        Answer all = await shelf.Server.FindAsync(shelf.Connection, "lamp OR one");
        Answer filtered = await shelf.Server.FindAsync(shelf.Connection, "lamp OR one", """, "aggregationFilters": ["price:range(min, max)"]""");

        Assert.Equal(all.HitIds.Where(id => id != "e"), filtered.HitIds);
        Assert.Equal(all.Json.GetProperty("value")[0].GetProperty("searchTerms").GetRawText(), filtered.Json.GetProperty("value")[0].GetProperty("searchTerms").GetRawText());
    }

    [Theory]
    [InlineData("note:n", "requests[0].aggregationFilters[0]: 'note' is not refinable")]
    [InlineData("nope:n", "requests[0].aggregationFilters[0]: 'nope' is a property of none of the content sources")]
    [InlineData("or(kind:a, nope:n, nope:m)", "requests[0].aggregationFilters[0]: 'nope' is a property of none of the content sources")]
    [InlineData("price:cheap", "requests[0].aggregationFilters[0]: 'price' of type Int64 cannot be compared with 'cheap'")]
    [InlineData("kind:range(1, 5)", "requests[0].aggregationFilters[0]: 'kind' of type String has no ranges")]
    [InlineData("kind:or(\"a\"", "requests[0].aggregationFilters[0]: a comma or a closing parenthesis is expected (at character 12)")]
    public async Task What_cannot_be_filtered_is_told_with_its_place(string filter, string reason)
    {
        Answer answer = (await shelf.Server.SearchAsync("*", source: shelf.Connection, extra: $", \"aggregationFilters\": {JsonSerializer.Serialize(new[] { filter })}"))
            .ShouldBe(400, "BadRequest");

        Assert.Equal($"SearchRequest Invalid (EntityRequest Invalid ({reason}))", answer.ErrorMessage);
    }

    [Fact]
    public async Task All_filters_together_have_at_most_1024_values()
    {
        string OfValues(int values) => "tags:or(" + string.Join(',', Enumerable.Repeat("a", values)) + ")";

        Assert.Equal("", await shelf.Server.FilteredAsync(shelf.Connection, OfValues(512), OfValues(512)));
        Answer answer = (await shelf.Server.SearchAsync(
            "*", source: shelf.Connection, extra: $", \"aggregationFilters\": {JsonSerializer.Serialize(new[] { OfValues(512), OfValues(513) })}")).ShouldBe(400, "BadRequest");
        Assert.Contains("requests[0].aggregationFilters have more than 1024 values together", answer.ErrorMessage, StringComparison.Ordinal);
    }
}
