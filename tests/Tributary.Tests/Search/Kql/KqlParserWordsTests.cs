using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

/// <summary>Words and the operators over them alone (search 7.5, 7.7 and 7.8), as tables of query and tree.</summary>
public class KqlParserWordsTests
{
    [Theory]
    [InlineData("page", true)]
    [InlineData("title:(page)", true)]
    [InlineData("title:(a page)", true)]
    [InlineData("page NEAR a", true)]
    [InlineData("WORDS(page, a)", true)]
    [InlineData("\"page\"", false)]
    [InlineData("title:(\"page\")", false)]
    [InlineData("page*", false)]
    [InlineData("title:(page*)", false)]
    public void Bare_words_of_free_text_and_groups_are_stemmed_and_no_others(string text, bool isStemmed) =>
        Assert.Equal(isStemmed, WordsOf(Parse(text)).First(words => words.Text == "page").IsStemmed);

    [Theory]
    [InlineData("title:page")]
    [InlineData("title:\"page\"")]
    [InlineData("title=page")]
    public void The_value_of_a_restriction_is_text_to_be_looked_for_as_it_is(string text) => Assert.Empty(WordsOf(Parse(text)));

    [Theory]
    [InlineData("a NEAR b", "(near 8 a b)")]
    [InlineData("a NEAR(5) b", "(near 5 a b)")]
    [InlineData("a NEAR(n=5) b", "(near 5 a b)")]
    [InlineData("a NEAR ( N = 0 )b", "(near 0 a b)")]
    [InlineData("a NEAR(2147483647) b", "(near 2147483647 a b)")]
    [InlineData("\"a b\" NEAR \"c d*\"", "(near 8 \"a b\" \"c d*\")")]
    [InlineData("(a NEAR b)", "(near 8 a b)")]
    [InlineData("a near b", "(and a near b)")]
    [InlineData("unknown:a NEAR b", "(near 8 unknown:a b)")]
    [InlineData("a ONEAR b", "(onear 8 a b)")]
    [InlineData("a ONEAR(3) \"b c\"", "(onear 3 a \"b c\")")]
    [InlineData("x a* NEAR b y", "(and x (near 8 a* b) y)")]
    [InlineData("a NEAR b NEAR c", "(near 8 a b c)")]
    [InlineData("a NEAR(8) b NEAR c ONEAR d ONEAR e", "(onear 8 (near 8 a b c) d e)")]
    [InlineData("a NEAR(1) b NEAR(2) c", "(near 2 (near 1 a b) c)")]
    [InlineData("(a NEAR(1) b) NEAR(2) c", "(near 2 (near 1 a b) c)")]
    [InlineData("(a NEAR b) NEAR c", "(near 8 a b c)")]
    [InlineData("((a) ONEAR(3) b) c", "(and (onear 3 a b) c)")]
    public void Proximity_joins_terms(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("WORDS(a)", "(words a)")]
    [InlineData("WORDS(a, \"b c\",d*)", "(words a \"b c\" d*)")]
    [InlineData("WORDS ( a , b ) c", "(and (words a b) c)")]
    [InlineData("-WORDS(a,b)", "(not (words a b))")]
    [InlineData("words(a, b)", "(and words a, b)")]
    public void Synonyms_are_a_list_of_terms(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("a XRANK(cb=100) b", "(xrank a [cb=100] b)")]
    [InlineData(
        "a XRANK(cb=100, rb=0.4, pb=0.5, avgb=.6, stdb=-7, NB = 8, n=200) title:b",
        "(xrank a [cb=100, nb=8, rb=0.4, pb=0.5, avgb=0.6, stdb=-7, n=200] title:b)")]
    [InlineData("(a OR b) XRANK(cb=1) c XRANK(cb=2) (d e)", "(xrank (or a b) [cb=1] c [cb=2] (and d e))")]
    [InlineData("(a XRANK(cb=1) b) XRANK(cb=2) c", "(xrank (xrank a [cb=1] b) [cb=2] c)")]
    [InlineData("a XRANK (nb=1) b", "(xrank a [nb=1] b)")]
    [InlineData("a XRANK(rb=1) b", "(xrank a [rb=1] b)")]
    [InlineData("a XRANK(pb=1) b", "(xrank a [pb=1] b)")]
    [InlineData("a XRANK(avgb=+1) b", "(xrank a [avgb=1] b)")]
    [InlineData("a XRANK(stdb=.5, n=2147483647) b", "(xrank a [stdb=0.5, n=2147483647] b)")]
    [InlineData("a xrank b", "(and a xrank b)")]
    [InlineData("title:a XRANK(cb=1) b title:c", "(and (xrank title:a [cb=1] b) title:c)")]
    public void Xrank_has_a_match_side_and_boosts(string text, string expected) => AssertShape(expected, text);

    private static IEnumerable<Words> WordsOf(KqlNode node) => node switch
    {
        Words words => [words],
        And and => and.Operands.SelectMany(WordsOf),
        Near near => near.Operands.SelectMany(WordsOf),
        Synonyms synonyms => synonyms.Terms,
        Restriction { Value: GroupValue group } => WordsOf(group.Expression),
        _ => [],
    };

    private static KqlNode Parse(string text)
    {
        var result = KqlParser.Parse(text, KqlTestProperties.KeyOrNull);
        Assert.True(result.IsValid, result.Error?.ToString());
        return result.Tree;
    }

    private static void AssertShape(string expected, string text) => Assert.Equal(expected, KqlShape.Of(Parse(text)));
}
