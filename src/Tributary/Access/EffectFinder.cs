using Tributary.Acls;
using Tributary.Connections;

namespace Tributary.Access;

/// <summary>
/// Finds what a change would open and close. Not item by item: a change of members concerns only the users below the member, and only the interned lists that name
/// a group above it; items follow from the lists. Every verdict is <see cref="AclEvaluator"/>'s, before and after.
/// </summary>
internal sealed class EffectFinder(StoredConnection connection, AccessExplainer explainer, AccessServices services, CurrentAccessFacts now, WhatIfFacts then, EffectBounds bounds)
{
    private const int ListPage = 2000;

    private readonly List<NotLookedAt> _missing = [];

    /// <param name="whatIf">The changes.</param>
    /// <param name="itemId">The item whose list changes; null: none.</param>
    /// <param name="userId">A user who is looked at before all others; null for none.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<Effects> FindAsync(WhatIf whatIf, string? itemId, string? userId, CancellationToken cancellationToken)
    {
        ItemFacts? before = itemId is null ? null : await now.FindItemOrNullAsync(itemId, cancellationToken);
        ItemFacts? after = itemId is null || whatIf.Acl is null ? null : await then.FindItemOrNullAsync(itemId, cancellationToken);
        var users = new AffectedUsers(connection, services, then.Added, bounds.MaxUsers);
        await users.AddAsync(userId is null ? [] : [new Principal(AclType.User, userId)], cancellationToken);
        await users.AddAsync(whatIf.Memberships.Select(change => change.Membership.Member), cancellationToken);
        if (after is not null)
        {
            await AddConcernedAsync(users, before?.Acl ?? Acl.Empty, after.Acl, cancellationToken);
        }

        var pairs = new List<Change>();
        foreach (string user in users.Users)
        {
            pairs.Add(new Change(await explainer.StandingOfAsync(now, user, cancellationToken), await explainer.StandingOfAsync(then, user, cancellationToken)));
        }

        var lists = new List<ListEffect>();
        int room = bounds.MaxItems;
        if (after is not null && EffectOrNull(pairs, before?.Acl, after.Acl) is { } effect)
        {
            lists.Add(effect with { ItemCount = 1, Items = room-- > 0 ? [itemId!] : [] });
        }

        int lookedAt = 0;
        if (whatIf.Memberships.Count > 0)
        {
            IReadOnlyList<(int Number, Acl Acl)> concerned = await ConcernedListsAsync(whatIf, cancellationToken);
            lookedAt = concerned.Count;
            foreach ((int number, Acl acl) in concerned)
            {
                if (EffectOrNull(pairs, acl, acl) is { } found)
                {
                    // The item that gets another list is told above.
                    bool hasItem = after is not null && before?.AclNumber == number;
                    (long count, IReadOnlyList<string> ids) = await services.Store.FindItemsOfListAsync(connection.Key, number, room + (hasItem ? 1 : 0), cancellationToken);
                    string[] shown = [.. ids.Where(id => !hasItem || id != itemId).Take(room)];
                    count -= hasItem ? 1 : 0;
                    if (count > 0)
                    {
                        lists.Add(found with { AclNumber = number, ItemCount = count, Items = shown });
                        room -= shown.Length;
                    }
                }
            }
        }

        Note(NotLookedAt.Users, users.IsTruncated);
        Note(NotLookedAt.Items, lists.Any(list => list.Items.Count < list.ItemCount));
        Note(NotLookedAt.Principals, users.Unlisted.Count > 0);
        return new Effects(lists, pairs.Count, lookedAt, ShutOut(pairs, opens: false), ShutOut(pairs, opens: true), _missing, users.Unlisted);
    }

    /// <summary>
    /// The users for whom another list can matter: those that an entry names which only one of both has. And, where such an entry keeps out, whoever is named at all
    /// without that a directory knows him: of him it is not known whether the entry means him.
    /// </summary>
    private static async Task AddConcernedAsync(AffectedUsers users, Acl before, Acl after, CancellationToken cancellationToken)
    {
        HashSet<(Principal Principal, AccessType AccessType)> old = [.. before.Entries.Select(entry => (Principal.Of(entry), entry.AccessType))];
        HashSet<(Principal Principal, AccessType AccessType)> @new = [.. after.Entries.Select(entry => (Principal.Of(entry), entry.AccessType))];
        var different = new HashSet<(Principal Principal, AccessType AccessType)>(old);
        different.SymmetricExceptWith(@new);
        if (different.Any(entry => entry.AccessType != AccessType.Grant))
        {
            await users.AddAsync(old.Union(@new).Select(entry => entry.Principal).Where(principal => principal.Type is AclType.User or AclType.ExternalGroup), cancellationToken);
        }

        await users.AddAsync(different.Select(entry => entry.Principal), cancellationToken);
    }

    private static ListEffect? EffectOrNull(IReadOnlyList<Change> changes, Acl? before, Acl after)
    {
        AffectedUser[] opens = [.. changes.Where(change => !(before is not null && change.Before.Sees(before)) && change.After.Sees(after)).Select(change => change.User)];
        AffectedUser[] closes = [.. changes.Where(change => before is not null && change.Before.Sees(before) && !change.After.Sees(after)).Select(change => change.User)];
        return opens.Length + closes.Length > 0 ? new ListEffect(null, 0, [], opens, closes) : null;
    }

    /// <summary>The interned lists that name a group above the changes, which are all that can change for anybody.</summary>
    private async Task<IReadOnlyList<(int Number, Acl Acl)>> ConcernedListsAsync(WhatIf whatIf, CancellationToken cancellationToken)
    {
        IEnumerable<Principal> groups = whatIf.Memberships.Select(change => change.Membership.Group);
        HashSet<Principal> above = await GroupWalk.ReachAsync(groups, StepOfEitherAsync, cancellationToken);
        var concerned = new List<(int, Acl)>();
        int after = 0;
        while (await services.Feed.ReadAclsAsync(connection.Key, after, ListPage, cancellationToken) is { Count: > 0 } page)
        {
            foreach ((int number, byte[] stored) in page)
            {
                if (!Names(stored, above))
                {
                    continue;
                }

                if (concerned.Count == bounds.MaxLists)
                {
                    Note(NotLookedAt.Lists, true);
                    return concerned;
                }

                concerned.Add((number, AclJson.FromBytes(stored)));
            }

            after = page[^1].Key;
        }

        return concerned;

        async ValueTask<IReadOnlyList<Membership>> StepOfEitherAsync(IReadOnlyCollection<Principal> members, CancellationToken token) =>
            [.. await now.FindDirectGroupsAsync(members, token), .. await then.FindDirectGroupsAsync(members, token)];
    }

    private static bool Names(byte[] stored, HashSet<Principal> groups)
    {
        var entry = new StoredAclReader(stored);
        while (entry.Read())
        {
            if (entry.Type is AclType.Group or AclType.ExternalGroup && groups.Contains(Principal.Of(new AclEntry(entry.Type, entry.Value, entry.AccessType))))
            {
                return true;
            }
        }

        return false;
    }

    private static AffectedUser[] ShutOut(IReadOnlyList<Change> changes, bool opens) =>
    [
        .. changes.Where(change => change.Before.Withheld.Contains(Withheld.TooManyExternalGroups) == opens && change.After.Withheld.Contains(Withheld.TooManyExternalGroups) != opens)
            .Select(change => change.User),
    ];

    private void Note(NotLookedAt what, bool isSo)
    {
        if (isSo && !_missing.Contains(what))
        {
            _missing.Add(what);
        }
    }

    private sealed record Change(Standing Before, Standing After)
    {
        public AffectedUser User => new(Before.User.Id, Before.User.DisplayName);
    }
}

/// <summary>How much of the effects is looked at.</summary>
internal readonly record struct EffectBounds(int MaxUsers, int MaxItems, int MaxLists);
