using Tributary.Acls;
using Tributary.Connections;
using Tributary.Graph;

namespace Tributary.Access;

/// <summary>
/// Whether members that nobody moved yet could be: as the store and the directory would say if they were asked one after the other. A member need not exist, and a
/// group may become its own.
/// </summary>
internal sealed class MembershipCheck(StoredConnection connection, StatedUser stated, AccessServices services, IAccessFacts now)
{
    private readonly Dictionary<Membership, bool> _spokenOf = [];

    public async Task CheckAsync(IReadOnlyList<MembershipChange> changes, Problems problems, CancellationToken cancellationToken)
    {
        foreach (MembershipChange change in changes)
        {
            Principal group = change.Membership.Group;
            if (!await ExistsAsync(group, cancellationToken))
            {
                problems.Rule(
                    $"{change.Path}.group.id",
                    "NoSuchGroup",
                    group.Type == AclType.ExternalGroup ? $"The connection has no external group '{group.Value}'." : $"The directory has no group '{group.Value}'.");
                continue;
            }

            bool? isMember = _spokenOf.TryGetValue(change.Membership, out bool spoken) ? spoken : await IsMemberOrNullAsync(change.Membership, cancellationToken);
            if (isMember is null && !change.IsAdded)
            {
                problems.Rule(
                    $"{change.Path}.member.id", "GroupsUnknown", "No directory is configured that tells who is in the group; state the user's groups with 'userId' and 'groups'.");
            }
            else if (isMember == change.IsAdded)
            {
                problems.Rule(
                    $"{change.Path}.member.id",
                    change.IsAdded ? "AlreadyMember" : "NoSuchMember",
                    $"The group '{group.Value}' {(change.IsAdded ? "already has" : "does not have")} the member '{change.Membership.Member.Value}'.");
            }
            else if (change.IsAdded && group.Type == AclType.ExternalGroup && await IsFullAsync(group, cancellationToken))
            {
                problems.Rule(change.Path, "MemberQuotaExceeded", $"The group has {services.GroupOptions.Value.MaxMembers} members, which is the limit.");
            }

            _spokenOf[change.Membership] = change.IsAdded;
        }
    }

    /// <summary>Without a directory every group of Entra may exist.</summary>
    private async ValueTask<bool> ExistsAsync(Principal group, CancellationToken cancellationToken) => group.Type == AclType.ExternalGroup
        ? await services.Groups.FindOrNullAsync(connection.Key, group.Value, cancellationToken) is not null
        : services.Directories.OfOrNull(connection.TenantId) is not { } directory
            || await directory.FindGroupOrNullAsync(connection.TenantId, group.Value, cancellationToken) is not null;

    /// <summary>Null: nobody can tell.</summary>
    private async ValueTask<bool?> IsMemberOrNullAsync(Membership membership, CancellationToken cancellationToken)
    {
        bool canTell = membership.Group.Type == AclType.ExternalGroup
            || services.Directories.OfOrNull(connection.TenantId) is not null
            || (stated.Groups is not null && membership.Member == new Principal(AclType.User, stated.UserId ?? ""));
        return canTell ? (await now.FindDirectGroupsAsync([membership.Member], cancellationToken)).Contains(membership) : null;
    }

    private async ValueTask<bool> IsFullAsync(Principal group, CancellationToken cancellationToken)
    {
        long members = await services.Groups.CountMembersOrNullAsync(connection.Key, group.Value, cancellationToken) ?? 0;
        foreach ((Membership membership, bool isAdded) in _spokenOf.Where(pair => pair.Key.Group == group))
        {
            if (isAdded != await IsMemberOrNullAsync(membership, cancellationToken))
            {
                members += isAdded ? 1 : -1;
            }
        }

        return members >= services.GroupOptions.Value.MaxMembers;
    }
}
