using System.Globalization;
using Lucene.Net.Search;
using Tributary.Acls;
using Tributary.Benchmarks.Corpora;
using Tributary.Indexing;
using Tributary.Search;

namespace Tributary.Benchmarks.Index;

/// <summary>
/// Before a clock runs: the same questions to the product, to Lucene alone with every match judged by <see cref="AclEvaluator"/>, and to PostgreSQL. What does not
/// answer the same is not compared.
/// </summary>
internal static class Agreement
{
    /// <returns>How many answers were compared.</returns>
    /// <exception cref="InvalidOperationException">Two answers differ.</exception>
    public static async Task<int> CheckAsync(IndexServer server, PostgresItems? postgres, IReadOnlyList<Question> questions)
    {
        int compared = 0;
        long found = 0;
        using IndexView view = await server.AcquireAsync();
        var alone = new LuceneAlone(view.Searcher);
        foreach (Question question in questions)
        {
            Query query = LuceneAlone.Translate(question.Tree());
            CorpusItem[] matches = [.. alone.Ids(query).Select(id => IndexCorpus.Item(NumberOf(id)))];
            Same(matches.Length, alone.Search(question, query).Page.TotalHits, "Lucene's matches and its total", question, "everyone");
            foreach (Asker asker in Asker.All)
            {
                AccessPrincipals caller = asker.Access();
                IndexAnswer answer = await server.SearchAsync(question, question.Tree(), caller);
                Same(matches.Count(item => AclEvaluator.IsVisible(item.Acl, caller)), answer.Total, "visible matches and the product's total", question, asker.Name);
                if (postgres is not null)
                {
                    (long total, IReadOnlyDictionary<string, long> buckets) = await postgres.SearchAsync(question, PostgresItems.PrincipalsOf(caller));
                    Same(answer.Total, total, "the product's total and PostgreSQL's", question, asker.Name);
                    CheckBuckets(question, asker, answer, buckets);
                }

                found += answer.Total;
                compared++;
            }
        }

        return found > 0 ? compared : throw new InvalidOperationException("Nothing was found, so nothing was compared.");
    }

    /// <summary>Which of several equal counts come last is nobody's to say, so values are compared where both have them, and counts all.</summary>
    private static void CheckBuckets(Question question, Asker asker, IndexAnswer answer, IReadOnlyDictionary<string, long> buckets)
    {
        foreach ((Facet facet, IReadOnlyList<FacetBucket> ours) in question.Facets().Zip(answer.Facets))
        {
            string name = facet.Properties[0]!.Name + "=";
            long[] theirs = [.. buckets.Where(bucket => bucket.Key.StartsWith(name, StringComparison.Ordinal)).Select(bucket => bucket.Value).OrderDescending()];
            if (!ours.Select(bucket => bucket.Count).OrderDescending().SequenceEqual(theirs)
                || ours.Any(bucket => buckets.TryGetValue(name + bucket.Key, out long count) && count != bucket.Count))
            {
                throw new InvalidOperationException($"The buckets of {name} differ for {question.Kql} of {asker.Name}.");
            }
        }
    }

    private static int NumberOf(string id) => int.Parse(id["item".Length..], CultureInfo.InvariantCulture);

    private static void Same(long one, long other, string what, Question question, string asker)
    {
        if (one != other)
        {
            throw new InvalidOperationException($"{what} differ for {question.Kind} {question.Kql} of {asker}: {one} and {other}.");
        }
    }
}
