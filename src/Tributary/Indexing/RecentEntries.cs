using System.Runtime.InteropServices;

namespace Tributary.Indexing;

/// <summary>An entry of an access list.</summary>
/// <param name="List">Number of the list.</param>
/// <param name="Principal">Whom it names.</param>
/// <param name="IsGrant">Whether it lets in.</param>
/// <param name="IsOfGroup">Whether it names a group, of Entra or an external one.</param>
internal readonly record struct RecentEntry(int List, PrincipalKey Principal, bool IsGrant, bool IsOfGroup);

/// <summary>
/// The entries of the lists that came last. Where lists come all the time, a caller who is in thousands of groups is told of new ones by these few, and not by asking about
/// each of his groups anew. Older entries make room.
/// </summary>
internal sealed class RecentEntries
{
    private const int MaxEntries = 32_768;

    private readonly List<RecentEntry> _entries = [];

    /// <summary>Lists from this number on are here as a whole.</summary>
    private int _from = 1;

    /// <param name="entry">Of the last list, or of a later one.</param>
    public void Add(RecentEntry entry)
    {
        if (_entries.Count == MaxEntries)
        {
            _from = _entries[MaxEntries / 2].List + 1;
            _entries.RemoveRange(0, IndexOf(_from));
        }

        _entries.Add(entry);
    }

    /// <summary>The entries of all lists from a number on, in the order of lists; false when some of them are no longer here.</summary>
    public bool TryFrom(int list, out ReadOnlySpan<RecentEntry> entries)
    {
        entries = list < _from ? [] : CollectionsMarshal.AsSpan(_entries)[IndexOf(list)..];
        return list >= _from;
    }

    /// <summary>Of the first entry of that list, or of the next there is.</summary>
    private int IndexOf(int list)
    {
        (int low, int high) = (0, _entries.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _entries[middle].List < list ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
