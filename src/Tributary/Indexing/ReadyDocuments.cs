using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Lucene.Net.Index;
using Lucene.Net.Util;
using Tributary.Indexing.Ranking;

namespace Tributary.Indexing;

/// <summary>
/// Which documents a caller who returns may see, as bits for each segment, so that a search of his asks for no access list (design 9). Neither the documents of a
/// segment nor the entries of a list ever change, so bits hold as long as their segment, whatever lists come later; deleted documents are told apart by the segment itself.
/// </summary>
/// <param name="owner">In whose bound they are kept.</param>
internal sealed class ReadyDocuments(AclTable owner)
{
    /// <summary>In smaller segments the lists are asked about as quickly.</summary>
    public const int MinDocuments = 4096;

    private readonly ConcurrentDictionary<object, VisibleDocuments> _bySegment = new(ReferenceEqualityComparer.Instance);
    private long _bytes;

    /// <summary>Whether the caller has asked before, so that he may do so again. Set once, by whoever comes second.</summary>
    public bool IsWanted { get; set; }

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Null where there are none: the caller is new, the segment small, or no room for them.</summary>
    /// <param name="segment">A segment, which stays open meanwhile.</param>
    /// <param name="lists">The access lists of its documents.</param>
    /// <param name="visible">The caller's lists.</param>
    public VisibleDocuments? OfOrNull(AtomicReader segment, AclColumn lists, VisibleAcls visible)
    {
        if (_bySegment.TryGetValue(segment.CoreCacheKey, out VisibleDocuments? known))
        {
            return known;
        }

        // A list that is not known yet lets nobody in for now, and perhaps later.
        if (!IsWanted || segment is not SegmentReader core || segment.MaxDoc < owner.MinReadyDocuments || lists.Greatest > visible.Last || !owner.HasRoom(visible, VisibleDocuments.BytesOf(segment)))
        {
            return null;
        }

        VisibleDocuments made = VisibleDocuments.Of(lists, visible);
        owner.Keep(visible, core, made);
        return made;
    }

    /// <summary>To be called by the owner alone, within its lock.</summary>
    public bool TryAdd(object segment, VisibleDocuments documents)
    {
        bool isNew = _bySegment.TryAdd(segment, documents);
        _bytes += isNew ? documents.Bytes : 0;
        return isNew;
    }

    /// <inheritdoc cref="TryAdd"/>
    public bool TryRemove(object segment, [NotNullWhen(true)] out VisibleDocuments? documents)
    {
        bool isRemoved = _bySegment.TryRemove(segment, out documents);
        _bytes -= documents?.Bytes ?? 0;
        return isRemoved;
    }
}

/// <summary>The documents of one segment that a caller may see, deleted ones included. Immutable.</summary>
internal sealed class VisibleDocuments
{
    /// <summary>Fields of which the lengths are kept, each some 60 bytes.</summary>
    private const int MaxFields = 16;

    private const int BytesBesideBits = 300 + (60 * MaxFields);

    private readonly long[] _words;
    private readonly ConcurrentDictionary<string, TextLengths> _lengths = new(StringComparer.Ordinal);

    private VisibleDocuments(FixedBitSet bits)
    {
        Bits = bits;
        _words = bits.GetBits();
        Count = bits.Cardinality;
    }

    /// <summary>Not to be changed.</summary>
    public FixedBitSet Bits { get; }

    public int Length => Bits.Length;

    public int Count { get; }

    /// <summary>About what it keeps in memory.</summary>
    public long Bytes => (_words.Length * 8L) + BytesBesideBits;

    public static long BytesOf(AtomicReader segment) => (FixedBitSet.Bits2words(segment.MaxDoc) * 8L) + BytesBesideBits;

    public static VisibleDocuments Of(AclColumn lists, VisibleAcls visible)
    {
        int[] numbers = lists.Numbers;
        var bits = new FixedBitSet(numbers.Length);
        for (int doc = 0; doc < numbers.Length; doc++)
        {
            if (visible.Contains(numbers[doc]))
            {
                bits.Set(doc);
            }
        }

        return new VisibleDocuments(bits);
    }

    public bool Contains(int doc) => (_words[doc >> 6] & (1L << (doc & 63))) != 0;

    /// <summary>The first from there on; negative when there is none.</summary>
    public int NextFrom(int doc) => doc < Length ? Bits.NextSetBit(doc) : -1;

    /// <summary>Those that are not among others.</summary>
    public FixedBitSet Without(FixedBitSet others)
    {
        FixedBitSet rest = Bits.Clone();
        rest.AndNot(others);
        return rest;
    }

    /// <summary>How long the texts of a field are.</summary>
    /// <param name="field">The field.</param>
    /// <param name="kept">What the segment keeps of lengths there.</param>
    /// <param name="work">Counts along.</param>
    public TextLengths LengthsOf(string field, NumericDocValues kept, SearchWork work)
    {
        if (!_lengths.TryGetValue(field, out TextLengths lengths))
        {
            lengths = TextLengths.Of(Bits, kept, work);
            if (_lengths.Count < MaxFields)
            {
                _lengths.TryAdd(field, lengths);
            }
        }

        return lengths;
    }
}
