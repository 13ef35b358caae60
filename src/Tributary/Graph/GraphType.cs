namespace Tributary.Graph;

/// <summary>A declared member of a Graph type, and the versions that know it.</summary>
internal readonly record struct GraphMember(string Name, GraphVersions Versions = GraphVersions.Both)
{
    public static implicit operator GraphMember(string name) => new(name);
}

/// <summary>
/// A structured type as the metadata declares it: its full name, its members per version, and whether it is open (takes members that are not declared).
/// Readers refuse what a closed type does not declare (<see cref="GraphObject"/>); writers ask it what a version shows.
/// </summary>
internal sealed class GraphType(string name, bool isOpen, params GraphMember[] members)
{
    private readonly Dictionary<string, GraphMember> _members = members.ToDictionary(member => member.Name, StringComparer.OrdinalIgnoreCase);

    public const string ExternalConnectors = "microsoft.graph.externalConnectors.";

    /// <summary>The qualified name without the leading <c>#</c>.</summary>
    public string Name { get; } = name;

    public bool IsOpen { get; } = isOpen;

    /// <summary>Other names that published samples give this type in <c>@odata.type</c>.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    public IEnumerable<GraphMember> Members => _members.Values;

    /// <summary>The declared spelling of a member that <paramref name="version"/> has, or null. Input names are matched ignoring case (protocol 6.3).</summary>
    public string? DeclaredNameOrNull(string name, GraphVersion version) =>
        _members.TryGetValue(name, out GraphMember member) && member.Versions.Has(version) ? member.Name : null;

    /// <summary>Whether an <c>@odata.type</c> names this type; the leading <c>#</c> is optional.</summary>
    public bool IsNamed(ReadOnlySpan<char> odataType)
    {
        if (odataType.StartsWith("#"))
        {
            odataType = odataType[1..];
        }

        if (odataType.Equals(Name, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        foreach (string other in OtherNames)
        {
            if (odataType.Equals(other, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
