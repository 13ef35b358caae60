namespace Tributary.Acls;

/// <summary>
/// What a caller is, for the access lists of one connection: external groups belong to a connection, so the same user has other ones in the next.
/// Membership is transitive already; nothing is resolved from here on. What is not known of the caller counts against him: it grants nothing, and denies.
/// </summary>
/// <remarks>Equal when they are the same principals, so that what was computed for one caller serves the next with the same ones.</remarks>
internal sealed class AccessPrincipals : IEquatable<AccessPrincipals>
{
    private readonly HashSet<string> _groups;
    private readonly HashSet<string> _externalGroups;
    private readonly int _hashCode;

    /// <summary>Nobody signed in, such as an application that calls for itself: sees nothing.</summary>
    public static readonly AccessPrincipals Nobody = new(userId: null, groups: [], externalGroups: [], isGuest: false);

    /// <param name="userId">Object id of the signed-in user; null when nobody is.</param>
    /// <param name="groups">Object ids of the Entra groups the user is in, in any letter case.</param>
    /// <param name="externalGroups">Ids of the connection's external groups the user is in, in their exact letter case.</param>
    /// <param name="isGuest">Whether the tenant knows the user as a guest; null: nobody can tell.</param>
    /// <param name="hasUnknownGroups">The groups are those that are known, and there may be more: the directory does not know the user.</param>
    public AccessPrincipals(
        string? userId, IEnumerable<string> groups, IEnumerable<string> externalGroups, bool? isGuest, bool hasUnknownGroups = false)
    {
        UserId = string.IsNullOrEmpty(userId) ? null : userId.ToLowerInvariant();
        IsGuest = isGuest;
        HasUnknownGroups = hasUnknownGroups;
        _groups = new HashSet<string>(StringComparer.Ordinal);
        foreach (string group in groups)
        {
            _groups.Add(group.ToLowerInvariant());
        }

        _externalGroups = new HashSet<string>(externalGroups, StringComparer.Ordinal);
        _hashCode = HashCodeOfAll();
    }

    /// <summary>Lower case. Null: nobody is signed in, and then the groups count for nothing.</summary>
    public string? UserId { get; }

    public IReadOnlySet<string> Groups => _groups;

    public IReadOnlySet<string> ExternalGroups => _externalGroups;

    /// <summary>Null: not known.</summary>
    public bool? IsGuest { get; }

    /// <summary>Whether the caller may be in groups, Entra's or external ones, that are not listed here.</summary>
    public bool HasUnknownGroups { get; }

    /// <summary>Whether the caller is, or is in, <paramref name="principal"/>, as far as is known: what a grant asks.</summary>
    public bool Is(Principal principal)
    {
        if (UserId is null)
        {
            return false;
        }

        return principal.Type switch
        {
            AclType.User => UserId == principal.Value,
            AclType.Group => _groups.Contains(principal.Value),
            AclType.ExternalGroup => _externalGroups.Contains(principal.Value),
            AclType.Everyone => true,
            AclType.EveryoneExceptGuests => IsGuest == false,
            _ => false,
        };
    }

    /// <summary>Whether the caller is, or for all that is known could be, <paramref name="principal"/>: what a deny asks.</summary>
    public bool MayBe(Principal principal) =>
        Is(principal)
        || (UserId is not null && principal.Type switch
        {
            // External groups too: Entra groups may be in them.
            AclType.Group or AclType.ExternalGroup => HasUnknownGroups,
            AclType.EveryoneExceptGuests => IsGuest is null,
            _ => false,
        });

    /// <summary>Every principal the caller is, each once: exactly those for which <see cref="Is"/> answers true.</summary>
    public IEnumerable<Principal> All()
    {
        if (UserId is null)
        {
            yield break;
        }

        yield return new Principal(AclType.User, UserId);
        yield return Principal.Everyone;
        if (IsGuest == false)
        {
            yield return Principal.EveryoneExceptGuests;
        }

        foreach (string group in _groups)
        {
            yield return new Principal(AclType.Group, group);
        }

        foreach (string group in _externalGroups)
        {
            yield return new Principal(AclType.ExternalGroup, group);
        }
    }

    public bool Equals(AccessPrincipals? other) =>
        other is not null
        && _hashCode == other._hashCode
        && UserId == other.UserId
        && IsGuest == other.IsGuest
        && HasUnknownGroups == other.HasUnknownGroups
        && _groups.SetEquals(other._groups)
        && _externalGroups.SetEquals(other._externalGroups);

    public override bool Equals(object? obj) => Equals(obj as AccessPrincipals);

    public override int GetHashCode() => _hashCode;

    /// <summary>Sums over the sets, as their order says nothing.</summary>
    private int HashCodeOfAll()
    {
        int groups = 0;
        foreach (string group in _groups)
        {
            groups = unchecked(groups + group.GetHashCode(StringComparison.Ordinal));
        }

        int externalGroups = 0;
        foreach (string group in _externalGroups)
        {
            externalGroups = unchecked(externalGroups + group.GetHashCode(StringComparison.Ordinal));
        }

        return HashCode.Combine(UserId, IsGuest, HasUnknownGroups, groups, externalGroups);
    }
}
