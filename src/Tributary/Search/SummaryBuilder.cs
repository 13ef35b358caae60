using System.Text;
using System.Text.Json;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Tributary.Indexing;
using Tributary.Schemas;
using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>
/// Quotes a hit's text around the words that were found, marked <c>&lt;c0&gt;word&lt;/c0&gt;</c>, with <c>&lt;ddd/&gt;</c> where something is left out
/// (search 8.5).
/// </summary>
internal sealed class SummaryBuilder
{
    private const int MaxFragments = 3;
    private const int FragmentChars = 90;
    private const int PlainChars = 200;

    /// <summary>Of properties, as of content, only a bounded beginning is read.</summary>
    private const int MaxChars = 4096;

    private static readonly string[] Tags = ["<c0>", "</c0>", "<ddd/>"];

    private readonly HashSet<string> _words = new(StringComparer.Ordinal);
    private readonly List<string> _beginnings = [];

    private readonly TextLanguage _language;

    /// <param name="tree">What was asked.</param>
    /// <param name="language">What the words of the index that found it were made in; null for <see cref="TextLanguage.Standard"/>.</param>
    public SummaryBuilder(KqlNode tree, TextLanguage? language = null)
    {
        _language = language ?? TextLanguage.Standard;
        foreach (Words words in KqlTerms.PositiveWords(tree))
        {
            List<string> tokens = _language.Terms(words);
            if (words.IsPrefix && tokens.Count > 0)
            {
                if (!_beginnings.Contains(tokens[^1]))
                {
                    _beginnings.Add(tokens[^1]);
                }

                tokens.RemoveAt(tokens.Count - 1);
            }

            _words.UnionWith(tokens);
        }
    }

    /// <summary>
    /// From the content's excerpt, else from the searchable text properties other than the title that may be shown. Where neither has what was looked for, the beginning
    /// of the first that there is; empty when there is no text.
    /// </summary>
    public string Of(string? excerpt, JsonElement properties, Schema schema)
    {
        string content = Flatten(WithoutTags(excerpt ?? ""));
        if (content.Length > 0 && FindMarks(content) is { Count: > 0 } marks)
        {
            return Quote(content, marks);
        }

        string text = Flatten(WithoutTags(TextOf(properties, schema)));
        if (text.Length > 0 && FindMarks(text) is { Count: > 0 } others)
        {
            return Quote(text, others);
        }

        return Beginning(content.Length > 0 ? content : text);
    }

    private List<(int Start, int End)> FindMarks(string text)
    {
        var marks = new List<(int, int)>();
        if (_words.Count == 0 && _beginnings.Count == 0)
        {
            return marks;
        }

        using TokenStream stream = _language.Analyzer.GetTokenStream("", text);
        ICharTermAttribute term = stream.AddAttribute<ICharTermAttribute>();
        IOffsetAttribute offset = stream.AddAttribute<IOffsetAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            // A stem stands behind its word, in the same place.
            string token = term.ToString()!;
            bool isMarked = marks.Count > 0 && marks[^1].Item1 == offset.StartOffset;
            if (isMarked)
            {
                continue;
            }

            if (_words.Contains(token) || _beginnings.Exists(beginning => token.StartsWith(beginning, StringComparison.Ordinal)))
            {
                marks.Add((offset.StartOffset, offset.EndOffset));
            }
        }

        stream.End();
        return marks;
    }

    private static string Quote(string text, List<(int Start, int End)> marks)
    {
        var summary = new StringBuilder();
        int end = 0;
        int mark = 0;
        for (int fragment = 0; fragment < MaxFragments && mark < marks.Count; fragment++)
        {
            int start = Math.Max(end, WordStart(text, marks[mark].Start - (FragmentChars / 3)));
            if (fragment > 0)
            {
                summary.Append(start > end ? " <ddd/> " : "");
            }

            end = WordEnd(text, Math.Max(marks[mark].End, start + FragmentChars));
            int position = start;
            for (; mark < marks.Count && marks[mark].Start < end; mark++)
            {
                // Where there is no space to end at, the end may have fallen into a mark.
                end = Math.Max(end, marks[mark].End);
                summary.Append(text, position, marks[mark].Start - position);
                summary.Append("<c0>").Append(text, marks[mark].Start, marks[mark].End - marks[mark].Start).Append("</c0>");
                position = marks[mark].End;
            }

            summary.Append(text, position, end - position);
        }

        return end < text.Length ? summary.Append(" <ddd/>").ToString() : summary.ToString();
    }

    private static string Beginning(string text)
    {
        int end = WordEnd(text, PlainChars);
        return end < text.Length ? $"{text[..end]} <ddd/>" : text;
    }

    /// <summary>Text that reads like our marks must not act like them; a space in their place, so that what is left makes no new one.</summary>
    private static string WithoutTags(string text)
    {
        foreach (string tag in Tags)
        {
            text = text.Replace(tag, " ", StringComparison.OrdinalIgnoreCase);
        }

        return text;
    }

    private static int WordStart(string text, int position)
    {
        if (position <= 0)
        {
            return 0;
        }

        int space = text.IndexOf(' ', position);
        return space >= 0 && space - position < 30 ? space + 1 : position + (char.IsLowSurrogate(text[position]) ? 1 : 0);
    }

    private static int WordEnd(string text, int position)
    {
        if (position >= text.Length)
        {
            return text.Length;
        }

        int space = text.IndexOf(' ', position);
        if (space >= 0 && space - position < 30)
        {
            return space;
        }

        return position + (char.IsLowSurrogate(text[position]) ? 1 : 0);
    }

    /// <summary>At most <paramref name="max"/> characters, and no half of one.</summary>
    private static int SafeCut(string text, int max) => text.Length <= max ? text.Length : max - (char.IsHighSurrogate(text[max - 1]) ? 1 : 0);

    private static string TextOf(JsonElement properties, Schema schema)
    {
        var text = new StringBuilder();
        foreach (Property property in schema.Properties)
        {
            bool isQuoted = property.IsSearchable && property.IsRetrievable && !property.Labels.Contains(Label.Title);
            if (!isQuoted || SearchJson.ValueOrNull(properties, property) is not { } value)
            {
                continue;
            }

            foreach (JsonElement element in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value])
            {
                if (element.ValueKind == JsonValueKind.String && text.Length < MaxChars)
                {
                    string part = element.GetString()!;
                    text.Append(part, 0, SafeCut(part, MaxChars - text.Length)).Append(' ');
                }
            }
        }

        return text.ToString();
    }

    /// <summary>Line breaks and runs of white space become one space: a summary is one line.</summary>
    private static string Flatten(string text)
    {
        var flat = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                flat.Append(c);
            }
            else if (flat.Length > 0 && flat[^1] != ' ')
            {
                flat.Append(' ');
            }
        }

        return flat.ToString().TrimEnd();
    }
}
