using System.Globalization;
using Microsoft.OData.UriParser;
using Tributary.Graph;

namespace Tributary.Connections;

/// <summary>
/// The order of a list of connections: by the members that <c>$orderby</c> names, then by creation. A place in it is told by the values of these members, so that
/// a page goes on where the last one ended, whatever came, went or was renamed in between.
/// </summary>
internal sealed class ConnectionOrder : IComparer<StoredConnection>
{
    /// <summary>Members whose values are short enough to stand in a link. Numbers as text of equal length, so that text order is theirs.</summary>
    private static readonly Dictionary<string, Func<StoredConnection, string>> Fields = new(StringComparer.Ordinal)
    {
        ["id"] = connection => connection.Connection.Id,
        ["name"] = connection => connection.Connection.Name,
        ["state"] = connection => Number((int)connection.State),
        ["contentCategory"] = connection => Number((int)(connection.Connection.ContentCategory ?? ContentCategory.Uncategorized)),
        ["ingestedItemsCount"] = connection => Number(connection.State == ConnectionState.Draft ? 0 : connection.ItemCount + 1),
    };

    private readonly List<(Func<StoredConnection, string> Field, bool IsDescending)> _keys = [];

    private ConnectionOrder()
    {
    }

    /// <summary>How many texts a place has.</summary>
    public int Count => _keys.Count;

    public static (ConnectionOrder? Order, GraphError? Error) Read(OrderByClause? clause)
    {
        var order = new ConnectionOrder();
        for (; clause is not null; clause = clause.ThenBy)
        {
            if (clause.Expression is not SingleValuePropertyAccessNode { Source: ResourceRangeVariableReferenceNode, Property.Name: { } name }
                || !Fields.TryGetValue(name, out Func<StoredConnection, string>? field))
            {
                return (null, GraphErrors.UnsupportedOrder($"Connections can be sorted by {string.Join(", ", Fields.Keys)}; the last on beta only."));
            }

            order._keys.Add((field, clause.Direction == OrderByDirection.Descending));
        }

        order._keys.Add((connection => Number(connection.Key.Value), false));
        return (order, null);
    }

    public string[] PlaceOf(StoredConnection connection) => [.. _keys.Select(key => key.Field(connection))];

    public bool IsAfter(StoredConnection connection, IReadOnlyList<string> place) => Compare(PlaceOf(connection), place) > 0;

    public int Compare(StoredConnection? x, StoredConnection? y) => Compare(PlaceOf(x!), PlaceOf(y!));

    private int Compare(string[] x, IReadOnlyList<string> y)
    {
        for (int i = 0; i < _keys.Count; i++)
        {
            int order = string.CompareOrdinal(x[i], y[i]);
            if (order != 0)
            {
                return _keys[i].IsDescending ? -order : order;
            }
        }

        return 0;
    }

    private static string Number(long number) => number.ToString("D19", CultureInfo.InvariantCulture);
}
