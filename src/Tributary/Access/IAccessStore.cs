using Tributary.Acls;
using Tributary.Connections;

namespace Tributary.Access;

/// <summary>What explanations ask the store beyond what everybody asks it. Nothing of an item's content or properties is read.</summary>
internal interface IAccessStore
{
    /// <summary>The list of an item with its versions, out of one state of the database.</summary>
    ValueTask<ItemFacts?> FindItemOrNullAsync(ConnectionKey connection, string itemId, CancellationToken cancellationToken);

    /// <summary>Which of these are directly in which external groups.</summary>
    /// <param name="connection">Whose groups.</param>
    /// <param name="members">Of types user, group and externalGroup.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    ValueTask<IReadOnlyList<Membership>> FindDirectGroupsAsync(ConnectionKey connection, IReadOnlyCollection<Principal> members, CancellationToken cancellationToken);

    /// <summary>An external group's name, and a digest of its members as its version.</summary>
    ValueTask<GroupFacts?> FindGroupOrNullAsync(ConnectionKey connection, string groupId, CancellationToken cancellationToken);

    /// <summary>How many items use an interned list, and the first of them in the order of ids.</summary>
    ValueTask<(long Count, IReadOnlyList<string> Ids)> FindItemsOfListAsync(ConnectionKey connection, long acl, int max, CancellationToken cancellationToken);
}
