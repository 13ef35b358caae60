using System.Buffers;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.Miscellaneous;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>
/// Words for index and query alike: Unicode word breaks (ideographs, and letters of scripts without spaces, one by one), lower case, accents folded, and the stems
/// of a language (<see cref="TextLanguage"/>). A very long word is its beginning. Punctuation that KQL counts as white space
/// (search 7.1) is turned into it first, so that <c>help@contoso.com</c> is the phrase "help contoso com" on both sides; so is all else that Unicode's word breaks keep within
/// words, and apostrophes separate words too (<see cref="ApostropheFilter"/>).
/// </summary>
internal sealed class TextAnalyzer(TextLanguage language) : Analyzer
{
    /// <summary>
    /// Characters of a word, without accents, that count: what is longer is no word of any language, and Lucene takes at most 32,766 bytes, of which <see cref="Ranking.WholeTitle"/>
    /// makes one term of several words. The tokeniser by itself leaves out what is longer.
    /// </summary>
    public const int MaxWordLength = 255;

    /// <summary>Phrases do not reach across values of a collection, nor from one property into the next.</summary>
    public override int GetPositionIncrementGap(string fieldName) => 100;

    protected override TextReader InitReader(string fieldName, TextReader reader) => new PunctuationReader(reader);

    protected override TokenStreamComponents CreateComponents(string fieldName, TextReader reader)
    {
        var tokenizer = new StandardTokenizer(LuceneVersion.LUCENE_48, reader) { MaxTokenLength = int.MaxValue };
        TokenStream words = new UnspacedScriptFilter(new ApostropheFilter(tokenizer, language.Articles, language.Possessives));
        words = new FoldingFilter(words, language.OwnLetters);
        words = new ASCIIFoldingFilter(new LowerCaseFilter(LuceneVersion.LUCENE_48, words));

        // Last, so that a word is cut in the same place however its accents are written.
        words = new TruncateTokenFilter(words, MaxWordLength);
        return new TokenStreamComponents(tokenizer, language.StemFilter is { } stem ? new StemmedWordsFilter(words, stem) : words);
    }

    /// <summary>Replaces one character by one, so that offsets stay right.</summary>
    private sealed class PunctuationReader(TextReader input) : CharFilter(input)
    {
        /// <summary>
        /// What KQL names and what else the tokeniser keeps between letters or digits: the classes MidLetter, MidNum, MidNumLet and ExtendNumLet of Unicode's word breaks, and what marks
        /// abbreviations in Hebrew, also where a plain quotation mark stands for it.
        /// </summary>
        private const string Separators = ",;:.-_/@\"\u00B7\u0387\u037E\u055A\u055F\u0589\u05F4\u060C\u060D\u066C\u07F8\u2024\u2027\u203F\u2040\u2044\u2054\uFE10\uFE13\uFE14"
            + "\uFE33\uFE34\uFE4D\uFE4E\uFE4F\uFE50\uFE52\uFE54\uFE55\uFF0C\uFF0E\uFF1A\uFF1B\uFF3F";

        /// <summary>Those that are letters to Unicode too, as they are written for one another: in names, and in Hawaiian, Hebrew and transcribed Arabic.</summary>
        private const string Apostrophes = "\u2018\u2019\u201B\uFF07\u02B9\u02BB\u02BC\u02BD\u02BE\u02BF\u05F3\uA78B\uA78C";

        /// <summary>The tokeniser passes over these, unlike other forms of digits, which fold as words.</summary>
        private const string RaisedDigits = "\u2070\u00B9\u00B2\u00B3\u2074\u2075\u2076\u2077\u2078\u2079";

        private const string LoweredDigits = "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089";

        private static readonly SearchValues<char> Replaced = SearchValues.Create(Separators + Apostrophes + RaisedDigits + LoweredDigits);

        public override int Read(char[] buffer, int index, int count)
        {
            int read = m_input.Read(buffer, index, count);
            if (read > 0)
            {
                Span<char> chars = buffer.AsSpan(index, read);
                for (int found = chars.IndexOfAny(Replaced); found >= 0; found = chars.IndexOfAny(Replaced))
                {
                    chars[found] = Replacement(chars[found]);
                    chars = chars[(found + 1)..];
                }
            }

            return read;
        }

        public override int Read()
        {
            int read = m_input.Read();
            return read >= 0 && Replaced.Contains((char)read) ? Replacement((char)read) : read;
        }

        protected override int Correct(int currentOff) => currentOff;

        private static char Replacement(char c)
        {
            if (Apostrophes.Contains(c, StringComparison.Ordinal))
            {
                return ApostropheFilter.Apostrophe;
            }

            int digit = Math.Max(RaisedDigits.IndexOf(c, StringComparison.Ordinal), LoweredDigits.IndexOf(c, StringComparison.Ordinal));
            return digit >= 0 ? (char)('0' + digit) : ' ';
        }
    }
}
