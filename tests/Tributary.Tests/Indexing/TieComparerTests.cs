using Tributary.Search;
using Tributary.Tests.Indexing.Ranking;

namespace Tributary.Tests.Indexing;

/// <summary>Hits of equal score, in three segments.</summary>
public class TieComparerTests
{
    private static readonly DateTimeOffset Day = new(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Days are kept from 1900 to 2079; times beyond are told apart all the same.</summary>
    private static readonly (string Id, DateTimeOffset? Modified)[] NewestFirst =
    [
        ("k", new DateTimeOffset(2150, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        ("a", new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        ("j", Day.AddDays(1)),
        ("d", Day.AddHours(23)),
        ("b", Day.AddHours(9)),
        ("i", Day.AddHours(9)),
        ("c", Day.AddTicks(10_001)),
        ("m", Day.AddTicks(10_001)),
        ("n", Day.AddTicks(10_000)),
        ("o", Day),
        ("h", Day.AddSeconds(-1)),
        ("e", new DateTimeOffset(1850, 6, 1, 0, 0, 0, TimeSpan.Zero)),
        ("g", new DateTimeOffset(1800, 6, 1, 0, 0, 0, TimeSpan.Zero)),
        ("f", null),
        ("l", null),
    ];

    private static readonly string Expected = string.Join(' ', NewestFirst.Select(item => item.Id));

    [Theory]
    [InlineData("*")]
    [InlineData("kind:x")]
    public void The_newer_comes_first_by_the_time_and_then_the_lesser_id_whatever_the_page(string query)
    {
        using RankedIndex index = Index();

        for (int size = 1; size <= NewestFirst.Length; size++)
        {
            IEnumerable<string> pages = Enumerable.Range(0, NewestFirst.Length).Where(from => from % size == 0).Select(from => index.Found(query, asked => asked with { From = from, Size = size }));
            Assert.Equal(Expected, string.Join(' ', pages));
        }
    }

    [Fact]
    public void So_it_does_where_hits_are_collapsed()
    {
        using RankedIndex index = Index();

        for (int limit = 1; limit <= NewestFirst.Length; limit++)
        {
            string found = index.Found("*", query => query with { Collapse = [new CollapseLevel([[query.Targets[0].Schema.FindOrNull("kind")]], limit)] });
            Assert.Equal(string.Join(' ', NewestFirst.Take(limit).Select(item => item.Id)), found);
        }
    }

    private static RankedIndex Index() => RankedIndex.Of([.. NewestFirst.OrderBy(item => item.Id, StringComparer.Ordinal).Select(item => new RankedItem(item.Id) { Modified = item.Modified, Kind = "x" })]);
}
