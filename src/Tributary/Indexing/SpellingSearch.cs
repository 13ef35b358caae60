using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Tributary.Search;
using Tributary.Search.Spelling;

namespace Tributary.Indexing;

/// <summary>
/// Looks words up that are near others, for spelling. A word counts in the items that the caller sees and nowhere else: what is hidden neither makes a word known nor a
/// suggestion. Words of properties that may not be returned are not suggested either, as no answer shows them.
/// </summary>
/// <remarks>
/// Also what is looked at no further depends on visible words alone, but for two bounds on the work of a request that hidden words use up as well: past one of them nothing
/// is said of any of its words, so that all that hidden words can change is whether there is an answer at all.
/// </remarks>
/// <param name="query">What is asked.</param>
/// <param name="parts">Of whom.</param>
/// <param name="isDelayed">Whether items may have to wait until they are found.</param>
/// <param name="work">Counts along.</param>
internal sealed class SpellingSearch(SpellingQuery query, IReadOnlyList<SearchedPart> parts, bool isDelayed, SearchWork work)
{
    /// <summary>Shorter words may have one letter wrong, longer ones two.</summary>
    private const int MinLengthOfTwoEdits = 6;

    /// <summary>A misspelt word begins as it was meant; without that every word of the index would have to be looked at.</summary>
    private const int FixedBeginning = 1;

    /// <summary>Visible near words of a field that are chosen among, for each distance; in the order of their letters.</summary>
    public const int MaxNearTerms = 500;

    /// <summary>Near words that are answered.</summary>
    private const int MaxAnswered = 5;

    /// <summary>
    /// Dictionaries of fields that are gone through, for all words together: it takes some milliseconds in one of 500,000 words. Enough for 16 words in 32 connections.
    /// Words that are nowhere come first; one for which there are not enough left has nothing near it.
    /// </summary>
    public const int MaxLookups = 512;

    /// <summary>A word that is there more often is not rare beside any other, as far as is counted.</summary>
    private const int MaxRare = TermSpelling.MaxCount / Speller.FarMoreFrequent;

    private readonly Dictionary<SearchedPart, List<Segment>> _segments = parts.ToDictionary(part => part, _ => new List<Segment>());
    private int _postings;
    private int _terms;
    private int _lookups;

    /// <summary>Near words that are looked at, visible or not, for all words together.</summary>
    public int MaxTerms { get; init; } = 100_000;

    /// <summary>Items with one of the words that are looked at, visible or not, for all words together.</summary>
    public int MaxPostings { get; init; } = 32_000_000;

    private bool IsTooMuch => _terms > MaxTerms || _postings > MaxPostings;

    /// <exception cref="OperationCanceledException">It is to stop.</exception>
    public IReadOnlyList<TermSpelling> Run()
    {
        foreach (SearchedPart part in parts)
        {
            VisibleAcls visible = part.Acls.VisibleTo(query.Targets[part.Target].Caller);
            foreach (AtomicReaderContext leaf in part.Searcher.TopReaderContext.Leaves)
            {
                var access = new AclFilter(new Dictionary<object, VisibleAcls> { [leaf.AtomicReader.CoreCacheKey] = visible }, work);
                IBits? acceptDocs = leaf.AtomicReader.LiveDocs;
                acceptDocs = access.GetDocIdSet(leaf, acceptDocs)!.Bits;
                _segments[part].Add(new Segment(
                    leaf.AtomicReader, isDelayed ? new SearchableFilter(query.Now).GetDocIdSet(leaf, acceptDocs)!.Bits : acceptDocs));
            }
        }

        Asked[] asked = [.. query.Terms.Select(Count)];
        var spellings = new TermSpelling[asked.Length];
        foreach ((int place, Asked word) in asked.Index().OrderBy(word => word.Item.Count > 0))
        {
            spellings[place] = new TermSpelling(word.Count, word.Count > MaxRare ? [] : Near(word));
        }

        return IsTooMuch ? [.. spellings.Select(_ => new TermSpelling(0, []))] : spellings;
    }

    /// <summary>As it is looked for: with its inflected forms, where there is a language.</summary>
    private Asked Count(SpellingTerm term)
    {
        work.Look();
        List<Place> places = [.. term.Scopes.SelectMany(scope => parts.Where(part => part.Target == scope.Target).SelectMany(part => PlaceOf(part, scope, term.Text)))];
        return new Asked(term.Text, places, places.Sum(place => Count(place.Part, place.Field, place.Looked, [], MaxRare + 1)));
    }

    private IReadOnlyList<NearTerm> Near(Asked word)
    {
        bool isLong = word.Text.EnumerateRunes().Count() >= MinLengthOfTwoEdits;
        Place[] shown = [.. word.Places.Where(place => place.IsShown)];
        var passed = word.Places.Select(place => place.Word).ToHashSet(StringComparer.Ordinal);

        // Of a word that is there only the nearest matter, and of one that is not the farther ones only where there is none nearer.
        for (int distance = 1; distance <= (isLong && word.Count == 0 ? 2 : 1) && MaxLookups - _lookups >= shown.Length; distance++)
        {
            _lookups += shown.Length;
            if (VisibleNear(shown, distance, passed) is { Count: > 0 } near)
            {
                return [.. near.Select(found => new NearTerm(found.Key, distance, Math.Min(TermSpelling.MaxCount, found.Value)))
                    .OrderByDescending(found => found.Count).ThenBy(found => found.Text, StringComparer.Ordinal).Take(MaxAnswered)];
            }
        }

        return [];
    }

    /// <summary>Free text looks also in properties that no answer shows.</summary>
    private IEnumerable<Place> PlaceOf(SearchedPart part, SpellingScope scope, string text)
    {
        if (part.Language.Words(text) is [string word] && part.Language.Terms(text, isStemmed: true) is [string looked])
        {
            List<string> hidden = scope.Property is not null
                ? []
                : [.. query.Targets[part.Target].Schema.Properties.Where(property => property is { IsSearchable: true, IsRetrievable: false }).Select(IndexFields.Words)];
            yield return new Place(part, scope.Property is null ? IndexFields.Text : IndexFields.Words(scope.Property), word, looked, hidden, scope.Property is not { IsRetrievable: false });
        }
    }

    /// <summary>The words within a distance that visible items show, and how many.</summary>
    /// <param name="places">Where they are looked for.</param>
    /// <param name="distance">1 or 2.</param>
    /// <param name="passed">Words that are passed over; those that are hidden everywhere are added, as they are no less so a letter farther off.</param>
    private Dictionary<string, long> VisibleNear(Place[] places, int distance, HashSet<string> passed)
    {
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        var hidden = new HashSet<string>(StringComparer.Ordinal);
        foreach (Place place in places)
        {
            work.Look();
            if (MultiFields.GetTerms(place.Part.Searcher.IndexReader, place.Field) is not { } terms)
            {
                continue;
            }

            var near = new FuzzyTermsEnum(terms, new AttributeSource(), new Term(place.Field, place.Word), distance, FixedBeginning, transpositions: true);
            for (int seen = 0; seen < MaxNearTerms && !IsTooMuch && near.MoveNext(); _terms++)
            {
                work.Look();
                string text = near.Term.Utf8ToString();

                // What the word finds as it is spelt needs no other spelling.
                if (passed.Contains(text) || !SpellingWords.IsWord(text) || place.Part.Language.Terms(text, isStemmed: true).Contains(place.Looked))
                {
                    continue;
                }

                int visible = Count(place.Part, place.Field, text, place.HiddenFields, TermSpelling.MaxCount);
                if (visible == 0)
                {
                    hidden.Add(text);
                    continue;
                }

                seen++;
                found[text] = found.GetValueOrDefault(text) + visible;
            }
        }

        passed.UnionWith(hidden.Where(text => !found.ContainsKey(text)));
        return found;
    }

    /// <summary>Visible items with the word in a field, and in none of <paramref name="hidden"/>; no more than <paramref name="max"/>.</summary>
    private int Count(SearchedPart part, string field, string text, IReadOnlyList<string> hidden, int max)
    {
        int count = 0;
        var bytes = new BytesRef(text);
        foreach (Segment segment in _segments[part])
        {
            if (count >= max || segment.Reader.GetTermDocsEnum(new Term(field, bytes)) is not { } docs)
            {
                continue;
            }

            DocsEnum[] excluded = [.. hidden.Select(other => segment.Reader.GetTermDocsEnum(new Term(other, bytes))).OfType<DocsEnum>()];
            while (docs.NextDoc() != DocIdSetIterator.NO_MORE_DOCS && count < max && !IsTooMuch)
            {
                _postings++;
                if (segment.Visible.Get(docs.DocID) && !Array.Exists(excluded, other => IsIn(other, docs.DocID)))
                {
                    count++;
                }
            }
        }

        return count;

        static bool IsIn(DocsEnum docs, int doc) => (docs.DocID < doc ? docs.Advance(doc) : docs.DocID) == doc;
    }

    /// <summary>A word, where it is looked for, and how many visible items are found there.</summary>
    private sealed record Asked(string Text, List<Place> Places, long Count);

    /// <summary>Where a word is looked for.</summary>
    /// <param name="Part">In which connection.</param>
    /// <param name="Field">In which field.</param>
    /// <param name="Word">The word as the index has it.</param>
    /// <param name="Looked">What a query looks up for it.</param>
    /// <param name="HiddenFields">What is also in the field, but never shown.</param>
    /// <param name="IsShown">Whether an answer may show what is in the field at all.</param>
    private sealed record Place(SearchedPart Part, string Field, string Word, string Looked, IReadOnlyList<string> HiddenFields, bool IsShown);

    /// <param name="Visible">Which of its documents the caller sees.</param>
    private readonly record struct Segment(AtomicReader Reader, IBits Visible);
}
