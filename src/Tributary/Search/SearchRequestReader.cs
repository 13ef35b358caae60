using System.Globalization;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Search;

/// <summary>
/// Reads the body of <c>/search/query</c> in the order of search 3.7, with the leniency that published clients need (3.6): numbers and Booleans as text, any
/// letter case, unknown members ignored. What is asked for and not there yet is refused by name.
/// </summary>
internal static class SearchRequestReader
{
    /// <summary>Ten requests of the longest queries with all their sources and fields stay far below.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    private const string ExternalItem = "externalItem";

    private static readonly HashSet<string> EntityTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "event", "message", "driveItem", ExternalItem, "site", "list", "listItem", "drive", "chatMessage", "person", "acronym", "bookmark", "qna",
    };

    /// <summary>
    /// The types of files: only one request may ask for them (search 4.1), and externalItem combines with no others (4.2). This server holds none, so they add
    /// nothing.
    /// </summary>
    private static readonly HashSet<string> FileTypes = new(StringComparer.OrdinalIgnoreCase) { "drive", "driveItem", "list", "listItem", "site" };

    /// <summary>Members that change the answer and are not implemented; a value that asks for nothing is fine.</summary>
    private static readonly string[] NotImplemented = ["sortProperties", "aggregations", "aggregationFilters", "collapseProperties"];

    /// <param name="body">The body.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="refusal">Why the caller may not search; told once the entity types are known to be some, as the real service does. Null: may.</param>
    public static (SearchRequest? Request, IResult? Error) Read(JsonElement body, SearchOptions options, SearchError? refusal)
    {
        if (Member(body, "requests") is not { ValueKind: JsonValueKind.Array } requests || requests.GetArrayLength() == 0)
        {
            return Refuse(SearchErrors.Unreadable);
        }

        // Counted before anything is made of them, so that a body of a hundred thousand costs no more than reading it.
        if (requests.GetArrayLength() > options.MaxRequests)
        {
            return Refuse(SearchErrors.TooManyRequests(requests.GetArrayLength(), options.MaxRequests));
        }

        foreach ((int index, JsonElement request) in requests.EnumerateArray().Index())
        {
            if (Member(request, "entityTypes") is { } given && TooManyOrNull($"requests[{index}].entityTypes", given, EntityTypes.Count) is { } tooManyTypes)
            {
                return Refuse(tooManyTypes);
            }
        }

        List<string>[] types = [.. requests.EnumerateArray().Select(request => EntityTypesOf(request) ?? [])];
        if (types.Any(some => some.Count == 0 || !some.All(EntityTypes.Contains)))
        {
            return Refuse(SearchErrors.Unreadable);
        }

        if (refusal is not null)
        {
            return Refuse(refusal);
        }

        if (types.Length > 1)
        {
            return SeveralRequestsError(types);
        }

        return ReadOne(requests[0], types[0], options);
    }

    private static (SearchRequest? Request, IResult? Error) SeveralRequestsError(List<string>[] types)
    {
        bool hasDuplicates = types.SelectMany(some => some.Distinct(StringComparer.OrdinalIgnoreCase))
            .GroupBy(type => type, StringComparer.OrdinalIgnoreCase)
            .Any(same => same.Count() > 1);
        if (hasDuplicates)
        {
            return Refuse(SearchErrors.DuplicateEntityType);
        }

        return types.Count(some => some.Any(FileTypes.Contains)) > 1
            ? Refuse(SearchErrors.FileTypesInTwoRequests)
            : Refuse(GraphErrors.NotImplemented("More than one search request in a call"));
    }

    private static (SearchRequest? Request, IResult? Error) ReadOne(JsonElement request, List<string> types, SearchOptions options)
    {
        if (!types.Contains(ExternalItem, StringComparer.OrdinalIgnoreCase))
        {
            return HasElements(request, "contentSources")
                ? Refuse(SearchErrors.ContentSourceForbidden)
                : Refuse(GraphErrors.NotImplemented($"Search of entity type '{types[0]}'"));
        }

        if (types.FirstOrDefault(type => !type.Equals(ExternalItem, StringComparison.OrdinalIgnoreCase) && !FileTypes.Contains(type)) is { } foreign)
        {
            return Refuse(SearchErrors.Entity($"Entity type '{foreign}' cannot be combined with externalItem"));
        }

        JsonElement? query = Member(request, "query");
        if (query is not { ValueKind: JsonValueKind.Object } || TextOrNull(query.Value, "queryString") is not { } text || string.IsNullOrWhiteSpace(text))
        {
            return Refuse(SearchErrors.QueryStringRequired);
        }

        if (text.Length > options.MaxQueryLength)
        {
            return Refuse(SearchErrors.Entity($"requests[0].query.queryString has {text.Length} characters, at most {options.MaxQueryLength} are allowed"));
        }

        if (Member(request, "contentSources") is { } givenSources
            && TooManyOrNull("requests[0].contentSources", givenSources, options.MaxContentSources) is { } tooManySources)
        {
            return Refuse(tooManySources);
        }

        if (TextsOrNull(request, "contentSources") is not { Count: > 0 } sources)
        {
            return Refuse(SearchErrors.ContentSourceRequired);
        }

        if (!string.IsNullOrEmpty(TextOrNull(request, "region")))
        {
            return Refuse(SearchErrors.RegionForbidden);
        }

        if (Int32(request, "from", 0) is not { } from || Int32(request, "size", 25) is not { } size)
        {
            return Refuse(SearchErrors.Unreadable);
        }

        if (PagingRefusalOrNull(from, size, options) is { } paging)
        {
            return Refuse(paging);
        }

        if (Member(request, "fields") is { } givenFields && TooManyOrNull("requests[0].fields", givenFields, options.MaxFields) is { } tooManyFields)
        {
            return Refuse(tooManyFields);
        }

        List<string> fields = TextsOrNull(request, "fields") ?? [];
        return NotImplementedOrNull(request, query.Value) is { } feature
            ? Refuse(GraphErrors.NotImplemented(feature))
            : (new SearchRequest([.. sources.Select(ConnectionOf)], text, from, size, fields), null);
    }

    private static SearchError? TooManyOrNull(string path, JsonElement array, int max) => array.ValueKind == JsonValueKind.Array && array.GetArrayLength() > max
        ? SearchErrors.TooMany(path, array.GetArrayLength(), max)
        : null;

    private static SearchError? PagingRefusalOrNull(int from, int size, SearchOptions options)
    {
        if (size > options.MaxPageSize)
        {
            return SearchErrors.PageTooLarge(options.MaxPageSize);
        }

        if (from > options.MaxFrom)
        {
            return SearchErrors.TooDeep(from, options.MaxFrom);
        }

        if (size < 1)
        {
            return SearchErrors.Entity("size must be 1 or more");
        }

        return from < 0 ? SearchErrors.Entity("from must be 0 or more") : null;
    }

    private static string? NotImplementedOrNull(JsonElement request, JsonElement query)
    {
        if (NotImplemented.FirstOrDefault(member => HasElements(request, member)) is { } member)
        {
            return $"The member '{member}' of a search request";
        }

        if (!string.IsNullOrWhiteSpace(TextOrNull(query, "queryTemplate")))
        {
            return "The member 'queryTemplate' of a search query";
        }

        // One object in the metadata, a collection in the reference: either may ask for templates.
        JsonElement? templates = Member(request, "resultTemplateOptions");
        bool wantsTemplates = templates switch
        {
            { ValueKind: JsonValueKind.Object } one => IsTrue(one, "enableResultTemplate"),
            { ValueKind: JsonValueKind.Array } many => many.EnumerateArray().Any(one => IsTrue(one, "enableResultTemplate")),
            _ => false,
        };
        return wantsTemplates ? "The member 'resultTemplateOptions' of a search request" : null;
    }

    /// <summary>The id in <c>/external/connections/{id}</c>; a bare id, a host in front and a slash at the end are tolerated (search 5).</summary>
    private static string ConnectionOf(string source)
    {
        if (source.Equals("Connectors", StringComparison.OrdinalIgnoreCase))
        {
            return SearchRequest.AllSources;
        }

        string trimmed = source.TrimEnd('/');
        return trimmed[(trimmed.LastIndexOf('/') + 1)..];
    }

    private static List<string>? EntityTypesOf(JsonElement request) =>
        TextsOrNull(request, "entityTypes")?.Select(type => type.StartsWith("microsoft.graph.", StringComparison.OrdinalIgnoreCase) ? type[16..] : type).ToList();

    private static JsonElement? Member(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (element.TryGetProperty(name, out JsonElement exact))
        {
            return exact;
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }

        return null;
    }

    private static string? TextOrNull(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value && GraphObject.TryGetText(value, out string? text) ? text : null;

    private static List<string>? TextsOrNull(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Array } array
            ? [.. array.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.String && GraphObject.TryGetText(value, out string? text) ? text! : "")]
            : null;

    private static bool HasElements(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() > 0;

    private static bool IsTrue(JsonElement element, string name) => Member(element, name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.String } => TextOrNull(element, name) is { } text && bool.TryParse(text, out bool value) && value,
        _ => false,
    };

    /// <summary>The default when absent or null; null when it is no number.</summary>
    private static int? Int32(JsonElement element, string name, int absent) => Member(element, name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => absent,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out int number) => number,
        { ValueKind: JsonValueKind.String } => int.TryParse(
            TextOrNull(element, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null,
        _ => null,
    };

    private static (SearchRequest?, IResult?) Refuse(SearchError error) => (null, new SearchErrorResult(error));

    private static (SearchRequest?, IResult?) Refuse(GraphError error) => (null, new GraphErrorResult(error));
}
