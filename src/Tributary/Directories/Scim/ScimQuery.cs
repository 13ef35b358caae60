using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Tributary.Directories.Scim;

/// <summary>What a list is asked for (RFC 7644, 3.4.2).</summary>
/// <param name="Filter">Null for all.</param>
/// <param name="StartIndex">From 1.</param>
/// <param name="Count">At most this many; 0 asks for the total alone.</param>
/// <param name="SortBy">Null for the order of ids.</param>
internal sealed record ScimQuery(ScimFilter? Filter, int StartIndex, int Count, ScimAttributePath? SortBy, bool IsDescending, ScimProjection Projection)
{
    public const int MaxCount = 1000;
    public const int DefaultCount = 100;

    private static readonly string[] Once = ["filter", "startIndex", "count", "sortBy", "sortOrder"];

    public static (ScimQuery? Query, ScimError? Error) Read(IQueryCollection query)
    {
        if (Once.FirstOrDefault(name => query[name].Count > 1) is { } twice)
        {
            return (null, ScimErrors.Value(twice, "it stands more than once."));
        }

        (ScimProjection? projection, ScimError? error) = ScimProjection.Read(query);
        if (projection is null)
        {
            return (null, error);
        }

        if (Number(query, "startIndex", 1) is not { } startIndex)
        {
            return (null, ScimErrors.Value("startIndex", "it must be a whole number."));
        }

        if (Number(query, "count", DefaultCount) is not { } count)
        {
            return (null, ScimErrors.Value("count", "it must be a whole number."));
        }

        ScimFilter? filter = null;
        if (TextOrNull(query["filter"]) is { } text)
        {
            (filter, string? problem) = ScimFilterParser.Parse(text);
            if (filter is null)
            {
                return (null, ScimErrors.Filter(problem!));
            }
        }

        ScimAttributePath? sortBy = null;
        if (TextOrNull(query["sortBy"]) is { } name && ((sortBy = ScimAttributePaths.OfOrNull(name)) is null || sortBy.Name.Length == 0))
        {
            return (null, ScimErrors.Value("sortBy", "it must be the name of an attribute."));
        }

        string order = TextOrNull(query["sortOrder"]) ?? "ascending";
        bool isDescending = order.Equals("descending", StringComparison.OrdinalIgnoreCase);
        return !isDescending && !order.Equals("ascending", StringComparison.OrdinalIgnoreCase)
            ? (null, ScimErrors.Value("sortOrder", "it must be ascending or descending."))
            : (new ScimQuery(filter, Math.Max(1, startIndex), Math.Clamp(count, 0, MaxCount), sortBy, isDescending, projection), null);
    }

    private static string? TextOrNull(StringValues values) => values.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Null for what is no number. One that is too large for an index is as good as the largest.</summary>
    private static int? Number(IQueryCollection query, string name, int absent) =>
        TextOrNull(query[name]) is not { } text ? absent
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? (int)Math.Clamp(number, int.MinValue, int.MaxValue)
        : null;
}
