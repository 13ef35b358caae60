using Tributary.Relevance;

namespace Tributary.Tests.Relevance;

public sealed class MeasuresTests
{
    private static readonly Dictionary<string, int> Grades = new() { ["best"] = 3, ["good"] = 2, ["so-so"] = 1 };

    [Fact]
    public void The_best_order_is_worth_one_and_nothing_found_is_worth_nothing()
    {
        Assert.Equal(new Measures(1, 1, 1), Measures.Of(["best", "good", "so-so", "other"], Grades));
        Assert.Equal(new Measures(0, 0, 0), Measures.Of([], Grades));
        Assert.Equal(new Measures(0, 0, 0), Measures.Of(["other"], Grades));
    }

    [Fact]
    public void Gain_grows_with_the_grade_and_shrinks_with_the_place()
    {
        // 1 at place 1, 7 at place 3; the best order has 7, 3 and 1.
        double expected = (1 + (7 / 2.0)) / (7 + (3 / Math.Log2(3)) + (1 / 2.0));

        Measures measures = Measures.Of(["so-so", "other", "best"], Grades);

        Assert.Equal(expected, measures.Ndcg, 12);
        Assert.Equal(1 / 3.0, measures.ReciprocalRank, 12);
        Assert.Equal(1 / 2.0, measures.Recall, 12);
    }

    [Fact]
    public void The_tenth_place_counts_and_the_eleventh_only_for_the_reciprocal_rank()
    {
        string[] others = [.. Enumerable.Range(0, 10).Select(i => $"other{i}")];

        Measures tenth = Measures.Of([.. others.Take(9), "best"], Grades);
        Measures eleventh = Measures.Of([.. others, "best"], Grades);

        Assert.True(tenth.Ndcg > 0);
        Assert.Equal(1 / 2.0, tenth.Recall);
        Assert.Equal(new Measures(0, 1 / 11.0, 0), eleventh);
    }

    [Fact]
    public void Of_more_relevant_documents_than_places_ten_are_all()
    {
        var many = Enumerable.Range(0, 12).ToDictionary(i => $"d{i}", _ => 2);

        Assert.Equal(new Measures(1, 1, 1), Measures.Of([.. many.Keys], many));
    }
}
