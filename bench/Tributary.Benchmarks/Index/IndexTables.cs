using System.Globalization;
using Tributary.Benchmarks.Measuring;

namespace Tributary.Benchmarks.Index;

/// <summary>What was measured of one asker; PostgreSQL's may be missing.</summary>
internal sealed record IndexRow(string Asker, Load Product, Load Floor, Load? Postgres, double ProductTwo, double FloorTwo, double PostgresTwo);

/// <summary>The tables that go into the README.</summary>
internal sealed class IndexTables
{
    private readonly List<IndexRow> _rows = [];

    public void Add(IndexRow row) => _rows.Add(row);

    public void Print(Report report)
    {
        Console.WriteLine();
        Console.WriteLine("| caller | p50 | p99 | p99.9 ms | queries/s, 1 and 2 clients | Lucene alone: p50 | p99 | p99.9 | queries/s | **p99 ratio** (goal 1.5) | PostgreSQL: p50 | p99 | queries/s | **p50, times faster** (goal 20) |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (IndexRow row in _rows)
        {
            Distribution product = row.Product.Times();
            Distribution floor = row.Floor.Times();
            Distribution? postgres = row.Postgres?.Times();
            Line(row.Asker, Times(product), Rates(row.Product, row.ProductTwo), Times(floor), Rates(row.Floor, row.FloorTwo), Bold(product.Percentile(0.99) / floor.Percentile(0.99)),
                postgres is null ? "- | -" : $"{Figure(postgres.Median)} | {Figure(postgres.Percentile(0.99))}",
                row.Postgres is null ? "-" : Rates(row.Postgres, row.PostgresTwo),
                postgres is null ? "-" : Bold(postgres.Median / product.Median));
        }

        foreach (IndexRow row in _rows)
        {
            Console.WriteLine();
            Console.WriteLine($"| {row.Asker} | answers | p50 | p99 | p99.9 ms | Lucene alone: p50 | p99 | p99.9 | p99 ratio | PostgreSQL: answers | p50 | p99 | p50, times faster |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
            foreach (string kind in Question.Kinds)
            {
                Distribution product = row.Product.Times(kind);
                Distribution floor = row.Floor.Times(kind);
                Distribution? postgres = row.Postgres?.Times(kind);
                Line(kind, product.Count.ToString(CultureInfo.InvariantCulture), Times(product), Times(floor), Figure(product.Percentile(0.99) / floor.Percentile(0.99)),
                    postgres is null ? "- | - | - | -" : $"{postgres.Count} | {Figure(postgres.Median)} | {Figure(postgres.Percentile(0.99))} | {Figure(postgres.Median / product.Median)}");
            }
        }

        Console.WriteLine();
        foreach (IndexRow row in _rows)
        {
            Distribution product = row.Product.Times();
            report.Add($"{row.Asker}_p99_ratio", product.Percentile(0.99) / row.Floor.Times().Percentile(0.99), $"of {product.Count} answers each; goal: at most 1.5");
            if (row.Postgres?.Times() is { } postgres)
            {
                report.Add($"{row.Asker}_postgres_p50_ratio", postgres.Median / product.Median, $"of {postgres.Count} answers of PostgreSQL; goal: at least 20");
            }
        }
    }

    private static void Line(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    private static string Times(Distribution times) => $"{Figure(times.Median)} | {Figure(times.Percentile(0.99))} | {Figure(times.Percentile(0.999))}";

    private static string Rates(Load one, double two) => $"{Figure(one.PerSecond)}, {Figure(two)}";

    private static string Bold(double value) => $"**{Figure(value)}**";

    private static string Figure(double value) => value.ToString(value >= 100 ? "#,##0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
