namespace Tributary.Search.Kql;

/// <summary>What remains of a malformed query when nothing in it is syntax: its words, all required (search 7.9).</summary>
internal static class KqlPlainText
{
    /// <summary>
    /// The words without operator characters and operator words. A trailing <c>*</c> stays a wildcard: it is not what made the query malformed. Of
    /// more words than <paramref name="maxClauses"/> the first ones are searched; refusing the query would be no help. Null when no word remains.
    /// </summary>
    public static KqlNode? Read(string text, int maxClauses)
    {
        var words = WordsOf(text, maxClauses);
        return words.Count == 0 ? null : KqlJoin.And(words);
    }

    /// <summary>
    /// The same words as text, each where it stands, with spaces between them: a query of as many characters that is never malformed, but for one of spaces alone. A
    /// <c>*</c> that other text goes on behind is a space too.
    /// </summary>
    public static string Blanked(string text, int maxWords)
    {
        var blanked = new char[text.Length];
        Array.Fill(blanked, ' ');
        foreach (var word in WordsOf(text, maxWords).Cast<Words>())
        {
            bool isLast = word.End >= text.Length || IsSeparator(text[word.End]);
            text.AsSpan(word.Start, isLast ? word.Length : word.Text.Length).CopyTo(blanked.AsSpan(word.Start));
        }

        return new string(blanked);
    }

    private static List<KqlNode> WordsOf(string text, int maxWords)
    {
        var words = new List<KqlNode>();
        var position = 0;
        while (position < text.Length && words.Count < maxWords)
        {
            var start = position;
            while (position < text.Length && !IsSeparator(text[position]))
            {
                position++;
            }

            if (WordOrNull(text, start, position) is { } word)
            {
                words.Add(word);
            }

            position++;
        }

        return words;
    }

    private static Words? WordOrNull(string text, int start, int end)
    {
        while (start < end && text[start] is '-' or '+')
        {
            start++;
        }

        var word = text[start..end];
        if (!WordBreaks.HasWord(word) || KqlLexer.OperatorOrNull(word) is not null)
        {
            return null;
        }

        var isPrefix = end < text.Length && text[end] is '*';
        return new Words(start, word.Length + (isPrefix ? 1 : 0), word, IsQuoted: false, isPrefix);
    }

    private static bool IsSeparator(char character) =>
        character is '(' or ')' or '"' or '*' or ':' or '=' or '<' or '>' || char.IsWhiteSpace(character);
}
