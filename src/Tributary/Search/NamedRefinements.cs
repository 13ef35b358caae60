using Tributary.Schemas;
using Tributary.Search.Filters;
using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>The names of a request as the connections read them.</summary>
internal sealed class NamedRefinements
{
    private readonly SearchRequest _request;
    private readonly QueryTime _time;
    private readonly List<SearchError> _problems = [];
    private readonly Dictionary<string, IReadOnlyList<Property?>> _filtered = new(StringComparer.Ordinal);
    private readonly List<IReadOnlyList<Property?>?> _sorted;
    private readonly List<IReadOnlyList<Property?>?> _counted;
    private readonly List<List<IReadOnlyList<Property?>?>> _collapsed;
    private readonly KqlNode? _allFilters;

    public NamedRefinements(SearchRequest request, IReadOnlyList<SearchedConnection> connections, QueryTime time)
    {
        (_request, _time) = (request, time);
        var names = new SearchedNames(connections);
        _sorted = [.. request.Sort.Index().Select(key => names.ResolveOrNull(key.Item.Name, request.PathOf($"sortProperties[{key.Index}].name"), false, _problems))];
        _counted = [.. request.Aggregations.Index().Select(option =>
        {
            string path = request.PathOf($"aggregations[{option.Index}]");
            IReadOnlyList<Property?>? properties = names.ResolveOrNull(option.Item.Field, path + ".field", false, _problems);
            CheckRanges(option.Item, properties, path);
            return properties;
        })];
        _collapsed = [.. request.Collapse.Index().Select(level => level.Item.Fields.Index().Select(field =>
            names.ResolveOrNull(field.Item, request.PathOf($"collapseProperties[{level.Index}].fields[{field.Index}]"), true, _problems)).ToList())];
        foreach (AggregationFilter filter in request.Filters)
        {
            CheckFilter(filter, names);
        }

        _allFilters = request.Filters.Count > 0 ? KqlJoin.And([.. request.Filters.Select(filter => filter.Tree)]) : null;
    }

    /// <summary>What is wrong; of use only without any.</summary>
    public IReadOnlyList<SearchError> Problems => _problems;

    public IReadOnlyList<SortKey> Sort(List<int> kept) => [.. _sorted.Zip(_request.Sort, (properties, key) => new SortKey(Kept(properties, kept), key.IsDescending))];

    public IReadOnlyList<Facet> Facets(List<int> kept) => [.. _counted.Zip(_request.Aggregations, (properties, option) => new Facet(Kept(properties, kept))
    {
        Size = option.Size,
        MinimumCount = option.MinimumCount,
        Prefix = option.Prefix,
        Order = option.Order,
        IsDescending = option.IsDescending,
        Ranges = TypeOrNull(properties) == PropertyType.DateTime ? [.. option.Ranges.Select(InInstants)] : option.Ranges,
    })];

    public IReadOnlyList<CollapseLevel> Collapse(List<int> kept) =>
        [.. _collapsed.Zip(_request.Collapse, (fields, level) => new CollapseLevel([.. fields.Select(properties => Kept(properties, kept))], level.Limit))];

    /// <summary>All filters as one connection reads them; null when all its items pass, or none.</summary>
    public KqlNode? FilterOrNull(int connection, out bool isNothing)
    {
        isNothing = false;
        return _allFilters is null ? null : FilterTrees.BindOrNull(_allFilters, name => _filtered[name][connection], _time, out isNothing);
    }

    private void CheckRanges(AggregationOption option, IReadOnlyList<Property?>? properties, string path)
    {
        if (option.Ranges.Count == 0 || TypeOrNull(properties) is not { } type)
        {
            return;
        }

        if (type is not (PropertyType.Int64 or PropertyType.Double or PropertyType.DateTime))
        {
            _problems.Add(SearchErrors.Entity($"{path}: '{SearchedNames.Shown(option.Field)}' of type {type} has no ranges"));
            return;
        }

        foreach ((int i, FacetRange range) in option.Ranges.Index())
        {
            foreach (string bound in new[] { range.From, range.To }.OfType<string>())
            {
                if (FilterTrees.ValueMisfitOrNull(bound, type) is { } misfit)
                {
                    _problems.Add(SearchErrors.Entity($"{path}.bucketDefinition.ranges[{i}]: '{SearchedNames.Shown(option.Field)}' {misfit}"));
                }
            }
        }
    }

    private void CheckFilter(AggregationFilter filter, SearchedNames names)
    {
        string path = _request.PathOf($"aggregationFilters[{filter.Index}]");
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (Refinement test in FilterTrees.Tests(filter.Tree))
        {
            if (!_filtered.TryGetValue(test.Property, out IReadOnlyList<Property?>? properties))
            {
                properties = told.Add(test.Property) ? names.ResolveOrNull(test.Property, path, false, _problems) : null;
                if (properties is null)
                {
                    continue;
                }

                _filtered.Add(test.Property, properties);
            }

            if (TypeOrNull(properties) is { } type && FilterTrees.MisfitOrNull(test.Test, type) is { } misfit)
            {
                _problems.Add(SearchErrors.Entity($"{path}: '{SearchedNames.Shown(test.Property)}' {misfit}"));
            }
        }
    }

    private static PropertyType? TypeOrNull(IReadOnlyList<Property?>? properties) => properties?.FirstOrDefault(property => property is not null)?.Type.Element();

    private FacetRange InInstants(FacetRange range) => new(
        range.From is null ? null : FilterTrees.BeginningOf(range.From, _time), range.To is null ? null : FilterTrees.BeginningOf(range.To, _time));

    private static IReadOnlyList<Property?> Kept(IReadOnlyList<Property?>? properties, List<int> kept) => [.. kept.Select(i => properties![i])];
}
