using System.Text.Json;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Tests.Search;

public class SummaryBuilderTests
{
    private static readonly Schema Schema = new(
    [
        new Property { Name = "title", Type = PropertyType.String, IsSearchable = true, IsRetrievable = true, Labels = [Label.Title] },
        new Property { Name = "notes", Type = PropertyType.StringCollection, IsSearchable = true, IsRetrievable = true },
        new Property { Name = "hidden", Type = PropertyType.String, IsSearchable = true },
        new Property { Name = "code", Type = PropertyType.String, IsRetrievable = true },
    ]);

    private static string Of(string query, string? excerpt, string properties = "{}")
    {
        SummaryBuilder builder = BuilderOf(query);
        return builder.QuoteOrNull(excerpt) ?? builder.OtherOf(excerpt, JsonDocument.Parse(properties).RootElement, Schema);
    }

    private static SummaryBuilder BuilderOf(string query, TextLanguage? language = null) => new(KqlParser.ParseLenient(query, name => Schema.FindOrNull(name)?.Name)!, language);

    [Theory]
    [InlineData("vacation", "The vacation policy", "The <c0>vacation</c0> policy")]
    [InlineData("VACATION policy", "The Vacation, Policy!", "The <c0>Vacation</c0>, <c0>Policy</c0>!")]
    [InlineData("\"vacation policy\"", "vacation policy", "<c0>vacation</c0> <c0>policy</c0>")]
    [InlineData("cafe", "Un café noir", "Un <c0>café</c0> noir")]
    [InlineData("vac*", "vacation vacuum evacuate", "<c0>vacation</c0> <c0>vacuum</c0> evacuate")]
    [InlineData("a OR NOT b", "a b", "<c0>a</c0> b")]
    [InlineData("title:b a", "a b", "<c0>a</c0> b")]
    [InlineData("a NEAR b WORDS(c, d)", "a b c d", "<c0>a</c0> <c0>b</c0> <c0>c</c0> <c0>d</c0>")]
    [InlineData("*", "All of it", "All of it")]
    [InlineData("東", "東京", "<c0>東</c0>京")]
    [InlineData("人事", "人と事、人事部の事と人事", "人と事、<c0>人事</c0>部の事と<c0>人事</c0>")]
    [InlineData("人事 OR 部", "人事部", "<c0>人事部</c0>")]
    [InlineData("人事", "人と事", "人と事")]
    [InlineData("メール", "メ ー、電子メールの", "メ ー、電子<c0>メール</c0>の")]
    [InlineData("ประชุม", "การประชุมประจำปี ประ", "การ<c0>ประชุม</c0>ประจำปี ประ")]
    [InlineData("서울에서", "서울에 서울에서는", "서울에 <c0>서울에서</c0>는")]
    [InlineData("서울*", "서울에서", "<c0>서울</c0>에서")]
    [InlineData("\"gamma alpha\"", "alpha gamma beta gamma, alpha alpha", "alpha gamma beta <c0>gamma</c0>, <c0>alpha</c0> alpha")]
    [InlineData("\"gamma alpha\" beta", "alpha gamma beta", "alpha gamma <c0>beta</c0>")]
    [InlineData("\"gamma alph*\"", "gamma gamma alphas alph", "gamma <c0>gamma</c0> <c0>alphas</c0> alph")]
    [InlineData("\"a a\"", "a b a a a", "a b <c0>a</c0> <c0>a</c0> <c0>a</c0>")]
    [InlineData("o'brien", "O’Brien’s o, brien", "<c0>O’Brien</c0>’s <c0>o</c0>, <c0>brien</c0>")]
    [InlineData("help@contoso.com", "contoso, help@contoso.com", "contoso, <c0>help@contoso.com</c0>")]
    [InlineData("catalogue", "catalogue's", "<c0>catalogue</c0>'s")]
    [InlineData("h2o", "in H₂O", "in <c0>H₂O</c0>")]
    [InlineData("x", "  lines\r\n\tand   runs  ", "lines and runs")]
    [InlineData("x", "", "")]
    public void Words_that_were_found_are_marked(string query, string text, string summary) => Assert.Equal(summary, Of(query, text));

    [Fact]
    public void Text_that_is_left_out_at_the_end_is_shown_as_an_elision()
    {
        string text = string.Join(' ', Enumerable.Repeat("filler", 100));

        string summary = Of("*", text);

        Assert.EndsWith("filler <ddd/>", summary, StringComparison.Ordinal);
        Assert.InRange(summary.Length, 190, 250);
    }

    [Fact]
    public void Where_there_are_no_spaces_the_fragment_is_around_the_match_and_not_around_its_letters()
    {
        string filler = string.Concat(Enumerable.Repeat("事業と人の話", 60));

        string summary = Of("人事部", filler + "人事部の" + filler);

        Assert.Contains("<c0>人事部</c0>", summary, StringComparison.Ordinal);
        Assert.Equal(1, summary.Split("<c0>").Length - 1);
    }

    [Fact]
    public void What_is_made_to_be_compared_for_long_is_marked_no_further()
    {
        string text = string.Concat(Enumerable.Repeat("a ", 2000)) + "z";
        string absurd = string.Join(" OR ", Enumerable.Range(0, 40).Select(number => $"\"{string.Concat(Enumerable.Repeat("a ", 30))}{number}\""));

        Assert.Contains("<c0>z</c0>", Of("\"a z\"", text), StringComparison.Ordinal);
        Assert.DoesNotContain("<c0>", Of($"{absurd} OR \"a z\"", text), StringComparison.Ordinal);
    }

    private static string? FurtherOf(string query, string content, ExternalItemContentType type = ExternalItemContentType.Text, string language = "standard") =>
        BuilderOf(query, TextLanguage.FindOrNull(language)).FurtherOrNull(new ExternalItemContent(type, string.Concat(Enumerable.Repeat("filler ", 1000)) + content));

    [Theory]
    [InlineData("needle", "standard", "a needle, Needle", "a <c0>needle</c0>, <c0>Needle</c0>")]
    [InlineData("Näedle", "standard", "a naedle", "a <c0>naedle</c0>")]
    [InlineData("nee*", "standard", "a needle", "a <c0>needle</c0>")]
    [InlineData("o'neill's", "standard", "of O’Neill’s", "of <c0>O’Neill’s</c0>")]
    [InlineData("\"two words\"", "standard", "words and two words", "words and <c0>two</c0> <c0>words</c0>")]
    [InlineData("人事部", "standard", "人の事と人事部", "人の事と<c0>人事部</c0>")]
    [InlineData("trainings", "en", "a training", "a <c0>training</c0>")]
    public void Beyond_the_excerpt_words_are_marked_likewise(string query, string language, string content, string end) =>
        Assert.EndsWith(" " + end, FurtherOf(query, content, language: language), StringComparison.Ordinal);

    [Theory]
    [InlineData("needle", "needles")]
    [InlineData("\"two words\"", "words of two")]
    [InlineData("*", "needle")]
    [InlineData("NOT needle", "needle")]
    public void Beyond_the_excerpt_what_was_not_found_is_not_marked_either(string query, string content) => Assert.Null(FurtherOf(query, content));

    [Fact]
    public void Beyond_the_excerpt_of_HTML_its_text_is_quoted() =>
        Assert.EndsWith(" a <c0>needle</c0> here", FurtherOf("needle", "<p title='needle'>a <b>needle</b> here</p>", ExternalItemContentType.Html), StringComparison.Ordinal);

    [Fact]
    public void Beyond_the_excerpt_four_places_are_looked_at()
    {
        string Decoys(int count) => string.Concat(Enumerable.Repeat("needles " + string.Concat(Enumerable.Repeat("filler ", 1000)), count));

        Assert.NotNull(FurtherOf("needle", Decoys(3) + "needle"));
        Assert.Null(FurtherOf("needle", Decoys(4) + "needle"));
    }

    [Theory]
    [InlineData(4094, false)]
    [InlineData(4095, true)]
    [InlineData(4096, true)]
    public void Only_a_text_that_fills_the_excerpt_may_go_on(int length, bool may) => Assert.Equal(may, BuilderOf("a").MayGoOn(new string('x', length)));

    [Fact]
    public void At_most_three_fragments_are_quoted()
    {
        string text = string.Join(' ', Enumerable.Repeat($"needle {string.Join(' ', Enumerable.Repeat("filler", 60))}", 5));

        string summary = Of("needle", text);

        Assert.Equal(3, summary.Split("<c0>needle</c0>").Length - 1);
        Assert.Equal(3, summary.Split("<ddd/>").Length - 1);
        Assert.InRange(summary.Length, 200, 500);
    }

    [Theory]
    [InlineData("<c0>bad</c0> <ddd/> word")]
    [InlineData("<c<c0>0>bad</c</c0>0> <dd<ddd/>d/> word")]
    [InlineData("<C0>bad</C0> <DDD/> word")]
    public void Marks_in_the_text_itself_do_not_come_through(string text)
    {
        string summary = Of("word", text);

        Assert.EndsWith("<c0>word</c0>", summary, StringComparison.Ordinal);
        string rest = summary[..^"<c0>word</c0>".Length];
        Assert.DoesNotContain("<c0>", rest, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("</c0>", rest, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<ddd/>", rest, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Markup_that_is_not_ours_stays_as_it_is() => Assert.Equal("a < b && <b><c0>word</c0></b>", Of("word", "a < b && <b>word</b>"));

    [Fact]
    public void No_cut_falls_into_a_character()
    {
        string emoji = string.Concat(Enumerable.Repeat("😀", 600));
        for (int shift = 0; shift < 4; shift++)
        {
            foreach (string query in new[] { "*", "needle" })
            {
                string summary = Of(query, $"{new string('x', shift)}{emoji} needle {emoji}{new string('y', shift)}");
                Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(summary)));
            }
        }
    }

    [Fact]
    public void A_text_without_spaces_is_quoted_once_and_in_order()
    {
        string text = string.Join('-', Enumerable.Range(0, 100).Select(number => $"w{number}"));

        string summary = Of(string.Join(" OR ", Enumerable.Range(0, 100).Select(number => $"w{number}")), text);

        string plain = summary.Replace("<c0>", "", StringComparison.Ordinal).Replace("</c0>", "", StringComparison.Ordinal).Replace(" <ddd/>", "", StringComparison.Ordinal);
        Assert.StartsWith(plain, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_content_the_searchable_text_other_than_the_title_is_quoted() => Assert.Equal(
        "<c0>two</c0>", Of("two", null, """{ "title": "two title", "notes": ["one", "two"], "code": "two code" }"""));

    [Theory]
    [InlineData("two", "content with two", "content with <c0>two</c0>")]
    [InlineData("two", "content", "<c0>two</c0>")]
    [InlineData("three", "content", "content")]
    [InlineData("*", "content", "content")]
    [InlineData("*", " ", "one <ddd/> two")]
    [InlineData("three", null, "one <ddd/> two")]
    public void Content_comes_first_then_the_properties_that_have_what_was_looked_for_then_the_beginning(string query, string? content, string summary) =>
        Assert.Equal(summary, Of(query, content, """{ "title": "two title", "notes": ["one", "two"] }"""));

    [Fact]
    public void Values_are_told_apart_and_only_those_with_a_match_are_quoted()
    {
        const string Names = """{ "notes": ["Jonas Weber", "Weber", "x", "Anna Weber", "Weber"] }""";

        Assert.Equal("Jonas <c0>Weber</c0> <ddd/> <c0>Weber</c0> <ddd/> Anna <c0>Weber</c0>", Of("weber", "content", Names));
        Assert.Equal("content", Of("\"weber x\"", "content", Names));
        Assert.Equal("Jonas Weber <ddd/> Weber <ddd/> x <ddd/> Anna Weber <ddd/> Weber", Of("nobody", null, Names));
    }

    [Fact]
    public void A_long_value_before_another_ends_in_one_elision()
    {
        string notes = JsonSerializer.Serialize(new[] { "two " + string.Join(' ', Enumerable.Repeat("filler", 100)), "two" });

        Assert.EndsWith("filler <ddd/> <c0>two</c0>", Of("two", null, $$"""{ "notes": {{notes}} }"""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_property_that_may_not_be_shown_is_not_quoted() => Assert.Equal("", Of("secret", null, """{ "hidden": "a secret" }"""));

    [Fact]
    public void Only_the_beginning_of_a_very_long_property_is_read()
    {
        string notes = JsonSerializer.Serialize(new[] { new string('x', 5000), "needle" });

        Assert.DoesNotContain("needle", Of("needle", null, $$"""{ "notes": {{notes}} }"""), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_text_the_summary_is_empty() => Assert.Equal("", Of("x", null, """{ "title": "x", "notes": null }"""));
}
