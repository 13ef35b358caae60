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
        var words = new List<KqlNode>();
        var position = 0;
        while (position < text.Length && words.Count < maxClauses)
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

        return words.Count == 0 ? null : KqlJoin.And(words);
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
