using System.Buffers;
using System.Globalization;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.TokenAttributes;

namespace Tributary.Indexing;

/// <summary>
/// Takes what is written without spaces in Thai, Lao, Khmer, Burmese or katakana apart into its letters with their marks, one place each, as the tokeniser does with
/// ideographs: a word is then found as the phrase of its letters wherever it stands. Where words begin only a dictionary knows, which the tokeniser has not. Korean has spaces, but
/// glues particles and other words to its words; it comes apart into pairs of syllables, so that no word is found across a space.
/// </summary>
internal sealed class UnspacedScriptFilter : TokenFilter
{
    private static readonly string SoutheastAsian = StandardTokenizer.TOKEN_TYPES[StandardTokenizer.SOUTHEAST_ASIAN];
    private static readonly string Katakana = StandardTokenizer.TOKEN_TYPES[StandardTokenizer.KATAKANA];

    /// <summary>Syllables, and the letters that they may be written in.</summary>
    private static readonly SearchValues<char> Hangul = SearchValues.Create(
        [.. Chars('\u1100', '\u11FF'), .. Chars('\u3130', '\u318F'), .. Chars('\uA960', '\uA97F'), .. Chars('\uAC00', '\uD7FF'), .. Chars('\uFFA0', '\uFFDC')]);

    private readonly ICharTermAttribute _term;
    private readonly ITypeAttribute _type;
    private readonly IOffsetAttribute _offset;
    private readonly IPositionIncrementAttribute _position;
    private string _run = "";
    private int _next;
    private int _start;
    private bool _isByLetter;

    public UnspacedScriptFilter(TokenStream input)
        : base(input)
    {
        _term = AddAttribute<ICharTermAttribute>();
        _type = AddAttribute<ITypeAttribute>();
        _offset = AddAttribute<IOffsetAttribute>();
        _position = AddAttribute<IPositionIncrementAttribute>();
    }

    public override void Reset()
    {
        base.Reset();
        _run = "";
        _next = 0;
    }

    public override bool IncrementToken()
    {
        if (_next < _run.Length)
        {
            _position.PositionIncrement = 1;
            return Put();
        }

        if (!m_input.IncrementToken())
        {
            return false;
        }

        _isByLetter = _type.Type == SoutheastAsian || _type.Type == Katakana;
        if (!_isByLetter && !_term.Buffer.AsSpan(0, _term.Length).ContainsAny(Hangul))
        {
            return true;
        }

        (_run, _next, _start) = (_term.ToString()!, 0, _offset.StartOffset);
        return Put();
    }

    private static IEnumerable<char> Chars(char first, char last) => Enumerable.Range(first, last - first + 1).Select(c => (char)c);

    private bool Put()
    {
        int end = _next + StringInfo.GetNextTextElementLength(_run, _next);
        int following = end;
        if (!_isByLetter && !Hangul.Contains(_run[_next]))
        {
            // What else is in a Korean word goes together: LG전자, 2026년.
            int hangul = _run.AsSpan(end).IndexOfAny(Hangul);
            end = following = hangul < 0 ? _run.Length : end + hangul;
        }
        else if (!_isByLetter && IsHangulAt(end))
        {
            end += StringInfo.GetNextTextElementLength(_run, end);
            following = IsHangulAt(end) ? following : end;
        }

        _term.SetEmpty().Append(_run, _next, end - _next);
        _offset.SetOffset(_start + _next, _start + end);
        _next = following;
        return true;
    }

    private bool IsHangulAt(int position) => position < _run.Length && Hangul.Contains(_run[position]);
}
