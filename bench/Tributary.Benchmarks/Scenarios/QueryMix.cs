using System.Globalization;
using Tributary.Benchmarks.Corpora;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>The kinds of queries of <c>search</c>, in equal parts; words by their rank, so that "frequent" means the same at every size of the corpus.</summary>
internal static class QueryMix
{
    public static readonly IReadOnlyList<string> Kinds = ["term", "and2", "and3", "phrase", "prefix", "title", "range", "freq"];

    public static IReadOnlyList<(string Kind, string Kql)> Make(int perKind)
    {
        var rng = new Rng(20261122);
        var queries = new List<(string, string)>();
        for (int i = 0; i < perKind; i++)
        {
            foreach (string kind in Kinds)
            {
                queries.Add((kind, Make(kind, ref rng)));
            }
        }

        return queries;
    }

    private static string Make(string kind, ref Rng rng) => kind switch
    {
        "term" => Rare(ref rng),
        "and2" => $"{Rare(ref rng)} {Frequent(ref rng)}",
        "and3" => $"{Rare(ref rng)} {Frequent(ref rng)} {Frequent(ref rng)}",
        "phrase" => $"\"{Frequent(ref rng)} {Frequent(ref rng)}\"",
        "prefix" => $"{Corpus.Word(rng.Between(10_000, 190_000))[..4]}*",
        "title" => $"title:{Corpus.Word(rng.Between(20, 1000))}",
        "range" => Range(ref rng),
        _ => Frequent(ref rng),
    };

    private static string Rare(ref Rng rng) => Corpus.Word(rng.Between(300, 5000));

    private static string Frequent(ref Rng rng) => Corpus.Word(rng.Between(5, 50));

    private static string Range(ref Rng rng)
    {
        var from = new DateTime(2023 + rng.Between(0, 2), rng.Between(1, 12), 1);
        return string.Create(CultureInfo.InvariantCulture, $"modified:{from:yyyy-MM-dd}..{from.AddMonths(6):yyyy-MM-dd}");
    }
}
