using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;

namespace Tributary.Indexing;

/// <summary>
/// Puts behind each word, in the same place, its stem with a mark in front: one field holds both, so that a phrase may have words of either kind, and no word is ever
/// taken for a stem. Also a word that is its own stem has one, as another may have the same.
/// </summary>
internal sealed class StemmedWordsFilter : TokenFilter
{
    /// <summary>A control character: no word has one. Nor does a beginning or a near word that is looked up ever begin with it.</summary>
    private const char Mark = '\u0003';

    private readonly ICharTermAttribute _term;
    private readonly IPositionIncrementAttribute _position;
    private readonly OneWord _word = new();
    private readonly TokenStream _stemmed;
    private readonly ICharTermAttribute _stem;
    private bool _hasStem;

    public StemmedWordsFilter(TokenStream input, Func<TokenStream, TokenStream> stem)
        : base(input)
    {
        _term = AddAttribute<ICharTermAttribute>();
        _position = AddAttribute<IPositionIncrementAttribute>();
        _stemmed = stem(_word);
        _stem = _stemmed.GetAttribute<ICharTermAttribute>();
    }

    public static bool IsStem(string term) => term.Length > 0 && term[0] == Mark;

    /// <summary>Without its mark.</summary>
    public static string StemOf(string term) => term[1..];

    public override void Reset()
    {
        base.Reset();
        _hasStem = false;
    }

    public override bool IncrementToken()
    {
        if (_hasStem)
        {
            // The offsets are still those of the word.
            _hasStem = false;
            string stem = _stem.Length > 0 ? _stem.ToString()! : _term.ToString()!;
            _term.SetEmpty().Append(Mark).Append(stem);
            _position.PositionIncrement = 0;
            return true;
        }

        if (!m_input.IncrementToken())
        {
            return false;
        }

        _word.Set(_term.Buffer, _term.Length);
        _stemmed.Reset();
        _hasStem = _stemmed.IncrementToken();
        return true;
    }

    /// <summary>A stream of the one word that it was given.</summary>
    private sealed class OneWord : TokenStream
    {
        private readonly ICharTermAttribute _term;
        private char[] _word = [];
        private bool _isGiven;

        public OneWord() => _term = AddAttribute<ICharTermAttribute>();

        public void Set(char[] buffer, int length)
        {
            _word = buffer[..length];
            _isGiven = false;
        }

        public override bool IncrementToken()
        {
            if (_isGiven)
            {
                return false;
            }

            ClearAttributes();
            _term.CopyBuffer(_word, 0, _word.Length);
            _isGiven = true;
            return true;
        }
    }
}
