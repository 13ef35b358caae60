using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Documents;

namespace Tributary.Indexing;

/// <summary>
/// The words of a value between two marks, so that a filter can tell with what a value begins and ends, and which words stand in the same one. Only of refinable
/// properties, which free text does not look in.
/// </summary>
internal sealed class BoundedTextField(string name) : Field(name, "", TextField.TYPE_NOT_STORED)
{
    /// <summary>Control characters: no word has one.</summary>
    public const string BeginningMark = "\u0001";

    /// <inheritdoc cref="BeginningMark"/>
    public const string EndMark = "\u0002";

    private (TokenStream Words, BoundaryFilter Bounded)? _stream;

    public override TokenStream GetTokenStream(Analyzer analyzer)
    {
        // The analyser has one stream for each thread, which is filled again for each value.
        TokenStream words = base.GetTokenStream(analyzer);
        if (_stream is not { } known || known.Words != words)
        {
            _stream = known = (words, new BoundaryFilter(words));
        }

        return known.Bounded;
    }

    private sealed class BoundaryFilter : TokenFilter
    {
        private readonly ICharTermAttribute _term;
        private readonly IPositionIncrementAttribute _position;
        private Place _place;
        private string _first = "";
        private int _firstIncrement;

        public BoundaryFilter(TokenStream input)
            : base(input)
        {
            _term = AddAttribute<ICharTermAttribute>();
            _position = AddAttribute<IPositionIncrementAttribute>();
        }

        private enum Place
        {
            Start,
            BeforeFirst,
            Words,
            End,
        }

        public override void Reset()
        {
            base.Reset();
            _place = Place.Start;
        }

        public override bool IncrementToken()
        {
            switch (_place)
            {
                case Place.Start:
                    if (!m_input.IncrementToken())
                    {
                        // A value without words has nothing to bound.
                        _place = Place.End;
                        return false;
                    }

                    _first = _term.ToString()!;
                    _firstIncrement = _position.PositionIncrement;
                    _place = Place.BeforeFirst;
                    return Put(BeginningMark, 1);
                case Place.BeforeFirst:
                    _place = Place.Words;
                    return Put(_first, _firstIncrement);
                case Place.Words:
                    if (m_input.IncrementToken())
                    {
                        return true;
                    }

                    _place = Place.End;
                    return Put(EndMark, 1);
                default:
                    return false;
            }
        }

        private bool Put(string term, int increment)
        {
            _term.SetEmpty().Append(term);
            _position.PositionIncrement = increment;
            return true;
        }
    }
}
