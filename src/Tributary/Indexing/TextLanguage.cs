using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Ar;
using Lucene.Net.Analysis.De;
using Lucene.Net.Analysis.El;
using Lucene.Net.Analysis.Es;
using Lucene.Net.Analysis.Fi;
using Lucene.Net.Analysis.Fr;
using Lucene.Net.Analysis.Hi;
using Lucene.Net.Analysis.Hu;
using Lucene.Net.Analysis.In;
using Lucene.Net.Analysis.It;
using Lucene.Net.Analysis.No;
using Lucene.Net.Analysis.Pt;
using Lucene.Net.Analysis.Ru;
using Lucene.Net.Analysis.Snowball;
using Lucene.Net.Analysis.Sv;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Tartarus.Snowball.Ext;
using Tributary.Search.Kql;

namespace Tributary.Indexing;

/// <summary>
/// How a connection's texts become words. <see cref="Standard"/> knows no language: words as they are, of any script. A language adds to each word its stem, so that
/// inflected forms find each other; words themselves stay, for what stands in quotes. Nothing is left out as too common, as phrases must hold.
/// </summary>
/// <remarks>
/// The stemmers are Lucene's light ones, where it has one, else Snowball's. They are given words without accents, which those light ones take away themselves: so
/// the accents of a query never matter. Languages whose stemmers live by theirs, such as Czech, are not here.
/// </remarks>
internal sealed class TextLanguage
{
    /// <summary>First, as the languages below have it.</summary>
    private static readonly HashSet<string> None = [];

    public static readonly TextLanguage Standard = new("standard", null);

    private static readonly HashSet<string> FrenchArticles = OfParts("l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu");

    private static readonly HashSet<string> ItalianArticles = OfParts(
        "c", "l", "all", "dall", "dell", "nell", "sull", "coll", "pell", "gl", "agl", "dagl", "degl", "negl", "sugl", "un", "m", "t", "s", "v", "d");

    private static readonly HashSet<string> CatalanArticles = OfParts("d", "l", "m", "n", "s", "t");

    private static readonly HashSet<string> Possessive = OfParts("s");

    /// <summary>By name: those of BCP 47.</summary>
    private static readonly SortedDictionary<string, TextLanguage> All = new(
        new[]
        {
            Standard,
            new("ar", words => new ArabicStemFilter(new ArabicNormalizationFilter(words))),
            new("ca", words => new SnowballFilter(words, new CatalanStemmer())) { Articles = CatalanArticles },
            new("da", words => new SnowballFilter(words, new DanishStemmer())),
            new("de", words => new GermanLightStemFilter(words)),
            new("el", words => new GreekStemFilter(words)),
            new("en", words => new SnowballFilter(words, new EnglishStemmer())) { Possessives = Possessive },
            new("es", words => new SpanishLightStemFilter(words)),
            new("fi", words => new FinnishLightStemFilter(words)),
            new("fr", words => new FrenchLightStemFilter(words)) { Articles = FrenchArticles },
            new("hi", words => new HindiStemFilter(new HindiNormalizationFilter(new IndicNormalizationFilter(words)))),
            new("hu", words => new HungarianLightStemFilter(words)),
            new("it", words => new ItalianLightStemFilter(words)) { Articles = ItalianArticles },
            
            // There it is the plural of many words too.
            new("nl", words => new SnowballFilter(words, new DutchStemmer())) { Possessives = Possessive },
            new("no", words => new NorwegianLightStemFilter(words, NorwegianStandard.BOKMAAL | NorwegianStandard.NYNORSK)),
            new("pt", words => new PortugueseLightStemFilter(words)),

            // A letter of its own there, in most endings of adjectives, and no и with an accent.
            new("ru", words => new RussianLightStemFilter(words)) { OwnLetters = "йЙ" },
            new("sv", words => new SwedishLightStemFilter(words)),
            new("tr", words => new SnowballFilter(words, new TurkishStemmer())),
        }.ToDictionary(language => language.Name),
        StringComparer.OrdinalIgnoreCase);

    private readonly Lazy<TextAnalyzer> _analyzer;

    private TextLanguage(string name, Func<TokenStream, TokenStream>? stem)
    {
        Name = name;
        StemFilter = stem;
        _analyzer = new(() => new TextAnalyzer(this));
    }

    public static IEnumerable<string> Names => All.Keys;

    public string Name { get; }

    /// <summary>Makes stems of words in lower case without accents; null where words have none.</summary>
    public Func<TokenStream, TokenStream>? StemFilter { get; }

    /// <summary>What is taken off the front of words together with its apostrophe.</summary>
    public IReadOnlySet<string> Articles { get; private init; } = None;

    /// <summary>What is taken off the end of words together with its apostrophe.</summary>
    public IReadOnlySet<string> Possessives { get; private init; } = None;

    /// <summary>Composed letters that are not the letter without its accent.</summary>
    public string OwnLetters { get; private init; } = "";

    /// <summary>For index and query alike.</summary>
    public TextAnalyzer Analyzer => _analyzer.Value;

    private static HashSet<string> OfParts(params string[] parts) => new(parts, StringComparer.OrdinalIgnoreCase);

    /// <summary>In any letter case.</summary>
    public static TextLanguage? FindOrNull(string name) => All.GetValueOrDefault(name);

    /// <summary>The words of a text as the index has them.</summary>
    public List<string> Words(string text) => Terms(text, isStemmed: false);

    /// <summary>What a query looks up for its words: their stems where it means inflected forms too, else the words themselves.</summary>
    public List<string> Terms(Words words) => Terms(words.Text, words.IsStemmed);

    /// <inheritdoc cref="Terms(Tributary.Search.Kql.Words)"/>
    public List<string> Terms(string text, bool isStemmed)
    {
        var terms = new List<string>();
        using TokenStream stream = Analyzer.GetTokenStream("", text);
        ICharTermAttribute term = stream.AddAttribute<ICharTermAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            string token = term.ToString()!;
            if (StemmedWordsFilter.IsStem(token) == (isStemmed && StemFilter is not null))
            {
                terms.Add(token);
            }
        }

        stream.End();
        return terms;
    }
}
