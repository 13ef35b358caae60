using System.Threading.RateLimiting;
using Tributary.Search;

namespace Tributary.Indexing;

/// <summary>
/// Searches the indexes of connections, each as new as it must be, or says why that is not possible.
/// </summary>
internal sealed class LuceneSearchIndex(IndexCatalog catalog, ItemVisibility visibility, SearchGate gate) : ISearchIndex
{
    public async Task<IndexAnswer> SearchAsync(IndexQuery query, CancellationToken cancellationToken)
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
                return new IndexAnswer(0, []) { Facets = [.. query.Facets.Select(FacetCounter.None)] };
            }

            using RateLimitLease place = await gate.EnterAsync(query.Searcher, cancellationToken);
            return Search(new IndexSearch(query, parts, visibility.IsDelayed, new SearchWork(query.MaxTerms, cancellationToken)), acquired);
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

    private static IndexAnswer Search(IndexSearch search, Task<IndexView?>[] acquired)
    {
        try
        {
            return search.Run();
        }
        catch (QueryTooBroadException exception)
        {
            return new IndexAnswer(0, []) { TooBroad = exception.Breadth };
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
