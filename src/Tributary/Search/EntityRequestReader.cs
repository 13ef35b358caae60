using System.Text.Json;
using Tributary.Search.Spelling;

namespace Tributary.Search;

/// <summary>Reads one request of a call whose entity types are known to be fine. Everything that is wrong is collected.</summary>
/// <param name="request">The request.</param>
/// <param name="first">The first one of the call, which alone may ask for spelling, for all of them (search 4.1).</param>
/// <param name="index">Its place.</param>
/// <param name="types">What it asks for.</param>
/// <param name="options">Bounds.</param>
/// <param name="isDelegated">Whether a user is signed in.</param>
internal sealed class EntityRequestReader(
    JsonElement request, JsonElement first, int index, IReadOnlyList<EntityType> types, SearchOptions options, bool isDelegated)
{
    private const int DefaultSize = 25;

    private readonly List<SearchError> _problems = [];

    private readonly string _path = $"requests[{index}]";

    private readonly bool _isForExternalItems = types.Any(type => type.IsExternalItem);

    /// <summary>With other types: one list by relevance, for which much is not supported and ignored (search 4.2).</summary>
    private bool IsInterleaved => types.Count > 1;

    /// <returns>The request is of use only without problems.</returns>
    public (SearchRequest Request, IReadOnlyList<SearchError> Problems) Read()
    {
        // Problems are told in this order.
        var shape = new RequestShape(request, _path, _problems);
        string queryString = ReadQueryString(shape);
        string? queryTemplate = IsInterleaved ? null : ReadTemplateOrNull();
        List<string> sources = ReadSources(shape);
        CheckRegion();
        (int from, int size) = ReadPage();
        var read = new SearchRequest
        {
            Index = index,
            IsForExternalItems = _isForExternalItems,
            QueryString = queryString,
            QueryTemplate = queryTemplate,
            From = from,
            Size = size,
            ContentSources = sources,
            Fields = request.Texts("fields") ?? request.Texts("stored_fields") ?? [],
        };
        if (!_isForExternalItems)
        {
            return (read, _problems);
        }

        var refinements = new RefinementReader(request, shape, _path, _problems);
        read = read with { Aggregations = refinements.ReadAggregations(), Filters = refinements.ReadFilters(), Alteration = ReadAlteration() };
        if (!IsInterleaved)
        {
            read = read with { Sort = refinements.ReadSort(), Collapse = refinements.ReadCollapse(), WantsResultTemplates = ReadResultTemplates() };
        }

        return (read, _problems);
    }

    /// <summary>Also as it was until 2023 (search 3.6): <c>query.query_string.query</c>.</summary>
    private string ReadQueryString(RequestShape shape)
    {
        if (shape.IsWrong($"{_path}.query") || shape.IsWrong($"{_path}.query.queryString") || shape.IsWrong($"{_path}.query.query_string")
            || shape.IsWrong($"{_path}.query.query_string.query"))
        {
            return "";
        }

        JsonElement? query = request.Member("query");
        string? text = query?.Text("queryString") ?? query?.Member("query_string")?.Text("query");
        if (string.IsNullOrWhiteSpace(text))
        {
            _problems.Add(SearchErrors.QueryStringRequired);
            return "";
        }

        return Bounded(text, "query.queryString");
    }

    private string? ReadTemplateOrNull() =>
        request.Member("query")?.Text("queryTemplate") is { } template && !string.IsNullOrWhiteSpace(template) ? Bounded(template, "query.queryTemplate") : null;

    private string Bounded(string text, string member)
    {
        if (text.Length > options.MaxQueryLength)
        {
            _problems.Add(SearchErrors.Entity($"{_path}.{member} has {text.Length} characters, at most {options.MaxQueryLength} are allowed"));
        }

        return text;
    }

    private List<string> ReadSources(RequestShape shape)
    {
        if (!_isForExternalItems || shape.IsWrong($"{_path}.contentSources"))
        {
            return [];
        }

        List<string> sources = request.Texts("contentSources") ?? [];
        if (sources.Where((source, i) => !string.IsNullOrWhiteSpace(source) || shape.IsWrong($"{_path}.contentSources[{i}]")).Any())
        {
            _problems.AddRange(sources.Index().Where(source => string.IsNullOrWhiteSpace(source.Item) && !shape.IsWrong($"{_path}.contentSources[{source.Index}]"))
                .Select(source => SearchErrors.Entity($"{_path}.contentSources[{source.Index}] must not be empty")));
            return sources.ConvertAll(ConnectionOf);
        }

        _problems.Add(SearchErrors.ContentSourceRequired);
        return [];
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

    /// <summary>A region belongs to applications; as nothing here lies in one, an application may name any that there is.</summary>
    private void CheckRegion()
    {
        if (options.IgnoreRegion)
        {
            return;
        }

        string? region = request.Text("region")?.Trim();
        bool hasRegion = !string.IsNullOrEmpty(region);
        if (isDelegated == hasRegion)
        {
            _problems.Add(isDelegated ? SearchErrors.RegionForbidden : SearchErrors.RegionRequired);
        }
        else if (hasRegion && options.Regions is [_, ..] regions && !regions.Contains(region, StringComparer.OrdinalIgnoreCase))
        {
            _problems.Add(SearchErrors.RegionNotFound(region!, regions));
        }
    }

    private (int From, int Size) ReadPage()
    {
        int from = ReadNumber("from", 0);
        int size = ReadNumber("size", DefaultSize);
        if (size > options.MaxPageSize)
        {
            _problems.Add(SearchErrors.PageTooLarge(options.MaxPageSize));
        }

        if (from > options.MaxFrom)
        {
            _problems.Add(SearchErrors.TooDeep(from, options.MaxFrom));
        }

        if (size < 1)
        {
            _problems.Add(SearchErrors.Entity($"{_path}.size must be 1 or more"));
        }

        if (from < 0)
        {
            _problems.Add(SearchErrors.Entity($"{_path}.from must be 0 or more"));
        }

        return (from, size);
    }

    private int ReadNumber(string member, int absent)
    {
        if (request.Int32(member, absent) is { } number)
        {
            return number;
        }

        _problems.Add(SearchErrors.Entity($"{_path}.{member} must be a whole number"));
        return absent;
    }

    /// <summary>With other types a query is left as it is: it is told how it might be spelt better, at most.</summary>
    private AlterationOptions ReadAlteration() => first.Member("queryAlterationOptions") is { } alteration
        ? new AlterationOptions(alteration.IsTrue("enableSuggestion"), alteration.IsTrue("enableModification") && !IsInterleaved)
        : default;

    /// <summary>One object in the metadata, a collection in the reference: either may ask for templates.</summary>
    private bool ReadResultTemplates() => request.Member("resultTemplateOptions") switch
    {
        { ValueKind: JsonValueKind.Object } one => one.IsTrue("enableResultTemplate"),
        { ValueKind: JsonValueKind.Array } many => many.EnumerateArray().Any(one => one.IsTrue("enableResultTemplate")),
        _ => false,
    };
}
