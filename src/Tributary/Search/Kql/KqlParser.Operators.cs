using System.Globalization;

namespace Tributary.Search.Kql;

/// <summary>The operators with parameters: <c>NEAR</c>, <c>ONEAR</c>, <c>WORDS</c> (search 7.7) and <c>XRANK</c> (7.8).</summary>
internal sealed partial class KqlParser
{
    /// <summary>
    /// What follows <paramref name="first"/> in a chain of <c>NEAR</c>; itself when nothing does. A chain that stands in parentheses goes on like one without, as what is
    /// on the left is taken together either way.
    /// </summary>
    private KqlNode? ParseProximity(KqlNode first)
    {
        var operands = new List<KqlNode> { first };
        var (isOrdered, distance, changes) = (false, 0, 0);
        if (first is Near before)
        {
            operands = [.. before.Operands];
            (isOrdered, distance, changes) = (before.IsOrdered, before.Distance, Changes(before));
        }

        while (_token.Kind is KqlTokenKind.Near or KqlTokenKind.OrderedNear)
        {
            var sign = _token;
            if (ParseDistance() is not { } newDistance)
            {
                return null;
            }

            var isNewOrdered = sign.Kind is KqlTokenKind.OrderedNear;
            if (operands.Count > 1 && (isNewOrdered, newDistance) != (isOrdered, distance))
            {
                if (_depth + ++changes > _limits.MaxDepth)
                {
                    return Fail(sign.Start, $"Operators are nested more than {_limits.MaxDepth} deep.");
                }

                operands = [Chain()];
            }

            (isOrdered, distance) = (isNewOrdered, newDistance);
            Advance();
            if (_token.Kind is not (KqlTokenKind.Bare or KqlTokenKind.Quoted))
            {
                return StartsOperand(_token.Kind) ? FailInProximity(_token.Start) : FailForWantOfOperand();
            }

            if (TakeTerm() is not { } term)
            {
                return null;
            }

            operands.Add(term);
        }

        return operands.Count == 1 ? first : Chain();

        static int Changes(Near near) => near.Operands[0] is Near inner ? 1 + Changes(inner) : 0;

        Near Chain() => new(first.Start, operands[^1].End - first.Start, operands, isOrdered, distance);
    }

    /// <summary>Nothing, <c>(5)</c> or <c>(n=5)</c>.</summary>
    private int? ParseDistance()
    {
        if (_lexer.ParametersOrNull() is not { } parameters)
        {
            return Near.DefaultDistance;
        }

        var text = parameters.Text.AsSpan().Trim();
        var equals = text.IndexOf('=');
        if (equals >= 0 && text[..equals].Trim() is "n" or "N")
        {
            text = text[(equals + 1)..].Trim();
        }

        if (TryParseWhole(text, out var distance))
        {
            return distance;
        }

        Fail(parameters.Start, $"'{_token.Text}' takes a whole number of words, as in {_token.Text}(5) or {_token.Text}(n=5), not '{KqlError.Excerpt(parameters.Text)}'.");
        return null;
    }

    private KqlNode? ParseSynonyms()
    {
        var start = _token.Start;
        AdvanceInList();
        if (_token.Kind is not KqlTokenKind.Open)
        {
            return Fail(_token.Start, "After WORDS an opening parenthesis is expected; in quotes WORDS is a word like any other.");
        }

        var terms = new List<Words>();
        do
        {
            AdvanceInList();
            if (_token.Kind is not (KqlTokenKind.Bare or KqlTokenKind.Quoted))
            {
                return Fail(_token.Start, "WORDS takes words and phrases, separated by commas.");
            }

            if (!CountClause())
            {
                return null;
            }

            terms.Add(new Words(_token.Start, _token.Length, _token.Text, _token.Kind is KqlTokenKind.Quoted, _token.IsPrefix));
            AdvanceInList();
        }
        while (_token.Kind is KqlTokenKind.Comma);

        return TryTake(KqlTokenKind.Close)
            ? new Synonyms(start, _previous.End - start, terms)
            : Fail(_token.Start, "In WORDS a comma or the closing parenthesis is expected.");
    }

    /// <summary><c>(cb=100, n=5)</c>: at least one parameter besides <c>n</c>, none of them twice.</summary>
    private XrankParameters? ParseXrankParameters()
    {
        if (_lexer.ParametersOrNull() is not { } list)
        {
            Fail(_token.Start, "XRANK takes parameters, as in XRANK(cb=100).");
            return null;
        }

        var parameters = default(XrankParameters);
        var given = new HashSet<string>();
        var position = list.Start;
        foreach (var pair in list.Text.Split(','))
        {
            var equals = pair.IndexOf('=');
            var name = equals < 0 ? "" : pair[..equals].Trim().ToLowerInvariant();
            if (With(parameters, name, pair.AsSpan(equals + 1).Trim()) is not { } extended || !given.Add(name))
            {
                Fail(position, $"'{KqlError.Excerpt(pair.AsSpan().Trim())}' is no parameter of XRANK; those are the numbers cb, nb, rb, pb, avgb, stdb and the whole number n.");
                return null;
            }

            parameters = extended;
            position += pair.Length + 1;
        }

        if (given.Count > 1 || !given.Contains("n"))
        {
            return parameters;
        }

        Fail(list.Start, "XRANK takes at least one parameter besides n.");
        return null;
    }

    private static XrankParameters? With(XrankParameters parameters, string name, ReadOnlySpan<char> text)
    {
        if (name is "n")
        {
            return TryParseWhole(text, out var whole) ? parameters with { N = whole } : null;
        }

        if (!double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || !double.IsFinite(number))
        {
            return null;
        }

        return name switch
        {
            "cb" => parameters with { Cb = number },
            "nb" => parameters with { Nb = number },
            "rb" => parameters with { Rb = number },
            "pb" => parameters with { Pb = number },
            "avgb" => parameters with { Avgb = number },
            "stdb" => parameters with { Stdb = number },
            _ => null,
        };
    }

    private static bool TryParseWhole(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private void AdvanceInList() => MoveTo(_lexer.Next(isInList: true));

    private KqlNode? FailInProximity(int position) => Fail(position, "NEAR and ONEAR stand between words and phrases only.");
}
