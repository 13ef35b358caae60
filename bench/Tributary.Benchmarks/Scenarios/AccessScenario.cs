using System.Diagnostics;
using Lucene.Net.Search;
using Tributary.Acls;
using Tributary.Benchmarks.Access;
using Tributary.Benchmarks.Index;
using Tributary.Benchmarks.Measuring;
using Tributary.Indexing;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// What access costs by the number of groups, while items are written: the same questions by a caller of one group, by one of 10,000 who sees the same items, by one who sees
/// more, and for everyone without access; for an access list of its own on each item and for few lists. Then the first search of callers never seen before, and Lucene's
/// <c>TermsFilter</c>. Goals: a caller of 10,000 groups at most 1.5 times the p99 of one of one group; the first search within 50 ms.
/// </summary>
internal static class AccessScenario
{
    public static async Task RunAsync(Settings settings)
    {
        int items = settings.Number("items", 100_000);
        IReadOnlyList<Question> questions = Question.Make(settings.Number("queries", 100), from: items / 100);
        var report = new Report("access", settings.Results);
        report.Add("items", items);
        foreach (AccessForm form in Enum.GetValues<AccessForm>())
        {
            using var scratch = new ScratchDirectory();
            var corpus = new AccessCorpus(form);
            await MeasureAsync(scratch, corpus, items, questions, settings, report);
            MeasureTermsFilter(scratch, corpus, settings.Number("other-items", Math.Min(items, 200_000)), questions, settings, report);
        }

        report.Save();
    }

    private static async Task MeasureAsync(ScratchDirectory scratch, AccessCorpus corpus, int items, IReadOnlyList<Question> questions, Settings settings, Report report)
    {
        string data = scratch.Sub("data");
        await using (IndexServer filled = await IndexServer.StartAsync(data, [.. settings.ServerSettings, "--Storage:Durable=false"]))
        {
            await filled.FillAsync(items, corpus.Item);
        }

        await using IndexServer server = await IndexServer.StartAsync(data, settings.ServerSettings);
        await server.FirstAnswerAsync();
        int rate = settings.Number("rate", 500);
        await using Writing writing = Writing.Start(server, corpus, items, rate);

        // Once through, so that code is compiled, files are in memory, and callers are known.
        await AskAllAsync(server, writing, questions, TimeSpan.FromSeconds(10));
        int writtenBefore = writing.Written;
        long started = Stopwatch.GetTimestamp();
        (IReadOnlyList<Load> loads, Load free) = await AskAllAsync(server, writing, questions, settings.Seconds("seconds", 120));
        report.Add($"{corpus.Form}_writes", (writing.Written - writtenBefore) / Stopwatch.GetElapsedTime(started).TotalSeconds, $"a second, {rate} due");
        Add(report, $"{corpus.Form}_without_access", free.Times());
        foreach ((AccessAsker asker, Load load) in AccessAsker.All.Zip(loads))
        {
            Add(report, $"{corpus.Form}_{asker.Key}", load.Times());
            report.Add($"{corpus.Form}_{asker.Key}_to_free", load.Times().Percentile(0.99) / free.Times().Percentile(0.99), "p99, to the same without access");
        }

        double one = loads[0].Times().Percentile(0.99);
        report.Add($"{corpus.Form}_groups_ratio", loads[1].Times().Percentile(0.99) / one, "p99 of 10,000 groups to 1 group, the same items; goal: at most 1.5");
        report.Add($"{corpus.Form}_groups_ratio_more", loads[2].Times().Percentile(0.99) / one, "p99 of 10,000 groups, who sees more items, to 1 group");
        foreach (AccessAsker asker in AccessAsker.All)
        {
            Distribution first = await FirstSearchesAsync(server, writing, asker, questions);
            report.Add($"{corpus.Form}_{asker.Key}_first_p50", first.Median, "ms; the first search of a caller never seen before, for a word");
            report.Add($"{corpus.Form}_{asker.Key}_first_max", first.Max, $"ms, of {first.Count}; goal: within 50");
        }
    }

    /// <summary>All callers and nobody in turns, each question by all of them in the same moment; who is first changes.</summary>
    private static async Task<(IReadOnlyList<Load> Loads, Load Free)> AskAllAsync(IndexServer server, Writing writing, IReadOnlyList<Question> questions, TimeSpan time)
    {
        Load[] loads = [.. AccessAsker.All.Select(_ => new Load())];
        var free = new Load();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; Stopwatch.GetElapsedTime(started) < time; i++)
        {
            Question question = questions[i % questions.Count];
            KqlNode tree = question.Tree();
            Query query = LuceneAlone.Translate(tree);

            // How long an index is behind is told elsewhere: here all see what was there before the clock starts.
            long change = writing.LastChange;
            using IndexView view = await server.AcquireAsync(change);
            var alone = new LuceneAlone(view.Searcher);
            for (int turn = 0; turn <= loads.Length; turn++)
            {
                int who = (turn + i) % (loads.Length + 1);
                AccessPrincipals? caller = who < loads.Length ? AccessAsker.All[who].Access() : null;
                long asked = Stopwatch.GetTimestamp();
                if (caller is null)
                {
                    alone.Search(question, query);
                    free.Add(question.Kind, Stopwatch.GetTimestamp() - asked);
                }
                else
                {
                    await server.SearchAsync(question, tree, caller, change);
                    loads[who].Add(question.Kind, Stopwatch.GetTimestamp() - asked);
                }
            }
        }

        return (loads, free);
    }

    private static async Task<Distribution> FirstSearchesAsync(IndexServer server, Writing writing, AccessAsker asker, IReadOnlyList<Question> questions)
    {
        var load = new Load();
        foreach ((int number, Question question) in questions.Where(question => question.Kind == "term").Index())
        {
            long change = writing.LastChange;
            (await server.AcquireAsync(change)).Dispose();
            AccessPrincipals caller = asker.Access(1 + number);
            KqlNode tree = question.Tree();
            long asked = Stopwatch.GetTimestamp();
            await server.SearchAsync(question, tree, caller, change);
            load.Add(question.Kind, Stopwatch.GetTimestamp() - asked);
        }

        return load.Times();
    }

    private static void MeasureTermsFilter(ScratchDirectory scratch, AccessCorpus corpus, int items, IReadOnlyList<Question> questions, Settings settings, Report report)
    {
        using var floor = TermsFilterFloor.Fill(scratch.Sub("terms"), corpus, items);
        report.Add($"{corpus.Form}_terms_items", items);
        foreach (AccessAsker asker in AccessAsker.All)
        {
            Check(floor, corpus, items, questions, asker.Access());
            floor.Measure(questions, asker.Access(), TimeSpan.FromSeconds(3));
            (Load free, Load filtered) = floor.Measure(questions, asker.Access(), settings.Seconds("floor-seconds", 30));
            Add(report, $"{corpus.Form}_terms_{asker.Key}", filtered.Times());
            report.Add($"{corpus.Form}_terms_{asker.Key}_to_free", filtered.Times().Percentile(0.99) / free.Times().Percentile(0.99), "p99, to the same without a filter");
            report.Add($"{corpus.Form}_terms_{asker.Key}_to_free_p50", filtered.Times().Median / free.Times().Median, "p50, to the same without a filter");
        }
    }

    /// <summary>A filter that is wrong is not compared.</summary>
    private static void Check(TermsFilterFloor floor, AccessCorpus corpus, int items, IReadOnlyList<Question> questions, AccessPrincipals caller)
    {
        Question question = questions.First(question => question.Kind == "range");
        int visible = Enumerable.Range(0, items).Count(number => AclEvaluator.IsVisible(corpus.Item(number).Acl, caller)
            && Tributary.Items.GraphDateTime.TryParse(ModifiedOf(corpus.Item(number).Properties), out DateTimeOffset modified)
            && modified.UtcDateTime >= question.Modified!.Value.From && modified.UtcDateTime < question.Modified.Value.To);
        int found = floor.Count(question, caller);
        if (visible != found)
        {
            throw new InvalidOperationException($"The terms filter finds {found} items of {visible}.");
        }
    }

    private static string ModifiedOf(byte[] properties)
    {
        using var json = System.Text.Json.JsonDocument.Parse(properties);
        return json.RootElement.GetProperty("modified").GetString()!;
    }

    private static void Add(Report report, string name, Distribution times)
    {
        report.Add(name + "_p50", times.Median, "ms");
        report.Add(name + "_p99", times.Percentile(0.99), $"ms, of {times.Count}");
    }
}
