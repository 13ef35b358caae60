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
    private static readonly AccessPrincipals UnknownAnna = new(Anna, [], ["nightshift"], isGuest: null, hasUnknownGroups: true);

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

    [Theory]
    [InlineData("user", Anna, true)]
    [InlineData("everyone", "x", true)]
    [InlineData("externalGroup", "nightshift", true)]
    [InlineData("externalGroup", "dayshift", false)]
    [InlineData("group", Staff, false)]
    [InlineData("everyoneExceptGuests", "x", false)]
    public void What_is_not_known_of_a_caller_grants_him_nothing(string type, string value, bool isVisible) =>
        Assert.Equal(isVisible, AclEvaluator.IsVisible(List((type, value, "grant")), UnknownAnna));

    [Theory]
    [InlineData("group", Staff, false)]
    [InlineData("group", Board, false)]
    [InlineData("externalGroup", "dayshift", false)]
    [InlineData("everyoneExceptGuests", "x", false)]
    [InlineData("user", Ben, true)]
    public void What_is_not_known_of_a_caller_denies_him_whatever_it_could(string type, string value, bool isVisible) =>
        Assert.Equal(isVisible, AclEvaluator.IsVisible(List(("everyone", "x", "grant"), (type, value, "deny")), UnknownAnna));

    [Fact]
    public void That_groups_are_not_known_leaves_what_is_known_of_guests_and_the_reverse()
    {
        var member = new AccessPrincipals(Anna, [], [], isGuest: false, hasUnknownGroups: true);
        var perhapsGuest = new AccessPrincipals(Anna, [], [], isGuest: null);

        Assert.True(AclEvaluator.IsVisible(List(("everyoneExceptGuests", "x", "grant")), member));
        Assert.True(AclEvaluator.IsVisible(List(("everyone", "x", "grant"), ("group", Staff, "deny"), ("externalGroup", "dayshift", "deny")), perhapsGuest));
    }

    [Fact]
    public void Whatever_is_forgotten_of_a_caller_he_sees_nothing_that_he_did_not_see_before() =>
        Gen.Select(AclGen.Acl, AclGen.Caller, Gen.Bool, Gen.Bool).Sample((acl, caller, keepsExternalGroups, keepsGuest) =>
        {
            var forgotten = new AccessPrincipals(
                caller.UserId, [], keepsExternalGroups ? caller.ExternalGroups : [], keepsGuest ? caller.IsGuest : null, hasUnknownGroups: true);
            return !AclEvaluator.IsVisible(acl, forgotten) || AclEvaluator.IsVisible(acl, caller);
        });

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
        Assert.False(AclEvaluator.IsVisible(acl, new AccessPrincipals(userId, [Staff], ["nightshift"], isGuest: null, hasUnknownGroups: true)));
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
            bool byTable = caller.All().Any(grants.Contains) && !denies.Any(caller.MayBe);

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
