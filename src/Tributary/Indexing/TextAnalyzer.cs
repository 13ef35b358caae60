using System.Buffers;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.Miscellaneous;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.Util;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>
/// Words for index and query alike: Unicode word breaks (ideographs, and letters of scripts without spaces, one by one), lower case, accents folded, and the stems
/// of a language (<see cref="TextLanguage"/>). A very long word is its beginning. Punctuation that KQL counts as white space
/// (search 7.1) is turned into it first, so that <c>help@contoso.com</c> is the phrase "help contoso com" on both sides.
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
        TokenStream words = new FoldingFilter(new UnspacedScriptFilter(tokenizer), language.OwnLetters);
        words = new ASCIIFoldingFilter(new LowerCaseFilter(LuceneVersion.LUCENE_48, words));

        // Last, so that a word is cut in the same place however its accents are written.
        words = new TruncateTokenFilter(words, MaxWordLength);
        if (language.Articles.Count > 0)
        {
            words = new ElisionFilter(words, new CharArraySet(LuceneVersion.LUCENE_48, language.Articles, ignoreCase: true));
        }

        return new TokenStreamComponents(tokenizer, language.StemFilter is { } stem ? new StemmedWordsFilter(words, stem) : words);
    }

    /// <summary>Replaces one character by one, so that offsets stay right.</summary>
    private sealed class PunctuationReader(TextReader input) : CharFilter(input)
    {
        private static readonly SearchValues<char> Punctuation = SearchValues.Create(",;:.-_/@");

        public override int Read(char[] buffer, int index, int count)
        {
            int read = m_input.Read(buffer, index, count);
            if (read > 0)
            {
                Span<char> chars = buffer.AsSpan(index, read);
                for (int found = chars.IndexOfAny(Punctuation); found >= 0; found = chars.IndexOfAny(Punctuation))
                {
                    chars[found] = ' ';
                    chars = chars[(found + 1)..];
                }
            }

            return read;
        }

        public override int Read()
        {
            int read = m_input.Read();
            return read >= 0 && Punctuation.Contains((char)read) ? ' ' : read;
        }

        protected override int Correct(int currentOff) => currentOff;
    }
}
