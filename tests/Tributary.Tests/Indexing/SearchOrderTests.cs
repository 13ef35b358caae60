using System.Text.Json;

namespace Tributary.Tests.Indexing;

public class SearchOrderTests
{
    [Fact]
    public void A_missing_value_comes_last_whichever_way_the_order_runs()
    {
        using var index = new RefinedIndex("{}", """{ "size": 0, "kind": "" }""", """{ "size": -5, "kind": "a" }""", """{ "size": 5, "kind": "B" }""");

        Assert.Equal("2 1 3 0", index.Found(query => query with { Sort = [RefinedIndex.By("size")] }));
        Assert.Equal("3 1 2 0", index.Found(query => query with { Sort = [RefinedIndex.By("size", isDescending: true)] }));
        Assert.Equal("1 2 3 0", index.Found(query => query with { Sort = [RefinedIndex.By("kind")] }));
        Assert.Equal("3 2 1 0", index.Found(query => query with { Sort = [RefinedIndex.By("kind", isDescending: true)] }));
    }

    [Fact]
    public void Later_keys_decide_between_equal_ones_down_to_the_fifth()
    {
        string[] items = [.. new[] { 3, 1, 2 }.Select(last => $$"""{ "kind": "k", "author": "A", "size": 1, "price": 1.5, "day": "2026-03-0{{last}}" }""")];
        using var index = new RefinedIndex(items);

        string found = index.Found(query => query with { Sort = [RefinedIndex.By("kind"), RefinedIndex.By("author"), RefinedIndex.By("size"), RefinedIndex.By("price", true), RefinedIndex.By("day")] });

        Assert.Equal("1 2 0", found);
    }

    [Fact]
    public void Text_is_ordered_without_case_and_width_by_code_point_and_collections_by_their_first_value()
    {
        using var index = new RefinedIndex("""{ "kind": "b", "tags": ["z", "a"] }""", """{ "kind": "Ａ", "tags": ["y"] }""", """{ "kind": "C" }""", """{ "kind": "😀" }""", """{ "kind": "\uFFFD" }""");

        Assert.Equal("1 0 2 4 3", index.Found(query => query with { Sort = [RefinedIndex.By("kind")] }));
        Assert.Equal("1 0 2 3 4", index.Found(query => query with { Sort = [RefinedIndex.By("tags")] }));
    }

    [Theory]
    [InlineData(511, "1 0")]
    [InlineData(512, "0 1")]
    public void Texts_are_compared_by_their_first_512_bytes_and_then_as_equal(int equal, string order)
    {
        string same = new('x', equal);
        using var index = new RefinedIndex(new[] { same + "b", same + "a" }.Select(kind => JsonSerializer.Serialize(new Dictionary<string, string> { ["kind"] = kind })));

        Assert.Equal(order, index.Found(query => query with { Sort = [RefinedIndex.By("kind")] }));
    }
}
