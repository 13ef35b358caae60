using System.Diagnostics;
using System.Globalization;
using Tributary.Acls;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Measuring;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Benchmarks.Index;

/// <summary>
/// New items at a fixed rate, whether or not earlier ones have been answered: each is written, and then asked for by a word that it alone has. Counted from when it was
/// due, so that a stall counts for all that it held up.
/// </summary>
internal static class Freshness
{
    /// <param name="server">The filled product.</param>
    /// <param name="first">A number that no item has yet, nor any after it.</param>
    /// <param name="perSecond">How many.</param>
    /// <param name="time">How long.</param>
    /// <exception cref="InvalidOperationException">An item was not found although the search was told its change.</exception>
    public static async Task<Distribution> MeasureAsync(IndexServer server, int first, int perSecond, TimeSpan time)
    {
        int count = (int)(perSecond * time.TotalSeconds);
        CorpusItem[] items = [.. Enumerable.Range(first, count).Select(number =>
        {
            CorpusItem item = IndexCorpus.Item(number);
            return item with { Content = $"{item.Content} {MarkOf(number)}" };
        })];
        AccessPrincipals caller = Asker.All[^1].Access();
        double[] milliseconds = new double[count];
        var all = new Task[count];
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            long due = started + (long)(i * (double)Stopwatch.Frequency / perSecond);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } early)
            {
                await Task.Delay(early);
            }

            int number = i;
            all[i] = Task.Run(async () =>
            {
                long change = await server.PutAsync(items[number]);
                var question = new Question("fresh", MarkOf(first + number));
                KqlNode tree = question.Tree();
                IndexAnswer answer = await server.SearchAsync(question, tree, caller, change);
                if (answer.Total != 1)
                {
                    throw new InvalidOperationException($"{items[number].Id} was found {answer.Total} times.");
                }

                milliseconds[number] = Stopwatch.GetElapsedTime(due).TotalMilliseconds;
            });
        }

        await Task.WhenAll(all);
        return Distribution.OfMilliseconds(milliseconds);
    }

    private static string MarkOf(int number) => string.Create(CultureInfo.InvariantCulture, $"mark{number:d9}");
}
