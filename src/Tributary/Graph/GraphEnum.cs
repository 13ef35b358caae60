using System.Globalization;

namespace Tributary.Graph;

/// <summary>An enum type as the metadata declares it: its members with their numbers. Those of one version only stand in <see cref="Versions"/>.</summary>
/// <param name="Name">The qualified name.</param>
/// <param name="Members">Wire names and numbers, in the order of the numbers.</param>
internal sealed record GraphEnum(string Name, params IReadOnlyList<(string Name, int Value)> Members)
{
    public const string Sentinel = "unknownFutureValue";

    public GraphVersions Versions { get; init; } = GraphVersions.Both;

    /// <summary>Several members at once, joined with commas on the wire.</summary>
    public bool IsFlags { get; init; }

    /// <summary>The members of an enum of ours, whose numbers are the metadata's.</summary>
    /// <param name="name">The qualified name.</param>
    /// <param name="unknownFutureValue">The number of the sentinel, where our enum has no member for it, as nothing here is ever of that value.</param>
    public static GraphEnum Of<T>(string name, int? unknownFutureValue = null)
        where T : struct, Enum
    {
        IEnumerable<(string Name, int Value)> members = Enum.GetValues<T>()
            .Select(value => (WireNames<T>.Get(value), Convert.ToInt32(value, CultureInfo.InvariantCulture)));
        if (unknownFutureValue is { } sentinel)
        {
            members = members.Append((Sentinel, sentinel));
        }

        return new GraphEnum(name, [.. members.OrderBy(member => member.Value)]);
    }
}
