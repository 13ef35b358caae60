using Tributary.Acls;

namespace Tributary.Access;

/// <summary>What was not looked at, so that the effects may be more than those told.</summary>
internal enum NotLookedAt
{
    /// <summary>More users than <c>maxUsers</c>.</summary>
    Users,

    /// <summary>More items than <c>maxItems</c>; how many each list has is told all the same.</summary>
    Items,

    /// <summary>More access lists of the connection name the groups than are looked at.</summary>
    Lists,

    /// <summary>Users of principals that no directory lists.</summary>
    Principals,
}

/// <summary>A user for whom something changes.</summary>
internal sealed record AffectedUser(string Id, string? DisplayName);

/// <summary>Items that open or close alike, as they share an access list.</summary>
/// <param name="AclNumber">Number of the list; null for the one that the request brings.</param>
/// <param name="ItemCount">How many items have it, shown or not.</param>
/// <param name="Items">The first of them in the order of ids.</param>
/// <param name="OpensFor">Who would see them.</param>
/// <param name="ClosesFor">Who would see them no longer.</param>
internal sealed record ListEffect(
    long? AclNumber, long ItemCount, IReadOnlyList<string> Items, IReadOnlyList<AffectedUser> OpensFor, IReadOnlyList<AffectedUser> ClosesFor);

/// <summary>Which of the connection's items changes would open or close, and for whom.</summary>
/// <param name="Lists">Those with an effect.</param>
/// <param name="UsersLookedAt">For how many users it was found out.</param>
/// <param name="ListsLookedAt">Of how many access lists.</param>
/// <param name="ShutOut">Users to whom a search would answer nothing any more, as they would be in too many external groups.</param>
/// <param name="LetIn">Users to whom a search answers nothing now for that reason, and would.</param>
/// <param name="Missing">What was not looked at; empty: this is all.</param>
/// <param name="Unlisted">The principals of <see cref="NotLookedAt.Principals"/>.</param>
internal sealed record Effects(
    IReadOnlyList<ListEffect> Lists,
    int UsersLookedAt,
    int ListsLookedAt,
    IReadOnlyList<AffectedUser> ShutOut,
    IReadOnlyList<AffectedUser> LetIn,
    IReadOnlyList<NotLookedAt> Missing,
    IReadOnlyList<Principal> Unlisted);
