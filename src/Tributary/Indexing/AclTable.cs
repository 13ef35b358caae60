using System.Runtime.InteropServices;
using Lucene.Net.Index;
using Tributary.Acls;
using Tributary.Telemetry;

namespace Tributary.Indexing;

/// <summary>
/// The access lists of one connection turned round: principal → numbers of the lists that grant it, and of those that deny it. A caller's visible lists are
/// the union of the grants minus the union of the denies (of all groups, where it is not known in which he is), which is what <see cref="AclEvaluator"/> says of each list one by one; tests hold the two equal.
/// </summary>
internal sealed class AclTable
{
    private static readonly PrincipalKey EveryoneExceptGuests = PrincipalKey.Of(Principal.EveryoneExceptGuests);

    private readonly long _cacheBytes;
    private readonly CacheMetrics? _metrics;
    private readonly Lock _lock = new();
    private readonly Dictionary<PrincipalKey, List<int>> _grants = [];
    private readonly Dictionary<PrincipalKey, List<int>> _denies = [];
    private readonly List<int> _groupDenies = [];
    private readonly RecentEntries _recentEntries = new();
    private readonly Dictionary<AccessPrincipals, LinkedListNode<VisibleAcls>> _cache = [];
    private readonly LinkedList<VisibleAcls> _recent = new();
    private readonly HashSet<object> _watchedSegments = new(ReferenceEqualityComparer.Instance);
    private readonly SegmentWatch _watch;
    private long _cachedBytes;

    /// <param name="cacheBytes">What callers who return may have kept, their ready documents included; the last caller's lists are kept whatever they take.</param>
    /// <param name="metrics">Counts along.</param>
    /// <param name="minReadyDocuments">Smaller segments have no <see cref="ReadyDocuments"/>.</param>
    public AclTable(long cacheBytes, CacheMetrics? metrics = null, int minReadyDocuments = ReadyDocuments.MinDocuments)
    {
        _cacheBytes = cacheBytes;
        _metrics = metrics;
        MinReadyDocuments = minReadyDocuments;
        _watch = new SegmentWatch(this);
    }

    public int MinReadyDocuments { get; }

    /// <summary>About what is kept of callers.</summary>
    public long CachedBytes
    {
        get
        {
            lock (_lock)
            {
                return _cachedBytes;
            }
        }
    }

    /// <summary>The highest number that the table knows; numbers begin at 1, and those of lists that were removed are missing.</summary>
    public int Last { get; private set; }

    /// <summary>Adds stored lists in ascending order of their numbers; numbers that are known already are passed over.</summary>
    /// <exception cref="InvalidDataException">One is not in its stored form.</exception>
    public void Add(IEnumerable<KeyValuePair<int, byte[]>> acls)
    {
        lock (_lock)
        {
            foreach ((int number, byte[] stored) in acls)
            {
                if (number <= Last)
                {
                    continue;
                }

                var entry = new StoredAclReader(stored);
                while (entry.Read())
                {
                    // As in AclEvaluator: what is no grant keeps out.
                    bool isGrant = entry.AccessType == AccessType.Grant;
                    bool isOfGroup = entry.Type is AclType.Group or AclType.ExternalGroup;
                    var principal = PrincipalKey.Of(entry);
                    AddOnce(CollectionsMarshal.GetValueRefOrAddDefault(isGrant ? _grants : _denies, principal, out _) ??= [], number);
                    _recentEntries.Add(new RecentEntry(number, principal, isGrant, isOfGroup));
                    if (!isGrant && isOfGroup)
                    {
                        AddOnce(_groupDenies, number);
                    }
                }

                Last = number;
            }
        }
    }

    /// <summary>The lists that let the caller in. Kept for the next call with the same principals, and extended when lists were added since.</summary>
    public VisibleAcls VisibleTo(AccessPrincipals caller)
    {
        lock (_lock)
        {
            if (_cache.TryGetValue(caller, out LinkedListNode<VisibleAcls>? node))
            {
                _recent.Remove(node);
                node.Value.Ready.IsWanted = true;
                if (node.Value.Last == Last)
                {
                    _metrics?.Looked("access", isHit: true);
                    _recent.AddFirst(node);
                    return node.Value;
                }

                _cachedBytes -= node.Value.Bytes;
            }

            _metrics?.Looked("access", isHit: false);
            VisibleAcls visible = Compute(caller, node?.Value);
            _cache[caller] = _recent.AddFirst(visible);
            _cachedBytes += visible.Bytes;
            Evict();
            return visible;
        }
    }

    /// <summary>What is kept of a caller, who is not made to have asked thereby.</summary>
    public VisibleAcls? KeptOrNull(AccessPrincipals caller)
    {
        lock (_lock)
        {
            return _cache.GetValueOrDefault(caller)?.Value;
        }
    }

    /// <summary>Whether documents of that size could be kept for the caller beside what is kept for him already, whatever others then lose.</summary>
    public bool HasRoom(VisibleAcls visible, long bytes)
    {
        lock (_lock)
        {
            return IsCurrent(visible) && visible.Bytes + visible.Ready.Bytes + bytes <= _cacheBytes;
        }
    }

    /// <summary>Keeps what the caller sees of a segment until the segment is gone, or the caller has stayed away for too long.</summary>
    public void Keep(VisibleAcls visible, SegmentReader segment, VisibleDocuments documents)
    {
        object core = segment.CoreCacheKey;
        bool isToBeWatched;
        lock (_lock)
        {
            if (!IsCurrent(visible) || !visible.Ready.TryAdd(core, documents))
            {
                return;
            }

            _cachedBytes += documents.Bytes;
            isToBeWatched = _watchedSegments.Add(core);
            Evict();
        }

        // Outside of the lock, as Lucene has one of its own here. The segment is open as long as somebody searches it.
        if (isToBeWatched)
        {
            segment.AddCoreDisposedListener(_watch);
        }
    }

    /// <summary>Whether what is kept of the caller belongs to this; his lists may have been extended meanwhile.</summary>
    private bool IsCurrent(VisibleAcls visible) => _cache.TryGetValue(visible.Caller, out LinkedListNode<VisibleAcls>? node) && node.Value.Ready == visible.Ready;

    private void Evict()
    {
        while (_cachedBytes > _cacheBytes && _recent.Count > 1)
        {
            VisibleAcls oldest = _recent.Last!.Value;
            _recent.RemoveLast();
            _cache.Remove(oldest.Caller);
            _cachedBytes -= oldest.Bytes + oldest.Ready.Bytes;
        }
    }

    private void Forget(object segment)
    {
        lock (_lock)
        {
            _watchedSegments.Remove(segment);
            foreach (VisibleAcls visible in _recent)
            {
                _cachedBytes -= visible.Ready.TryRemove(segment, out VisibleDocuments? documents) ? documents.Bytes : 0;
            }
        }
    }

    private VisibleAcls Compute(AccessPrincipals caller, VisibleAcls? known)
    {
        ulong[] words = new ulong[(Last >> 6) + 1];

        // A list's entries never change, so only the numbers from here on can be new.
        int from = 1;
        HashSet<PrincipalKey>? principals = known?.Principals;
        if (known is not null)
        {
            known.CopyTo(words);
            from = known.Last + 1;
        }

        if (known is not null && _recentEntries.TryFrom(from, out ReadOnlySpan<RecentEntry> entries) && entries.Length < caller.Groups.Count + caller.ExternalGroups.Count)
        {
            principals ??= [.. caller.All().Select(PrincipalKey.Of)];
            Extend(words, caller, principals, entries);
        }
        else
        {
            Extend(words, caller, from);
        }

        return new VisibleAcls(caller, words, Last, known?.Ready ?? new ReadyDocuments(this), principals);
    }

    /// <summary>By each of the caller's principals; grants first, as denies take from them.</summary>
    private void Extend(ulong[] words, AccessPrincipals caller, int from)
    {
        foreach (Principal principal in caller.All())
        {
            foreach (int number in From(_grants, principal, from))
            {
                words[number >> 6] |= 1UL << (number & 63);
            }
        }

        foreach (Principal principal in caller.All())
        {
            Clear(words, From(_denies, principal, from));
        }

        // What the caller may be beside what he is for certain, as AccessPrincipals.MayBe has it.
        if (caller is { UserId: not null, IsGuest: null })
        {
            Clear(words, From(_denies, Principal.EveryoneExceptGuests, from));
        }

        if (caller is { UserId: not null, HasUnknownGroups: true })
        {
            Clear(words, From(_groupDenies, from));
        }
    }

    /// <summary>The same by each of the new entries.</summary>
    private static void Extend(ulong[] words, AccessPrincipals caller, HashSet<PrincipalKey> principals, ReadOnlySpan<RecentEntry> entries)
    {
        foreach (RecentEntry entry in entries)
        {
            if (entry.IsGrant && principals.Contains(entry.Principal))
            {
                words[entry.List >> 6] |= 1UL << (entry.List & 63);
            }
        }

        foreach (RecentEntry entry in entries)
        {
            if (!entry.IsGrant
                && (principals.Contains(entry.Principal)
                    || (caller.HasUnknownGroups && entry.IsOfGroup)
                    || (caller.IsGuest is null && entry.Principal.Equals(EveryoneExceptGuests))))
            {
                words[entry.List >> 6] &= ~(1UL << (entry.List & 63));
            }
        }
    }

    private static void AddOnce(List<int> numbers, int number)
    {
        if (numbers.Count == 0 || numbers[^1] != number)
        {
            numbers.Add(number);
        }
    }

    private static void Clear(ulong[] words, ReadOnlySpan<int> numbers)
    {
        foreach (int number in numbers)
        {
            words[number >> 6] &= ~(1UL << (number & 63));
        }
    }

    private static ReadOnlySpan<int> From(Dictionary<PrincipalKey, List<int>> side, Principal principal, int from) =>
        side.TryGetValue(PrincipalKey.Of(principal), out List<int>? numbers) ? From(numbers, from) : [];

    private static ReadOnlySpan<int> From(List<int> numbers, int from)
    {
        int start = numbers.BinarySearch(from);
        return CollectionsMarshal.AsSpan(numbers)[(start < 0 ? ~start : start)..];
    }

    private sealed class SegmentWatch(AclTable table) : SegmentReader.ICoreDisposedListener
    {
        public void OnDispose(object ownerCoreCacheKey) => table.Forget(ownerCoreCacheKey);
    }
}
