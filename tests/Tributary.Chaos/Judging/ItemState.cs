namespace Tributary.Chaos.Judging;

/// <summary>What an item is: which text and which access list of those that were ever sent.</summary>
/// <param name="Text">Number of a <see cref="ItemText"/>; negative when the item is not there.</param>
/// <param name="Acl">Number of an access list.</param>
internal readonly record struct ItemState(int Text, int Acl)
{
    public static readonly ItemState Absent = new(-1, -1);

    public bool IsThere => Text >= 0;
}
