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
    [InlineData("don't", "don t")]
    [InlineData("O'Brien O’Brien OʼBrien O＇Brien O‘Brien ʼtis ʼ 'x' it’s' ŉ", "o brien o brien o brien o brien o brien tis x it s n")]
    [InlineData("a\u00B7b c\u2027d e\u203Ff g\uFF1Ah i\uFF0Ej k\u055Fl 1\u066C2 3\uFF0C4 5\uFE55x", "a b c d e f g h i j k l 1 2 3 4 5 x")]
    [InlineData("צה\"ל צה״ל ג'ירפה ג׳ירפה כ\"ץ", "צה ל צה ל ג ירפה ג ירפה כ ץ")]
    [InlineData("H₂O m² x⁻¹ 10⁶ ₀₁₂₃₄₅₆₇₈₉ ⁰¹²³⁴⁵⁶⁷⁸⁹ xⁿ", "h2o m2 x 1 106 0123456789 0123456789 xn")]
    [InlineData("3.14 1,000", "3 14 1 000")]
    [InlineData("東京都", "東 京 都")]
    [InlineData("한국어 \u1112\u1161\u11AB\u1100\u116E\u11A8", "한국 국어 한국")]
    [InlineData("서울에서 책 만나서울다 LG전자의 2026년 ㅋㅋㅋ x한", "서울 울에 에서 책 만나 나서 서울 울다 lg 전자 자의 2026 년 \u110F\u110F \u110F\u110F x 한")]
    [InlineData("שלום עולם مرحبا", "שלום עולם مرحبا")]
    [InlineData("हिन्दी", "हिन्दी")]
    [InlineData("مَرْحَبًا محمـــد قُرْآن أحمد", "مرحبا محمد قران احمد")]
    [InlineData("الإِجَازَة إجازة آب ا\u0655ل ا\u0650\u0655ل مسؤول رئيس شيء ى ة", "الاجازة اجازة اب ال ال مسؤول رئيس شيء ى ة")]
    [InlineData("آئے ۀ ۂ ۓ گچپژ کی ک ي", "ائے ۀ ۂ ۓ گچپژ کی ک ي")]
    [InlineData("שָׁלוֹם בֵּית־סֵפֶר", "שלום בית ספר")]
    [InlineData("ภาษาไทยabc กำลัง", "ภ า ษ า ไ ท ย abc กํา ลั ง")]
    [InlineData("ລາວ ខ្មែរ", "ລ າ ວ ខ្ មែ រ")]
    [InlineData("λόγος ΛΌΓΟΣ ΣΟΦΌΣ", "λογοσ λογοσ σοφοσ")]
    [InlineData("Müller Mueller GROẞ groß", "muller mueller gross gross")]
    [InlineData("ISPARTA ısparta İzmir izmir", "isparta isparta izmir izmir")]
    [InlineData("ｶﾞｷﾞ ガギ ＡＢＣ１２３", "ガ ギ ガ ギ abc123")]
    [InlineData("メールサーバー ﾒｰﾙ ヷ", "メ ー ル サ ー バ ー メ ー ル ヷ")]
    [InlineData("私はペンです", "私 は ペ ン で す")]
    [InlineData("北京大学 北京大學", "北 京 大 学 北 京 大 學")]
    [InlineData("👍🏽 ok 👩‍💻", "ok")]
    [InlineData("l'avion d’été", "l avion d ete")]
    [InlineData("\u200fשלום\u200f co\u00adoperate می\u200cخواهم", "שלום cooperate میخواهم")]
    [InlineData("C# & C++ 🎉", "c c")]
    [InlineData("x\0y\u0001z", "x y z")]
    [InlineData("", "")]
    [InlineData(" \t\r\n.,;", "")]
    public void A_text_is_its_words(string text, string words) => Assert.Equal(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), TextLanguage.Standard.Words(text));

    [Fact]
    public void Texts_of_every_script_are_the_words_that_were_written_down_for_them() => Assert.All(
        [.. QueryItem.Phrases, .. QueryTrees.Texts], text => Assert.Equal((text, string.Join(' ', QueryWords.Of(text))), (text, string.Join(' ', TextLanguage.Standard.Words(text)))));

    [Theory]
    [InlineData("a \uD800 b")]
    [InlineData("a\uDC00b \uFFFE\uFFFF")]
    [InlineData("é\uD83D")]
    public void Half_characters_break_nothing(string text) => Assert.NotEmpty(TextLanguage.Standard.Words(text));

    [Fact]
    public void Offsets_point_into_the_text_as_it_was()
    {
        const string Text = "Mail: Ünïcode@Contoso.com, 😀 東京; cafe\u0301! L'hôtel’s ﾒｰ 서울에 H₂O";
        var words = new List<string>();

        using TokenStream stream = TextLanguage.Standard.Analyzer.GetTokenStream("", Text);
        IOffsetAttribute offset = stream.AddAttribute<IOffsetAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            words.Add(Text[offset.StartOffset..offset.EndOffset]);
        }

        stream.End();
        Assert.Equal(["Mail", "Ünïcode", "Contoso", "com", "東", "京", "cafe\u0301", "L", "hôtel", "s", "ﾒ", "ｰ", "서울", "울에", "H₂O"], words);
    }

    [Theory]
    [InlineData("a", 255, "a", 255)]
    [InlineData("a", 256, "a", 255)]
    [InlineData("é", 300, "e", 255)]
    [InlineData("e\u0301", 300, "e", 255)]
    [InlineData("ß", 128, "s", 255)]
    public void Of_a_word_255_characters_count(string written, int times, string letter, int length)
    {
        string word = string.Concat(Enumerable.Repeat(written, times));

        Assert.Equal(["x", string.Concat(Enumerable.Repeat(letter, length)), "y"], TextLanguage.Standard.Words($"x {word} y"));
    }

    [Fact]
    public void A_character_of_two_halves_may_be_cut_through()
    {
        List<string> words = TextLanguage.Standard.Words("a" + string.Concat(Enumerable.Repeat("\U0001D7D8", 200)) + string.Concat(Enumerable.Repeat("\U00010400", 200)));

        Assert.Equal(255, Assert.Single(words).Length);
    }

    [Theory]
    [InlineData("ภ", 300)]
    [InlineData("東", 300)]
    public void What_is_written_without_spaces_has_no_length(string letter, int times) =>
        Assert.Equal(times, TextLanguage.Standard.Words(string.Concat(Enumerable.Repeat(letter, times))).Count);

    [Fact]
    public void A_long_word_has_a_stem()
    {
        string word = new('a', 300);

        Assert.Equal([new string('a', 255)], TextLanguage.FindOrNull("en")!.Words(word));
        Assert.Single(TextLanguage.FindOrNull("en")!.Terms(word, isStemmed: true));
    }

    [Fact]
    public void A_million_characters_without_a_break_take_no_time() => Assert.Equal(["end"], TextLanguage.Standard.Words(new string('x', 1_000_000) + " end")[^1..]);
}
