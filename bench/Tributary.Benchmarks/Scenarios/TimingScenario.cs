using System.Diagnostics;
using System.Globalization;
using Tributary.Acls;
using Tributary.Benchmarks.Access;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Index;
using Tributary.Benchmarks.Measuring;
using Tributary.Search.Kql;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// What time tells of words that only hidden items have: the same question for a word that is nowhere, and for words that stand in about 1 to 10,000 items, none of which the caller
/// sees, in turns, at the index interface and without anything between, which is the best that anybody could measure. No goal: it is to be known.
/// </summary>
internal static class TimingScenario
{
    private const string Nowhere = "nowherewordx";

    private static readonly int[] Counts = [1, 10, 100, 1_000, 10_000];

    public static async Task RunAsync(Settings settings)
    {
        int items = settings.Number("items", 100_000);
        using var scratch = new ScratchDirectory();
        var corpus = new AccessCorpus(AccessForm.Own);
        await using IndexServer server = await IndexServer.StartAsync(scratch.Sub("data"), [.. settings.ServerSettings, "--Storage:Durable=false"]);
        await server.FillAsync(items, number => WithWords(corpus, number));
        var report = new Report("timing", settings.Results);
        report.Add("items", items);
        foreach ((string kind, Func<string, string> query) in ((string, Func<string, string>)[])
            [
                ("word", word => word),
                ("beginning", word => word[..^1] + "*"),
                ("beside_a_frequent_word", word => $"{Corpus.Word(20)} OR {word}"),
            ])
        {
            await MeasureAsync(server, kind, query, settings.Number("queries", 4_000), report);
        }

        report.Save();
    }

    private static async Task MeasureAsync(IndexServer server, string kind, Func<string, string> query, int rounds, Report report)
    {
        string[] words = [Nowhere, .. Counts.Select(WordOf)];
        Question[] questions = [.. words.Select(word => new Question(kind, query(word)))];
        KqlNode[] trees = [.. questions.Select(question => question.Tree())];
        List<double>[] times = [.. words.Select(_ => new List<double>())];

        // A quarter as many for nothing, so that code is compiled.
        for (int round = -(rounds / 4); round < rounds; round++)
        {
            for (int turn = 0; turn < words.Length; turn++)
            {
                int which = (turn + Math.Abs(round)) % words.Length;
                AccessPrincipals caller = AccessAsker.One.Access();
                long asked = Stopwatch.GetTimestamp();
                Tributary.Search.IndexAnswer answer = await server.SearchAsync(questions[which], trees[which], caller);
                double microseconds = Stopwatch.GetElapsedTime(asked).TotalMicroseconds;
                if (kind != "beside_a_frequent_word" && answer.Total != 0)
                {
                    throw new InvalidOperationException($"{words[which]} was found, so it is not hidden.");
                }

                if (round >= 0)
                {
                    times[which].Add(microseconds);
                }
            }
        }

        report.Add($"{kind}_nowhere_p50", Distribution.OfMilliseconds(times[0]).Median, "us");
        report.Add($"{kind}_chance", Distinction.StandardError(rounds, rounds), "by which the probabilities below stray when there is nothing to tell");
        foreach ((int i, int count) in Counts.Index())
        {
            double probability = Distinction.Probability(times[i + 1], times[0]);
            string name = string.Create(CultureInfo.InvariantCulture, $"{kind}_in_{count}_hidden");
            report.Add($"{name}_p50", Distribution.OfMilliseconds(times[i + 1]).Median, "us");
            report.Add($"{name}_longer", probability, "probability that it takes longer than the word that is nowhere; 0.5 tells nothing");
            report.Add($"{name}_needed", Distinction.MeasurementsNeeded(probability), "measurements of each to tell them apart with 99 %");
        }
    }

    /// <summary>The words go to items that a caller of the shared group does not see: every third is granted to him, and those after these are here, but for the few that are everybody's.</summary>
    private static CorpusItem WithWords(AccessCorpus corpus, int number)
    {
        CorpusItem item = corpus.Item(number);
        if (number % 3 != 1 || AclEvaluator.IsVisible(item.Acl, AccessAsker.One.Access()))
        {
            return item;
        }

        int place = number / 3;
        IEnumerable<string> words = Counts.Where(count => place < count).Select(WordOf);
        return item with { Content = string.Join(' ', words.Prepend(item.Content)) };
    }

    private static string WordOf(int count) => string.Create(CultureInfo.InvariantCulture, $"hiddenword{(char)('a' + count.ToString(CultureInfo.InvariantCulture).Length)}x");
}
