using Tributary.Indexing;
using Tributary.Search.Kql;

namespace Tributary.Tests.Indexing;

public class TextLanguageTests
{
    private static string Stem(TextLanguage language, string word) => Assert.Single(language.Terms(word, isStemmed: true));

    [Theory]
    [InlineData("ar", "كتاب", "الكتاب")]
    [InlineData("ar", "أحمد", "احمد")]
    [InlineData("ca", "gat", "gats")]
    [InlineData("da", "hus", "huset")]
    [InlineData("de", "Richtlinie", "Richtlinien")]
    [InlineData("de", "Haus", "Häuser")]
    [InlineData("el", "λόγος", "λόγοι")]
    [InlineData("en", "policy", "Policies")]
    [InlineData("en", "vacation", "vacations")]
    [InlineData("en", "companies", "company's")]
    [InlineData("en", "companies", "COMPANY’S")]
    [InlineData("es", "vacación", "vacaciones")]
    [InlineData("fi", "talo", "talossa")]
    [InlineData("fr", "journal", "journaux")]
    [InlineData("fr", "ménagère", "menageres")]
    [InlineData("fr", "avions", "l'avion")]
    [InlineData("fr", "avions", "l’avion")]
    [InlineData("hi", "किताब", "किताबों")]
    [InlineData("hu", "könyv", "könyvek")]
    [InlineData("it", "politica", "politiche")]
    [InlineData("it", "amico", "dell'amico")]
    [InlineData("ca", "avió", "L’avió")]
    [InlineData("nl", "boek", "boeken")]
    [InlineData("nl", "foto", "foto's")]
    [InlineData("no", "hus", "husene")]
    [InlineData("pt", "política", "politicas")]
    [InlineData("ru", "новый", "новая")]
    [InlineData("ru", "политика", "политику")]
    [InlineData("sv", "flicka", "flickorna")]
    [InlineData("tr", "kitap", "kitapları")]
    [InlineData("tr", "EVLER", "ev")]
    public void Inflected_forms_of_a_language_have_one_stem(string name, string one, string other)
    {
        TextLanguage language = TextLanguage.FindOrNull(name)!;

        Assert.Equal(Stem(language, one), Stem(language, other));
        Assert.NotEqual(Stem(language, one), Stem(language, one + "xyz"));
    }

    [Theory]
    [InlineData("tr", "İstanbul'da", "istanbul da")]
    [InlineData("tr", "O’Brien", "o brien")]
    [InlineData("en", "O'Brien's d'Arc", "o brien d arc")]
    [InlineData("en", "rock'n'roll 's s'", "rock n roll s s")]
    [InlineData("fr", "aujourd'hui", "aujourd hui")]
    [InlineData("fr", "d'aujourd'hui l'l L'", "aujourd hui l l")]
    [InlineData("fr", "qu’il l avion", "il l avion")]
    [InlineData("it", "un'amica O'Neill's", "amica o neill s")]
    [InlineData("de", "l'avion Andrea's", "l avion andrea s")]
    public void An_apostrophe_separates_words_but_for_what_a_language_puts_before_or_after_one(string name, string text, string words) =>
        Assert.Equal(words.Split(' '), TextLanguage.FindOrNull(name)!.Words(text));

    [Theory]
    [InlineData("tr", "İstanbul'da", "istanbul")]
    [InlineData("tr", "Kitap’lar", "kitapları")]
    [InlineData("en", "O'Neill's policies", "neill")]
    [InlineData("en", "O'Neill's policies", "policy")]
    [InlineData("fr", "les journaux d'O'Brien", "journal")]
    [InlineData("fr", "jusqu'aujourd'hui", "hui")]
    [InlineData("ar", "الإِجَازَة", "إجازة")]
    [InlineData("ar", "الإِجَازَة", "اجازه")]
    public void Words_between_apostrophes_have_stems_of_their_own(string name, string text, string word)
    {
        TextLanguage language = TextLanguage.FindOrNull(name)!;

        Assert.Contains(Stem(language, word), language.Terms(text, isStemmed: true));
    }

    [Fact]
    public void Every_language_stems_but_the_standard()
    {
        Assert.Equal(19, TextLanguage.Names.Count());
        Assert.All(TextLanguage.Names, name => Assert.Equal(name == "standard", TextLanguage.FindOrNull(name)!.StemFilter is null));
    }

    [Theory]
    [InlineData("EN", "en")]
    [InlineData("Standard", "standard")]
    [InlineData("xx", null)]
    [InlineData("", null)]
    public void Languages_go_by_their_names_in_any_letter_case(string name, string? found) => Assert.Equal(found, TextLanguage.FindOrNull(name)?.Name);

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void Only_words_that_are_neither_quoted_nor_beginnings_mean_their_inflected_forms(bool isQuoted, bool isPrefix, bool isStemmed)
    {
        TextLanguage english = TextLanguage.FindOrNull("en")!;

        string term = Assert.Single(english.Terms(new Words(0, 0, "Policies", isQuoted, isPrefix)));

        Assert.Equal(isStemmed, term != "policies");
        Assert.Equal(isStemmed, StemmedWordsFilter.IsStem(term));
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("en")]
    [InlineData("fr")]
    [InlineData("ar")]
    public void Words_stand_as_they_are_beside_their_stems_and_in_the_same_places(string name)
    {
        TextLanguage language = TextLanguage.FindOrNull(name)!;

        Assert.Equal(TextLanguage.Standard.Words("Policies, running 東京 كتاب x1 😀 the"), language.Words("Policies, running 東京 كتاب x1 😀 the"));
        Assert.Equal(language.Words("Policies 東京 the").Count, language.Terms("Policies 東京 the", isStemmed: true).Count);
    }

    [Fact]
    public void In_Russian_a_letter_with_its_mark_is_a_letter_of_its_own_and_others_are_not()
    {
        Assert.Equal(["мой", "еж", "йод"], TextLanguage.FindOrNull("ru")!.Words("мой ёж И\u0306од"));
        Assert.Equal(["мои", "еж", "иод"], TextLanguage.Standard.Words("мой ёж И\u0306од"));
    }

    [Fact]
    public void A_word_that_is_used_by_many_threads_at_once_is_the_same_for_all()
    {
        TextLanguage dutch = TextLanguage.FindOrNull("nl")!;
        string[] words = [.. Enumerable.Range(0, 200).Select(number => "boeken huizen".Split(' ')[number % 2])];

        string[] stems = [.. words.AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(word => Stem(dutch, word))];

        Assert.Equal(words.Select(word => Stem(dutch, word)), stems);
    }
}
