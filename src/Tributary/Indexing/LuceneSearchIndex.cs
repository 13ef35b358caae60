using Tributary.Search;

namespace Tributary.Indexing;

/// <summary>
/// Searches the indexes of connections, each as new as it must be, or says why that is not possible.
/// </summary>
internal sealed class LuceneSearchIndex(IndexCatalog catalog, ItemVisibility visibility, SearchGate gate) : ISearchIndex
{
    public async Task<IndexAnswer> SearchAsync(IndexQuery query, CancellationToken cancellationToken) =>
        await SearchingAsync(query, search => search.Run(), breadth => new IndexAnswer(0, []) { TooBroad = breadth }, cancellationToken)
        ?? new IndexAnswer(0, []) { Facets = [.. query.Facets.Select(FacetCounter.None)] };

    public async Task<(IndexExplanation? Explanation, QueryBreadth? TooBroad)> ExplainAsync(IndexQuery query, string itemId, CancellationToken cancellationToken)
    {
        QueryBreadth? tooBroad = null;
        IndexExplanation? explanation = await SearchingAsync(
            query,
            search => search.ExplainOrNull(target: 0, itemId),
            breadth =>
            {
                tooBroad = breadth;
                return null;
            },
            cancellationToken);
        return (explanation, tooBroad);
    }

    /// <summary>The default when none of the connections is there any more.</summary>
    private async Task<T?> SearchingAsync<T>(IndexQuery query, Func<IndexSearch, T?> ask, Func<QueryBreadth, T?> refuse, CancellationToken cancellationToken)
        where T : class
    {
        // All at once, so that together they wait no longer than one.
        Task<IndexView?>[] acquired = [.. query.Targets.Select(target => catalog.AcquireOrNullAsync(target.Connection, target.Change, cancellationToken))];
        try
        {
            await Task.WhenAll(acquired);
            List<SearchedPart> parts = [.. acquired.Index().Where(part => part.Item.Result is not null)
                .Select(part => new SearchedPart(part.Index, part.Item.Result!.Searcher, part.Item.Result.Acls))];
            if (parts.Count == 0)
            {
                return null;
            }

            using SearchGate.Place place = await gate.EnterAsync(cancellationToken);
            return Ask(new IndexSearch(query, parts, visibility.IsDelayed, new SearchWork(query.MaxTerms, cancellationToken)), ask, refuse, acquired);
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

    private static T? Ask<T>(IndexSearch search, Func<IndexSearch, T?> ask, Func<QueryBreadth, T?> refuse, Task<IndexView?>[] acquired)
        where T : class
    {
        try
        {
            return ask(search);
        }
        catch (QueryTooBroadException exception)
        {
            return refuse(exception.Breadth);
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
