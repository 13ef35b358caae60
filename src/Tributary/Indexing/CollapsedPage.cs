using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Tributary.Indexing;

/// <summary>
/// What is kept of the matches (search 13): down the ranked list, each for which every group that it is in has room. The list itself is never made. Matches are gone
/// through as they were found, and one that finds a group full takes the place of the last in it, or is left out when it is the last itself. Groups lie within each
/// other, so the outcome is the same; and a page is one more group around all the others, with room for as many as are wanted.
/// </summary>
/// <remarks>Holds as many documents as are kept, whatever is found.</remarks>
internal sealed class CollapsedPage
{
    private readonly CollapseGroups _groups;
    private readonly SearchWork _work;
    private readonly FieldComparer[] _comparers;
    private readonly int[] _signs;

    /// <summary>For each comparer the slot that it compares documents with.</summary>
    private readonly int[] _bottoms;

    private readonly int[] _docs;
    private readonly int[] _groupOf;
    private readonly Stack<int> _free = new();
    private readonly IComparer<int> _order;
    private readonly Room _all;
    private readonly Dictionary<int, Room>[] _rooms;

    /// <param name="order">The order of hits.</param>
    /// <param name="capacity">How many are wanted.</param>
    /// <param name="groups">What matches have equal.</param>
    /// <param name="work">Counts along.</param>
    public CollapsedPage(Sort order, int capacity, CollapseGroups groups, SearchWork work)
    {
        SortField[] fields = order.GetSort();
        _comparers = [.. fields.Select((field, index) => field.GetComparer(capacity, index))];
        _signs = [.. fields.Select(field => field.IsReverse ? -1 : 1)];
        _bottoms = [.. fields.Select(_ => -1)];
        _docs = new int[capacity];
        _groupOf = new int[capacity];
        for (int slot = capacity - 1; slot >= 0; slot--)
        {
            _free.Push(slot);
        }

        _groups = groups;
        _work = work;
        _order = Comparer<int>.Create(Compare);
        _all = new Room(capacity, _order);
        _rooms = [.. groups.Levels.Select(_ => new Dictionary<int, Room>())];
    }

    /// <summary>The documents that are kept, best first, each with its group in the last level.</summary>
    public IEnumerable<(int Doc, int Group)> Kept => _all.Slots.Select(slot => (_docs[slot], _groupOf[slot]));

    /// <summary>Goes through the matches.</summary>
    /// <param name="matches">With their scores.</param>
    /// <param name="isWanted">Of which groups of the outermost level; null for all.</param>
    /// <exception cref="OperationCanceledException">The search is to stop.</exception>
    public void Fill(IReadOnlyList<SegmentMatches> matches, Func<int, bool>? isWanted = null)
    {
        var scorer = new KeptScore();
        int[] path = new int[_rooms.Length];
        for (int segment = 0; segment < matches.Count; segment++)
        {
            SegmentMatches found = matches[segment];
            EnterSegment(found.Segment, scorer);
            for (int match = 0; match < found.Count; match++)
            {
                _work.Step();
                path[^1] = _groups.GroupsOf(segment)[match];
                for (int level = path.Length - 1; level > 0; level--)
                {
                    path[level - 1] = _groups.Levels[level].OuterOf[path[level]];
                }

                if (isWanted?.Invoke(path[0]) != false)
                {
                    scorer.Stand(found.Docs[match], found.Scores[match]);
                    Offer(found.Docs[match], found.Segment.DocBase, path);
                }
            }
        }
    }

    private void EnterSegment(AtomicReaderContext segment, Scorer scorer)
    {
        for (int i = 0; i < _comparers.Length; i++)
        {
            _comparers[i] = _comparers[i].SetNextReader(segment);
            _comparers[i].SetScorer(scorer);
        }
    }

    private void Offer(int doc, int docBase, int[] path)
    {
        // Most are worse than a whole page of others.
        if (_all.IsFull && !IsBetter(doc, docBase, _all.Last))
        {
            return;
        }

        // The smallest that is full: with one of it gone there is room everywhere.
        Room? full = null;
        for (int level = path.Length - 1; level >= 0 && full is null; level--)
        {
            full = _rooms[level].TryGetValue(path[level], out Room? room) && room.IsFull ? room : null;
        }

        if (full is not null && !IsBetter(doc, docBase, full.Last))
        {
            return;
        }

        full ??= _all.IsFull ? _all : null;
        if (full is not null)
        {
            Remove(full.Last);
        }

        Add(doc, docBase, path);
    }

    private void Add(int doc, int docBase, int[] path)
    {
        int slot = _free.Pop();
        for (int i = 0; i < _comparers.Length; i++)
        {
            _comparers[i].Copy(slot, doc);
            _bottoms[i] = _bottoms[i] == slot ? -1 : _bottoms[i];
        }

        _docs[slot] = docBase + doc;
        _groupOf[slot] = path[^1];
        _all.Add(slot);
        for (int level = 0; level < path.Length; level++)
        {
            if (!_rooms[level].TryGetValue(path[level], out Room? room))
            {
                _rooms[level].Add(path[level], room = new Room(_groups.Levels[level].Limit, _order));
            }

            room.Add(slot);
        }
    }

    private void Remove(int slot)
    {
        _all.Remove(slot);
        int group = _groupOf[slot];
        for (int level = _rooms.Length - 1; level >= 0; level--)
        {
            Room room = _rooms[level][group];
            room.Remove(slot);
            if (room.IsEmpty)
            {
                _rooms[level].Remove(group);
            }

            group = level > 0 ? _groups.Levels[level].OuterOf[group] : 0;
        }

        _free.Push(slot);
    }

    /// <summary>Whether the document comes before the one in the slot.</summary>
    private bool IsBetter(int doc, int docBase, int slot)
    {
        for (int i = 0; i < _comparers.Length; i++)
        {
            if (_bottoms[i] != slot)
            {
                _comparers[i].SetBottom(slot);
                _bottoms[i] = slot;
            }

            int order = _comparers[i].CompareBottom(doc) * _signs[i];
            if (order != 0)
            {
                return order > 0;
            }
        }

        // Two connections may have the same id.
        return docBase + doc < _docs[slot];
    }

    private int Compare(int one, int other)
    {
        for (int i = 0; i < _comparers.Length; i++)
        {
            int order = _comparers[i].Compare(one, other) * _signs[i];
            if (order != 0)
            {
                return order;
            }
        }

        return _docs[one].CompareTo(_docs[other]);
    }

    /// <summary>Kept documents of one group, by their slots.</summary>
    private sealed class Room(int limit, IComparer<int> order)
    {
        private readonly SortedSet<int> _slots = new(order);

        public IEnumerable<int> Slots => _slots;

        public bool IsFull => _slots.Count == limit;

        public bool IsEmpty => _slots.Count == 0;

        public int Last => _slots.Max;

        public void Add(int slot) => _slots.Add(slot);

        public void Remove(int slot) => _slots.Remove(slot);
    }

    /// <summary>The score that a match had when it was found.</summary>
    private sealed class KeptScore() : Scorer(null)
    {
        private int _doc;
        private float _score;

        public override int DocID => _doc;

        public override int Freq => 1;

        public void Stand(int doc, float score) => (_doc, _score) = (doc, score);

        public override float GetScore() => _score;

        public override int NextDoc() => throw new NotSupportedException();

        public override int Advance(int target) => throw new NotSupportedException();

        public override long GetCost() => 1;
    }
}
