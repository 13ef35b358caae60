using CsCheck;
using Tributary.Acls;

namespace Tributary.Tests.Access;

internal enum AccessChangeKind
{
    AddUser,
    DeleteUser,
    AddGroup,
    DeleteGroup,
    AddMember,
    RemoveMember,
    AddExternalGroup,
    DeleteExternalGroup,
    AddExternalMember,
    RemoveExternalMember,
    AddAcl,
}

/// <summary>Something that happens to who may see what; places in the lists of <see cref="AccessNames"/>, so that it can be drawn and made smaller.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Tenant">Where; each has a directory of its own.</param>
/// <param name="Connection">Of what is external and of lists; each has external groups of its own.</param>
/// <param name="Subject">The user or the group.</param>
/// <param name="Member">Who comes into it or leaves it.</param>
/// <param name="IsGuest">Of a user: what the directory says.</param>
/// <param name="Acl">The list that comes.</param>
internal sealed record AccessChange(AccessChangeKind Kind, int Tenant, int Connection, int Subject, int Member, bool? IsGuest, Acl Acl)
{
    private static readonly Gen<AccessChangeKind> Kinds = Gen.Frequency(
        (3, AccessChangeKind.AddUser),
        (1, AccessChangeKind.DeleteUser),
        (3, AccessChangeKind.AddGroup),
        (1, AccessChangeKind.DeleteGroup),
        (8, AccessChangeKind.AddMember),
        (3, AccessChangeKind.RemoveMember),
        (3, AccessChangeKind.AddExternalGroup),
        (1, AccessChangeKind.DeleteExternalGroup),
        (8, AccessChangeKind.AddExternalMember),
        (3, AccessChangeKind.RemoveExternalMember),
        (6, AccessChangeKind.AddAcl));

    private static readonly Gen<AclEntry> Entry =
        from type in Gen.OneOf(Enum.GetValues<AclType>())
        from value in type switch
        {
            AclType.User => Gen.OneOf(AccessNames.InAnyCase(AccessNames.Users)),
            AclType.Group => Gen.OneOf(AccessNames.InAnyCase(AccessNames.Groups)),
            AclType.ExternalGroup => Gen.OneOf(AccessNames.ExternalGroups),
            _ => Gen.OneOf("everyone", "8f0c2e3f-0000-4000-8000-0000000000ff"),
        }
        from access in Gen.Frequency((3, AccessType.Grant), (1, AccessType.Deny))
        select new AclEntry(type, value, access);

    public static readonly Gen<AccessChange> Any =
        from kind in Kinds
        from place in Gen.Select(Gen.Int[0, AccessNames.Tenants - 1], Gen.Int[0, AccessNames.Connections - 1])
        from who in Gen.Select(Gen.Int[0, 99], Gen.Int[0, 99])
        from isGuest in Gen.Frequency<bool?>((4, null), (1, true), (1, false))
        from entries in Entry.Array[0, 5]
        select new AccessChange(kind, place.Item1, place.Item2, who.Item1, who.Item2, isGuest, kind == AccessChangeKind.AddAcl ? new Acl(entries) : Acl.Empty);
}
