using Microsoft.OData.UriParser;
using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary>The order of a list of the directory: by the members that <c>$orderby</c> names, letter case aside, then by id. A place in it is told by these values.</summary>
internal sealed class DirectoryOrder<T>
{
    private readonly List<(Func<T, string> Key, bool IsDescending)> _keys = [];

    /// <summary>How many texts a place has.</summary>
    public int Count => _keys.Count;

    /// <summary>The order that is asked for, null for none; an error where a list cannot be sorted by it.</summary>
    public static (DirectoryOrder<T>? Order, GraphError? Error) Read(OrderByClause? clause, IDirectoryKind<T> kind, DirectoryView view)
    {
        if (clause is null)
        {
            return (null, null);
        }

        var order = new DirectoryOrder<T>();
        for (; clause is not null; clause = clause.ThenBy)
        {
            if (clause.Expression is not SingleValuePropertyAccessNode { Source: ResourceRangeVariableReferenceNode, Property.Name: { } name }
                || kind.FieldOrNull(name) is not { IsSortable: true } field)
            {
                return (null, GraphErrors.UnsupportedOrder("Lists of the directory can be sorted by displayName and, where there are users, userPrincipalName."));
            }

            if (view < field.View)
            {
                return (null, GraphErrors.InsufficientPrivileges($"$orderby: The token's permissions do not show '{name}'."));
            }

            // Folded once, so that a place in a link compares as the member does.
            order._keys.Add((entity => (field.Read(entity) as string ?? "").ToUpperInvariant(), clause.Direction == OrderByDirection.Descending));
        }

        order._keys.Add((kind.IdOf, false));
        return (order, null);
    }

    public string[] PlaceOf(T entity) => [.. _keys.Select(key => key.Key(entity))];

    public int Compare(IReadOnlyList<string> x, IReadOnlyList<string> y)
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
}
