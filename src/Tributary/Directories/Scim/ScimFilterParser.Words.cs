using System.Globalization;
using System.Text.Json;

namespace Tributary.Directories.Scim;

/// <summary>The words of filters and paths: names, operators, values.</summary>
internal sealed partial class ScimFilterParser
{
    private bool TryValue(out object? value)
    {
        value = null;
        int start = _at;
        if (_at < _text.Length && _text[_at] == '"')
        {
            for (_at++; _at < _text.Length && _text[_at] != '"'; _at++)
            {
                _at += _text[_at] == '\\' ? 1 : 0;
            }

            if (_at >= _text.Length)
            {
                return false;
            }

            _at++;
            try
            {
                using JsonDocument json = JsonDocument.Parse(_text.AsMemory(start, _at - start));
                value = json.RootElement.GetString();
                return true;
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                // The latter: half of a surrogate pair.
                return false;
            }
        }

        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '+' or '-' or '.'))
        {
            _at++;
        }

        switch (_text[start.._at])
        {
            case "null":
                return true;
            case "true":
                value = true;
                return true;
            case "false":
                value = false;
                return true;
            case var number when double.TryParse(
                number, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double parsed):
                value = parsed;
                return true;
            default:
                return false;
        }
    }

    private ScimAttributePath? Attribute()
    {
        int start = _at;
        if (ScimAttributePaths.OfOrNull(Word()) is { } path)
        {
            return path;
        }

        Fail(start, "here should be the name of an attribute");
        return null;
    }

    /// <summary>As long as it may be a name, with schema and sub-attribute, or an operator.</summary>
    private string Word()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '.' or ':' or '_' or '-' or '$'))
        {
            _at++;
        }

        return _text[start.._at];
    }

    private bool TakeWord(string word)
    {
        SkipSpace();
        int start = _at;
        if (Word().Equals(word, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        _at = start;
        return false;
    }

    private bool Take(char expected)
    {
        if (_at < _text.Length && _text[_at] == expected)
        {
            _at++;
            return true;
        }

        return false;
    }

    private bool Deeper(int start)
    {
        if (++_depth > MaxDepth)
        {
            Fail(start, $"there are more than {MaxDepth} levels");
            return false;
        }

        return true;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }
    }

    /// <summary>The first problem is the one that is told.</summary>
    private string? Fail(int at, string problem)
    {
        _problem ??= string.Create(CultureInfo.InvariantCulture, $"At character {at + 1}: {problem}.");
        return null;
    }
}
