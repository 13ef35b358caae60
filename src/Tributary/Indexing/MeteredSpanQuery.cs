using Lucene.Net.Index;
using Lucene.Net.Search.Spans;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>A word of a proximity: its positions are counted as steps, as one document can hold millions of them.</summary>
internal sealed class MeteredSpanQuery(SpanTermQuery inner, SearchWork work) : SpanQuery
{
    public override string Field => inner.Field;

    public override void ExtractTerms(ISet<Term> terms) => inner.ExtractTerms(terms);

    public override Spans GetSpans(AtomicReaderContext context, IBits acceptDocs, IDictionary<Term, TermContext> termContexts) =>
        new MeteredSpans(inner.GetSpans(context, acceptDocs, termContexts), work);

    public override string ToString(string field) => inner.ToString(field);

    public override bool Equals(object? obj) => obj is MeteredSpanQuery other && base.Equals(other) && inner.Equals(other.Inner);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), inner);

    private SpanTermQuery Inner => inner;

    private sealed class MeteredSpans(Spans spans, SearchWork work) : Spans
    {
        public override int Doc => spans.Doc;

        public override int Start => spans.Start;

        public override int End => spans.End;

        public override bool IsPayloadAvailable => spans.IsPayloadAvailable;

        public override bool MoveNext()
        {
            work.Step();
            return spans.MoveNext();
        }

        public override bool SkipTo(int target)
        {
            work.Step();
            return spans.SkipTo(target);
        }

        public override ICollection<byte[]> GetPayload() => spans.GetPayload();

        public override long GetCost() => spans.GetCost();
    }
}
