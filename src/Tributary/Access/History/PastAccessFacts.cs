using Tributary.Acls;
using Tributary.Connections;

namespace Tributary.Access.History;

/// <summary>
/// Access as it was at an instant of which there is history. What nobody kept is unknown, and so counts against the user: it lets him in nowhere, and keeps him out where
/// it could. Names and versions of groups are not kept.
/// </summary>
/// <param name="connection">That had the id then.</param>
/// <param name="directory">Tells of the users and groups of its tenant; null: nobody does.</param>
/// <param name="at">The instant.</param>
/// <param name="reader">Reads the past of the store.</param>
internal sealed class PastAccessFacts(ConnectionKey connection, IPastDirectory? directory, DateTimeOffset at, PastReader reader) : IAccessFacts
{
    /// <summary>What the question says of its user where nobody tells.</summary>
    public StatedUser Stated { get; init; } = StatedUser.Nobody;

    /// <summary>The tenant had no directory, so the token counted: who was no guest by it was none.</summary>
    public bool WasByToken { get; init; }

    public DateTimeOffset At => at;

    public async ValueTask<ItemFacts?> FindItemOrNullAsync(string itemId, CancellationToken cancellationToken) =>
        await reader.FindItemOrNullAsync(connection, itemId, at, cancellationToken) is { } item
            ? new ItemFacts(item.Acl, Change: null, item.AclNumber, item.SearchableFrom)
            : null;

    public async ValueTask<UserFacts> ReadUserAsync(string userId, CancellationToken cancellationToken)
    {
        StatedUser stated = userId == Stated.UserId ? Stated : StatedUser.Nobody;
        if (directory is null)
        {
            return Untold(userId, stated);
        }

        if (await directory.FindUserOrNullAsync(userId, cancellationToken) is not { } user)
        {
            return Untold(userId, stated with { Groups = null }) with { IsKnown = false, IsEnabled = true, IsGuest = stated.IsGuest };
        }

        return new UserFacts
        {
            Id = userId,
            IsKnown = true,
            IsEnabled = user.IsEnabled,
            IsGuest = user.IsGuest ?? stated.IsGuest ?? false,
            IsGuestFrom = user.IsGuest is not null ? FactSource.History : stated.IsGuest is not null ? FactSource.Request : FactSource.Default,
            Groups = await ReadGroupsAsync(directory, userId, cancellationToken),
            GroupsFrom = FactSource.History,
            HasUnknownGroups = false,
        };
    }

    public async ValueTask<IReadOnlyList<string>> FindExternalGroupsAsync(UserFacts user, int max, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Principal[] level = [new(AclType.User, user.Id), .. user.Groups.Select(group => new Principal(AclType.Group, group))];
        while (level.Length > 0 && found.Count < max)
        {
            string[] next = [.. (await reader.FindExternalGroupsAsync(connection, level, at, cancellationToken)).Select(step => step.Value).Where(seen.Add)];
            found.AddRange(next.Take(max - found.Count));
            level = [.. next.Select(group => new Principal(AclType.ExternalGroup, group))];
        }

        return found;
    }

    public async ValueTask<IReadOnlyList<Membership>> FindDirectGroupsAsync(IReadOnlyCollection<Principal> members, CancellationToken cancellationToken)
    {
        var found = new List<Membership>(await FindDirectExternalGroupsAsync(members, cancellationToken));
        if (directory is null)
        {
            var user = new Principal(AclType.User, Stated.UserId ?? "");
            found.AddRange((members.Contains(user) ? Stated.Groups : null)?.Order(StringComparer.Ordinal).Select(group => new Membership(user, new Principal(AclType.Group, group))) ?? []);
        }
        else
        {
            ILookup<string, Principal> asked = members.Where(member => member.Type is AclType.User or AclType.Group).ToLookup(member => member.Value);
            foreach ((string member, string group) in await directory.FindDirectGroupsAsync([.. asked.Select(one => one.Key)], cancellationToken))
            {
                found.AddRange(asked[member].Select(principal => new Membership(principal, new Principal(AclType.Group, group))));
            }
        }

        return found;
    }

    public async ValueTask<IReadOnlyList<Membership>> FindDirectExternalGroupsAsync(IReadOnlyCollection<Principal> members, CancellationToken cancellationToken) =>
        [.. (await reader.FindExternalGroupsAsync(connection, members, at, cancellationToken)).Select(step => new Membership(step.Key, new Principal(AclType.ExternalGroup, step.Value)))];

    public async ValueTask<GroupFacts?> FindGroupOrNullAsync(Principal group, CancellationToken cancellationToken)
    {
        bool wasThere = group.Type == AclType.ExternalGroup
            ? await reader.HadExternalGroupAsync(connection, group.Value, at, cancellationToken)
            : directory is not null && await directory.HasGroupAsync(group.Value, cancellationToken);
        return wasThere ? new GroupFacts(DisplayName: null, Version: null) : null;
    }

    private UserFacts Untold(string userId, StatedUser stated) => new()
    {
        Id = userId,
        IsKnown = null,

        // A token that nobody else looks at is taken whoever is disabled.
        IsEnabled = WasByToken ? true : stated.WasEnabled,
        IsGuest = stated.IsGuest ?? (WasByToken ? false : null),
        IsGuestFrom = stated.IsGuest is not null ? FactSource.Request : WasByToken ? FactSource.Default : FactSource.Unknown,
        Groups = stated.Groups ?? new HashSet<string>(),
        GroupsFrom = stated.Groups is null ? FactSource.Unknown : FactSource.Request,
        HasUnknownGroups = stated.Groups is null,
        HasGroupsOverage = stated.HasGroupsOverage,
    };

    private static async ValueTask<IReadOnlySet<string>> ReadGroupsAsync(IPastDirectory directory, string userId, CancellationToken cancellationToken)
    {
        var groups = new HashSet<string>(StringComparer.Ordinal);
        string[] level = [userId];
        while (level.Length > 0)
        {
            level = [.. (await directory.FindDirectGroupsAsync(level, cancellationToken)).Select(step => step.Value).Where(groups.Add)];
        }

        return groups;
    }
}
