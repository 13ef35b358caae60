using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Tributary.Indexing;
using Tributary.Schemas;
using Tributary.Search.Kql;

namespace Tributary.Search.Spelling;

/// <summary>A word of a query string that may be misspelt.</summary>
/// <param name="Offset">Where it stands in the query string.</param>
/// <param name="Length">How many characters it has there.</param>
/// <param name="Term">The word, and where each connection looks for it.</param>
internal sealed record QueryWord(int Offset, int Length, SpellingTerm Term);

/// <summary>
/// The words of a query string whose spelling may be looked at: those of free text and of grouped values by which something is found. What stands in quotes or ends in
/// <c>*</c> stands for itself, as do the values of other restrictions, names, operators, what is negated, short words and such with digits.
/// </summary>
internal static class SpellingWords
{
    /// <summary>Shorter words are near to too much.</summary>
    public const int MinLength = 4;

    /// <summary>Longer ones are no words that people misspell, and cost the more the longer they are.</summary>
    public const int MaxLength = 40;

    /// <summary>Words of one query that are looked at, from its beginning.</summary>
    public const int MaxWords = 16;

    /// <param name="text">The query with its template filled in, and where in it the query string stands.</param>
    /// <param name="length">Of the query string.</param>
    /// <param name="schemas">One for each connection.</param>
    /// <param name="trees">The query as each of them reads it.</param>
    public static IReadOnlyList<QueryWord> Of(ExpandedQuery text, int length, IReadOnlyList<Schema> schemas, IReadOnlyList<KqlNode> trees)
    {
        var found = new SortedDictionary<int, (int Length, List<SpellingScope> Scopes)>();
        for (int target = 0; target < trees.Count; target++)
        {
            foreach ((Words words, Property? property) in Positive(trees[target], schemas[target]))
            {
                foreach ((int start, int size) in Places(text.Text, words))
                {
                    // What the template says is not the user's.
                    if (text.OffsetOrNull(start, size, length) is not { } offset)
                    {
                        continue;
                    }

                    if (!found.TryGetValue(offset, out (int Length, List<SpellingScope> Scopes) known))
                    {
                        found.Add(offset, known = (size, []));
                    }

                    var scope = new SpellingScope(target, property);
                    if (known.Length == size && !known.Scopes.Contains(scope))
                    {
                        known.Scopes.Add(scope);
                    }
                }
            }
        }

        return [.. found.Take(MaxWords).Select(word => new QueryWord(
            word.Key, word.Value.Length, new SpellingTerm(text.Text.Substring(text.TermsAt[0] + word.Key, word.Value.Length), word.Value.Scopes)))];
    }

    private static IEnumerable<(Words Words, Property? Property)> Positive(KqlNode tree, Schema schema) => tree switch
    {
        And and => and.Operands.SelectMany(operand => Positive(operand, schema)),
        Or or => or.Operands.SelectMany(operand => Positive(operand, schema)),
        Xrank xrank => Positive(xrank.Match, schema),
        Restriction { Operator: KqlOperator.Contains, Value: GroupValue group } restriction =>
            schema.FindOrNull(restriction.Property) is { IsQueryable: true, IsExactMatchRequired: false } property
                ? KqlTerms.PositiveWords(group.Expression).Select(words => (words, (Property?)property))
                : [],
        _ => KqlTerms.PositiveWords(tree).Select(words => (words, (Property?)null)),
    };

    /// <summary>One run of characters may be several words to the index.</summary>
    private static List<(int Start, int Length)> Places(string query, Words words)
    {
        var tokens = new List<(int, int)>();
        if (words.IsQuoted || words.IsPrefix)
        {
            return tokens;
        }

        using TokenStream stream = TextLanguage.Standard.Analyzer.GetTokenStream("", words.Text);
        ICharTermAttribute term = stream.AddAttribute<ICharTermAttribute>();
        IOffsetAttribute offset = stream.AddAttribute<IOffsetAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            int end = words.Start + offset.EndOffset;

            // Before a sign it may have been meant as a name, and become one: titel:x.
            bool isName = end < query.Length && query[end] is ':' or '=' or '<' or '>';
            if (!isName && IsWord(term.ToString()!))
            {
                tokens.Add((words.Start + offset.StartOffset, offset.EndOffset - offset.StartOffset));
            }
        }

        stream.End();
        return tokens;
    }

    /// <summary>Whether a term of the index can be misspelt, or be put in a query instead of one that is: letters alone. With an apostrophe it may
    /// be two.</summary>
    public static bool IsWord(string term)
    {
        int length = 0;
        foreach (System.Text.Rune rune in term.EnumerateRunes())
        {
            length++;
            bool isOfWord = System.Text.Rune.IsLetter(rune) || System.Text.Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;
            if (!isOfWord)
            {
                return false;
            }
        }

        return length is >= MinLength and <= MaxLength;
    }
}
