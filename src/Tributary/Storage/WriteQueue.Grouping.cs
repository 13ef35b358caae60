using System.Threading.Channels;

namespace Tributary.Storage;

/// <summary>
/// Writes that are handed over together. Concurrency alone does not bring them into one transaction: the writer takes the first at once, and whether the others
/// come in time for the second is the machine's mood.
/// </summary>
internal sealed partial class WriteQueue
{
    public IWriteGroup GroupWrites() => new Group(this);

    /// <summary>Queues small work as chains that the writer takes whole, large work one by one as ever.</summary>
    private void Enqueue(List<QueuedWrite> held)
    {
        QueuedWrite? first = null;
        QueuedWrite? last = null;
        long bytes = 0;
        foreach (QueuedWrite work in held)
        {
            if (work.Bytes > LargeBytes)
            {
                Enqueue(_large, work);
                continue;
            }

            if (first is not null && bytes + work.Bytes > MaxGroupBytes)
            {
                Enqueue(_small, first);
                first = null;
                bytes = 0;
            }

            if (first is null)
            {
                first = work;
            }
            else
            {
                last!.Next = work;
            }

            last = work;
            bytes += work.Bytes;
        }

        if (first is not null)
        {
            Enqueue(_small, first);
        }
    }

    private void Enqueue(Channel<QueuedWrite> lane, QueuedWrite chain)
    {
        if (lane.Writer.TryWrite(chain))
        {
            Queued(chain);
        }
        else
        {
            _ = EnqueueWhenThereIsRoomAsync(lane, chain);
        }
    }

    private async Task EnqueueWhenThereIsRoomAsync(Channel<QueuedWrite> lane, QueuedWrite chain)
    {
        try
        {
            await lane.Writer.WriteAsync(chain);
            Queued(chain);
        }
        catch (ChannelClosedException exception)
        {
            for (QueuedWrite? work = chain; work is not null; work = work.Next)
            {
                work.Fail(exception);
            }
        }
    }

    private void Queued(QueuedWrite chain)
    {
        int count = 0;
        for (QueuedWrite? work = chain; work is not null; work = work.Next)
        {
            count++;
        }

        metrics.Queued(count);
        Signal();
    }

    private sealed class Group(WriteQueue queue) : IWriteGroup
    {
        private static readonly AsyncLocal<Member?> Ambient = new();

        private readonly Lock _lock = new();
        private readonly List<Member> _parked = [];
        private List<QueuedWrite> _held = [];

        /// <summary>Members that neither wait for a write that is held nor have left.</summary>
        private int _busy;

        /// <summary>False when the flow belongs to no member of a group of this queue: then the work goes its usual way.</summary>
        public static bool TryHold(WriteQueue queue, QueuedWrite work) => Ambient.Value is { } member && member.Group.TryHold(queue, member, work);

        public IDisposable Enter()
        {
            lock (_lock)
            {
                _busy++;
            }

            return Ambient.Value = new Member(this, Ambient.Value);
        }

        public void Release()
        {
            lock (_lock)
            {
                ReleaseHeld();
            }
        }

        private bool TryHold(WriteQueue ofDatabase, Member member, QueuedWrite work)
        {
            lock (_lock)
            {
                // What outlives its member, such as something in the background that it started, is nobody's business here.
                if (member.HasLeft || ofDatabase != queue)
                {
                    return false;
                }

                _held.Add(work);
                if (!member.IsParked)
                {
                    member.IsParked = true;
                    _parked.Add(member);
                    _busy--;
                }

                ReleaseIfComplete();
                return true;
            }
        }

        private void Leave(Member member)
        {
            lock (_lock)
            {
                if (!member.HasLeft)
                {
                    member.HasLeft = true;
                    _busy -= member.IsParked ? 0 : 1;
                    ReleaseIfComplete();
                }
            }

            if (Ambient.Value == member)
            {
                Ambient.Value = member.Outer;
            }
        }

        private void ReleaseIfComplete()
        {
            if (_busy == 0)
            {
                ReleaseHeld();
            }
        }

        private void ReleaseHeld()
        {
            if (_held.Count == 0)
            {
                return;
            }

            // Busy again from here, not from their answers: else the first to be answered would not be waited for with its next write.
            foreach (Member member in _parked)
            {
                member.IsParked = false;
                _busy += member.HasLeft ? 0 : 1;
            }

            _parked.Clear();
            List<QueuedWrite> held = _held;
            _held = [];
            queue.Enqueue(held);
        }

        private sealed class Member(Group group, Member? outer) : IDisposable
        {
            public Group Group => group;

            public Member? Outer => outer;

            public bool IsParked { get; set; }

            public bool HasLeft { get; set; }

            public void Dispose() => group.Leave(this);
        }
    }
}
