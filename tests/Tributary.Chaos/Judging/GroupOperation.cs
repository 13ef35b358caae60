namespace Tributary.Chaos.Judging;

/// <summary>What clients do with an external group.</summary>
internal abstract class GroupOperation(long begin, long end, string name) : Operation<GroupState>(begin, end)
{
    /// <summary>For people.</summary>
    public override string ToString() => IsUnknown ? name + ", and nobody knows whether it was done" : name;
}

internal sealed class CreateGroup(long begin, long end, string name) : GroupOperation(begin, end, name)
{
    public override GroupState? AfterOrNull(GroupState before) => before.IsThere ? null : new GroupState(true, 0);
}

internal sealed class DeleteGroup(long begin, long end, string name) : GroupOperation(begin, end, name)
{
    public override GroupState? AfterOrNull(GroupState before) => before.IsThere ? GroupState.Absent : null;
}

internal sealed class AddMember(long begin, long end, string name, ulong member) : GroupOperation(begin, end, name)
{
    public override GroupState? AfterOrNull(GroupState before) =>
        before.IsThere && (before.Members & member) == 0 ? before with { Members = before.Members | member } : null;
}

internal sealed class RemoveMember(long begin, long end, string name, ulong member) : GroupOperation(begin, end, name)
{
    public override GroupState? AfterOrNull(GroupState before) => (before.Members & member) != 0 ? before with { Members = before.Members & ~member } : null;
}

/// <summary>An answer that tells something of the group and changes nothing: its members, that it is not there, that it is there already, …</summary>
internal sealed class ReadGroup(long begin, long end, string name, Func<GroupState, bool> agrees, GroupState? seen = null) : GroupOperation(begin, end, name)
{
    public override bool IsRead => true;

    public override GroupState? AfterOrNull(GroupState before) => agrees(before) ? before : null;

    public override GroupState? SeenOrNull => seen;
}
