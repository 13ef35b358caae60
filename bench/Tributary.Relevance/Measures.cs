namespace Tributary.Relevance;

/// <summary>What one ranking was worth to who asked one query; 1 is the best.</summary>
/// <param name="Ndcg">Of the first ten: gain 2^grade − 1, divided by the logarithm of the place (Järvelin and Kekäläinen), as a share of the best order there is.</param>
/// <param name="ReciprocalRank">One divided by the place of the first relevant document; 0 when it is not among those ranked.</param>
/// <param name="Recall">The share of the relevant documents that is among the first ten, or of ten when there are more.</param>
internal readonly record struct Measures(double Ndcg, double ReciprocalRank, double Recall)
{
    public const int Cut = 10;

    public static Measures Of(IReadOnlyList<string> ranked, IReadOnlyDictionary<string, int> grades)
    {
        double ideal = Gain(grades.Values.OrderDescending());
        int first = ranked.Index().Where(document => IsRelevant(document.Item)).Select(document => document.Index + 1).FirstOrDefault();
        int relevant = grades.Values.Count(grade => grade >= RelevanceQuery.Relevant);
        return new Measures(
            Gain(ranked.Select(name => grades.GetValueOrDefault(name))) / ideal,
            first == 0 ? 0 : 1.0 / first,
            (double)ranked.Take(Cut).Count(IsRelevant) / Math.Min(relevant, Cut));

        bool IsRelevant(string name) => grades.GetValueOrDefault(name) >= RelevanceQuery.Relevant;
    }

    public static Measures Mean(IReadOnlyCollection<Measures> all) =>
        new(all.Average(one => one.Ndcg), all.Average(one => one.ReciprocalRank), all.Average(one => one.Recall));

    private static double Gain(IEnumerable<int> grades) =>
        grades.Take(Cut).Index().Sum(document => ((1 << document.Item) - 1) / Math.Log2(document.Index + 2));
}
