using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;
using Tributary.Search.Spelling;
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

    private static QueryReading ReadTemplate(string template, string queryString, params QueriedConnection[] connections) => QueryReading.Of(
        QueryTemplate.ExpandOrNull(template, queryString, DateTimeOffset.UnixEpoch, 100_000)!, connections, KqlLimits.Default, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("{searchTerms} -nine", "alpha (", "(and alpha (not nine))")]
    [InlineData("{searchTerms} -nine", "alpha AND", "(and alpha (not nine))")]
    [InlineData("{searchTerms} -nine", "alpha beta)", "(and alpha beta (not nine))")]
    [InlineData("{searchTerms} -nine", "alpha \"beta", "(and alpha \"beta\" (not nine))")]
    [InlineData("{searchTerms} -nine", "alpha title:>x", "(and alpha title x (not nine))")]
    [InlineData("{searchTerms} pages>5", "alpha (", "(and alpha pages>5)")]
    [InlineData("NOT {searchTerms}", "alpha beta (", "(not (and alpha beta))")]
    [InlineData("title:{searchTerms} pages<5", "alpha beta)", "(and title:((and alpha beta)) pages<5)")]
    [InlineData("({searchTerms}) pages<5", "alpha) OR (beta", "(and alpha beta pages<5)")]
    [InlineData("({searchTerms}) pages<5", "alpha* OR", "(and alpha* pages<5)")]
    [InlineData("title:({searchTerms}) pages<5", "title:x", "(and title:((and title x)) pages<5)")]
    [InlineData("title:\"{searchTerms}\" -nine", "alpha \"beta", "(and title:\"alpha  beta\" (not nine))")]
    [InlineData("title:\"{searchTerms}\" -nine", "alpha (", "(and title:\"alpha (\" (not nine))")]
    [InlineData("{searchTerms} -nine", "&", "(not nine)")]
    [InlineData("{searchTerms} OR {searchTerms} pages<5", "a b (", "(or (and a b) (and a b pages<5))")]
    public void What_a_template_says_holds_where_the_text_of_the_user_is_malformed(string template, string queryString, string shape) =>
        Assert.Equal(shape, KqlShape.Of(ReadTemplate(template, queryString, Books).Trees.Single()));

    [Theory]
    [InlineData("{searchTerms} -nine", "a OR b", "(or a (and b (not nine)))")]
    [InlineData("({searchTerms}) -nine", "a OR b", "(and (or a b) (not nine))")]
    [InlineData("{searchTerms} -nine", "*", "(and all (not nine))")]
    [InlineData("{searchTerms}", "\"alpha", "\"alpha\"")]
    [InlineData("({searchTerms} -nine", "alpha", "(and alpha nine)")]
    [InlineData("({searchTerms} -nine", "alpha (", "(and alpha nine)")]
    public void Text_that_is_well_formed_is_put_in_as_it_is_and_a_malformed_template_is_its_words(string template, string queryString, string shape) =>
        Assert.Equal(shape, KqlShape.Of(ReadTemplate(template, queryString, Books).Trees.Single()));

    [Theory]
    [InlineData("({searchTerms}) pages<5", "(")]
    [InlineData("title:{searchTerms}", "AND")]
    [InlineData("{searchTerms} -nine", "(")]
    [InlineData("{searchTerms} -nine", "* OR")]
    [InlineData("({searchTerms}) -nine", "* ) OR ( *")]
    public void Text_without_a_word_does_not_make_words_of_the_template(string template, string queryString)
    {
        QueryReading reading = ReadTemplate(template, queryString, Books);

        Assert.Null(reading.Plain);
        Assert.True(reading.IsErrorOfQueryString);
    }

    [Fact]
    public void Text_that_does_not_fit_one_of_several_connections_is_its_words_there()
    {
        QueryReading reading = ReadTemplate("{searchTerms} -nine", "pages>5 x", People, Books);

        Assert.Equal(["(and pages 5 x (not nine))", "(and pages>5 x (not nine))"], Shapes(reading));
        Assert.True(reading.IsErrorOfQueryString);
        Assert.Equal(5, reading.StrictError?.Position);
        Assert.False(ReadTemplate("({searchTerms}) pages>\"x\"", "x", Books).IsErrorOfQueryString);
        Assert.Equal(10, ReadTemplate("({searchTerms}) pages>\"x\"", "x", Books).StrictError?.Position);
    }

    [Fact]
    public void Words_stand_where_they_are_in_the_query_string_with_its_template()
    {
        ExpandedQuery query = QueryTemplate.ExpandOrNull("pages<5 {searchTerms} OR ({searchTerms}) -nine", "alpha (beta", DateTimeOffset.UnixEpoch, 1000)!;
        KqlNode tree = QueryReading.Of(query, [Books], KqlLimits.Default, TestContext.Current.CancellationToken).Trees.Single();

        Words[] words = [.. KqlTerms.PositiveWords(tree)];
        Assert.Equal(["alpha", "beta", "alpha", "beta"], words.Select(word => query.Text.Substring(word.Start, word.Length)));
        Assert.Equal([0, 7, 0, 7], words.Select(word => query.OffsetOrNull(word.Start, word.Length, 11)));
    }

    [Fact]
    public void More_than_can_be_looked_up_is_the_words_of_the_user_in_the_template()
    {
        Assert.Equal("(and a b c (not nine))", KqlShape.Of(ReadTemplate("{searchTerms} -nine", "a NEAR b ONEAR c", Books).PlainTrees.Single()));
        Assert.Equal("(and a b)", KqlShape.Of(Read("a NEAR b", Books).PlainTrees.Single()));
    }

    [Fact]
    public void Text_of_more_terms_than_a_query_may_have_is_its_first_512_words()
    {
        string many = string.Join(' ', Enumerable.Repeat("a", 1025));

        And tree = Assert.IsType<And>(ReadTemplate("{searchTerms} -nine", many, Books).Trees.Single());
        Assert.Equal(513, tree.Operands.Count);
        Assert.IsType<Not>(tree.Operands[^1]);
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
