using CsCheck;
using Tributary.Acls;

namespace Tributary.Tests.Acls;

public class AclEvaluatorTests
{
    private const string Anna = "0b1d2e3f-0000-4000-8000-0000000000a1";
    private const string Ben = "0b1d2e3f-0000-4000-8000-0000000000b1";
    private const string Staff = "0b1d2e3f-0000-4000-8000-0000000000c1";
    private const string Board = "0b1d2e3f-0000-4000-8000-0000000000d1";

    private static readonly AccessPrincipals AnnaOfStaff = new(Anna, [Staff], ["nightshift"], isGuest: false);
    private static readonly AccessPrincipals GuestAnna = new(Anna, [], [], isGuest: true);

    [Fact]
    public void An_empty_list_shows_the_item_to_nobody() => Assert.False(AclEvaluator.IsVisible(Acl.Empty, AnnaOfStaff));

    [Theory]
    [InlineData("user", Anna, true)]
    [InlineData("user", "0B1D2E3F-0000-4000-8000-0000000000A1", true)]
    [InlineData("user", Ben, false)]
    [InlineData("user", Staff, false)]
    [InlineData("group", Staff, true)]
    [InlineData("group", "0B1D2E3F-0000-4000-8000-0000000000C1", true)]
    [InlineData("group", Board, false)]
    [InlineData("group", Anna, false)]
    [InlineData("externalGroup", "nightshift", true)]
    [InlineData("externalGroup", "Nightshift", false)]
    [InlineData("externalGroup", "dayshift", false)]
    [InlineData("externalGroup", Staff, false)]
    [InlineData("everyone", "everyone", true)]
    [InlineData("everyone", "8f0c2e3f-0000-4000-8000-0000000000ff", true)]
    [InlineData("everyoneExceptGuests", "whatever", true)]
    public void One_grant_meets_exactly_whom_it_names(string type, string value, bool isVisible) =>
        Assert.Equal(isVisible, AclEvaluator.IsVisible(List((type, value, "grant")), AnnaOfStaff));

    [Theory]
    [InlineData("everyone", true)]
    [InlineData("everyoneExceptGuests", false)]
    public void Everyone_takes_guests_in_and_everyoneExceptGuests_does_not(string type, bool isVisible) =>
        Assert.Equal(isVisible, AclEvaluator.IsVisible(List((type, "x", "grant")), GuestAnna));

    [Fact]
    public void A_deny_of_everyoneExceptGuests_leaves_guests_in()
    {
        Acl acl = List(("everyone", "x", "grant"), ("everyoneExceptGuests", "x", "deny"));

        Assert.True(AclEvaluator.IsVisible(acl, GuestAnna));
        Assert.False(AclEvaluator.IsVisible(acl, AnnaOfStaff));
    }

    [Theory]
    [InlineData("user", Anna, "everyone", "x")]
    [InlineData("user", Anna, "group", Staff)]
    [InlineData("user", Anna, "externalGroup", "nightshift")]
    [InlineData("user", Anna, "user", Anna)]
    [InlineData("group", Staff, "user", Anna)]
    [InlineData("everyone", "x", "user", Anna)]
    [InlineData("everyone", "x", "externalGroup", "nightshift")]
    [InlineData("externalGroup", "nightshift", "everyoneExceptGuests", "x")]
    public void A_deny_wins_over_a_grant_however_specific_either_is_and_whichever_comes_first(
        string grantType, string grantValue, string denyType, string denyValue)
    {
        Assert.False(AclEvaluator.IsVisible(List((grantType, grantValue, "grant"), (denyType, denyValue, "deny")), AnnaOfStaff));
        Assert.False(AclEvaluator.IsVisible(List((denyType, denyValue, "deny"), (grantType, grantValue, "grant")), AnnaOfStaff));
    }

    [Fact]
    public void A_deny_of_somebody_else_changes_nothing() =>
        Assert.True(AclEvaluator.IsVisible(List(("group", Staff, "grant"), ("user", Ben, "deny")), AnnaOfStaff));

    [Fact]
    public void A_deny_alone_grants_nobody_the_rest() => Assert.False(AclEvaluator.IsVisible(List(("user", Ben, "deny")), AnnaOfStaff));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Who_is_not_signed_in_sees_nothing_be_the_groups_what_they_may(string? userId)
    {
        var nobody = new AccessPrincipals(userId, [Staff], ["nightshift"], isGuest: false);
        Acl acl = List(("everyone", "x", "grant"), ("group", Staff, "grant"), ("externalGroup", "nightshift", "grant"));

        Assert.False(AclEvaluator.IsVisible(acl, nobody));
        Assert.Empty(nobody.All());
    }

    [Fact]
    public void A_value_of_an_enum_that_is_not_known_never_lets_anybody_in()
    {
        Assert.False(AclEvaluator.IsVisible(new Acl([new((AclType)6, Anna, AccessType.Grant)]), AnnaOfStaff));
        Assert.False(AclEvaluator.IsVisible(new Acl([new(AclType.User, Anna, (AccessType)3)]), AnnaOfStaff));
        Assert.False(AclEvaluator.IsVisible(new Acl([new(AclType.User, Anna, AccessType.Grant), new(AclType.User, Anna, 0)]), AnnaOfStaff));
        Assert.False(AclEvaluator.IsVisible(new Acl([default]), AccessPrincipals.Nobody));
    }

    [Fact]
    public void Looking_principals_up_in_tables_of_grants_and_denies_gives_the_same_answer() =>
        Gen.Select(AclGen.Acl, AclGen.Caller).Sample((acl, caller) =>
        {
            var grants = acl.Entries.Where(entry => entry.AccessType == AccessType.Grant).Select(Principal.Of).ToHashSet();
            var denies = acl.Entries.Where(entry => entry.AccessType == AccessType.Deny).Select(Principal.Of).ToHashSet();
            bool byTable = caller.All().Any(grants.Contains) && !caller.All().Any(denies.Contains);

            return byTable == AclEvaluator.IsVisible(acl, caller);
        });

    [Fact]
    public void The_order_of_the_entries_does_not_matter() =>
        Gen.Select(AclGen.Acl, AclGen.Caller).Sample((acl, caller) =>
            AclEvaluator.IsVisible(acl, caller) == AclEvaluator.IsVisible(new Acl([.. acl.Entries.Reverse()]), caller));

    [Fact]
    public void One_more_deny_never_shows_more() =>
        Gen.Select(AclGen.Acl, AclGen.Entry, AclGen.Caller).Sample((acl, entry, caller) =>
            AclEvaluator.IsVisible(acl, caller)
            || !AclEvaluator.IsVisible(new Acl([.. acl.Entries, entry with { AccessType = AccessType.Deny }]), caller));

    private static Acl List(params (string Type, string Value, string Access)[] entries) =>
        new([.. entries.Select(entry => new AclEntry(
            Enum.Parse<AclType>(entry.Type, ignoreCase: true), entry.Value, Enum.Parse<AccessType>(entry.Access, ignoreCase: true)))]);
}
