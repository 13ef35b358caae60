using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>
/// How a prefix or a range becomes documents. Of a prefix they are looked up with who may see them (<see cref="PrefixWords"/>). For a range Lucene's own way keeps a
/// postings list open for each of up to 350 terms, each time it is asked: best for one, too much memory for many. A range that a query names again, or beside many others,
/// becomes one set of bits for each segment, made once.
/// </summary>
internal sealed class SharedRewrite(SearchWork work) : MultiTermQuery.RewriteMethod
{
    private (IndexReader Reader, float Boost, Query Query)? _rewritten;

    /// <summary>How often the query names it.</summary>
    public int Uses { get; set; }

    /// <summary>Whether the query has many others beside it.</summary>
    public bool IsOneOfMany { get; set; }

    public override Query Rewrite(IndexReader reader, MultiTermQuery query)
    {
        if (query is MeteredPrefixQuery beginning)
        {
            return beginning.Found(reader);
        }

        if (Uses <= 1 && !IsOneOfMany)
        {
            return MultiTermQuery.CONSTANT_SCORE_AUTO_REWRITE_DEFAULT.Rewrite(reader, query);
        }

        if (_rewritten is not { } known || known.Reader != reader || known.Boost != query.Boost)
        {
            var asked = (ConstantScoreQuery)MultiTermQuery.CONSTANT_SCORE_FILTER_REWRITE.Rewrite(reader, query);
            var bits = new CachingWrapperFilter(new Looking(asked.Filter, work));
            known = (reader, query.Boost, new ConstantScoreQuery(bits) { Boost = query.Boost });
            _rewritten = known;
        }

        return known.Query;
    }

    /// <summary>Part of the equality of queries, which is about what they find.</summary>
    public override bool Equals(object? obj) => obj is SharedRewrite;

    public override int GetHashCode() => 17;

    /// <summary>What is kept for all is not asked which documents count, so nothing else looks whether the search is to stop.</summary>
    private sealed class Looking(Filter inner, SearchWork work) : Filter
    {
        public override DocIdSet? GetDocIdSet(AtomicReaderContext context, IBits? acceptDocs)
        {
            work.Look();
            return inner.GetDocIdSet(context, acceptDocs);
        }
    }
}
