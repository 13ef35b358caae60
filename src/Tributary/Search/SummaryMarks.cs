using System.Buffers;
using System.Globalization;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Tributary.Indexing;
using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>
/// Where in a text stands what a query looks for: its words and beginnings anywhere, and of several that are a phrase, as also what the index takes apart is (<c>東京</c>, <c>o'brien</c>),
/// those that stand there in order.
/// </summary>
internal sealed class SummaryMarks
{
    /// <summary>Words of phrases that are compared in one text: enough for what people ask, and the end of what is only made to be slow.</summary>
    private const int MaxComparisons = 100_000;

    /// <summary>Words and phrases that are looked for in a text that is not taken apart.</summary>
    private const int MaxForms = 64;

    private readonly HashSet<string> _words = new(StringComparer.Ordinal);
    private readonly List<string> _beginnings = [];
    private readonly List<Phrase> _phrases = [];
    private readonly TextLanguage _language;
    private readonly Lazy<SearchValues<string>> _forms;

    public SummaryMarks(KqlNode tree, TextLanguage language)
    {
        _language = language;
        _forms = new(() => SearchValues.Create(
            [.. KqlTerms.PositiveWords(tree).Take(MaxForms).SelectMany(FormsOf).Where(form => form.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)], StringComparison.OrdinalIgnoreCase));
        foreach (Words words in KqlTerms.PositiveWords(tree))
        {
            switch (_language.Terms(words))
            {
                case []:
                    break;
                case [string word] when !words.IsPrefix:
                    _words.Add(word);
                    break;
                case [string beginning]:
                    if (!_beginnings.Contains(beginning))
                    {
                        _beginnings.Add(beginning);
                    }

                    break;
                case List<string> terms:
                    _phrases.Add(new Phrase(terms, words.IsPrefix));
                    break;
            }
        }
    }

    public bool HasAny => _words.Count > 0 || _beginnings.Count > 0 || _phrases.Count > 0;

    /// <summary>Where the text has, before it is taken apart, what may be a word; null for nowhere.</summary>
    public int? PlaceOrNull(ReadOnlySpan<char> text)
    {
        int place = text.IndexOfAny(_forms.Value);
        return place < 0 ? null : place;
    }

    /// <summary>In order, none within or next to another.</summary>
    public List<(int Start, int End)> Find(string text)
    {
        if (!HasAny)
        {
            return [];
        }

        List<Place> places = PlacesOf(text);
        var found = new List<(int Start, int End)>();
        int comparisons = 0;
        for (int at = 0; at < places.Count; at++)
        {
            Place place = places[at];
            if (place.IsAny(_words) || _beginnings.Exists(place.BeginsWith))
            {
                found.Add((place.Start, place.End));
            }

            foreach (Phrase phrase in _phrases)
            {
                if (comparisons < MaxComparisons && phrase.IsAt(places, at, ref comparisons))
                {
                    AddWords(found, places[at..(at + phrase.Terms.Count)], text);
                }
            }
        }

        return Merge(found);
    }

    /// <summary>What nothing but signs stands between is marked as one.</summary>
    private static void AddWords(List<(int Start, int End)> found, List<Place> phrase, string text)
    {
        (int start, int end) = (phrase[0].Start, phrase[0].End);
        foreach (Place place in phrase[1..])
        {
            if (place.Start > end && text.AsSpan(end, place.Start - end).ContainsAny(" \t\r\n"))
            {
                found.Add((start, end));
                start = place.Start;
            }

            end = place.End;
        }

        found.Add((start, end));
    }

    private static List<(int Start, int End)> Merge(List<(int Start, int End)> found)
    {
        var merged = new List<(int Start, int End)>(found.Count);
        foreach ((int start, int end) in found.OrderBy(mark => mark.Start))
        {
            if (merged.Count > 0 && start <= merged[^1].End)
            {
                merged[^1] = (merged[^1].Start, Math.Max(end, merged[^1].End));
            }
            else
            {
                merged.Add((start, end));
            }
        }

        return merged;
    }

    /// <summary>The longest piece without signs, as all must be there: as it was typed, folded, and its stem, with which most of its forms begin.</summary>
    private IEnumerable<string> FormsOf(Words words)
    {
        string piece = LongestPiece(words.Text);
        yield return piece;
        yield return string.Concat(TextLanguage.Standard.Words(piece));
        foreach (string stem in _language.Terms(piece, isStemmed: true).Where(StemmedWordsFilter.IsStem))
        {
            yield return StemmedWordsFilter.StemOf(stem);
        }
    }

    private static string LongestPiece(string text)
    {
        string longest = "";
        int start = 0;
        for (int end = 0; end <= text.Length; end++)
        {
            if (end < text.Length && (char.IsLetterOrDigit(text[end]) || char.IsSurrogate(text[end]) || char.GetUnicodeCategory(text[end]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark))
            {
                continue;
            }

            longest = end - start > longest.Length ? text[start..end] : longest;
            start = end + 1;
        }

        return longest;
    }

    private List<Place> PlacesOf(string text)
    {
        var places = new List<Place>();
        using TokenStream stream = _language.Analyzer.GetTokenStream("", text);
        ICharTermAttribute term = stream.AddAttribute<ICharTermAttribute>();
        IOffsetAttribute offset = stream.AddAttribute<IOffsetAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            // A stem stands behind its word, in the same place.
            string token = term.ToString()!;
            if (places.Count > 0 && StemmedWordsFilter.IsStem(token))
            {
                places[^1] = places[^1] with { Stem = token };
            }
            else
            {
                places.Add(new Place(offset.StartOffset, offset.EndOffset, token, null));
            }
        }

        stream.End();
        return places;
    }

    /// <param name="IsPrefix">Whether the last is a beginning.</param>
    private sealed record Phrase(List<string> Terms, bool IsPrefix)
    {
        public bool IsAt(List<Place> places, int at, ref int comparisons)
        {
            if (at + Terms.Count > places.Count)
            {
                return false;
            }

            for (int term = 0; term < Terms.Count; term++)
            {
                comparisons++;
                bool isThere = IsPrefix && term == Terms.Count - 1 ? places[at + term].BeginsWith(Terms[term]) : places[at + term].Is(Terms[term]);
                if (!isThere)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>A word of the text.</summary>
    private readonly record struct Place(int Start, int End, string Word, string? Stem)
    {
        public bool Is(string term) => Word == term || Stem == term;

        public bool IsAny(HashSet<string> terms) => terms.Contains(Word) || (Stem is not null && terms.Contains(Stem));

        public bool BeginsWith(string beginning) => Word.StartsWith(beginning, StringComparison.Ordinal);
    }
}
