using CsCheck;
using Tributary.Acls;
using Tributary.Indexing.Ranking;
using Tributary.Schemas;
using Tributary.Search;

namespace Tributary.Tests.Indexing.Ranking;

/// <summary>With <see cref="StatisticsScope.Visible"/> an index answers as one that never had what the caller does not see: same hits, same order, same scores to the last digit.</summary>
public class VisibleStatisticsTests
{
    private const string Me = "0b1d2e3f-0000-4000-8000-00000000000a";
    private const string Other = "0b1d2e3f-0000-4000-8000-00000000000b";

    private static readonly Acl ForMe = new([new AclEntry(AclType.User, Me, AccessType.Grant)]);
    private static readonly Acl ForOther = new([new AclEntry(AclType.User, Other, AccessType.Grant)]);
    private static readonly Acl ForAllButMe = new([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant), new AclEntry(AclType.User, Me, AccessType.Deny)]);

    private static readonly string[] Vocabulary = ["alpha", "bravo", "charlie", "delta", "alpine", "alphabet", "brave"];

    /// <summary>Mostly the first ones, and now and then one that no other item has.</summary>
    private static readonly Gen<string> Word = Gen.Frequency(
        (6, Gen.OneOf(Vocabulary[..3])),
        (3, Gen.OneOf(Vocabulary)),
        (1, Gen.Int[0, 400].Select(number => $"al{number}")));

    private static readonly Gen<string> Text = Word.Array[0, 14].Select(words => string.Join(' ', words));

    private static readonly Gen<(RankedItem Item, bool IsDeleted)> Item =
        from title in Word.Array[0, 4]
        from body in Text
        from content in Text
        from days in Gen.Int[0, 3]
        from acl in Gen.Frequency((3, RankedIndex.ForEveryone), (2, ForMe), (3, ForOther), (1, ForAllButMe))
        from isHidden in Gen.Frequency((5, false), (1, true))
        from isDeleted in Gen.Frequency((5, false), (1, true))
        select (new RankedItem("", title.Length == 0 ? null : string.Join(' ', title), content.Length == 0 ? null : content)
        {
            Body = body.Length == 0 ? null : body,
            Modified = days == 3 ? null : RankedIndex.Now.AddDays(-days),
            Acl = acl,
            IsHidden = isHidden,
        }, isDeleted);

    private static readonly Gen<string> Leaf = Gen.OneOf(
        Word,
        Word,
        Word.Array[2, 3].Select(words => $"\"{string.Join(' ', words)}\""),
        Word.Select(word => $"{word[..2]}*"),
        Gen.Select(Word, Word).Select((first, second) => $"\"{first} {second[..2]}*\""),
        Word.Select(word => $"title:{word}"),
        Gen.Select(Word, Word).Select((first, second) => $"title:\"{first} {second}\""),
        Word.Select(word => $"title:{word[..2]}*"),
        Word.Array[2, 3].Select(words => $"WORDS({string.Join(", ", words)})"),
        Gen.Select(Word, Word).Select((first, second) => $"{first} NEAR(3) {second}"),
        Gen.Select(Word, Word).Select((first, second) => $"{first} ONEAR(4) {second[..2]}*"));

    private static readonly Gen<string> Query = Gen.Frequency(
        (3, Leaf.Array[1, 5].Select(parts => string.Join(' ', parts))),
        (2, Leaf.Array[2, 4].Select(parts => string.Join(" OR ", parts.Select(part => $"({part})")))),
        (1, Gen.Select(Leaf.Array[2, 3], Leaf).Select((parts, excluded) => $"({string.Join(" OR ", parts.Select(part => $"({part})"))}) AND ({parts[0]}) NOT ({excluded})")),
        (1, Gen.Select(Leaf, Leaf, Gen.Int[-20, 20]).Select((match, rank, points) => $"({match}) XRANK(cb={points}) ({rank})")));

    [Fact]
    public void What_the_caller_does_not_see_changes_neither_hits_nor_order_nor_any_digit_of_a_score()
    {
        int asked = 0;
        int found = 0;
        int wouldDiffer = 0;
        Gen.Select(Item.Array[0, 40].Array[1, 2], Query.Array[60], Gen.Bool).Sample(
            (connections, queries, isDelayed) =>
            {
                (RankedItem Item, bool IsDeleted)[][] items =
                [
                    .. connections.Select(all => all.Index().Select(one => (one.Item.Item with { Id = $"i{one.Index:00}", IsHidden = isDelayed && one.Item.Item.IsHidden }, one.Item.IsDeleted)).ToArray()),
                ];
                using RankedIndex full = IndexOf(items, isDelayed);
                using RankedIndex bare = IndexOf([.. items.Select(all => all.Where(IsSeen).ToArray())], isDelayed);
                foreach (string query in queries)
                {
                    string expected = Answer(bare, query);
                    asked++;
                    found += expected.Length > 2 ? 1 : 0;
                    Assert.True(expected == Answer(full, query), $"{query}: {expected} but {Answer(full, query)}");
                    full.Ranking.Statistics = StatisticsScope.All;
                    wouldDiffer += Answer(full, query) == expected ? 0 : 1;
                    full.Ranking.Statistics = StatisticsScope.Visible;
                }
            },
            iter: 120,
            threads: 1);
        Assert.True(found > asked / 3, $"Only {found} of {asked} found anything.");
        Assert.True(wouldDiffer > asked / 4, $"Only {wouldDiffer} of {asked} tell whether this works.");
    }

    [Fact]
    public void Nobody_can_tell_by_the_order_whether_a_word_stands_in_what_he_does_not_see()
    {
        RankedItem[] mine = [new("a", null, "alpha rest"), new("b", null, "bravo rest"), .. Enumerable.Range(0, 8).Select(number => new RankedItem($"z{number}", null, "rest"))];
        RankedItem[] secret = [.. Enumerable.Range(0, 6).Select(number => new RankedItem($"s{number}", null, "secret rest") { Acl = ForOther })];
        using RankedIndex without = RankedIndex.Of(mine);
        using RankedIndex with = RankedIndex.Of([.. mine, .. secret]);

        // One's own two items and points that lie between the scores: the method of docs/ranking.md.
        string OrderOf(RankedIndex index, StatisticsScope scope)
        {
            index.Ranking = new RankingOptions { Statistics = scope };
            return string.Join(' ', Enumerable.Range(0, 40).Select(step => index.Found(FormattableString.Invariant($"WORDS(alpha, secret) OR (bravo XRANK(cb={(step - 20) * 0.05}) bravo)"))));
        }

        Assert.NotEqual(OrderOf(without, StatisticsScope.All), OrderOf(with, StatisticsScope.All));
        Assert.Equal(OrderOf(without, StatisticsScope.Visible), OrderOf(with, StatisticsScope.Visible));
    }

    [Theory]
    [InlineData(SideBySide.CommonFrom, 1.1)]
    [InlineData(SideBySide.CommonFrom + 1, 1)]
    public void Whether_a_pair_of_words_is_too_common_for_a_lift_is_counted_in_what_the_caller_sees(int visible, double lift)
    {
        using RankedIndex index = new RankedIndex { Ranking = new RankingOptions { Statistics = StatisticsScope.Visible } }.With(
            RankedIndex.SchemaOf(),
            40_000,
            [
                new RankedItem("a", null, "of the"),
                .. Enumerable.Range(1, visible - 1).Select(number => new RankedItem($"z{number}", null, "the of")),
                .. Enumerable.Range(0, 5000).Select(number => new RankedItem($"s{number}", null, "the of") { Acl = ForOther }),
            ]);

        Dictionary<string, float> scores = index.Ask("of the", query => query with { Size = visible }).Hits.ToDictionary(hit => hit.ItemId, hit => hit.Score);

        Assert.Equal(lift, scores["a"] / scores["z1"], 1e-3);
    }

    [Fact]
    public void Words_that_only_hidden_items_have_are_no_words_of_a_beginning()
    {
        // More than the 1,024 words that a beginning within a proximity stands for, all before the one that is there.
        RankedItem[] secret = [.. Enumerable.Range(0, 1100).Select(number => new RankedItem($"s{number}", null, $"start a{number:0000}") { Acl = ForOther })];
        using RankedIndex index = new RankedIndex { Ranking = new RankingOptions { Statistics = StatisticsScope.Visible } }.With(RankedIndex.SchemaOf(), 500, [.. secret, new RankedItem("mine", null, "start azure")]);

        Assert.Equal("mine", index.Found("start ONEAR(1) a*"));
        Assert.Equal("mine", index.Found("a*", query => query with { MaxTerms = 1 }));
        index.Ranking = new RankingOptions();
        Assert.Equal("mine", index.Found("start ONEAR(1) a*"));
    }

    [Fact]
    public void An_explanation_is_by_all_items_as_it_names_no_caller()
    {
        RankedItem[] items = [new("a", null, "alpha"), new("b", null, "rest"), new("c", null, "alpha") { Acl = ForOther }, new("d", null, "alpha") { Acl = ForOther }];
        using RankedIndex index = RankedIndex.Of(items);
        float all = index.ScoreOf("a", "alpha");

        index.Ranking = new RankingOptions { Statistics = StatisticsScope.Visible };

        Assert.NotEqual(all, index.ScoreOf("a", "alpha"));
        Assert.Equal(all, index.ExplainOrNull("a", "alpha")!.Score);
    }

    private static bool IsSeen((RankedItem Item, bool IsDeleted) item) => !item.IsDeleted && !item.Item.IsHidden && (item.Item.Acl == RankedIndex.ForEveryone || item.Item.Acl == ForMe);

    private static RankedIndex IndexOf((RankedItem Item, bool IsDeleted)[][] connections, bool isDelayed)
    {
        var index = new RankedIndex { IsDelayed = isDelayed, Ranking = new RankingOptions { Statistics = StatisticsScope.Visible } };
        foreach ((int target, (RankedItem Item, bool IsDeleted)[] items) in connections.Index())
        {
            index.With(RankedIndex.SchemaOf(title: target == 0 ? "title" : "name", hint: target == 0 ? ImportanceScore.High : null), [.. items.Select(item => item.Item)])
                .Without(target, items.Where(item => item.IsDeleted).Select(item => item.Item.Id));
        }

        return index;
    }

    private static string Answer(RankedIndex index, string query)
    {
        IndexAnswer answer = index.Ask(query);
        return $"{answer.Total}: {string.Join(' ', answer.Hits.Select(hit => $"{hit.Target}/{hit.ItemId}={BitConverter.SingleToInt32Bits(hit.Score):x}"))}";
    }
}
