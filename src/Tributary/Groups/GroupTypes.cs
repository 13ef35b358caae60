using Tributary.Graph;

namespace Tributary.Groups;

/// <summary>The Graph types of external groups and their members (external-connectors 8.1), and the names older clients give them.</summary>
internal static class GroupTypes
{
    public static readonly GraphType ExternalGroup = new(GraphType.ExternalConnectors + "externalGroup", isOpen: false, "id", "displayName", "description")
    {
        OtherNames = ["microsoft.graph.externalGroup"],
    };

    public static readonly GraphType Identity = new(
        GraphType.ExternalConnectors + "identity", isOpen: false, "id", "type", new("identitySource", GraphVersions.Beta))
    {
        OtherNames = [GraphType.ExternalConnectors + "externalGroupMember", "microsoft.graph.externalGroupMember"],
    };
}
