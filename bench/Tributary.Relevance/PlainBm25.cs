using System.Text.RegularExpressions;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Analysis.Util;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Store;
using Lucene.Net.Util;
using LuceneDocument = Lucene.Net.Documents.Document;

namespace Tributary.Relevance;

/// <summary>
/// What one gets without thinking: everything in one field, Lucene's standard analyser without stop words, BM25 with k1 = 1.2 and b = 0.75. Equal scores keep
/// the order of the documents. The words of a query must all occur, as KQL has it, or any of them, as textbooks do.
/// </summary>
internal sealed partial class PlainBm25 : IRanking, IDisposable
{
    private const string Field = "text";

    private readonly Collection _collection;
    private readonly bool _isAnyWord;
    private readonly IRanking _restrictions;
    private readonly RAMDirectory _folder = new();
    private readonly StandardAnalyzer _analyzer = new(LuceneVersion.LUCENE_48, CharArraySet.Empty);
    private readonly DirectoryReader _reader;
    private readonly IndexSearcher _searcher;

    /// <param name="collection">What to index.</param>
    /// <param name="isAnyWord">One of the words is enough.</param>
    /// <param name="restrictions">What fulfils a restriction, which is no matter of ranking, is asked of this one.</param>
    public PlainBm25(Collection collection, bool isAnyWord, IRanking restrictions)
    {
        _collection = collection;
        _isAnyWord = isAnyWord;
        _restrictions = restrictions;
        var similarity = new BM25Similarity(1.2f, 0.75f);
        using (var writer = new IndexWriter(_folder, new IndexWriterConfig(LuceneVersion.LUCENE_48, _analyzer) { Similarity = similarity }))
        {
            foreach (Document document in collection.Documents)
            {
                writer.AddDocument(new LuceneDocument { new TextField(Field, string.Join('\n', document.Texts), Lucene.Net.Documents.Field.Store.NO) });
            }

            // One segment numbers its documents in their order.
            writer.ForceMerge(1);
        }

        _reader = DirectoryReader.Open(_folder);
        _searcher = new IndexSearcher(_reader) { Similarity = similarity };
    }

    public async Task<IReadOnlyList<string>> RankAsync(RelevanceQuery query, int depth, CancellationToken cancellationToken)
    {
        int all = _collection.Documents.Count;
        HashSet<string>? allowed = query.Restriction is { } restriction
            ? [.. await _restrictions.RankAsync(query with { Words = restriction, Restriction = null }, all, cancellationToken)]
            : null;
        TopDocs top = _searcher.Search(Translate(query.Words), all);
        return [.. top.ScoreDocs.Select(hit => _collection.Documents[hit.Doc].Name).Where(name => allowed?.Contains(name) != false).Take(depth)];
    }

    public void Dispose()
    {
        _reader.Dispose();
        _folder.Dispose();
        _analyzer.Dispose();
    }

    private BooleanQuery Translate(string words)
    {
        var query = new BooleanQuery(disableCoord: true);
        foreach (Match part in Part().Matches(words))
        {
            Term[] terms = [.. Tokens(part.Value.Trim('"')).Select(token => new Term(Field, token))];
            if (part.Value[0] == '"' && terms.Length > 1)
            {
                var phrase = new PhraseQuery();
                Array.ForEach(terms, phrase.Add);
                query.Add(phrase, Occurs);
            }
            else
            {
                Array.ForEach(terms, term => query.Add(new TermQuery(term), Occurs));
            }
        }

        return query;
    }

    private Occur Occurs => _isAnyWord ? Occur.SHOULD : Occur.MUST;

    private List<string> Tokens(string text)
    {
        var tokens = new List<string>();
        using TokenStream stream = _analyzer.GetTokenStream(Field, text);
        ICharTermAttribute term = stream.AddAttribute<ICharTermAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            tokens.Add(term.ToString()!);
        }

        stream.End();
        return tokens;
    }

    [GeneratedRegex("\"[^\"]+\"|[^\\s\"]+")]
    private static partial Regex Part();
}
