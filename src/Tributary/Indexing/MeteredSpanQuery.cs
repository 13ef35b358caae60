using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Spans;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>
/// An operand of a proximity: its positions are counted as steps, as one document can hold millions of them, and it is expanded once, however often the query
/// names it.
/// </summary>
internal sealed class MeteredSpanQuery(SpanQuery inner, SearchWork work) : SpanQuery
{
    private (IndexReader Reader, Query Query)? _rewritten;

    public override string Field => inner.Field;

    public override Query Rewrite(IndexReader reader)
    {
        if (_rewritten is { } known && known.Reader == reader)
        {
            return known.Query;
        }

        // Nothing is kept of what stays as it is: Lucene clones queries, and a clone that answered with its original would be rewritten for ever.
        var rewritten = (SpanQuery)inner.Rewrite(reader);
        if (rewritten == inner)
        {
            return this;
        }

        var query = new MeteredSpanQuery(rewritten, work);
        _rewritten = (reader, query);
        return query;
    }

    public override void ExtractTerms(ISet<Term> terms) => inner.ExtractTerms(terms);

    public override Spans GetSpans(AtomicReaderContext context, IBits acceptDocs, IDictionary<Term, TermContext> termContexts) =>
        new MeteredSpans(inner.GetSpans(context, acceptDocs, termContexts), work);

    public override string ToString(string field) => inner.ToString(field);

    public override bool Equals(object? obj) => obj is MeteredSpanQuery other && base.Equals(other) && inner.Equals(other.Inner);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), inner);

    private SpanQuery Inner => inner;

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
