namespace Tributary.Search.Kql;

/// <summary><c>name op value</c> (search 7.2 and 7.5).</summary>
internal sealed partial class KqlParser
{
    private KqlNode? ParseRestriction()
    {
        var head = _token;
        if (_isInGroup)
        {
            return Fail(head.Start, $"The restriction on '{head.Text}' cannot stand inside the value of another.");
        }

        if (!CountClause())
        {
            return null;
        }

        if (_lexer.Current is ':' or '=' or '<' or '>')
        {
            return Fail(_lexer.Position, $"After '{head.Text}' stand two operators; a value is expected after the first, or in quotes if '{_lexer.Current}' is part of it.");
        }

        // The documentation of the Retrieval API itself writes "LastModifiedTime>= 2024-07-22".
        _lexer.SkipWhiteSpace();
        var valueStart = _lexer.Position;
        var value = _lexer.Current is '(' ? ParseGroup(head) : ParseValue(head);
        if (value is null)
        {
            return null;
        }

        var length = _previous.End - head.Start;
        if (length > KqlLimits.MaxRestrictionLength)
        {
            return Fail(
                head.Start,
                $"The restriction on '{head.Text}' has {length} characters; at most {KqlLimits.MaxRestrictionLength} are allowed.");
        }

        return new Restriction(head.Start, length, head.Text, head.Property!, head.Operator, value) { ValueStart = valueStart };
    }

    private GroupValue? ParseGroup(KqlToken head)
    {
        if (IsOrdering(head.Operator))
        {
            Fail(_lexer.Position, $"The comparison with '{head.Text}' takes one value, not a group.");
            return null;
        }

        Advance();
        _isInGroup = true;
        var expression = ParseParentheses();
        _isInGroup = false;
        return expression is null ? null : new GroupValue(expression);
    }

    private KqlValue? ParseValue(KqlToken head)
    {
        var token = _lexer.NextValue();
        var isNextOperator = token.Kind is KqlTokenKind.Bare && token.Start > head.End && KqlLexer.OperatorOrNull(token.Text) is not null;
        if (token.Length == 0 || isNextOperator)
        {
            Fail(token.Start, $"The comparison with '{head.Text}' has no value.");
            return null;
        }

        var value = RangeOrNull(ref token) ?? TextOrExists(token);
        if (IsOrdering(head.Operator) && value is not TextValue { IsPrefix: false })
        {
            Fail(token.Start, $"The comparison with '{head.Text}' takes one value, not a range or a wildcard.");
            return null;
        }

        if (_error is not null)
        {
            return null;
        }

        MoveTo(token);
        Advance();
        return value;
    }

    /// <summary>
    /// A bare <c>A..B</c>, or <c>"A".."B"</c>, whose second half is added to <paramref name="token"/>. A wildcard is never an end of a range.
    /// </summary>
    private RangeValue? RangeOrNull(ref KqlToken token)
    {
        if (token.IsPrefix)
        {
            return null;
        }

        if (token.Kind is KqlTokenKind.Bare)
        {
            var dots = token.Text.IndexOf("..", StringComparison.Ordinal);
            return dots > 0 && dots + 2 < token.Text.Length ? new RangeValue(token.Text[..dots], token.Text[(dots + 2)..]) : null;
        }

        if (_lexer.RangeEndOrNull() is not { } to)
        {
            return null;
        }

        if (to.IsPrefix)
        {
            Fail(to.Start, "An end of a range is a whole value; a '*' is not expected.");
        }

        var range = new RangeValue(token.Text, to.Text);
        token = token with { Length = to.End - token.Start };
        return range;
    }

    private static KqlValue TextOrExists(KqlToken token) =>
        token is { IsPrefix: true, Text: "" } ? new ExistsValue() : new TextValue(token.Text, token.Kind is KqlTokenKind.Quoted, token.IsPrefix);

    private static bool IsOrdering(KqlOperator sign) =>
        sign is KqlOperator.Less or KqlOperator.LessOrEqual or KqlOperator.Greater or KqlOperator.GreaterOrEqual;
}
