using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Search;

/// <summary>
/// What a name in a query or a field list means in one connection (search 7.3), ignoring case: a property, an alias, <c>label_…</c>, a system property, or a bare label
/// and what it is otherwise called. The first of these wins, so that nothing of ours hides what a schema says.
/// </summary>
internal static class PropertyNames
{
    private const string LabelPrefix = "label_";

    /// <summary>Before a name in a key: no property of a schema or of the system has this character.</summary>
    private const char ForeignMark = '?';

    /// <summary>
    /// The <see cref="Kql.Restriction.Property"/> of a restriction in a query over one connection: the schema's name of the property, or
    /// <see cref="SystemPropertyNames.Key"/>; null when the name is none, and so what it stands in is free text.
    /// </summary>
    public static string? KeyOrNull(Schema schema, string name)
    {
        if (NamedOrNull(schema, name) is { } property)
        {
            return property.Name;
        }

        return SystemPropertyNames.FindOrNull(name) is { } system ? SystemPropertyNames.Key(system) : ByBareLabelOrNull(schema, name)?.Name;
    }

    /// <summary>
    /// The key in a connection that does not know the name, of a query over several of which another does: the restriction is one here too, on what no item has.
    /// </summary>
    public static string ForeignKey(string name) => ForeignMark + name.ToLowerInvariant();

    /// <summary>The property of the schema that the name stands for; null also for a system property.</summary>
    public static Property? ResolveOrNull(Schema schema, string name) =>
        NamedOrNull(schema, name) ?? (SystemPropertyNames.FindOrNull(name) is null ? ByBareLabelOrNull(schema, name) : null);

    private static Property? NamedOrNull(Schema schema, string name)
    {
        if (schema.FindOrNull(name) is { } property)
        {
            return property;
        }

        if (schema.Properties.FirstOrDefault(candidate => candidate.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } aliased)
        {
            return aliased;
        }

        return name.StartsWith(LabelPrefix, StringComparison.OrdinalIgnoreCase) ? ByLabelOrNull(schema, LabelOrNull(name[LabelPrefix.Length..])) : null;
    }

    private static Property? ByBareLabelOrNull(Schema schema, string name) => ByLabelOrNull(schema, name.ToLowerInvariant() switch
    {
        "author" => Label.Authors,
        "lastmodifiedtime" => Label.LastModifiedDateTime,
        "filetype" => Label.FileExtension,
        "modifiedby" => Label.LastModifiedBy,
        "path" => Label.Url,
        _ => LabelOrNull(name),
    });

    private static Property? ByLabelOrNull(Schema schema, Label? label) =>
        label is { } wanted ? schema.Properties.FirstOrDefault(candidate => candidate.Labels.Contains(wanted)) : null;

    /// <summary>By its name only: the parser of enums would take a number too.</summary>
    private static Label? LabelOrNull(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && WireNames<Label>.TryParse(name, out Label label) && label != Label.UnknownFutureValue ? label : null;
}
