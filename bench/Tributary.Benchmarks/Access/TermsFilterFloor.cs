using System.Diagnostics;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Queries;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Store;
using Lucene.Net.Util;
using Tributary.Acls;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Index;
using Tributary.Indexing;

namespace Tributary.Benchmarks.Access;

/// <summary>
/// What one would do with Lucene alone: the principals of the access lists as terms of the documents, and a <see cref="TermsFilter"/> over those of the caller, less one over
/// the denied. Otherwise the product's documents and queries.
/// </summary>
internal sealed class TermsFilterFloor : IDisposable
{
    private const string GrantField = "grant";
    private const string DenyField = "deny";

    private readonly FSDirectory _folder;
    private readonly DirectoryReader _reader;
    private readonly IndexSearcher _searcher;

    private TermsFilterFloor(FSDirectory folder)
    {
        _folder = folder;
        _reader = DirectoryReader.Open(folder);
        _searcher = new IndexSearcher(_reader) { Similarity = new BM25Similarity() };
    }

    public static TermsFilterFloor Fill(string directory, AccessCorpus corpus, int items)
    {
        FSDirectory folder = FSDirectory.Open(directory);
        var configuration = new IndexWriterConfig(LuceneVersion.LUCENE_48, TextLanguage.Standard.Analyzer) { RAMBufferSizeMB = 64, Similarity = new BM25Similarity() };
        using (var writer = new IndexWriter(folder, configuration))
        {
            Parallel.For(
                0,
                items,
                () => new DocumentBuilder(Corpus.Schema),
                (number, _, documents) =>
                {
                    CorpusItem item = corpus.Item(number);
                    var document = new Document();
                    foreach (IIndexableField field in documents.Build(item.ToFeedItem(number)))
                    {
                        document.Add(field);
                    }

                    foreach (AclEntry entry in item.Acl.Entries)
                    {
                        document.Add(new StringField(entry.AccessType == AccessType.Grant ? GrantField : DenyField, TermOf(Principal.Of(entry)), Field.Store.NO));
                    }

                    writer.AddDocument(document);
                    return documents;
                },
                _ => { });
        }

        return new TermsFilterFloor(folder);
    }

    /// <summary>In turns without a filter, and with one for the caller, which is made anew as it is for each request.</summary>
    public (Load Free, Load Filtered) Measure(IReadOnlyList<Question> questions, AccessPrincipals caller, TimeSpan time)
    {
        var (free, filtered) = (new Load(), new Load());
        var lucene = new LuceneAlone(_searcher);
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; Stopwatch.GetElapsedTime(started) < time; i++)
        {
            Question question = questions[i % questions.Count];
            Query query = LuceneAlone.Translate(question.Tree());
            for (int turn = 0; turn < 2; turn++)
            {
                long asked = Stopwatch.GetTimestamp();
                if ((turn + i) % 2 == 0)
                {
                    lucene.Search(question, query);
                    free.Add(question.Kind, Stopwatch.GetTimestamp() - asked);
                }
                else
                {
                    lucene.Search(question, new FilteredQuery(query, FilterOf(caller)));
                    filtered.Add(question.Kind, Stopwatch.GetTimestamp() - asked);
                }
            }
        }

        return (free, filtered);
    }

    public int Count(Question question, AccessPrincipals caller) =>
        new LuceneAlone(_searcher).Search(question, new FilteredQuery(LuceneAlone.Translate(question.Tree()), FilterOf(caller))).Page.TotalHits;

    public void Dispose()
    {
        _reader.Dispose();
        _folder.Dispose();
    }

    private static BooleanFilter FilterOf(AccessPrincipals caller)
    {
        BytesRef[] terms = [.. caller.All().Select(principal => new BytesRef(TermOf(principal)))];
        return new BooleanFilter { { new TermsFilter(GrantField, terms), Occur.MUST }, { new TermsFilter(DenyField, terms), Occur.MUST_NOT } };
    }

    private static string TermOf(Principal principal) => $"{principal.Type}:{principal.Value}";
}
