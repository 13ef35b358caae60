using System.Threading.RateLimiting;
using Tributary.Search;
using Tributary.Search.Spelling;

namespace Tributary.Indexing;

/// <summary>
/// Searches the indexes of connections, each as new as it must be, or says why that is not possible.
/// </summary>
internal sealed class LuceneSearchIndex(IndexCatalog catalog, ItemVisibility visibility, SearchGate gate) : ISearchIndex
{
    public Task<IndexAnswer> SearchAsync(IndexQuery query, CancellationToken cancellationToken) => AskAsync(
        query.Targets,
        query.Searcher,
        parts => Bounded(
            () => parts.Count == 0
                ? new IndexAnswer(0, []) { Facets = [.. query.Facets.Select(FacetCounter.None)] }
                : SearchOf(query, parts, cancellationToken).Run() with
                {
                    Languages = parts.ToDictionary(part => part.Target, part => part.Language),
                    Reached = parts.ToDictionary(part => part.Target, part => part.Change),
                },
            breadth => new IndexAnswer(0, []) { TooBroad = breadth }),
        cancellationToken);

    public Task<(IndexExplanation? Explanation, QueryBreadth? TooBroad)> ExplainAsync(IndexQuery query, string itemId, CancellationToken cancellationToken) => AskAsync(
        query.Targets,
        query.Searcher,
        parts => Bounded<(IndexExplanation?, QueryBreadth?)>(
            () => (parts.Count == 0 ? null : SearchOf(query, parts, cancellationToken).ExplainOrNull(target: 0, itemId), null),
            breadth => (null, breadth)),
        cancellationToken);

    public Task<IReadOnlyList<TermSpelling>> SpellAsync(SpellingQuery query, CancellationToken cancellationToken) => AskAsync(
        query.Targets, query.Searcher, parts => new SpellingSearch(query, parts, visibility.IsDelayed, new SearchWork(0, cancellationToken)).Run(), cancellationToken);

    private IndexSearch SearchOf(IndexQuery query, IReadOnlyList<SearchedPart> parts, CancellationToken cancellationToken) =>
        new(query, parts, visibility.IsDelayed, new SearchWork(query.MaxTerms, cancellationToken));

    private static T Bounded<T>(Func<T> ask, Func<QueryBreadth, T> refuse)
    {
        try
        {
            return ask();
        }
        catch (QueryTooBroadException exception)
        {
            return refuse(exception.Breadth);
        }
    }

    /// <param name="targets">The connections that are asked.</param>
    /// <param name="searcher">For whom.</param>
    /// <param name="ask">Is given those of them that are still there.</param>
    /// <param name="cancellationToken">Ends the waiting; the asking ends itself.</param>
    private async Task<T> AskAsync<T>(IReadOnlyList<IndexTarget> targets, Searcher searcher, Func<IReadOnlyList<SearchedPart>, T> ask, CancellationToken cancellationToken)
    {
        // All at once, so that together they wait no longer than one.
        Task<IndexView?>[] acquired = [.. targets.Select(target => catalog.AcquireOrNullAsync(target.Connection, target.Change, target.SchemaVersion, cancellationToken))];
        try
        {
            await Task.WhenAll(acquired);
            List<SearchedPart> parts = [.. acquired.Index().Where(part => part.Item.Result is not null)
                .Select(part => new SearchedPart(part.Index, part.Item.Result!.Searcher, part.Item.Result.Acls, part.Item.Result.Language) { Change = part.Item.Result.Change })];
            if (parts.Count == 0)
            {
                return ask(parts);
            }

            using RateLimitLease place = await gate.EnterAsync(searcher, cancellationToken);
            return Ask(() => ask(parts), acquired);
        }
        finally
        {
            foreach (Task<IndexView?> task in acquired)
            {
                if (task.IsCompletedSuccessfully)
                {
                    task.Result?.Dispose();
                }
            }
        }
    }

    private static T Ask<T>(Func<T> ask, Task<IndexView?>[] acquired)
    {
        try
        {
            return ask();
        }
        catch (Exception exception) when (exception is not OperationCanceledException && (exception is IOException || Views().Exists(view => view.IsDamagedFromOutside())))
        {
            // Overwritten bytes make Lucene throw anything.
            Views().ForEach(view => view.Suspect());
            throw new TimeoutException("An index could not be read and is checked.", exception);
        }

        List<IndexView> Views() => [.. acquired.Select(task => task.Result).OfType<IndexView>()];
    }
}
