namespace Tributary.Acls;

/// <summary><c>aclType</c>: whom an entry names. Numbers are the metadata's.</summary>
internal enum AclType
{
    User = 1,
    Group = 2,
    Everyone = 3,
    EveryoneExceptGuests = 4,
    ExternalGroup = 5,
}

/// <summary><c>accessType</c>: whether an entry lets in or keeps out. Numbers are the metadata's.</summary>
internal enum AccessType
{
    Grant = 1,
    Deny = 2,
}

/// <summary>One entry of an item's access list, as stored and echoed: <c>value</c> keeps the client's spelling.</summary>
/// <param name="Type">Whom it names.</param>
/// <param name="Value">Entra object id of a user or group, id of an external group of the same connection, or anything for the two everyone types.</param>
/// <param name="AccessType">Grant or deny; deny wins.</param>
internal readonly record struct AclEntry(AclType Type, string Value, AccessType AccessType);

/// <summary>An item's access list in the order sent. An empty list grants nobody.</summary>
internal sealed record Acl(IReadOnlyList<AclEntry> Entries)
{
    public static readonly Acl Empty = new([]);
}
