using System.Globalization;
using Tributary.Benchmarks.Corpora;
using Tributary.Search;
using Tributary.Search.Kql;
using SortKey = Tributary.Search.SortKey;

namespace Tributary.Benchmarks.Index;

/// <summary>One query, as each of the three says it.</summary>
internal sealed record Question(string Kind, string Kql)
{
    public const int PageSize = 25;

    /// <summary>What the items are as old as.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static readonly IReadOnlyList<string> Kinds = ["term", "frequent", "phrase", "prefix", "filter", "range", "facets", "sort", "deep"];

    private static readonly string[] FacetNames = ["department", "category"];

    /// <summary>For PostgreSQL; null for no words.</summary>
    public string? TsQuery { get; private init; }

    public string? Department { get; private init; }

    public (DateTime From, DateTime To)? Modified { get; private init; }

    public bool HasFacets { get; private init; }

    public bool IsSorted { get; private init; }

    public int From { get; private init; }

    /// <summary>Kinds in turns, so that whatever ends early has had all of them alike.</summary>
    /// <param name="perKind">How many of each.</param>
    /// <param name="from">Where deep pages begin.</param>
    public static IReadOnlyList<Question> Make(int perKind, int from)
    {
        var rng = new Rng(20261128);
        var questions = new List<Question>();
        for (int i = 0; i < perKind; i++)
        {
            foreach (string kind in Kinds)
            {
                questions.Add(Make(kind, from, ref rng));
            }
        }

        return questions;
    }

    public KqlNode Tree() => KqlParser.ParseLenient(Kql, name => PropertyNames.ResolveOrNull(Corpus.Schema, name)?.Name)!;

    public IndexQuery ToQuery(IndexTarget target) => new([target], From, PageSize, new QueryTime(Now, DayOfWeek.Monday), MaxTerms: int.MaxValue) { Sort = Sort(), Facets = Facets() };

    public IReadOnlyList<SortKey> Sort() => IsSorted ? [new SortKey([Corpus.Schema.FindOrNull("views")], IsDescending: true)] : [];

    public IReadOnlyList<Facet> Facets() => HasFacets ? [.. FacetNames.Select(name => new Facet([Corpus.Schema.FindOrNull(name)]) { Size = 10, Order = FacetOrder.Count, IsDescending = true })] : [];

    private static Question Make(string kind, int from, ref Rng rng)
    {
        switch (kind)
        {
            case "term":
                return Word(kind, Corpus.Word(rng.Between(300, 5000)));
            case "phrase":
                (string first, string second) = (Frequent(ref rng), Frequent(ref rng));
                return new Question(kind, $"\"{first} {second}\"") { TsQuery = $"{first} <-> {second}" };
            case "prefix":
                string beginning = Corpus.Word(rng.Between(10_000, 190_000))[..4];
                return new Question(kind, beginning + "*") { TsQuery = beginning + ":*" };
            case "filter":
                string department = string.Create(CultureInfo.InvariantCulture, $"department {rng.Between(0, 19)}");
                string word = Frequent(ref rng);
                return Word(kind, word) with { Kql = $"{word} department:\"{department}\"", Department = department };
            case "range":
                var begin = new DateTime(2023 + rng.Between(0, 2), rng.Between(1, 12), 1, 0, 0, 0, DateTimeKind.Utc);
                DateTime end = begin.AddMonths(6);
                return new Question(kind, string.Create(CultureInfo.InvariantCulture, $"modified:{begin:yyyy-MM-dd}..{end:yyyy-MM-dd}")) { Modified = (begin, end.AddDays(1)) };
            case "facets":
                return Word(kind, Corpus.Word(rng.Between(50, 300))) with { HasFacets = true };
            case "sort":
                return Word(kind, Corpus.Word(rng.Between(50, 300))) with { IsSorted = true };
            case "deep":
                return Word(kind, Frequent(ref rng)) with { From = from };
            default:
                return Word(kind, Frequent(ref rng));
        }
    }

    private static Question Word(string kind, string word) => new(kind, word) { TsQuery = word };

    private static string Frequent(ref Rng rng) => Corpus.Word(rng.Between(5, 50));
}
