using Tributary.Search.Kql;
using Tributary.Search.Spelling;

namespace Tributary.Search;

/// <summary>What a request asks of the index, once its names mean something.</summary>
/// <param name="Text">The query as written, and where in it the words of the user stand.</param>
/// <param name="Connections">Those that can have hits, in the order of the query's targets.</param>
/// <param name="Trees">The query as each of them reads it.</param>
/// <param name="Terms">What a client may highlight.</param>
/// <param name="Query">The question.</param>
internal sealed record SearchPlan(
    ExpandedQuery Text, IReadOnlyList<SearchedConnection> Connections, IReadOnlyList<KqlNode> Trees, IReadOnlyList<string> Terms, IndexQuery Query)
{
    /// <summary>The plan, or all that is wrong with the names of the request.</summary>
    public static (SearchPlan? Plan, SearchError? Error) Of(
        SearchRequest request,
        IReadOnlyList<SearchedConnection> connections,
        Searcher searcher,
        SearchOptions options,
        QueryTime time,
        CancellationToken cancellationToken)
    {
        KqlLimits limits = KqlLimits.Default with { MaxLength = options.MaxQueryLength };
        ExpandedQuery? query = QueryTemplate.QueryOrNull(request.QueryTemplate, request.QueryString, time.Now, options.MaxQueryLength);
        QueryReading? reading = query is null
            ? null
            : QueryReading.Of(query, [.. connections.Select(searched => new QueriedConnection(searched.Schema, searched.System))], limits, cancellationToken);
        SearchError? error = reading is null
            ? SearchErrors.Entity($"{request.PathOf("query.queryTemplate")} has more than {options.MaxQueryLength} characters once its variables are filled in")
            : ProblemOrNull(request, query!, reading, options);
        var names = new NamedRefinements(request, connections, time);
        if (SearchError.JoinOrNull([[.. error is null ? [] : new[] { error }, .. names.Problems]]) is { } wrong)
        {
            return (null, wrong);
        }

        var kept = new List<int>();
        var targets = new List<IndexTarget>();
        for (int i = 0; i < connections.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SearchedConnection searched = connections[i];
            KqlNode? filter = names.FilterOrNull(i, out bool isNothing);
            if (!isNothing)
            {
                kept.Add(i);
                targets.Add(new IndexTarget(searched.Connection.Key, searched.Connection.LastChange, searched.Schema, reading!.Trees[i], reading.PlainTrees[i], searched.Access) { Filter = filter, SchemaVersion = searched.Connection.ActiveSchema });
            }
        }

        KqlNode[] trees = [.. targets.Select(target => target.Tree)];
        string[] terms = [.. trees.DefaultIfEmpty(reading!.WithoutNames!).SelectMany(KqlTerms.Of).Distinct(StringComparer.Ordinal)];
        var question = new IndexQuery(targets, request.From, request.Size, time, options.MaxExpandedTerms)
        {
            Searcher = searcher,
            IsStrict = options.StrictQueries,
            Ranking = options.Ranking,
            Sort = names.Sort(kept),
            Facets = names.Facets(kept),
            Collapse = names.Collapse(kept),
        };
        return (new SearchPlan(query!, [.. kept.Select(i => connections[i])], trees, terms, question), null);
    }

    private static SearchError? ProblemOrNull(SearchRequest request, ExpandedQuery query, QueryReading reading, SearchOptions options)
    {
        if (options.StrictQueries && reading.StrictError is { } malformed)
        {
            bool isOfTemplate = request.QueryTemplate is not null && !reading.IsErrorOfQueryString;
            return SearchErrors.Malformed(request.PathOf(isOfTemplate ? "query.queryTemplate" : "query.queryString"), malformed.Describe(isOfTemplate ? query.Text : request.QueryString));
        }

        return reading.Plain is not null ? null
            : request.QueryTemplate is null || reading.IsErrorOfQueryString ? SearchErrors.QueryStringRequired
            : SearchErrors.Entity($"{request.PathOf("query.queryTemplate")} has no words once its variables are filled in");
    }
}
