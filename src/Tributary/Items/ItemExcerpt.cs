using Tributary.Indexing;

namespace Tributary.Items;

/// <summary>The bounded beginning of an item's content as plain text, which summaries quote without reading the content itself.</summary>
internal static class ItemExcerpt
{
    /// <summary>Enough for the fragments of a summary; longer content costs this much twice.</summary>
    public const int MaxChars = 4096;

    /// <summary>HTML is read this far for its excerpt; markup may take most of it.</summary>
    private const int MaxHtmlChars = 8 * MaxChars;

    /// <summary>Null when there is no content, or when its value is plain and short enough to be its own excerpt.</summary>
    public static string? OfOrNull(ExternalItemContent? content) => content switch
    {
        null => null,
        { Type: ExternalItemContentType.Html } => Cut(HtmlText.Of(Cut(content.Value, MaxHtmlChars)), MaxChars),
        _ => content.Value.Length <= MaxChars ? null : Cut(content.Value, MaxChars),
    };

    /// <summary>Never between the two halves of a character.</summary>
    private static string Cut(string text, int max) =>
        text.Length <= max ? text : text[..(char.IsHighSurrogate(text[max - 1]) ? max - 1 : max)];
}
