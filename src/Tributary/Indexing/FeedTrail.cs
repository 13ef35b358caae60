namespace Tributary.Indexing;

/// <summary>A place in a feed, and which of all feeds that could come there it is.</summary>
/// <param name="Change">The number of a change; 0 for the beginning.</param>
/// <param name="Mark">Its random mark; 0 at the beginning, and for changes of before there were marks.</param>
internal readonly record struct FeedReach(long Change, long Mark);

/// <summary>
/// How far an index has seen its feed. Items are read as they are now, access lists after them: what an index holds may be newer than the change it stands at. So each
/// reading ends with the end of the feed, read from the same server, and each later one first finds those ends in the feed that it reads. If the store has lost what
/// was seen, as after a fail-over, one of them is missing or has another mark, however far the feed has come since.
/// </summary>
/// <remarks>Safe for several readers at a time: each verifies the ends that it met, and leaves those of the others to the next.</remarks>
internal sealed class FeedTrail
{
    private readonly Lock _lock = new();
    private readonly List<FeedReach> _ends = [];

    /// <summary>What the next reading has to find.</summary>
    public FeedReach[] Ends
    {
        get
        {
            lock (_lock)
            {
                return [.. _ends];
            }
        }
    }

    /// <param name="verified">Found by a reading.</param>
    /// <param name="end">Where it ended.</param>
    public void Advance(IReadOnlyCollection<FeedReach> verified, FeedReach end)
    {
        lock (_lock)
        {
            _ends.RemoveAll(verified.Contains);
            _ends.Add(end);
        }
    }
}

/// <summary>
/// The feed does not go on from where an index stands: it was pruned past it, or the store has lost changes that the index has seen. What is in the index is worth nothing
/// then, but for what was durable before.
/// </summary>
internal sealed class FeedLostException(string message) : Exception(message);
