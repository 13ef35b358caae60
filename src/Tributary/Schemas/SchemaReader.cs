using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Schemas;

/// <summary>
/// Reads the body of <c>PATCH</c> or <c>POST …/schema</c> with the leniency that published samples need (external-connectors 2.5). What a body means for
/// the stored schema is decided in <see cref="SchemaRules"/>.
/// </summary>
internal static class SchemaReader
{
    /// <summary>Names of the beta documentation for labels that the metadata spells otherwise (external-connectors 4.7).</summary>
    private static readonly Dictionary<string, Label> OtherLabelNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["assignedTo"] = Label.AssignedToPeople,
        ["numReactions"] = Label.NumberOfReactions,
    };

    /// <summary>Reads what can be read; null, with a problem added, when <paramref name="body"/> is no object.</summary>
    public static SchemaBody? Read(JsonElement body, GraphVersion version, Problems problems)
    {
        if (GraphObject.Open(body, "$", SchemaTypes.Schema, version, problems) is not { } schema)
        {
            return null;
        }

        RefuseNull(schema, "baseType", problems);
        var properties = new List<PropertyBody>();
        int count = 0;
        foreach ((JsonElement element, string path) in schema.Elements("properties"))
        {
            count++;
            if (GraphObject.Open(element, path, SchemaTypes.Property, version, problems) is { } property)
            {
                properties.Add(ReadProperty(property, version, problems));
            }
        }

        return new SchemaBody
        {
            BaseType = Member(schema, "baseType", schema.StringOrNull("baseType")),
            Properties = properties,
            PropertyCount = schema.ValueOrNull("properties") is null or { ValueKind: JsonValueKind.Array } ? count : null,
        };
    }

    private static PropertyBody ReadProperty(GraphObject property, GraphVersion version, Problems problems)
    {
        RefuseNull(property, "name", problems);
        RefuseNull(property, "type", problems);
        return new PropertyBody(property.Path)
        {
            Name = Member(property, "name", property.StringOrNull("name")),
            Type = Member(property, "type", ReadType(property, problems)),
            IsSearchable = Member(property, "isSearchable", property.BooleanOrNull("isSearchable")),
            IsQueryable = Member(property, "isQueryable", property.BooleanOrNull("isQueryable")),
            IsRetrievable = Member(property, "isRetrievable", property.BooleanOrNull("isRetrievable")),
            IsRefinable = Member(property, "isRefinable", property.BooleanOrNull("isRefinable")),
            IsExactMatchRequired = Member(property, "isExactMatchRequired", property.BooleanOrNull("isExactMatchRequired")),
            Labels = Member<IReadOnlyList<(Label Value, string Path)>>(property, "labels", ReadLabels(property, problems)),
            Aliases = Member(property, "aliases", property.LocatedStringsOrNull("aliases", takesBareString: true)),
            RankingHint = Member(property, "rankingHint", ReadRankingHint(property, version, problems)),
            Description = Member(property, "description", property.StringOrNull("description")),
        };
    }

    private static PropertyType? ReadType(GraphObject property, Problems problems)
    {
        PropertyType? type = property.EnumOrNull<PropertyType>("type");
        if (type is not PropertyType.UnknownFutureValue)
        {
            return type;
        }

        RefuseSentinel(property.PathOf("type"), problems);
        return null;
    }

    private static List<(Label Value, string Path)>? ReadLabels(GraphObject property, Problems problems)
    {
        if (property.ValueOrNull("labels") is null)
        {
            return null;
        }

        var labels = new List<(Label Value, string Path)>();
        foreach ((JsonElement element, string path) in property.Elements("labels"))
        {
            if (ReadLabel(property, element, path, problems) is not { } label)
            {
                continue;
            }

            if (label == Label.UnknownFutureValue)
            {
                RefuseSentinel(path, problems);
            }
            else
            {
                labels.Add((label, path));
            }
        }

        return labels;
    }

    private static Label? ReadLabel(GraphObject property, JsonElement element, string path, Problems problems)
    {
        if (!problems.IsStrict
            && element.ValueKind == JsonValueKind.String
            && GraphObject.TryGetText(element, out string? text)
            && OtherLabelNames.TryGetValue(text!, out Label label))
        {
            return label;
        }

        return property.EnumOf<Label>(element, path);
    }

    private static ImportanceScore? ReadRankingHint(GraphObject property, GraphVersion version, Problems problems)
    {
        if (property.ObjectOrNull("rankingHint", SchemaTypes.RankingHint, version) is not { } hint)
        {
            return null;
        }

        if (!hint.Has("importanceScore"))
        {
            problems.Rule(hint.PathOf("importanceScore"), "InvalidRankingHint", "A rankingHint needs an importanceScore.");
        }

        RefuseNull(hint, "importanceScore", problems);
        return hint.EnumOrNull<ImportanceScore>("importanceScore");
    }

    /// <summary>
    /// The sentinel names no value. It comes back when a client without <c>Prefer: include-unknown-enum-members</c> sends what it read, and taking it would
    /// lose the label or type that it stands for.
    /// </summary>
    private static void RefuseSentinel(string path, Problems problems) => problems.Rule(
        path,
        "DeserializationError",
        "'unknownFutureValue' stands for a member that the reader did not ask for and cannot be written. "
            + "Read the schema with 'Prefer: include-unknown-enum-members' to see it.");

    /// <summary>Null for a member that the metadata declares as not nullable (protocol 6.3).</summary>
    private static void RefuseNull(GraphObject owner, string name, Problems problems)
    {
        if (owner.IsNull(name))
        {
            problems.Shape(owner.PathOf(name), GraphObject.WrongShape(owner.PathOf(name)));
        }
    }

    private static Sent<T> Member<T>(GraphObject owner, string name, T? value) => new(owner.Has(name), value);
}
