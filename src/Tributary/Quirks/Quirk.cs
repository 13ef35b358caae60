namespace Tributary.Quirks;

/// <summary>An oddity of the real service that can be imitated. Each has a file of its own; all are off unless turned on.</summary>
/// <param name="Id">The name in the configuration: <c>Quirks:{id}=true</c>.</param>
/// <param name="Source">Where the oddity is on record.</param>
/// <param name="Description">What happens while it is on.</param>
internal sealed record Quirk(string Id, string Source, string Description)
{
    /// <summary>The registry: every quirk that this server knows.</summary>
    public static readonly IReadOnlyList<Quirk> All = [BrokenLayout503.Quirk];
}
