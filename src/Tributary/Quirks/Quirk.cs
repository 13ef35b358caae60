namespace Tributary.Quirks;

/// <summary>An oddity of the real service that can be imitated. Each has a file of its own; all are off unless turned on, by themselves or by a profile.</summary>
/// <param name="Id">The name in the configuration: <c>Quirks:{id}=true</c>.</param>
/// <param name="Source">Where the oddity is on record.</param>
/// <param name="Description">What happens while it is on.</param>
/// <param name="IsInGraph">Whether the profile <c>graph</c> turns it on: the service is known to do it today, and always.</param>
internal sealed record Quirk(string Id, string Source, string Description, bool IsInGraph)
{
    public const string Section = "Quirks";

    /// <summary>The registry: every quirk that this server knows.</summary>
    public static readonly IReadOnlyList<Quirk> All =
    [
        BrokenLayout503.Quirk,
        MissingPermission401.Quirk,
        ForeignConnection403.Quirk,
        MalformedWithoutReason.Quirk,
        EmptyActivities.Quirk,
        ThrottledWithoutWait.Quirk,
        FractionalRetryAfter.Quirk,
    ];

    /// <summary>The full name of its setting.</summary>
    public string Setting => $"{Section}:{Id}";
}
