using Lucene.Net.Index;
using Lucene.Net.Search.Spans;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>
/// The positions of all words that begin alike, however many they are, in the documents that have whatever else is required. Lucene's own way keeps a postings list open for
/// each word, so that it has to do with a number of them.
/// </summary>
/// <remarks>
/// Words are gone through one after the other for as many documents at a time as there is room for; mostly that is all of them. For a score it is as rare as if it
/// were a word itself: what words it stands for says little of how well an item matches.
/// </remarks>
/// <param name="words">The words.</param>
/// <param name="required">What else the phrase or proximity needs.</param>
/// <param name="work">Counts along.</param>
internal sealed class PrefixSpanQuery(PrefixWords words, RequiredWords required, SearchWork work) : SpanQuery
{
    /// <summary>All of a search hold <see cref="PrefixSpans.MostPositions"/> together, but none fewer than these.</summary>
    private const int FewestPositions = 1024;

    public override string Field => words.Prefix.Field;

    private Term Prefix => words.Prefix;

    /// <inheritdoc cref="PrefixWords.LookUp"/>
    public override Lucene.Net.Search.Query Rewrite(IndexReader reader)
    {
        words.LookUp(reader);
        return this;
    }

    public override void ExtractTerms(ISet<Term> terms) => terms.Add(words.Prefix);

    public override Spans GetSpans(AtomicReaderContext context, IBits? acceptDocs, IDictionary<Term, TermContext> termContexts) =>
        new PrefixSpans(
            context.AtomicReader,
            words.Prefix,
            required.DocumentsIn(context.AtomicReader) ?? new FixedBitSet(0),
            acceptDocs,
            work,
            Math.Max(FewestPositions, PrefixSpans.MostPositions / Math.Max(1, work.PrefixSpans)));

    public override string ToString(string field) => $"{words.Prefix.Text}*";

    public override bool Equals(object? obj) => obj is PrefixSpanQuery other && base.Equals(other) && Prefix.Equals(other.Prefix);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Prefix);
}
