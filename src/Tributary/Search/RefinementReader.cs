using System.Globalization;
using System.Text.Json;
using Tributary.Graph;
using Tributary.Search.Filters;

namespace Tributary.Search;

/// <summary>Reads what a request asks for besides hits: order, aggregations, their filters, collapsing (search 10 to 13). What is wrong goes to the problems.</summary>
internal sealed class RefinementReader(JsonElement request, RequestShape shape, string path, List<SearchError> problems)
{
    private const int DefaultBuckets = 10;

    /// <summary>However many are asked for (search 11.1).</summary>
    private const int MaxBuckets = 100;

    private const int MaxRequestedBuckets = 65_535;
    private const int MaxCollapseLimit = short.MaxValue;

    public List<SortProperty> ReadSort()
    {
        var sort = new List<SortProperty>();
        foreach ((int i, JsonElement element) in request.List("sortProperties").Index())
        {
            string at = $"{path}.sortProperties[{i}]";
            if (shape.IsWrong(at))
            {
                continue;
            }

            sort.Add(new SortProperty(Name(element, "name", at), Boolean(element, "isDescending", at)));
        }

        return sort;
    }

    public List<AggregationOption> ReadAggregations()
    {
        var aggregations = new List<AggregationOption>();
        foreach ((int i, JsonElement element) in request.List("aggregations").Index())
        {
            string at = $"{path}.aggregations[{i}]";
            if (!shape.IsWrong(at))
            {
                aggregations.Add(ReadAggregation(element, at));
            }
        }

        return aggregations;
    }

    private AggregationOption ReadAggregation(JsonElement element, string at)
    {
        var option = new AggregationOption(Name(element, "field", at)) { Size = DefaultBuckets, IsDescending = true };
        if (element.Member("bucketDefinition") is { ValueKind: not JsonValueKind.Null } definition && !shape.IsWrong(at + ".bucketDefinition"))
        {
            option = ReadDefinition(option, definition, at + ".bucketDefinition");
        }

        // Not needed with ranges, where every published example sends one all the same.
        return option.Ranges.Count > 0
            ? option
            : option with { Size = Math.Min(Number(element, "size", DefaultBuckets, 1, MaxRequestedBuckets, at), MaxBuckets) };
    }

    private AggregationOption ReadDefinition(AggregationOption option, JsonElement definition, string at)
    {
        var ranges = new List<FacetRange>();
        foreach ((int i, JsonElement range) in definition.List("ranges").Index())
        {
            string? from = NullIfEmpty(range.Text("from"));
            string? to = NullIfEmpty(range.Text("to"));
            string place = $"{at}.ranges[{i}]";
            if (from is null && to is null && !shape.IsWrong(place) && !shape.IsWrong(place + ".from") && !shape.IsWrong(place + ".to"))
            {
                Add($"{place} needs from or to");
            }

            ranges.Add(new FacetRange(from, to));
        }

        return option with
        {
            Order = ReadOrder(definition, at),
            IsDescending = Boolean(definition, "isDescending", at),
            MinimumCount = Number(definition, "minimumCount", 0, 0, int.MaxValue, at),
            Prefix = NullIfEmpty(definition.Text("prefixFilter")),
            Ranges = ranges,
        };
    }

    private FacetOrder ReadOrder(JsonElement definition, string at)
    {
        switch (definition.Text("sortBy")?.ToLowerInvariant())
        {
            case "count":
                return FacetOrder.Count;
            case "keyasstring":
                return FacetOrder.KeyAsText;
            case "keyasnumber":
                return FacetOrder.KeyAsNumber;
            case null when shape.IsWrong(at + ".sortBy"):
                return FacetOrder.Count;
            default:
                Add($"{at}.sortBy must be count, keyAsString or keyAsNumber");
                return FacetOrder.Count;
        }
    }

    public List<AggregationFilter> ReadFilters()
    {
        var filters = new List<AggregationFilter>();
        int tests = 0;
        foreach ((int i, JsonElement element) in request.List("aggregationFilters").Index())
        {
            string at = $"{path}.aggregationFilters[{i}]";
            if (element.ValueKind != JsonValueKind.String || !GraphObject.TryGetText(element, out string? text))
            {
                Add($"{at} must be a text");
                continue;
            }

            // Clients send an entry for each of their filters, also for one that filters nothing.
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            FilterResult result = FilterParser.Parse(text);
            if (result.Tree is not { } tree)
            {
                Add(string.Create(CultureInfo.InvariantCulture, $"{at}: {result.Error!.Message} (at character {result.Error.Position + 1})"));
                continue;
            }

            filters.Add(new AggregationFilter(i, tree));
            tests += result.Tests;
            if (tests > FilterLimits.MaxTests)
            {
                Add($"{path}.aggregationFilters have more than {FilterLimits.MaxTests} values together");
                break;
            }
        }

        return filters;
    }

    public List<CollapseProperty> ReadCollapse()
    {
        var levels = new List<CollapseProperty>();
        foreach ((int i, JsonElement element) in request.List("collapseProperties").Index())
        {
            string at = $"{path}.collapseProperties[{i}]";
            if (shape.IsWrong(at))
            {
                continue;
            }

            List<string> fields = element.Texts("fields") ?? [];
            bool isToldOf = shape.IsWrong(at + ".fields") || fields.Index().Any(field => shape.IsWrong($"{at}.fields[{field.Index}]"));
            if (!isToldOf && (fields.Count == 0 || fields.Exists(string.IsNullOrWhiteSpace)))
            {
                Add($"{at}.fields must name one property or more");
            }

            if (element.Member("limit") is null or { ValueKind: JsonValueKind.Null })
            {
                Add($"{at}.limit is required");
                continue;
            }

            int limit = Number(element, "limit", 1, 1, MaxCollapseLimit, at);
            if (levels.Count > 0 && limit > levels[^1].Limit)
            {
                Add($"{at}.limit is {limit}, more than {levels[^1].Limit} of the level before");
            }

            levels.Add(new CollapseProperty(fields, limit));
        }

        return levels;
    }

    private string Name(JsonElement element, string member, string at)
    {
        string? name = element.Text(member);
        if (string.IsNullOrWhiteSpace(name) && !shape.IsWrong($"{at}.{member}"))
        {
            Add($"{at}.{member} is required");
        }

        return name ?? "";
    }

    private bool Boolean(JsonElement element, string member, string at)
    {
        if (element.Boolean(member) is { } value)
        {
            return value;
        }

        Add($"{at}.{member} must be true or false");
        return false;
    }

    private int Number(JsonElement element, string member, int absent, int min, int max, string at)
    {
        if (element.Int32(member, absent) is { } value && value >= min && value <= max)
        {
            return value;
        }

        Add($"{at}.{member} must be a whole number from {min} to {max}");
        return absent;
    }

    private void Add(string reason) => problems.Add(SearchErrors.Entity(reason));

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
