namespace Tributary.Chaos.Judging;

/// <summary>What an external group is.</summary>
/// <param name="IsThere">Whether it was created and not deleted since.</param>
/// <param name="Members">A bit for each identity that ever was a member of any group.</param>
internal readonly record struct GroupState(bool IsThere, ulong Members)
{
    public static readonly GroupState Absent = new(false, 0);
}
