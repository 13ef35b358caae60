using Tributary.Connections;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;
using Tributary.Tests.Search.Kql;

namespace Tributary.Tests.Search;

public class QueryReadingTests
{
    private static readonly QueriedConnection Books = Connection(
        new Property { Name = "title", Type = PropertyType.String, IsQueryable = true, Aliases = ["heading"] },
        new Property { Name = "pages", Type = PropertyType.Int64, IsQueryable = true });

    private static readonly QueriedConnection People = Connection(
        new Property { Name = "name", Type = PropertyType.String, IsQueryable = true, Labels = [Label.Title] },
        new Property { Name = "pages", Type = PropertyType.String, IsQueryable = true });

    private static QueriedConnection Connection(params Property[] properties) => new(new Schema(properties), new SystemValues(new ConnectionKey(1), "c", "t"));

    private static QueryReading Read(string text, params QueriedConnection[] connections) =>
        QueryReading.Of(text, connections, KqlLimits.Default, TestContext.Current.CancellationToken);

    private static string[] Shapes(QueryReading reading) => [.. reading.Trees.Select(KqlShape.Of)];

    [Theory]
    [InlineData("title:a", "title:a", "name:a")]
    [InlineData("heading:a title:b", "(or title:a title:b)", "(and ?heading:a name:b)")]
    [InlineData("NAME:a", "?name:a", "name:a")]
    [InlineData("heading:a HEADING:b", "(or title:a title:b)", "(or ?heading:a ?heading:b)")]
    [InlineData("label_title:a", "?label_title:a", "name:a")]
    [InlineData("nobody:a", "nobody:a", "nobody:a")]
    [InlineData("https://contoso.com", "https://contoso.com", "https://contoso.com")]
    public void A_name_that_only_one_connection_knows_is_a_restriction_in_both(string text, string books, string people) =>
        Assert.Equal([books, people], Shapes(Read(text, Books, People)));

    [Fact]
    public void A_name_that_no_connection_knows_is_free_text()
    {
        Assert.IsType<Words>(Read("heading:a", People).Trees.Single());
        Assert.IsType<Restriction>(Read("heading:a", Books).Trees.Single());
    }

    [Fact]
    public void System_properties_are_tests_of_the_item() => Assert.IsType<ItemWithKey>(Read("documentId:1", Books).Trees.Single());

    [Fact]
    public void A_query_that_is_malformed_in_one_connection_is_its_words_there_and_told_of_in_all()
    {
        QueryReading reading = Read("pages>5 AND x", People, Books);

        Assert.Equal(["(and pages 5 x)", "(and pages>5 x)"], Shapes(reading));
        Assert.Equal(5, reading.Error?.Position);
        Assert.Null(reading.RefusalOrNull(isStrict: false));
        Assert.Equal(
            "SearchRequest Invalid (EntityRequest Invalid (queryString is malformed at character 6 ('>5'): 'pages' is text, which is not compared by size; ':', '=' or '<>' is expected))",
            reading.RefusalOrNull(isStrict: true)?.Message);
        Assert.Null(Read("pages>5 AND x", Books).RefusalOrNull(isStrict: true));
    }

    [Theory]
    [InlineData("a AND", "queryString is malformed at its end: 'AND' has no operand on its right")]
    [InlineData("title:>5", "queryString is malformed at character 7 ('>5'): After 'title' stand two operators; a value is expected after the first, or in quotes if '>' is part of it")]
    [InlineData("(a OR b", "queryString is malformed at character 1 ('(a'): This '(' is not closed")]
    public void A_text_that_is_no_query_is_its_words_or_refused(string text, string reason)
    {
        QueryReading reading = Read(text, Books, People);

        Assert.Null(reading.RefusalOrNull(isStrict: false));
        Assert.All(reading.Trees, tree => Assert.Same(reading.Plain, tree));
        SearchError refusal = Assert.IsType<SearchError>(reading.RefusalOrNull(isStrict: true));
        Assert.Equal((400, "BadRequest"), (refusal.Status, refusal.Code));
        Assert.Equal($"SearchRequest Invalid (EntityRequest Invalid ({reason}))", refusal.Message);
    }

    [Theory]
    [InlineData("&")]
    [InlineData("AND OR")]
    [InlineData("()")]
    public void Where_nothing_is_to_be_searched_for_a_query_is_required_or_strictly_told_why(string text)
    {
        QueryReading reading = Read(text, Books);

        Assert.Empty(reading.Trees);
        Assert.Same(SearchErrors.QueryStringRequired, reading.RefusalOrNull(isStrict: false));
        Assert.Contains("queryString is malformed", reading.RefusalOrNull(isStrict: true)?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_connections_the_language_alone_is_checked()
    {
        Assert.Null(Read("title:a").Error);
        Assert.Equal(5, Read("a AND").Error?.Position);
        Assert.Equal("title:a", KqlShape.Of(Read("title:a").Plain is And and ? and.Operands[0] : new MatchAll(0, 0)) + ":a");
    }

    [Fact]
    public void What_is_too_long_is_not_read()
    {
        QueryReading reading = QueryReading.Of("a b c", [Books], new KqlLimits(MaxLength: 4), CancellationToken.None);

        Assert.Null(reading.Plain);
        Assert.Equal(4, reading.Error?.Position);
    }

    [Fact]
    public void It_stops_when_it_is_to() =>
        Assert.Throws<OperationCanceledException>(() => QueryReading.Of("a", [Books], KqlLimits.Default, new CancellationToken(canceled: true)));
}
