using System.Text;
using System.Text.Json;
using Tributary.Indexing;
using Tributary.Items;
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
    private const int MaxChars = ItemExcerpt.MaxChars;

    /// <summary>Of HTML beyond its excerpt; taking it apart costs more than looking through its text.</summary>
    private const int MaxHtmlChars = 256 * 1024;

    /// <summary>Places of a content that are looked at for whether they have all of a phrase.</summary>
    private const int MaxPlaces = 4;

    private const string Elision = " <ddd/> ";

    private static readonly string[] Tags = ["<c0>", "</c0>", "<ddd/>"];

    private readonly SummaryMarks _marks;

    /// <param name="tree">What was asked.</param>
    /// <param name="language">What the words of the index that found it were made in; null for <see cref="TextLanguage.Standard"/>.</param>
    public SummaryBuilder(KqlNode tree, TextLanguage? language = null) => _marks = new SummaryMarks(tree, language ?? TextLanguage.Standard);

    /// <summary>From the content's excerpt; null where it does not have what was looked for.</summary>
    public string? QuoteOrNull(string? excerpt) => excerpt is null ? null : QuoteOrNull([Flatten(WithoutTags(excerpt))]);

    /// <summary>Whether what was looked for may stand in the content beyond its excerpt.</summary>
    public bool MayGoOn(string? excerpt) => _marks.HasAny && excerpt?.Length >= ItemExcerpt.MaxChars - 1;

    /// <summary>
    /// From anywhere in the content, as far as it is read: around the first places that have a word as it was typed, without accents or as a stem. The text is not taken apart as far as
    /// there, so this costs little more than reading it; a place with another form of the word is not found.
    /// </summary>
    public string? FurtherOrNull(ExternalItemContent content)
    {
        string text = content.Type == ExternalItemContentType.Html ? HtmlText.Of(content.Value[..SafeCut(content.Value, MaxHtmlChars)]) : content.Value;
        int from = MaxChars - FragmentChars;
        for (int tried = 0; tried < MaxPlaces && from < text.Length && _marks.PlaceOrNull(text.AsSpan(from)) is { } place; tried++)
        {
            int start = WordStart(text, from + place - FragmentChars);
            string window = text.Substring(start, Math.Min(MaxChars, text.Length - start));
            window = window[..SafeCut(window, MaxChars - 1)];
            if (QuoteOrNull(window) is { } quote)
            {
                return quote;
            }

            from = start + window.Length;
        }

        return null;
    }

    /// <summary>
    /// Where the content does not have what was looked for: from the values of searchable text properties other than the title that may be shown. Where they have not either, the
    /// beginning of the first that there is; empty when there is no text.
    /// </summary>
    public string OtherOf(string? excerpt, JsonElement properties, Schema schema)
    {
        List<string> values = ValuesOf(properties, schema);
        if (QuoteOrNull(values) is { } quoted)
        {
            return quoted;
        }

        string content = Flatten(WithoutTags(excerpt ?? ""));
        return Beginning(content.Length > 0 ? content : string.Join(Elision, values));
    }

    /// <summary>What is found in each of the texts, which are told apart; null where nothing is.</summary>
    private string? QuoteOrNull(IReadOnlyList<string> texts)
    {
        var summary = new StringBuilder();
        int fragments = 0;
        string between = "";
        foreach (string text in texts)
        {
            if (fragments < MaxFragments && text.Length > 0 && _marks.Find(text) is { Count: > 0 } marks)
            {
                summary.Append(between);
                between = Quote(summary, text, marks, ref fragments) ? " " : Elision;
            }
        }

        return summary.Length > 0 ? summary.ToString() : null;
    }

    /// <summary>Whether it ends in an elision.</summary>
    private static bool Quote(StringBuilder summary, string text, List<(int Start, int End)> marks, ref int fragments)
    {
        int end = 0;
        int mark = 0;
        for (int fragment = 0; fragments < MaxFragments && mark < marks.Count; fragment++, fragments++)
        {
            int start = Math.Max(end, WordStart(text, marks[mark].Start - (FragmentChars / 3)));
            if (fragment > 0)
            {
                summary.Append(start > end ? Elision : "");
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

        summary.Append(end < text.Length ? " <ddd/>" : "");
        return end < text.Length;
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

    private static List<string> ValuesOf(JsonElement properties, Schema schema)
    {
        var values = new List<string>();
        int chars = 0;
        foreach (Property property in schema.Properties)
        {
            bool isQuoted = property.IsSearchable && property.IsRetrievable && !property.Labels.Contains(Label.Title);
            if (!isQuoted || SearchJson.ValueOrNull(properties, property) is not { } value)
            {
                continue;
            }

            foreach (JsonElement element in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value])
            {
                if (element.ValueKind == JsonValueKind.String && chars < MaxChars)
                {
                    string part = element.GetString()!;
                    part = part[..SafeCut(part, MaxChars - chars)];
                    chars += part.Length + 1;
                    if (Flatten(WithoutTags(part)) is { Length: > 0 } text)
                    {
                        values.Add(text);
                    }
                }
            }
        }

        return values;
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
