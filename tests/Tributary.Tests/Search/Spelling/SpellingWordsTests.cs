using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;
using Tributary.Search.Spelling;
using Tributary.Tests.Indexing;

namespace Tributary.Tests.Search.Spelling;

public class SpellingWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 15, 0, 0, TimeSpan.Zero);

    private static IReadOnlyList<QueryWord> Find(string query, string template = "{searchTerms}", params Schema[] schemas)
    {
        schemas = schemas.Length == 0 ? [QuerySchema.Schema] : schemas;
        ExpandedQuery text = QueryTemplate.ExpandOrNull(template, query, Now, 100_000)!;
        QueryReading reading = QueryReading.Of(
            text.Text, [.. schemas.Select(schema => new QueriedConnection(schema, QuerySchema.Values))], new KqlLimits(MaxLength: 100_000), CancellationToken.None);
        return SpellingWords.Of(text, query.Length, schemas, reading.Trees);
    }

    /// <summary>Each word as it is written, with the property it is looked for in.</summary>
    private static string Written(string query, string template = "{searchTerms}") => string.Join(
        ' ', Find(query, template).Select(word => $"{query.AsSpan(word.Offset, word.Length)}{(word.Term.Scopes[0].Property is { } property ? "@" + property.Name : "")}"));

    [Theory]
    [InlineData("vacatoin policy", "vacatoin policy")]
    [InlineData("vacation AND (polcy OR leave)", "vacation polcy leave")]
    [InlineData("days NEAR vacatoin", "days vacatoin")]
    [InlineData("WORDS(vacatoin, leave)", "vacatoin leave")]
    [InlineData("vacatoin XRANK(cb=1) bosted", "vacatoin")]
    [InlineData("title:(vacatoin policy)", "vacatoin@title policy@title")]
    [InlineData("headline:(vacatoin OR \"polcy\") days", "vacatoin@title days")]
    public void Words_of_free_text_and_of_grouped_values_are_looked_at(string query, string words) => Assert.Equal(words, Written(query));

    [Theory]
    [InlineData("\"vacatoin policy\"")]
    [InlineData("vacatoi*")]
    [InlineData("title:vacatoin")]
    [InlineData("title=(vacatoin)")]
    [InlineData("code:(vacatoin)")]
    [InlineData("hidden:(vacatoin)")]
    [InlineData("NOT vacatoin")]
    [InlineData("title:(NOT vacatoin)")]
    [InlineData("titel:x")]
    [InlineData("titel=x")]
    [InlineData("titel: x")]
    [InlineData("abc x1y2 2026 don't 東京 🎉")]
    public void What_stands_for_itself_is_not(string query) => Assert.Equal("", Written(query));

    [Fact]
    public void A_run_of_several_words_is_looked_at_word_by_word() => Assert.Equal("help contoso mial", Written("help@contoso.com/mial"));

    [Fact]
    public void The_index_is_given_the_word_as_it_is_written() =>
        Assert.Equal(("Cafés", 2, 5), Find("x Cafés").Select(word => (word.Term.Text, word.Offset, word.Length)).Single());

    [Fact]
    public void Of_a_malformed_query_the_plain_words_are_looked_at_without_what_looks_like_names() => Assert.Equal("vacatoin policy", Written("(vacatoin title:policy"));

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(40, true)]
    [InlineData(41, false)]
    public void Very_short_and_very_long_words_are_not(int length, bool isLookedAt)
    {
        // Letters of two UTF-16 units each count once.
        string word = string.Concat(Enumerable.Repeat("\U00010428", length));

        Assert.Equal(isLookedAt ? word : "", Written(word));
    }

    [Fact]
    public void Of_many_words_the_first_are_looked_at()
    {
        string[] words = [.. Enumerable.Range(0, SpellingWords.MaxWords + 1).Select(number => new string((char)('a' + number), 5))];

        Assert.Equal(string.Join(' ', words[..^1]), Written(string.Join(' ', words)));
    }

    [Fact]
    public void What_the_template_says_is_not_the_users() => Assert.Equal("vacatoin", Written("vacatoin", "({searchTerms}) polcy title:(leve)"));

    [Theory]
    [InlineData("title:({searchTerms})", "vacatoin@title")]
    [InlineData("title:{searchTerms}", "")]
    [InlineData("\"{searchTerms}\"", "")]
    [InlineData("days NOT {searchTerms}", "")]
    [InlineData("days{searchTerms}", "")]
    [InlineData("days", "")]
    public void In_a_template_a_word_is_what_it_becomes_there(string template, string words) => Assert.Equal(words, Written("vacatoin", template));

    [Fact]
    public void Each_connection_looks_for_a_word_in_its_own_place()
    {
        var other = new Schema([new Property { Name = "heading", Type = PropertyType.String, IsQueryable = true, Aliases = ["headline"] }]);

        QueryWord word = Assert.Single(Find("headline:(vacatoin)", "{searchTerms}", QuerySchema.Schema, other, QuerySchema.Elsewhere));

        Assert.Equal([(0, "title"), (1, "heading")], word.Term.Scopes.Select(scope => (scope.Target, scope.Property!.Name)));
    }

    [Fact]
    public void A_word_that_stands_in_two_places_of_a_template_is_looked_for_in_both()
    {
        QueryWord word = Assert.Single(Find("vacatoin", "{searchTerms} OR title:({searchTerms})"));

        Assert.Equal([null, "title"], word.Term.Scopes.Select(scope => scope.Property?.Name));
    }
}
