using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>A set of documents that is asked about one by one; iterating it, which Lucene does where the filter alone decides, asks about each.</summary>
internal abstract class BitsDocIdSet(int length) : DocIdSet, IBits
{
    public override IBits Bits => this;

    public int Length => length;

    /// <summary>About how many there are, where that is known without asking about each, so that they can be gone through as well: <see cref="NextFrom"/>.</summary>
    public virtual int? CountOrNull => null;

    /// <summary>The set as bits, where it is kept so; not to be changed.</summary>
    public virtual FixedBitSet? BitsOrNull => null;

    /// <summary>What was kept of which this is what else lets through.</summary>
    public virtual VisibleDocuments? ReadyOrNull => null;

    public abstract bool Get(int index);

    /// <summary>The next from there on that may be in the set; negative when there is none.</summary>
    public virtual int NextFrom(int index) => index < length ? index : -1;

    public override DocIdSetIterator GetIterator() => new Iterator(this);

    private sealed class Iterator(BitsDocIdSet set) : DocIdSetIterator
    {
        private int _doc = -1;

        public override int DocID => _doc;

        public override int NextDoc() => Advance(_doc + 1);

        public override int Advance(int target)
        {
            for (_doc = set.NextFrom(target); _doc >= 0; _doc = set.NextFrom(_doc + 1))
            {
                if (set.Get(_doc))
                {
                    return _doc;
                }
            }

            return _doc = NO_MORE_DOCS;
        }

        public override long GetCost() => set.CountOrNull ?? set.Length;
    }
}
