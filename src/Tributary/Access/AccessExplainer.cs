using Tributary.Acls;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Groups;
using Tributary.Search;

namespace Tributary.Access;

/// <summary>
/// Explains what <see cref="AclEvaluator"/> says of a user as a search takes him. The verdict is the evaluator's own; here it is only looked up which entry it came
/// from, and by which groups.
/// </summary>
internal sealed class AccessExplainer(StoredConnection connection, GroupOptions groups, SearchOptions search)
{
    public async Task<Verdict> ExplainAsync(IAccessFacts facts, string userId, string itemId, CancellationToken cancellationToken)
    {
        Standing standing = await StandingOfAsync(facts, userId, cancellationToken);
        ItemFacts? item = await facts.FindItemOrNullAsync(itemId, cancellationToken);
        if (item is null)
        {
            return new Verdict(standing, null, new Decision(DecisionReason.NoItem), standing.Withheld);
        }

        Decision decision = await DecideAsync(facts, item.Acl, standing, cancellationToken);
        return new Verdict(standing, item, decision, item.SearchableFrom > facts.At ? [.. standing.Withheld, Withheld.NotYetSearchable] : standing.Withheld);
    }

    /// <summary>The user as a search of the connection takes him.</summary>
    public async Task<Standing> StandingOfAsync(IAccessFacts facts, string userId, CancellationToken cancellationToken)
    {
        UserFacts user = await facts.ReadUserAsync(userId, cancellationToken);

        // One more than the limit tells that it is passed, as in a search.
        IReadOnlyList<string> externalGroups = await facts.FindExternalGroupsAsync(user, groups.MaxPerUser + 1, cancellationToken);
        return new Standing(user, user.Access(externalGroups), [.. WithheldFrom(user, externalGroups.Count)]);
    }

    private IEnumerable<Withheld> WithheldFrom(UserFacts user, int externalGroups)
    {
        if (user.IsEnabled != true)
        {
            yield return user.IsEnabled is null ? Withheld.EnabledUnknown : Withheld.UserDisabled;
        }

        if (user.IsGuest != false && !search.AllowGuests)
        {
            yield return user.IsGuest is null ? Withheld.GuestUnknown : Withheld.GuestNotServed;
        }

        if (user.HasGroupsOverage)
        {
            yield return Withheld.GroupsOverage;
        }

        if (externalGroups > groups.MaxPerUser)
        {
            yield return Withheld.TooManyExternalGroups;
        }

        if (connection.State is not (ConnectionState.Ready or ConnectionState.LimitExceeded))
        {
            yield return Withheld.ConnectionNotReady;
        }

        if (!connection.Connection.IsSearched)
        {
            yield return Withheld.ConnectionNotSearched;
        }
    }

    private static async Task<Decision> DecideAsync(IAccessFacts facts, Acl acl, Standing standing, CancellationToken cancellationToken)
    {
        AccessPrincipals access = standing.Access;
        if (AclEvaluator.IsVisible(acl, access))
        {
            return await DecidedByAsync(facts, acl, standing, DecisionReason.Granted, entry => entry.AccessType == AccessType.Grant, cancellationToken);
        }

        if (acl.Entries.Any(entry => IsDeny(entry) && access.Is(Principal.Of(entry))))
        {
            return await DecidedByAsync(facts, acl, standing, DecisionReason.Denied, IsDeny, cancellationToken);
        }

        int mayBe = acl.Entries.ToList().FindIndex(entry => IsDeny(entry) && access.MayBe(Principal.Of(entry)));
        return mayBe >= 0 ? new Decision(DecisionReason.MayBeDenied) { Index = mayBe }
            : new Decision(acl.Entries.Count == 0 ? DecisionReason.NoEntries : DecisionReason.NotGranted);

        // As the evaluator has it: what is no grant keeps out.
        static bool IsDeny(AclEntry entry) => entry.AccessType != AccessType.Grant;
    }

    /// <summary>Of all entries of that kind which name the user, the nearest: himself or everyone before any group.</summary>
    private static async Task<Decision> DecidedByAsync(
        IAccessFacts facts, Acl acl, Standing standing, DecisionReason reason, Func<AclEntry, bool> isOfKind, CancellationToken cancellationToken)
    {
        Principal[] principals = [.. acl.Entries.Select(Principal.Of)];
        int[] naming = [.. Enumerable.Range(0, principals.Length).Where(index => isOfKind(acl.Entries[index]) && standing.Access.Is(principals[index]))];
        var user = new Principal(AclType.User, standing.User.Id);
        int near = Array.FindIndex(naming, index => principals[index].Type is not (AclType.Group or AclType.ExternalGroup));
        if (near >= 0)
        {
            return new Decision(reason) { Index = naming[near], Chain = [new ChainStep(user, null)] };
        }

        IReadOnlyList<Principal>? chain = null;
        ChainOmission omission = ChainOmission.NotFound;
        try
        {
            chain = await GroupWalk.FindShortestOrNullAsync(facts, user, [.. naming.Select(index => principals[index])], cancellationToken);
        }
        catch (DirectoryQuestionRefusedException)
        {
            omission = ChainOmission.TooManyGroups;
        }

        if (chain is null)
        {
            return new Decision(reason) { Index = naming[0], ChainOmitted = omission };
        }

        var steps = new List<ChainStep>();
        foreach (Principal principal in chain)
        {
            steps.Add(new ChainStep(principal, principal == user ? null : await facts.FindGroupOrNullAsync(principal, cancellationToken)));
        }

        return new Decision(reason) { Index = naming.First(index => principals[index] == chain[^1]), Chain = steps };
    }
}
