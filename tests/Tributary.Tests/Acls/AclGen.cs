using CsCheck;
using Tributary.Acls;

namespace Tributary.Tests.Acls;

/// <summary>Access lists and callers drawn from few names, so that they meet often.</summary>
internal static class AclGen
{
    private static readonly string[] Ids =
    [
        "0b1d2e3f-0000-4000-8000-00000000000a", "0B1D2E3F-0000-4000-8000-00000000000A", "0b1d2e3f-0000-4000-8000-00000000000b",
        "0b1d2e3f-0000-4000-8000-00000000000c",
    ];

    private static readonly string[] ExternalIds = ["nightshift", "Nightshift", "dayshift"];

    private static readonly Gen<AccessType> AccessType =
        Gen.Frequency((3, Tributary.Acls.AccessType.Grant), (1, Tributary.Acls.AccessType.Deny));

    public static readonly Gen<AclEntry> Entry =
        from type in Gen.OneOf(Enum.GetValues<AclType>())
        from value in type switch
        {
            AclType.User or AclType.Group => Gen.OneOf(Ids),
            AclType.ExternalGroup => Gen.OneOf(ExternalIds),
            _ => Gen.OneOf("everyone", "8f0c2e3f-0000-4000-8000-0000000000ff", "Grüße 😀"),
        }
        from access in AccessType
        select new AclEntry(type, value, access);

    public static readonly Gen<Acl> Acl = Entry.List[0, 6].Select(entries => new Acl(entries));

    /// <summary>Of some it is not known in which groups they are, or whether they are guests.</summary>
    public static readonly Gen<AccessPrincipals> Caller =
        from user in Gen.OneOf<string?>([.. Ids, null])
        from groups in Gen.OneOf(Ids).List[0, 3]
        from externalGroups in Gen.OneOf(ExternalIds).List[0, 2]
        from isGuest in Gen.OneOf<bool?>(true, false, null)
        from hasUnknownGroups in Gen.Bool
        select new AccessPrincipals(user, groups, externalGroups, isGuest, hasUnknownGroups);
}
