using Tributary.Graph;

namespace Tributary.Groups;

/// <summary>The Graph types of external groups and their members (external-connectors 8.1), and the names older clients give them.</summary>
internal static class GroupTypes
{
    /// <summary><c>identitySource</c> is of the older <c>externalGroupMember</c>, which no metadata has any more.</summary>
    public static readonly GraphType Identity = new(
        GraphType.ExternalConnectors + "identity",
        isOpen: false,
        "id",
        new("type") { Type = GraphType.ExternalConnectors + "identityType" },
        new("identitySource", GraphVersions.Beta) { IsLegacy = true })
    {
        IsEntity = true,
        BaseType = GraphType.Entity,
        OtherNames = [GraphType.ExternalConnectors + "externalGroupMember", "microsoft.graph.externalGroupMember"],
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
        OtherNames = ["microsoft.graph.externalGroup"],
    };
}
