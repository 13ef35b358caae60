namespace Tributary.Chaos.Judging;

/// <summary>What clients do with an item.</summary>
internal abstract class ItemOperation(long begin, long end, string name) : Operation<ItemState>(begin, end)
{
    /// <summary>For people.</summary>
    public override string ToString() => IsUnknown ? name + ", and nobody knows whether it was done" : name;
}

/// <summary>PUT: the item is this, whatever it was.</summary>
internal sealed class PutItem(long begin, long end, string name, ItemState sent) : ItemOperation(begin, end, name)
{
    public override ItemState? AfterOrNull(ItemState before) => sent;

    public override ItemState? SeenOrNull => sent;
}

/// <summary>PATCH: an item that is there has another text or another access list.</summary>
/// <param name="begin">See the base.</param>
/// <param name="end">See the base.</param>
/// <param name="name">For people.</param>
/// <param name="text">Null: stays.</param>
/// <param name="acl">Null: stays.</param>
/// <param name="answered">The item as the answer shows it; null where none came.</param>
internal sealed class PatchItem(long begin, long end, string name, int? text, int? acl, ItemState? answered) : ItemOperation(begin, end, name)
{
    public override ItemState? AfterOrNull(ItemState before)
    {
        if (!before.IsThere)
        {
            return null;
        }

        var after = new ItemState(text ?? before.Text, acl ?? before.Acl);
        return answered is null || answered == after ? after : null;
    }

    public override ItemState? SeenOrNull => answered;
}

/// <summary>DELETE that was answered 204, or whose answer is not known.</summary>
internal sealed class DeleteItem(long begin, long end, string name) : ItemOperation(begin, end, name)
{
    public override ItemState? AfterOrNull(ItemState before) => before.IsThere ? ItemState.Absent : null;

    public override ItemState? SeenOrNull => ItemState.Absent;
}

/// <summary>An answer that shows the item whole, or that it is not there.</summary>
internal sealed class ReadItem(long begin, long end, string name, ItemState seen) : ItemOperation(begin, end, name)
{
    public override bool IsRead => true;

    public override ItemState? AfterOrNull(ItemState before) => before == seen ? before : null;

    public override ItemState? SeenOrNull => seen;
}

/// <summary>A search that shows the item, or would have shown it.</summary>
internal sealed class SearchedItem(long begin, long end, string name, Func<ItemState, bool> agrees) : ItemOperation(begin, end, name)
{
    public override bool IsRead => true;

    public override ItemState? AfterOrNull(ItemState before) => agrees(before) ? before : null;
}
