using System.Text;
using System.Text.Json;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Tributary.Indexing;
using Tributary.Search;

namespace Tributary.Tests.Indexing;

public class FacetCounterTests
{
    private static string Kind(string kind) => $$"""{ "kind": {{JsonSerializer.Serialize(kind)}} }""";

    [Theory]
    [InlineData(99, 99)]
    [InlineData(100, 100)]
    [InlineData(101, 100)]
    [InlineData(65535, 100)]
    public void At_most_100_buckets_are_returned_however_many_are_wanted(int size, int returned)
    {
        using var index = new RefinedIndex(Enumerable.Range(0, 101).Select(number => Kind($"k{number:D3}")));

        IReadOnlyList<FacetBucket> buckets = index.Buckets("kind", facet => facet with { Size = size });

        Assert.Equal(Enumerable.Range(0, returned).Select(number => new FacetBucket($"k{number:D3}", 1)), buckets);
    }

    [Fact]
    public void Buckets_below_the_minimum_are_left_out_and_equal_counts_come_by_key()
    {
        using var index = new RefinedIndex(Kind("b"), Kind("b"), Kind("a"), Kind("a"), Kind("c"), Kind("c"), Kind("c"), Kind("d"));

        Assert.Equal("c=3 a=2 b=2 d=1", index.Counted("kind", facet => facet with { IsDescending = true }));
        Assert.Equal("d=1 a=2 b=2 c=3", index.Counted("kind"));
        Assert.Equal("c=3 a=2 b=2", index.Counted("kind", facet => facet with { IsDescending = true, MinimumCount = 2 }));
        Assert.Equal("c=3", index.Counted("kind", facet => facet with { IsDescending = true, MinimumCount = 3 }));
        Assert.Equal("", index.Counted("kind", facet => facet with { MinimumCount = 4 }));
    }

    [Fact]
    public void Keys_are_filtered_by_their_beginning_ignoring_case_and_kept_to_the_letter()
    {
        using var index = new RefinedIndex(Kind("Docx"), Kind("docx"), Kind("DOC"), Kind("pdf"));

        Assert.Equal("DOC=1 Docx=1 docx=1", index.Counted("kind", facet => facet with { Prefix = "dOC", Order = FacetOrder.KeyAsText }));
    }

    [Fact]
    public void Keys_of_text_order_as_text_or_as_numbers_with_what_is_none_last()
    {
        using var index = new RefinedIndex(Kind("10"), Kind("9"), Kind("x"), Kind("2.5"));

        Assert.Equal("10=1 2.5=1 9=1 x=1", index.Counted("kind", facet => facet with { Order = FacetOrder.KeyAsText }));
        Assert.Equal("2.5=1 9=1 10=1 x=1", index.Counted("kind", facet => facet with { Order = FacetOrder.KeyAsNumber }));
        Assert.Equal("10=1 9=1 2.5=1 x=1", index.Counted("kind", facet => facet with { Order = FacetOrder.KeyAsNumber, IsDescending = true }));
    }

    [Fact]
    public void Keys_say_what_the_value_is()
    {
        using var index = new RefinedIndex("""{ "done": true, "size": -7, "price": 2.50, "day": "2026-03-10T12:00:00.120+01:00" }""", """{ "done": false, "price": -0.0, "day": "2026-03-10" }""");

        Assert.Equal("False=1 True=1", index.Counted("done"));
        Assert.Equal("-7=1", index.Counted("size"));
        Assert.Equal("0=1 2.5=1", index.Counted("price"));
        Assert.Equal("2026-03-10T00:00:00Z=1 2026-03-10T11:00:00.12Z=1", index.Counted("day"));
    }

    [Fact]
    public void A_range_has_its_lower_bound_and_not_its_upper_and_stays_where_it_was_asked_for()
    {
        using var index = new RefinedIndex("""{ "size": 100, "sizes": [1, 2, 2] }""", """{ "size": 99 }""", """{ "size": 1000 }""", "{}");

        Assert.Equal("=2 =0 =1 =3 =1", index.Counted("size", facet => facet with
        {
            Order = FacetOrder.Count,
            Size = 1,
            Ranges = [new("100", null), new("101", "1000"), new(null, "100"), new(null, null), new("99.5", "100.5")],
        }));
        Assert.Equal("=1 =0", index.Counted("sizes", facet => facet with { Ranges = [new("0", "10"), new("3", null)] }));
    }

    [Fact]
    public void An_item_counts_once_for_each_of_its_values()
    {
        using var index = new RefinedIndex("""{ "tags": ["a", "b", "a"] }""", """{ "tags": ["b"] }""", """{ "tags": [] }""");

        Assert.Equal("b=2 a=1", index.Counted("tags", facet => facet with { IsDescending = true }));
    }

    [Fact]
    public void Long_texts_that_differ_are_different_buckets_and_each_key_is_a_filter_for_its_own()
    {
        string thousand = new('é', 500);
        string[] texts = [thousand, thousand + "x", thousand + "y", new string('z', 40_000)];
        using var index = new RefinedIndex(texts.Select(Kind));

        IReadOnlyList<FacetBucket> buckets = index.Buckets("kind", facet => facet with { Order = FacetOrder.KeyAsText });

        Assert.Equal(4, buckets.Count);
        Assert.Contains(thousand, buckets.Select(bucket => bucket.Key));
        Assert.All(buckets, bucket => Assert.InRange(Encoding.UTF8.GetByteCount(bucket.Key), 998, 1000));
        Assert.Equal(["0", "1", "2", "3"], buckets.Select(bucket => index.Found("kind", new BucketValue(bucket.Key))).Order());
        Assert.Equal(["0", "1", "2", "3"], texts.Select(text => index.Found("kind", new BucketValue(text))));
    }

    [Fact]
    public void Counting_stops_within_1024_matches_or_values()
    {
        using var index = new RefinedIndex(Enumerable.Range(0, 1100).Select(number => $$"""{ "kind": "k{{number}}" }"""));
        IndexSearcher searcher = index.Generation.Acquire();
        try
        {
            AtomicReaderContext segment = searcher.TopReaderContext.Leaves.MaxBy(leaf => leaf.AtomicReader.MaxDoc)!;
            Assert.Equal(1100, segment.AtomicReader.MaxDoc);
            CountedValues Count(int matches, SearchWork work)
            {
                var found = new SegmentMatches(segment, hasScores: false);
                for (int doc = 0; doc < matches; doc++)
                {
                    found.Add(doc, scorer: null);
                }

                return CountedValues.CountOrNull(found, "f:kind", work)!;
            }

            SearchWork Cancelled() => new(int.MaxValue, new CancellationToken(canceled: true));
            Assert.NotNull(Count(1023, Cancelled()));
            Assert.Throws<OperationCanceledException>(() => Count(1024, Cancelled()));

            var merge = new ValueMerge([Count(1100, new SearchWork(int.MaxValue, CancellationToken.None))], Cancelled());
            Assert.Throws<OperationCanceledException>(() =>
            {
                while (merge.MoveNext())
                {
                }
            });
        }
        finally
        {
            index.Generation.Release(searcher);
        }
    }
}
