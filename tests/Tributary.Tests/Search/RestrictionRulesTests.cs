using Tributary.Search;
using Tributary.Search.Kql;
using Tributary.Tests.Indexing;

namespace Tributary.Tests.Search;

/// <summary>The table of search 7.5: which operators and values go with which types. The schema is <see cref="QuerySchema"/>.</summary>
public class RestrictionRulesTests
{
    private const string Equality = "which is not compared by size; ':', '=' or '<>' is expected";

    private static KqlError? Check(string query) => RestrictionRules.ErrorOrNull(
        KqlParser.Parse(query, name => PropertyNames.KeyOrNull(QuerySchema.Schema, name)).Tree!, QuerySchema.Schema);

    [Theory]
    [InlineData("title")]
    [InlineData("notes")]
    [InlineData("code")]
    [InlineData("owner")]
    [InlineData("readers")]
    [InlineData("tags")]
    public void Text_takes_equality_with_every_form_of_value(string name)
    {
        foreach (string sign in new[] { ":", "=", "<>" })
        {
            foreach (string value in new[] { "x", "\"x y\"", "x*", "\"x y*\"", "*", "(x OR y)", "(x NEAR y)", "1..5", "a..b", "\"a\"..\"b\"" })
            {
                Assert.Null(Check(name + sign + value));
            }
        }

        foreach (string sign in new[] { "<", "<=", ">", ">=" })
        {
            Assert.Equal(new KqlError(name.Length + 2, $"'{name}' is text, {Equality}."), Check($"a {name}{sign}x"));
        }
    }

    [Theory]
    [InlineData("priority", "a number")]
    [InlineData("sizes", "a number")]
    [InlineData("weight", "a number")]
    [InlineData("rates", "a number")]
    [InlineData("due", "a date")]
    [InlineData("dates", "a date")]
    [InlineData("documentId", "a whole number")]
    public void Numbers_and_dates_take_every_comparison_of_one_value_and_ranges_after_equality(string name, string type)
    {
        foreach (string sign in new[] { ":", "=", "<>", "<", "<=", ">", ">=" })
        {
            foreach (string value in new[] { "5", "2026-01-01", "\"this week\"", "-1.5", "nothing", "\"\"" })
            {
                Assert.Null(Check(name + sign + value));
            }
        }

        Assert.All([":", "=", "<>"], sign => Assert.Null(Check($"{name}{sign}*")));
        Assert.All([":", "="], sign => Assert.Null(Check($"{name}{sign}1..5")));
        Assert.Equal(new KqlError(name.Length + 2, $"'{name}' is {type}; one value is expected here, not a range."), Check($"{name}<>1..5"));
        foreach (string sign in new[] { ":", "=", "<>" })
        {
            int start = name.Length + sign.Length;
            Assert.Equal(new KqlError(start, $"'{name}' is {type}; a value is expected, as groups are for text."), Check($"{name}{sign}(1 OR 2)"));
            Assert.Equal(new KqlError(start, $"'{name}' is {type}; a whole value is expected, as '*' is for text."), Check($"{name}{sign}1*"));
            Assert.Equal(start, Check($"{name}{sign}1..2*")?.Position);
        }
    }

    [Fact]
    public void Booleans_take_equality_with_one_value()
    {
        foreach (string sign in new[] { ":", "=", "<>" })
        {
            Assert.All(["true", "NO", "1", "maybe", "\"yes\"", "*"], value => Assert.Null(Check($"done{sign}{value}")));
            Assert.All(["(true)", "tr*", "0..1"], value => Assert.Equal(4 + sign.Length, Check($"done{sign}{value}")?.Position));
        }

        foreach (string sign in new[] { "<", "<=", ">", ">=" })
        {
            Assert.Equal(new KqlError(4, $"'done' is a Boolean, {Equality}."), Check($"done{sign}true"));
        }
    }

    [Theory]
    [InlineData("id")]
    [InlineData("SubstrateContentDomainId")]
    [InlineData("substrateLocationId")]
    [InlineData("immutableEntryId")]
    public void Ids_take_equality_with_whole_values_and_groups_of_them(string name)
    {
        foreach (string sign in new[] { ":", "=", "<>" })
        {
            Assert.All(["x", "\"x,y\"", "*", "(x OR -y)", "(WORDS(x, y))", "(*)", "a..b"], value => Assert.Null(Check(name + sign + value)));
            int start = name.Length + sign.Length;
            Assert.Equal(new KqlError(start, $"'{name}' is an id; a whole id is expected, not a part of one."), Check($"{name}{sign}x*"));
            Assert.Equal(start + 3, Check($"{name}{sign}(x y*)")?.Position);
            Assert.Equal(start + 1, Check($"{name}{sign}(x NEAR y)")?.Position);
            Assert.Equal(start + 2, Check($"{name}{sign}(-(a OR b*))")?.Position - 6);
            Assert.Equal(start + 10, Check($"{name}{sign}(WORDS(a, b*))")?.Position);
        }

        Assert.Equal(new KqlError(name.Length, $"'{name}' is an id, {Equality}."), Check($"{name}>=x"));
    }

    /// <summary>Its type is not told to who may not ask for it.</summary>
    [Theory]
    [InlineData("secret>x")]
    [InlineData("secret:(1 OR 2)")]
    [InlineData("hidden<5")]
    [InlineData("nothing>5")]
    public void What_is_not_queryable_and_what_is_no_name_fits_everything(string query) => Assert.Null(Check(query));

    [Theory]
    [InlineData("title<a done>1", 5)]
    [InlineData("done>1 title<a", 4)]
    [InlineData("a OR (b -title<a)", 14)]
    [InlineData("priority:1* due:1* priority:2*", 9)]
    [InlineData("due:1 priority:1 due:(2) priority:2*", 21)]
    [InlineData("a title<a XRANK(cb=1) b", 7)]
    [InlineData("a XRANK(cb=1) title<a", null)]
    [InlineData("NOT title>=a", 9)]
    [InlineData("title:(a) OR \"title<a\"", null)]
    public void The_first_that_does_not_fit_is_told_wherever_it_stands(string query, int? position) => Assert.Equal(position, Check(query)?.Position);
}
