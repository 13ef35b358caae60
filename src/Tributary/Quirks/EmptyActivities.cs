namespace Tributary.Quirks;

/// <summary>Recorded answers to PUT of an item end in an empty collection of activities, which the documentation does not show (6.2, U24).</summary>
internal static class EmptyActivities
{
    public static readonly Quirk Quirk = new(
        "empty-activities",
        "Recorded responses of the real service",
        "The answer to PUT of an item has \"activities\": [], whatever activities it has.",
        IsInGraph: true);
}
