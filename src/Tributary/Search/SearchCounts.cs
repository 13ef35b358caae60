using System.Text.Json;

namespace Tributary.Search;

/// <summary>
/// How many there are of everything, looked at before anything is made of it, so that a body of a hundred thousand costs no more than reading it (search 20,
/// item 19).
/// </summary>
internal static class SearchCounts
{
    /// <summary>Documented (search 10).</summary>
    public const int MaxSortProperties = 5;

    public const int MaxFilters = 100;
    public const int MaxAggregations = 50;

    /// <summary>More buckets are never answered (search 11.1).</summary>
    public const int MaxRanges = 100;

    public const int MaxCollapseLevels = 5;
    public const int MaxCollapseFields = 5;

    public static SearchError? ProblemOrNull(JsonElement request, int index, SearchOptions options)
    {
        string path = $"requests[{index}]";

        // What an interleaved request ignores is not counted either (search 4.2, 10).
        bool isInterleaved = request.Count("entityTypes") is var count && count > 1 && count <= EntityTypes.Count
            && (request.Texts("entityTypes") ?? []).Select(EntityTypes.FindOrNull).Distinct().Count() > 1;
        return TooMany(request, "entityTypes", EntityTypes.Count)
            ?? TooMany(request, "contentSources", options.MaxContentSources)
            ?? TooMany(request, "fields", options.MaxFields)
            ?? TooMany(request, "stored_fields", options.MaxFields)
            ?? (isInterleaved ? null : TooMany(request, "sortProperties", MaxSortProperties))
            ?? TooMany(request, "aggregationFilters", MaxFilters)
            ?? TooMany(request, "aggregations", MaxAggregations)
            ?? (isInterleaved ? null : TooMany(request, "collapseProperties", MaxCollapseLevels))
            ?? request.List("aggregations").Index().Select(aggregation => RangesOrNull(aggregation.Item, $"{path}.aggregations[{aggregation.Index}]"))
                .FirstOrDefault(problem => problem is not null)
            ?? (isInterleaved ? [] : request.List("collapseProperties")).Index()
                .Select(level => Problem(level.Item, $"{path}.collapseProperties[{level.Index}]", "fields", MaxCollapseFields))
                .FirstOrDefault(problem => problem is not null);

        SearchError? TooMany(JsonElement element, string member, int max) => Problem(element, path, member, max);
    }

    private static SearchError? RangesOrNull(JsonElement aggregation, string path) =>
        aggregation.Member("bucketDefinition") is { } definition ? Problem(definition, path + ".bucketDefinition", "ranges", MaxRanges) : null;

    private static SearchError? Problem(JsonElement element, string path, string member, int max) =>
        element.Count(member) is var count && count > max ? SearchErrors.TooMany($"{path}.{member}", count, max) : null;
}
