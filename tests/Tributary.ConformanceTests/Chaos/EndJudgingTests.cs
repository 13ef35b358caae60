using static Tributary.ConformanceTests.Chaos.MadeRun;

namespace Tributary.ConformanceTests.Chaos;

/// <summary>What the judge of <c>Tributary.Chaos</c> wants to find at the end of a run.</summary>
public sealed class EndJudgingTests
{
    private const string A = "lane00x01";
    private const string B = "lane00x02";

    private static readonly (string Item, string? Stamp)[] Items = [(A, "s0n1"), (B, "s0n2")];
    private static readonly string[] Both = [$"{A}=s0n1", $"{B}=s0n2"];

    [Fact]
    public void Everything_was_read_again_and_is_as_it_must_be() => Two().End(10, Items, (Ada, Both), (Ben, Both), (Cyd, Both), (Gus, Both)).IsRight(isWhole: true);

    [Fact]
    public void An_item_that_was_not_read_again_is_told() => Two().End(10, Items[..1], (Ada, Both), (Ben, Both), (Cyd, Both), (Gus, Both)).IsWrong("1 were not read at the end", isWhole: true);

    [Fact]
    public void A_group_that_was_not_read_again_is_told() => Two().CreateGroup("east", 4, 5)
        .End(10, Items, (Ada, Both), (Ben, Both), (Cyd, Both), (Gus, Both)).IsWrong("groups/east/members among them", isWhole: true);

    [Fact]
    public void A_user_for_whom_nobody_asked_is_told() => Two().End(10, Items, (Ada, Both), (Ben, Both), (Cyd, Both)).IsWrong("gus@chaos.test sees on node 0: it was not asked for", isWhole: true);

    [Fact]
    public void A_run_that_was_cut_off_owes_none_of_it() => Two().IsRight(isWhole: false);

    [Fact]
    public void Pages_are_the_whole() => OthersThan(Ada)
        .Search(Ada, "*", 20, 21, Page(0, Both[0])).Search(Ada, "*", 22, 23, Page(1, Both[1])).IsRight(isWhole: true);

    [Fact]
    public void A_missing_page_is_told() => OthersThan(Ada).Search(Ada, "*", 22, 23, Page(1, Both[1])).IsWrong("the page from 0 is missing", isWhole: true);

    [Fact]
    public void Pages_that_end_too_soon_are_told() => OthersThan(Ada).Search(Ada, "*", 20, 21, Page(0, Both[0])).IsWrong("1 items on all pages, of 2", isWhole: true);

    [Fact]
    public void An_item_on_two_pages_is_told() => OthersThan(Ada)
        .Search(Ada, "*", 20, 21, Page(0, Both[0])).Search(Ada, "*", 22, 23, Page(1, Both[0])).IsWrong("is on two pages", isWhole: true);

    [Fact]
    public void Writing_that_goes_on_meanwhile_is_told() => OthersThan(Ada)
        .Search(Ada, "*", 20, 21, Page(0, Both[0])).Search(Ada, "*", 22, 23, Page(1, Both[1])).Put(B, "s0n3", 21, 22).IsWrong("still being written", isWhole: true);

    private static MadeRun Two() => new MadeRun().Put(A, "s0n1", 0, 1).Put(B, "s0n2", 2, 3);

    private static MadeRun OthersThan(string user) => Two().End(10, Items, [.. new[] { Ada, Ben, Cyd, Gus }.Where(other => other != user).Select(other => (other, Both))]);

    private static MadeAnswer Page(int from, string hit) => new() { Hits = [hit], From = from, Size = 1, Total = 2, IsSweep = true };
}
