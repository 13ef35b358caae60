using System.Diagnostics;
using Tributary.Benchmarks.Measuring;

namespace Tributary.Benchmarks.Index;

/// <summary>How long each question of a run took, by kind.</summary>
internal sealed class Load
{
    private readonly List<(string Kind, long Ticks)> _times = [];

    public int Count => _times.Count;

    /// <summary>What one client would get, from the times alone.</summary>
    public double PerSecond => Count / (_times.Sum(time => time.Ticks) / (double)Stopwatch.Frequency);

    public void Add(string kind, long ticks) => _times.Add((kind, ticks));

    /// <param name="kind">Null for all.</param>
    public Distribution Times(string? kind = null) => Distribution.OfTicks(_times.Where(time => kind is null || time.Kind == kind).Select(time => time.Ticks));

    /// <summary>The mix over and over by so many clients, each with the next question as soon as it has an answer; answers a second.</summary>
    public static async Task<double> ThroughputAsync(IReadOnlyList<Question> questions, int clients, TimeSpan time, Func<Question, Task> ask)
    {
        int next = -1;
        int answered = 0;
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                await ask(questions[(Interlocked.Increment(ref next) & int.MaxValue) % questions.Count]);
                Interlocked.Increment(ref answered);
            }
        })));
        return answered / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
