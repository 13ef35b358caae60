using Tributary.Graph;

namespace Tributary.Connections;

/// <summary>The Graph types of a connection and their members per version (external-connectors 3.1 and 11).</summary>
internal static class ConnectionTypes
{
    public static readonly GraphType ExternalConnection = new(
        GraphType.ExternalConnectors + "externalConnection",
        isOpen: false,
        "id",
        "name",
        "description",
        "configuration",
        "connectorId",
        "activitySettings",
        "searchSettings",
        new("complianceSettings", GraphVersions.Beta),
        new("enabledContentExperiences", GraphVersions.Beta),
        "contentCategory",
        new("ingestedItemsCount", GraphVersions.Beta),
        "state")
    {
        OtherNames = ["microsoft.graph.externalConnection"],
    };

    public static readonly GraphType Configuration = new(GraphType.ExternalConnectors + "configuration", isOpen: true, "authorizedAppIds")
    {
        OtherNames = ["microsoft.graph.configuration"],
    };

    public static readonly GraphType SearchSettings = new(GraphType.ExternalConnectors + "searchSettings", isOpen: false, "searchResultTemplates");

    public static readonly GraphType ComplianceSettings = new(GraphType.ExternalConnectors + "complianceSettings", isOpen: false, "eDiscoveryResultTemplates");

    public static readonly GraphType DisplayTemplate = new(GraphType.ExternalConnectors + "displayTemplate", isOpen: false, "id", "layout", "priority", "rules");

    public static readonly GraphType PropertyRule = new(
        GraphType.ExternalConnectors + "propertyRule", isOpen: false, "operation", "property", "values", "valuesJoinedBy");

    public static readonly GraphType ActivitySettings = new(GraphType.ExternalConnectors + "activitySettings", isOpen: false, "urlToItemResolvers");

    public static readonly GraphType ItemIdResolver = new(
        GraphType.ExternalConnectors + "itemIdResolver", isOpen: false, "priority", "itemId", "urlMatchInfo");

    public static readonly GraphType UrlMatchInfo = new(GraphType.ExternalConnectors + "urlMatchInfo", isOpen: false, "baseUrls", "urlPattern");
}
