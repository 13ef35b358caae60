namespace Tributary.Directories.Scim;

internal enum ScimType
{
    String,
    Boolean,
    DateTime,
    Reference,
    Binary,
    Complex,
}

/// <summary>An attribute as RFC 7643, 2.2 and 7 describes it: what <c>/Schemas</c> tells, and what bodies, filters and paths are held against.</summary>
/// <param name="Name">In the letter case of the RFC; compared ignoring case.</param>
/// <param name="Type">Of each value.</param>
/// <param name="Description">For <c>/Schemas</c>.</param>
internal sealed record ScimAttribute(string Name, ScimType Type, string Description)
{
    public bool IsMultiValued { get; init; }

    public bool IsRequired { get; init; }

    public bool IsCaseExact { get; init; }

    public bool IsReadOnly { get; init; }

    /// <summary>Members of groups: a value comes and goes, and does not change.</summary>
    public bool IsImmutable { get; init; }

    /// <summary>
    /// Kept and given back as sent, whatever it is. Entra sends the manager as a bare id, as an object and as an array of one, and looks for what it sent.
    /// </summary>
    public bool IsOpaque { get; init; }

    public string Returned { get; init; } = "default";

    public string Uniqueness { get; init; } = "none";

    public IReadOnlyList<string> ReferenceTypes { get; init; } = [];

    public IReadOnlyList<string> CanonicalValues { get; init; } = [];

    public IReadOnlyList<ScimAttribute> SubAttributes { get; init; } = [];

    public ScimAttribute? SubOrNull(string name) => FindOrNull(SubAttributes, name);

    public static ScimAttribute? FindOrNull(IReadOnlyList<ScimAttribute> attributes, string name)
    {
        foreach (ScimAttribute attribute in attributes)
        {
            if (attribute.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return attribute;
            }
        }

        return null;
    }
}

internal sealed record ScimSchema(string Id, string Name, string Description, IReadOnlyList<ScimAttribute> Attributes);
