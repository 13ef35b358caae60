using CsCheck;
using Tributary.Items;
using Tributary.Search;

namespace Tributary.Tests.Indexing.Ranking;

public class ExplanationTests
{
    private static readonly string[] Words = ["vacation", "policy", "report", "x"];

    private static readonly Gen<string> Text = Gen.OneOf(Words).Array[0, 6].Select(words => string.Join(' ', words));

    private static readonly Gen<RankedItem> Item = Gen.Select(
        Text, Text, Text, Gen.Int[-1, 700], Gen.OneOf("HR", "IT"), (title, body, content, days, kind) =>
            new RankedItem("", title, content) { Body = body, Kind = kind, Modified = days < 0 ? null : RankedIndex.Now.AddDays(-days), Activity = new ActivityStanding(days % 7, RankedIndex.Now.UtcTicks) });

    private static readonly Gen<string> Leaf = Gen.Frequency(
        (6, Gen.OneOf(Words)),
        (2, Gen.Select(Gen.OneOf(Words), Gen.OneOf(Words), (one, other) => $"\"{one} {other}\"")),
        (1, Gen.OneOf("vaca*", "\"vacation po*\"", "kind:HR", "title:policy", "*", "WORDS(vacation, report)", "vacation NEAR(2) policy", "vacation XRANK(cb=2.5) policy", "x XRANK(cb=-1) kind:IT")));

    private static readonly Gen<string> Query = Gen.Recursive<string>((depth, self) => depth > 2 ? Leaf : Gen.Frequency(
        (4, Leaf),
        (4, self.Array[2, 3].Select(operands => $"({string.Join(' ', operands)})")),
        (2, self.Array[2, 3].Select(operands => $"({string.Join(" OR ", operands)})")),
        (1, self.Array[2].Select(operands => $"({operands[0]} NOT {operands[1]})"))));

    [Fact]
    public void An_explanation_comes_to_the_score_that_the_search_has()
    {
        int explained = 0;
        Gen.Select(Item.Array[1, 12], Item.Array[1, 6], Query.Array[40]).Sample(
            (items, others, queries) =>
            {
                RankedItem[] first = [.. items.Select((item, number) => item with { Id = $"i{number}" })];
                RankedItem[] second = [.. others.Select((item, number) => item with { Id = $"i{number}" })];
                using RankedIndex index = new RankedIndex().With(RankedIndex.SchemaOf(), first).With(RankedIndex.SchemaOf("headline", "notes"), second);
                foreach (string query in queries)
                {
                    ILookup<(int, string), IndexHit> hits = index.Ask(query).Hits.ToLookup(hit => (hit.Target, hit.ItemId));
                    foreach ((int target, RankedItem item) in first.Select(item => (0, item)).Concat(second.Select(item => (1, item))))
                    {
                        IndexExplanation explanation = index.ExplainOrNull(item.Id, query, target)!;
                        Assert.Equal((query, hits.Contains((target, item.Id))), (query, explanation.IsMatch));
                        if (explanation.IsMatch)
                        {
                            float score = hits[(target, item.Id)].Single().Score;
                            Assert.Equal(score, explanation.Score, 1e-4 * Math.Max(1, Math.Abs(score)));
                            Assert.True(Math.Abs(score - explanation.Explanation.Value) <= 1e-4 * Math.Max(1, Math.Abs(score)), $"{query}: {score}, explained as {explanation.Explanation.Value}");
                            explained++;
                        }
                    }
                }
            },
            iter: 60,
            threads: 1);
        Assert.True(explained > 2_000, $"Only {explained} hits were explained.");
    }

    [Fact]
    public void An_item_that_the_index_does_not_have_is_not_explained()
    {
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "vacation"));

        Assert.Null(index.ExplainOrNull("b", "vacation"));
    }

    [Fact]
    public void It_tells_figures_and_words_of_the_query_and_not_what_the_item_says()
    {
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "vacation secret", "confidential text") { Modified = RankedIndex.Now }, new RankedItem("b", "other"));

        string all = string.Join('\n', Descriptions(index.ExplainOrNull("a", "vacation")!.Explanation));

        foreach (string told in new[] { "'vacation'", "rarity: in 1 of 2 items", "title (Title)", "anywhere", "freshness" })
        {
            Assert.Contains(told, all, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("confidential", all, StringComparison.Ordinal);
        Assert.Contains("nowhere in the item", string.Join('\n', Descriptions(index.ExplainOrNull("b", "vacation")!.Explanation)), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Descriptions(ScoreExplanation explanation) => explanation.Details.SelectMany(Descriptions).Prepend(explanation.Description);
}
