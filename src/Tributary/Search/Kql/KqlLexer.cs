namespace Tributary.Search.Kql;

/// <summary>
/// Reads a query from left to right, on demand: what a character means depends on where the parser stands (a value takes <c>:</c> and <c>-</c> as
/// they are, a comma separates only inside <c>WORDS</c>). Every character is looked at a fixed number of times.
/// </summary>
internal sealed class KqlLexer(string text, Func<string, string?> resolve)
{
    /// <summary>The next character to be read.</summary>
    public int Position { get; private set; }

    public char? Current => Position < text.Length ? text[Position] : null;

    /// <summary>The operator that <paramref name="word"/> is, or null: they are operators in upper case only (search 7.1).</summary>
    public static KqlTokenKind? OperatorOrNull(ReadOnlySpan<char> word) => word switch
    {
        "AND" => KqlTokenKind.And,
        "OR" => KqlTokenKind.Or,
        "NOT" => KqlTokenKind.Not,
        "NEAR" => KqlTokenKind.Near,
        "ONEAR" => KqlTokenKind.OrderedNear,
        "WORDS" => KqlTokenKind.Words,
        "XRANK" => KqlTokenKind.Xrank,
        _ => null,
    };

    /// <summary>
    /// The next token. Text without any word in it is passed over like white space, so that <c>Contoso - Q3 &amp; Q4</c> is four words less two.
    /// </summary>
    public KqlToken Next(bool isInList = false)
    {
        while (true)
        {
            SkipWhiteSpace();
            switch (Current)
            {
                case null:
                    return new KqlToken(KqlTokenKind.End, Position, 0, "");
                case '(':
                    return Single(KqlTokenKind.Open);
                case ')':
                    return Single(KqlTokenKind.Close);
                case ',' when isInList:
                    return Single(KqlTokenKind.Comma);
            }

            var token = Current is '"' ? Quoted() : Bare(isInList);
            if (token.Kind is not (KqlTokenKind.Bare or KqlTokenKind.Quoted) || WordBreaks.HasWord(token.Text))
            {
                return token;
            }

            if (token.IsPrefix && token.Text.Length == 0)
            {
                return token with { Kind = KqlTokenKind.Star };
            }
        }
    }

    /// <summary>
    /// The value of a restriction when it is no group: everything up to white space, a parenthesis or a quote, or a quoted text. Unlike free text it
    /// may be without a word. Of no length when there is none.
    /// </summary>
    public KqlToken NextValue() => Current is '"' ? Quoted() : Term(KqlTokenKind.Bare, Position, EndOfRun(false));

    /// <summary>The quoted second half of <c>"A".."B"</c>, right behind the first; null when there is none.</summary>
    public KqlToken? RangeEndOrNull()
    {
        if (!text.AsSpan(Position).StartsWith("..\"", StringComparison.Ordinal))
        {
            return null;
        }

        Position += 2;
        return Quoted();
    }

    public void SkipWhiteSpace()
    {
        while (Current is { } character && char.IsWhiteSpace(character))
        {
            Position++;
        }
    }

    /// <summary>The parameters <c>(…)</c> of an operator without their parentheses; null when none open here or they do not close.</summary>
    public KqlToken? ParametersOrNull()
    {
        var before = Position;
        SkipWhiteSpace();
        var close = Current is '(' ? text.IndexOf(')', Position) : -1;
        if (close < 0)
        {
            Position = before;
            return null;
        }

        var start = Position + 1;
        Position = close + 1;
        return new KqlToken(KqlTokenKind.Bare, start, close - start, text[start..close]);
    }

    private KqlToken Single(KqlTokenKind kind) => new(kind, Position, 1, text[Position++].ToString());

    /// <summary>
    /// A quote that is not closed takes the rest of the text (search 7.2). The <c>*</c> may stand on either side of the closing quote.
    /// </summary>
    private KqlToken Quoted()
    {
        var start = Position;
        var close = text.IndexOf('"', start + 1);
        var end = close < 0 ? text.Length : close;
        Position = close < 0 ? end : close + 1;
        var hasStarBehind = false;
        while (Current is '*')
        {
            Position++;
            hasStarBehind = true;
        }

        var token = Term(KqlTokenKind.Quoted, start + 1, end, Position);
        // "sales *" asks for a word that begins with nothing: any word, which is as good as none.
        var isPrefix = (token.IsPrefix || hasStarBehind) && !(token.Text.Length > 0 && char.IsWhiteSpace(token.Text[^1]));
        return token with { Start = start, Length = Position - start, IsPrefix = isPrefix };
    }

    private KqlToken Bare(bool isInList)
    {
        var start = Position;
        var end = EndOfRun(isInList);
        if (text[start] is '-' or '+' && IsSign(start, end))
        {
            return Single(text[start] is '-' ? KqlTokenKind.Minus : KqlTokenKind.Plus);
        }

        var word = text.AsSpan(start, end - start);
        if (OperatorOrNull(word) is { } kind)
        {
            Position = end;
            return new KqlToken(kind, start, end - start, word.ToString());
        }

        return RestrictionOrNull() ?? Term(KqlTokenKind.Bare, start, end);
    }

    /// <summary>
    /// A sign binds to what follows without a space. Before another sign, or punctuation, it is punctuation itself: <c>--verbose</c> is a word to
    /// search for.
    /// </summary>
    private bool IsSign(int start, int end)
    {
        var rest = text.AsSpan(start + 1, end - start - 1);
        if (rest.IsEmpty)
        {
            return end < text.Length && text[end] is '(' or '"';
        }

        return rest[0] is not ('-' or '+') && (WordBreaks.HasWord(rest) || !rest.ContainsAnyExcept('*'));
    }

    /// <summary>
    /// Name and operator, if the name resolves and a value follows. Only a comparison may have white space before its value; <c>author: x</c> is free
    /// text (search 7.2).
    /// </summary>
    private KqlToken? RestrictionOrNull()
    {
        var start = Position;
        if (!char.IsLetter(text[start]))
        {
            return null;
        }

        var end = start + 1;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_'))
        {
            end++;
        }

        var name = text[start..end];
        Position = end;
        if (TakeOperatorOrNull() is { } sign && (IsComparison(sign) || HasValueHere()) && resolve(name) is { } property)
        {
            return new KqlToken(KqlTokenKind.Restriction, start, Position - start, name) { Property = property, Operator = sign };
        }

        Position = start;
        return null;
    }

    private KqlOperator? TakeOperatorOrNull() =>
        TrySkip(":") ? KqlOperator.Contains
        : TrySkip("=") ? KqlOperator.Equal
        : TrySkip("<>") ? KqlOperator.NotEqual
        : TrySkip("<=") ? KqlOperator.LessOrEqual
        : TrySkip(">=") ? KqlOperator.GreaterOrEqual
        : TrySkip("<") ? KqlOperator.Less
        : TrySkip(">") ? KqlOperator.Greater
        : null;

    private bool TrySkip(string expected)
    {
        if (!text.AsSpan(Position).StartsWith(expected, StringComparison.Ordinal))
        {
            return false;
        }

        Position += expected.Length;
        return true;
    }

    private static bool IsComparison(KqlOperator sign) => sign is not (KqlOperator.Contains or KqlOperator.Equal);

    private bool HasValueHere() => Current is { } character && character is not ')' && !char.IsWhiteSpace(character);

    private int EndOfRun(bool isInList)
    {
        var end = Position;
        while (end < text.Length && text[end] is not ('(' or ')' or '"') && !(isInList && text[end] is ',') && !char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        return end;
    }

    private KqlToken Term(KqlTokenKind kind, int start, int end, int? position = null)
    {
        Position = position ?? end;
        var written = text.AsSpan(start, end - start);
        var word = written.TrimEnd('*');
        return new KqlToken(kind, start, end - start, word.ToString(), word.Length < written.Length);
    }
}
