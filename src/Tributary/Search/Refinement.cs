using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>
/// One test of an aggregation filter (search 12) on one property, which is refinable in the connection that this tree was read for. Filters become nodes of the query
/// tree, under <see cref="And"/>, <see cref="Or"/> and <see cref="Not"/> like any other, but they never score.
/// </summary>
/// <param name="Start">See <see cref="KqlNode"/>; within the filter's own text.</param>
/// <param name="Length">See <see cref="KqlNode"/>.</param>
/// <param name="Property">The schema's name of the property.</param>
/// <param name="Test">What one of its values must be.</param>
internal sealed record Refinement(int Start, int Length, string Property, RefinementTest Test) : KqlNode(Start, Length);

/// <summary>What a value must be; of a collection one element.</summary>
internal abstract record RefinementTest;

/// <summary>The very value that a bucket is of, as its token says it: text to the letter, a number, date or Boolean as the bucket's key writes it.</summary>
internal sealed record BucketValue(string Key) : RefinementTest;

/// <summary>Equal by the property's type: text whole and ignoring case and width, numbers by their value, a date without time anywhere within that day.</summary>
internal sealed record EqualValue(string Text) : RefinementTest;

/// <summary>Between two bounds, as texts that are numbers or dates; null for an open end. Numbers and dates only.</summary>
internal sealed record BetweenValues(string? From, bool IsFromIncluded, string? To, bool IsToIncluded) : RefinementTest;

/// <summary>No value, or the empty text.</summary>
internal sealed record NoValue : RefinementTest;

/// <summary>Words of a text, in order and next to each other, all, or any; and where in the text they stand.</summary>
internal sealed record WordsOfValue(string Text, WordsMode Mode) : RefinementTest;

internal enum WordsMode
{
    Phrase,
    All,
    Any,

    /// <summary>A phrase with which the value begins.</summary>
    Beginning,

    /// <summary>A phrase with which the value ends.</summary>
    End,
}
