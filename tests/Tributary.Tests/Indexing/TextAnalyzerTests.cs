using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Tributary.Indexing;

namespace Tributary.Tests.Indexing;

public class TextAnalyzerTests
{
    [Theory]
    [InlineData("The Quick FOX", "the quick fox")]
    [InlineData("Café, naïve; Ångström", "cafe naive angstrom")]
    [InlineData("cafe\u0301 A\u030A", "cafe a")]
    [InlineData("Straße Œuvre İstanbul", "strasse oeuvre istanbul")]
    [InlineData("ΆΛΦΑ Ёлка", "αλφα елка")]
    [InlineData("ｆｕｌｌ ﬁne", "full fine")]
    [InlineData("help@contoso.com", "help contoso com")]
    [InlineData("a-b_c/d:e;f.g,h", "a b c d e f g h")]
    [InlineData("don't", "don't")]
    [InlineData("3.14 1,000", "3 14 1 000")]
    [InlineData("東京都", "東 京 都")]
    [InlineData("한국어 \u1112\u1161\u11AB\u1100\u116E\u11A8", "한국어 한국")]
    [InlineData("שלום עולם مرحبا", "שלום עולם مرحبا")]
    [InlineData("हिन्दी", "हिन्दी")]
    [InlineData("\u200fשלום\u200f co\u00adoperate می\u200cخواهم", "שלום cooperate میخواهم")]
    [InlineData("C# & C++ 🎉", "c c")]
    [InlineData("x\0y\u0001z", "x y z")]
    [InlineData("", "")]
    [InlineData(" \t\r\n.,;", "")]
    public void A_text_is_its_words(string text, string words) => Assert.Equal(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), LuceneQueryBuilder.Tokens(text));

    [Fact]
    public void Texts_of_every_script_are_the_words_that_were_written_down_for_them() => Assert.All(
        [.. QueryItem.Phrases, .. QueryTrees.Texts], text => Assert.Equal((text, string.Join(' ', QueryWords.Of(text))), (text, string.Join(' ', LuceneQueryBuilder.Tokens(text)))));

    [Theory]
    [InlineData("a \uD800 b")]
    [InlineData("a\uDC00b \uFFFE\uFFFF")]
    [InlineData("é\uD83D")]
    public void Half_characters_break_nothing(string text) => Assert.NotEmpty(LuceneQueryBuilder.Tokens(text));

    [Fact]
    public void Offsets_point_into_the_text_as_it_was()
    {
        const string Text = "Mail: Ünïcode@Contoso.com, 😀 東京; cafe\u0301!";
        var words = new List<string>();

        using TokenStream stream = TextAnalyzer.Instance.GetTokenStream("", Text);
        IOffsetAttribute offset = stream.AddAttribute<IOffsetAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            words.Add(Text[offset.StartOffset..offset.EndOffset]);
        }

        stream.End();
        Assert.Equal(["Mail", "Ünïcode", "Contoso", "com", "東", "京", "cafe\u0301"], words);
    }

    [Fact]
    public void A_million_characters_without_a_break_take_no_time() => Assert.Equal(["end"], LuceneQueryBuilder.Tokens(new string('x', 1_000_000) + " end")[^1..]);
}
