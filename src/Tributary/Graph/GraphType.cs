namespace Tributary.Graph;

/// <summary>What kind of member the metadata declares.</summary>
internal enum GraphMemberKind
{
    Property,

    /// <summary>A relationship; bodies do not hold it unless <see cref="GraphMember.IsInBody"/> says so.</summary>
    Navigation,

    /// <summary>A relationship whose entities live under their owner only.</summary>
    ContainedNavigation,
}

/// <summary>
/// A declared member of a Graph type, and the versions that know it. A bare name is a nullable string of both versions, as most members are.
/// </summary>
internal readonly record struct GraphMember(string Name, GraphVersions Versions = GraphVersions.Both)
{
    /// <summary>The qualified name of its type, or of its elements' type.</summary>
    public string Type { get; init; } = "Edm.String";

    public bool IsCollection { get; init; }

    /// <summary><c>Nullable="false"</c>.</summary>
    public bool IsRequired { get; init; }

    public GraphMemberKind Kind { get; init; }

    /// <summary>A relationship that bodies may hold all the same.</summary>
    public bool IsInBody { get; init; }

    /// <summary>Read from older clients, and no part of the metadata.</summary>
    public bool IsLegacy { get; init; }

    public static implicit operator GraphMember(string name) => new(name);
}

/// <summary>
/// A structured type as the metadata declares it: its full name, its members per version, and whether it is open (takes members that are not declared).
/// Readers refuse what a closed type does not declare (<see cref="GraphObject"/>), writers ask it what a version shows, and <c>$metadata</c> and the query
/// options are built from it (<see cref="Metadata.GraphModel"/>): no other place says what a version has.
/// </summary>
internal sealed class GraphType(string name, bool isOpen, params GraphMember[] members)
{
    private readonly Dictionary<string, GraphMember> _members = members.ToDictionary(member => member.Name, StringComparer.OrdinalIgnoreCase);

    public const string Graph = "microsoft.graph.";

    public const string ExternalConnectors = "microsoft.graph.externalConnectors.";

    /// <summary><c>microsoft.graph.entity</c>, from which every entity has its <c>id</c>.</summary>
    public static readonly GraphType Entity = new(Graph + "entity", isOpen: false, new GraphMember("id") { IsRequired = true })
    {
        IsEntity = true,
        IsAbstract = true,
    };

    /// <summary>The qualified name without the leading <c>#</c>.</summary>
    public string Name { get; } = name;

    public bool IsOpen { get; } = isOpen;

    public bool IsAbstract { get; init; }

    /// <summary>An entity type; else a complex type.</summary>
    public bool IsEntity { get; init; }

    /// <summary>The type it inherits from. Members of that one that a body may hold are listed here again.</summary>
    public GraphType? BaseType { get; init; }

    public GraphVersions Versions { get; init; } = GraphVersions.Both;

    /// <summary>Whether query options on entities of this type may name the members of every type that inherits from it.</summary>
    public bool IsQueriedAsDerived { get; init; }

    /// <summary>
    /// The other names by which <c>@odata.type</c> may call this type: only those that a source has the real service take (external-connectors 2.5), not every
    /// name from before the types had a namespace of their own.
    /// </summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    public IEnumerable<GraphMember> Members => _members.Values;

    /// <summary>
    /// The declared spelling of a member that a body of <paramref name="version"/> may hold, or null. Input names are matched ignoring case (protocol 6.3).
    /// </summary>
    public string? DeclaredNameOrNull(string name, GraphVersion version) =>
        _members.TryGetValue(name, out GraphMember member) && member.Versions.Has(version) && (member.Kind == GraphMemberKind.Property || member.IsInBody)
            ? member.Name
            : null;

    /// <summary>Whether an <c>@odata.type</c> names this type, in any letter case; the leading <c>#</c> is optional.</summary>
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
