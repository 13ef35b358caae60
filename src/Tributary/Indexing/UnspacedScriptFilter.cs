using System.Globalization;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.TokenAttributes;

namespace Tributary.Indexing;

/// <summary>
/// Takes what is written without spaces in Thai, Lao, Khmer or Burmese apart into its letters with their marks, one place each, as the tokeniser does with
/// ideographs: a word is then found as the phrase of its letters wherever it stands. Where words begin only a dictionary knows, which the tokeniser has not.
/// </summary>
internal sealed class UnspacedScriptFilter : TokenFilter
{
    private static readonly string Unspaced = StandardTokenizer.TOKEN_TYPES[StandardTokenizer.SOUTHEAST_ASIAN];

    private readonly ICharTermAttribute _term;
    private readonly ITypeAttribute _type;
    private readonly IOffsetAttribute _offset;
    private readonly IPositionIncrementAttribute _position;
    private string _run = "";
    private int _next;
    private int _start;

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

        if (_type.Type != Unspaced)
        {
            return true;
        }

        (_run, _next, _start) = (_term.ToString()!, 0, _offset.StartOffset);
        return Put();
    }

    private bool Put()
    {
        int length = StringInfo.GetNextTextElementLength(_run, _next);
        _term.SetEmpty().Append(_run, _next, length);
        _offset.SetOffset(_start + _next, _start + _next + length);
        _next += length;
        return true;
    }
}
