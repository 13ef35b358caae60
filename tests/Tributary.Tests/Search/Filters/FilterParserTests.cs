using Tributary.Search.Filters;

namespace Tributary.Tests.Search.Filters;

public class FilterParserTests
{
    [Theory]
    [InlineData("tags:\"ǂǂ706f6c696379\"", "tags is policy")]
    [InlineData("tags:\"\"ǂǂ706f6c696379\"\"", "tags is policy")]
    [InlineData("tags:ǂǂ706f6c696379", "tags is policy")]
    [InlineData("tags:\"ǂǂ\"", "tags is ")]
    [InlineData("tags:\"\"ǂǂ\"\"", "tags is ")]
    [InlineData("tags:ǂǂ", "tags is ")]
    [InlineData("tags:or(\"ǂǂ\",\"ǂǂ61\")", "or(tags is , tags is a)")]
    [InlineData("tags:\"ǂǂ4772C3BCC39F65\"", "tags is Grüße")]
    [InlineData("tags:%22%C7%82%C7%82706f6c696379%22", "tags is policy")]
    [InlineData("tags:%22%c7%82%c7%82706f6c696379%22", "tags is policy")]
    [InlineData("tags:or(\"ǂǂ61\",\"\"ǂǂ62\"\", ǂǂ63)", "or(tags is a, tags is b, tags is c)")]
    public void A_token_stands_for_the_value_of_its_bucket_with_one_two_or_no_pairs_of_quotes(string filter, string tree) => Assert.Equal(tree, FilterText.Parsed(filter));

    [Theory]
    [InlineData("tags:policy", "tags = policy")]
    [InlineData("tags:\"annual leave\"", "tags = annual leave")]
    [InlineData("tags: \"policy\" ", "tags = policy")]
    [InlineData("price:12.5", "price = 12.5")]
    [InlineData("day:2026-01-01T10:00:00Z", "day = 2026-01-01T10:00:00Z")]
    [InlineData("tags:100%25", "tags = 100%25")]
    [InlineData("tags:'annual leave'", "tags = annual leave")]
    [InlineData("tags:O'Brien", "tags = O'Brien")]
    [InlineData("tags:\"range(a, b)\"", "tags = range(a, b)")]
    [InlineData("tags:\"or\"", "tags = or")]
    [InlineData("tags:or", "tags = or")]
    [InlineData("tags:\"\"", "tags is empty")]
    [InlineData("tags:string('')", "tags is empty")]
    [InlineData("tags:string(\"\")", "tags is empty")]
    public void A_value_is_a_whole_value(string filter, string tree) => Assert.Equal(tree, FilterText.Parsed(filter));

    [Theory]
    [InlineData("price:range(min, 100)", "price in [-, 100)")]
    [InlineData("price:range(100, 1000)", "price in [100, 1000)")]
    [InlineData("price:range(1000, max, to=\"le\")", "price in [1000, -]")]
    [InlineData("price:\"range(1000, max, to=\"le\")\"", "price in [1000, -]")]
    [InlineData("price:\"range(min, 100)\"", "price in [-, 100)")]
    [InlineData("price:RANGE( MIN ,100 , From = \"GT\", to=LE )", "price in (-, 100]")]
    [InlineData("price:range(1,5,from=\"GE\",to=\"LE\")", "price in [1, 5]")]
    [InlineData("price:range(int(1),float(5.5))", "price in [1, 5.5)")]
    [InlineData("day:range(2021-09-01T09:08:19.6224752Z, max, to=\"le\")", "day in [2021-09-01T09:08:19.6224752Z, -]")]
    [InlineData("day:range(datetime(\"2026-01-01\"), \"2026-02-01\")", "day in [2026-01-01, 2026-02-01)")]
    public void A_range_has_its_lower_bound_in_and_its_upper_bound_out_unless_told_otherwise(string filter, string tree) => Assert.Equal(tree, FilterText.Parsed(filter));

    [Theory]
    [InlineData("tags:any(a, b)", "or(tags = a, tags = b)")]
    [InlineData("tags:AND(a, not(b))", "and(tags = a, not(tags = b))")]
    [InlineData("tags:andnot(a, b, c)", "and(tags = a, not(tags = b), not(tags = c))")]
    [InlineData("tags:or(a)", "tags = a")]
    [InlineData("or(tags:a, price:range(1, 5))", "or(tags = a, price in [1, 5))")]
    [InlineData("and(tags:or(a,b),not(kind:c))", "and(or(tags = a, tags = b), not(kind = c))")]
    [InlineData("andnot(tags:a, kind:b)", "and(tags = a, not(kind = b))")]
    public void Operators_stand_within_a_property_and_around_several(string filter, string tree) => Assert.Equal(tree, FilterText.Parsed(filter));

    [Theory]
    [InlineData("tags:equals(\"annual leave\")", "tags = annual leave")]
    [InlineData("tags:starts-with(\"annual\")", "tags has Beginning annual")]
    [InlineData("tags:ends-with(leave)", "tags has End leave")]
    [InlineData("tags:string(\"annual leave\")", "tags has Phrase annual leave")]
    [InlineData("tags:string(\"annual leave\", mode=\"AND\")", "tags has All annual leave")]
    [InlineData("tags:string(\"annual leave\", mode=or)", "tags has Any annual leave")]
    [InlineData("tags:string(\"annual leave\", Mode=\"any\")", "tags has Any annual leave")]
    [InlineData("tags:string(\"annual leave\", mode=\"phrase\")", "tags has Phrase annual leave")]
    [InlineData("tags:phrase(\"annual\", leave)", "tags has Phrase annual leave")]
    [InlineData("price:int(5)", "price = 5")]
    [InlineData("price:decimal(\"5.5\")", "price = 5.5")]
    [InlineData("day:datetime(2026-01-01)", "day = 2026-01-01")]
    public void Texts_and_literals_have_operators_of_their_own(string filter, string tree) => Assert.Equal(tree, FilterText.Parsed(filter));

    [Theory]
    [InlineData("tags:\"policy\" OR tags:\"leave\"", "or(tags = policy, tags = leave)")]
    [InlineData("(tags:policy AND kind:x) OR NOT tags:leave", "or(and(tags = policy, kind = x), not(tags = leave))")]
    [InlineData("tags:(\"policy\" OR \"leave\")", "or(tags = policy, tags = leave)")]
    [InlineData("day:2026-01-01..2026-02-01", "day = 2026-01-01..2026-02-01")]
    [InlineData("(day:2026-01-01..2026-02-01)", "day in [2026-01-01, 2026-02-01]")]
    [InlineData("price>=5 AND price<10", "and(price in [5, -], price in [-, 10))")]
    [InlineData("price>5 AND price<=10", "and(price in (5, -], price in [-, 10])")]
    [InlineData("tags<>policy", "not(tags = policy)")]
    [InlineData("(tags:*)", "not(tags is empty)")]
    [InlineData("tags:\"annual leave", "tags = annual leave")]
    [InlineData("tags:\"ǂǂ61\" OR tags:\"ǂǂ62\"", "or(tags is a, tags is b)")]
    public void What_is_no_filter_may_be_written_in_the_keyword_language(string filter, string tree) => Assert.Equal(tree, FilterText.Parsed(filter));

    [Theory]
    [InlineData("", 0, "a property is expected")]
    [InlineData("tags", 4, "after the property 'tags' a colon is expected")]
    [InlineData("tags:", 5, "a value of 'tags' is expected")]
    [InlineData("tags:a b", 7, "after the filter nothing more is expected")]
    [InlineData("tags:or(\"a", 8, "this quote is not closed")]
    [InlineData("tags:\"ǂǂ6\" OR tags:a", 6, "this token is not the hexadecimal form of a text in UTF-8")]
    [InlineData("tags:\"\"ǂǂ61\"", 5, "this token is not closed")]
    [InlineData("tags:\"ǂǂ6\"", 6, "this token is not the hexadecimal form of a text in UTF-8")]
    [InlineData("tags:ǂǂzz", 5, "this token is not the hexadecimal form of a text in UTF-8")]
    [InlineData("tags:\"ǂǂff\"", 6, "this token is not the hexadecimal form of a text in UTF-8")]
    [InlineData("tags:or(\"a\"", 11, "a comma or a closing parenthesis is expected")]
    [InlineData("tags:or(", 8, "a value of 'tags' is expected")]
    [InlineData("tags:or(a,)", 10, "a value of 'tags' is expected")]
    [InlineData("or(\"a\")", 3, "a property is expected")]
    [InlineData("tags:not(a, b)", 5, "'not' takes one value")]
    [InlineData("tags:near(a, b)", 5, "'near' is no operator of filters")]
    [InlineData("range(1, 5)", 0, "'range' stands on no property")]
    [InlineData("price:range(1)", 13, "range takes two values, as in range(1, 5), range(min, 5) or range(1, max)")]
    [InlineData("price:range(1, 5, by=\"GE\")", 17, "the parameters of range are from=\"GE\", from=\"GT\", to=\"LE\" and to=\"LT\"")]
    [InlineData("price:range(1, 5, from=\"LE\")", 17, "the parameters of range are from=\"GE\", from=\"GT\", to=\"LE\" and to=\"LT\"")]
    [InlineData("price:range(1, 5", 16, "a comma or a closing parenthesis is expected")]
    [InlineData("tags:string(\"a\", weight=5)", 16, "the parameter of string is mode=\"AND\", \"OR\", \"ANY\" or \"PHRASE\"")]
    [InlineData("tags:equals(\"a\", \"b\")", 16, "'equals' takes one text")]
    [InlineData("tags:int()", 9, "one value and a closing parenthesis are expected")]
    [InlineData("tags:\"policy\" OR leave", 14, "after the filter nothing more is expected")]
    [InlineData("tags:pol* OR tags:x", 10, "after the filter nothing more is expected")]
    public void What_is_no_filter_at_all_is_told_with_its_place(string filter, int position, string message)
    {
        FilterResult result = FilterParser.Parse(filter);

        Assert.Null(result.Tree);
        Assert.Equal((position, message), (result.Error!.Position, result.Error.Message));
    }

    [Fact]
    public void Operators_nest_32_deep_and_no_deeper()
    {
        Assert.NotNull(FilterParser.Parse(Nested(32)).Tree);
        Assert.Equal("operators are nested more than 32 deep", FilterParser.Parse(Nested(33)).Error!.Message);
        Assert.NotNull(FilterParser.Parse(Nested(300)).Error);

        static string Nested(int depth) => "tags:" + string.Concat(Enumerable.Repeat("not(", depth)) + "a" + new string(')', depth);
    }

    [Fact]
    public void A_filter_has_at_most_2048_characters()
    {
        Assert.NotNull(FilterParser.Parse("tags:" + new string('a', 2043)).Tree);
        Assert.Equal("the filter has 2049 characters, at most 2048 are allowed", FilterParser.Parse("tags:" + new string('a', 2044)).Error!.Message);
    }

    [Theory]
    [InlineData("tags:or(a, b, and(c, d))", 4)]
    [InlineData("tags:\"range(1, 5)\"", 1)]
    [InlineData("tags:a OR tags:b", 2)]
    public void Values_are_counted(string filter, int tests) => Assert.Equal(tests, FilterParser.Parse(filter).Tests);

    [Fact]
    public void Whatever_the_text_there_is_a_tree_or_an_error_within_it()
    {
        string[] pieces = ["tags", ":", "or(", "and(", "not(", "range(", "string(", "int(", "(", ")", ",", "\"", "'", "ǂǂ", "61", " ", "min", "max", "to=", "5", "AND ", "NOT ", "..", "%C7%82", "\ud800", "\""];
        var random = new Random(20260318);
        int trees = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));

            FilterResult result = FilterParser.Parse(text);

            Assert.True(result.Tree is null != result.Error is null, text);
            Assert.InRange(result.Error?.Position ?? 0, 0, text.Length);
            Assert.Equal(result.Tree is null ? 0 : FilterTrees.Tests(result.Tree).Count(), result.Tests);
            trees += result.Tree is null ? 0 : 1;
        }

        Assert.InRange(trees, 100, 19_000);
    }
}
