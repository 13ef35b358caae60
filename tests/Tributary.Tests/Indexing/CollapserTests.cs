namespace Tributary.Tests.Indexing;

public class CollapserTests
{
    /// <summary>The list of the specification (search 13).</summary>
    private static readonly string[] Documents =
        [.. new[] { "Note/Andy", "Note/James", "Note/Robert", "Note/James", "Note/James", "Notebook/James", "Notebook/Andy", "Notebook/James" }
            .Select((document, index) => $$"""{ "kind": "{{document.Split('/')[0]}}", "author": "{{document.Split('/')[1]}}", "size": {{index}} }""")];

    [Fact]
    public void Levels_keep_what_the_published_tables_keep()
    {
        using var index = new RefinedIndex(Documents);

        Assert.Equal("0+ 1+ 2+ 5 6 7", index.Found(query => query with { Sort = [RefinedIndex.By("size")], Collapse = [RefinedIndex.Level(3, "kind")] }));
        Assert.Equal("0 1+ 2 3+ 5 6 7", index.Found(query => query with { Sort = [RefinedIndex.By("size")], Collapse = [RefinedIndex.Level(2, "kind", "author")] }));
        Assert.Equal(
            "0 1+ 2 5+ 6",
            index.Found(query => query with { Sort = [RefinedIndex.By("size")], Collapse = [RefinedIndex.Level(3, "kind"), RefinedIndex.Level(1, "author")] }));
    }

    [Fact]
    public void The_total_and_every_page_are_of_what_is_kept()
    {
        using var index = new RefinedIndex(Documents);

        string[] pages = [.. Enumerable.Range(0, 4).Select(page => index.Found(query => query with
        {
            From = 2 * page,
            Size = 2,
            Sort = [RefinedIndex.By("size")],
            Collapse = [RefinedIndex.Level(3, "kind")],
        }))];

        Assert.Equal(["0+ 1+", "2+ 5", "6 7", ""], pages);
        Assert.Equal(6, index.Ask(query => query with { Size = 1, Collapse = [RefinedIndex.Level(3, "kind")] }).Total);
    }

    [Fact]
    public void A_missing_value_is_a_value_of_its_own()
    {
        using var index = new RefinedIndex("{}", """{ "kind": "" }""", "{}", """{ "kind": "a" }""");

        Assert.Equal("0+ 1 3", index.Found(query => query with { Collapse = [RefinedIndex.Level(1, "kind")] }));
    }

    [Fact]
    public void Collections_are_equal_when_they_have_the_same_values_in_whatever_order()
    {
        using var index = new RefinedIndex(
            """{ "tags": ["a", "b"] }""", """{ "tags": ["b", "a", "b"] }""", """{ "tags": ["a"] }""", """{ "tags": ["a", "b", "c"] }""", """{ "tags": [] }""", "{}");

        Assert.Equal("0+ 2 3 4+", index.Found(query => query with { Collapse = [RefinedIndex.Level(1, "tags")] }));
    }

    [Fact]
    public void What_the_level_above_has_no_room_for_collapses_a_hit_on_an_earlier_page_too()
    {
        using var index = new RefinedIndex(
            """{ "kind": "a", "author": "x", "size": 1 }""",
            """{ "kind": "a", "author": "y", "size": 2 }""",
            """{ "kind": "a", "author": "z", "size": 3 }""",
            """{ "kind": "a", "author": "x", "size": 4 }""");

        Assert.Equal("0+", index.Found(query => query with { Size = 1, Sort = [RefinedIndex.By("size")], Collapse = [RefinedIndex.Level(3, "kind"), RefinedIndex.Level(2, "author")] }));
        Assert.Equal("0", index.Found(query => query with { Size = 1, Sort = [RefinedIndex.By("size")], Collapse = [RefinedIndex.Level(4, "kind"), RefinedIndex.Level(2, "author")] }));
    }

    [Fact]
    public void Buckets_count_what_collapsing_leaves_out()
    {
        using var index = new RefinedIndex(Documents);

        var answer = index.Ask(query => query with { Collapse = [RefinedIndex.Level(1, "kind")], Facets = [new(RefinedIndex.Named("kind"))] });

        Assert.Equal(2, answer.Total);
        Assert.Equal([3, 5], answer.Facets[0].Select(bucket => bucket.Count));
    }
}
