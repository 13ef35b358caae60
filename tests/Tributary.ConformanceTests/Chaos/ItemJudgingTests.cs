using Tributary.Chaos.Judging;
using Tributary.Chaos.Recording;
using Tributary.Chaos.Worlds;

namespace Tributary.ConformanceTests.Chaos;

/// <summary>What the judge of <c>Tributary.Chaos</c> makes of what was written and read.</summary>
public sealed class ItemJudgingTests
{
    private const string A = "lane00x01";

    [Fact]
    public void What_was_acknowledged_last_is_what_is_read() => new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3).Get(A, "s0n2", 4, 5).IsRight();

    [Fact]
    public void An_acknowledged_write_that_is_gone_is_wrong() => new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3).Get(A, "s0n1", 4, 5).IsWrong("it was s0n2");

    [Fact]
    public void An_acknowledged_item_that_is_gone_is_wrong() => new MadeRun().Put(A, "s0n1", 0, 1).Get(A, null, 2, 3).IsWrong("it was s0n1");

    [Fact]
    public void A_write_is_not_in_effect_before_it_was_sent() =>
        new MadeRun().Put(A, "s0n2", 4, 5).Put(A, "s0n1", 0, 1).Get(A, "s0n2", 2, 3).IsWrong("it was s0n1");

    [Theory]
    [InlineData("s0n1")]
    [InlineData("s1n2")]
    public void Writes_at_the_same_time_may_take_effect_in_either_order(string read) => new MadeRun().Put(A, "s0n1", 0, 5).Put(A, "s1n2", 1, 4).Get(A, read, 6, 7).IsRight();

    [Fact]
    public void The_order_that_was_once_seen_stays() =>
        new MadeRun().Put(A, "s0n1", 0, 5).Put(A, "s1n2", 1, 4).Get(A, "s0n1", 6, 7).Get(A, "s1n2", 8, 9).IsWrong("it was s0n1");

    [Fact]
    public void What_was_there_before_two_writes_is_neither_of_them() =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 6).Put(A, "s1n3", 3, 5).Get(A, "s0n1", 7, 8).IsWrong("cannot be");

    [Fact]
    public void An_instant_that_two_requests_share_orders_them_either_way() => new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3).Get(A, "s0n1", 3, 4).IsRight();

    [Theory]
    [InlineData("s0n1")]
    [InlineData("s0n2")]
    public void A_write_without_an_answer_may_have_been_done_or_not(string read) =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3, status: null).Get(A, read, 4, 5).IsRight();

    [Theory]
    [InlineData(503)]
    [InlineData(null)]
    public void It_may_be_done_later_than_one_that_was_sent_after_it(int? status) =>
        new MadeRun().Put(A, "s0n1", 0, 1, status: status).Put(A, "s0n2", 2, 3).Get(A, "s0n2", 4, 5).Get(A, "s0n1", 6, 7).IsRight();

    [Fact]
    public void It_may_not_be_done_after_the_time_that_is_allowed_for_it() =>
        new MadeRun().Put(A, "s0n1", 0, 1, status: 503).Put(A, "s0n2", 2, 3).Get(A, "s0n2", 1 + MadeRun.Late + 1, 1 + MadeRun.Late + 2).Get(A, "s0n1", 1 + MadeRun.Late + 3, 1 + MadeRun.Late + 4)
            .IsWrong("it was s0n2");

    [Fact]
    public void It_may_be_done_until_the_time_that_is_allowed_for_it() =>
        new MadeRun().Put(A, "s0n1", 0, 1, status: 503).Put(A, "s0n2", 2, 3).Get(A, "s0n2", 4, 5).Get(A, "s0n1", 1 + MadeRun.Late + 1, 1 + MadeRun.Late + 2).IsRight();

    [Fact]
    public void Once_it_was_seen_it_is_not_undone() =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3, status: 503).Get(A, "s0n2", 4, 5).Get(A, "s0n1", 6, 7).IsWrong("it was s0n2");

    [Fact]
    public void What_was_never_sent_is_never_done() =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3, status: null, failure: Failure.Unsent).Get(A, "s0n2", 4, 5).IsWrong("nobody sent that", times: 2);

    [Fact]
    public void What_was_thrown_back_for_too_many_requests_is_never_done() =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3, status: 429).Get(A, "s0n2", 4, 5).IsWrong("nobody sent that", times: 2);

    [Fact]
    public void What_was_deleted_stays_deleted() => new MadeRun().Put(A, "s0n1", 0, 1).Delete(A, 2, 3).Get(A, "s0n1", 4, 5).IsWrong("it was not there");

    [Fact]
    public void What_is_not_there_cannot_be_deleted() => new MadeRun().Put(A, "s0n1", 0, 1).Delete(A, 2, 3).Delete(A, 4, 5).IsWrong("it was not there");

    [Fact]
    public void What_is_there_is_not_refused_to_be_deleted() => new MadeRun().Put(A, "s0n1", 0, 1).Delete(A, 2, 3, status: 404).IsWrong("it was s0n1");

    [Fact]
    public void A_deletion_that_is_tried_again_may_find_that_it_was_done() => new MadeRun().Put(A, "s0n1", 0, 1).Delete(A, 2, 3, status: null).Delete(A, 4, 5, status: 404).IsRight();

    [Fact]
    public void Another_access_list_leaves_the_text_as_it_was() =>
        new MadeRun().Put(A, "s0n1", 0, 1).PatchAcl(A, "s0n1", 2, 3, "+user:ada").Get(A, "s0n1", 4, 5, "+user:ada").IsRight();

    [Fact]
    public void Another_access_list_must_stay() =>
        new MadeRun().Put(A, "s0n1", 0, 1).PatchAcl(A, "s0n1", 2, 3, "+user:ada").Get(A, "s0n1", 4, 5).IsWrong("it was s0n1 [+user:");

    [Fact]
    public void The_answer_to_a_change_shows_what_it_was_made_to() =>
        new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3).PatchAcl(A, "s0n1", 4, 5, "+user:ada").IsWrong("cannot be: it was s0n2");

    [Fact]
    public void The_entries_of_an_access_list_have_no_order() =>
        new MadeRun().Put(A, "s0n1", 0, 1, "+user:ada -user:ben").Get(A, "s0n1", 2, 3, "-user:ben +user:ada").IsRight();

    [Fact]
    public void What_is_shown_is_what_was_sent_letter_by_letter() => new MadeRun().Put(A, "s0n1", 0, 1)
        .Send("GET", World.ItemsPath + A, null, 2, 3, 200, Bodies.Put(A, "s0n1", 1, "blue", [new AclEntry("everyone", "everyone", true)]).Replace("and nothing else", "and something else", StringComparison.Ordinal))
        .IsWrong("something else");

    [Theory]
    [InlineData(500)]
    [InlineData(507)]
    public void An_error_that_no_outage_explains_is_wrong(int status) => new MadeRun().Put(A, "s0n1", 0, 1, status: status).IsWrong("no outage explains");

    [Fact]
    public void An_answer_that_asks_for_patience_says_how_much() =>
        new MadeRun().Send("GET", World.ItemsPath + A, null, 0, 1, 503, null, hasRetryAfter: false).IsWrong("does not say when to ask again");

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(201)]
    public void An_answer_that_the_request_does_not_have_is_wrong(int status) => new MadeRun().Put(A, "s0n1", 0, 1, status: status).IsWrong("none of these requests has");

    [Fact]
    public void An_answer_that_shows_another_item_than_was_put_is_wrong() => new MadeRun().Put(A, "s0n1", 0, 1)
        .Send("PUT", World.ItemsPath + A, Bodies.Put(A, "s0n2", 1, "blue", [new AclEntry("everyone", "everyone", true)]), 2, 3, 200, Bodies.Put(A, "s0n1", 1, "blue", [new AclEntry("everyone", "everyone", true)]))
        .IsWrong("another item than the one that was put");

    [Fact]
    public void One_impossible_answer_is_told_once() => new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3).Get(A, "s0n1", 4, 5).Get(A, "s0n1", 6, 7).IsWrong("it was s0n2");

    [Fact]
    public void What_was_counted_is_told()
    {
        Verdict verdict = new MadeRun().Put(A, "s0n1", 0, 1).Put(A, "s0n2", 2, 3, status: 503).Delete(A, 4, 5).Get(A, null, 6, 7).Judge();
        Assert.Equal((4, 2, 1, 1), (verdict.Requests, verdict.Acknowledged, verdict.Unknown, verdict.Unavailable));
    }
}
