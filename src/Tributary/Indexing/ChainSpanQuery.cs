using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Spans;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>How an operand of a chain of proximities follows those before it.</summary>
/// <param name="IsOrdered">Behind all of them.</param>
/// <param name="Distance">The most words between it and the nearer end of what they cover.</param>
internal readonly record struct ChainLink(bool IsOrdered, int Distance);

/// <summary>
/// A chain of proximities, pair after pair from left to right, whatever distance each has. Every place that can be chosen for an operand is looked at, so that a greater
/// distance never finds less; Lucene's own proximities give up places once they have been part of a match, which is no loss for two operands only.
/// </summary>
/// <remarks>
/// Of the ways to reach the same last operand the widest is kept: whatever follows any of them follows that one. So there are never more ways than positions, and a
/// document costs its positions, and for <c>NEAR</c> their logarithm.
/// </remarks>
internal sealed class ChainSpanQuery(SpanQuery[] operands, ChainLink[] links, SearchWork work) : SpanQuery
{
    public override string Field => operands[0].Field;

    public override Query Rewrite(IndexReader reader)
    {
        SpanQuery[] rewritten = [.. operands.Select(operand => (SpanQuery)operand.Rewrite(reader))];
        return rewritten.SequenceEqual(operands, ReferenceEqualityComparer.Instance) ? this : new ChainSpanQuery(rewritten, links, work) { Boost = Boost };
    }

    public override void ExtractTerms(ISet<Term> terms)
    {
        foreach (SpanQuery operand in operands)
        {
            operand.ExtractTerms(terms);
        }
    }

    public override Spans GetSpans(AtomicReaderContext context, IBits acceptDocs, IDictionary<Term, TermContext> termContexts) =>
        new ChainSpans([.. operands.Select(operand => operand.GetSpans(context, acceptDocs, termContexts))], links, work);

    public override string ToString(string field) => string.Concat(operands.Select((operand, i) =>
        i == 0 ? operand.ToString(field) : $" {(links[i - 1].IsOrdered ? "ONEAR" : "NEAR")}({links[i - 1].Distance}) {operand.ToString(field)}"));

    public override bool Equals(object? obj) =>
        obj is ChainSpanQuery other && base.Equals(other) && operands.SequenceEqual(other.Operands) && links.SequenceEqual(other.Links);

    public override int GetHashCode() => operands.Aggregate(base.GetHashCode(), HashCode.Combine);

    private SpanQuery[] Operands => operands;

    private ChainLink[] Links => links;
}
