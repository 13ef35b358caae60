using Microsoft.Extensions.Primitives;

namespace Tributary.Graph;

/// <summary>Which options a query names, whatever they say.</summary>
internal sealed partial class QueryOptions
{
    private static readonly Dictionary<string, QueryOption> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["select"] = QueryOption.Select,
        ["expand"] = QueryOption.Expand,
        ["filter"] = QueryOption.Filter,
        ["orderby"] = QueryOption.OrderBy,
        ["top"] = QueryOption.Top,
        ["skip"] = QueryOption.Skip,
        ["skiptoken"] = QueryOption.SkipToken,
        ["count"] = QueryOption.Count,
        ["search"] = QueryOption.None,
        ["apply"] = QueryOption.None,
        ["compute"] = QueryOption.None,
        ["format"] = QueryOption.None,
    };

    /// <summary>The <c>$format</c>, which takes the place of <c>Accept</c>, or null.</summary>
    public static string? FormatOrNull(IQueryCollection query)
    {
        if (query.Count == 0)
        {
            return null;
        }

        return query.TryGetValue("$format", out StringValues value) || query.TryGetValue("format", out value) ? value[0] ?? "" : null;
    }

    /// <summary>400 for a <c>$format</c> that stands more than once or has no value, as for every other option; null otherwise.</summary>
    public static GraphError? FormatRefusalOrNull(IQueryCollection query)
    {
        int count = 0;
        bool isEmpty = false;
        foreach ((string name, StringValues values) in query)
        {
            if (NameOrNull(name) == "format")
            {
                count += values.Count;
                isEmpty |= values.Any(string.IsNullOrWhiteSpace);
            }
        }

        return count > 1 ? GivenTwice("format") : isEmpty ? WithoutValue("format") : null;
    }

    /// <summary>400 for options that are not among <paramref name="supported"/>, or stand twice, or empty; null otherwise. What they say is not looked at.</summary>
    public static GraphError? RefusalOrNull(IQueryCollection query, QueryOption supported) => query.Count == 0 ? null : new QueryOptions().ReadTexts(query, supported);

    /// <summary>The option that a name in a URL stands for, without <c>$</c> and in lower case; null for what is none.</summary>
    public static string? NameOrNull(string name)
    {
        string bare = name.StartsWith('$') ? name[1..] : name;
        return Known.ContainsKey(bare) ? bare.ToLowerInvariant() : null;
    }

    private GraphError? ReadTexts(IQueryCollection query, QueryOption supported)
    {
        foreach ((string name, StringValues values) in query)
        {
            if (NameOrNull(name) is not { } bare)
            {
                if (name.StartsWith('$'))
                {
                    return GraphErrors.UnknownQueryOption(name);
                }

                continue;
            }

            if (bare == "format")
            {
                continue;
            }

            if ((Known[bare] & supported) == QueryOption.None)
            {
                return GraphErrors.UnknownQueryOption("$" + bare);
            }

            if (values.Count > 1 || !_values.TryAdd(bare, values[0] ?? ""))
            {
                return GivenTwice(bare);
            }

            if (string.IsNullOrWhiteSpace(values[0]))
            {
                return WithoutValue(bare);
            }
        }

        return _values.ContainsKey("skip") && _values.ContainsKey("skiptoken")
            ? GraphErrors.InvalidQueryOption("$skip", "The query parameters '$skip' and '$skiptoken' exclude each other.")
            : null;
    }

    private static GraphError GivenTwice(string name) => GraphErrors.InvalidQueryOption("$" + name, $"The query parameter '${name}' is given more than once.");

    private static GraphError WithoutValue(string name) => GraphErrors.InvalidQueryOption("$" + name, $"The query parameter '${name}' has no value.");
}
