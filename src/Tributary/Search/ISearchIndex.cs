using Tributary.Acls;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Schemas;
using Tributary.Search.Kql;
using Tributary.Search.Spelling;

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

    /// <summary>How often words are there and which are near them, one answer for each; only what the caller sees counts.</summary>
    /// <exception cref="OperationCanceledException">It was to stop.</exception>
    /// <exception cref="TimeoutException">An index is behind its bound.</exception>
    Task<IReadOnlyList<TermSpelling>> SpellAsync(SpellingQuery query, CancellationToken cancellationToken);

    /// <summary>Why an item of the first target has the score that it has in this search, whoever may see it; null when the index has no such item.</summary>
    /// <returns>Or what the query has too much of.</returns>
    /// <inheritdoc cref="SearchAsync" path="/exception"/>
    Task<(IndexExplanation? Explanation, QueryBreadth? TooBroad)> ExplainAsync(IndexQuery query, string itemId, CancellationToken cancellationToken);
}

/// <summary>A score and where it comes from.</summary>
/// <param name="IsMatch">Whether the query finds the item at all; else the explanation says what it lacks.</param>
/// <param name="Score">As the search itself has it.</param>
/// <param name="Explanation">Put together on its own, to the same value.</param>
internal sealed record IndexExplanation(bool IsMatch, float Score, ScoreExplanation Explanation);

/// <summary>A part of a score. Tells words of the query and figures, nothing of what the item says.</summary>
internal sealed record ScoreExplanation(float Value, string Description, IReadOnlyList<ScoreExplanation> Details);

/// <param name="Targets">The connections to search, each with its own reading of the query.</param>
/// <param name="From">Hits to pass over.</param>
/// <param name="Size">Hits wanted after them.</param>
/// <param name="Time">What the date words of the query are relative to.</param>
/// <param name="MaxTerms">Terms of the index that words which match by their beginning may look up, all together.</param>
internal sealed record IndexQuery(IReadOnlyList<IndexTarget> Targets, int From, int Size, QueryTime Time, int MaxTerms)
{
    /// <summary>Who asks, for whom others must not wait too long.</summary>
    public Searcher Searcher { get; init; }

    /// <summary>Decides also what is found yet, and what is fresh.</summary>
    public DateTimeOffset Now => Time.Now;

    /// <summary>Tell the score of each hit, which no answer shows; not where hits are collapsed.</summary>
    public bool HasScores { get; init; }

    /// <summary>What makes one match come before another.</summary>
    public RankingOptions Ranking { get; init; } = RankingOptions.Default;

    /// <summary>Refuse a tree that asks for more than a proximity may, instead of searching its <see cref="IndexTarget.PlainTree"/>.</summary>
    public bool IsStrict { get; init; }

    /// <summary>In this order, ties by relevance and then as always; empty for relevance.</summary>
    public IReadOnlyList<SortKey> Sort { get; init; } = [];

    /// <summary>Counted over all visible matches that pass <see cref="IndexTarget.Filter"/>, before <see cref="Collapse"/>.</summary>
    public IReadOnlyList<Facet> Facets { get; init; } = [];

    /// <summary>Levels of collapsing (search 13), outermost first; the total and the page are of what is kept.</summary>
    public IReadOnlyList<CollapseLevel> Collapse { get; init; } = [];
}

/// <summary>Order by the first value of a property; an item without one comes last, whichever way. Text: ignoring case and width, by code point.</summary>
/// <param name="Properties">What the name is in each of <see cref="IndexQuery.Targets"/>, in their order; null where it is none. Those that are there have one type of element.</param>
/// <param name="IsDescending">The greatest first.</param>
internal sealed record SortKey(IReadOnlyList<Property?> Properties, bool IsDescending);

/// <summary>Matches counted by the values of a property, or by ranges of them (search 11).</summary>
/// <param name="Properties">As in <see cref="SortKey"/>.</param>
internal sealed record Facet(IReadOnlyList<Property?> Properties)
{
    /// <summary>The most buckets of values; with ranges there is one bucket for each.</summary>
    public int Size { get; init; } = 10;

    /// <summary>Buckets with fewer items are left out.</summary>
    public int MinimumCount { get; init; }

    /// <summary>Only values whose key begins with it, ignoring case; null for all.</summary>
    public string? Prefix { get; init; }

    public FacetOrder Order { get; init; }

    public bool IsDescending { get; init; }

    /// <summary>Empty for one bucket a value; else lower bound in, upper bound out, both as texts that are of the property's type.</summary>
    public IReadOnlyList<FacetRange> Ranges { get; init; } = [];
}

internal enum FacetOrder
{
    Count,
    KeyAsText,
    KeyAsNumber,
}

/// <summary>Null for an open end.</summary>
internal sealed record FacetRange(string? From, string? To);

/// <summary>At most <paramref name="Limit"/> items with the same values of <paramref name="Keys"/> and of those of the levels above.</summary>
/// <param name="Keys">For each field what it is in each target, as in <see cref="SortKey"/>.</param>
/// <param name="Limit">1 to 32767.</param>
internal sealed record CollapseLevel(IReadOnlyList<IReadOnlyList<Property?>> Keys, int Limit);

/// <param name="Connection">Which connection.</param>
/// <param name="Change">The change that the answer must contain.</param>
/// <param name="Schema">The active schema, by which names and types are read.</param>
/// <param name="Tree">The query, its names resolved against that schema.</param>
/// <param name="PlainTree">The query as plain words, for when operators or values of the tree do not fit the types of the schema.</param>
/// <param name="Caller">What the caller is in this connection.</param>
internal sealed record IndexTarget(ConnectionKey Connection, long Change, Schema Schema, KqlNode Tree, KqlNode PlainTree, AccessPrincipals Caller)
{
    /// <summary>The version of <see cref="Schema"/>: the index must have the items as it wants them. 0: as they are.</summary>
    public int SchemaVersion { get; init; }

    /// <summary>The aggregation filters as one tree (<see cref="Refinement"/>); null for none.</summary>
    public KqlNode? Filter { get; init; }
}

/// <param name="Total">Visible matches in all connections together.</param>
/// <param name="Hits">The page, best first.</param>
internal sealed record IndexAnswer(long Total, IReadOnlyList<IndexHit> Hits)
{
    /// <summary>One for each of <see cref="IndexQuery.Facets"/>, in their order: of values in the order asked for, of ranges one for each range.</summary>
    public IReadOnlyList<IReadOnlyList<FacetBucket>> Facets { get; init; } = [];

    /// <summary>Why the query is not answered at all; null when it is.</summary>
    public QueryBreadth? TooBroad { get; init; }

    /// <summary>What the words of each target that was searched were made in, by its position.</summary>
    public IReadOnlyDictionary<int, TextLanguage> Languages { get; init; } = new Dictionary<int, TextLanguage>();

    /// <summary>The last change that was in the index of each target that was searched, by its position.</summary>
    public IReadOnlyDictionary<int, long> Reached { get; init; } = new Dictionary<int, long>();
}

/// <summary>A bucket.</summary>
/// <param name="Key">
/// The value: text as it is, <c>True</c> or <c>False</c>, a number or a date (UTC, <c>Z</c>, without an empty fraction) in invariant form. Empty for a range, which the asker knows.
/// </param>
/// <param name="Count">Items; one that has the value twice counts once.</param>
internal readonly record struct FacetBucket(string Key, long Count);

/// <summary>What a query has too much of.</summary>
internal enum QueryBreadth
{
    /// <summary>Words that match by their beginning, and ranges: see <see cref="Kql.KqlLimits.MaxExpansions"/>.</summary>
    Expansions,

    /// <summary>Words or depth of <c>NEAR</c> and <c>ONEAR</c>, or phrases that end in <c>*</c>; only where <see cref="IndexQuery.IsStrict"/>.</summary>
    Proximity,

    /// <summary>Terms that these have in the index: see <see cref="IndexQuery.MaxTerms"/>.</summary>
    Terms,
}

/// <param name="Target">Position in <see cref="IndexQuery.Targets"/>.</param>
/// <param name="ItemId">Id of the item.</param>
/// <param name="IsCollapsed">Whether a match with the same collapse values was left out for it.</param>
internal readonly record struct IndexHit(int Target, string ItemId, bool IsCollapsed = false)
{
    /// <summary>Where <see cref="IndexQuery.HasScores"/> asked for it, else 0.</summary>
    public float Score { get; init; }
}
