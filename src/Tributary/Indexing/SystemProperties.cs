using System.Diagnostics;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Tributary.Search;

namespace Tributary.Indexing;

/// <summary>The translation of what is asked of an item itself: its id and its key in the store.</summary>
internal static class SystemProperties
{
    /// <param name="test">What to look for.</param>
    /// <param name="expand">Makes a range one of those that a query may have only so many of.</param>
    public static Query Translate(ItemTest test, Func<MultiTermQuery, Query> expand) => test switch
    {
        NoItem => new BooleanQuery(),
        ItemWithId item => Term(new Term(IndexFields.Id, item.Id)),
        ItemWithKey item when item.Min == item.Max => Term(IndexFields.NumberTerm(IndexFields.Key, item.Min)),
        ItemWithKey item => expand(
            NumericRangeQuery.NewInt64Range(IndexFields.Key, IndexFields.PrecisionStep, item.Min, item.Max, minInclusive: true, maxInclusive: true)),
        _ => throw new UnreachableException(test.GetType().Name),
    };

    private static ConstantScoreQuery Term(Term term) => new(new TermQuery(term));
}
