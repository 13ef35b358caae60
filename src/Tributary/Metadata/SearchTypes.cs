using Tributary.Graph;

namespace Tributary.Metadata;

/// <summary>The types of <c>/search/query</c>. Both versions are shown with the members of v1.0, which is what the endpoint reads on both.</summary>
internal static class SearchTypes
{
    private const string Graph = GraphType.Graph;

    public static readonly IReadOnlyList<GraphEnum> Enums =
    [
        new(
            Graph + "entityType",
            ("event", 0), ("message", 1), ("driveItem", 2), ("externalItem", 4), ("site", 5), ("list", 6), ("listItem", 7), ("drive", 8),
            (GraphEnum.Sentinel, 9), ("chatMessage", 10), ("person", 11), ("acronym", 12), ("bookmark", 13)),
        new(Graph + "bucketAggregationSortProperty", ("count", 0), ("keyAsString", 1), ("keyAsNumber", 2), (GraphEnum.Sentinel, 3)),
        new(Graph + "searchAlterationType", ("suggestion", 0), ("modification", 1), (GraphEnum.Sentinel, 2)),
        new(Graph + "searchContent", ("sharedContent", 1), ("privateContent", 2), (GraphEnum.Sentinel, 4)) { IsFlags = true },
    ];

    private static readonly GraphType Dictionary = Complex("Dictionary", isOpen: true);

    /// <summary>In the order in which they need each other.</summary>
    public static readonly IReadOnlyList<GraphType> Types =
    [
        Complex("Json", isOpen: false),
        Dictionary,
        new(Graph + "searchEntity", isOpen: false) { IsEntity = true, BaseType = GraphType.Entity },
        Complex("searchQuery", isOpen: false, new("queryString") { IsRequired = true }, "queryTemplate"),
        Complex(
            "bucketAggregationRange",
            isOpen: false,
            new("from") { IsRequired = true },
            new("to") { IsRequired = true }),
        Complex(
            "bucketAggregationDefinition",
            isOpen: false,
            new("isDescending") { Type = "Edm.Boolean" },
            new("minimumCount") { Type = "Edm.Int32" },
            "prefixFilter",
            new("ranges") { Type = Graph + "bucketAggregationRange", IsCollection = true },
            new("sortBy") { Type = Graph + "bucketAggregationSortProperty", IsRequired = true }),
        Complex(
            "aggregationOption",
            isOpen: false,
            new("bucketDefinition") { Type = Graph + "bucketAggregationDefinition", IsRequired = true },
            new("field") { IsRequired = true },
            new("size") { Type = "Edm.Int32" }),
        Complex("sortProperty", isOpen: false, new("isDescending") { Type = "Edm.Boolean" }, new("name") { IsRequired = true }),
        Complex(
            "collapseProperty",
            isOpen: false,
            new("fields") { IsCollection = true, IsRequired = true },
            new("limit") { Type = "Edm.Int16", IsRequired = true }),
        Complex("resultTemplateOption", isOpen: false, new GraphMember("enableResultTemplate") { Type = "Edm.Boolean" }),
        Complex(
            "searchAlterationOptions",
            isOpen: false,
            new("enableModification") { Type = "Edm.Boolean" },
            new("enableSuggestion") { Type = "Edm.Boolean" }),
        Complex("sharePointOneDriveOptions", isOpen: false, new GraphMember("includeContent") { Type = Graph + "searchContent" }),
        Complex(
            "searchRequest",
            isOpen: false,
            new("aggregationFilters") { IsCollection = true },
            new("aggregations") { Type = Graph + "aggregationOption", IsCollection = true },
            new("collapseProperties") { Type = Graph + "collapseProperty", IsCollection = true },
            new("contentSources") { IsCollection = true },
            new("enableTopResults") { Type = "Edm.Boolean" },
            new("entityTypes") { Type = Graph + "entityType", IsCollection = true },
            new("fields") { IsCollection = true },
            new("from") { Type = "Edm.Int32", IsRequired = true },
            new("query") { Type = Graph + "searchQuery", IsRequired = true },
            new("queryAlterationOptions") { Type = Graph + "searchAlterationOptions" },
            "region",
            new("resultTemplateOptions") { Type = Graph + "resultTemplateOption" },
            new("sharePointOneDriveOptions") { Type = Graph + "sharePointOneDriveOptions" },
            new("size") { Type = "Edm.Int32", IsRequired = true },
            new("sortProperties") { Type = Graph + "sortProperty", IsCollection = true }),
        Complex(
            "searchHit",
            isOpen: false,
            "contentSource",
            "hitId",
            new("isCollapsed") { Type = "Edm.Boolean" },
            new("rank") { Type = "Edm.Int32" },
            "resultTemplateId",
            "summary",
            new("resource") { Type = GraphType.Entity.Name, Kind = GraphMemberKind.ContainedNavigation }),
        Complex("searchBucket", isOpen: false, "aggregationFilterToken", new("count") { Type = "Edm.Int32" }, "key"),
        Complex("searchAggregation", isOpen: false, new("buckets") { Type = Graph + "searchBucket", IsCollection = true }, "field"),
        Complex(
            "searchHitsContainer",
            isOpen: false,
            new("aggregations") { Type = Graph + "searchAggregation", IsCollection = true },
            new("hits") { Type = Graph + "searchHit", IsCollection = true },
            new("moreResultsAvailable") { Type = "Edm.Boolean" },
            new("total") { Type = "Edm.Int32" }),
        Complex(
            "alteredQueryToken", isOpen: false, new("length") { Type = "Edm.Int32" }, new("offset") { Type = "Edm.Int32" }, "suggestion"),
        Complex(
            "searchAlteration",
            isOpen: false,
            "alteredHighlightedQueryString",
            "alteredQueryString",
            new("alteredQueryTokens") { Type = Graph + "alteredQueryToken", IsCollection = true }),
        Complex(
            "alterationResponse",
            isOpen: false,
            "originalQueryString",
            new("queryAlteration") { Type = Graph + "searchAlteration" },
            new("queryAlterationType") { Type = Graph + "searchAlterationType" }),
        new(Graph + "resultTemplateDictionary", isOpen: true) { BaseType = Dictionary },
        Complex("resultTemplate", isOpen: false, new("body") { Type = Graph + "Json" }, "displayName"),
        Complex(
            "searchResponse",
            isOpen: false,
            new("hitsContainers") { Type = Graph + "searchHitsContainer", IsCollection = true },
            new("queryAlterationResponse") { Type = Graph + "alterationResponse" },
            new("resultTemplates") { Type = Graph + "resultTemplateDictionary" },
            new("searchTerms") { IsCollection = true }),
    ];

    private static GraphType Complex(string name, bool isOpen, params GraphMember[] members) => new(Graph + name, isOpen, members);
}
