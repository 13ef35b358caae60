namespace Tributary.Groups;

/// <summary>Section <c>Groups</c>: the published limits of external groups (external-connectors 8.9).</summary>
internal sealed class GroupOptions : ICheckedOptions
{
    public const string Section = "Groups";

    public int MaxPerTenant { get; set; } = 100_000;

    public int MaxMembers { get; set; } = 50_000;

    /// <summary>External groups that count for one user in one query.</summary>
    public int MaxPerUser { get; set; } = 10_000;

    /// <summary>
    /// List groups and their members, and show a single member, which no page documents and generated clients offer. Off, these paths are refused by name.
    /// </summary>
    public bool AllowListing { get; set; } = true;

    public IEnumerable<string> Problems()
    {
        if (MaxPerTenant < 0)
        {
            yield return $"Groups:MaxPerTenant is {MaxPerTenant}; it must be 0 or more.";
        }

        if (MaxMembers < 0)
        {
            yield return $"Groups:MaxMembers is {MaxMembers}; it must be 0 or more.";
        }

        if (MaxPerUser < 0)
        {
            yield return $"Groups:MaxPerUser is {MaxPerUser}; it must be 0 or more.";
        }
    }
}
