using Tributary.Search;

namespace Tributary.Indexing;

/// <summary>A query asks for more to be looked up than it may. An exception, as Lucene stands between who counts and who answers.</summary>
internal sealed class QueryTooBroadException(QueryBreadth breadth) : Exception
{
    public QueryBreadth Breadth => breadth;
}
