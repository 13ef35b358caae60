using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Tributary.Search.Kql;

/// <summary>Why a text is no query (search 7.9).</summary>
/// <param name="Position">Where in the text, counted from 0; the length of the text when something is missing at its end.</param>
/// <param name="Message">A sentence that names what is wrong.</param>
internal sealed record KqlError(int Position, string Message)
{
    private const int MaxExcerpt = 40;

    /// <summary>
    /// Where, what stands there, and what is wrong: <c>at character 7 ('>5'): …</c>. Characters are those of UTF-16, counted from 1 here as people count.
    /// </summary>
    /// <param name="query">The text that was parsed.</param>
    public string Describe(string query)
    {
        var rest = query.AsSpan(Math.Min(Position, query.Length));
        if (rest.IsEmpty)
        {
            return $"at its end: {Message}";
        }

        var length = 0;
        while (length < rest.Length && !char.IsWhiteSpace(rest[length]))
        {
            length++;
        }

        var where = string.Create(CultureInfo.InvariantCulture, $"at character {Position + 1}");
        return length == 0 ? $"{where}: {Message}" : $"{where} ('{Excerpt(rest[..length])}'): {Message}";
    }

    /// <summary>At most the first 40 characters, so that a message does not repeat a long query; never half a surrogate pair.</summary>
    public static string Excerpt(ReadOnlySpan<char> text)
    {
        if (text.Length <= MaxExcerpt)
        {
            return text.ToString();
        }

        var kept = text[..(char.IsHighSurrogate(text[MaxExcerpt - 1]) ? MaxExcerpt - 1 : MaxExcerpt)];
        return $"{kept}…";
    }
}

/// <summary>A tree, or the first error.</summary>
internal sealed class KqlResult
{
    private KqlResult(KqlNode? tree, KqlError? error) => (Tree, Error) = (tree, error);

    public KqlNode? Tree { get; }

    public KqlError? Error { get; }

    [MemberNotNullWhen(true, nameof(Tree))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsValid => Error is null;

    public static KqlResult Of(KqlNode tree) => new(tree, null);

    public static KqlResult Of(KqlError error) => new(null, error);
}
