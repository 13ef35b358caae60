using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Filters;
using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Filters;

public class FilterTreesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);

    private static readonly Schema Schema = new(
    [
        new Property { Name = "tags", Type = PropertyType.StringCollection, IsRefinable = true },
        new Property { Name = "Day", Type = PropertyType.DateTime, IsRefinable = true },
    ]);

    private static string Bound(string filter, DayOfWeek firstDay = DayOfWeek.Monday)
    {
        KqlNode? tree = FilterTrees.BindOrNull(FilterParser.Parse(filter).Tree!, Schema.FindOrNull, new QueryTime(Now, firstDay), out bool isNothing);
        return tree is null ? isNothing ? "nothing" : "everything" : FilterText.Of(tree);
    }

    [Theory]
    [InlineData("TAGS:a", "tags = a")]
    [InlineData("other:a", "nothing")]
    [InlineData("other:string('')", "everything")]
    [InlineData("not(other:a)", "everything")]
    [InlineData("not(other:string(''))", "nothing")]
    [InlineData("or(other:a, tags:b)", "tags = b")]
    [InlineData("or(other:string(''), tags:b)", "everything")]
    [InlineData("or(other:a, other:b)", "nothing")]
    [InlineData("and(other:a, tags:b)", "nothing")]
    [InlineData("and(other:string(''), tags:b, tags:c)", "and(tags = b, tags = c)")]
    [InlineData("andnot(tags:b, other:a)", "tags = b")]
    [InlineData("not(tags:a)", "not(tags = a)")]
    public void A_property_that_the_connection_has_not_has_no_value(string filter, string tree) => Assert.Equal(tree, Bound(filter));

    [Theory]
    [InlineData("day:2026-01-31", "Day in [2026-01-31T00:00:00.0000000Z, 2026-02-01T00:00:00.0000000Z)")]
    [InlineData("day:2026-01-01..2026-01-31", "Day in [2026-01-01T00:00:00.0000000Z, 2026-02-01T00:00:00.0000000Z)")]
    [InlineData("day:today", "Day in [2026-03-15T00:00:00.0000000Z, 2026-03-16T00:00:00.0000000Z)")]
    [InlineData("day:2026-01-31T10:00:00Z", "Day = 2026-01-31T10:00:00Z")]
    [InlineData("day:range(2026-01-01, 2026-01-31)", "Day in [2026-01-01T00:00:00.0000000Z, 2026-01-31T00:00:00.0000000Z)")]
    [InlineData("day:range(2026-01-01, 2026-01-31, from=\"GT\", to=\"LE\")", "Day in [2026-01-02T00:00:00.0000000Z, 2026-02-01T00:00:00.0000000Z)")]
    [InlineData("day:range(2026-01-01T10:00:00Z, max)", "Day in [2026-01-01T10:00:00.0000000Z, -)")]
    [InlineData("day:range(2026-01-01T10:00:00+02:00, 2026-01-01T10:00:00.5Z, from=GT, to=LE)", "Day in [2026-01-01T08:00:00.0000001Z, 2026-01-01T10:00:00.5000001Z)")]
    [InlineData("day:range(min, 9999-12-31, to=LE)", "Day in [-, 9999-12-31T23:59:59.9999999Z]")]
    [InlineData("day:range(9999-12-31, max, from=GT)", "Day in (9999-12-31T23:59:59.9999999Z, -)")]
    public void Days_become_the_instants_where_they_begin_and_end(string filter, string tree) => Assert.Equal(tree, Bound(filter));

    [Theory]
    [InlineData("day:\"this week\"", DayOfWeek.Monday, "Day in [2026-03-09T00:00:00.0000000Z, 2026-03-16T00:00:00.0000000Z)")]
    [InlineData("day:\"this week\"", DayOfWeek.Sunday, "Day in [2026-03-15T00:00:00.0000000Z, 2026-03-22T00:00:00.0000000Z)")]
    [InlineData("day:range(\"this week\", max)", DayOfWeek.Sunday, "Day in [2026-03-15T00:00:00.0000000Z, -)")]
    public void This_week_begins_where_the_caller_lives(string filter, DayOfWeek firstDay, string tree) => Assert.Equal(tree, Bound(filter, firstDay));

    [Theory]
    [InlineData("x:5", "Int64", null)]
    [InlineData("x:5.5", "Int64", null)]
    [InlineData("x:range(0.5, 1e1)", "Int64", null)]
    [InlineData("x:0.5..7.0", "Int64", null)]
    [InlineData("x:range(0.5x, 1)", "Int64", "of type Int64 cannot be compared with '0.5x'")]
    [InlineData("x:Infinity", "Int64", "of type Int64 cannot be compared with 'Infinity'")]
    [InlineData("x:5.5", "Double", null)]
    [InlineData("x:1..5", "Int64", null)]
    [InlineData("x:1..five", "Int64", "of type Int64 cannot be compared with 'five'")]
    [InlineData("x:1..five", "String", null)]
    [InlineData("x:five", "Double", "of type Double cannot be compared with 'five'")]
    [InlineData("x:yes", "Boolean", null)]
    [InlineData("x:\"ǂǂ54727565\"", "Boolean", null)]
    [InlineData("x:maybe", "Boolean", "of type Boolean cannot be compared with 'maybe'")]
    [InlineData("x:2026-02-30", "DateTime", "of type DateTime cannot be compared with '2026-02-30'")]
    [InlineData("x:range(1, max)", "Int64", null)]
    [InlineData("x:range(min, a)", "Int64", "of type Int64 cannot be compared with 'a'")]
    [InlineData("x:range(a, b)", "String", "of type String has no ranges")]
    [InlineData("x:range(min, max)", "Boolean", "of type Boolean has no ranges")]
    [InlineData("x:starts-with(a)", "String", null)]
    [InlineData("x:starts-with(a)", "Int64", "of type Int64 has no words")]
    [InlineData("x:string('')", "Int64", null)]
    public void A_value_must_be_of_the_propertys_type(string filter, string type, string? misfit)
    {
        Refinement test = Assert.Single(FilterTrees.Tests(FilterParser.Parse(filter).Tree!));

        Assert.Equal(misfit, FilterTrees.MisfitOrNull(test.Test, Enum.Parse<PropertyType>(type)));
    }
}
