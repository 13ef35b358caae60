using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Search;

public class AggregationsTests(AggregationsTests.Shelf shelf) : IClassFixture<AggregationsTests.Shelf>
{
    /// <summary>The five items on a server of their own, which these tests only look at.</summary>
    public sealed class Shelf : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        internal string Connection { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Server = await TestServer.StartAsync();
            Connection = await RefinedItems.CreateAsync(Server);
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    private async Task<Answer> AggregateAsync(string aggregation, string query = "*", string extra = "") =>
        await shelf.Server.FindAsync(shelf.Connection, query, $", \"aggregations\": [{aggregation}]{extra}");

    private static string Of(string field, string definition = """ "sortBy": "count", "isDescending": true """, string size = "") =>
        $$"""{ "field": "{{field}}"{{size}}, "bucketDefinition": { {{definition}} } }""";

    [Theory]
    [InlineData("tags", "policy=2, annual leave=1, Grüße=1, leave=1")]
    [InlineData("TAGS", "policy=2, annual leave=1, Grüße=1, leave=1")]
    [InlineData("kind", "Note=2, Map=1, Notebook=1")]
    [InlineData("category", "Note=2, Map=1, Notebook=1")]
    public async Task Values_are_counted_by_item_and_the_field_is_told_as_it_was_asked(string field, string buckets)
    {
        Answer answer = await AggregateAsync(Of(field));

        Assert.Equal(field, answer.Container.GetProperty("aggregations")[0].GetProperty("field").GetString());
        string[] expected = buckets.Split(", ");
        Assert.Equal(expected[0], answer.Buckets().Split(", ")[0]);
        Assert.Equal(expected.Order(), answer.Buckets().Split(", ").Order());
        Assert.Equal(["hits", "total", "moreResultsAvailable", "aggregations"], answer.Container.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData(""" "sortBy": "keyAsString" """, "Map=1, Note=2, Notebook=1")]
    [InlineData(""" "sortBy": "KeyAsString", "isDescending": "true" """, "Notebook=1, Note=2, Map=1")]
    [InlineData(""" "sortBy": "keyAsString", "minimumCount": "2" """, "Note=2")]
    [InlineData(""" "sortBy": "keyAsString", "prefixFilter": "note" """, "Note=2, Notebook=1")]
    [InlineData(""" "sortBy": "keyAsString", "prefixFilter": "" """, "Map=1, Note=2, Notebook=1")]
    [InlineData(""" "sortBy": "COUNT", "isDescending": true, "minimumCount": 3 """, "")]
    public async Task Buckets_are_ordered_and_chosen_by_the_definition(string definition, string buckets) => Assert.Equal(buckets, (await AggregateAsync(Of("kind", definition))).Buckets());

    [Fact]
    public async Task Numbers_are_keys_in_their_own_order()
    {
        Assert.Equal("50=1, 100=1, 1000=1, 5000=1", (await AggregateAsync(Of("price", """ "sortBy": "keyAsNumber" """))).Buckets());
        Assert.Equal("1.5=1, 0.5=1, -2=1", (await AggregateAsync(Of("weight", """ "sortBy": "keyAsNumber", "isDescending": true """))).Buckets());
    }

    [Fact]
    public async Task There_are_as_many_buckets_as_asked_for_and_without_a_definition_the_most_frequent_come_first()
    {
        Assert.Equal("Note=2", (await AggregateAsync(Of("kind", size: ", \"size\": \"1\""))).Buckets());
        Assert.Equal("Note=2", (await AggregateAsync("""{ "field": "kind", "size": 1 }""")).Buckets());
        Assert.Equal("policy=2", (await AggregateAsync("""{ "field": "tags", "size": 1, "bucketDefinition": null }""")).Buckets());
    }

    [Fact]
    public async Task A_token_is_the_hex_of_the_values_utf8_in_quotes_and_finds_exactly_what_was_counted()
    {
        Answer counted = await AggregateAsync(Of("tags"));

        JsonElement[] buckets = [.. counted.Container.GetProperty("aggregations")[0].GetProperty("buckets").EnumerateArray()];
        Assert.Equal(["key", "count", "aggregationFilterToken"], buckets[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal("\"ǂǂ706f6c696379\"", buckets[0].GetProperty("aggregationFilterToken").GetString());
        Assert.Contains("\"ǂǂ4772c3bcc39f65\"", buckets.Select(bucket => bucket.GetProperty("aggregationFilterToken").GetString()));
        foreach (JsonElement bucket in buckets)
        {
            string token = bucket.GetProperty("aggregationFilterToken").GetString()!;
            foreach (string filter in new[] { "tags:" + token, $"tags:\"{token}\"", "tags:" + token.Trim('"') })
            {
                Answer filtered = await AggregateAsync(Of("tags"), extra: $", \"aggregationFilters\": {JsonSerializer.Serialize(new[] { filter })}");
                Assert.Equal(bucket.GetProperty("count").GetInt32(), filtered.Total);
                Assert.Contains($"{bucket.GetProperty("key").GetString()}={filtered.Total}", filtered.Buckets(), StringComparison.Ordinal);
            }
        }
    }

    /// <summary>The empty text is a value: an item without any has no bucket, and is not found by the token.</summary>
    [Fact]
    public async Task The_token_of_the_empty_text_finds_exactly_what_was_counted()
    {
        await shelf.Server.CreateReadyConnectionAsync("blanks", """
            { "baseType": "microsoft.graph.externalItem", "properties": [
              { "name": "cat", "type": "string", "isRefinable": true, "isRetrievable": true },
              { "name": "tags", "type": "stringCollection", "isRefinable": true, "isRetrievable": true },
              { "name": "other", "type": "string", "isRetrievable": true } ] }
            """);
        await shelf.Server.PutItemAsync("blanks", "a", SearchServer.Item("""{ "cat": "", "tags": ["", "x"] }"""));
        await shelf.Server.PutItemAsync("blanks", "b", SearchServer.Item("""{ "cat": "", "tags": ["x"] }"""));
        await shelf.Server.PutItemAsync("blanks", "c", SearchServer.Item("""{ "cat": "full" }"""));
        await shelf.Server.PutItemAsync("blanks", "d", SearchServer.Item("""{ "other": "x" }"""));

        foreach ((string field, int count) in new[] { ("cat", 2), ("tags", 1) })
        {
            JsonElement bucket = (await shelf.Server.FindAsync("blanks", "*", $", \"aggregations\": [{Of(field)}]"))
                .Container.GetProperty("aggregations")[0].GetProperty("buckets").EnumerateArray().Single(one => one.GetProperty("key").GetString()!.Length == 0);
            Assert.Equal(count, bucket.GetProperty("count").GetInt32());
            Assert.Equal("\"ǂǂ\"", bucket.GetProperty("aggregationFilterToken").GetString());
            Assert.Equal(count, (await shelf.Server.FilteredAsync("blanks", $"{field}:\"ǂǂ\"")).Split(' ').Length);
        }

        Assert.Equal("a b c", await shelf.Server.FilteredAsync("blanks", "cat:or(\"ǂǂ\",\"ǂǂ66756c6c\")"));
        Assert.Equal("a", await shelf.Server.FilteredAsync("blanks", "tags:and(\"ǂǂ\",\"ǂǂ78\")"));
    }

    [Theory]
    [InlineData("price", """{ "to": "100" }, { "from": "100", "to": "1000" }, { "from": "1000" }""", "Less than 100=1, 100 up to 1000=1, 1000 and up=2")]
    [InlineData("price", """{ "to": "50.5" }, { "from": "50.5", "to": "1e3" }, { "from": "999.5" }""", "Less than 50.5=1, 50.5 up to 1e3=1, 999.5 and up=2")]
    [InlineData("weight", """{ "to": "-5" }, { "from": "-2", "to": "1.5" }, { "from": "1.5", "to": "" }""", "Less than -5=0, -2 up to 1.5=2, 1.5 and up=1")]
    [InlineData("day", """{ "to": "2026-02-10T00:00:00.000Z" }, { "from": "2026-02-10T00:00:00.000Z", "to": "2026-03-10T10:00:00Z" }, { "from": "2026-03-10T10:00:00Z" }""",
        "Before 2026-02-10T00:00:00.000Z=1, From 2026-02-10T00:00:00.000Z up to 2026-03-10T10:00:00Z=1, 2026-03-10T10:00:00Z or later=2")]
    [InlineData("day", """{ "from": "2026-03-10", "to": "2026-03-11" }""", "From 2026-03-10 up to 2026-03-11=2")]
    public async Task Ranges_come_in_the_order_of_the_request_with_keys_as_the_examples_have_them_and_empty_ones_too(string field, string ranges, string buckets)
    {
        Answer answer = await AggregateAsync(Of(field, $""" "sortBy": "keyAsString", "isDescending": true, "minimumCount": 0, "ranges": [{ranges}] """, ", \"size\": 2"));

        Assert.Equal(buckets, answer.Buckets());
        foreach (JsonElement bucket in answer.Container.GetProperty("aggregations")[0].GetProperty("buckets").EnumerateArray())
        {
            string token = bucket.GetProperty("aggregationFilterToken").GetString()!;
            Answer filtered = await AggregateAsync(Of("kind"), extra: $", \"aggregationFilters\": {JsonSerializer.Serialize(new[] { $"{field}:{token}" })}");
            Assert.Equal(bucket.GetProperty("count").GetInt32(), filtered.Total);
            Assert.Equal(filtered.Total, (await AggregateAsync(Of("kind"), extra: $", \"aggregationFilters\": {JsonSerializer.Serialize(new[] { $"{field}:\"{token}\"" })}")).Total);
        }
    }

    [Fact]
    public async Task Empty_ranges_are_left_out_when_a_minimum_is_asked_for() => Assert.Equal(
        "1000 and up=2", (await AggregateAsync(Of("price", """ "sortBy": "count", "minimumCount": 2, "ranges": [ { "to": "100" }, { "from": "1000" } ] """))).Buckets());

    [Fact]
    public async Task Buckets_are_a_list_even_when_nothing_is_found_or_searched()
    {
        const string Ranged = """{ "field": "price", "bucketDefinition": { "sortBy": "count", "ranges": [ { "to": "100" } ] } }""";

        Answer nothing = await AggregateAsync($"{Of("kind")}, {Ranged}", "title:nothing");
        Answer nowhere = await shelf.Server.FindAsync("nosuchconnection", "*", $", \"aggregations\": [{Of("anything")}, {Ranged}]");

        foreach (Answer answer in new[] { nothing, nowhere })
        {
            Assert.Equal(0, answer.Total);
            Assert.False(answer.Container.TryGetProperty("hits", out _));
            Assert.Equal("", answer.Buckets());
            Assert.Equal("Less than 100=0", answer.Buckets(1));
        }
    }

    [Fact]
    public async Task Counts_are_of_all_matches_and_not_of_the_page() => Assert.Equal("Note=2", (await AggregateAsync(Of("kind", size: ", \"size\": 1"), extra: """, "size": 1, "from": 4""")).Buckets());

    [Theory]
    [InlineData("note", "requests[0].aggregations[0].field: 'note' is not refinable")]
    [InlineData("title", "requests[0].aggregations[0].field: 'title' is not refinable")]
    [InlineData("nope", "requests[0].aggregations[0].field: 'nope' is a property of none of the content sources")]
    public async Task What_cannot_be_counted_is_told_by_its_name(string field, string reason)
    {
        Answer answer = (await shelf.Server.SearchAsync("*", source: shelf.Connection, extra: $", \"aggregations\": [{Of(field)}]")).ShouldBe(400, "BadRequest");

        Assert.Equal($"SearchRequest Invalid (EntityRequest Invalid ({reason}))", answer.ErrorMessage);
    }

    [Theory]
    [InlineData("kind", """{ "to": "100" }""", "requests[0].aggregations[0]: 'kind' of type String has no ranges")]
    [InlineData("price", """{ "to": "1.5x" }""", "requests[0].aggregations[0].bucketDefinition.ranges[0]: 'price' of type Int64 cannot be compared with '1.5x'")]
    [InlineData("day", """{ "to": "2026-01-01" }, { "from": "soon" }""", "requests[0].aggregations[0].bucketDefinition.ranges[1]: 'day' of type DateTime cannot be compared with 'soon'")]
    public async Task Ranges_are_of_the_propertys_type(string field, string ranges, string reason)
    {
        string extra = $$""", "aggregations": [ { "field": "{{field}}", "bucketDefinition": { "sortBy": "count", "ranges": [{{ranges}}] } } ]""";

        Answer answer = (await shelf.Server.SearchAsync("*", source: shelf.Connection, extra: extra)).ShouldBe(400, "BadRequest");

        Assert.Equal($"SearchRequest Invalid (EntityRequest Invalid ({reason}))", answer.ErrorMessage);
    }
}
