using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;

namespace Tributary.Indexing;

/// <summary>
/// Takes words apart at apostrophes, which separate words like other punctuation (search 7.1), so that <c>catalogue</c> finds "catalogue's". Unicode's word breaks keep them within words. What a
/// language writes before or after an apostrophe as part of its grammar goes, so that <c>l'avion</c> is the word <c>avion</c> there and not a phrase.
/// </summary>
internal sealed class ApostropheFilter : TokenFilter
{
    /// <summary>All apostrophes have become this one.</summary>
    public const char Apostrophe = '\'';

    private readonly ICharTermAttribute _term;
    private readonly IOffsetAttribute _offset;
    private readonly IPositionIncrementAttribute _position;
    private readonly IReadOnlySet<string> _articles;
    private readonly IReadOnlySet<string> _possessives;
    private readonly List<Range> _parts = [];
    private string _word = "";
    private int _next;
    private int _start;

    /// <param name="input">Words.</param>
    /// <param name="articles">What goes when it is the first part of a word.</param>
    /// <param name="possessives">What goes when it is the last.</param>
    public ApostropheFilter(TokenStream input, IReadOnlySet<string> articles, IReadOnlySet<string> possessives)
        : base(input)
    {
        _term = AddAttribute<ICharTermAttribute>();
        _offset = AddAttribute<IOffsetAttribute>();
        _position = AddAttribute<IPositionIncrementAttribute>();
        (_articles, _possessives) = (articles, possessives);
    }

    public override void Reset()
    {
        base.Reset();
        _parts.Clear();
        _next = 0;
    }

    public override bool IncrementToken()
    {
        if (_next < _parts.Count)
        {
            _position.PositionIncrement = 1;
            return Put();
        }

        while (m_input.IncrementToken())
        {
            if (!_term.Buffer.AsSpan(0, _term.Length).Contains(Apostrophe))
            {
                return true;
            }

            (_word, _start, _next) = (_term.ToString()!, _offset.StartOffset, 0);
            Split();
            if (_parts.Count > 0)
            {
                return Put();
            }
        }

        return false;
    }

    private void Split()
    {
        _parts.Clear();
        foreach (Range part in _word.AsSpan().Split(Apostrophe))
        {
            if (!_word.AsSpan(part).IsEmpty)
            {
                _parts.Add(part);
            }
        }

        // Where nothing else is left it is the word itself.
        if (_parts.Count > 1 && _articles.Contains(_word[_parts[0]]))
        {
            _parts.RemoveAt(0);
        }

        if (_parts.Count > 1 && _possessives.Contains(_word[_parts[^1]]))
        {
            _parts.RemoveAt(_parts.Count - 1);
        }
    }

    private bool Put()
    {
        (int offset, int length) = _parts[_next++].GetOffsetAndLength(_word.Length);
        _term.SetEmpty().Append(_word, offset, length);
        _offset.SetOffset(_start + offset, _start + offset + length);
        return true;
    }
}
