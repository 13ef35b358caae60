using Tributary.Acls;

namespace Tributary.Access;

/// <summary>Other facts with changes laid over them that nobody made yet.</summary>
/// <param name="below">The facts without the changes.</param>
/// <param name="itemId">The item that gets <see cref="WhatIf.Acl"/>.</param>
/// <param name="whatIf">The changes.</param>
internal sealed class WhatIfFacts(IAccessFacts below, string? itemId, WhatIf whatIf) : IAccessFacts
{
    /// <summary>The last word on each membership that is spoken of.</summary>
    private readonly Dictionary<Membership, bool> _isMember = whatIf.Memberships
        .GroupBy(change => change.Membership).ToDictionary(changes => changes.Key, changes => changes.Last().IsAdded);

    public DateTimeOffset At => below.At;

    /// <summary>Those that come, of groups that may be in each other.</summary>
    public IEnumerable<Membership> Added => _isMember.Where(pair => pair.Value).Select(pair => pair.Key);

    public async ValueTask<ItemFacts?> FindItemOrNullAsync(string id, CancellationToken cancellationToken)
    {
        ItemFacts? item = await below.FindItemOrNullAsync(id, cancellationToken);
        return id != itemId || whatIf.Acl is not { } acl ? item
            : item is null && !whatIf.IsPut ? null
            : new ItemFacts(acl, null, null, item?.SearchableFrom);
    }

    public async ValueTask<UserFacts> ReadUserAsync(string userId, CancellationToken cancellationToken)
    {
        UserFacts user = await below.ReadUserAsync(userId, cancellationToken);
        if (user.IsKnown == false || !_isMember.Keys.Any(IsOfEntra))
        {
            // Entra counts a member whom it does not know once it does, and not before.
            return user;
        }

        var self = new Principal(AclType.User, userId);
        HashSet<Principal> reached = await GroupWalk.ReachAsync([self], FindDirectEntraGroupsAsync, cancellationToken);
        HashSet<string> groups = [.. reached.Where(principal => principal != self).Select(principal => principal.Value)];
        return groups.SetEquals(user.Groups) ? user : user with { Groups = groups, GroupsFrom = FactSource.WhatIf };
    }

    public async ValueTask<IReadOnlyList<string>> FindExternalGroupsAsync(UserFacts user, int max, CancellationToken cancellationToken)
    {
        if (_isMember.Count == 0)
        {
            return await below.FindExternalGroupsAsync(user, max, cancellationToken);
        }

        IEnumerable<Principal> from = user.Groups.Select(group => new Principal(AclType.Group, group)).Prepend(new Principal(AclType.User, user.Id));
        return [.. (await GroupWalk.ReachAsync(from, FindDirectExternalGroupsAsync, cancellationToken))
            .Where(reached => reached.Type == AclType.ExternalGroup).Select(group => group.Value).Take(max)];
    }

    public async ValueTask<IReadOnlyList<Membership>> FindDirectGroupsAsync(IReadOnlyCollection<Principal> members, CancellationToken cancellationToken)
    {
        var added = new List<Membership>();
        foreach (Membership membership in Added.Where(membership => members.Contains(membership.Member)))
        {
            if (!IsOfEntra(membership) || membership.Member.Type != AclType.User || (await below.ReadUserAsync(membership.Member.Value, cancellationToken)).IsKnown != false)
            {
                added.Add(membership);
            }
        }

        return [.. Left(await below.FindDirectGroupsAsync(members, cancellationToken)), .. added];
    }

    public async ValueTask<IReadOnlyList<Membership>> FindDirectExternalGroupsAsync(IReadOnlyCollection<Principal> members, CancellationToken cancellationToken) =>
    [
        .. Left(await below.FindDirectExternalGroupsAsync(members, cancellationToken)),
        .. Added.Where(membership => !IsOfEntra(membership) && members.Contains(membership.Member)),
    ];

    /// <summary>A group whose members change has no version yet.</summary>
    public async ValueTask<GroupFacts?> FindGroupOrNullAsync(Principal group, CancellationToken cancellationToken) =>
        await below.FindGroupOrNullAsync(group, cancellationToken) is { } found
            ? _isMember.Keys.Any(membership => membership.Group == group) ? found with { Version = null } : found
            : null;

    private IEnumerable<Membership> Left(IEnumerable<Membership> memberships) => memberships.Where(membership => !_isMember.ContainsKey(membership));

    private async ValueTask<IReadOnlyList<Membership>> FindDirectEntraGroupsAsync(IReadOnlyCollection<Principal> members, CancellationToken cancellationToken) =>
        [.. (await FindDirectGroupsAsync(members, cancellationToken)).Where(IsOfEntra)];

    private static bool IsOfEntra(Membership membership) => membership.Group.Type == AclType.Group;
}
