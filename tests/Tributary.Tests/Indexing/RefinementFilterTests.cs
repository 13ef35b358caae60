using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Tests.Indexing;

public class RefinementFilterTests
{
    [Fact]
    public void All_words_must_stand_in_one_value_of_a_collection()
    {
        using var index = new RefinedIndex("""{ "tags": ["alpha", "beta"] }""", """{ "tags": ["x", "beta of alpha", "y"] }""", """{ "tags": ["alpha beta"] }""");

        Assert.Equal("1 2", index.Found("tags", new WordsOfValue("alpha beta", WordsMode.All)));
        Assert.Equal("0 1 2", index.Found("tags", new WordsOfValue("alpha zeta", WordsMode.Any)));
        Assert.Equal("2", index.Found("tags", new WordsOfValue("alpha beta", WordsMode.Phrase)));
    }

    [Fact]
    public void A_value_begins_and_ends_with_whole_words()
    {
        using var index = new RefinedIndex("""{ "tags": ["alpha beta gamma"] }""", """{ "tags": ["x", "gamma alpha"] }""", """{ "tags": ["alphabet"] }""");

        Assert.Equal("0", index.Found("tags", new WordsOfValue("Alpha beta", WordsMode.Beginning)));
        Assert.Equal("1", index.Found("tags", new WordsOfValue("gamma", WordsMode.Beginning)));
        Assert.Equal("1", index.Found("tags", new WordsOfValue("alpha", WordsMode.End)));
        Assert.Equal("0", index.Found("tags", new WordsOfValue("beta gamma", WordsMode.End)));
        Assert.Equal("", index.Found("tags", new WordsOfValue("🎉", WordsMode.End)));
    }

    [Fact]
    public void A_text_that_matches_exactly_is_one_word()
    {
        using var index = new RefinedIndex("""{ "code": "CTS-ce913b61" }""");

        Assert.Equal("0", index.Found("code", new WordsOfValue("cts-CE913b61", WordsMode.Beginning)));
        Assert.Equal("", index.Found("code", new WordsOfValue("CTS", WordsMode.Beginning)));
    }

    [Fact]
    public void More_words_than_one_query_of_Lucene_holds_are_looked_for_all_the_same()
    {
        string many = string.Join(' ', Enumerable.Range(0x4E00, 1500).Select(character => (char)character));
        using var index = new RefinedIndex($$"""{ "kind": "{{many}}", "tags": ["x", "{{many}}"] }""", $$"""{ "kind": "{{many[..^2]}}", "tags": ["{{many[..^2]}}", "{{many[^1]}}"] }""");

        Assert.Equal("0", index.Found("kind", new WordsOfValue(many, WordsMode.All)));
        Assert.Equal("0 1", index.Found("kind", new WordsOfValue(many, WordsMode.Any)));
        Assert.Equal("0", index.Found("tags", new WordsOfValue(many, WordsMode.All)));
    }

    [Fact]
    public void A_bucket_is_of_text_to_the_letter_and_equality_is_not()
    {
        using var index = new RefinedIndex("""{ "kind": "docx" }""", """{ "kind": "DOCX" }""", """{ "kind": "docx x" }""");

        Assert.Equal("0", index.Found("kind", new BucketValue("docx")));
        Assert.Equal("0 1", index.Found("kind", new EqualValue("ｄocX")));
    }

    [Fact]
    public void No_value_is_absent_or_empty_and_a_day_is_all_of_it()
    {
        using var index = new RefinedIndex("{}", """{ "kind": "", "day": "2026-03-10T23:59:59.9999999Z" }""", """{ "kind": "x", "day": "2026-03-11" }""");

        Assert.Equal("0 1", index.Found("kind", new NoValue()));
        Assert.Equal("0", index.Found("day", new NoValue()));
        Assert.Equal("1", index.Found("day", new EqualValue("2026-03-10")));
        Assert.Equal("2", index.Found("day", new BetweenValues("2026-03-10", false, null, true)));
        Assert.Equal("1", index.Found("day", new BetweenValues(null, true, "2026-03-10", true)));
    }

    [Fact]
    public void What_is_not_refinable_or_does_not_fit_lets_nothing_through()
    {
        using var index = new RefinedIndex("""{ "plain": "x", "kind": "x", "size": 1 }""");

        Assert.Equal("", index.Found("plain", new BucketValue("x")));
        Assert.Equal("", index.Found("unknown", new NoValue()));
        Assert.Equal("", index.Found("size", new BucketValue("x")));
        Assert.Equal("", index.Found("kind", new BetweenValues(null, true, null, true)));
        Assert.Equal("", index.Found("size", new WordsOfValue("1", WordsMode.Phrase)));
        var malformed = new Restriction(0, 0, "kind", "kind", KqlOperator.Greater, new TextValue("x", false, false));
        Assert.Equal("", index.Found(filter: new Or(0, 0, [malformed, RefinedIndex.Test("kind", new BucketValue("x"))])));
    }

    [Fact]
    public void A_filter_changes_nothing_in_the_order_of_what_passes_it()
    {
        string[] items = [.. Enumerable.Range(0, 40).Select(number => $$"""{ "plain": "{{string.Join(' ', Enumerable.Repeat("word", 1 + (number % 7)).Append(new string('y', number % 3 + 1)))}}", "kind": "k{{number % 2}}" }""")];
        using var index = new RefinedIndex(items);
        var tree = new Restriction(0, 0, "plain", "plain", KqlOperator.Contains, new TextValue("word", false, false));

        string[] all = [.. index.Ask(tree: tree).Hits.Select(hit => hit.ItemId)];
        string[] filtered = [.. index.Ask(tree: tree, filter: RefinedIndex.Test("kind", new BucketValue("k1"))).Hits.Select(hit => hit.ItemId)];

        Assert.NotEqual(all.Order(), all);
        Assert.Equal(all.Where(id => int.Parse(id[1..], System.Globalization.CultureInfo.InvariantCulture) % 2 == 1), filtered);
    }
}
