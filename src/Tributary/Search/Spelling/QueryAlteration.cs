namespace Tributary.Search.Spelling;

/// <summary>Whether a request wants its spelling looked at (search 14.1).</summary>
/// <param name="Suggestion">A better spelling is told, and the query answered as it was sent.</param>
/// <param name="Modification">A query without results is answered as it is better spelt.</param>
internal readonly record struct AlterationOptions(bool Suggestion, bool Modification);

/// <summary>A word of the query string that another is put in place of.</summary>
/// <param name="Offset">Where it stands in the query string as sent.</param>
/// <param name="Length">Characters of it that are replaced.</param>
/// <param name="Suggestion">What is put there.</param>
internal sealed record AlteredToken(int Offset, int Length, string Suggestion);

/// <summary>A better spelling of a query string, which has results for the caller.</summary>
/// <param name="Original">As sent, without the template around it.</param>
/// <param name="Tokens">In the order of their places.</param>
/// <param name="IsModification">Whether the answer is that of the altered query.</param>
internal sealed record QueryAlteration(string Original, IReadOnlyList<AlteredToken> Tokens, bool IsModification)
{
    /// <summary>The characters that the reference wraps a changed word in: of private use, so that no query has them by accident.</summary>
    public const char HighlightStart = '\uE000';

    /// <inheritdoc cref="HighlightStart"/>
    public const char HighlightEnd = '\uE001';

    public string Altered => Replace(token => token.Suggestion);

    public string Highlighted => Replace(token => $"{HighlightStart}{token.Suggestion}{HighlightEnd}");

    private string Replace(Func<AlteredToken, string> replacement)
    {
        var altered = new System.Text.StringBuilder();
        int position = 0;
        foreach (AlteredToken token in Tokens)
        {
            altered.Append(Original, position, token.Offset - position).Append(replacement(token));
            position = token.Offset + token.Length;
        }

        return altered.Append(Original, position, Original.Length - position).ToString();
    }
}
