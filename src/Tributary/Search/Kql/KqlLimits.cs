namespace Tributary.Search.Kql;

/// <summary>
/// What bounds one query. Length is the documented limit (search 7.1). Depth bounds the parser's stack and the translator's, clauses what the index
/// is asked to look up; the real service documents neither.
/// </summary>
/// <param name="MaxLength">Characters; configurable up to <see cref="GreatestLength"/>.</param>
/// <param name="MaxDepth">Parentheses within parentheses, and changes of operator or distance within one chain of <c>NEAR</c>.</param>
/// <param name="MaxClauses">Terms, phrases and restrictions.</param>
internal sealed record KqlLimits(int MaxLength = 4_096, int MaxDepth = 64, int MaxClauses = 1_024)
{
    /// <summary>The most to which <see cref="MaxLength"/> may be raised (search 7.1).</summary>
    public const int GreatestLength = 20_480;

    /// <summary>Characters of one restriction, from its name to the end of its value (search 7.1).</summary>
    public const int MaxRestrictionLength = 2_048;

    /// <summary>Different words that match by their beginning, and different ranges. Each costs a bit for every document.</summary>
    public const int MaxExpansions = 64;

    public static readonly KqlLimits Default = new();

    /// <summary>For a caller that parses leniently: too long is refused there too (search 7.1), and is not a matter of syntax.</summary>
    public KqlError? TooLongOrNull(string text) =>
        text.Length > MaxLength ? new KqlError(MaxLength, $"The query has {text.Length} characters; at most {MaxLength} are allowed.") : null;
}
