using Tributary.Search;

namespace Tributary.Indexing;

/// <summary>
/// What one search has done so far and when it must stop: as soon as its token says so, or past a number of looked-up terms. Used by one thread, by one search.
/// </summary>
/// <param name="maxTerms">Terms of visible documents that its prefixes may have, all together.</param>
/// <param name="cancellationToken">The client has gone, or the search has taken its time.</param>
internal sealed class SearchWork(int maxTerms, CancellationToken cancellationToken)
{
    /// <summary>A power of two. Rare enough to cost nothing beside a million documents, often enough to stop within a fraction of a millisecond.</summary>
    public const int StepsBetweenLooks = 1024;

    /// <summary>Documents and positions that it came upon; after four billion from 0 again.</summary>
    public uint Steps { get; private set; }

    /// <summary>Terms that prefixes have in visible documents.</summary>
    public int Terms { get; private set; }

    /// <summary>How often beginnings stand in phrases and proximities of its queries, which share the room for positions.</summary>
    public int PrefixSpans { get; set; }

    /// <exception cref="OperationCanceledException">The search is to stop.</exception>
    public void Look() => cancellationToken.ThrowIfCancellationRequested();

    /// <summary>Counts a step that is too small to look at the token each time: a document, or a position of a word.</summary>
    /// <exception cref="OperationCanceledException">The search is to stop.</exception>
    public void Step()
    {
        if ((++Steps & (StepsBetweenLooks - 1)) == 0)
        {
            Look();
        }
    }

    /// <exception cref="OperationCanceledException">The search is to stop.</exception>
    /// <exception cref="QueryTooBroadException">One term too many.</exception>
    public void TakeTerm()
    {
        Look();
        if (Terms == maxTerms)
        {
            throw new QueryTooBroadException(QueryBreadth.Terms);
        }

        Terms++;
    }
}
