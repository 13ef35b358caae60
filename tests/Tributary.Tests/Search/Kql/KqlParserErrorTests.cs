using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

/// <summary>Malformed queries (search 7.9), the limits, and what lenient parsing makes of them.</summary>
public class KqlParserErrorTests
{
    [Theory]
    [InlineData("", 0, "nothing to search for")]
    [InlineData("   ", 3, "nothing to search for")]
    [InlineData("&", 1, "nothing to search for")]
    [InlineData("\"\"", 2, "nothing to search for")]
    [InlineData("AND", 0, "'AND' has no operand on its left")]
    [InlineData("NOT", 3, "'NOT' has no operand on its right")]
    [InlineData("AND OR NOT", 0, "'AND' has no operand on its left")]
    [InlineData("NEAR b", 0, "'NEAR' has no operand on its left")]
    [InlineData("XRANK(cb=1) b", 0, "'XRANK' has no operand on its left")]
    [InlineData("a AND", 5, "'AND' has no operand on its right")]
    [InlineData("a OR ", 5, "'OR' has no operand on its right")]
    [InlineData("a AND OR b", 6, "'AND' has no operand on its right")]
    [InlineData("a NOT", 5, "'NOT' has no operand on its right")]
    [InlineData("NOT NOT a", 4, "'NOT' has no operand on its right")]
    [InlineData("-AND", 1, "'-' has no operand on its right")]
    [InlineData("(a AND) b", 6, "'AND' has no operand on its right")]
    [InlineData("a NEAR", 6, "'NEAR' has no operand on its right")]
    [InlineData("a XRANK(cb=1)", 13, "'XRANK' has no operand on its right")]
    public void An_operator_needs_its_operands(string text, int position, string message) => AssertError(text, position, message);

    [Theory]
    [InlineData("(a", 0, "'(' is not closed")]
    [InlineData("a (b (c)", 2, "'(' is not closed")]
    [InlineData("(a \"b)", 0, "'(' is not closed")]
    [InlineData("(", 1, "ends after '('")]
    [InlineData("a)", 1, "')' closes nothing")]
    [InlineData(")", 0, "')' closes nothing")]
    [InlineData("a ()", 3, "nothing between '(' and ')'")]
    [InlineData("title:()", 7, "nothing between '(' and ')'")]
    [InlineData("title:(a", 6, "'(' is not closed")]
    public void Parentheses_must_balance(string text, int position, string message) => AssertError(text, position, message);

    [Theory]
    [InlineData("title:>5", 6, "two operators; a value is expected after the first, or in quotes if '>' is part of it")]
    [InlineData("price:>5", 6, "two operators")]
    [InlineData("price:<>5", 6, "two operators")]
    [InlineData("price<=>5", 7, "two operators")]
    [InlineData("price<>=5", 7, "two operators")]
    [InlineData("price:=5", 6, "two operators")]
    [InlineData("price=>5", 6, "two operators")]
    [InlineData("price>>5", 6, "two operators")]
    [InlineData("title::x", 6, "two operators")]
    [InlineData("price>", 6, "has no value")]
    [InlineData("(price> )", 8, "has no value")]
    [InlineData("price> AND a", 7, "has no value")]
    [InlineData("price>(1)", 6, "not a group")]
    [InlineData("price>1..5", 6, "not a range")]
    [InlineData("price<=\"1\"..\"5\"", 7, "not a range")]
    [InlineData("price:\"1\"..\"5*\"", 11, "An end of a range is a whole value")]
    [InlineData("price:\"1\"..\"5\"*", 11, "An end of a range is a whole value")]
    [InlineData("price>1*", 6, "not a range or a wildcard")]
    [InlineData("price<=*", 7, "not a range or a wildcard")]
    [InlineData("title:(a author:b)", 9, "inside the value of another")]
    [InlineData("title:(a XRANK(cb=1) b)", 9, "inside the value of a restriction")]
    public void A_restriction_takes_one_operator_and_a_fitting_value(string text, int position, string message) =>
        AssertError(text, position, message);

    [Theory]
    [InlineData("title:a NEAR b", 0, "between words and phrases only")]
    [InlineData("a NEAR title:b", 7, "between words and phrases only")]
    [InlineData("(a b) ONEAR c", 0, "between words and phrases only")]
    [InlineData("a NEAR(2) (b NEAR c)", 10, "between words and phrases only")]
    [InlineData("a NEAR WORDS(b, c)", 7, "between words and phrases only")]
    [InlineData("* NEAR b", 0, "between words and phrases only")]
    [InlineData("a NEAR NOT b", 7, "between words and phrases only")]
    [InlineData("a NEAR(x) b", 7, "takes a whole number")]
    [InlineData("a NEAR() b", 7, "takes a whole number")]
    [InlineData("a NEAR(-1) b", 7, "takes a whole number")]
    [InlineData("a NEAR(m=5) b", 7, "takes a whole number")]
    [InlineData("a ONEAR(1.5) b", 8, "ONEAR(5)")]
    [InlineData("a NEAR(2147483648) b", 7, "takes a whole number of words, as in NEAR(5) or NEAR(n=5), not '2147483648'")]
    [InlineData("a NEAR(+5) b", 7, "takes a whole number")]
    [InlineData("a NEAR(5, 6) b", 7, "takes a whole number")]
    [InlineData("a NEAR(n=) b", 7, "takes a whole number")]
    [InlineData("a NEAR(b c)", 7, "not 'b c'")]
    [InlineData("a ONEAR NEAR b", 8, "'ONEAR' has no operand on its right")]
    [InlineData("a NEAR -b", 7, "between words and phrases only")]
    [InlineData("title:(a) NEAR b", 0, "between words and phrases only")]
    [InlineData("WORDS(a, b) NEAR c", 0, "between words and phrases only")]
    [InlineData("a NEAR(5 b", 6, "between words and phrases only")]
    public void Proximity_joins_words_and_phrases_within_a_whole_number(string text, int position, string message) =>
        AssertError(text, position, message);

    [Theory]
    [InlineData("WORDS", 5, "opening parenthesis")]
    [InlineData("WORDS a", 6, "opening parenthesis")]
    [InlineData("WORDS()", 6, "words and phrases, separated by commas")]
    [InlineData("WORDS(a,)", 8, "words and phrases, separated by commas")]
    [InlineData("WORDS(a b)", 8, "a comma or the closing parenthesis")]
    [InlineData("WORDS(a, b", 10, "a comma or the closing parenthesis")]
    [InlineData("WORDS(title:a, b)", 6, "words and phrases, separated by commas")]
    [InlineData("WORDS(AND, b)", 6, "words and phrases, separated by commas")]
    [InlineData("WORDS(,a)", 6, "words and phrases, separated by commas")]
    [InlineData("WORDS(a, (b))", 9, "words and phrases, separated by commas")]
    [InlineData("WORDS(-a, b)", 6, "words and phrases, separated by commas")]
    [InlineData("WORDS(*, b)", 6, "words and phrases, separated by commas")]
    [InlineData("WORDS(a NEAR b)", 8, "a comma or the closing parenthesis")]
    public void Synonyms_need_a_list_of_terms(string text, int position, string message) => AssertError(text, position, message);

    [Theory]
    [InlineData("a XRANK b", 2, "takes parameters")]
    [InlineData("a XRANK(cb=1 b", 2, "takes parameters")]
    [InlineData("a XRANK() b", 8, "is no parameter")]
    [InlineData("a XRANK(n=5) b", 8, "at least one parameter besides n")]
    [InlineData("a XRANK(cb=1, zz=2) b", 13, "'zz=2' is no parameter")]
    [InlineData("a XRANK(cb=x) b", 8, "'cb=x' is no parameter")]
    [InlineData("a XRANK(cb) b", 8, "'cb' is no parameter")]
    [InlineData("a XRANK(cb=1,cb=2) b", 13, "'cb=2' is no parameter")]
    [InlineData("a XRANK(cb=1,n=-2) b", 13, "'n=-2' is no parameter")]
    [InlineData("a XRANK(n=2147483648, cb=1) b", 8, "'n=2147483648' is no parameter")]
    [InlineData("a XRANK(cb=1, n=1.5) b", 13, "'n=1.5' is no parameter")]
    [InlineData("a XRANK(cb=1e3) b", 8, "'cb=1e3' is no parameter")]
    [InlineData("a XRANK(cb=NaN) b", 8, "'cb=NaN' is no parameter")]
    [InlineData("a XRANK(cb=1,) b", 13, "'' is no parameter")]
    [InlineData("a XRANK(CB=1, cb=1) b", 13, "'cb=1' is no parameter")]
    [InlineData("a XRANK(cb=1) XRANK(cb=2) b", 14, "'XRANK' has no operand")]
    [InlineData("a XRANK(cb=1) (b XRANK(cb=2) c)", 17, "match side only")]
    public void Xrank_needs_known_parameters_and_no_nest_on_its_rank_side(string text, int position, string message) =>
        AssertError(text, position, message);

    [Fact]
    public void The_length_is_limited()
    {
        var limits = new KqlLimits(MaxLength: 10);
        Assert.True(KqlParser.Parse(new string('a', 10), KqlTestProperties.KeyOrNull, limits).IsValid);
        AssertError(new string('a', 11), 10, "has 11 characters; at most 10", limits);
        Assert.Null(KqlParser.ParseLenient(new string('a', 11), KqlTestProperties.KeyOrNull, limits));
        Assert.NotNull(limits.TooLongOrNull(new string('a', 11)));
    }

    [Fact]
    public void The_default_length_is_that_of_the_programmatic_API()
    {
        Assert.True(KqlParser.Parse(new string('a', 4_096), KqlTestProperties.KeyOrNull).IsValid);
        AssertError(new string('a', 4_097), 4_096, "at most 4096");
    }

    [Fact]
    public void The_length_of_one_restriction_is_limited()
    {
        Assert.True(KqlParser.Parse($"a title:{new string('b', 2_042)}", KqlTestProperties.KeyOrNull).IsValid);
        AssertError($"a title:{new string('b', 2_043)}", 2, "'title' has 2049 characters; at most 2048");
        AssertError($"a title:({new string('b', 2_041)})", 2, "'title' has 2049 characters; at most 2048");
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("NOT (", ")")]
    [InlineData("a OR b -(c (", "))", 2)]
    public void The_depth_of_parentheses_is_limited(string open, string close, int each = 1)
    {
        Assert.True(KqlParser.Parse(Nest(64 / each), KqlTestProperties.KeyOrNull).IsValid);
        Assert.Contains("more than 64 deep", KqlParser.Parse(Nest((64 / each) + 1), KqlTestProperties.KeyOrNull).Error?.Message);

        string Nest(int depth) => string.Concat(Enumerable.Repeat(open, depth)) + "x" + string.Concat(Enumerable.Repeat(close, depth));
    }

    [Fact]
    public void Parentheses_side_by_side_are_not_deep() =>
        Assert.True(KqlParser.Parse(string.Concat(Enumerable.Repeat("(a) title:(b) ", 65)), KqlTestProperties.KeyOrNull).IsValid);

    [Fact]
    public void A_group_counts_as_a_parenthesis()
    {
        var limits = new KqlLimits(MaxDepth: 2);
        Assert.True(KqlParser.Parse("title:((a))", KqlTestProperties.KeyOrNull, limits).IsValid);
        AssertError("(title:((a)))", 8, "more than 2 deep", limits);
    }

    [Fact]
    public void Changes_of_operator_in_a_chain_of_proximity_count_as_depth()
    {
        var limits = new KqlLimits(MaxDepth: 2);
        Assert.True(KqlParser.Parse("a NEAR b ONEAR c NEAR d", KqlTestProperties.KeyOrNull, limits).IsValid);
        AssertError("a NEAR b ONEAR c NEAR d ONEAR e", 24, "more than 2 deep", limits);
        AssertError("(a NEAR b ONEAR c NEAR d)", 18, "more than 2 deep", limits);
        AssertError("(a NEAR b ONEAR c) NEAR d ONEAR e", 26, "more than 2 deep", limits);
    }

    [Theory]
    [InlineData("a ")]
    [InlineData("a NEAR ")]
    [InlineData("a,")]
    [InlineData("title:a ")]
    [InlineData("* ")]
    public void The_number_of_clauses_is_limited(string clause)
    {
        Assert.True(KqlParser.Parse(Query(5), KqlTestProperties.KeyOrNull, new KqlLimits(MaxClauses: 5)).IsValid);
        Assert.Contains(
            "more than 5 terms and restrictions",
            KqlParser.Parse(Query(6), KqlTestProperties.KeyOrNull, new KqlLimits(MaxClauses: 5)).Error?.Message);

        string Query(int count)
        {
            var list = string.Concat(Enumerable.Repeat(clause, count - 1)) + (clause is "title:a " or "* " ? clause : "a");
            return clause is "a," ? $"WORDS({list})" : list;
        }
    }

    [Fact]
    public void By_default_1024_clauses_are_allowed()
    {
        Assert.True(KqlParser.Parse(string.Concat(Enumerable.Repeat("a ", 1_024)), KqlTestProperties.KeyOrNull).IsValid);
        AssertError(string.Concat(Enumerable.Repeat("a ", 1_025)), 2_048, "more than 1024");
    }

    /// <summary>As long as the limit may be configured: neither the stack nor the time runs out.</summary>
    [Theory]
    [InlineData("(")]
    [InlineData("-(")]
    [InlineData("title:(")]
    [InlineData("\"")]
    [InlineData("-")]
    [InlineData("*")]
    [InlineData("title:")]
    [InlineData("title:x ")]
    [InlineData("price<")]
    [InlineData("NOT ")]
    [InlineData("a NEAR ")]
    [InlineData("a NEAR b ONEAR ")]
    [InlineData("a XRANK(cb=1) ")]
    [InlineData("a XRANK(")]
    [InlineData("WORDS(")]
    [InlineData("a,")]
    [InlineData("&")]
    [InlineData("..")]
    [InlineData("\ud83d")]
    public void Hostile_text_of_the_greatest_length_is_answered(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, KqlLimits.GreatestLength / piece.Length));
        var limits = new KqlLimits(MaxLength: KqlLimits.GreatestLength, MaxClauses: int.MaxValue);
        foreach (var query in (string[])[text, $"{text}x", $"title:{text}", $"WORDS({text}", $"a XRANK({text}"])
        {
            KqlParser.Parse(query[..Math.Min(query.Length, limits.MaxLength)], KqlTestProperties.KeyOrNull, limits);
            KqlParser.ParseLenient(query[..Math.Min(query.Length, limits.MaxLength)], KqlTestProperties.KeyOrNull, limits);
        }
    }

    [Theory]
    [InlineData("a OR b", "(or a b)")]
    [InlineData("title:a (b", "(and title a b)")]
    [InlineData("a AND", "a")]
    [InlineData("AND a OR -b NOT +c NEAR", "(and a b c)")]
    [InlineData("price:>5", "(and price 5)")]
    [InlineData("\"corporate vpn\" (", "(and corporate vpn)")]
    [InlineData("repor* (", "repor*")]
    [InlineData("well-known https://contoso.com/x)", "(and well-known https //contoso.com/x)")]
    [InlineData("and or )", "(and and or)")]
    public void Lenient_parsing_falls_back_to_the_words(string text, string expected) =>
        Assert.Equal(expected, KqlShape.Of(Assert.IsAssignableFrom<KqlNode>(KqlParser.ParseLenient(text, KqlTestProperties.KeyOrNull))));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("AND OR NOT")]
    [InlineData("()")]
    [InlineData("* AND")]
    [InlineData("-- : =")]
    public void Lenient_parsing_of_nothing_searchable_is_null(string text) =>
        Assert.Null(KqlParser.ParseLenient(text, KqlTestProperties.KeyOrNull));

    [Fact]
    public void Lenient_parsing_of_too_many_words_searches_the_first()
    {
        var tree = KqlParser.ParseLenient("a b c d", KqlTestProperties.KeyOrNull, new KqlLimits(MaxClauses: 3));
        Assert.Equal("(and a b c)", KqlShape.Of(Assert.IsType<And>(tree)));
    }

    [Fact]
    public void The_words_of_the_fallback_know_where_they_stand()
    {
        var tree = Assert.IsType<And>(KqlParser.ParseLenient(" (-a b*", KqlTestProperties.KeyOrNull));
        Assert.Equal([(3, 1), (5, 2)], tree.Operands.Select(word => (word.Start, word.Length)));
    }

    private static void AssertError(string text, int position, string message, KqlLimits? limits = null)
    {
        var result = KqlParser.Parse(text, KqlTestProperties.KeyOrNull, limits);
        Assert.False(result.IsValid);
        Assert.Null(result.Tree);
        Assert.Contains(message, result.Error.Message);
        Assert.Equal(position, result.Error.Position);
    }
}
