using Tributary.Acls;
using Tributary.Groups;

namespace Tributary.Access;

/// <summary>A member that would come or go.</summary>
/// <param name="IsAdded">Else removed.</param>
/// <param name="Membership">Who in which group.</param>
/// <param name="Path">Where it stands in the request.</param>
internal sealed record MembershipChange(bool IsAdded, Membership Membership, string Path)
{
    public static Principal PrincipalOf(Identity identity) => identity.Type switch
    {
        IdentityType.User => new Principal(AclType.User, identity.Id.ToLowerInvariant()),
        IdentityType.Group => new Principal(AclType.Group, identity.Id.ToLowerInvariant()),
        _ => new Principal(AclType.ExternalGroup, identity.Id),
    };
}

/// <summary>Changes that nobody made yet.</summary>
/// <param name="Acl">The list that the item of the request would have; null: its own.</param>
/// <param name="IsPut">The item would be put, and need not be there yet; else only its list is replaced.</param>
/// <param name="Memberships">In the order in which they would be made.</param>
internal sealed record WhatIf(Acl? Acl, bool IsPut, IReadOnlyList<MembershipChange> Memberships);
