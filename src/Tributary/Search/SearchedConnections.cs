using Tributary.Acls;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Schemas;

namespace Tributary.Search;

/// <summary>A connection that a search asks.</summary>
/// <param name="Connection">As it was when the search arrived.</param>
/// <param name="Schema">The schema it is read by.</param>
/// <param name="Access">What the caller is in it: external groups belong to a connection.</param>
internal sealed record SearchedConnection(StoredConnection Connection, Schema Schema, AccessPrincipals Access)
{
    /// <summary>Whether the request names it, rather than all.</summary>
    public bool IsNamed { get; init; }

    /// <summary>What the service itself says of its items.</summary>
    public SystemValues System { get; } = new(Connection.Domain, Connection.Connection.Id, Connection.TenantId);
}

/// <summary>Finds the connections of a search.</summary>
internal static class SearchedConnections
{
    /// <summary>
    /// The connections that were named, exist, and take part in search; whose they are does not matter to a user (search 16). Where all are asked for, those in which he sees
    /// anything: of the others neither the names of their properties nor that they are there shall show.
    /// </summary>
    public static async Task<IReadOnlyList<SearchedConnection>> FindAsync(
        SearchRequest search, Caller caller, SearchServices services, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyList<SearchedConnection> asked = await FindAskedAsync(search, caller, services, cancellationToken);
        SearchedConnection[] unnamed = [.. asked.Where(searched => !searched.IsNamed)];
        if (unnamed.Length == 0)
        {
            return asked;
        }

        IReadOnlySet<int> seen = await services.Index.FindSeenAsync(
            [.. unnamed.Select(searched => new SeenQuery(searched.Connection.Key, searched.Connection.LastChange, searched.Access))], Searcher.Of(caller), now, cancellationToken);
        HashSet<SearchedConnection> unseen = [.. unnamed.Where((_, i) => !seen.Contains(i))];
        return [.. asked.Where(searched => !unseen.Contains(searched))];
    }

    private static async Task<IReadOnlyList<SearchedConnection>> FindAskedAsync(
        SearchRequest search, Caller caller, SearchServices services, CancellationToken cancellationToken)
    {
        bool isForAll = search.ContentSources.Contains(SearchRequest.AllSources);
        var found = new List<(StoredConnection Connection, Schema Schema, bool IsNamed)>();
        IReadOnlyList<StoredConnection> all = await services.Connections.ListAsync(caller.TenantId, cancellationToken);
        foreach (StoredConnection connection in all)
        {
            // Ids collide ignoring case, so forgiving the case of a source names no second connection.
            bool isNamed = search.ContentSources.Any(source => source.Equals(connection.Connection.Id, StringComparison.OrdinalIgnoreCase));
            bool takesPart = !connection.IsDeleting
                && connection.Connection.IsSearched
                && connection.State is ConnectionState.Ready or ConnectionState.LimitExceeded;
            if ((isNamed || isForAll) && takesPart && await services.Schemas.FindOrNullAsync(connection.Key, connection.ActiveSchema, cancellationToken) is { } schema)
            {
                found.Add((connection, schema, isNamed));
            }
        }

        // Asked anew for every search, so that a change of membership holds for the next one; one more than the limit tells that it is passed.
        IReadOnlyList<IReadOnlyList<string>> externalGroups = await services.Groups.FindGroupsOfAsync(
            [.. found.Select(one => one.Connection.Key)], caller.UserId!, caller.Groups, services.GroupOptions.Value.MaxPerUser + 1, cancellationToken);
        return [.. found.Select((one, i) =>
            new SearchedConnection(one.Connection, one.Schema, new AccessPrincipals(caller.UserId, caller.Groups, externalGroups[i], caller.IsGuest, caller.HasUnknownGroups))
            {
                IsNamed = one.IsNamed,
            })];
    }
}
