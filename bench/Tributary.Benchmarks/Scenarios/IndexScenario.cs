using System.Diagnostics;
using System.Globalization;
using Lucene.Net.Search;
using Tributary.Acls;
using Tributary.Benchmarks.Index;
using Tributary.Benchmarks.Measuring;
using Tributary.Indexing;
using Tributary.Search.Kql;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// The index interface under nine kinds of questions by callers of 1, 60 and 10,000 groups and one who sees everything, against the same Lucene query without access, and
/// against PostgreSQL. Then new items while they come, the whole index anew, and its opening. Goals: p99 at most 1.5 times that of Lucene alone; p50 at least 20 times
/// faster than PostgreSQL's; a new item found at p99 within 200 ms at 500 a second; 1,000,000 items anew within 5 minutes; opened within a second.
/// </summary>
internal static class IndexScenario
{
    private const string Table = "tributary_bench_items";

    /// <summary>Two cores, two clients.</summary>
    private const int Clients = 2;

    public static async Task RunAsync(Settings settings)
    {
        int items = settings.Number("items", 100_000);
        using var scratch = new ScratchDirectory();
        string data = settings.TextOrNull("data") ?? scratch.Sub("data");
        IReadOnlyList<Question> questions = Question.Make(settings.Number("queries", 100), from: items / 100);
        var report = new Report("index", settings.Results);
        report.Add("items", items);
        await using PostgresItems? postgres = PostgresItems.CreateOrNull(Table);
        await CheckAsync(scratch, settings, postgres, report);

        var phase = new Phase();
        var tables = new IndexTables();
        await using (IndexServer filled = await IndexServer.StartAsync(data, [.. settings.ServerSettings, "--Storage:Durable=false"]))
        {
            await filled.FillAsync(items);
        }

        report.Add("fill", phase.Seconds(), "s; through the store, which does not wait for the disk while it is filled");
        IndexServer server = await IndexServer.StartAsync(data, settings.ServerSettings);
        if (postgres is not null)
        {
            (TimeSpan copy, TimeSpan indexes) = await postgres.LoadAsync(items);
            (long table, long index) = await postgres.BytesAsync();
            report.Add("postgres_copy", copy.TotalSeconds, "s");
            report.Add("postgres_indexes", indexes.TotalSeconds, "s; GIN over words and access, b-tree over dates, vacuum analyze");
            report.Add("postgres_table", table / 1e6, "MB");
            report.Add("postgres_index", index / 1e6, "MB");
            phase.Seconds();
        }

        await MeasureAsync(server, postgres, questions, settings, report, tables);
        report.Add("queries", phase.Seconds(), "s");
        await (postgres?.DropAsync() ?? Task.CompletedTask);

        // At first writing is compiled, which is not the index's.
        int rate = settings.Number("rate", 500);
        int warmUps = (await Freshness.MeasureAsync(server, items, rate, TimeSpan.FromSeconds(3))).Count;
        Distribution fresh = await Freshness.MeasureAsync(server, items + warmUps, rate, settings.Seconds("fresh-seconds", 60));
        report.Add("fresh_p50", fresh.Median, "ms from due to found");
        report.Add("fresh_p99", fresh.Percentile(0.99), "ms; goal: at most 200");
        report.Add("fresh_p999", fresh.Percentile(0.999), "ms");
        report.Add("fresh_max", fresh.Max, "ms");
        phase.Seconds();
        await server.DisposeAsync();

        report.Add("index_size", BytesOf(Path.Combine(data, "index")) / 1e6, "MB");
        await Opening.MeasureAsync(data, [.. settings.ServerSettings], settings.Number("runs", 3), report);
        report.Add("opening", phase.Seconds(), "s");

        Directory.Delete(Path.Combine(data, "index"), recursive: true);
        await using (IndexServer again = await IndexServer.StartAsync(data, settings.ServerSettings))
        {
            phase.Seconds();
            TimeSpan before = Environment.CpuUsage.TotalTime;
            await again.FirstAnswerAsync();
            double seconds = phase.Seconds();
            report.Add("reindex", seconds, "s from nothing to the first answer");
            report.Add("reindex_processor", (Environment.CpuUsage.TotalTime - before).TotalSeconds, "s of processor time, which says more on a busy machine");
            report.Add("reindex_million", seconds * 1e6 / again.Connection.ItemCount, "s for 1,000,000 at that rate; goal: at most 300");
        }

        tables.Print(report);
        report.Save();
    }

    private static async Task CheckAsync(ScratchDirectory scratch, Settings settings, PostgresItems? postgres, Report report)
    {
        int items = settings.Number("check-items", 10_000);
        await using IndexServer server = await IndexServer.StartAsync(scratch.Sub("check"), settings.ServerSettings);
        await server.FillAsync(items);
        if (postgres is not null)
        {
            await postgres.LoadAsync(items);
        }

        report.Add("answers_compared", await Agreement.CheckAsync(server, postgres, Question.Make(20, from: 100)), $"over {items} items, no difference");
    }

    private static async Task MeasureAsync(
        IndexServer server, PostgresItems? postgres, IReadOnlyList<Question> questions, Settings settings, Report report, IndexTables tables)
    {
        using IndexView view = await server.AcquireAsync();
        var alone = new LuceneAlone(view.Searcher);
        TimeSpan time = settings.Seconds("seconds", 60);
        TimeSpan throughputTime = settings.Seconds("throughput-seconds", 10);
        TimeSpan postgresTime = settings.Seconds("postgres-seconds", 60);
        foreach (Asker asker in Asker.All)
        {
            // Once through, so that code is compiled and files are in memory.
            await AlternateAsync(server, alone, asker, questions, TimeSpan.FromSeconds(10), onlyOnce: true);
            (Load product, Load floor) = await AlternateAsync(server, alone, asker, questions, time, onlyOnce: false);
            double productTwo = await Load.ThroughputAsync(questions, Clients, throughputTime, question => server.SearchAsync(question, question.Tree(), asker.Access()));
            double floorTwo = await Load.ThroughputAsync(questions, Clients, throughputTime, question =>
            {
                alone.Search(question, LuceneAlone.Translate(question.Tree()));
                return Task.CompletedTask;
            });
            Load? theirs = null;
            double theirsTwo = 0;
            if (postgres is not null)
            {
                string[] principals = PostgresItems.PrincipalsOf(asker.Access());
                theirs = await AskAsync(postgres, principals, questions, postgresTime);
                theirsTwo = await Load.ThroughputAsync(questions, Clients, throughputTime, question => postgres.SearchAsync(question, principals));
            }

            report.Add($"new_caller_{asker.Name}", (await NewCallersAsync(server, asker, questions)).Median, "ms; p50 of a word's search by somebody who was not seen before");
            tables.Add(new IndexRow(asker.Name, product, floor, theirs, productTwo, floorTwo, theirsTwo));
        }
    }

    /// <summary>Lucene alone and the product in turns, so that both meet the same moment; which is first changes from question to question.</summary>
    private static async Task<(Load Product, Load Floor)> AlternateAsync(
        IndexServer server, LuceneAlone alone, Asker asker, IReadOnlyList<Question> questions, TimeSpan time, bool onlyOnce)
    {
        var product = new Load();
        var floor = new Load();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; Stopwatch.GetElapsedTime(started) < time && (!onlyOnce || i < questions.Count); i++)
        {
            Question question = questions[i % questions.Count];
            KqlNode tree = question.Tree();
            Query query = LuceneAlone.Translate(tree);
            AccessPrincipals caller = asker.Access();
            for (int turn = 0; turn < 2; turn++)
            {
                long asked = Stopwatch.GetTimestamp();
                if ((turn + i) % 2 == 0)
                {
                    alone.Search(question, query);
                    floor.Add(question.Kind, Stopwatch.GetTimestamp() - asked);
                }
                else
                {
                    await server.SearchAsync(question, tree, caller);
                    product.Add(question.Kind, Stopwatch.GetTimestamp() - asked);
                }
            }
        }

        return (product, floor);
    }

    private static async Task<Load> AskAsync(PostgresItems postgres, string[] principals, IReadOnlyList<Question> questions, TimeSpan time)
    {
        // A round of kinds, so that the first of each does not pay for reading its files.
        foreach (Question question in questions.Take(Question.Kinds.Count))
        {
            await postgres.SearchAsync(question, principals);
        }

        var load = new Load();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; Stopwatch.GetElapsedTime(started) < time || i < Question.Kinds.Count; i++)
        {
            Question question = questions[i % questions.Count];
            long asked = Stopwatch.GetTimestamp();
            await postgres.SearchAsync(question, principals);
            load.Add(question.Kind, Stopwatch.GetTimestamp() - asked);
        }

        return load;
    }

    private static async Task<Distribution> NewCallersAsync(IndexServer server, Asker asker, IReadOnlyList<Question> questions)
    {
        var load = new Load();
        foreach ((int number, Question question) in questions.Where(question => question.Kind == "term").Index())
        {
            KqlNode tree = question.Tree();
            AccessPrincipals caller = asker.Access(Corpora.Corpus.UserId(1000 + number));
            long asked = Stopwatch.GetTimestamp();
            await server.SearchAsync(question, tree, caller);
            load.Add(question.Kind, Stopwatch.GetTimestamp() - asked);
        }

        return load.Times();
    }

    private static long BytesOf(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    /// <summary>What was not measured otherwise is told too, so that one knows how long a run takes.</summary>
    private sealed class Phase
    {
        private long _started = Stopwatch.GetTimestamp();

        /// <summary>Since the last call.</summary>
        public double Seconds()
        {
            double seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
            _started = Stopwatch.GetTimestamp();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ({DateTime.UtcNow:HH:mm:ss}, {seconds:0.0} s)"));
            return seconds;
        }
    }
}
