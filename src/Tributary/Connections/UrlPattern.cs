using System.Text.RegularExpressions;

namespace Tributary.Connections;

/// <summary>
/// The <c>urlPattern</c> of a resolver as a regular expression. The documented flavour is ECMA-262, whose named groups .NET reads as they are. Whoever writes
/// it is not trusted with our time: it is short, and matched in a time that grows with the URL alone, or, where it looks around or back, for a moment only.
/// </summary>
internal static class UrlPattern
{
    /// <summary>In characters (choice: nothing is published).</summary>
    public const int MaxLength = 1024;

    /// <summary>Of patterns that cannot be matched without going back.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <exception cref="ArgumentException">It is no regular expression, or too long for one.</exception>
    public static Regex Compile(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            throw new ArgumentException($"It has {pattern.Length} characters; at most {MaxLength} are allowed.", nameof(pattern));
        }

        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Patience);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, Patience);
        }
    }
}
