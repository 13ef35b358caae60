using Tributary.Acls;
using Tributary.Connections;
using Tributary.Directories.Reading;
using Tributary.Graph;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Operations;
using Tributary.Schemas;

namespace Tributary.Metadata;

/// <summary>
/// Every type of the surface with its members per version: one model, of which each version shows what it has. The types that bodies are read as stand with
/// their readers; here are those that are only written, or only named.
/// </summary>
internal static class GraphModel
{
    private const string Graph = GraphType.Graph;
    private const string Connectors = GraphType.ExternalConnectors;

    public static readonly GraphType ConnectionOperation = Entity(
        "connectionOperation",
        GraphVersions.Both,
        new("error") { Type = PublicError.Type.Name },
        new("status") { Type = Connectors + "connectionOperationStatus" });

    public static readonly GraphType ConnectionQuota = Entity("connectionQuota", GraphVersions.Beta, new GraphMember("itemsRemaining") { Type = "Edm.Int64" });

    private static readonly GraphType External = new(
        Connectors + "external",
        isOpen: false,
        new GraphMember("connections") { Type = ConnectionTypes.ExternalConnection.Name, IsCollection = true, Kind = GraphMemberKind.ContainedNavigation })
    {
        IsEntity = true,
    };

    public static readonly IReadOnlyList<GraphEnum> Enums =
    [
        GraphEnum.Of<BinaryOperator>(Graph + "binaryOperator"),
        .. SearchTypes.Enums,
        GraphEnum.Of<AccessType>(Connectors + "accessType", unknownFutureValue: 3),
        GraphEnum.Of<AclType>(Connectors + "aclType", unknownFutureValue: 6),
        GraphEnum.Of<ConnectionOperationStatus>(Connectors + "connectionOperationStatus", unknownFutureValue: 4),
        GraphEnum.Of<ConnectionState>(Connectors + "connectionState", unknownFutureValue: 5),
        GraphEnum.Of<ContentCategory>(Connectors + "contentCategory", unknownFutureValue: 14),
        new(Connectors + "contentExperienceType", ("search", (int)ContentExperiences.Search), ("compliance", (int)ContentExperiences.Compliance), (GraphEnum.Sentinel, 4))
        {
            IsFlags = true,
            Versions = GraphVersions.Beta,
        },
        GraphEnum.Of<ExternalActivityType>(Connectors + "externalActivityType", unknownFutureValue: 5),
        GraphEnum.Of<ExternalItemContentType>(Connectors + "externalItemContentType", unknownFutureValue: 3),
        new(Connectors + "identitySourceType", ("azureActiveDirectory", 1), ("external", 2), (GraphEnum.Sentinel, 3)) { Versions = GraphVersions.Beta },
        GraphEnum.Of<IdentityType>(Connectors + "identityType", unknownFutureValue: 4),
        GraphEnum.Of<ImportanceScore>(Connectors + "importanceScore", unknownFutureValue: 4) with { Versions = GraphVersions.Beta },
        GraphEnum.Of<Label>(Connectors + "label"),
        GraphEnum.Of<PropertyType>(Connectors + "propertyType"),
        GraphEnum.Of<RuleOperation>(Connectors + "ruleOperation", unknownFutureValue: 8),
    ];

    public static readonly IReadOnlyList<GraphType> Types =
    [
        GraphType.Entity,
        .. DirectoryTypes.All,
        .. SearchTypes.Types,
        PublicError.DetailType,
        PublicError.InnerType,
        PublicError.Type,
        AclRules.EntryType,
        ConnectionTypes.PropertyRule,
        ConnectionTypes.DisplayTemplate,
        ConnectionTypes.SearchSettings,
        ConnectionTypes.ComplianceSettings,
        ConnectionTypes.UrlMatchInfo,
        ConnectionTypes.UrlToItemResolverBase,
        ConnectionTypes.ItemIdResolver,
        ConnectionTypes.ActivitySettings,
        ConnectionTypes.Configuration,
        ConnectionTypes.ExternalConnection,
        ConnectionOperation,
        ConnectionQuota,
        External,
        ActivityRules.ActivityType,
        new(Connectors + "externalActivityResult", isOpen: false, new GraphMember("error") { Type = PublicError.Type.Name })
        {
            IsEntity = true,
            BaseType = ActivityRules.ActivityType,
        },
        GroupTypes.Identity,
        GroupTypes.ExternalGroup,
        ItemPropertiesReader.PropertiesType,
        PropertyWriter.PrincipalType,
        ItemReader.ContentType,
        ItemReader.LabelType,
        ItemReader.ItemType,
        SchemaTypes.RankingHint,
        SchemaTypes.Property,
        SchemaTypes.Schema,
    ];

    public static readonly IReadOnlyList<GraphAction> Actions =
    [
        new(
            Graph + "query",
            Graph + "searchEntity",
            new GraphMember("requests") { Type = Graph + "searchRequest", IsCollection = true, IsRequired = true },
            new GraphMember("") { Type = Graph + "searchResponse", IsCollection = true, IsRequired = true }),
        new(
            Connectors + "addActivities",
            ItemReader.ItemType.Name,
            new GraphMember("activities") { Type = ActivityRules.ActivityType.Name, IsCollection = true, IsRequired = true },
            new GraphMember("") { Type = Connectors + "externalActivityResult", IsCollection = true }),
    ];

    /// <summary>The roots that are one entity.</summary>
    public static readonly IReadOnlyList<(string Name, string Type)> Singletons =
        [("external", External.Name), ("me", DirectoryTypes.User.Name), ("search", Graph + "searchEntity")];

    /// <summary>The roots that are collections.</summary>
    public static readonly IReadOnlyList<(string Name, string Type)> Sets = DirectoryTypes.Sets;

    private static GraphType Entity(string name, GraphVersions versions, params GraphMember[] members) => new(Connectors + name, isOpen: false, members)
    {
        IsEntity = true,
        BaseType = GraphType.Entity,
        Versions = versions,
    };
}

/// <summary>A bound action: what it is called on, what it takes and what it answers.</summary>
internal sealed record GraphAction(string Name, string BindingType, GraphMember Parameter, GraphMember Result);
