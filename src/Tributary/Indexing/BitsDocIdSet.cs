using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>A set of documents that is asked about one by one; iterating it, which Lucene does where the filter alone decides, asks about each.</summary>
internal abstract class BitsDocIdSet(int length) : DocIdSet, IBits
{
    public override IBits Bits => this;

    public int Length => length;

    public abstract bool Get(int index);

    public override DocIdSetIterator GetIterator() => new Iterator(this);

    private sealed class Iterator(BitsDocIdSet set) : DocIdSetIterator
    {
        private int _doc = -1;

        public override int DocID => _doc;

        public override int NextDoc() => Advance(_doc + 1);

        public override int Advance(int target)
        {
            for (_doc = target; _doc < set.Length; _doc++)
            {
                if (set.Get(_doc))
                {
                    return _doc;
                }
            }

            return _doc = NO_MORE_DOCS;
        }

        public override long GetCost() => set.Length;
    }
}
