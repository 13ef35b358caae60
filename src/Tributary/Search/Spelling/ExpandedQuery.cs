using Tributary.Search.Kql;

namespace Tributary.Search.Spelling;

/// <summary>What is searched: the query string, or a template with the query string in it.</summary>
/// <param name="Text">The query.</param>
/// <param name="TermsAt">Where the query string begins in it; a template may have it several times, or not at all.</param>
internal sealed record ExpandedQuery(string Text, IReadOnlyList<int> TermsAt)
{
    /// <summary>What a template has put in where it is read as a query and not within quotes; null for none, and without a template.</summary>
    public string? QueryString { get; init; }

    /// <summary>The template with the words of <see cref="QueryString"/> in place of it, in parentheses; null when that is, or has no words.</summary>
    public ExpandedQuery? AsWords { get; init; }

    /// <summary>The place in the query string of what stands in the query, if it lies wholly within one.</summary>
    public int? OffsetOrNull(int start, int length, int queryStringLength)
    {
        foreach (int at in TermsAt)
        {
            if (start >= at && start + length <= at + queryStringLength)
            {
                return start - at;
            }
        }

        return null;
    }

    /// <summary>
    /// A tree of <see cref="AsWords"/> with the words of the query string where they stand in <see cref="Text"/>. What the template says may be off by the parentheses; nobody
    /// asks where that stands.
    /// </summary>
    public KqlNode Placed(KqlNode tree) => KqlPlaces.Moved(tree, position =>
    {
        int last = 0;
        for (int i = 1; i < TermsAt.Count && AsWords!.TermsAt[i] <= position; i++)
        {
            last = i;
        }

        return TermsAt.Count == 0 || position < AsWords!.TermsAt[0] ? position : position - AsWords.TermsAt[last] + TermsAt[last];
    });
}
