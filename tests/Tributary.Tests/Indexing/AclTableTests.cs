using CsCheck;
using Tributary.Acls;
using Tributary.Indexing;
using Tributary.Tests.Acls;

namespace Tributary.Tests.Indexing;

public class AclTableTests
{
    private static readonly AccessPrincipals Reader = new("0b1d2e3f-0000-4000-8000-00000000000a", [], [], isGuest: false);
    private static readonly Acl ForEveryone = new([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant)]);

    /// <summary>Lists come in several rounds, between which the same few callers ask, so that bitmaps are made, extended and, with little room, evicted.</summary>
    private static readonly Gen<(List<List<Acl>> Rounds, AccessPrincipals[] Callers, long CacheBytes)> Cases = Gen.Select(
        AclGen.Acl.List[0, 8].List[1, 5],
        AclGen.Caller.Array[1, 4],
        Gen.OneOf(0L, 700L, 1L << 20));

    [Fact]
    public void The_table_says_of_every_list_and_caller_what_the_evaluator_says() => Cases.Sample(
        @case =>
        {
            var table = new AclTable(@case.CacheBytes);
            var known = new List<Acl>();
            foreach (List<Acl> round in @case.Rounds)
            {
                int first = known.Count + 1;
                known.AddRange(round);
                table.Add(round.Select((acl, index) => KeyValuePair.Create(first + index, acl)));
                foreach (AccessPrincipals caller in @case.Callers)
                {
                    VisibleAcls visible = table.VisibleTo(caller);
                    for (int number = 1; number <= known.Count; number++)
                    {
                        Assert.Equal(AclEvaluator.IsVisible(known[number - 1], caller), visible.Contains(number));
                    }

                    Assert.False(visible.Contains(0));
                    Assert.False(visible.Contains(known.Count + 1));
                }
            }
        },
        iter: 20_000);

    [Fact]
    public void Across_many_words_of_the_bitmap_the_two_agree_too() => Gen.Select(AclGen.Acl.Array[300], AclGen.Caller.Array[3]).Sample(
        (acls, callers) =>
        {
            var table = new AclTable(1 << 20);
            table.Add(Numbered(acls[..100]));
            foreach (AccessPrincipals caller in callers)
            {
                table.VisibleTo(caller);
            }

            table.Add(Numbered(acls));
            foreach (AccessPrincipals caller in callers)
            {
                VisibleAcls visible = table.VisibleTo(caller);
                Assert.All(acls, (acl, index) => Assert.Equal(AclEvaluator.IsVisible(acl, caller), visible.Contains(index + 1)));
            }
        },
        iter: 200);

    /// <summary>Callers of many groups meet few new lists at a time: what is new is then told by its entries, in whatever rounds they come, and also past what is kept of them.</summary>
    [Fact]
    public void A_caller_of_many_groups_is_told_of_new_lists_as_the_evaluator_says()
    {
        string[] groups = [.. Enumerable.Range(0, 400).Select(number => $"{number:x8}-0000-4000-8000-000000000001")];
        Gen<AclEntry> entry = Gen.Select(
            Gen.Frequency((6, Gen.Int[0, 399].Select(number => groups[number]).Select(group => (AclType.Group, group))), (2, Gen.Int[0, 399].Select(number => groups[number]).Select(group => (AclType.ExternalGroup, group))),
                (1, Gen.Const((AclType.Everyone, "everyone"))), (1, Gen.Const((AclType.EveryoneExceptGuests, "everyone")))),
            Gen.Frequency((3, Gen.Const(AccessType.Grant)), (1, Gen.Const(AccessType.Deny))),
            (who, access) => new AclEntry(who.Item1, who.Item2, access));
        Gen<AccessPrincipals> caller = Gen.Select(Gen.Shuffle(groups), Gen.Int[50, 300], Gen.Int[0, 2].Select(number => number == 2 ? (bool?)null : number == 1), Gen.Bool, (shuffled, count, isGuest, isUnknown) =>
            new AccessPrincipals(Reader.UserId, shuffled[..count], shuffled[count..(count + 50)], isGuest, isUnknown));
        Gen.Select(entry.List[0, 4].Select(entries => new Acl(entries)).List[1, 20].List[2, 12], caller.Array[3]).Sample(
            (rounds, callers) =>
            {
                var table = new AclTable(1 << 20);
                var known = new List<Acl>();
                foreach (List<Acl> round in rounds)
                {
                    int first = known.Count + 1;
                    known.AddRange(round);
                    table.Add(round.Select((acl, index) => KeyValuePair.Create(first + index, acl)));
                    foreach (AccessPrincipals asks in callers)
                    {
                        VisibleAcls visible = table.VisibleTo(asks);
                        Assert.All(known, (acl, index) => Assert.Equal(AclEvaluator.IsVisible(acl, asks), visible.Contains(index + 1)));
                    }
                }
            },
            iter: 300);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(33_000)]
    public void Past_the_entries_that_are_kept_lists_are_asked_about_as_before(int entriesOfList)
    {
        string[] groups = [.. Enumerable.Range(0, 40_000).Select(number => $"{number:x8}-0000-4000-8000-000000000001")];
        var caller = new AccessPrincipals(Reader.UserId, groups, [], isGuest: false);
        var table = new AclTable(1 << 26);
        table.Add(Numbered([ForEveryone]));
        table.VisibleTo(caller);
        int lists = 1;
        foreach (int more in (int[])[1, 100, 70_000 / entriesOfList, 3])
        {
            table.Add(Enumerable.Range(lists + 1, more).Select(number => KeyValuePair.Create(number, new Acl(
            [
                .. Enumerable.Range(0, entriesOfList - 1).Select(entry => new AclEntry(AclType.User, $"{entry:x8}-0000-4000-8000-000000000002", AccessType.Grant)),
                new AclEntry(AclType.Group, number % 3 == 0 ? "ffffffff-0000-4000-8000-000000000001" : groups[number % groups.Length], AccessType.Grant),
            ]))));
            lists += more;
            VisibleAcls visible = table.VisibleTo(caller);
            Assert.All(Enumerable.Range(2, lists - 1), number => Assert.Equal(number % 3 != 0, visible.Contains(number)));
        }
    }

    [Fact]
    public void Nobody_sees_nothing_not_even_what_everyone_sees()
    {
        var table = new AclTable(1 << 20);
        table.Add(Numbered([ForEveryone]));

        Assert.True(table.VisibleTo(Reader).Contains(1));
        Assert.False(table.VisibleTo(AccessPrincipals.Nobody).Contains(1));
    }

    [Fact]
    public void A_list_that_came_after_the_bitmap_was_made_is_not_visible_in_it()
    {
        var table = new AclTable(1 << 20);
        table.Add(Numbered([ForEveryone]));
        VisibleAcls before = table.VisibleTo(Reader);

        table.Add([KeyValuePair.Create(2, ForEveryone)]);

        Assert.False(before.Contains(2));
        Assert.True(table.VisibleTo(Reader).Contains(2));
    }

    [Fact]
    public void The_bitmap_of_a_caller_who_returns_is_not_made_again()
    {
        var table = new AclTable(1 << 20);
        table.Add(Numbered([ForEveryone]));

        VisibleAcls first = table.VisibleTo(Reader);
        VisibleAcls second = table.VisibleTo(new AccessPrincipals(Reader.UserId!.ToUpperInvariant(), [], [], isGuest: false));

        Assert.Same(first, second);
    }

    [Fact]
    public void A_list_that_is_not_in_its_stored_form_is_refused_and_lets_nobody_in()
    {
        var table = new AclTable(1 << 20);
        byte[] stored = AclJson.ToBytes(ForEveryone);
        stored[1] |= 0x70;

        Assert.Throws<InvalidDataException>(() => table.Add([KeyValuePair.Create(1, stored)]));
        Assert.Equal(0, table.Last);
        Assert.False(table.VisibleTo(Reader).Contains(1));
    }

    [Theory]
    [InlineData("User", "0B1D2E3F-0000-4000-8000-00000000000A", true)]
    [InlineData("User", "{0b1d2e3f-0000-4000-8000-00000000000a}", false)]
    [InlineData("ExternalGroup", "0b1d2e3f-0000-4000-8000-00000000000b", true)]
    [InlineData("ExternalGroup", "0B1D2E3F-0000-4000-8000-00000000000B", false)]
    [InlineData("ExternalGroup", "Team", true)]
    [InlineData("ExternalGroup", "team", false)]
    public void Object_ids_are_compared_in_any_letter_case_and_ids_of_external_groups_as_they_are(string type, string value, bool isVisible)
    {
        var caller = new AccessPrincipals("0b1d2e3f-0000-4000-8000-00000000000a", [], ["0b1d2e3f-0000-4000-8000-00000000000b", "Team"], isGuest: false);
        var acl = new Acl([new AclEntry(Enum.Parse<AclType>(type), value, AccessType.Grant)]);
        var table = new AclTable(1 << 20);
        table.Add(Numbered([acl]));

        Assert.Equal(isVisible, table.VisibleTo(caller).Contains(1));
        Assert.Equal(isVisible, AclEvaluator.IsVisible(acl, caller));
    }

    private static IEnumerable<KeyValuePair<int, Acl>> Numbered(IEnumerable<Acl> acls) => acls.Select((acl, index) => KeyValuePair.Create(index + 1, acl));
}
