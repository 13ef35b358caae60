namespace Tributary.Directories.Scim;

internal enum ScimKind
{
    User = 1,
    Group = 2,
}

/// <summary>The two types of resources that there are.</summary>
internal sealed class ScimResourceType
{
    public static readonly ScimResourceType User = new(ScimKind.User, "User", "/Users", ScimSchemas.User, ScimSchemas.Enterprise) { Unkept = ["password", "groups"] };

    public static readonly ScimResourceType Group = new(ScimKind.Group, "Group", "/Groups", ScimSchemas.Group, null);

    public static readonly IReadOnlyList<ScimResourceType> All = [User, Group];

    private ScimResourceType(ScimKind kind, string name, string endpoint, ScimSchema core, ScimSchema? extension)
    {
        Kind = kind;
        Name = name;
        Endpoint = endpoint;
        Core = core;
        Extension = extension;
    }

    public ScimKind Kind { get; }

    public string Name { get; }

    public string Endpoint { get; }

    public ScimSchema Core { get; }

    /// <summary>The extension that is known; others are kept as sent.</summary>
    public ScimSchema? Extension { get; }

    /// <summary>Attributes that clients send and that are not kept: nobody signs in here with a password, and the groups of a user follow from their members.</summary>
    private string[] Unkept { get; init; } = [];

    public static ScimResourceType Of(ScimKind kind) => kind == ScimKind.User ? User : Group;

    /// <summary>The attribute of that name; null for one that only the client knows.</summary>
    /// <param name="schema">Null for the core schema.</param>
    public ScimAttribute? FindOrNull(string? schema, string name) => schema is null
        ? ScimAttribute.FindOrNull(ScimSchemas.Common, name) ?? ScimAttribute.FindOrNull(Core.Attributes, name)
        : Extension is { } known && known.Id.Equals(schema, StringComparison.OrdinalIgnoreCase) ? ScimAttribute.FindOrNull(known.Attributes, name) : null;

    /// <summary>Whether the server decides what the attribute is, or keeps it not at all.</summary>
    public bool IsServers(string? schema, string name) => schema is null
        && (name.Equals("schemas", StringComparison.OrdinalIgnoreCase)
            || ScimAttribute.FindOrNull(ScimSchemas.Common, name) is { IsReadOnly: true }
            || Unkept.Contains(name, StringComparer.OrdinalIgnoreCase));

    public bool IsMembers(string? schema, string name) =>
        Kind == ScimKind.Group && schema is null && name.Equals("members", StringComparison.OrdinalIgnoreCase);
}
