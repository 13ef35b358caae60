namespace Tributary.Search.Spelling;

/// <summary>What is searched: the query string, or a template with the query string in it.</summary>
/// <param name="Text">The query.</param>
/// <param name="TermsAt">Where the query string begins in it; a template may have it several times, or not at all.</param>
internal sealed record ExpandedQuery(string Text, IReadOnlyList<int> TermsAt)
{
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
}
