using System.Diagnostics;
using Lucene.Net.Index;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Store;
using Lucene.Net.Util;
using Tributary.Benchmarks.Corpora;
using Tributary.Indexing;

namespace Tributary.Benchmarks.Floors;

/// <summary>
/// Lucene.NET alone, fed the same documents with the same analyser, buffer and threads, each replacing the one of its id as a PUT may; one commit at the end.
/// Their fields are made by the product's own code (some 3 % of the time), as reused fields cannot be made in advance.
/// </summary>
internal static class LuceneFloor
{
    private const int SliceItems = 10_000;

    public static double Measure(string directory, int items)
    {
        var options = new Tributary.Indexing.IndexOptions();
        using FSDirectory folder = FSDirectory.Open(directory);
        var merges = new ConcurrentMergeScheduler();
        merges.SetMaxMergesAndThreads(maxMergeCount: 4, maxThreadCount: 1);
        var configuration = new IndexWriterConfig(LuceneVersion.LUCENE_48, TextLanguage.Standard.Analyzer)
        {
            OpenMode = OpenMode.CREATE,
            RAMBufferSizeMB = options.RamBufferMegabytes,
            Similarity = new BM25Similarity(),
            MergeScheduler = merges,
        };
        using var writer = new IndexWriter(folder, configuration);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads };
        var clock = new Stopwatch();
        for (int first = 0; first < items; first += SliceItems)
        {
            var slice = new FeedItem[Math.Min(SliceItems, items - first)];
            Parallel.For(0, slice.Length, i => slice[i] = Corpus.Item(first + i).ToFeedItem(first + i));
            clock.Start();
            Parallel.ForEach(
                slice,
                parallel,
                () => new DocumentBuilder(Corpus.Schema),
                (item, _, documents) =>
                {
                    writer.UpdateDocument(new Term(IndexFields.Id, item.Id), documents.Build(item));
                    return documents;
                },
                _ => { });
            clock.Stop();
        }

        clock.Start();
        writer.Commit();
        clock.Stop();
        return items / clock.Elapsed.TotalSeconds;
    }
}
