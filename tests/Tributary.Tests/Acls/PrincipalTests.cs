using CsCheck;
using Tributary.Acls;

namespace Tributary.Tests.Acls;

public class PrincipalTests
{
    [Theory]
    [InlineData("User", "0B1D2E3F-0000-4000-8000-00000000000A", "0b1d2e3f-0000-4000-8000-00000000000a")]
    [InlineData("Group", "0B1D2E3F-0000-4000-8000-00000000000A", "0b1d2e3f-0000-4000-8000-00000000000a")]
    [InlineData("ExternalGroup", "NightShift", "NightShift")]
    [InlineData("Everyone", "8f0c", "")]
    [InlineData("EveryoneExceptGuests", "everyone", "")]
    public void A_principal_has_one_spelling(string type, string value, string normalised) =>
        Assert.Equal(normalised, Principal.Of(new AclEntry(Enum.Parse<AclType>(type), value, AccessType.Grant)).Value);

    [Fact]
    public void A_member_is_everyone_and_a_guest_only_the_everyone_that_takes_guests()
    {
        AccessPrincipals member = new("a", ["g"], ["x"], isGuest: false);
        AccessPrincipals guest = new("a", ["g"], ["x"], isGuest: true);

        Assert.Equal(
            [new(AclType.User, "a"), Principal.Everyone, Principal.EveryoneExceptGuests, new(AclType.Group, "g"), new(AclType.ExternalGroup, "x")],
            member.All());
        Assert.Equal([new(AclType.User, "a"), Principal.Everyone, new(AclType.Group, "g"), new(AclType.ExternalGroup, "x")], guest.All());
    }

    [Fact]
    public void All_lists_exactly_what_Is_confirms_and_nothing_twice() =>
        Gen.Select(AclGen.Caller, AclGen.Entry).Sample((caller, entry) =>
        {
            List<Principal> all = [.. caller.All()];
            var principal = Principal.Of(entry);
            return all.TrueForAll(caller.Is) && all.Distinct().Count() == all.Count && caller.Is(principal) == all.Contains(principal);
        });

    [Fact]
    public void Who_is_a_principal_may_be_it_and_of_whom_all_is_known_nobody_else() =>
        Gen.Select(AclGen.Caller, AclGen.Entry).Sample((caller, entry) =>
        {
            var principal = Principal.Of(entry);
            bool isKnown = caller is { IsGuest: not null, HasUnknownGroups: false };
            return isKnown ? caller.MayBe(principal) == caller.Is(principal) : !caller.Is(principal) || caller.MayBe(principal);
        });

    [Fact]
    public void Callers_with_the_same_principals_are_equal_whatever_the_order_and_letter_case_of_ids()
    {
        AccessPrincipals one = new("A", ["G", "h"], ["x", "y"], isGuest: false);
        AccessPrincipals other = new("a", ["H", "g", "G"], ["y", "x"], isGuest: false);

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    [Fact]
    public void Callers_that_differ_in_one_principal_are_not_equal()
    {
        AccessPrincipals caller = new("a", ["g"], ["x"], isGuest: false);

        Assert.NotEqual(caller, new("b", ["g"], ["x"], isGuest: false));
        Assert.NotEqual(caller, new("a", [], ["x"], isGuest: false));
        Assert.NotEqual(caller, new("a", ["g"], ["X"], isGuest: false));
        Assert.NotEqual(caller, new("a", ["x"], ["g"], isGuest: false));
        Assert.NotEqual(caller, new("a", ["g"], ["x"], isGuest: true));
        Assert.NotEqual(caller, new(null, ["g"], ["x"], isGuest: false));
        Assert.NotEqual(caller, new("a", ["g"], ["x"], isGuest: null));
        Assert.NotEqual(caller, new("a", ["g"], ["x"], isGuest: false, hasUnknownGroups: true));
    }

    [Fact]
    public void Equal_callers_are_the_same_principals() =>
        Gen.Select(AclGen.Caller, AclGen.Caller).Sample((one, other) =>
            !one.Equals(other) || (one.All().ToHashSet().SetEquals(other.All()) && one.HasUnknownGroups == other.HasUnknownGroups && one.IsGuest == other.IsGuest));
}
