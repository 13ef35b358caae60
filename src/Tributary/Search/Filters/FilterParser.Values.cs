namespace Tributary.Search.Filters;

/// <summary>The operators that hold values: <c>range</c>, those on text, and typed literals.</summary>
internal sealed partial class FilterParser
{
    /// <summary><c>(a, b)</c> with <c>from</c> and <c>to</c>: included below and excluded above unless told otherwise.</summary>
    private Refinement? ParseRange(string field, int start)
    {
        if (!TryTake('(') || TakeBound("min") is not { } from || !TryTake(',') || TakeBound("max") is not { } to)
        {
            Fail(_position, "range takes two values, as in range(1, 5), range(min, 5) or range(1, max)");
            return null;
        }

        (bool isFromIncluded, bool isToIncluded) = (true, false);
        while (TryTake(','))
        {
            int parameter = _position;
            (string name, string value) = TakeParameter();
            switch ((name, value))
            {
                case ("from", "ge" or "gt"):
                    isFromIncluded = value is "ge";
                    break;
                case ("to", "le" or "lt"):
                    isToIncluded = value is "le";
                    break;
                default:
                    Fail(parameter, "the parameters of range are from=\"GE\", from=\"GT\", to=\"LE\" and to=\"LT\"");
                    return null;
            }
        }

        if (!TryTake(')'))
        {
            Fail(_position, "a comma or a closing parenthesis is expected");
            return null;
        }

        return Test(field, start, new BetweenValues(from.Length == 0 ? null : from, isFromIncluded, to.Length == 0 ? null : to, isToIncluded));
    }

    /// <summary>A bound, bare, quoted or typed; empty for <paramref name="open"/>, null when there is none.</summary>
    private string? TakeBound(string open)
    {
        if (TakeScalarOrNull() is not { Length: > 0 } bound)
        {
            return null;
        }

        return bound.Equals(open, StringComparison.OrdinalIgnoreCase) ? "" : bound;
    }

    /// <summary><c>5</c>, <c>"5"</c>, <c>int(5)</c>.</summary>
    private string? TakeScalarOrNull()
    {
        SkipWhiteSpace();
        if (Current is '"' or '\'')
        {
            return TakeQuoted();
        }

        string word = TakeWord(isName: false);
        if (Current is not '(' || word.ToLowerInvariant() is not ("int" or "float" or "decimal" or "datetime"))
        {
            return word;
        }

        _position++;
        SkipWhiteSpace();
        string? literal = TakeText();
        return TryTake(')') ? literal : null;
    }

    private Refinement? ParseLiteral(string field, int start)
    {
        _position++;
        SkipWhiteSpace();
        string? literal = TakeText();
        if (string.IsNullOrEmpty(literal) || !TryTake(')'))
        {
            Fail(_position, "one value and a closing parenthesis are expected");
            return null;
        }

        return Test(field, start, new EqualValue(literal));
    }

    /// <summary><c>string("x", mode="AND")</c>, <c>phrase("a", "b")</c>, <c>equals("x")</c>, <c>starts-with("x")</c>, <c>ends-with("x")</c>.</summary>
    private Refinement? ParseText(string name, string field, int start)
    {
        _position++;
        if (TakeScalarOrNull() is not { } text)
        {
            Fail(_position, $"'{name}' takes a text");
            return null;
        }

        WordsMode mode = name switch
        {
            "starts-with" => WordsMode.Beginning,
            "ends-with" => WordsMode.End,
            _ => WordsMode.Phrase,
        };
        while (TryTake(','))
        {
            int parameter = _position;
            if (name is "phrase")
            {
                if (TakeScalarOrNull() is not { Length: > 0 } next)
                {
                    Fail(parameter, "'phrase' takes words, separated by commas");
                    return null;
                }

                text += " " + next;
            }
            else if (name is not "string" || ModeOrNull(TakeParameter()) is not { } given)
            {
                Fail(parameter, name is "string" ? "the parameter of string is mode=\"AND\", \"OR\", \"ANY\" or \"PHRASE\"" : $"'{name}' takes one text");
                return null;
            }
            else
            {
                mode = given;
            }
        }

        if (!TryTake(')'))
        {
            Fail(_position, "a closing parenthesis is expected");
            return null;
        }

        // string('') is how a published client asks for items without a value.
        return Test(field, start, text.Length == 0 ? new NoValue() : name is "equals" ? new EqualValue(text) : new WordsOfValue(text, mode));
    }

    private static WordsMode? ModeOrNull((string Name, string Value) parameter) => parameter switch
    {
        ("mode", "and") => WordsMode.All,
        ("mode", "or" or "any") => WordsMode.Any,
        ("mode", "phrase") => WordsMode.Phrase,
        _ => null,
    };

    /// <summary><c>name="value"</c>, both in lower case; empty for what is none.</summary>
    private (string Name, string Value) TakeParameter()
    {
        SkipWhiteSpace();
        int start = _position;
        while (Current is { } character && char.IsAsciiLetter(character))
        {
            _position++;
        }

        string name = _text[start.._position].ToLowerInvariant();
        if (!TryTake('='))
        {
            return ("", "");
        }

        SkipWhiteSpace();
        string? value = TakeText();
        return (name, value?.ToLowerInvariant() ?? "");
    }
}
