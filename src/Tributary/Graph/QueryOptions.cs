using System.Globalization;
using Microsoft.OData;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;
using Tributary.Metadata;

namespace Tributary.Graph;

/// <summary>The options that a path takes; every other one is refused by its name, as ignoring it would answer another question.</summary>
[Flags]
internal enum QueryOption
{
    None = 0,
    Select = 1,
    Expand = 2,
    Filter = 4,
    OrderBy = 8,
    Top = 16,
    Skip = 32,
    SkipToken = 64,
    Count = 128,

    /// <summary>What a single entity takes; no relationship is expanded unless one is named.</summary>
    Entity = Select | Expand,

    /// <summary>What a listing takes that has an order of its own.</summary>
    Listing = Select | Expand | Top | SkipToken | Count,
}

/// <summary>
/// The OData query options of a GET (protocol 7), with and without <c>$</c>, names in any letter case. What needs the model is parsed by the OData library, and
/// only when it is there: most requests have no such option, and the library takes its time to begin.
/// </summary>
internal sealed partial class QueryOptions
{
    public const int DefaultPageSize = 100;
    public const int MaxPageSize = 999;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private QueryOptions()
    {
    }

    public Selection Select { get; private set; } = Selection.All;

    public FilterClause? Filter { get; private set; }

    public OrderByClause? OrderBy { get; private set; }

    /// <summary>Null when it was not sent; never above <see cref="MaxPageSize"/>.</summary>
    public int? Top { get; private set; }

    public long Skip { get; private set; }

    /// <summary><c>$count=true</c>.</summary>
    public bool Count { get; private set; }

    public string? SkipToken => TextOrNull("skiptoken");

    /// <summary>The text of an option by its name without <c>$</c>, as it was sent, or null.</summary>
    public string? TextOrNull(string name) => _values.GetValueOrDefault(name);

    /// <summary>Reads the options of a request for entities of <paramref name="type"/>; exactly one of the two comes back.</summary>
    /// <param name="expandable">The relationships that may be expanded.</param>
    public static (QueryOptions? Options, GraphError? Error) Read(
        HttpRequest request, GraphVersion version, GraphType type, QueryOption supported, params ReadOnlySpan<string> expandable)
    {
        var options = new QueryOptions();
        if (request.Query.Count == 0)
        {
            return (options, null);
        }

        GraphError? error = options.ReadTexts(request.Query, supported) ?? options.ReadNumbers() ?? options.ReadModelled(version, type, expandable);
        return error is null ? (options, null) : (null, error);
    }

    private GraphError? ReadNumbers()
    {
        if (TextOrNull("top") is { } top)
        {
            if (!IsWhole(top, out long number))
            {
                return NotWhole("$top", top);
            }

            Top = (int)Math.Min(number, MaxPageSize);
        }

        if (TextOrNull("skip") is { } skip)
        {
            if (!IsWhole(skip, out long number))
            {
                return NotWhole("$skip", skip);
            }

            Skip = number;
        }

        if (TextOrNull("count") is { } count)
        {
            if (!bool.TryParse(count, out bool isCounted))
            {
                return GraphErrors.InvalidQueryOption("$count", $"Invalid value '{Cut(count)}' for $count query option found. Valid values are true, false.");
            }

            Count = isCounted;
        }

        return null;

        // One that is too large for the type is no less whole, and beyond every list.
        static bool IsWhole(string text, out long number)
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            {
                return true;
            }

            number = long.MaxValue;
            return text.Length > 0 && text.All(char.IsAsciiDigit);
        }

        static GraphError NotWhole(string option, string text) => GraphErrors.InvalidQueryOption(
            option, $"Invalid value '{Cut(text)}' for {option} query option found. The {option} query option requires a non-negative integer value.");
    }

    private GraphError? ReadModelled(GraphVersion version, GraphType type, ReadOnlySpan<string> expandable)
    {
        var modelled = new Dictionary<string, string>();
        foreach (string name in (ReadOnlySpan<string>)["select", "expand", "filter", "orderby"])
        {
            if (TextOrNull(name) is { } text)
            {
                modelled.Add("$" + name, text);
            }
        }

        if (modelled.Count == 0)
        {
            return null;
        }

        (IEdmModel model, IEdmType queried) = EdmModels.ForQuery(version, type);
        var parser = new ODataQueryOptionParser(model, queried, targetNavigationSource: null, modelled)
        {
            Resolver = new StringAsEnumResolver { EnableCaseInsensitive = true },
        };
        string option = "$filter";
        SelectExpandClause? clause;
        try
        {
            Filter = parser.ParseFilter();
            option = "$orderby";
            OrderBy = parser.ParseOrderBy();
            option = modelled.ContainsKey("$expand") ? "$expand" : "$select";
            clause = parser.ParseSelectAndExpand();
        }
        catch (ODataException exception)
        {
            return LibraryTexts.IsForClients(exception.Message)
                ? GraphErrors.InvalidQueryOption(option, Cut(exception.Message))
                : LibraryTexts.RefusalOf(option, modelled[option]);
        }
#pragma warning disable CA1031 // The parser fails in ways of its own on some texts that are no OData, such as $expand=$ref; that is no fault of this server.
        catch (Exception)
#pragma warning restore CA1031
        {
            return LibraryTexts.RefusalOf(option, modelled[option]);
        }

        return clause is null ? null : ReadSelection(clause, expandable);
    }

    private GraphError? ReadSelection(SelectExpandClause clause, ReadOnlySpan<string> expandable)
    {
        var names = new List<string>();
        var expanded = new List<string>();
        bool isAll = !_values.ContainsKey("select");
        foreach (SelectItem item in clause.SelectedItems)
        {
            switch (item)
            {
                case WildcardSelectItem:
                    isAll = true;
                    break;
                case PathSelectItem { SelectedPath: { Count: 1, FirstSegment: PropertySegment { Property.Name: { } name } } }:
                    names.Add(name);
                    break;
                case PathSelectItem path:
                    return GraphErrors.InvalidQueryOption(
                        "$select", $"Only properties of the entity itself can be selected; '{string.Join('/', path.SelectedPath.Select(segment => segment.Identifier))}' is none.");
                case ExpandedNavigationSelectItem navigation when IsPlain(navigation):
                    string relationship = navigation.PathToNavigationProperty.FirstSegment.Identifier;
                    if (!expandable.Contains(relationship))
                    {
                        return GraphErrors.ExpandNotSupported(relationship);
                    }

                    expanded.Add(relationship);
                    break;
                default:
                    return GraphErrors.InvalidQueryOption("$expand", "Options inside of $expand are not supported.");
            }
        }

        Select = isAll && expanded.Count == 0 ? Selection.All : new Selection(isAll ? null : names, expanded);
        return null;
    }

    private static bool IsPlain(ExpandedNavigationSelectItem item) =>
        item.PathToNavigationProperty.Count == 1 && !item.SelectAndExpand.SelectedItems.Any()
        && item.FilterOption is null && item.OrderByOption is null && item.SearchOption is null && item.TopOption is null && item.SkipOption is null
        && item.CountOption is null && item.LevelsOption is null && item.ComputeOption is null && item.ApplyOption is null;

    /// <summary>Texts of a client's own come back in a message no longer than anybody reads.</summary>
    private static string Cut(string text) => text.Length <= 300 ? text : text[..(char.IsHighSurrogate(text[299]) ? 299 : 300)] + "…";
}
