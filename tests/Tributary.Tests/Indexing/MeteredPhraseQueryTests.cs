using CsCheck;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Tributary.Indexing;
using Tributary.Items;
using IndexOptions = Tributary.Indexing.IndexOptions;

namespace Tributary.Tests.Indexing;

public sealed class MeteredPhraseQueryTests : IDisposable
{
    private static readonly Gen<string> Word = Gen.OneOf("a", "b", "c");

    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-phrases-").FullName;
    private int _generations;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private IndexGeneration Index(IEnumerable<string> texts)
    {
        IndexGeneration generation = IndexGeneration.Create(Path.Combine(_folder, $"{++_generations}"), new IndexOptions());
        var builder = new DocumentBuilder(QuerySchema.Schema);
        foreach ((int number, string text) in texts.Index())
        {
            generation.Put($"i{number}", builder.Build(new FeedItem($"i{number}")
            {
                Acl = 1,
                Change = 1,
                Properties = "{}"u8.ToArray(),
                Content = new ExternalItemContent(ExternalItemContentType.Text, text),
            }));
            if (number % 7 == 6)
            {
                generation.Refresh();
            }
        }

        generation.Refresh();
        return generation;
    }

    private static T Searching<T>(IndexGeneration generation, Func<IndexSearcher, T> ask)
    {
        IndexSearcher searcher = generation.Acquire();
        try
        {
            return ask(searcher);
        }
        finally
        {
            generation.Release(searcher);
        }
    }

    [Fact]
    public void It_finds_and_scores_as_the_phrase_of_Lucene_does()
    {
        (int asked, int some) = (0, 0);
        Gen.Select(Word.Array[0, 20].Array[1, 30], Word.Array[2, 5].Array[20]).Sample(
            (texts, phrases) =>
            {
                using IndexGeneration generation = Index(texts.Select(words => string.Join(' ', words)));
                foreach (string[] phrase in phrases)
                {
                    var plain = new PhraseQuery { Boost = 3 };
                    Array.ForEach(phrase, word => plain.Add(new Term(IndexFields.Text, word)));
                    var metered = new MeteredPhraseQuery(IndexFields.Text, phrase, new SearchWork(0, CancellationToken.None)) { Boost = 3 };

                    (string expected, string found) = Searching(generation, searcher => (Hits(searcher, plain), Hits(searcher, metered)));
                    Assert.True(expected == found, $"{metered}: {expected}, but {found}");
                    asked++;
                    some += found.Length > 0 ? 1 : 0;
                }
            },
            iter: 100,
            threads: 1);
        Assert.True(some > asked / 3, $"Only {some} of {asked} found anything.");

        static string Hits(IndexSearcher searcher, Query query) => string.Join(
            ' ', searcher.Search(query, 1000).ScoreDocs.Select(hit => FormattableString.Invariant($"{hit.Doc}:{hit.Score:R}:{searcher.Explain(query, hit.Doc).Value:R}")));
    }

    [Fact]
    public void What_is_not_found_has_an_explanation_too()
    {
        using IndexGeneration generation = Index(["a b", "b a"]);
        var phrase = new MeteredPhraseQuery(IndexFields.Text, ["a", "b"], new SearchWork(0, CancellationToken.None));

        Assert.Equal([true, false], Searching(generation, searcher => (bool[])[searcher.Explain(phrase, 0).IsMatch, searcher.Explain(phrase, 1).IsMatch]));
    }

    [Fact]
    public void Phrases_are_equal_by_their_words_field_and_boost()
    {
        var work = new SearchWork(0, CancellationToken.None);
        var phrase = new MeteredPhraseQuery("w:title", ["a", "b"], work);

        Assert.Equal(phrase, new MeteredPhraseQuery("w:title", ["a", "b"], work));
        Assert.Equal(phrase.GetHashCode(), new MeteredPhraseQuery("w:title", ["a", "b"], work).GetHashCode());
        Assert.NotEqual(phrase, new MeteredPhraseQuery("w:title", ["b", "a"], work));
        Assert.NotEqual(phrase, new MeteredPhraseQuery("w:notes", ["a", "b"], work));
        Assert.NotEqual(phrase, new MeteredPhraseQuery("w:title", ["a", "b"], work) { Boost = 2 });
    }

    [Fact]
    public void Every_position_that_it_looks_at_is_a_step()
    {
        const int Positions = 10_000;
        const int Words = 40;
        using IndexGeneration generation = Index([string.Join(' ', Enumerable.Repeat("a", Positions))]);
        var work = new SearchWork(0, CancellationToken.None);

        int found = Searching(generation, searcher => searcher.Search(new MeteredPhraseQuery(IndexFields.Text, [.. Enumerable.Repeat("a", Words)], work), 1).TotalHits);

        Assert.Equal(1, found);
        Assert.InRange(work.Steps, (uint)(Words * (Positions - Words)), (uint)(Words * (Positions + 1)));
    }
}
