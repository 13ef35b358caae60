using Tributary.Indexing.Ranking;
using Tributary.Items;
using Tributary.Search;

namespace Tributary.Tests.Indexing.Ranking;

public class LiftTests
{
    private static readonly RankingOptions None = new() { ExactTitleLift = 0, TitlePhraseLift = 0, TextPhraseLift = 0, FreshnessLift = 0, ActivityLift = 0 };

    /// <summary>By what an item's score is multiplied.</summary>
    private static double LiftOf(RankedIndex index, string id, string query, Func<IndexQuery, IndexQuery>? change = null)
    {
        RankingOptions ranking = index.Ranking;
        float lifted = index.ScoreOf(id, query, change: change);
        index.Ranking = None;
        float plain = index.ScoreOf(id, query, change: change);
        index.Ranking = ranking;
        return lifted / plain;
    }

    [Fact]
    public void A_title_that_is_the_query_outranks_one_that_has_its_words_and_more()
    {
        using RankedIndex index = RankedIndex.Of(
            new RankedItem("more", "vacation policy of the vacation policy committee", "vacation policy vacation policy vacation policy"),
            new RankedItem("exact", "Vacation Policy", "a text"),
            new RankedItem("other", "some", "text"));

        Assert.Equal("exact more", index.Found("vacation policy"));
    }

    [Theory]
    [InlineData("vacation policy", true)]
    [InlineData("VACATION, Pólicy!", true)]
    [InlineData("\"vacation policy\"", true)]
    [InlineData("vacation policy kind:HR", true)]
    [InlineData("vacation policy -secret", true)]
    [InlineData("(vacation policy) OR nothing", true)]
    [InlineData("policy vacation", false)]
    [InlineData("vacation", false)]
    [InlineData("vacation polic*", false)]
    [InlineData("vacation policy (HR OR text)", false)]
    [InlineData("title:vacation title:policy", false)]
    public void Only_a_title_that_is_all_of_the_free_text_is_the_query(string query, bool isExact)
    {
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "Vacation-policy", "HR text") { Kind = "HR" }, new RankedItem("b", "some", "text"));
        index.Ranking = new RankingOptions { TitlePhraseLift = 0, TextPhraseLift = 0, FreshnessLift = 0 };

        Assert.Equal(isExact ? 2 : 1, LiftOf(index, "a", query), 1e-3);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void A_title_of_more_than_32_words_is_never_the_query(int words, bool isExact)
    {
        string title = string.Join(' ', Enumerable.Range(0, words).Select(number => $"w{number}"));
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", title), new RankedItem("b", "some"));
        index.Ranking = new RankingOptions { TitlePhraseLift = 0, TextPhraseLift = 0, FreshnessLift = 0 };

        Assert.Equal(isExact ? 2 : 1, LiftOf(index, "a", title), 1e-3);
    }

    [Fact]
    public void A_property_without_the_label_is_no_title()
    {
        using RankedIndex index = new RankedIndex().With(RankedIndex.SchemaOf(isTitle: false), new RankedItem("a", "vacation"), new RankedItem("b", "some"));

        Assert.Equal(1, LiftOf(index, "a", "vacation"), 1e-3);
    }

    [Fact]
    public void Words_that_stand_side_by_side_outrank_the_same_words_apart()
    {
        using RankedIndex index = RankedIndex.Of(
            new RankedItem("turned", "some", "policy vacation and more"), new RankedItem("apart", "some", "vacation and policy more"), new RankedItem("together", "some", "and vacation policy more"));

        Assert.Equal("together apart turned", index.Found("vacation policy"));
        Assert.Equal(1.1, LiftOf(index, "together", "vacation policy"), 1e-3);
        Assert.Equal(1, LiftOf(index, "apart", "vacation policy"), 1e-3);
        Assert.Equal(1, LiftOf(index, "turned", "vacation policy"), 1e-3);
    }

    [Fact]
    public void Words_side_by_side_in_the_title_are_so_in_the_item_too()
    {
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "the vacation policy", "text"), new RankedItem("b", "some", "text"));

        Assert.Equal(1.6, LiftOf(index, "a", "vacation policy"), 1e-3);
    }

    [Fact]
    public void Each_pair_counts_by_what_its_commoner_word_says()
    {
        using RankedIndex index = RankedIndex.Of(
            [new RankedItem("front", "some", "corporate vpn x access"), new RankedItem("back", "some", "corporate x vpn access"), .. Enumerable.Range(0, 20).Select(number => new RankedItem($"z{number}", "some", "access"))]);

        double front = LiftOf(index, "front", "corporate vpn access");
        double back = LiftOf(index, "back", "corporate vpn access");
        Assert.Equal(1.1, front + back - 1, 1e-3);
        Assert.True(front > back);
    }

    [Fact]
    public void A_single_word_is_no_phrase()
    {
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "some vacation", "vacation vacation"), new RankedItem("b", "some"));

        Assert.Equal(1, LiftOf(index, "a", "vacation"), 1e-3);
        Assert.Equal(1, LiftOf(index, "a", "vacation vaca*"), 1e-3);
    }

    [Theory]
    [InlineData(256, 1.1)]
    [InlineData(257, 1)]
    public void Words_are_looked_for_side_by_side_in_their_first_256_places(int place, double lift)
    {
        string before = string.Concat(Enumerable.Repeat("vacation x ", place - 1));
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "some", $"{before}vacation policy"), new RankedItem("b", "some"));

        Assert.Equal(lift, LiftOf(index, "a", "vacation policy"), 1e-3);
    }

    [Fact]
    public void Neighbours_are_looked_at_up_to_the_16th_word()
    {
        string[] words = [.. Enumerable.Range(0, 18).Select(number => $"w{number}")];
        string apart = string.Join(" x ", words[..16]) + " " + string.Join(' ', words[16..]);
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "some", apart), new RankedItem("b", "some"));

        Assert.Equal(1 + (0.1 / 15), LiftOf(index, "a", string.Join(' ', [.. words[..14], "w16", "w17", "w14"])), 1e-3);
        Assert.Equal(1, LiftOf(index, "a", string.Join(' ', [.. words[..15], "w16", "w17"])), 1e-3);
    }

    [Theory]
    [InlineData(0, 1.1)]
    [InlineData(-1, 1.1)]
    [InlineData(180, 1.05)]
    [InlineData(360, 1.025)]
    [InlineData(1799, 1.0001)]
    [InlineData(1800, 1)]
    [InlineData(40_000, 1)]
    public void What_was_modified_lately_is_lifted_less_with_each_day(int days, double lift)
    {
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "some", "vacation") { Modified = RankedIndex.Now.AddDays(-days) }, new RankedItem("b", "some"));

        Assert.Equal(lift, LiftOf(index, "a", "vacation"), 1e-4);
    }

    [Fact]
    public void What_does_not_say_when_it_was_modified_is_not_lifted_for_freshness()
    {
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "some", "vacation"), new RankedItem("b", "some"));

        Assert.Equal(1, LiftOf(index, "a", "vacation"), 1e-6);
    }

    [Fact]
    public void Freshness_goes_by_the_day_so_that_the_pages_of_a_day_are_of_one_order()
    {
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "some", "vacation") { Modified = RankedIndex.Now.AddDays(-3) }, new RankedItem("b", "some"));
        var midnight = new DateTimeOffset(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);

        float first = index.ScoreOf("a", "vacation", change: query => query with { Time = query.Time with { Now = midnight } });

        Assert.Equal(first, index.ScoreOf("a", "vacation", change: query => query with { Time = query.Time with { Now = midnight.AddDays(1).AddTicks(-1) } }));
        Assert.True(first > index.ScoreOf("a", "vacation", change: query => query with { Time = query.Time with { Now = midnight.AddDays(1) } }));
    }

    [Fact]
    public void Freshness_does_not_make_up_for_the_title()
    {
        using RankedIndex index = RankedIndex.Of(
            new RankedItem("old", "vacation plans", "a b c") { Modified = RankedIndex.Now.AddYears(-9) },
            new RankedItem("new", "some plans", "vacation b c") { Modified = RankedIndex.Now },
            new RankedItem("other", "some", "text"));

        Assert.Equal("old new", index.Found("vacation"));
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0, 1.01)]
    [InlineData(2, 0, 1.01)]
    [InlineData(3, 0, 1.02)]
    [InlineData(1022, 0, 1.09)]
    [InlineData(1023, 0, 1.1)]
    [InlineData(1_000_000, 0, 1.1)]
    [InlineData(1023, -1, 1.1)]
    [InlineData(1023, 30, 1.05)]
    [InlineData(1023, 60, 1.025)]
    [InlineData(1023, 299, 1.0001)]
    [InlineData(1023, 300, 1)]
    public void What_people_do_much_with_is_lifted_less_the_longer_ago_it_was(int count, int days, double lift)
    {
        using RankedIndex index = RankedIndex.Of(
            new RankedItem("a", "some", "vacation") { Activity = new ActivityStanding(count, RankedIndex.Now.AddDays(-days).UtcTicks) }, new RankedItem("b", "some", "vacation"));

        Assert.Equal(lift, LiftOf(index, "a", "vacation"), 1e-4);
        Assert.Equal(1, LiftOf(index, "b", "vacation"), 1e-6);
    }

    [Fact]
    public void A_star_alone_has_the_newest_first_whatever_would_lift_an_item()
    {
        using RankedIndex index = RankedIndex.Of(
            new RankedItem("b", "*") { Kind = "HR HR HR", Activity = new ActivityStanding(500, RankedIndex.Now.UtcTicks) },
            new RankedItem("new", "some") { Modified = RankedIndex.Now.AddDays(-5000), Kind = "HR" },
            new RankedItem("newest", "other") { Modified = RankedIndex.Now.AddDays(-5000).AddSeconds(1), Kind = "HR and more words" },
            new RankedItem("a", "more") { Kind = "HR" });

        Assert.Equal("newest new a b", index.Found("*"));
        Assert.Equal("newest new a b", index.Found("(*) kind:HR"));
        Assert.Equal("newest new a b", index.Found("NOT nothing"));
    }

    [Fact]
    public void Equal_scores_have_the_newer_first_and_then_the_lesser_id()
    {
        using RankedIndex index = new RankedIndex { Ranking = None }.With(
            RankedIndex.SchemaOf(),
            new RankedItem("b", "vacation"),
            new RankedItem("a", "vacation"),
            new RankedItem("d", "vacation") { Modified = RankedIndex.Now.AddSeconds(-1) },
            new RankedItem("c", "vacation") { Modified = RankedIndex.Now });

        Assert.Equal("c d a b", index.Found("vacation"));
        Assert.Equal("d a", index.Found("vacation", query => query with { From = 1, Size = 2 }));
    }

    [Fact]
    public void The_same_item_in_two_connections_has_the_same_score_whatever_its_properties_are_called()
    {
        RankedItem[] items = [new("a", "vacation policy", "text of a") { Body = "vacation", Modified = RankedIndex.Now.AddDays(-40) }, new("z", "some", "more") { Body = "other" }];
        using RankedIndex index = new RankedIndex()
            .With(RankedIndex.SchemaOf(), items)
            .With(RankedIndex.SchemaOf("headline", "notes"), items)
            .With(RankedIndex.SchemaOf(), [.. items, .. Enumerable.Range(0, 9).Select(number => new RankedItem($"x{number}", "vacation", "vacation vacation"))]);

        foreach (string query in new[] { "vacation", "vacation policy", "\"vacation policy\"", "vacation OR policy" })
        {
            float[] scores = [.. Enumerable.Range(0, 3).Select(target => index.ScoreOf("a", query, target))];
            Assert.Equal([scores[0], scores[0], scores[0]], scores);
        }

        Assert.StartsWith("0/a 1/a 2/a", index.Found("vacation policy"), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_mean_what_they_mean_in_each_connection()
    {
        using RankedIndex index = new RankedIndex()
            .With(RankedIndex.SchemaOf("title", "body"), new RankedItem("a", "vacation", "text") { Body = "some" })
            .With(RankedIndex.SchemaOf("body", "title"), new RankedItem("a", "some", "text") { Body = "vacation" });

        Assert.Equal("0/a 1/a", index.Found("vacation"));
    }

    [Fact]
    public void A_score_does_not_depend_on_who_asks()
    {
        var caller = new Tributary.Acls.AccessPrincipals("0b1d2e3f-0000-4000-8000-00000000000b", [], [], isGuest: false);
        var nobody = new Tributary.Acls.Acl([new Tributary.Acls.AclEntry(Tributary.Acls.AclType.User, "0b1d2e3f-0000-4000-8000-00000000000c", Tributary.Acls.AccessType.Grant)]);
        using RankedIndex index = RankedIndex.Of(new RankedItem("a", "vacation"), new RankedItem("b", "vacation") { Acl = nobody }, new RankedItem("c", "some"));

        Assert.Equal("a", index.Found("vacation", caller: caller));
        Assert.Equal(index.ScoreOf("a", "vacation"), index.Ask("vacation", caller: caller).Hits.Single().Score);
    }

    [Theory]
    [InlineData(SideBySide.CommonFrom, 1.1)]
    [InlineData(SideBySide.CommonFrom + 1, 1)]
    public void Pairs_of_words_that_are_both_common_are_no_lift(int items, double lift)
    {
        using RankedIndex index = new RankedIndex().With(
            RankedIndex.SchemaOf(), 30_000, [new RankedItem("a", null, "of the"), .. Enumerable.Range(1, items - 1).Select(number => new RankedItem($"z{number}", null, "the of"))]);

        Assert.Equal(lift, LiftOf(index, "a", "of the", query => query with { Size = items }), 1e-3);
    }
}
