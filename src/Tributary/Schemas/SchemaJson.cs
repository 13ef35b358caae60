using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Schemas;

/// <summary>The schema as <c>GET …/schema</c> shows it (external-connectors 4.4).</summary>
/// <remarks>
/// <c>description</c> and <c>rankingHint</c> are written as null when unset. The recorded body of 4.4 has neither, but it is older than
/// <c>description</c> and from v1.0, which has no <c>rankingHint</c>, so it does not speak against it; what is known for null speaks for it: an entity
/// fetched whole shows its declared members (protocol 6.3), as the real GET of a connection does (2.5). Generated clients read both alike.
/// </remarks>
internal static partial class SchemaJson
{
    /// <summary>
    /// Writes the members <c>baseType</c> and <c>properties</c> into the object that <paramref name="writer"/> has open, in the recorded order. What a
    /// version does not declare is left out (section 11). Labels and types that stand behind the sentinel are shown to those who asked for them by
    /// <c>Prefer: include-unknown-enum-members</c> only.
    /// </summary>
    public static void Write(Utf8JsonWriter writer, Schema schema, GraphVersion version, bool includeUnknownEnumMembers)
    {
        writer.WriteString("baseType", Schema.BaseType);
        writer.WriteStartArray("properties");
        foreach (Property property in schema.Properties)
        {
            WriteProperty(writer, property, version, includeUnknownEnumMembers);
        }

        writer.WriteEndArray();
    }

    private static void WriteProperty(Utf8JsonWriter writer, Property property, GraphVersion version, bool includeUnknownEnumMembers)
    {
        writer.WriteStartObject();
        writer.WriteString("name", property.Name);
        writer.WriteString("type", WireNames<PropertyType>.Get(Shown(property.Type, includeUnknownEnumMembers)));
        writer.WriteBoolean("isSearchable", property.IsSearchable);
        writer.WriteBoolean("isRetrievable", property.IsRetrievable);
        writer.WriteBoolean("isQueryable", property.IsQueryable);
        writer.WriteBoolean("isRefinable", property.IsRefinable);
        if (Has(version, "isExactMatchRequired"))
        {
            writer.WriteBoolean("isExactMatchRequired", property.IsExactMatchRequired);
        }

        writer.WriteStartArray("labels");
        foreach (Label label in property.Labels)
        {
            writer.WriteStringValue(WireNames<Label>.Get(Shown(label, includeUnknownEnumMembers)));
        }

        writer.WriteEndArray();
        writer.WriteStartArray("aliases");
        foreach (string alias in property.Aliases)
        {
            writer.WriteStringValue(alias);
        }

        writer.WriteEndArray();
        if (Has(version, "rankingHint"))
        {
            WriteRankingHint(writer, property.RankingHint);
        }

        writer.WriteString("description", property.Description);
        writer.WriteEndObject();
    }

    private static void WriteRankingHint(Utf8JsonWriter writer, ImportanceScore? score)
    {
        if (score is null)
        {
            writer.WriteNull("rankingHint");
            return;
        }

        writer.WriteStartObject("rankingHint");
        writer.WriteString("importanceScore", WireNames<ImportanceScore>.Get(score.Value));
        writer.WriteEndObject();
    }

    private static PropertyType Shown(PropertyType type, bool includeUnknown) =>
        type > PropertyType.UnknownFutureValue && !includeUnknown ? PropertyType.UnknownFutureValue : type;

    private static Label Shown(Label label, bool includeUnknown) =>
        label > Label.UnknownFutureValue && !includeUnknown ? Label.UnknownFutureValue : label;

    private static bool Has(GraphVersion version, string member) => SchemaTypes.Property.DeclaredNameOrNull(member, version) is not null;
}
