namespace Tributary.Graph;

/// <summary>The two versioned roots of Microsoft Graph. What only one of them has is data (<see cref="GraphMember"/>), never a second handler.</summary>
internal enum GraphVersion
{
    V1,
    Beta,
}

/// <summary>The versions in which a member, type or path exists.</summary>
[Flags]
internal enum GraphVersions
{
    None = 0,
    V1 = 1,
    Beta = 2,
    Both = V1 | Beta,
}

internal static class GraphVersionNames
{
    /// <summary>The path segment of the version, as links and contexts spell it.</summary>
    public static string Segment(this GraphVersion version) => version == GraphVersion.V1 ? "v1.0" : "beta";

    public static bool Has(this GraphVersions versions, GraphVersion version) =>
        (versions & (version == GraphVersion.V1 ? GraphVersions.V1 : GraphVersions.Beta)) != 0;
}
