using Tributary.Graph;

namespace Tributary.Groups;

/// <summary>The Graph types of external groups and their members (external-connectors 8.1).</summary>
internal static class GroupTypes
{
    /// <summary><c>identitySource</c> and the other name are of the <c>externalGroupMember</c> of older beta pages, which no metadata has any more.</summary>
    public static readonly GraphType Identity = new(
        GraphType.ExternalConnectors + "identity",
        isOpen: false,
        "id",
        new("type") { Type = GraphType.ExternalConnectors + "identityType" },
        new("identitySource", GraphVersions.Beta) { IsLegacy = true })
    {
        IsEntity = true,
        BaseType = GraphType.Entity,
        OtherNames = [GraphType.ExternalConnectors + "externalGroupMember"],
    };

    public static readonly GraphType ExternalGroup = new(
        GraphType.ExternalConnectors + "externalGroup",
        isOpen: false,
        "id",
        "displayName",
        "description",
        new("members") { Type = Identity.Name, IsCollection = true, Kind = GraphMemberKind.ContainedNavigation })
    {
        IsEntity = true,
        BaseType = GraphType.Entity,
    };
}
