using Tributary.Graph;

namespace Tributary.Schemas;

/// <summary>
/// The schema's types as the metadata declares them (external-connectors 4.1 and 11). Connectors written before the types moved into their own namespace
/// still name them <c>microsoft.graph.…</c>; <c>rankingHint</c> came later and never had another name.
/// </summary>
internal static class SchemaTypes
{
    /// <summary><c>id</c> is inherited from <c>entity</c>: taken and ignored, as a client may send back what it read.</summary>
    public static readonly GraphType Schema = new(
        GraphType.ExternalConnectors + "schema",
        isOpen: false,
        "id",
        "baseType",
        "properties")
    {
        OtherNames = ["microsoft.graph.schema"],
    };

    /// <summary><c>description</c> stands on both versions: the newest v1.0 metadata has it (U14).</summary>
    public static readonly GraphType Property = new(
        GraphType.ExternalConnectors + "property",
        isOpen: false,
        "name",
        "type",
        "isSearchable",
        "isRetrievable",
        "isQueryable",
        "isRefinable",
        new GraphMember("isExactMatchRequired", GraphVersions.Beta),
        "labels",
        "aliases",
        new GraphMember("rankingHint", GraphVersions.Beta),
        "description")
    {
        OtherNames = ["microsoft.graph.property"],
    };

    public static readonly GraphType RankingHint = new(
        GraphType.ExternalConnectors + "rankingHint",
        isOpen: false,
        new GraphMember("importanceScore", GraphVersions.Beta));
}
