using System.Globalization;
using System.Text;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;

namespace Tributary.Indexing;

/// <summary>
/// Makes compatible forms of a word one and takes its accents away, written as one character or as two: <c>ASCIIFoldingFilter</c>, which comes after this, knows
/// only the former, and only Latin. So it does with the vowel signs of Arabic and Hebrew, which most texts leave out, and the Arabic stretch. Marks of other scripts stay;
/// there they are letters, but for those of an alef (<c>أ إ آ</c>), which are left out as often. The sigma at the end of a word is a sigma. What cannot be seen, such as a soft hyphen or a mark of direction, goes.
/// </summary>
internal sealed class FoldingFilter : TokenFilter
{
    private readonly ICharTermAttribute _term;
    private readonly string _ownLetters;

    /// <param name="input">Words.</param>
    /// <param name="ownLetters">Composed letters that stay; they are of one letter and one mark.</param>
    public FoldingFilter(TokenStream input, string ownLetters = "")
        : base(input)
    {
        _term = AddAttribute<ICharTermAttribute>();
        _ownLetters = ownLetters;
    }

    public override bool IncrementToken()
    {
        if (!m_input.IncrementToken())
        {
            return false;
        }

        ReadOnlySpan<char> term = _term.Buffer.AsSpan(0, _term.Length);
        if (!Ascii.IsValid(term))
        {
            _term.SetEmpty().Append(Fold(term.ToString()));
        }

        return true;
    }

    private string Fold(string term)
    {
        var kept = new StringBuilder(term.Length);
        foreach (char c in UnicodeText.Valid(term).Normalize(NormalizationForm.FormKD))
        {
            if (IsOwn(kept, c) || (IsOfWord(c) && !IsOfAlef(kept, c)))
            {
                kept.Append(c == 'ς' ? 'σ' : c);
            }
        }

        // What only came apart, such as Korean syllables, is put together again.
        return kept.ToString().Normalize(NormalizationForm.FormKC);
    }

    private static bool IsOfWord(char c) => c switch
    {
        // Accents, and the apostrophe of the one letter that has it.
        >= '\u0300' and <= '\u036F' or '\u02BC' => false,

        // Vowel signs of Hebrew, but not its hyphen and punctuation between them, and of Arabic, but not what makes letters there.
        >= '\u0591' and <= '\u05BD' or '\u05BF' or '\u05C1' or '\u05C2' or '\u05C4' or '\u05C5' or '\u05C7' => false,
        >= '\u064B' and <= '\u0652' or '\u0670' or '\u0640' => false,
        _ => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format,
    };

    /// <summary>
    /// Madda and hamza on or below an alef, as Lucene's Arabic normaliser has it. On other letters they stay, as they are told apart more strictly, and in Persian and Urdu are other letters.
    /// </summary>
    private static bool IsOfAlef(StringBuilder kept, char mark) => mark is >= '\u0653' and <= '\u0655' && kept.Length > 0 && kept[^1] == '\u0627';

    private bool IsOwn(StringBuilder kept, char mark) =>
        _ownLetters.Length > 0 && kept.Length > 0 && mark is >= '\u0300' and <= '\u036F'
        && _ownLetters.Contains($"{kept[^1]}{mark}".Normalize(NormalizationForm.FormC), StringComparison.Ordinal);
}
