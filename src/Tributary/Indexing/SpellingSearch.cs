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

    /// <summary>Near words that are looked at in a field, for each distance.</summary>
    private const int MaxNearTerms = 500;

    /// <summary>Near words that are answered.</summary>
    private const int MaxAnswered = 5;

    /// <summary>Dictionaries of fields that are gone through, for all words together: it takes some milliseconds in one of 500,000 words.</summary>
    private const int MaxLookups = 256;

    /// <summary>A word that is there more often is not rare beside any other, as far as is counted.</summary>
    private const int MaxRare = TermSpelling.MaxCount / Speller.FarMoreFrequent;

    /// <summary>Places of words that are read for one word and those near it; with what was counted so far it is decided.</summary>
    private const int MaxPostings = 2_000_000;

    private readonly Dictionary<SearchedPart, List<Segment>> _segments = parts.ToDictionary(part => part, _ => new List<Segment>());
    private int _postings;
    private int _lookups;

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

        return [.. query.Terms.Select(Spell)];
    }

    private TermSpelling Spell(SpellingTerm term)
    {
        work.Look();
        _postings = 0;
        List<Place> places = [.. term.Scopes.SelectMany(scope => parts.Where(part => part.Target == scope.Target).SelectMany(part => PlaceOf(part, scope, term.Text)))];

        // As it is looked for: with its inflected forms, where there is a language.
        long count = places.Sum(place => Count(place.Part, place.Field, place.Looked, [], MaxRare + 1));
        if (count > MaxRare)
        {
            return new TermSpelling(count, []);
        }

        var near = new List<NearTerm>();
        var known = places.Select(place => place.Word).ToHashSet(StringComparer.Ordinal);
        bool isLong = term.Text.EnumerateRunes().Count() >= MinLengthOfTwoEdits;

        // Of a word that is there only the nearest matter, and of one that is not the farther ones only where there is none nearer.
        for (int distance = 1; distance <= (isLong && count == 0 ? 2 : 1) && near.Count == 0; distance++)
        {
            foreach ((string text, List<Place> found) in NearTerms(places, distance, known))
            {
                long visible = found.Sum(place => Count(place.Part, place.Field, text, place.HiddenFields, TermSpelling.MaxCount));
                if (visible > 0)
                {
                    near.Add(new NearTerm(text, distance, Math.Min(TermSpelling.MaxCount, visible)));
                }
            }
        }

        return new TermSpelling(count, [.. near.OrderByDescending(word => word.Count).ThenBy(word => word.Text, StringComparer.Ordinal).Take(MaxAnswered)]);
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

    /// <summary>The words within a distance that are in the dictionary of a field, visible or not, and in which.</summary>
    private Dictionary<string, List<Place>> NearTerms(List<Place> places, int distance, HashSet<string> known)
    {
        var found = new Dictionary<string, List<Place>>(StringComparer.Ordinal);
        foreach (Place place in places.Where(place => place.IsShown))
        {
            if (_lookups == MaxLookups || MultiFields.GetTerms(place.Part.Searcher.IndexReader, place.Field) is not { } terms)
            {
                continue;
            }

            _lookups++;
            work.Look();
            var near = new FuzzyTermsEnum(terms, new AttributeSource(), new Term(place.Field, place.Word), distance, FixedBeginning, transpositions: true);
            int seen = 0;
            while (near.MoveNext() && seen < MaxNearTerms)
            {
                work.Look();
                string text = near.Term.Utf8ToString();

                // What the word finds as it is spelt needs no other spelling.
                if (!known.Contains(text) && SpellingWords.IsWord(text) && !place.Part.Language.Terms(text, isStemmed: true).Contains(place.Looked))
                {
                    seen++;
                    found.TryAdd(text, []);
                    found[text].Add(place);
                }
            }
        }

        known.UnionWith(found.Keys);
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
            while (docs.NextDoc() != DocIdSetIterator.NO_MORE_DOCS && count < max && _postings < MaxPostings)
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
