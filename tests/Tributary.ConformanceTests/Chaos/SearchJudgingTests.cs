using Tributary.Chaos.Worlds;
using static Tributary.ConformanceTests.Chaos.MadeRun;

namespace Tributary.ConformanceTests.Chaos;

/// <summary>What the judge of <c>Tributary.Chaos</c> makes of answers to searches.</summary>
public sealed class SearchJudgingTests
{
    private const string A = "lane00x01";
    private const string B = "lane00x02";
    private const string C = "lane07x01";

    [Fact]
    public void A_search_shows_what_is_there() => new MadeRun().Put(A, "s0n1", 0, 1).Search(Ada, "*", 2, 3, $"{A}=s0n1").IsRight();

    [Fact]
    public void It_must_show_what_was_there_all_the_time() => new MadeRun().Put(A, "s0n1", 0, 1).Search(Ada, "*", 2, 3).IsWrong($"It does not show '{A}'");

    [Theory]
    [InlineData(A)]
    [InlineData("lane00")]
    [InlineData("s0n1")]
    [InlineData("colour:blue")]
    public void By_whatever_it_asks_for(string query)
    {
        new MadeRun().Put(A, "s0n1", 0, 1).Search(Ada, query, 2, 3, $"{A}=s0n1").IsRight();
        new MadeRun().Put(A, "s0n1", 0, 1).Search(Ada, query, 2, 3).IsWrong($"It does not show '{A}'");
    }

    [Theory]
    [InlineData(B)]
    [InlineData("lane01")]
    [InlineData("s0n2")]
    [InlineData("colour:amber")]
    public void It_shows_nothing_that_does_not_match(string query) =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(B, "s0n2", 0, 1, colour: "coral").Search(Cyd, query, 2, 3, [.. new[] { $"{B}=s0n2" }.Where(_ => query is B or "s0n2"), $"{A}=s0n1"])
            .IsWrong($"It shows '{A}', which ");

    [Fact]
    public void While_it_is_written_it_may_be_shown_or_not()
    {
        new MadeRun().Put(A, "s0n1", 0, 4).Search(Ada, "*", 2, 3).IsRight();
        new MadeRun().Put(A, "s0n1", 0, 4).Search(Ada, "*", 2, 3, $"{A}=s0n1").IsRight();
    }

    [Fact]
    public void An_older_text_is_wrong() => new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3).Search(Ada, "*", 4, 5, $"{A}=s0n1").IsWrong($"It shows '{A}' as s0n1, and it was s0n2");

    [Fact]
    public void What_was_found_as_one_text_may_be_shown_as_the_next() =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 5).Search(Ada, "s0n1", 3, 4, $"{A}=s0n2").IsRight();

    [Fact]
    public void But_not_when_it_was_the_next_from_the_beginning() =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3).Search(Ada, "s0n1", 4, 5, $"{A}=s0n2").IsWrong("which did not match");

    [Fact]
    public void A_summary_that_quotes_an_older_text_is_wrong() =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3).Search(Ada, "*", 4, 5, $"{A}=s0n2/s0n1").IsWrong("It quotes s0n1");

    [Fact]
    public void What_was_deleted_is_not_shown() => new MadeRun().Put(A, "s0n1", 0, 1).Delete(A, 2, 3).Search(Ada, "*", 4, 5, $"{A}=s0n1").IsWrong($"It shows '{A}'");

    [Fact]
    public void What_was_shown_once_is_not_older_later() => new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3, status: 503)
        .Search(Ada, "*", 4, 5, $"{A}=s0n2").Search(Ada, "*", 6, 7, $"{A}=s0n1").IsWrong("as it was shown");

    [Fact]
    public void What_was_hidden_once_is_not_shown_later_as_it_was_before() => new MadeRun().Put(A, "s0n1", 0, 1).Delete(A, 2, 9)
        .Search(Ada, "*", 3, 4).Search(Ada, "*", 5, 6, $"{A}=s0n1").IsWrong("as it was shown");

    [Fact]
    public void A_page_need_not_show_what_is_on_others() =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(B, "s0n2", 0, 1).Search(Ada, "*", 2, 3, new MadeAnswer { Hits = [$"{A}=s0n1"], Size = 1, Total = 2 }).IsRight();

    [Fact]
    public void A_page_that_has_room_has_all_that_it_counts() => new MadeRun().Put(A, "s0n1", 0, 1).Put(B, "s0n2", 0, 1).Delete(B, 2, 5)
        .Search(Ada, "*", 3, 4, new MadeAnswer { Hits = [$"{A}=s0n1"], Size = 10, Total = 2 }).IsWrong("room for more");

    [Fact]
    public void A_page_that_was_full_may_have_lost_a_hit() => new MadeRun().Put(A, "s0n1", 0, 1).Put(B, "s0n2", 0, 1).Put(C, "s0n3", 0, 1).Delete(B, 2, 5)
        .Search(Ada, "*", 3, 4, new MadeAnswer { Hits = [$"{A}=s0n1"], Size = 2, Total = 2 }).IsRight();

    [Fact]
    public void A_total_is_of_what_the_caller_sees() => new MadeRun().Put(A, "s0n1", 0, 1).Put(B, "s0n2", 0, 1, "+user:ben")
        .Search(Ada, "*", 2, 3, new MadeAnswer { Hits = [], From = 10, Total = 2, HasMore = false }).IsWrong("It counts 2 matches, and there were from 1 to 1");

    [Fact]
    public void A_total_leaves_nothing_out() => new MadeRun().Put(A, "s0n1", 0, 1).Put(B, "s0n2", 0, 1)
        .Search(Ada, "*", 2, 3, new MadeAnswer { Hits = [], From = 10, Total = 1, HasMore = false }).IsWrong("It counts 1 matches, and there were from 2 to 2");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_total_may_have_what_is_written_meanwhile_or_not(int total) => new MadeRun().Put(A, "s0n1", 0, 1).Put(B, "s0n2", 0, 9)
        .Search(Ada, "*", 2, 3, new MadeAnswer { Hits = [], From = 10, Total = total, HasMore = false }).IsRight();

    [Fact]
    public void Counts_of_values_are_of_what_the_caller_sees()
    {
        MadeRun Run(params string[] colours) => new MadeRun().Put(A, "s0n1", 0, 1, colour: "blue").Put(B, "s0n2", 0, 1, "+user:ben", colour: "coral")
            .Search(Ada, "*", 2, 3, new MadeAnswer { Hits = [$"{A}=s0n1"], Colours = colours });
        Run("blue=1").IsRight();
        Run("blue=1", "coral=0").IsRight();
        Run("blue=1", "coral=1").IsWrong("It counts 1 coral");
        Run("blue=2").IsWrong("It counts 2 blue");
        Run().IsWrong("It counts 0 blue");
    }

    [Fact]
    public void Nothing_is_shown_twice() => new MadeRun().Put(A, "s0n1", 0, 1).Search(Ada, "*", 2, 3, $"{A}=s0n1", $"{A}=s0n1").IsWrong("twice");

    [Fact]
    public void A_page_has_no_more_hits_than_were_asked_for() =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(B, "s0n2", 0, 1).Search(Ada, "*", 2, 3, new MadeAnswer { Hits = [$"{A}=s0n1", $"{B}=s0n2"], Size = 1 }).IsWrong("It has 2 hits");

    [Theory]
    [InlineData(1, 2, false)]
    [InlineData(1, 1, true)]
    public void Whether_there_is_more_follows_from_the_total(int size, int total, bool hasMore)
    {
        MadeRun run = new MadeRun().Put(A, "s0n1", 0, 1).Put(B, "s0n2", 0, total == 2 ? 1 : 9);
        run.Search(Ada, "*", 2, 3, new MadeAnswer { Hits = [$"{A}=s0n1"], Size = size, Total = total, HasMore = hasMore }).IsWrong("It says that there are");
    }

    [Fact]
    public void An_item_that_nobody_wrote_is_wrong() =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(C, "s0n2", 8, 9).Search(Ada, "lane00", 2, 3, $"{A}=s0n1", $"{C}=s0n2").IsWrong("which never matched");

    [Theory]
    [InlineData(503)]
    [InlineData(null)]
    public void No_answer_is_no_wrong_answer(int? status) => new MadeRun().Put(A, "s0n1", 0, 1)
        .Send("POST", World.SearchPath, Bodies.Search("*", 0, 10, counts: false, isSorted: false), 2, 3, status, null, caller: "ada@chaos.test").IsRight();

    [Theory]
    [InlineData(500, "no outage explains")]
    [InlineData(403, "none of these requests has")]
    public void Another_refusal_is_wrong(int status, string words) => new MadeRun()
        .Send("POST", World.SearchPath, Bodies.Search("*", 0, 10, counts: false, isSorted: false), 2, 3, status, null, caller: "ada@chaos.test").IsWrong(words);
}
