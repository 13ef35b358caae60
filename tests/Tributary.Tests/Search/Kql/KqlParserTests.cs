using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

/// <summary>The grammar of search 7.2 to 7.8, as tables of query and tree.</summary>
public class KqlParserTests
{
    [Theory]
    [InlineData("vpn", "vpn")]
    [InlineData("  vpn\t\r\n ", "vpn")]
    [InlineData("corporate vpn", "(and corporate vpn)")]
    [InlineData("corporate\u00a0vpn", "(and corporate vpn)")]
    [InlineData("\"corporate vpn\"", "\"corporate vpn\"")]
    [InlineData("\"corporate vpn", "\"corporate vpn\"")]
    [InlineData("a \"b c\"d", "(and a \"b c\" d)")]
    [InlineData("a\"b c\"", "(and a \"b c\")")]
    [InlineData("help@contoso.com animals/birds", "(and help@contoso.com animals/birds)")]
    [InlineData("f(x)", "(and f x)")]
    public void Words_and_phrases_are_kept_as_written(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("vpn*", "vpn*")]
    [InlineData("vpn**", "vpn*")]
    [InlineData("\"corporate vp*\"", "\"corporate vp*\"")]
    [InlineData("\"corporate vp\"*", "\"corporate vp*\"")]
    [InlineData("\"corp* vpn\"", "\"corp* vpn\"")]
    [InlineData("\"corporate *\"", "\"corporate \"")]
    [InlineData("*vpn", "*vpn")]
    [InlineData("v*n", "v*n")]
    public void A_star_is_a_wildcard_only_at_the_end(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("*", "all")]
    [InlineData(" ** ", "all")]
    [InlineData("\"*\"", "all")]
    [InlineData("(*) title:x", "(and all title:x)")]
    [InlineData("NOT *", "(not all)")]
    [InlineData("-*", "(not all)")]
    public void A_lone_star_matches_everything(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("Contoso - Q3 & Q4", "(and Contoso Q3 Q4)")]
    [InlineData("a AND & b", "(and a b)")]
    [InlineData("a \"\" \"...\" b", "(and a b)")]
    [InlineData("--verbose", "--verbose")]
    [InlineData("+-x", "+-x")]
    [InlineData("a -- b", "(and a b)")]
    [InlineData("a -& b", "(and a b)")]
    public void Text_without_a_word_is_passed_over(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("a AND b", "(and a b)")]
    [InlineData("a OR b", "(or a b)")]
    [InlineData("NOT a", "(not a)")]
    [InlineData("a NOT b", "(and a (not b))")]
    [InlineData("a AND NOT b", "(and a (not b))")]
    [InlineData("a OR NOT b", "(or a (not b))")]
    [InlineData("NOT(a)OR(b)", "(or (not a) b)")]
    [InlineData("NOT (NOT a)", "(not (not a))")]
    [InlineData("\"a\"AND\"b\"", "(and \"a\" \"b\")")]
    [InlineData("a and b", "(and a and b)")]
    [InlineData("a or not near b", "(and a or not near b)")]
    [InlineData("\"AND\"", "\"AND\"")]
    [InlineData("ANDROID", "ANDROID")]
    [InlineData("a AND, b", "(and a AND, b)")]
    public void Boolean_operators_are_upper_case_words(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("-a", "(not a)")]
    [InlineData("a -b", "(and a (not b))")]
    [InlineData("a -\"b c\"", "(and a (not \"b c\"))")]
    [InlineData("a -(b c)", "(and a (not (and b c)))")]
    [InlineData("a -title:x", "(and a (not title:x))")]
    [InlineData("-https://contoso.com", "(not https://contoso.com)")]
    [InlineData("+a +title:x", "(and a title:x)")]
    [InlineData("well-known", "well-known")]
    [InlineData("a - b", "(and a b)")]
    [InlineData("c++", "c++")]
    public void A_sign_binds_to_what_follows_without_a_space(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("a b OR c d", "(or (and a b) (and c d))")]
    [InlineData("a AND b OR c AND d", "(or (and a b) (and c d))")]
    [InlineData("a AND (b OR c) AND d", "(and a (or b c) d)")]
    [InlineData("(a AND b) AND (c d)", "(and a b c d)")]
    [InlineData("(a OR b) OR c", "(or a b c)")]
    [InlineData("NOT a b", "(and (not a) b)")]
    [InlineData("NOT a NEAR b", "(not (near 8 a b))")]
    [InlineData("a XRANK(cb=1) b c", "(and (xrank a [cb=1] b) c)")]
    [InlineData("a b XRANK(cb=1) NOT c OR d", "(or (and a (xrank b [cb=1] (not c))) d)")]
    [InlineData("NOT title:x AND b", "(and (not title:x) b)")]
    [InlineData("-a NEAR b", "(not (near 8 a b))")]
    [InlineData("-WORDS(a, b) c", "(and (not (words a b)) c)")]
    [InlineData("NOT title:x OR y", "(or (not title:x) y)")]
    [InlineData("NOT a XRANK(cb=1) b", "(xrank (not a) [cb=1] b)")]
    [InlineData("a NEAR b XRANK(cb=1) c NEAR d", "(xrank (near 8 a b) [cb=1] (near 8 c d))")]
    [InlineData("a XRANK(cb=1) b AND c", "(and (xrank a [cb=1] b) c)")]
    [InlineData("a AND b XRANK(cb=1) c", "(and a (xrank b [cb=1] c))")]
    [InlineData("a OR b XRANK(cb=1) c", "(or a (xrank b [cb=1] c))")]
    [InlineData("a XRANK(cb=1) (b OR c)", "(xrank a [cb=1] (or b c))")]
    [InlineData("a OR b c", "(or a (and b c))")]
    [InlineData("a OR b AND c", "(or a (and b c))")]
    [InlineData("(a OR b) c", "(and (or a b) c)")]
    [InlineData("title:(a OR b) c OR d", "(or (and title:((or a b)) c) d)")]
    public void Operators_bind_in_the_order_of_the_specification(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("title:vpn", "title:vpn")]
    [InlineData("TITLE:vpn", "title:vpn")]
    [InlineData("headline:vpn", "title:vpn")]
    [InlineData("title=vpn", "title=vpn")]
    [InlineData("title<>vpn", "title<>vpn")]
    [InlineData("price<5", "price<5")]
    [InlineData("price<=5", "price<=5")]
    [InlineData("price>5", "price>5")]
    [InlineData("price>=-5", "price>=-5")]
    [InlineData("due_date>=2026-01-01T00:00:00.000Z", "due_date>=2026-01-01T00:00:00.000Z")]
    [InlineData("title:\"corporate vpn\"", "title:\"corporate vpn\"")]
    [InlineData("title:\"corporate vpn", "title:\"corporate vpn\"")]
    [InlineData("title:\"\"", "title:\"\"")]
    [InlineData("title:vpn*", "title:vpn*")]
    [InlineData("title:\"corporate vp*\"", "title:\"corporate vp*\"")]
    [InlineData("title:std::vector,a.b-c/d@e_f#g&h", "title:std::vector,a.b-c/d@e_f#g&h")]
    [InlineData("title:AND", "title:AND")]
    [InlineData("title:a(b)", "(and title:a b)")]
    [InlineData("title:a\"b\"", "(and title:a \"b\")")]
    [InlineData("title:-", "title:-")]
    public void A_restriction_is_name_operator_and_value(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("https://contoso.com/x", "https://contoso.com/x")]
    [InlineData("unknown:x", "unknown:x")]
    [InlineData("unknown:\"a b\"", "(and unknown: \"a b\")")]
    [InlineData("unknown:(a b)", "(and unknown: a b)")]
    [InlineData("10:30", "10:30")]
    [InlineData("title : \"John Smith\"", "(and title \"John Smith\")")]
    [InlineData("title: vpn", "(and title: vpn)")]
    [InlineData("title= vpn", "(and title= vpn)")]
    [InlineData("title :vpn", "(and title :vpn)")]
    [InlineData("price < 5", "(and price 5)")]
    [InlineData("title: (a b)", "(and title: a b)")]
    [InlineData("title:", "title:")]
    [InlineData("(title=)", "title=")]
    [InlineData("price >5", "(and price >5)")]
    [InlineData("subtitle:x", "subtitle:x")]
    [InlineData("sub-title:x", "sub-title:x")]
    public void Text_that_looks_like_a_restriction_and_is_none_is_free_text(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("due_date>= 2024-07-22", "due_date>=2024-07-22")]
    [InlineData("price<  \t5 a", "(and price<5 a)")]
    [InlineData("title<> \"a b\"", "title<>\"a b\"")]
    [InlineData("price> 5", "price>5")]
    [InlineData("price<= 5", "price<=5")]
    [InlineData("price<\u00a0\r\n-5", "price<-5")]
    [InlineData("due_date>= \"this week\" a", "(and due_date>=\"this week\" a)")]
    [InlineData("title<> (a OR b)", "title<>((or a b))")]
    [InlineData("price>= 1 price< 5 a", "(and (or price>=1 price<5) a)")]
    public void A_comparison_may_have_white_space_before_its_value(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("price:1..5", "price:[1 to 5]")]
    [InlineData("price=1.5..2.5", "price=[1.5 to 2.5]")]
    [InlineData("price:-5..-1", "price:[-5 to -1]")]
    [InlineData("due_date:2026-01-01T00:00:00.000Z..2026-02-01T00:00:00.000Z", "due_date:[2026-01-01T00:00:00.000Z to 2026-02-01T00:00:00.000Z]")]
    [InlineData("due_date:\"2026-01-01\"..\"2026-02-01\" a", "(and due_date:[2026-01-01 to 2026-02-01] a)")]
    [InlineData("title<>a..b", "title<>[a to b]")]
    [InlineData("due_date:yesterday..today", "due_date:[yesterday to today]")]
    [InlineData("due_date=\"last month\"..\"this week\"", "due_date=[last month to this week]")]
    [InlineData("price:1...5", "price:[1 to .5]")]
    [InlineData("price:1..*", "price:1..*")]
    [InlineData("price:..", "price:..")]
    [InlineData("price:1..", "price:1..")]
    [InlineData("price:..5", "price:..5")]
    [InlineData("title:\"1..5\"", "title:\"1..5\"")]
    [InlineData("title:a..b*", "title:a..b*")]
    [InlineData("1..5", "1..5")]
    public void Two_dots_make_a_range_of_a_bare_value(string text, string expected) => AssertShape(expected, text);

    [Fact]
    public void A_range_remembers_its_text_for_properties_that_have_no_ranges()
    {
        var restriction = Assert.IsType<Restriction>(Parse("title:a..b"));
        Assert.Equal("a..b", Assert.IsType<RangeValue>(restriction.Value).AsText);
    }

    [Theory]
    [InlineData("title:(a)", "title:(a)")]
    [InlineData("title:(a b)", "title:((and a b))")]
    [InlineData("title:(a OR (b -c*))", "title:((or a (and b (not c*))))")]
    [InlineData("author:(\"John Smith\" \"Jane Smith\")", "author:((and \"John Smith\" \"Jane Smith\"))")]
    [InlineData("title=(a OR b)", "title=((or a b))")]
    [InlineData("title<>(a OR b)", "title<>((or a b))")]
    [InlineData("title:(a NEAR b)", "title:((near 8 a b))")]
    [InlineData("title:(WORDS(a, b))", "title:((words a b))")]
    [InlineData("title:( https://contoso.com )", "title:(https://contoso.com)")]
    [InlineData("title:(a) title:(b)", "(or title:(a) title:(b))")]
    public void A_grouped_value_holds_an_expression(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("title:*", "title:*")]
    [InlineData("title=*", "title=*")]
    [InlineData("title<>*", "title<>*")]
    [InlineData("title:\"*\"", "title:*")]
    [InlineData("NOT title:*", "(not title:*)")]
    public void A_lone_star_as_value_asks_whether_there_is_one(string text, string expected)
    {
        AssertShape(expected, text);
        var tree = Parse(text);
        Assert.IsType<ExistsValue>(((tree as Not)?.Operand ?? tree) is Restriction { Value: var value } ? value : null);
    }

    [Theory]
    [InlineData("title:a title:b", "(or title:a title:b)")]
    [InlineData("title:a HEADLINE=b", "(or title:a title=b)")]
    [InlineData("title:a author:b", "(and title:a author:b)")]
    [InlineData("title:a x title:b", "(and (or title:a title:b) x)")]
    [InlineData("title:a author:b title:c author:d", "(and (or title:a title:c) (or author:b author:d))")]
    [InlineData("x title:a", "(and x title:a)")]
    [InlineData("title:a (title:b)", "(or title:a title:b)")]
    [InlineData("title:a -title:b", "(and title:a (not title:b))")]
    [InlineData("title:a +title:b", "(or title:a title:b)")]
    [InlineData("title<>a title<>b", "(and title<>a title<>b)")]
    [InlineData("author:\"A\" author:\"B\"", "(or author:\"A\" author:\"B\")")]
    [InlineData("x y", "(and x y)")]
    [InlineData("title:a NOT author:b title:c x", "(and (or title:a title:c) (not author:b) x)")]
    [InlineData("title:a title:* title<>b", "(and (or title:a title:*) title<>b)")]
    [InlineData("price>=1 price<5", "(or price>=1 price<5)")]
    public void Operands_side_by_side_are_joined_by_what_they_are(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("title:a AND title:b", "(and title:a title:b)")]
    [InlineData("title:a AND title:b title:c", "(and title:a (or title:b title:c))")]
    [InlineData("title:a title:b AND title:c", "(and (or title:a title:b) title:c)")]
    [InlineData("title:a OR title:b title:c", "(or title:a title:b title:c)")]
    [InlineData("title:a OR author:b", "(or title:a author:b)")]
    [InlineData("title:a author:b OR title:c", "(or (and title:a author:b) title:c)")]
    public void An_explicit_operator_overrides_the_implicit_one(string text, string expected) => AssertShape(expected, text);

    [Fact]
    public void The_worked_example_of_the_reference_is_alternatives_less_the_negation() => AssertShape(
        "(and (or title:Advanced title:Search title:Query) (not title:\"Advanced Search Query\"))",
        "title:Advanced title:Search title:Query NOT title:\"Advanced Search Query\"");

    /// <summary>What PnP Modern Search sends (search 9).</summary>
    [Theory]
    [InlineData(
        "vpn (title:\"policy\" OR title:\"leave\") AND due_date:2026-01-01T00:00:00.000Z..2026-02-01T00:00:00.000Z",
        "(and vpn (or title:\"policy\" title:\"leave\") due_date:[2026-01-01T00:00:00.000Z to 2026-02-01T00:00:00.000Z])")]
    [InlineData("* (title:\"a\") AND price>=1 AND price<5", "(and all title:\"a\" price>=1 price<5)")]
    [InlineData("(* ) author:HR", "(and all author:HR)")]
    public void Expanded_templates_are_queries_like_any_other(string text, string expected) => AssertShape(expected, text);

    [Theory]
    [InlineData("  title:x  \"b c\"* ", 2, 15, "title:x  \"b c\"*")]
    [InlineData("a NOT (b c) ", 0, 11, "a NOT (b c)")]
    [InlineData(" (a OR b) ", 2, 6, "a OR b")]
    [InlineData("author:x y author:z", 0, 19, "author:x y author:z")]
    [InlineData(" title:(a b) ", 1, 11, "title:(a b)")]
    [InlineData("a XRANK(cb=1) (b)", 0, 17, "a XRANK(cb=1) (b)")]
    [InlineData(" WORDS(a, b) ", 1, 11, "WORDS(a, b)")]
    [InlineData(" a NEAR(3) b ", 1, 11, "a NEAR(3) b")]
    [InlineData("price> 5", 0, 8, "price> 5")]
    public void A_node_knows_where_it_stands(string text, int start, int length, string slice)
    {
        var tree = Parse(text);
        Assert.Equal((start, length, slice), (tree.Start, tree.Length, text[tree.Start..tree.End]));
    }

    [Theory]
    [InlineData("a title:vpn", "vpn")]
    [InlineData("title<>  \"a b\"", "\"a b\"")]
    [InlineData("title:( a)", "( a)")]
    [InlineData("price>=-5", "-5")]
    [InlineData("price:1..5", "1..5")]
    [InlineData("title:*", "*")]
    public void A_restriction_knows_where_its_value_begins(string text, string value) =>
        Assert.Equal(value, text[((Parse(text) as And)?.Operands[1] ?? Parse(text)) is Restriction found ? found.ValueStart..found.End : default]);

    [Fact]
    public void A_restriction_keeps_its_name_as_written() =>
        Assert.Equal(("HeadLine", "title"), Parse("HeadLine:x") is Restriction found ? (found.Name, found.Property) : default);

    private static KqlNode Parse(string text)
    {
        var result = KqlParser.Parse(text, KqlTestProperties.KeyOrNull);
        Assert.True(result.IsValid, result.Error?.ToString());
        return result.Tree;
    }

    private static void AssertShape(string expected, string text) => Assert.Equal(expected, KqlShape.Of(Parse(text)));
}
