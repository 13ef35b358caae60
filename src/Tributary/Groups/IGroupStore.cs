using Tributary.Connections;

namespace Tributary.Groups;

/// <summary>Keeps external groups and their members, and knows in which a user is. A change is in force for the next query.</summary>
internal interface IGroupStore
{
    ValueTask<ExternalGroup?> FindOrNullAsync(ConnectionKey connection, string id, CancellationToken cancellationToken);

    /// <summary>Groups with ids after <paramref name="after"/>, in the order of ids.</summary>
    ValueTask<IReadOnlyList<ExternalGroup>> ListAsync(ConnectionKey connection, string after, int max, CancellationToken cancellationToken);

    ValueTask<long> CountAsync(ConnectionKey connection, CancellationToken cancellationToken);

    ValueTask<CreateGroupOutcome> CreateAsync(ConnectionKey connection, ExternalGroup group, int maxPerTenant, CancellationToken cancellationToken);

    /// <summary>Changes what was sent and nothing else, so that of two updates at once each keeps its part; false when the group or its connection is gone.</summary>
    ValueTask<bool> UpdateAsync(ConnectionKey connection, string id, GroupUpdate update, CancellationToken cancellationToken);

    /// <summary>Removes the group and its members. Lists and groups that name it keep doing so; it matches nobody. False when it is not there.</summary>
    ValueTask<bool> DeleteAsync(ConnectionKey connection, string id, CancellationToken cancellationToken);

    ValueTask<AddMemberOutcome> AddMemberAsync(ConnectionKey connection, string group, Identity member, int maxMembers, CancellationToken cancellationToken);

    ValueTask<RemoveMemberOutcome> RemoveMemberAsync(ConnectionKey connection, string group, string member, CancellationToken cancellationToken);

    ValueTask<Identity?> FindMemberOrNullAsync(ConnectionKey connection, string group, string member, CancellationToken cancellationToken);

    /// <summary>Null when there is no such group.</summary>
    ValueTask<long?> CountMembersOrNullAsync(ConnectionKey connection, string group, CancellationToken cancellationToken);

    /// <summary>Members with ids after <paramref name="after"/>, in the order of ids; null when there is no such group.</summary>
    ValueTask<IReadOnlyList<Identity>?> ListMembersOrNullAsync(
        ConnectionKey connection, string group, string after, int max, CancellationToken cancellationToken);

    /// <summary>
    /// The external groups of each connection that a user is in, by himself, by his Entra groups, or by external groups in external groups; cycles end. At most
    /// <paramref name="max"/> of a connection, nearest first.
    /// </summary>
    ValueTask<IReadOnlyList<IReadOnlyList<string>>> FindGroupsOfAsync(
        IReadOnlyList<ConnectionKey> connections, string userId, IReadOnlyCollection<string> groups, int max, CancellationToken cancellationToken);
}

/// <summary>What an update says of a group; what was not sent stays, null clears.</summary>
internal readonly record struct GroupUpdate(bool HasDisplayName, string? DisplayName, bool HasDescription, string? Description);

internal enum CreateGroupOutcome
{
    Created,

    /// <summary>The connection is gone or being deleted.</summary>
    Gone,
    IdTaken,
    LimitReached,
}

internal enum AddMemberOutcome
{
    Added,

    /// <summary>The connection is gone or being deleted.</summary>
    Gone,
    NoSuchGroup,
    AlreadyMember,
    LimitReached,
}

internal enum RemoveMemberOutcome
{
    Removed,
    NoSuchGroup,
    NoSuchMember,
}
