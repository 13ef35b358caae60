using System.Globalization;
using System.Text;

namespace Tributary.Search.Kql;

/// <summary>
/// What a word is (search 7.1): a run of characters without white space or punctuation. Decides which text is worth searching and which words are
/// shown as search terms; the index has its own tokeniser.
/// </summary>
internal static class WordBreaks
{
    public static bool HasWord(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsOfWord(rune))
            {
                return true;
            }
        }

        return false;
    }

    public static IEnumerable<string> Split(string text)
    {
        var start = -1;
        var end = 0;
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var next = position + rune.Utf16SequenceLength;
            if (IsOfWord(rune))
            {
                if (start < 0)
                {
                    start = position;
                }

                end = next;
            }
            else if (start >= 0 && !(IsJoiner(rune) && end == position))
            {
                yield return text[start..end];
                start = -1;
            }

            position = next;
        }

        if (start >= 0)
        {
            yield return text[start..end];
        }
    }

    /// <summary>Other symbols count, so that a search for an emoji is a search that finds nothing and not a query without words.</summary>
    private static bool IsOfWord(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter => true,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => true,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => true,
        UnicodeCategory.OtherSymbol => true,
        _ => false,
    };

    /// <summary>
    /// Inside a word they belong to it: the invisible joiners of Persian or Hindi, and apostrophes. The index takes <c>don't</c> for the phrase "don t"; but a client that is told to highlight
    /// every "t" shows nothing.
    /// </summary>
    private static bool IsJoiner(Rune rune) => rune.Value is '\'' or '’' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format;
}
