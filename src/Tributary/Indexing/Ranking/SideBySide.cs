using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing.Ranking;

/// <summary>Which words of the query stand side by side in it, and what it is worth where they do so in an item: as much as the commoner of the two says.</summary>
/// <param name="Words">Different ones.</param>
/// <param name="Pairs">By their places in <paramref name="Words"/>.</param>
/// <param name="Worth">Of all pairs together.</param>
internal sealed record SideBySide(IReadOnlyList<string> Words, IReadOnlyList<(int First, int Second, float Worth)> Pairs, float Worth)
{
    /// <summary>
    /// Pairs of words that each stand in more items than this are no lift: to look at the places of both in all of these items would take long, and says little.
    /// </summary>
    public const int CommonFrom = 20_000;

    /// <summary>Places of a word in one document that are looked at: a long text has thousands.</summary>
    public const int MaxPlaces = 256;

    /// <summary>Null when there is none.</summary>
    public static SideBySide? OfOrNull(IReadOnlyList<(string First, string Second)> pairs, RankingStatistics statistics, IndexSearcher searcher)
    {
        var words = new List<string>();
        var kept = new List<(int First, int Second, float Worth)>();
        foreach ((string first, string second) in pairs)
        {
            if (Math.Min(statistics.ItemsWith(first, searcher), statistics.ItemsWith(second, searcher)) <= CommonFrom)
            {
                kept.Add((PlaceOf(first), PlaceOf(second), (float)Math.Min(statistics.Idf(first, searcher), statistics.Idf(second, searcher))));
            }
        }

        return kept.Count == 0 ? null : new SideBySide(words, kept, kept.Sum(pair => pair.Worth));

        int PlaceOf(string word)
        {
            int place = words.IndexOf(word);
            if (place < 0)
            {
                place = words.Count;
                words.Add(word);
            }

            return place;
        }
    }

    /// <summary>In one field of one segment; null when none of the pairs can be there.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="field">The field.</param>
    /// <param name="context">Of the search.</param>
    /// <param name="known">Where words are in the segment, as far as that is known.</param>
    public Reader? In(AtomicReader segment, string field, RankingContext context, Func<string, TermState?>? known = null)
    {
        if (context.Statistics.TermsOrNull(segment, field) is not { } terms)
        {
            return null;
        }

        var places = new DocsAndPositionsEnum?[Words.Count];
        for (int word = 0; word < places.Length; word++)
        {
            var bytes = new BytesRef(Words[word]);
            if (known is null)
            {
                places[word] = terms.SeekExact(bytes) ? terms.DocsAndPositions(null, null, DocsAndPositionsFlags.NONE) : null;
            }
            else if (known(Words[word]) is { } state)
            {
                terms.SeekExact(bytes, state);
                places[word] = terms.DocsAndPositions(null, null, DocsAndPositionsFlags.NONE);
            }
        }

        return Pairs.Any(pair => places[pair.First] is not null && places[pair.Second] is not null) ? new Reader(this, places, context.Work) : null;
    }

    /// <summary>Documents are asked about in their order.</summary>
    internal sealed class Reader(SideBySide query, DocsAndPositionsEnum?[] words, SearchWork work)
    {
        private readonly int[][] _places = [.. words.Select(_ => Array.Empty<int>())];
        private readonly int[] _counts = new int[words.Length];

        /// <summary>What the pairs that are side by side in the document are worth, of all that there are; 0 to 1.</summary>
        public float ShareIn(int doc)
        {
            Array.Fill(_counts, -1);
            float worth = 0;
            foreach ((int first, int second, float pair) in query.Pairs)
            {
                worth += CountOf(first, doc) > 0 && CountOf(second, doc) > 0 && IsFollowed(first, second) ? pair : 0;
            }

            return worth / query.Worth;
        }

        private int CountOf(int word, int doc)
        {
            if (_counts[word] >= 0)
            {
                return _counts[word];
            }

            _counts[word] = 0;
            if (words[word] is not { } found)
            {
                return 0;
            }

            work.Step();
            int at = found.DocID;
            if ((at < doc ? found.Advance(doc) : at) != doc)
            {
                return 0;
            }

            int count = Math.Min(found.Freq, MaxPlaces);
            if (_places[word].Length < count)
            {
                _places[word] = new int[Math.Min(MaxPlaces, 2 * count)];
            }

            for (int i = 0; i < count; i++)
            {
                work.Step();
                _places[word][i] = found.NextPosition();
            }

            return _counts[word] = count;
        }

        private bool IsFollowed(int first, int second)
        {
            (int[] before, int[] after) = (_places[first], _places[second]);
            for (int i = 0, j = 0; i < _counts[first] && j < _counts[second];)
            {
                int gap = after[j] - before[i];
                if (gap == 1)
                {
                    return true;
                }

                _ = gap < 1 ? j++ : i++;
            }

            return false;
        }
    }
}
