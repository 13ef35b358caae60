namespace Tributary.Acls;

/// <summary>
/// Whom an entry names, in the one form that compares: object ids in lower case, external group ids as they are (they are case-sensitive), and no value
/// for the two everyone types, whose value says nothing (U29). Equal principals are the same people, so this can be the key of a table.
/// </summary>
internal readonly record struct Principal(AclType Type, string Value)
{
    public static readonly Principal Everyone = new(AclType.Everyone, "");

    public static readonly Principal EveryoneExceptGuests = new(AclType.EveryoneExceptGuests, "");

    public static Principal Of(AclEntry entry) => entry.Type switch
    {
        AclType.User or AclType.Group => new(entry.Type, entry.Value.ToLowerInvariant()),
        AclType.Everyone => Everyone,
        AclType.EveryoneExceptGuests => EveryoneExceptGuests,
        _ => new(entry.Type, entry.Value),
    };
}
