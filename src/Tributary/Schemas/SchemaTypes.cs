using Tributary.Graph;

namespace Tributary.Schemas;

/// <summary>
/// The schema's types as the metadata declares them (external-connectors 4.1 and 11).
/// </summary>
internal static class SchemaTypes
{
    public static readonly GraphType RankingHint = new(
        GraphType.ExternalConnectors + "rankingHint",
        isOpen: false,
        new GraphMember("importanceScore", GraphVersions.Beta) { Type = GraphType.ExternalConnectors + "importanceScore" })
    {
        Versions = GraphVersions.Beta,
    };

    /// <summary><c>description</c> stands on both versions: the newest v1.0 metadata has it (U14).</summary>
    public static readonly GraphType Property = new(
        GraphType.ExternalConnectors + "property",
        isOpen: false,
        new("name") { IsRequired = true },
        new("type") { Type = GraphType.ExternalConnectors + "propertyType", IsRequired = true },
        new("isSearchable") { Type = "Edm.Boolean" },
        new("isRetrievable") { Type = "Edm.Boolean" },
        new("isQueryable") { Type = "Edm.Boolean" },
        new("isRefinable") { Type = "Edm.Boolean" },
        new("isExactMatchRequired", GraphVersions.Beta) { Type = "Edm.Boolean" },
        new("labels") { Type = GraphType.ExternalConnectors + "label", IsCollection = true },
        new("aliases") { IsCollection = true },
        new("rankingHint", GraphVersions.Beta) { Type = RankingHint.Name },
        "description");

    /// <summary><c>id</c> is inherited from <c>entity</c>: taken and ignored, as a client may send back what it read.</summary>
    public static readonly GraphType Schema = new(
        GraphType.ExternalConnectors + "schema",
        isOpen: false,
        "id",
        new("baseType") { IsRequired = true },
        new("properties") { Type = Property.Name, IsCollection = true })
    {
        IsEntity = true,
        BaseType = GraphType.Entity,
    };
}
