using System.Globalization;
using System.Text;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;

namespace Tributary.Indexing;

/// <summary>
/// Makes compatible forms of a word one and takes its accents away, written as one character or as two: <c>ASCIIFoldingFilter</c>, which comes after this, knows
/// only the former, and only Latin. Marks of other scripts stay; there they are letters. What cannot be seen, such as a soft hyphen or a mark of direction, goes.
/// </summary>
internal sealed class FoldingFilter : TokenFilter
{
    private readonly ICharTermAttribute _term;

    public FoldingFilter(TokenStream input)
        : base(input) => _term = AddAttribute<ICharTermAttribute>();

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

    private static string Fold(string term)
    {
        var kept = new StringBuilder(term.Length);
        foreach (char c in UnicodeText.Valid(term).Normalize(NormalizationForm.FormKD))
        {
            if (c is < '\u0300' or > '\u036F' && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format)
            {
                kept.Append(c);
            }
        }

        // What only came apart, such as Korean syllables, is put together again.
        return kept.ToString().Normalize(NormalizationForm.FormKC);
    }
}
