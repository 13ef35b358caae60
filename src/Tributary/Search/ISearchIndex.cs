using Tributary.Acls;
using Tributary.Connections;
using Tributary.Schemas;
using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>
/// Finds candidates: which items of which connections match and are visible, in what order, and how many there are. Trimming happens inside, so totals are
/// trimmed too. The query is a tree, never an engine's own language, so that another engine can stand behind this boundary.
/// </summary>
internal interface ISearchIndex
{
    /// <exception cref="OperationCanceledException">It was to stop; it does so wherever it is.</exception>
    /// <exception cref="TimeoutException">An index is behind its bound; an answer would be a guess.</exception>
    Task<IndexAnswer> SearchAsync(IndexQuery query, CancellationToken cancellationToken);
}

/// <param name="Targets">The connections to search, each with its own reading of the query.</param>
/// <param name="From">Hits to pass over.</param>
/// <param name="Size">Hits wanted after them.</param>
/// <param name="Now">What the date words of the query are relative to.</param>
/// <param name="MaxTerms">Terms of the index that words which match by their beginning may look up, all together.</param>
internal sealed record IndexQuery(IReadOnlyList<IndexTarget> Targets, int From, int Size, DateTimeOffset Now, int MaxTerms);

/// <param name="Connection">Which connection.</param>
/// <param name="Change">The change that the answer must contain.</param>
/// <param name="Schema">The active schema, by which names and types are read.</param>
/// <param name="Tree">The query, its names resolved against that schema.</param>
/// <param name="PlainTree">The query as plain words, for when operators or values of the tree do not fit the types of the schema.</param>
/// <param name="Caller">What the caller is in this connection.</param>
internal sealed record IndexTarget(ConnectionKey Connection, long Change, Schema Schema, KqlNode Tree, KqlNode PlainTree, AccessPrincipals Caller);

/// <param name="Total">Visible matches in all connections together.</param>
/// <param name="Hits">The page, best first.</param>
internal sealed record IndexAnswer(long Total, IReadOnlyList<IndexHit> Hits)
{
    /// <summary>Why the query is not answered at all; null when it is.</summary>
    public QueryBreadth? TooBroad { get; init; }
}

/// <summary>What a query has too much of.</summary>
internal enum QueryBreadth
{
    /// <summary>Words that match by their beginning, and ranges: see <see cref="Kql.KqlLimits.MaxExpansions"/>.</summary>
    Expansions,

    /// <summary>Terms that these have in the index: see <see cref="IndexQuery.MaxTerms"/>.</summary>
    Terms,
}

/// <param name="Target">Position in <see cref="IndexQuery.Targets"/>.</param>
/// <param name="ItemId">Id of the item.</param>
internal readonly record struct IndexHit(int Target, string ItemId);
