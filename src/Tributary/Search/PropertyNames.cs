using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Search;

/// <summary>What a name in a query or a field list means in one connection (search 7.3): property, alias, <c>label_…</c>, or a bare label.</summary>
internal static class PropertyNames
{
    private const string LabelPrefix = "label_";

    public static Property? ResolveOrNull(Schema schema, string name)
    {
        if (schema.FindOrNull(name) is { } property)
        {
            return property;
        }

        if (schema.Properties.FirstOrDefault(candidate => candidate.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } aliased)
        {
            return aliased;
        }

        string label = name.StartsWith(LabelPrefix, StringComparison.OrdinalIgnoreCase) ? name[LabelPrefix.Length..] : name;
        return LabelOrNull(label) is { } wanted ? schema.Properties.FirstOrDefault(candidate => candidate.Labels.Contains(wanted)) : null;
    }

    private static Label? LabelOrNull(string name) => name.ToLowerInvariant() switch
    {
        "author" => Label.Authors,
        "lastmodifiedtime" => Label.LastModifiedDateTime,
        "filetype" => Label.FileExtension,
        "modifiedby" => Label.LastModifiedBy,
        "path" => Label.Url,
        _ => !char.IsAsciiDigit(name.Length > 0 ? name[0] : '0') && WireNames<Label>.TryParse(name, out Label label) && label != Label.UnknownFutureValue
            ? label
            : null,
    };
}
