using System.Threading.RateLimiting;
using Tributary.Acls;
using Tributary.Auth;
using Tributary.Items;
using Tributary.Search.Kql;
using Tributary.Search.Spelling;

namespace Tributary.Search;

/// <summary>What is answered to one request.</summary>
/// <param name="Request">The request.</param>
/// <param name="Terms">What a client may highlight.</param>
/// <param name="Hits">The page, best first.</param>
/// <param name="Total">Visible matches.</param>
/// <param name="Aggregations">For each one asked for its counts; of ranges one for each range.</param>
internal sealed record SearchAnswer(
    SearchRequest Request, IReadOnlyList<string> Terms, IReadOnlyList<SearchHit> Hits, long Total, IReadOnlyList<IReadOnlyList<FacetBucket>> Aggregations)
{
    /// <summary>Ids of the connections that were searched.</summary>
    public IReadOnlyList<string> Connections { get; init; } = [];

    /// <summary>A better spelling; null where none was wanted or found.</summary>
    public QueryAlteration? Alteration { get; init; }
}

/// <summary>A hit as it is answered.</summary>
/// <param name="Source">The connection it comes from.</param>
/// <param name="Summaries">Quotes it by the query as that connection reads it.</param>
/// <param name="ItemId">Its id.</param>
/// <param name="Item">The item as the store has it now.</param>
/// <param name="IsCollapsed">Whether others were left out for it.</param>
internal sealed record SearchHit(SearchedConnection Source, SummaryBuilder Summaries, string ItemId, StoredHit Item, bool IsCollapsed)
{
    /// <summary>What its content says around what was found; null where that is not known to be in it.</summary>
    public string? Quote { get; init; }
}

/// <summary>Answers the requests of one call, one after the other: connections, plan, index, and the items themselves.</summary>
internal sealed class SearchRun(Caller caller, SearchServices services, QueryTime time) : IDisposable
{
    private long _bytesLeft = services.Options.Value.MaxPageBytes;
    private RateLimitLease? _place;

    /// <summary>Gives the place of the answer back, which is held until it is written.</summary>
    public void Dispose() => _place?.Dispose();

    public async Task<(SearchAnswer? Answer, SearchError? Error)> SearchAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsForExternalItems)
        {
            return (new SearchAnswer(request, [], [], 0, []), null);
        }

        SearchOptions options = services.Options.Value;
        IReadOnlyList<SearchedConnection> connections = await SearchedConnections.FindAsync(request, caller, services, time.Now, cancellationToken);
        int maxGroups = services.GroupOptions.Value.MaxPerUser;
        if (connections.Any(searched => searched.Access.ExternalGroups.Count > maxGroups))
        {
            return (null, SearchErrors.TooManyGroups(maxGroups));
        }

        (SearchPlan? plan, SearchError? error) = PlanOf(request);
        if (plan is null)
        {
            return (null, error);
        }

        IndexAnswer answer = await services.Index.SearchAsync(plan.Query, cancellationToken);
        if (answer.TooBroad is { } breadth)
        {
            return (null, SearchErrors.TooBroad(breadth, PathOfQuestion(request), options.MaxExpandedTerms));
        }

        var speller = new Speller(services.Index, altered => PlanOf(altered).Plan);
        SpellerAnswer? better = await speller.CorrectOrNullAsync(request, plan, answer.Total, cancellationToken);
        if (better is { Alteration.IsModification: true })
        {
            (request, plan) = (better.Request, better.Plan);
            answer = await services.Index.SearchAsync(plan.Query, cancellationToken);
        }

        // Only one request of a call is for external items (E4), so none waits for the index, which needs a place itself, with one in hand.
        _place ??= await services.Gate.EnterAsync(Searcher.Of(caller), cancellationToken);
        if (await ReadHitsOrNullAsync(answer, plan, cancellationToken) is not { } hits)
        {
            return (null, SearchErrors.PageTooHeavy(request.PathOf("size"), options.MaxPageBytes));
        }

        int withdrawn = answer.Hits.Count - hits.Count;
        return (new SearchAnswer(request, plan.Terms, hits, answer.Total - withdrawn, answer.Facets)
        {
            Connections = [.. connections.Select(searched => searched.Connection.Connection.Id)],
            Alteration = better?.Alteration,
        }, null);

        (SearchPlan? Plan, SearchError? Error) PlanOf(SearchRequest asked) =>
            SearchPlan.Of(asked, connections, Searcher.Of(caller), options, time, cancellationToken);
    }

    /// <summary>What a question to the index was made of.</summary>
    private static string PathOfQuestion(SearchRequest request) =>
        request.PathOf(request.QueryTemplate is null ? "query.queryString" : "query.queryTemplate") + (request.Filters.Count > 0 ? " with the aggregationFilters" : "");

    /// <summary>
    /// Reads the page's items again from the store and judges them again: nothing leaves that the caller may not see now, whatever the index said. Null when they
    /// take more than what is left of <see cref="SearchOptions.MaxPageBytes"/>.
    /// </summary>
    private async Task<List<SearchHit>?> ReadHitsOrNullAsync(IndexAnswer answer, SearchPlan plan, CancellationToken cancellationToken)
    {
        var summaries = new SummaryBuilder[plan.Connections.Count];
        var stored = new IReadOnlyDictionary<string, StoredHit>[plan.Connections.Count];
        IGrouping<int, IndexHit>[] groups = [.. answer.Hits.GroupBy(hit => hit.Target)];
        if (await services.Items.ReadHitsAsync(
            [.. groups.Select(group => (plan.Connections[group.Key].Connection.Key, group.Select(hit => hit.ItemId).ToArray()))], _bytesLeft, cancellationToken) is not { } read)
        {
            return null;
        }

        foreach ((int i, IGrouping<int, IndexHit> group) in groups.Index())
        {
            summaries[group.Key] = new SummaryBuilder(plan.Trees[group.Key], answer.Languages[group.Key]);
            stored[group.Key] = read[i];
            _bytesLeft -= read[i].Values.Sum(hit => (long)hit.Properties.Length);
        }

        var hits = new List<SearchHit>(answer.Hits.Count);
        foreach (IndexHit hit in answer.Hits)
        {
            if (stored[hit.Target].TryGetValue(hit.ItemId, out StoredHit? item) && AclEvaluator.IsVisible(item.Acl, plan.Connections[hit.Target].Access))
            {
                hits.Add(new SearchHit(plan.Connections[hit.Target], summaries[hit.Target], hit.ItemId, item, hit.IsCollapsed)
                {
                    Quote = summaries[hit.Target].QuoteOrNull(item.Excerpt),
                });
            }
            else
            {
                await services.Withdrawn.NoteAsync(plan.Connections[hit.Target].Connection.Key, hit.ItemId, answer.Reached[hit.Target], cancellationToken);
            }
        }

        await new FurtherQuotes(services.Items).AddAsync(hits, cancellationToken);
        return hits;
    }
}
