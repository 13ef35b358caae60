using Tributary.Search;

namespace Tributary.Tests.Indexing.Ranking;

public class XrankTests
{
    private static RankedIndex Three() => RankedIndex.Of(
        new RankedItem("a", "vacation", "text") { Kind = "HR", Modified = RankedIndex.Now },
        new RankedItem("b", "vacation", "other text") { Kind = "IT", Modified = RankedIndex.Now.AddDays(-1) },
        new RankedItem("c", "some", "other") { Kind = "IT" });

    [Theory]
    [InlineData("vacation XRANK(cb=10) other", "b a")]
    [InlineData("vacation XRANK(cb=10) text", "a b")]
    [InlineData("vacation XRANK(cb=10) nothing", "a b")]
    [InlineData("vacation XRANK(cb=10) kind:IT", "b a")]
    [InlineData("vacation XRANK(cb=-10) kind:HR", "b a")]
    [InlineData("vacation XRANK(cb=10) oth*", "b a")]
    [InlineData("vacation XRANK(cb=10) (NOT kind:HR)", "b a")]
    [InlineData("(vacation text) XRANK(cb=10) other", "b a")]
    [InlineData("vacation XRANK(cb=10) other text", "b a")]
    [InlineData("vacation XRANK(cb=10) kind:HR XRANK(cb=20) kind:IT", "b a")]
    [InlineData("* XRANK(cb=10) vacation", "a b c")]
    [InlineData("* XRANK(cb=10) kind:IT", "b c a")]
    [InlineData("nothing XRANK(cb=10) vacation", "")]
    public void The_rank_side_adds_points_and_finds_nothing(string query, string found)
    {
        using RankedIndex index = Three();

        Assert.Equal(found, index.Found(query));
    }

    [Theory]
    [InlineData("vacation XRANK(cb=2.5) other", 2.5)]
    [InlineData("vacation XRANK(cb=1) other XRANK(cb=2) kind:IT", 3)]
    [InlineData("vacation text XRANK(cb=2.5) other", 2.5, "vacation text")]
    [InlineData("vacation XRANK(cb=10000) other", 10_000)]
    [InlineData("vacation XRANK(cb=10001) other", 10_000)]
    [InlineData("vacation XRANK(cb=-10001) other", -10_000)]
    [InlineData("vacation XRANK(nb=3, rb=4, pb=5, avgb=6, stdb=7, n=8) other", 0)]
    [InlineData("vacation XRANK(cb=2.5) title>other", 0)]
    public void Points_are_added_whatever_lifts_the_item(string query, double points, string match = "vacation")
    {
        using RankedIndex index = Three();

        Assert.Equal(points, index.ScoreOf("b", query) - index.ScoreOf("b", match), 2e-3);
        Assert.Equal(index.ScoreOf("a", match), index.ScoreOf("a", query));
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(17, 16)]
    public void The_first_16_operators_of_a_query_are_heeded(int count, double points)
    {
        using RankedIndex index = Three();
        string query = "vacation" + string.Concat(Enumerable.Range(0, count).Select(number => $" XRANK(cb=1) (other OR x{number})"));

        Assert.Equal(points, index.ScoreOf("b", query) - index.ScoreOf("b", "vacation"), 1e-3);
    }

    [Fact]
    public void The_rank_side_may_ask_for_system_properties()
    {
        using RankedIndex index = Three();
        string id = new SystemValues("", "c0", "tenant").HitId("b");

        Assert.Equal("b a", index.Found($"vacation XRANK(cb=5) id:\"{id}\""));
        Assert.Equal("a b", index.Found($"vacation XRANK(cb=5) id>\"{id}\""));
    }

    [Fact]
    public void Points_do_not_count_where_the_values_of_a_property_decide()
    {
        using RankedIndex index = Three();

        Assert.Equal("a b", index.Found("vacation XRANK(cb=5) other", query => query with { Sort = [new SortKey([RankedIndex.SchemaOf().FindOrNull("kind")], IsDescending: false)] }));
    }
}
