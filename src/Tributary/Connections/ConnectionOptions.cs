namespace Tributary.Connections;

/// <summary>Section <c>Connections</c>: limits and choices where the real service publishes none, or several over the years.</summary>
internal sealed class ConnectionOptions : ICheckedOptions
{
    public const string Section = "Connections";

    /// <summary>Connections of one tenant; the last number that was published is 30 (external-connectors 10.1).</summary>
    public int MaxPerTenant { get; set; } = 30;

    /// <summary>Entries of <c>authorizedAppIds</c> (U1).</summary>
    public int MaxAuthorizedApps { get; set; } = 50;

    /// <summary>How long a deletion waits before it begins. The real service takes minutes to hours.</summary>
    public TimeSpan DeletionDelay { get; set; }

    /// <summary>How old <c>ingestedItemsCount</c> may be; the real service refreshes it every 15 minutes.</summary>
    public TimeSpan ItemCountInterval { get; set; }

    public IEnumerable<string> Problems()
    {
        if (ItemCountInterval < TimeSpan.Zero)
        {
            yield return $"Connections:ItemCountInterval is {ItemCountInterval}; it must be 00:00:00 or longer.";
        }

        if (MaxPerTenant < 1)
        {
            yield return $"Connections:MaxPerTenant is {MaxPerTenant}; it must be 1 or more.";
        }

        if (MaxAuthorizedApps < 1)
        {
            yield return $"Connections:MaxAuthorizedApps is {MaxAuthorizedApps}; it must be 1 or more.";
        }

        if (DeletionDelay < TimeSpan.Zero)
        {
            yield return $"Connections:DeletionDelay is {DeletionDelay}; it must be 00:00:00 or longer.";
        }
    }
}
