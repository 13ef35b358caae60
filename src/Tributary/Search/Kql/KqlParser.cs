namespace Tributary.Search.Kql;

/// <summary>
/// Parses the Keyword Query Language (search 7). Recursive descent, one method per line of the grammar in 7.2; the reference defines no precedence,
/// ours is: parentheses, restriction and <c>WORDS</c> and <c>NEAR</c>, <c>NOT</c> and signs, <c>XRANK</c>, <c>AND</c> explicit or implicit, <c>OR</c>
/// (search 20, item 5).
/// </summary>
/// <remarks>
/// Queries come from anyone: the first error ends the parse as a value, never as an exception; the stack is bounded by <see
/// cref="KqlLimits.MaxDepth"/> and the work grows with the length of the text. A method answers null once <see cref="_error"/> is set.
/// </remarks>
internal sealed partial class KqlParser
{
    private readonly KqlLexer _lexer;
    private readonly KqlLimits _limits;
    private KqlToken _previous;
    private KqlToken _token;
    private KqlError? _error;
    private int _depth;
    private int _clauses;
    private bool _isInGroup;
    private bool _isInRank;

    private KqlParser(string text, Func<string, string?> resolve, KqlLimits limits)
    {
        _lexer = new KqlLexer(text, resolve);
        _limits = limits;
    }

    /// <summary>The tree of <paramref name="text"/>, or what is wrong with it.</summary>
    /// <param name="text">The query.</param>
    /// <param name="resolve">
    /// The key of the property with this name, or null when no target connection has one: then <c>name:value</c> is free text (7.2), as in
    /// <c>https://contoso.com</c>.
    /// </param>
    /// <param name="limits">Null for <see cref="KqlLimits.Default"/>.</param>
    public static KqlResult Parse(string text, Func<string, string?> resolve, KqlLimits? limits = null)
    {
        limits ??= KqlLimits.Default;
        if (limits.TooLongOrNull(text) is { } tooLong)
        {
            return KqlResult.Of(tooLong);
        }

        var parser = new KqlParser(text, resolve, limits);
        return parser.ParseQuery() is { } tree ? KqlResult.Of(tree) : KqlResult.Of(parser._error!);
    }

    /// <summary>
    /// As <see cref="Parse"/>, but text that is no query is searched as plain words (7.9). Null when nothing searchable remains, or the text is too
    /// long: see <see cref="KqlLimits.TooLongOrNull"/>.
    /// </summary>
    public static KqlNode? ParseLenient(string text, Func<string, string?> resolve, KqlLimits? limits = null)
    {
        limits ??= KqlLimits.Default;
        return limits.TooLongOrNull(text) is not null ? null : Parse(text, resolve, limits).Tree ?? KqlPlainText.Read(text, limits.MaxClauses);
    }

    private KqlNode? ParseQuery()
    {
        Advance();
        if (ParseOr() is not { } tree)
        {
            return null;
        }

        return _token.Kind is KqlTokenKind.End ? tree : Fail(_token.Start, "This ')' closes nothing.");
    }

    private KqlNode? ParseOr()
    {
        var alternatives = new List<KqlNode>();
        do
        {
            if (ParseAnd() is not { } alternative)
            {
                return null;
            }

            alternatives.Add(alternative);
        }
        while (TryTake(KqlTokenKind.Or));
        return KqlJoin.Or(alternatives);
    }

    private KqlNode? ParseAnd()
    {
        var operands = new List<KqlNode>();
        do
        {
            if (ParseRun() is not { } run)
            {
                return null;
            }

            operands.Add(run);
        }
        while (TryTake(KqlTokenKind.And));
        return KqlJoin.And(operands);
    }

    /// <summary>Operands side by side, between them the implicit operators of 7.4.</summary>
    private KqlNode? ParseRun()
    {
        var operands = new List<KqlNode>();
        do
        {
            if (ParseXrank() is not { } operand)
            {
                return null;
            }

            operands.Add(operand);
        }
        while (StartsOperand(_token.Kind));
        return KqlJoin.Juxtaposed(operands);
    }

    private KqlNode? ParseXrank()
    {
        var start = _token.Start;
        if (ParseUnary() is not { } match)
        {
            return null;
        }

        if (_token.Kind is not KqlTokenKind.Xrank)
        {
            return match;
        }

        var boosts = new List<XrankBoost>();
        while (_token.Kind is KqlTokenKind.Xrank)
        {
            if (_isInGroup)
            {
                return Fail(_token.Start, "XRANK cannot stand inside the value of a restriction.");
            }

            if (_isInRank)
            {
                return Fail(_token.Start, "XRANK may be nested on its match side only, not on its rank side.");
            }

            if (ParseXrankParameters() is not { } parameters)
            {
                return null;
            }

            Advance();
            _isInRank = true;
            var rank = ParseUnary();
            _isInRank = false;
            if (rank is null)
            {
                return null;
            }

            boosts.Add(new XrankBoost(rank, parameters));
        }

        return new Xrank(start, _previous.End - start, match, boosts);
    }

    private KqlNode? ParseUnary()
    {
        var start = _token.Start;
        if (TryTake(KqlTokenKind.Not) || TryTake(KqlTokenKind.Minus))
        {
            return ParsePrimary() is { } operand ? new Not(start, _previous.End - start, operand) : null;
        }

        // "+" asks for what is the rule anyway, and for no more before a restriction either: a public test in eDiscovery got alternatives for
        // "participants=a +participants=b" (blog.sev.monster/notes/kql-fundamentals.html).
        TryTake(KqlTokenKind.Plus);
        return ParsePrimary();
    }

    private KqlNode? ParsePrimary()
    {
        var start = _token.Start;
        if (_token.Kind is KqlTokenKind.Bare or KqlTokenKind.Quoted)
        {
            return TakeTerm() is { } term ? ParseProximity(term) : null;
        }

        var node = _token.Kind switch
        {
            KqlTokenKind.Open => ParseParentheses(),
            KqlTokenKind.Restriction => ParseRestriction(),
            KqlTokenKind.Words => ParseSynonyms(),
            KqlTokenKind.Star => TakeMatchAll(),
            _ => FailForWantOfOperand(),
        };
        if (node is null || _token.Kind is not (KqlTokenKind.Near or KqlTokenKind.OrderedNear))
        {
            return node;
        }

        return node is Kql.Words or Kql.Near ? ParseProximity(node) : FailInProximity(start);
    }

    private KqlNode? ParseParentheses()
    {
        var open = _token.Start;
        if (++_depth > _limits.MaxDepth)
        {
            return Fail(open, $"Parentheses are nested more than {_limits.MaxDepth} deep.");
        }

        Advance();
        if (ParseOr() is not { } inner)
        {
            return null;
        }

        _depth--;
        return TryTake(KqlTokenKind.Close) ? inner : Fail(open, "This '(' is not closed.");
    }

    private MatchAll? TakeMatchAll()
    {
        if (!CountClause())
        {
            return null;
        }

        var token = _token;
        Advance();
        return new MatchAll(token.Start, token.Length);
    }

    private Words? TakeTerm()
    {
        if (!CountClause())
        {
            return null;
        }

        var token = _token;
        Advance();
        return new Words(token.Start, token.Length, token.Text, token.Kind is KqlTokenKind.Quoted, token.IsPrefix);
    }

    private static bool StartsOperand(KqlTokenKind kind) => kind is KqlTokenKind.Open or KqlTokenKind.Plus or KqlTokenKind.Minus or KqlTokenKind.Not
        or KqlTokenKind.Words or KqlTokenKind.Star or KqlTokenKind.Bare or KqlTokenKind.Quoted or KqlTokenKind.Restriction;

    private void Advance() => MoveTo(_lexer.Next());

    private void MoveTo(KqlToken token) => (_previous, _token) = (_token, token);

    private bool TryTake(KqlTokenKind kind)
    {
        if (_token.Kind != kind)
        {
            return false;
        }

        Advance();
        return true;
    }

    private bool CountClause()
    {
        if (++_clauses <= _limits.MaxClauses)
        {
            return true;
        }

        Fail(_token.Start, $"The query has more than {_limits.MaxClauses} terms and restrictions.");
        return false;
    }

    private KqlNode? Fail(int position, string message)
    {
        _error ??= new KqlError(position, message);
        return null;
    }

    /// <summary>Here an operand has to begin, and does not.</summary>
    private KqlNode? FailForWantOfOperand()
    {
        var isAfterOperator = _previous.Kind is not (KqlTokenKind.End or KqlTokenKind.Open);
        return Fail(_token.Start, (_token.Kind, isAfterOperator) switch
        {
            (_, true) => $"'{_previous.Text}' has no operand on its right.",
            (KqlTokenKind.End, _) when _previous.Kind is KqlTokenKind.Open => "The text ends after '('.",
            (KqlTokenKind.End, _) => "There is nothing to search for.",
            (KqlTokenKind.Close, _) when _previous.Kind is KqlTokenKind.Open => "There is nothing between '(' and ')'.",
            (KqlTokenKind.Close, _) => "This ')' closes nothing.",
            _ => $"'{_token.Text}' has no operand on its left.",
        });
    }
}
