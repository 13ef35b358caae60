using Lucene.Net.Search.Spans;

namespace Tributary.Indexing;

/// <summary>The matches of a <see cref="ChainSpanQuery"/>: in each document one for every place of the operand that ends it.</summary>
/// <param name="operands">Two or more.</param>
/// <param name="links">One fewer.</param>
/// <param name="work">Counts along.</param>
internal sealed class ChainSpans(Spans[] operands, ChainLink[] links, SearchWork work) : Spans
{
    private readonly List<Place> _places = [];
    private List<Reach> _reached = [];
    private List<Reach> _next = [];
    private int _doc = -1;
    private int _at;
    private bool _isExhausted;

    public override int Doc => _doc;

    public override int Start => _reached[_at].Start;

    public override int End => _reached[_at].Last.End;

    public override bool IsPayloadAvailable => false;

    public override ICollection<byte[]> GetPayload() => [];

    public override long GetCost() => operands.Min(operand => operand.GetCost());

    public override bool MoveNext() => ++_at < _reached.Count && _doc >= 0 || MoveToDocument(_doc + 1);

    public override bool SkipTo(int target) => MoveToDocument(Math.Max(target, _doc + 1));

    /// <summary>The first match at or behind a document.</summary>
    private bool MoveToDocument(int target)
    {
        if (_doc < 0)
        {
            _isExhausted = !operands.All(operand => operand.MoveNext());
        }

        while (!_isExhausted && TryAlign(target))
        {
            _doc = operands[0].Doc;
            _at = 0;
            Walk();
            if (_reached.Count > 0)
            {
                return true;
            }

            target = _doc + 1;
        }

        _reached.Clear();
        _doc = int.MaxValue;
        return false;
    }

    /// <summary>All operands on the first document that they share, at its first positions.</summary>
    private bool TryAlign(int target)
    {
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].Doc < target && !operands[i].SkipTo(target))
            {
                _isExhausted = true;
                return false;
            }

            if (operands[i].Doc > target)
            {
                target = operands[i].Doc;
                i = -1;
            }
        }

        return true;
    }

    private void Walk()
    {
        ReadPlaces(operands[0]);
        _reached.Clear();
        _reached.AddRange(_places.Select(place => new Reach(place.Start, place)));
        for (int i = 1; i < operands.Length && _reached.Count > 0; i++)
        {
            ReadPlaces(operands[i]);
            _next.Clear();
            Follow(links[i - 1].Distance);
            if (!links[i - 1].IsOrdered)
            {
                Precede(links[i - 1].Distance);
            }

            (_reached, _next) = (_next, _reached);
        }
    }

    private void ReadPlaces(Spans operand)
    {
        _places.Clear();
        do
        {
            _places.Add(new Place(operand.Start, operand.End));
            if (!operand.MoveNext())
            {
                _isExhausted = true;
                return;
            }
        }
        while (operand.Doc == _doc);
    }

    /// <summary>For each place the widest way to it from before. The queue holds what may still be the widest, first those that go out of sight first.</summary>
    private void Follow(int distance)
    {
        var queue = new LinkedList<Reach>();
        int taken = 0;
        foreach (Place place in _places)
        {
            work.Step();
            for (; taken < _reached.Count && _reached[taken].Last.CompareTo(place) < 0; taken++)
            {
                Reach reach = _reached[taken];
                while (queue.Last?.Value is { } shorter && shorter.Start >= reach.Start && shorter.Last.End <= reach.Last.End)
                {
                    queue.RemoveLast();
                }

                queue.AddLast(reach);
            }

            while (queue.First?.Value is { } passed && place.Start - passed.Last.End > distance)
            {
                queue.RemoveFirst();
            }

            if (queue.First is not { } first)
            {
                continue;
            }

            // One further on is wider only where a phrase of the first goes on beyond it.
            int start = first.Value.Start;
            for (LinkedListNode<Reach>? node = first.Next; node is not null && node.Value.Last.Start < first.Value.Last.End; node = node.Next)
            {
                if (place.Start - node.Value.Last.End <= distance)
                {
                    start = Math.Min(start, node.Value.Start);
                }
            }

            _next.Add(new Reach(start, place));
        }
    }

    /// <summary>Ways that keep their last operand, as the new one stands before it: of those within the distance the first.</summary>
    private void Precede(int distance)
    {
        int followed = _next.Count;
        foreach (Reach reach in _reached)
        {
            work.Step();
            int first = FirstEndingAt(reach.Start - distance);
            if (first < _places.Count && _places[first].CompareTo(reach.Last) <= 0)
            {
                _next.Add(reach with { Start = Math.Min(reach.Start, _places[first].Start) });
            }
        }

        if (followed == 0 || followed == _next.Count)
        {
            return;
        }

        _next.Sort();
        int kept = 0;
        for (int i = 1; i < _next.Count; i++)
        {
            // Sorted by the last operand, then by the start: the first is the widest.
            if (_next[i].Last.CompareTo(_next[kept].Last) != 0)
            {
                _next[++kept] = _next[i];
            }
        }

        _next.RemoveRange(kept + 1, _next.Count - kept - 1);
    }

    /// <summary>Places of one operand are equally long, so they end in the order in which they start.</summary>
    private int FirstEndingAt(int position)
    {
        (int low, int high) = (0, _places.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _places[middle].End < position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private readonly record struct Place(int Start, int End) : IComparable<Place>
    {
        public int CompareTo(Place other) => Start != other.Start ? Start.CompareTo(other.Start) : End.CompareTo(other.End);
    }

    /// <summary>A way through the operands so far: where the first word of it stands, and the operand that stands last.</summary>
    private readonly record struct Reach(int Start, Place Last) : IComparable<Reach>
    {
        public int CompareTo(Reach other) => Last.CompareTo(other.Last) is not 0 and var order ? order : Start.CompareTo(other.Start);
    }
}
