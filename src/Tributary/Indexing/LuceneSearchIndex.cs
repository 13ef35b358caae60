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
        parts =>
        {
            try
            {
                return parts.Count == 0
                    ? new IndexAnswer(0, []) { Facets = [.. query.Facets.Select(FacetCounter.None)] }
                    : new IndexSearch(query, parts, visibility.IsDelayed, new SearchWork(query.MaxTerms, cancellationToken)).Run() with
                    {
                        Languages = parts.ToDictionary(part => part.Target, part => part.Language),
                    };
            }
            catch (QueryTooBroadException exception)
            {
                return new IndexAnswer(0, []) { TooBroad = exception.Breadth };
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<TermSpelling>> SpellAsync(SpellingQuery query, CancellationToken cancellationToken) => AskAsync(
        query.Targets, parts => new SpellingSearch(query, parts, visibility.IsDelayed, new SearchWork(0, cancellationToken)).Run(), cancellationToken);

    private async Task<T> AskAsync<T>(IReadOnlyList<IndexTarget> targets, Func<IReadOnlyList<SearchedPart>, T> ask, CancellationToken cancellationToken)
    {
        // All at once, so that together they wait no longer than one.
        Task<IndexView?>[] acquired = [.. targets.Select(target => catalog.AcquireOrNullAsync(target.Connection, target.Change, cancellationToken))];
        try
        {
            await Task.WhenAll(acquired);
            List<SearchedPart> parts = [.. acquired.Index().Where(part => part.Item.Result is not null)
                .Select(part => new SearchedPart(part.Index, part.Item.Result!.Searcher, part.Item.Result.Acls, part.Item.Result.Language))];
            if (parts.Count == 0)
            {
                return ask(parts);
            }

            using SearchGate.Place place = await gate.EnterAsync(cancellationToken);
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
