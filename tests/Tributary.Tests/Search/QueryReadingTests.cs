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

    private static QueriedConnection Connection(params Property[] properties) => new(new Schema(properties), new SystemValues("0123456789abcdef", "c", "t"));

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
        Assert.Null(Read("pages>5 AND x", Books).Error);
    }

    [Theory]
    [InlineData("a AND", 5)]
    [InlineData("title:>5", 6)]
    [InlineData("(a OR b", 0)]
    public void A_text_that_is_no_query_is_its_words(string text, int position)
    {
        QueryReading reading = Read(text, Books, People);

        Assert.Equal(2, reading.Trees.Count);
        Assert.All(reading.Trees, tree => Assert.Same(reading.Plain, tree));
        Assert.Equal(position, reading.Error?.Position);
    }

    [Theory]
    [InlineData("&")]
    [InlineData("AND OR")]
    [InlineData("()")]
    public void Where_nothing_is_to_be_searched_for_there_is_no_tree(string text)
    {
        QueryReading reading = Read(text, Books);

        Assert.Empty(reading.Trees);
        Assert.Null(reading.Plain);
        Assert.Null(reading.WithoutNames);
        Assert.NotNull(reading.Error);
    }

    [Fact]
    public void Without_connections_the_language_alone_is_checked()
    {
        Assert.Null(Read("title:a").Error);
        Assert.Equal(5, Read("a AND").Error?.Position);
        Assert.Equal("title:a", KqlShape.Of(Read("title:a").WithoutNames!));
        Assert.Equal("(and title a)", KqlShape.Of(Read("title:a").Plain!));
        Assert.Equal("a", KqlShape.Of(Read("a AND").WithoutNames!));
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
