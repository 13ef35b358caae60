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
