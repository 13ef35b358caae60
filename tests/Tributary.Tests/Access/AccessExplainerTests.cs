using CsCheck;
using Tributary.Access;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Groups;
using Tributary.Search;
using Tributary.Tests.Acls;

namespace Tributary.Tests.Access;

/// <summary>For any list and any user the verdict is the evaluator's, and the entry that is named is one that says so.</summary>
public sealed class AccessExplainerTests
{
    private static readonly StoredConnection Connection = new(
        new ConnectionKey(1),
        "7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f",
        new ExternalConnection { Id = "contosohr", Name = "n", Configuration = new ConnectionConfiguration(["d310d35d-72ec-47dd-92f2-fb9c40936555"]) },
        ConnectionState.Ready, IsDeleting: false, 1, 1, 1, 0, 0);

    [Fact]
    public void The_verdict_is_the_evaluators_and_the_named_entry_says_it() => Gen.Select(AclGen.Acl, AclGen.Caller.Where(caller => caller.UserId is not null)).Sample(
        (acl, caller) =>
        {
            var explainer = new AccessExplainer(Connection, new GroupOptions(), new SearchOptions { AllowGuests = true });
            Verdict verdict = explainer.ExplainAsync(new OneUser(acl, caller), caller.UserId!, "item", CancellationToken.None).GetAwaiter().GetResult();

            Assert.Equal(AclEvaluator.IsVisible(acl, caller), verdict.IsVisible);
            switch (verdict.Decision.Reason)
            {
                case DecisionReason.Granted:
                    Assert.Equal(AccessType.Grant, Entry(verdict).AccessType);
                    Assert.True(caller.Is(Principal.Of(Entry(verdict))));
                    Assert.NotNull(verdict.Decision.Chain);
                    break;
                case DecisionReason.Denied:
                    Assert.Equal(AccessType.Deny, Entry(verdict).AccessType);
                    Assert.True(caller.Is(Principal.Of(Entry(verdict))));
                    Assert.NotNull(verdict.Decision.Chain);
                    break;
                case DecisionReason.MayBeDenied:
                    Assert.Equal(AccessType.Deny, Entry(verdict).AccessType);
                    Assert.True(caller.MayBe(Principal.Of(Entry(verdict))) && !caller.Is(Principal.Of(Entry(verdict))));
                    Assert.NotEmpty(verdict.Standing.Unknown);
                    break;
                case DecisionReason.NoEntries:
                    Assert.Empty(acl.Entries);
                    break;
                default:
                    Assert.DoesNotContain(acl.Entries, entry => entry.AccessType == AccessType.Grant && caller.Is(Principal.Of(entry)));
                    Assert.DoesNotContain(acl.Entries, entry => entry.AccessType != AccessType.Grant && caller.MayBe(Principal.Of(entry)));
                    break;
            }

            AclEntry Entry(Verdict of) => acl.Entries[of.Decision.Index!.Value];
        },
        iter: 20_000);

    [Theory]
    [InlineData(2, 2, false)]
    [InlineData(2, 3, true)]
    public async Task A_user_in_more_external_groups_than_a_search_takes_is_shown_nothing(int max, int groups, bool isWithheld)
    {
        var caller = new AccessPrincipals("0b1d2e3f-0000-4000-8000-00000000000a", [], Enumerable.Range(0, groups).Select(number => $"g{number}"), isGuest: false);
        var acl = new Acl([new AclEntry(AclType.Everyone, "x", AccessType.Grant)]);

        Verdict verdict = await new AccessExplainer(Connection, new GroupOptions { MaxPerUser = max }, new SearchOptions())
            .ExplainAsync(new OneUser(acl, caller), caller.UserId!, "item", TestContext.Current.CancellationToken);

        Assert.Equal(isWithheld, verdict.Withheld.Contains(Withheld.TooManyExternalGroups));
        Assert.Equal(!isWithheld, verdict.IsVisible);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task An_item_that_searches_do_not_find_yet_is_withheld(int ticks, bool isWithheld)
    {
        var caller = new AccessPrincipals("0b1d2e3f-0000-4000-8000-00000000000a", [], [], isGuest: false);
        var facts = new OneUser(new Acl([new AclEntry(AclType.Everyone, "x", AccessType.Grant)]), caller) { SearchableFrom = OneUser.Now.AddTicks(ticks) };

        Verdict verdict = await new AccessExplainer(Connection, new GroupOptions(), new SearchOptions()).ExplainAsync(facts, caller.UserId!, "item", TestContext.Current.CancellationToken);

        Assert.Equal(isWithheld, verdict.Withheld.Contains(Withheld.NotYetSearchable));
    }

    [Fact]
    public async Task A_connection_that_searches_pass_over_shows_nothing()
    {
        var caller = new AccessPrincipals("0b1d2e3f-0000-4000-8000-00000000000a", [], [], isGuest: false);
        var facts = new OneUser(new Acl([new AclEntry(AclType.Everyone, "x", AccessType.Grant)]), caller);

        foreach ((StoredConnection connection, Withheld withheld) in new[]
        {
            (Connection with { State = ConnectionState.Draft }, Withheld.ConnectionNotReady),
            (Connection with { Connection = Connection.Connection with { EnabledContentExperiences = ContentExperiences.Compliance } }, Withheld.ConnectionNotSearched),
        })
        {
            Verdict verdict = await new AccessExplainer(connection, new GroupOptions(), new SearchOptions()).ExplainAsync(facts, caller.UserId!, "item", TestContext.Current.CancellationToken);

            Assert.Equal([withheld], verdict.Withheld);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Why_a_chain_is_not_told_is_said_and_the_verdict_stands(bool isRefused)
    {
        var caller = new AccessPrincipals("0b1d2e3f-0000-4000-8000-00000000000a", ["2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a01"], [], isGuest: false);
        var acl = new Acl([new AclEntry(AclType.User, "0b1d2e3f-0000-4000-8000-00000000000b", AccessType.Grant), new AclEntry(AclType.Group, "2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a01", AccessType.Grant)]);
        var facts = new OneUser(acl, caller) { HasNoSteps = !isRefused, RefusesSteps = isRefused };

        Verdict verdict = await new AccessExplainer(Connection, new GroupOptions(), new SearchOptions()).ExplainAsync(facts, caller.UserId!, "item", TestContext.Current.CancellationToken);

        Assert.True(verdict.IsVisible);
        Assert.Equal((1, null, isRefused ? ChainOmission.TooManyGroups : ChainOmission.NotFound), (verdict.Decision.Index, verdict.Decision.Chain, verdict.Decision.ChainOmitted));
    }

    /// <summary>One user, who is directly in all his groups, and one item.</summary>
    private sealed class OneUser(Acl acl, AccessPrincipals caller) : IAccessFacts
    {
        public static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);

        public DateTimeOffset? SearchableFrom { get; init; }

        public bool HasNoSteps { get; init; }

        public bool RefusesSteps { get; init; }

        public DateTimeOffset At => Now;

        public ValueTask<ItemFacts?> FindItemOrNullAsync(string itemId, CancellationToken cancellationToken) => ValueTask.FromResult<ItemFacts?>(new ItemFacts(acl, 1, 1, SearchableFrom));

        public ValueTask<UserFacts> ReadUserAsync(string userId, CancellationToken cancellationToken) => ValueTask.FromResult(new UserFacts
        {
            Id = userId,
            IsKnown = null,
            IsGuest = caller.IsGuest,
            IsGuestFrom = FactSource.Request,
            Groups = caller.Groups,
            GroupsFrom = FactSource.Request,
            HasUnknownGroups = caller.HasUnknownGroups,
        });

        public ValueTask<IReadOnlyList<string>> FindExternalGroupsAsync(UserFacts user, int max, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<string>>([.. caller.ExternalGroups.Take(max)]);

        public ValueTask<IReadOnlyList<Membership>> FindDirectGroupsAsync(IReadOnlyCollection<Principal> members, CancellationToken cancellationToken) =>
            RefusesSteps ? throw new DirectoryQuestionRefusedException("Too many.") : HasNoSteps ? ValueTask.FromResult<IReadOnlyList<Membership>>([]) : ValueTask.FromResult<IReadOnlyList<Membership>>(
            [
                .. members.Where(member => member.Type == AclType.User)
                    .SelectMany(member => caller.All().Where(group => group.Type is AclType.Group or AclType.ExternalGroup).Select(group => new Membership(member, group))),
            ]);

        public ValueTask<GroupFacts?> FindGroupOrNullAsync(Principal group, CancellationToken cancellationToken) => ValueTask.FromResult<GroupFacts?>(null);
    }
}
