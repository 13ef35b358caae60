using Tributary.Graph;

namespace Tributary.Connections;

/// <summary>The Graph types of a connection and their members per version (external-connectors 3.1 and 11).</summary>
internal static class ConnectionTypes
{
    public static readonly GraphType PropertyRule = new(
        GraphType.ExternalConnectors + "propertyRule",
        isOpen: false,
        new("operation") { Type = GraphType.ExternalConnectors + "ruleOperation", IsRequired = true },
        new("property") { IsRequired = true },
        new("values") { IsCollection = true, IsRequired = true },
        new("valuesJoinedBy") { Type = GraphType.Graph + "binaryOperator", IsRequired = true });

    public static readonly GraphType DisplayTemplate = new(
        GraphType.ExternalConnectors + "displayTemplate",
        isOpen: false,
        new("id") { IsRequired = true },
        new("layout") { Type = GraphType.Graph + "Json", IsRequired = true },
        new("priority") { Type = "Edm.Int32", IsRequired = true },
        new("rules") { Type = PropertyRule.Name, IsCollection = true });

    public static readonly GraphType SearchSettings = new(
        GraphType.ExternalConnectors + "searchSettings",
        isOpen: false,
        new GraphMember("searchResultTemplates") { Type = DisplayTemplate.Name, IsCollection = true });

    public static readonly GraphType ComplianceSettings = new(
        GraphType.ExternalConnectors + "complianceSettings",
        isOpen: false,
        new GraphMember("eDiscoveryResultTemplates") { Type = DisplayTemplate.Name, IsCollection = true })
    {
        Versions = GraphVersions.Beta,
    };

    public static readonly GraphType UrlMatchInfo = new(
        GraphType.ExternalConnectors + "urlMatchInfo", isOpen: false, new("baseUrls") { IsCollection = true }, "urlPattern");

    public static readonly GraphType UrlToItemResolverBase = new(
        GraphType.ExternalConnectors + "urlToItemResolverBase", isOpen: false, new GraphMember("priority") { Type = "Edm.Int32" })
    {
        IsAbstract = true,
    };

    public static readonly GraphType ItemIdResolver = new(
        GraphType.ExternalConnectors + "itemIdResolver",
        isOpen: false,
        new("priority") { Type = "Edm.Int32" },
        new("itemId") { IsRequired = true },
        new("urlMatchInfo") { Type = UrlMatchInfo.Name })
    {
        BaseType = UrlToItemResolverBase,
    };

    public static readonly GraphType ActivitySettings = new(
        GraphType.ExternalConnectors + "activitySettings",
        isOpen: false,
        new GraphMember("urlToItemResolvers") { Type = UrlToItemResolverBase.Name, IsCollection = true });

    public static readonly GraphType Configuration = new(
        GraphType.ExternalConnectors + "configuration", isOpen: true, new GraphMember("authorizedAppIds") { IsCollection = true });

    public static readonly GraphType ExternalConnection = new(
        GraphType.ExternalConnectors + "externalConnection",
        isOpen: false,
        "id",
        "name",
        "description",
        new("configuration") { Type = Configuration.Name },
        "connectorId",
        new("activitySettings") { Type = ActivitySettings.Name },
        new("searchSettings") { Type = SearchSettings.Name },
        new("complianceSettings", GraphVersions.Beta) { Type = ComplianceSettings.Name },
        new("enabledContentExperiences", GraphVersions.Beta) { Type = GraphType.ExternalConnectors + "contentExperienceType" },
        new("contentCategory") { Type = GraphType.ExternalConnectors + "contentCategory", IsRequired = true },
        new("ingestedItemsCount", GraphVersions.Beta) { Type = "Edm.Int64" },
        new("state") { Type = GraphType.ExternalConnectors + "connectionState" },
        new("groups") { Type = GraphType.ExternalConnectors + "externalGroup", IsCollection = true, Kind = GraphMemberKind.ContainedNavigation },
        new("items") { Type = GraphType.ExternalConnectors + "externalItem", IsCollection = true, Kind = GraphMemberKind.ContainedNavigation },
        new("operations") { Type = GraphType.ExternalConnectors + "connectionOperation", IsCollection = true, Kind = GraphMemberKind.ContainedNavigation },
        new("quota", GraphVersions.Beta) { Type = GraphType.ExternalConnectors + "connectionQuota", Kind = GraphMemberKind.ContainedNavigation },
        new("schema") { Type = GraphType.ExternalConnectors + "schema", Kind = GraphMemberKind.ContainedNavigation })
    {
        IsEntity = true,
        BaseType = GraphType.Entity,
    };
}
