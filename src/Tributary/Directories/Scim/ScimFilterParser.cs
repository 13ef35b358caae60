namespace Tributary.Directories.Scim;

/// <summary>
/// Reads filters and paths (RFC 7644, figures 1 and 7) by recursive descent. Beyond the grammar it takes <c>emails[type eq "work"].value eq "x"</c>, by which
/// Microsoft Entra looks for users. Problems say where: "At character 9: …".
/// </summary>
internal sealed partial class ScimFilterParser
{
    public const int MaxLength = 8 * 1024;

    /// <summary>Of a path. Its filter is asked of each value, and a PATCH may have many.</summary>
    public const int MaxPathLength = 1024;

    /// <summary>Parentheses, brackets and <c>not</c> inside each other.</summary>
    public const int MaxDepth = 32;

    private static readonly string[] Operators = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];

    private readonly string _text;
    private int _at;
    private int _depth;
    private bool _isWithin;
    private string? _problem;

    private ScimFilterParser(string text) => _text = text;

    /// <summary>The filter, or what is wrong with it.</summary>
    public static (ScimFilter? Filter, string? Problem) Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            return (null, $"It is longer than {MaxLength} characters.");
        }

        var parser = new ScimFilterParser(text);
        ScimFilter? filter = parser.Or();
        parser.SkipSpace();
        if (filter is not null && parser._at < text.Length)
        {
            filter = null;
            parser.Fail(parser._at, "here should be 'and', 'or' or the end");
        }

        return (filter, parser._problem);
    }

    /// <summary>The path of a PATCH operation, or what is wrong with it.</summary>
    public static (ScimPath? Path, string? Problem) ParsePath(string text)
    {
        if (text.Length > MaxPathLength)
        {
            return (null, $"It is longer than {MaxPathLength} characters.");
        }

        var parser = new ScimFilterParser(text);
        if (parser.Attribute() is not { } attribute)
        {
            return (null, parser._problem);
        }

        ScimFilter? filter = null;
        if (parser.Take('['))
        {
            filter = parser.Inner(attribute);
            if (filter is not null && parser.Take('.'))
            {
                int start = parser._at;
                string sub = parser.Word();
                attribute = attribute with { Sub = ScimAttributePaths.IsName(sub) ? sub : parser.Fail(start, "here should be the name of a sub-attribute") };
            }
        }

        if (parser._problem is null && parser._at < text.Length)
        {
            parser.Fail(parser._at, "the path should end here");
        }

        return parser._problem is null ? (new ScimPath(attribute, filter), null) : (null, parser._problem);
    }

    private ScimFilter? Or() => List("or", And, terms => new ScimFilter.Or(terms));

    private ScimFilter? And() => List("and", Term, terms => new ScimFilter.And(terms));

    private ScimFilter? List(string word, Func<ScimFilter?> next, Func<List<ScimFilter>, ScimFilter> join)
    {
        var terms = new List<ScimFilter>();
        do
        {
            if (next() is not { } term)
            {
                return null;
            }

            terms.Add(term);
        }
        while (TakeWord(word));

        return terms.Count == 1 ? terms[0] : join(terms);
    }

    private ScimFilter? Term()
    {
        SkipSpace();
        int start = _at;
        if (Take('('))
        {
            return Grouped(start);
        }

        if (TakeWord("not"))
        {
            SkipSpace();
            if (!Take('('))
            {
                Fail(_at, "after 'not' should be a parenthesis");
                return null;
            }

            return Grouped(start) is { } term ? new ScimFilter.Not(term) : null;
        }

        return Attribute() is { } attribute ? Comparison(attribute) : null;
    }

    private ScimFilter? Grouped(int start)
    {
        if (!Deeper(start) || Or() is not { } filter)
        {
            return null;
        }

        _depth--;
        SkipSpace();
        if (!Take(')'))
        {
            Fail(_at, "here should be ')'");
            return null;
        }

        return filter;
    }

    private ScimFilter? Comparison(ScimAttributePath attribute)
    {
        if (Take('['))
        {
            ScimFilter? inner = Inner(attribute);
            if (inner is null || !Take('.'))
            {
                return inner is null ? null : new ScimFilter.Within(attribute, inner);
            }

            int start = _at;
            string sub = Word();
            if (!ScimAttributePaths.IsName(sub))
            {
                Fail(start, "here should be the name of a sub-attribute");
                return null;
            }

            return Operation(new ScimAttributePath(null, sub, null)) is { } last
                ? new ScimFilter.Within(attribute, new ScimFilter.And([inner, last]))
                : null;
        }

        if (attribute.Name.Length == 0)
        {
            Fail(_at, "the schema should be followed by ':' and an attribute");
            return null;
        }

        return Operation(attribute);
    }

    /// <summary>What stands in brackets, with the bracket that closes.</summary>
    private ScimFilter? Inner(ScimAttributePath attribute)
    {
        int start = _at - 1;
        if (_isWithin || attribute.Sub is not null || attribute.Name.Length == 0)
        {
            Fail(start, "a filter in brackets follows the name of an attribute, and none stands inside another");
            return null;
        }

        if (!Deeper(start))
        {
            return null;
        }

        _isWithin = true;
        ScimFilter? inner = Or();
        _isWithin = false;
        _depth--;
        SkipSpace();
        if (inner is not null && !Take(']'))
        {
            inner = null;
            Fail(_at, "here should be ']'");
        }

        return inner;
    }

    private ScimFilter? Operation(ScimAttributePath attribute)
    {
        SkipSpace();
        int start = _at;
        string word = Word();
        if (word.Equals("pr", StringComparison.OrdinalIgnoreCase))
        {
            return new ScimFilter.Present(attribute);
        }

        int index = Array.FindIndex(Operators, known => known.Equals(word, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            Fail(start, $"here should be an operator: {string.Join(", ", Operators)} or pr");
            return null;
        }

        SkipSpace();
        int at = _at;
        if (!TryValue(out object? value))
        {
            Fail(at, "here should be a value in JSON: a string in double quotes, a number, true, false or null");
            return null;
        }

        var comparison = (ScimOperator)index;
        bool fits = comparison switch
        {
            ScimOperator.Eq or ScimOperator.Ne => true,
            ScimOperator.Co or ScimOperator.Sw or ScimOperator.Ew => value is string,
            _ => value is string or double,
        };
        if (!fits)
        {
            Fail(at, $"'{word}' does not go with such a value");
            return null;
        }

        return new ScimFilter.Compare(attribute, comparison, value);
    }
}
