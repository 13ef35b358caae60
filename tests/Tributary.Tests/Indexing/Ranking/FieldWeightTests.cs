using Tributary.Indexing;
using Tributary.Indexing.Ranking;
using Tributary.Schemas;
using Tributary.Search;

namespace Tributary.Tests.Indexing.Ranking;

public class FieldWeightTests
{
    private const string Filler = "one two three four five six seven eight nine ten";

    private static readonly RankingOptions WithoutLifts = new() { ExactTitleLift = 0, TitlePhraseLift = 0, TextPhraseLift = 0, FreshnessLift = 0 };

    private static RankedItem Plain(int number) => new($"z{number}", "something other", Filler);

    [Fact]
    public void A_word_in_the_title_outranks_the_same_word_in_the_content()
    {
        using RankedIndex index = RankedIndex.Of(
            new RankedItem("content", "some report", $"vacation {Filler}"), new RankedItem("title", "vacation report", $"some {Filler}"), Plain(0), Plain(1));
        index.Ranking = WithoutLifts;

        Assert.Equal("title content", index.Found("vacation"));
    }

    [Fact]
    public void A_word_that_the_content_repeats_does_not_outrank_the_title()
    {
        using RankedIndex index = RankedIndex.Of(
            new RankedItem("content", "some report", $"vacation vacation vacation {Filler}"), new RankedItem("title", "vacation report", $"some and other {Filler}"), Plain(0), Plain(1));

        Assert.Equal("title content", index.Found("vacation"));
    }

    [Fact]
    public void Weights_follow_the_label_and_the_hint_in_their_order()
    {
        ImportanceScore?[] hints = [ImportanceScore.VeryHigh, ImportanceScore.High, ImportanceScore.Medium, null, ImportanceScore.Low];
        var scores = new List<float>();
        foreach (ImportanceScore? hint in hints)
        {
            using RankedIndex index = new RankedIndex { Ranking = WithoutLifts }.With(
                RankedIndex.SchemaOf(hint: hint),
                new RankedItem("title", "vacation", "text") { Body = "some" },
                new RankedItem("body", "some", "text") { Body = "vacation" },
                new RankedItem("content", "some", "vacation") { Body = "text" });
            Assert.Equal("title body content", index.Found("vacation"));
            scores.Add(index.ScoreOf("body", "vacation"));
        }

        Assert.True(scores[0] > scores[1] && scores[1] > scores[2] && scores[2] == scores[3] && scores[3] > scores[4], string.Join(' ', scores));
    }

    [Fact]
    public void Without_weights_and_lifts_the_score_is_that_of_BM25()
    {
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "vacation", "one"), new RankedItem("b", "other", "vacation vacation"), new RankedItem("c", "more", "text"), Plain(0));
        index.Ranking = new RankingOptions
        {
            TitleWeight = 0,
            VeryHighWeight = 0,
            HighWeight = 0,
            MediumWeight = 0,
            LowWeight = 0,
            ExactTitleLift = 0,
            TitlePhraseLift = 0,
            TextPhraseLift = 0,
            FreshnessLift = 0,
        };

        foreach (string id in new[] { "a", "b" })
        {
            Assert.Equal(index.PlainScoreOf(id, "vacation"), index.ScoreOf(id, "vacation"), 1e-6);
        }
    }

    [Fact]
    public void A_hint_that_changes_is_heeded_by_the_next_query_without_another_index()
    {
        Schema before = RankedIndex.SchemaOf(hint: ImportanceScore.Low);
        Schema after = RankedIndex.SchemaOf(hint: ImportanceScore.VeryHigh);
        Assert.True(IndexedForm.IsSame(before, after));
        using RankedIndex index = new RankedIndex().With(before, new RankedItem("a", "some", "text") { Body = "vacation" }, Plain(0));

        Assert.True(index.ScoreOf("a", "vacation", change: query => query with { Targets = [query.Targets[0] with { Schema = after }] }) > index.ScoreOf("a", "vacation"));
    }

    [Fact]
    public void Only_the_weightiest_16_properties_are_looked_at()
    {
        var schema = new Schema([.. Enumerable.Range(0, 20).Select(number => new Property
        {
            Name = $"p{number}",
            Type = PropertyType.String,
            IsSearchable = true,
            RankingHint = number >= 18 ? ImportanceScore.High : null,
            Labels = number == 19 ? [Label.Title] : [],
        })]);

        IReadOnlyList<WeightedField> fields = WeightedField.Of(schema, RankingOptions.Default);

        Assert.Equal(["w:p19", "w:p18", .. Enumerable.Range(0, 14).Select(number => $"w:p{number}")], fields.Select(field => field.Field));
    }

    [Fact]
    public void What_is_not_searched_has_no_weight()
    {
        var schema = new Schema([new Property { Name = "title", Type = PropertyType.String, IsQueryable = true, Labels = [Label.Title] }]);

        Assert.Empty(WeightedField.Of(schema, RankingOptions.Default));
    }

    [Fact]
    public void Weights_do_not_change_what_matches()
    {
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "vacation", "policy"), new RankedItem("b", "vacation", "text"), new RankedItem("c", "policy", "vacation"));

        Assert.Equal(["a", "c"], index.Found("vacation policy").Split(' ').Order());
        Assert.Equal("b", index.Found("vacation -policy"));
    }

    [Fact]
    public void Words_after_the_32nd_are_found_and_have_no_weight()
    {
        string[] words = [.. Enumerable.Range(0, 33).Select(number => $"w{number}")];
        using RankedIndex index = RankedIndex.Of(
            new RankedItem("first", words[31], string.Join(' ', words[..31].Append(words[32]))), new RankedItem("last", words[32], string.Join(' ', words[..32])));
        index.Ranking = WithoutLifts;
        string query = string.Join(' ', words);

        (float first, float last) = (index.ScoreOf("first", query), index.ScoreOf("last", query));
        index.Ranking = new RankingOptions { TitleWeight = 0, MediumWeight = 0, ExactTitleLift = 0, TitlePhraseLift = 0, TextPhraseLift = 0, FreshnessLift = 0 };
        Assert.Equal(index.ScoreOf("last", query), last);
        Assert.True(first > last);
    }

    [Fact]
    public void Synonyms_are_ranked_as_one_word()
    {
        using RankedIndex index = RankedIndex.Of(
            new RankedItem("both", "some", "holiday vacation one two"), new RankedItem("twice", "some", "vacation vacation one two"), new RankedItem("title", "holiday", "one two three four"), Plain(0), Plain(1));
        index.Ranking = WithoutLifts;

        Assert.Equal(index.ScoreOf("twice", "WORDS(vacation, holiday)"), index.ScoreOf("both", "WORDS(vacation, holiday)"));
        Assert.True(index.ScoreOf("both", "vacation OR holiday") > index.ScoreOf("both", "WORDS(vacation, holiday)"));
        Assert.Equal("title both twice", index.Found("WORDS(holiday, VACATION, vacation)"));
        Assert.Equal(index.ScoreOf("both", "vacation"), index.ScoreOf("both", "WORDS(vacation, Vacation)"));
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void Up_to_16_synonyms_are_one_word(int count, bool isOne)
    {
        using RankedIndex index = RankedIndex.Of(new RankedItem("both", "some", "w0 w1"), new RankedItem("twice", "some", "w0 w0"), Plain(0), Plain(1));
        string query = $"WORDS({string.Join(", ", Enumerable.Range(0, count).Select(number => $"w{number}"))})";

        Assert.Equal(isOne, index.ScoreOf("both", query) == index.ScoreOf("twice", query));
        Assert.Equal(["both", "twice"], index.Found(query).Split(' ').Order());
    }
}
