using System.Diagnostics;
using Tributary.Benchmarks.Index;

namespace Tributary.Benchmarks.Access;

/// <summary>New items at a fixed rate while something else is measured.</summary>
internal sealed class Writing : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private long _lastChange;
    private int _written;

    private Writing(IndexServer server, AccessCorpus corpus, int first, int perSecond)
    {
        _lastChange = server.Connection.LastChange;
        _loop = Task.Run(() => WriteAsync(server, corpus, first, perSecond));
    }

    /// <param name="server">The filled product.</param>
    /// <param name="corpus">What is written.</param>
    /// <param name="first">A number that no item has yet, nor any after it.</param>
    /// <param name="perSecond">How many.</param>
    public static Writing Start(IndexServer server, AccessCorpus corpus, int first, int perSecond) => new(server, corpus, first, perSecond);

    /// <summary>The last that was answered.</summary>
    public long LastChange => Volatile.Read(ref _lastChange);

    public int Written => Volatile.Read(ref _written);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    /// <summary>By the clock, not by the answers: what was held up is made up for.</summary>
    private async Task WriteAsync(IndexServer server, AccessCorpus corpus, int first, int perSecond)
    {
        long started = Stopwatch.GetTimestamp();
        var running = new List<Task>();
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            TimeSpan early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), started + (long)(i * (double)Stopwatch.Frequency / perSecond));
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early);
                running.RemoveAll(task => task.IsCompletedSuccessfully);
            }

            int number = first + i;
            running.Add(Task.Run(async () =>
            {
                long change = await server.PutAsync(corpus.Item(number));
                Interlocked.Increment(ref _written);
                for (long last = LastChange; change > last && Interlocked.CompareExchange(ref _lastChange, change, last) != last; last = LastChange)
                {
                    // Another was quicker; look again whether this one is later.
                }
            }));
        }

        await Task.WhenAll(running);
    }
}
