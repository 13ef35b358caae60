using Tributary.Search.Kql;

namespace Tributary.Search.Filters;

/// <summary>
/// Reads an aggregation filter: the part of the FAST Query Language that clients send (search 12), and, where a text is not of it, the Keyword Query Language.
/// </summary>
/// <remarks>
/// Filters come from anyone: the first error ends the parse as a value. A method answers null once <see cref="_error"/> is set; the stack is bounded by
/// <see cref="FilterLimits.MaxDepth"/>.
/// </remarks>
/// <seealso href="https://learn.microsoft.com/sharepoint/dev/general-development/fast-query-language-fql-syntax-reference"/>
internal sealed partial class FilterParser
{
    private readonly string _text;
    private int _position;
    private int _depth;
    private int _tests;
    private KqlError? _error;

    private FilterParser(string text) => _text = text;

    public static FilterResult Parse(string text)
    {
        string filter = FilterToken.Decoded(text);
        if (filter.Length > FilterLimits.MaxLength)
        {
            return Fail(FilterLimits.MaxLength, $"the filter has {filter.Length} characters, at most {FilterLimits.MaxLength} are allowed");
        }

        var parser = new FilterParser(filter);
        if (parser.ParseEntry() is { } tree)
        {
            return new FilterResult(tree, null, parser._tests);
        }

        // What was meant for neither language is told in the terms of the first.
        return KqlFilter.ReadOrNull(parser._text, out int tests) is { } keyword ? new FilterResult(keyword, null, tests) : new FilterResult(null, parser._error, 0);

        static FilterResult Fail(int position, string message) => new(null, new KqlError(position, message), 0);
    }

    private KqlNode? ParseEntry()
    {
        if (ParseExpression(null) is not { } tree)
        {
            return null;
        }

        SkipWhiteSpace();
        return _position == _text.Length ? tree : Fail(_position, "after the filter nothing more is expected");
    }

    /// <param name="field">The property that the values are of; null where it is still to come.</param>
    private KqlNode? ParseExpression(string? field)
    {
        SkipWhiteSpace();
        int start = _position;
        if (field is not null && Current is '"' or '\'')
        {
            return ParseQuoted(field);
        }

        string word = TakeWord(field is null);
        if (word.Length == 0)
        {
            return Fail(start, field is null ? "a property is expected" : $"a value of '{SearchedNames.Shown(field)}' is expected");
        }

        if (Current is '(')
        {
            return ParseOperator(word.ToLowerInvariant(), start, field);
        }

        if (field is not null)
        {
            return word.StartsWith(FilterToken.Mark, StringComparison.Ordinal) ? Token(field, start, word, start) : Test(field, start, new EqualValue(word));
        }

        if (Current is not ':')
        {
            return Fail(_position, $"after the property '{SearchedNames.Shown(word)}' a colon is expected");
        }

        _position++;
        return ParseExpression(word);
    }

    private KqlNode? ParseOperator(string name, int start, string? field)
    {
        if (++_depth > FilterLimits.MaxDepth)
        {
            return Fail(start, $"operators are nested more than {FilterLimits.MaxDepth} deep");
        }

        KqlNode? node = name switch
        {
            "or" or "any" or "and" or "not" or "andnot" => ParseConnective(name, start, field),
            _ when field is null => Fail(start, $"'{SearchedNames.Shown(name)}' stands on no property"),
            "range" => ParseRange(field, start),
            "string" or "phrase" or "equals" or "starts-with" or "ends-with" => ParseText(name, field, start),
            "int" or "float" or "decimal" or "datetime" => ParseLiteral(field, start),
            _ => Fail(start, $"'{SearchedNames.Shown(name)}' is no operator of filters"),
        };
        _depth--;
        return node;
    }

    private KqlNode? ParseConnective(string name, int start, string? field)
    {
        var operands = new List<KqlNode>();
        do
        {
            _position++;
            if (ParseExpression(field) is not { } operand)
            {
                return null;
            }

            operands.Add(operand);
            SkipWhiteSpace();
        }
        while (Current is ',');
        if (!TryTake(')'))
        {
            return Fail(_position, "a comma or a closing parenthesis is expected");
        }

        if (name is "not" && operands.Count > 1)
        {
            return Fail(start, "'not' takes one value");
        }

        return name switch
        {
            "not" => Not(operands[0]),
            "and" => KqlJoin.And(operands),
            "andnot" => KqlJoin.And([operands[0], .. operands.Skip(1).Select(Not)]),
            _ => KqlJoin.Or(operands),
        };

        static KqlNode Not(KqlNode operand) => new Not(operand.Start, operand.Length, operand);
    }

    /// <summary>
    /// A quoted value: text, a token, or what a client makes of a token by putting the quotes of the documentation's template around it, which are <c>""ǂǂ…""</c> and
    /// <c>"range(…)"</c>.
    /// </summary>
    private KqlNode? ParseQuoted(string field)
    {
        int start = _position;
        if (_text.AsSpan(start).StartsWith("\"\"" + FilterToken.Mark, StringComparison.Ordinal))
        {
            int end = _text.IndexOf("\"\"", start + 2, StringComparison.Ordinal);
            if (end < 0)
            {
                return Fail(start, "this token is not closed");
            }

            _position = end + 2;
            return Token(field, start, _text[(start + 2)..end], start + 2);
        }

        if (QuotedRangeOrNull(field) is { } range)
        {
            return range;
        }

        if (TakeQuoted() is not { } value)
        {
            return null;
        }

        return value.StartsWith(FilterToken.Mark, StringComparison.Ordinal)
            ? Token(field, start, value, start + 1)
            : Test(field, start, value.Length == 0 ? new NoValue() : new EqualValue(value));
    }

    private Refinement? QuotedRangeOrNull(string field)
    {
        int start = _position;
        if (!_text.AsSpan(start + 1).StartsWith("range(", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        int tests = _tests;
        _position = start + "\"range".Length;
        if (ParseRange(field, start) is { Test: BetweenValues between } range && IsScalarOrOpen(between.From) && IsScalarOrOpen(between.To) && TryTake('"'))
        {
            return range with { Length = _position - start };
        }

        // Then it is a text that begins like one.
        (_position, _tests, _error) = (start, tests, null);
        return null;
    }

    private static bool IsScalarOrOpen(string? bound) =>
        bound is null || KqlNumbers.IsNumber(bound) || KqlDates.IsDate(bound);

    private Refinement? Token(string field, int start, string token, int tokenStart)
    {
        if (FilterToken.ValueOrNull(token[FilterToken.Mark.Length..]) is { } value)
        {
            return Test(field, start, new BucketValue(value));
        }

        Fail(tokenStart, "this token is not the hexadecimal form of a text in UTF-8");
        return null;
    }

    private Refinement Test(string field, int start, RefinementTest test)
    {
        _tests++;
        return new Refinement(start, _position - start, field, test);
    }

    /// <summary>A word, or what is between quotes; null when they do not close.</summary>
    private string? TakeText() => Current is '"' or '\'' ? TakeQuoted() : TakeWord(isName: false);

    /// <summary>What is between quotes, which are taken too; null when they do not close.</summary>
    private string? TakeQuoted()
    {
        int start = _position;
        int end = _text.IndexOf(_text[start], start + 1);
        if (end < 0)
        {
            Fail(start, "this quote is not closed");
            return null;
        }

        _position = end + 1;
        return _text[(start + 1)..end];
    }

    /// <summary>Up to white space, a parenthesis, comma or quote; a name also up to its colon, which in a value, such as a time, is a character like any other.</summary>
    private string TakeWord(bool isName)
    {
        int start = _position;
        while (Current is { } character and not ('(' or ')' or ',' or '"') && !char.IsWhiteSpace(character) && !(isName && character is ':'))
        {
            _position++;
        }

        return _text[start.._position];
    }

    private char? Current => _position < _text.Length ? _text[_position] : null;

    private void SkipWhiteSpace()
    {
        while (Current is { } character && char.IsWhiteSpace(character))
        {
            _position++;
        }
    }

    private bool TryTake(char expected)
    {
        SkipWhiteSpace();
        if (Current != expected)
        {
            return false;
        }

        _position++;
        return true;
    }

    private KqlNode? Fail(int position, string message)
    {
        _error ??= new KqlError(position, message);
        return null;
    }
}
