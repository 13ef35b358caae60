using Tributary.Schemas;

namespace Tributary.Search.Spelling;

/// <summary>What the index is asked about words: how often each is there, and which words are near it.</summary>
/// <param name="Targets">As in <see cref="IndexQuery"/>; their trees and filters do not matter.</param>
/// <param name="Terms">The words.</param>
/// <param name="Now">See <see cref="IndexQuery.Now"/>.</param>
internal sealed record SpellingQuery(IReadOnlyList<IndexTarget> Targets, IReadOnlyList<SpellingTerm> Terms, DateTimeOffset Now)
{
    /// <inheritdoc cref="IndexQuery.Searcher"/>
    public Searcher Searcher { get; init; }
}

/// <param name="Text">The word as written.</param>
/// <param name="Scopes">Where it is looked for.</param>
internal sealed record SpellingTerm(string Text, IReadOnlyList<SpellingScope> Scopes);

/// <param name="Target">Position in <see cref="SpellingQuery.Targets"/>.</param>
/// <param name="Property">The property whose words they are; null for free text.</param>
internal readonly record struct SpellingScope(int Target, Property? Property);

/// <summary>What the index says of a word. Of items that the caller may not see, nothing.</summary>
/// <param name="Count">Visible items with the word; counted no further than that it is frequent.</param>
/// <param name="Near">Words near it, best first: by distance, then by how many visible items have them.</param>
internal sealed record TermSpelling(long Count, IReadOnlyList<NearTerm> Near)
{
    /// <summary>Items with a near word are counted so far in each connection, and together.</summary>
    public const int MaxCount = 10_000;
}

/// <param name="Text">A word of the index.</param>
/// <param name="Distance">Letters that have to be put in, left out, changed or swapped with the next.</param>
/// <param name="Count">Visible items that show the word: in their content, or in a property that may be returned; up to <see cref="TermSpelling.MaxCount"/>.</param>
internal readonly record struct NearTerm(string Text, int Distance, long Count);
