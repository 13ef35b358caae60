namespace Tributary.Directories;

internal static class DirectoryPages
{
    /// <summary>A page of entries that are all at hand, in the order of their ids: one that comes or goes between two pages moves no other.</summary>
    public static DirectoryPage<T> Of<T>(IEnumerable<T> entries, DirectoryQuery<T> query, Func<T, string> id)
    {
        T[] page = [.. entries.Where(entry => string.CompareOrdinal(id(entry), query.After ?? "") > 0).Where(query.Matches)
            .OrderBy(id, StringComparer.Ordinal).Take(query.Size + 1)];
        return page.Length > query.Size
            ? new DirectoryPage<T>(page[..query.Size], query.Size == 0 ? null : id(page[query.Size - 1]))
            : new DirectoryPage<T>(page, null);
    }
}
