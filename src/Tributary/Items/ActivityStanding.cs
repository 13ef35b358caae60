using System.Numerics;

namespace Tributary.Items;

/// <summary>What the activities of an item come to, as far as ranking asks.</summary>
/// <param name="Count">Each kind of activity once for each person, so that one who comes back a hundred times is no crowd; without <c>created</c>, which every item was.</param>
/// <param name="LastTicks">When the last of these began, in UTC; 0 for none.</param>
internal readonly record struct ActivityStanding(long Count, long LastTicks)
{
    /// <summary>That of 1,023 and more.</summary>
    public const int MaxLevel = 10;

    /// <summary>The columns of a standing, of item <c>i</c>.</summary>
    public const string Columns =
        """
        (SELECT count(DISTINCT a.type || ' ' || a.actor_type || ' ' || a.actor) FROM item_activity a WHERE a.connection = i.connection AND a.item = i.key AND a.type <> 3),
        (SELECT coalesce(max(a.started), 0) FROM item_activity a WHERE a.connection = i.connection AND a.item = i.key AND a.type <> 3)
        """;

    /// <summary>Each is twice as many as the one before: 1, 3, 7 and so on.</summary>
    public int Level => Math.Min(MaxLevel, BitOperations.Log2((ulong)Count + 1));

    /// <summary>
    /// Whether an index need not hear of the difference: the level is the same, and so is the week. So an item is indexed anew for its activities some ten times, and once a week,
    /// however many they are.
    /// </summary>
    public bool IsAsGoodAs(ActivityStanding other) => Level == other.Level && Week == other.Week;

    private long Week => LastTicks / (7 * TimeSpan.TicksPerDay);
}
