namespace Tributary.Items;

/// <summary>What an item may be. The defaults refuse what is not known to pass on the real service.</summary>
internal sealed class ItemOptions : ICheckedOptions
{
    public const string Section = "Items";

    /// <summary>An item is read whole into memory, so there must be an end to it.</summary>
    private const long LargestMaxBytes = 256 * 1024 * 1024;

    /// <summary>
    /// The largest request body of one item. The pages of 2026 say "30 MB" without telling which; 30 MiB is the larger reading, so that nothing the service
    /// takes is refused here. Until 2025 it was 4 MB (4,194,304), which is the value to set for older expectations (external-connectors 6.9).
    /// </summary>
    public long MaxBytes { get; set; } = 30 * 1024 * 1024;

    /// <summary>Items of one connection; the last number that was published is 5,000,000 (external-connectors 10.1).</summary>
    public long MaxPerConnection { get; set; } = 5_000_000;

    /// <summary>
    /// Entries of one access list. No limit is published; a list of this many stays below a mebibyte, and is read again for every search that hits its item.
    /// </summary>
    public int MaxAclEntries { get; set; } = 10_000;

    /// <summary>Items of all connections of a tenant; the last number that was published is 50,000,000 (external-connectors 10.1).</summary>
    public long MaxPerTenant { get; set; } = 50_000_000;

    /// <summary>Activities kept for one item. Nothing reads them over Graph and the oldest matter least, so these make room.</summary>
    public int MaxActivities { get; set; } = 1000;

    /// <summary>
    /// Whether a PUT without <c>acl</c> or <c>properties</c> on an existing item keeps what it leaves out, as the update page says, or is refused, as an item
    /// that is overwritten whole lacks them then, as the create page says (external-connectors 6.4).
    /// </summary>
    public bool PutKeepsOmitted { get; set; } = true;

    /// <summary>Take <c>. ~ = : ,</c> in item ids as well, of which nobody has published whether the service does (U33).</summary>
    public bool LenientIds { get; set; }

    /// <summary>Take an access list without entries and show the item to nobody, as the service is said to do, instead of refusing it (U28).</summary>
    public bool AllowEmptyAcl { get; set; }

    /// <summary>Take the annotations <c>Collection(DateTime)</c> and <c>DateTime</c>, which the service refuses, for those with <c>DateTimeOffset</c>.</summary>
    public bool LenientDateTimeCollections { get; set; }

    /// <summary>
    /// List the items of a connection, which the real service does not implement although generated clients offer it. Off, so that what works here works there.
    /// </summary>
    public bool AllowListing { get; set; }

    public ItemLimits Limits => new(MaxPerConnection, MaxPerTenant, MaxActivities);

    public IEnumerable<string> Problems()
    {
        if (MaxBytes is < 1 or > LargestMaxBytes)
        {
            yield return $"Items:MaxBytes is {MaxBytes}; it must be from 1 to {LargestMaxBytes}.";
        }

        if (MaxAclEntries < 1)
        {
            yield return $"Items:MaxAclEntries is {MaxAclEntries}; it must be 1 or more.";
        }

        if (MaxPerConnection < 0)
        {
            yield return $"Items:MaxPerConnection is {MaxPerConnection}; it must be 0 or more.";
        }

        if (MaxPerTenant < 0)
        {
            yield return $"Items:MaxPerTenant is {MaxPerTenant}; it must be 0 or more.";
        }

        if (MaxActivities < 0)
        {
            yield return $"Items:MaxActivities is {MaxActivities}; it must be 0 or more.";
        }
    }
}
