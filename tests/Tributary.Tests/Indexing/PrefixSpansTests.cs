using CsCheck;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Tributary.Indexing;
using Tributary.Items;
using IndexOptions = Tributary.Indexing.IndexOptions;

namespace Tributary.Tests.Indexing;

public sealed class PrefixSpansTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-spans-").FullName;
    private int _generations;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Positions_of_a_beginning_are_read_in_their_order_however_few_are_held_at_a_time()
    {
        Gen.Select(Gen.OneOf("za", "zb", "zc", "x", "zd1", "zd2").Array[0, 30].Array[1, 20], Gen.Int[1, 40].Array[0, 30]).Sample(
            (texts, moves) =>
            {
                var item = new List<(int Doc, int Position)>();
                foreach ((int doc, string[] words) in texts.Index())
                {
                    item.AddRange(words.Index().Where(word => word.Item[0] == 'z').Select(word => (doc, word.Index)));
                }

                foreach (int most in (int[])[1, 2, 7, 50, PrefixSpans.MostPositions])
                {
                    Assert.Equal(item, Read(texts, most, spans => spans.MoveNext()));

                    // Now and then over some documents, as a phrase does that is not there.
                    var move = new Queue<int>(moves);
                    var expected = new List<(int, int)>();
                    for (int at = Next(-1); at < item.Count; at = Next(at))
                    {
                        expected.Add(item[at]);
                    }

                    move = new Queue<int>(moves);
                    Assert.Equal(expected, Read(texts, most, spans => Step() is > 1 and var far ? spans.SkipTo(Math.Max(0, spans.Doc) + far) : spans.MoveNext()));

                    int Step() => move.TryDequeue(out int far) && far < 8 ? far : 1;
                    int Next(int at) => Step() is > 1 and var far
                        ? item.FindIndex(at + 1, place => place.Doc >= (at < 0 ? 0 : item[at].Doc) + far) is var found && found < 0 ? item.Count : found
                        : at + 1;
                }
            },
            iter: 40,
            threads: 1);
    }

    [Fact]
    public void One_document_may_have_more_positions_than_are_sorted_at_once()
    {
        string[] words = [.. Enumerable.Range(0, 700_000).Select(number => $"z{number * 7919L % 500}")];

        Assert.Equal(Enumerable.Range(0, words.Length).Select(position => (0, position)), Read([words], PrefixSpans.MostPositions, spans => spans.MoveNext()));
    }

    [Fact]
    public void Where_no_text_has_a_word_there_is_no_position() => Assert.Empty(Read([[], []], PrefixSpans.MostPositions, spans => spans.MoveNext()));

    private List<(int Doc, int Position)> Read(string[][] texts, int most, Func<PrefixSpans, bool> moveNext)
    {
        using IndexGeneration generation = IndexGeneration.Create(Path.Combine(_folder, $"{++_generations}"), new IndexOptions());
        var builder = new DocumentBuilder(QuerySchema.Schema);
        foreach ((int number, string[] words) in texts.Index())
        {
            generation.Put($"i{number}", builder.Build(new FeedItem($"i{number}")
            {
                Acl = 1,
                Change = 1,
                Properties = "{}"u8.ToArray(),
                Content = new ExternalItemContent(ExternalItemContentType.Text, string.Join(' ', words)),
            }));
        }

        generation.Refresh();
        IndexSearcher searcher = generation.Acquire();
        try
        {
            AtomicReader segment = searcher.TopReaderContext.Leaves.Single().AtomicReader;
            var documents = new FixedBitSet(segment.MaxDoc);
            documents.Set(0, segment.MaxDoc);
            var spans = new PrefixSpans(segment, new Term(IndexFields.Text, "z"), documents, null, new SearchWork(0, CancellationToken.None), most);
            var found = new List<(int, int)>();
            Assert.Equal(-1, spans.Doc);
            while (moveNext(spans))
            {
                Assert.Equal(spans.Start + 1, spans.End);
                found.Add((spans.Doc, spans.Start));
            }

            Assert.Equal(DocIdSetIterator.NO_MORE_DOCS, spans.Doc);
            Assert.False(spans.MoveNext());
            return found;
        }
        finally
        {
            generation.Release(searcher);
        }
    }
}
