using System.Globalization;
using Tributary.Benchmarks.Measuring;
using Tributary.Relevance;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// How well hits are ordered: judged queries over the sample documents, and known items of the reference documentation of .NET, each beside plain BM25 of the same
/// documents in the same run. No clock is read; it can run on a busy machine.
/// </summary>
internal static class RelevanceScenario
{
    public static async Task RunAsync(Settings settings)
    {
        var report = new Report("relevance", settings.Results);
        Collection samples = SampleCorpus.Read(SampleCorpus.DefaultFolder);
        IReadOnlyList<RelevanceQuery> judged = JudgedQueries.Read(
            await File.ReadAllLinesAsync(JudgedQueries.DefaultFile), samples.Documents.Select(document => document.Name).ToHashSet());
        await CompareAsync(samples, judged, settings, report);
        if (settings.Number("known", 700) is > 0 and int perKind)
        {
            (Collection reference, IReadOnlyList<KnownDocument> known) = ReferenceDocs.Read(settings.TextOrNull("collection") ?? ReferenceDocs.DefaultFolder);
            await CompareAsync(reference, KnownItems.Make(known, perKind), settings, report);
        }

        report.Save();
    }

    private static async Task CompareAsync(Collection collection, IReadOnlyList<RelevanceQuery> queries, Settings settings, Report report)
    {
        await using ProductRanking product = await ProductRanking.StartAsync(collection, settings.ServerSettings, default);
        Comparison comparison = await Comparison.RunAsync(collection, queries, product, default);
        Console.WriteLine($"{collection.Name}: {collection.Documents.Count} documents, {queries.Count} queries");
        Console.WriteLine();
        Console.WriteLine("| kind | queries | nDCG@10 | MRR | recall@10 | BM25, all words: nDCG@10 | MRR | recall@10 | ratio (p) | BM25, any word: nDCG@10 | MRR | recall@10 | ratio (p) |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (string kind in comparison.Kinds)
        {
            Tell(kind, comparison.Summarise(kind));
        }

        Comparison.Summary all = comparison.Summarise();
        Tell("**all**", all);
        Console.WriteLine();
        report.Add($"{collection.Name}_ndcg", all.Product.Ndcg);
        report.Add($"{collection.Name}_mrr", all.Product.ReciprocalRank);
        report.Add($"{collection.Name}_ratio_all_words", all.Product.Ndcg / all.AllWords.Ndcg, "nDCG@10, to plain BM25 of all words");
        report.Add($"{collection.Name}_ratio_any_word", all.Product.Ndcg / all.AnyWord.Ndcg, "nDCG@10, to plain BM25 of any word");
        Console.WriteLine();
        foreach (Comparison.Row row in comparison.Rows.OrderBy(row => row.Product.Ndcg - Math.Max(row.AllWords.Ndcg, row.AnyWord.Ndcg)).Take(settings.Number("worst", 0)))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {row.Product.Ndcg:0.000}  all words {row.AllWords.Ndcg:0.000}  any word {row.AnyWord.Ndcg:0.000}  [{row.Query.Kind}] {row.Query.Text} -> {string.Join(' ', row.Query.Grades.Where(grade => grade.Value == RelevanceQuery.MaxGrade).Select(grade => grade.Key))}"));
        }
    }

    private static void Tell(string kind, Comparison.Summary summary) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {kind} | {summary.Queries} | {Figures(summary.Product)} | {Figures(summary.AllWords)} | {Ratio(summary, summary.AllWords, summary.AllWordsPValue)} | {Figures(summary.AnyWord)} | {Ratio(summary, summary.AnyWord, summary.AnyWordPValue)} |"));

    private static string Figures(Measures measures) =>
        string.Create(CultureInfo.InvariantCulture, $"{measures.Ndcg:0.000} | {measures.ReciprocalRank:0.000} | {measures.Recall:0.000}");

    private static string Ratio(Comparison.Summary summary, Measures baseline, double pValue) =>
        string.Create(CultureInfo.InvariantCulture, $"{summary.Product.Ndcg / baseline.Ndcg:0.00} ({(pValue < 0.001 ? "<0.001" : pValue.ToString("0.000", CultureInfo.InvariantCulture))})");
}
