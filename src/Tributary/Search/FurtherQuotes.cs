using Tributary.Acls;
using Tributary.Items;

namespace Tributary.Search;

/// <summary>
/// Quotes hits from what their content says beyond its excerpt, where that does not have what was found: bounded, as a page may have a thousand hits with megabytes each. It costs
/// nothing where excerpts have it, as they mostly do.
/// </summary>
internal sealed class FurtherQuotes(IItemStore items)
{
    /// <summary>Longer contents are not read: the store takes them whole or not at all.</summary>
    public const long MaxBytesOfItem = 1024 * 1024;

    /// <summary>What contents of one page take together.</summary>
    public const long MaxBytesOfPage = 2 * MaxBytesOfItem;

    /// <param name="hits">Those without a quote get one if there is any.</param>
    /// <param name="cancellationToken">The search's deadline.</param>
    public async Task AddAsync(List<SearchHit> hits, CancellationToken cancellationToken)
    {
        long left = MaxBytesOfPage;
        foreach (IGrouping<SearchedConnection, (int Index, SearchHit Item)> group in hits.Index().Where(hit => hit.Item.Quote is null && hit.Item.Summaries.MayGoOn(hit.Item.Item.Excerpt))
            .GroupBy(hit => hit.Item.Source).ToArray())
        {
            Dictionary<string, int> places = group.ToDictionary(hit => hit.Item.ItemId, hit => hit.Index, StringComparer.Ordinal);
            foreach (StoredContent stored in await items.ReadContentsAsync(group.Key.Connection.Key, [.. places.Keys], MaxBytesOfItem, left, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                left -= stored.Bytes;

                // It may have become another item since the hit was read.
                if (AclEvaluator.IsVisible(stored.Acl, group.Key.Access))
                {
                    int place = places[stored.ItemId];
                    hits[place] = hits[place] with { Quote = hits[place].Summaries.FurtherOrNull(stored.Content) };
                }
            }
        }
    }
}
