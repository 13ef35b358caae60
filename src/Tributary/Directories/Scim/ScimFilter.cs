namespace Tributary.Directories.Scim;

internal enum ScimOperator
{
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

/// <summary>A filter as a tree (RFC 7644, 3.4.2.2). What stands beside each other is one list, so that a long filter is not a deep one.</summary>
internal abstract record ScimFilter
{
    public sealed record And(IReadOnlyList<ScimFilter> Terms) : ScimFilter;

    public sealed record Or(IReadOnlyList<ScimFilter> Terms) : ScimFilter;

    public sealed record Not(ScimFilter Term) : ScimFilter;

    public sealed record Present(ScimAttributePath Path) : ScimFilter;

    /// <param name="Value">A <see cref="string"/>, <see cref="double"/>, <see cref="bool"/> or null.</param>
    public sealed record Compare(ScimAttributePath Path, ScimOperator Operator, object? Value) : ScimFilter;

    /// <summary><c>emails[type eq "work"]</c>: one and the same value satisfies the whole of <paramref name="Inner"/>.</summary>
    public sealed record Within(ScimAttributePath Path, ScimFilter Inner) : ScimFilter;

    /// <summary>Whether the filter asks for the attribute of the core schema.</summary>
    public bool Mentions(string name) => this switch
    {
        And and => and.Terms.Any(term => term.Mentions(name)),
        Or or => or.Terms.Any(term => term.Mentions(name)),
        Not not => not.Term.Mentions(name),
        Present present => present.Path.IsCore(name),
        Compare compare => compare.Path.IsCore(name),
        Within within => within.Path.IsCore(name),
        _ => false,
    };
}

/// <summary>Names an attribute, as filters, paths of PATCH and <c>attributes</c> do.</summary>
/// <param name="Schema">Null for the core schema.</param>
/// <param name="Name">Empty: the whole of <paramref name="Schema"/>.</param>
/// <param name="Sub">A sub-attribute, or null.</param>
internal sealed record ScimAttributePath(string? Schema, string Name, string? Sub)
{
    public bool IsCore(string name) => Schema is null && Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The target of a PATCH operation: <c>name.givenName</c>, <c>emails[type eq "work"].value</c>, <c>urn:…:User:manager</c>.</summary>
/// <param name="Attribute">Its sub-attribute stands behind the filter where there is one.</param>
/// <param name="Filter">Chooses among the values; null for all.</param>
internal sealed record ScimPath(ScimAttributePath Attribute, ScimFilter? Filter)
{
    public string? Schema => Attribute.Schema;

    public string Name => Attribute.Name;

    public string? Sub => Attribute.Sub;
}
