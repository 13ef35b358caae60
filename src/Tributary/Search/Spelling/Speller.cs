namespace Tributary.Search.Spelling;

/// <summary>
/// Finds a better spelling of a query among the words that the caller's own items have. It is told only when the query that it makes has results for the caller.
/// </summary>
/// <param name="index">Has the words.</param>
/// <param name="plan">Makes the plan of the request with another query string; null when there is none.</param>
internal sealed class Speller(ISearchIndex index, Func<SearchRequest, SearchPlan?> plan)
{
    /// <summary>How much more frequent a word must be to be suggested in place of one that is there.</summary>
    public const int FarMoreFrequent = 20;

    /// <summary>Other queries that are tried: the best words first, then with one of them the second or third best.</summary>
    private const int MaxTries = 6;

    /// <summary>Words that are tried in place of one.</summary>
    private const int MaxChoices = 3;

    /// <summary>The request with its query string altered, and how; null when it is as good as any.</summary>
    /// <param name="request">What was sent.</param>
    /// <param name="asked">What was asked of the index for it.</param>
    /// <param name="total">What that found.</param>
    /// <param name="cancellationToken">The search's deadline.</param>
    public async Task<SpellerAnswer?> CorrectOrNullAsync(SearchRequest request, SearchPlan asked, long total, CancellationToken cancellationToken)
    {
        bool mayModify = request.Alteration.Modification && total == 0;
        if (!mayModify && !request.Alteration.Suggestion)
        {
            return null;
        }

        IReadOnlyList<QueryWord> words = SpellingWords.Of(
            asked.Text, request.QueryString.Length, [.. asked.Connections.Select(searched => searched.Schema)], asked.Trees);
        if (words.Count == 0)
        {
            return null;
        }

        IReadOnlyList<TermSpelling> spellings = await index.SpellAsync(
            new SpellingQuery(asked.Query.Targets, [.. words.Select(word => word.Term)], asked.Query.Now) { Searcher = asked.Query.Searcher }, cancellationToken);
        if (mayModify && await TryAsync(request, words, [.. spellings.Select(Missing)], 0, isModification: true, cancellationToken) is { } modified)
        {
            return modified;
        }

        return request.Alteration.Suggestion
            ? await TryAsync(request, words, [.. spellings.Select(MissingOrRare)], total, isModification: false, cancellationToken)
            : null;
    }

    /// <summary>In place of a word that the caller has nowhere.</summary>
    private static IReadOnlyList<NearTerm> Missing(TermSpelling spelling) => spelling.Count == 0 ? spelling.Near : [];

    /// <summary>A word that is there may be meant, unless one that differs in a letter is far more frequent.</summary>
    private static IReadOnlyList<NearTerm> MissingOrRare(TermSpelling spelling) => spelling.Count == 0
        ? spelling.Near
        : [.. spelling.Near.Where(near => near.Distance == 1 && near.Count >= spelling.Count * FarMoreFrequent)];

    /// <summary>The first of the altered queries that finds more than the original.</summary>
    private async Task<SpellerAnswer?> TryAsync(
        SearchRequest request,
        IReadOnlyList<QueryWord> words,
        IReadOnlyList<IReadOnlyList<NearTerm>> choices,
        long total,
        bool isModification,
        CancellationToken cancellationToken)
    {
        foreach (int[] chosen in Combinations(choices).Take(MaxTries))
        {
            List<AlteredToken> tokens = [.. words.Index().Where(word => choices[word.Index].Count > 0)
                .Select(word => new AlteredToken(word.Item.Offset, word.Item.Length, choices[word.Index][chosen[word.Index]].Text))];
            var alteration = new QueryAlteration(request.QueryString, tokens, isModification);
            SearchRequest altered = request with { QueryString = alteration.Altered };
            if (plan(altered) is not { } better)
            {
                continue;
            }

            IndexAnswer found = await index.SearchAsync(better.Query with { From = 0, Size = 1, Sort = [], Facets = [] }, cancellationToken);
            if (found.TooBroad is null && found.Total > total)
            {
                return new SpellerAnswer(altered, better, alteration);
            }
        }

        return null;
    }

    /// <summary>Which choice is taken of each word: the best of all, then another of one.</summary>
    private static IEnumerable<int[]> Combinations(IReadOnlyList<IReadOnlyList<NearTerm>> choices)
    {
        if (choices.All(near => near.Count == 0))
        {
            yield break;
        }

        yield return new int[choices.Count];
        for (int choice = 1; choice < MaxChoices; choice++)
        {
            for (int word = 0; word < choices.Count; word++)
            {
                if (choices[word].Count > choice)
                {
                    int[] chosen = new int[choices.Count];
                    chosen[word] = choice;
                    yield return chosen;
                }
            }
        }
    }
}

/// <summary>A better spelling.</summary>
/// <param name="Request">The request with the altered query string.</param>
/// <param name="Plan">What is asked of the index for it.</param>
/// <param name="Alteration">What was changed.</param>
internal sealed record SpellerAnswer(SearchRequest Request, SearchPlan Plan, QueryAlteration Alteration);
