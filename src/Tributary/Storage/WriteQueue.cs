using System.Threading.Channels;

namespace Tributary.Storage;

/// <summary>
/// What waits for a writer. The writer takes a group at a time and answers it when its commit is durable; meanwhile the next one gathers, so a group's size
/// follows the load by itself.
/// </summary>
#pragma warning disable CA1001 // The semaphore stays: it holds nothing, and a caller whose write was just drained may be about to signal.
internal sealed partial class WriteQueue(StorageMetrics metrics)
#pragma warning restore CA1001
{
    /// <summary>A group ends at this many pieces or bytes, so that the first caller in it is not kept waiting for the last.</summary>
    public const int MaxGroup = 512;
    public const long MaxGroupBytes = 4 * 1024 * 1024;

    /// <summary>Callers past this many wait in front of the queue; their waiting is the back-pressure.</summary>
    private const int QueueLength = 1024;

    /// <summary>Larger pieces go through a lane of their own, one for each group, so that a burst of them cannot starve the small ones.</summary>
    private const long LargeBytes = 1024 * 1024;

    private readonly Channel<QueuedWrite> _small = Channel.CreateBounded<QueuedWrite>(QueueLength);
    private readonly Channel<QueuedWrite> _large = Channel.CreateBounded<QueuedWrite>(QueueLength);
    private readonly Channel<QueuedWrite> _background = Channel.CreateBounded<QueuedWrite>(QueueLength);
    private readonly SemaphoreSlim _wake = new(0);
    private int _signalled;

    public async ValueTask<T> RunAsync<T>(WriteScope scope, Func<SqlSession, T> work, long bytes, CancellationToken cancellationToken, Foresight? foresight = null)
    {
        var write = new QueuedWrite<T>(scope, work, bytes, cancellationToken) { Foresight = foresight };
        if (!Group.TryHold(this, write))
        {
            await (bytes > LargeBytes ? _large : _small).Writer.WriteAsync(write, cancellationToken);
            metrics.Queued(1);
            Signal();
        }

        return await write.Task;
    }

    public async ValueTask<T> RunInBackgroundAsync<T>(WriteScope scope, Func<SqlSession, T> work, CancellationToken cancellationToken)
    {
        var write = new QueuedWrite<T>(scope, work, 0, cancellationToken) { IsBackground = true };
        await _background.Writer.WriteAsync(write, cancellationToken);
        metrics.Queued(1);
        Signal();
        return await write.Task;
    }

    /// <summary>Nothing more is taken in; what is queued is still to be written.</summary>
    public void Complete()
    {
        _small.Writer.TryComplete();
        _large.Writer.TryComplete();
        _background.Writer.TryComplete();
        Signal();
    }

    /// <summary>Nothing more will come.</summary>
    public bool IsCompleted => _small.Reader.Completion.IsCompleted && _large.Reader.Completion.IsCompleted && _background.Reader.Completion.IsCompleted;

    public bool HasBackground => _background.Reader.TryPeek(out _);

    /// <summary>Ends <see cref="Wait"/> though nothing was queued.</summary>
    public void Wake() => Signal();

    /// <summary>Sleeps until something is queued, or so long.</summary>
    public void Wait(TimeSpan longest)
    {
        _wake.Wait(longest);

        // Lowered before the queues are read, so that what is queued from here on raises it again.
        Interlocked.Exchange(ref _signalled, 0);
    }

    /// <summary>The next group; empty when nothing waits.</summary>
    /// <param name="group">Filled anew.</param>
    /// <param name="isBackgroundsTurn">Whether a piece of background work may be in it, given whether nothing else is.</param>
    public void Gather(List<QueuedWrite> group, Func<bool, bool> isBackgroundsTurn)
    {
        group.Clear();
        long bytes = 0;
        if (_large.Reader.TryRead(out QueuedWrite? large))
        {
            group.Add(large);
        }

        while (group.Count < MaxGroup && bytes < MaxGroupBytes && _small.Reader.TryRead(out QueuedWrite? small))
        {
            for (QueuedWrite? work = small; work is not null; work = work.Next)
            {
                group.Add(work);
                bytes += work.Bytes;
            }
        }

        if (isBackgroundsTurn(group.Count == 0) && _background.Reader.TryRead(out QueuedWrite? background))
        {
            group.Add(background);
        }

        metrics.Queued(-group.Count);
    }

    private void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _wake.Release();
        }
    }
}
