using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Tributary.Acls;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Schemas;
using Tributary.Search.Kql;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Search;

/// <summary><c>POST /search/query</c> over external items (https://learn.microsoft.com/graph/api/search-query).</summary>
internal static class SearchEndpoints
{
    public static void MapSearch(this IEndpointRouteBuilder version) =>
        version.MapPost("/search/query", QueryAsync).RequirePermission(GraphOperation.Search);

    private static async Task<IResult> QueryAsync(HttpContext http, GraphRequest request, Caller caller, [AsParameters] SearchServices services)
    {
        // Search checks its permission itself, as its 403 has another shape, and after the entity types, as observed (search 3.7).
        using RequestBody body = await RequestBody.ReadAsync(http, SearchRequestReader.MaxBodyBytes);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        SearchOptions options = services.Options.Value;
        (SearchRequest? search, IResult? error) = SearchRequestReader.Read(body.Root, options, RefusalOrNull(caller, options));
        if (search is null)
        {
            return error!;
        }

        using var deadline = SearchDeadline.Start(options.Timeout, services.Time, http.RequestAborted);
        try
        {
            return await SearchAsync(request, search, caller, services, deadline.Token);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            services.Metrics.Ended("abandoned");
            throw;
        }
        catch (OperationCanceledException) when (deadline.IsPassed)
        {
            services.Metrics.Ended("timeout");
            return new SearchErrorResult(SearchErrors.TimedOut(options.Timeout));
        }
    }

    private static async Task<IResult> SearchAsync(
        GraphRequest request, SearchRequest search, Caller caller, SearchServices services, CancellationToken cancellationToken)
    {
        SearchOptions options = services.Options.Value;
        KqlLimits limits = KqlLimits.Default with { MaxLength = options.MaxQueryLength };
        if (KqlParser.ParseLenient(search.QueryString, _ => null, limits) is not { } withoutNames)
        {
            return new SearchErrorResult(SearchErrors.QueryStringRequired);
        }

        IReadOnlyList<SearchedConnection> connections = await FindConnectionsAsync(search, caller, services, cancellationToken);
        int maxGroups = services.GroupOptions.Value.MaxPerUser;
        if (connections.Any(searched => searched.Access.ExternalGroups.Count > maxGroups))
        {
            return new SearchErrorResult(SearchErrors.TooManyGroups(maxGroups));
        }

        // Names mean what they mean in each connection (search 7.3), so each has its own reading of the query.
        KqlNode[] trees = [.. connections.Select(searched =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return KqlParser.ParseLenient(search.QueryString, name => PropertyNames.ResolveOrNull(searched.Schema, name)?.Name, limits) ?? withoutNames;
        })];
        KqlNode plain = KqlPlainText.Read(search.QueryString, limits.MaxClauses) ?? withoutNames;
        List<IndexTarget> targets = [.. connections.Zip(trees, (searched, tree) =>
            new IndexTarget(searched.Connection.Key, searched.Connection.LastChange, searched.Schema, tree, plain, searched.Access))];

        IndexAnswer answer = await services.Index.SearchAsync(
            new IndexQuery(targets, search.From, search.Size, services.Time.GetUtcNow(), options.MaxExpandedTerms), cancellationToken);
        if (answer.TooBroad is { } breadth)
        {
            services.Metrics.Ended("refused");
            return new SearchErrorResult(SearchErrors.TooBroad(breadth, options.MaxExpandedTerms));
        }

        // A page and what is written of it may be large, so a place is needed to have them.
        using SearchGate.Place place = await services.Gate.EnterAsync(cancellationToken);
        if (await ReadHitsOrNullAsync(answer, connections, trees, services.Items, options.MaxPageBytes, cancellationToken) is not { } hits)
        {
            services.Metrics.Ended("refused");
            return new SearchErrorResult(SearchErrors.PageTooHeavy(options.MaxPageBytes));
        }

        int withdrawn = answer.Hits.Count - hits.Count;
        string[] terms = [.. trees.DefaultIfEmpty(withoutNames).SelectMany(KqlTerms.Of).Distinct(StringComparer.Ordinal)];

        // Written here and not when the answer is sent, as quoting a thousand hits takes time that counts.
        var body = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(body, GraphResult.WriterOptions))
        {
            SearchJson.Write(writer, request, search, terms, hits, answer.Total - withdrawn, caller.TenantId, cancellationToken);
        }

        services.Metrics.Ended("answered");
        return GraphResult.Ok(body.WrittenMemory);
    }

    private static SearchError? RefusalOrNull(Caller caller, SearchOptions options)
    {
        if (!caller.IsDelegated || (caller.IsGuest && !options.AllowGuests))
        {
            return SearchErrors.NotAuthorized;
        }

        if (!caller.May(GraphOperation.Search))
        {
            return SearchErrors.MissingPermission(caller.Permissions);
        }

        return caller.HasGroupsOverage ? SearchErrors.GroupsOverage : null;
    }

    /// <summary>The connections that were named, exist, and take part in search; whose they are does not matter to a user (search 16).</summary>
    private static async Task<IReadOnlyList<SearchedConnection>> FindConnectionsAsync(
        SearchRequest search, Caller caller, SearchServices services, CancellationToken cancellationToken)
    {
        var searched = new List<SearchedConnection>();
        IReadOnlyList<StoredConnection> all = await services.Connections.ListAsync(caller.TenantId, cancellationToken);
        foreach (StoredConnection connection in all)
        {
            // Ids collide ignoring case, so forgiving the case of a source names no second connection.
            bool isNamed = search.ContentSources.Any(source =>
                source == SearchRequest.AllSources || source.Equals(connection.Connection.Id, StringComparison.OrdinalIgnoreCase));
            bool takesPart = !connection.IsDeleting
                && connection.Connection.IsSearched
                && connection.State is ConnectionState.Ready or ConnectionState.LimitExceeded;
            if (isNamed && takesPart && await services.Schemas.FindOrNullAsync(connection.Key, connection.ActiveSchema, cancellationToken) is { } schema)
            {
                // Asked anew for every search, so that a change of membership holds for the next one; one more than the limit tells that it is passed.
                IReadOnlyList<string> externalGroups = await services.Groups.FindGroupsOfAsync(
                    connection.Key, caller.UserId!, caller.Groups, services.GroupOptions.Value.MaxPerUser + 1, cancellationToken);
                searched.Add(new SearchedConnection(connection, schema, new AccessPrincipals(caller.UserId, caller.Groups, externalGroups, caller.IsGuest)));
            }
        }

        return searched;
    }

    /// <summary>
    /// Reads the page's items again from the store and judges them again: nothing leaves that the caller may not see now, whatever the index said. Null when they
    /// take more than <paramref name="maxBytes"/>.
    /// </summary>
    private static async Task<List<SearchHit>?> ReadHitsOrNullAsync(
        IndexAnswer answer,
        IReadOnlyList<SearchedConnection> connections,
        KqlNode[] trees,
        IItemStore items,
        long maxBytes,
        CancellationToken cancellationToken)
    {
        var summaries = new SummaryBuilder[connections.Count];
        var stored = new IReadOnlyDictionary<string, StoredHit>[connections.Count];
        foreach (IGrouping<int, IndexHit> group in answer.Hits.GroupBy(hit => hit.Target))
        {
            summaries[group.Key] = new SummaryBuilder(trees[group.Key]);
            if (await items.ReadHitsAsync(connections[group.Key].Connection.Key, [.. group.Select(hit => hit.ItemId)], maxBytes, cancellationToken) is not { } read)
            {
                return null;
            }

            stored[group.Key] = read;
            maxBytes -= read.Values.Sum(hit => (long)hit.Properties.Length);
        }

        var hits = new List<SearchHit>(answer.Hits.Count);
        foreach (IndexHit hit in answer.Hits)
        {
            if (stored[hit.Target].TryGetValue(hit.ItemId, out StoredHit? item) && AclEvaluator.IsVisible(item.Acl, connections[hit.Target].Access))
            {
                hits.Add(new SearchHit(connections[hit.Target], summaries[hit.Target], hit.ItemId, item));
            }
        }

        return hits;
    }
}

/// <summary>A connection that a search asks.</summary>
/// <param name="Connection">As it was when the search arrived.</param>
/// <param name="Schema">The schema it is read by.</param>
/// <param name="Access">What the caller is in it: external groups belong to a connection.</param>
internal sealed record SearchedConnection(StoredConnection Connection, Schema Schema, AccessPrincipals Access);

/// <summary>A hit as it is answered.</summary>
/// <param name="Source">The connection it comes from.</param>
/// <param name="Summaries">Quotes it by the query as that connection reads it.</param>
/// <param name="ItemId">Its id.</param>
/// <param name="Item">The item as the store has it now.</param>
internal sealed record SearchHit(SearchedConnection Source, SummaryBuilder Summaries, string ItemId, StoredHit Item);

/// <summary>What a search takes besides the request. For the attributes see <see cref="SchemaServices"/>.</summary>
internal readonly record struct SearchServices(
    [property: FromServices] IConnectionStore Connections,
    [property: FromServices] IItemStore Items,
    [property: FromServices] IGroupStore Groups,
    [property: FromServices] SchemaVersions Schemas,
    [property: FromServices] ISearchIndex Index,
    [property: FromServices] IOptions<SearchOptions> Options,
    [property: FromServices] IOptions<GroupOptions> GroupOptions,
    [property: FromServices] SearchMetrics Metrics,
    [property: FromServices] SearchGate Gate,
    [property: FromServices] TimeProvider Time);
