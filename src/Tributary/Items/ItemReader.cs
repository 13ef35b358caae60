using System.Text.Json;
using Tributary.Acls;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Items;

/// <summary>
/// Reads the body of an item (external-connectors 6.1, 6.2, 6.6 and 6.7).
/// https://learn.microsoft.com/graph/api/externalconnectors-externalconnection-put-items
/// </summary>
internal static class ItemReader
{
    public static readonly GraphType ContentType =
        new(
            GraphType.ExternalConnectors + "externalItemContent",
            isOpen: false,
            new("type") { Type = GraphType.ExternalConnectors + "externalItemContentType", IsRequired = true },
            "value");

    public static readonly GraphType LabelType =
        new(GraphType.ExternalConnectors + "externalItemInformationProtectionLabel", isOpen: false, "sensitivityLabelId");

    public static readonly GraphType ItemType =
        new(
            GraphType.ExternalConnectors + "externalItem",
            isOpen: false,
            "id",
            new("acl") { Type = AclRules.EntryType.Name, IsCollection = true },
            new("properties") { Type = ItemPropertiesReader.PropertiesType.Name },
            new("content") { Type = ContentType.Name },
            new("activities")
            {
                Type = ActivityRules.ActivityType.Name,
                IsCollection = true,
                Kind = GraphMemberKind.ContainedNavigation,
                IsInBody = true,
            },
            new("informationProtectionLabel") { Type = LabelType.Name })
        {
            IsEntity = true,
            BaseType = GraphType.Entity,
            OtherNames = ["microsoft.graph.externalItem"],
        };

    /// <summary>What <paramref name="body"/> asks for, or null when anything is wrong with it, all of which is added to <paramref name="problems"/>.</summary>
    public static ItemWrite? ReadOrNull(
        JsonElement body, ItemId id, GraphVersion version, Schema schema, bool isPeople, ItemOptions options, Problems problems)
    {
        int before = problems.Count;
        if (GraphObject.Open(body, "$", ItemType, version, problems) is not { } item)
        {
            return null;
        }

        ItemRules.CheckIdOfBody(item.StringOrNull("id"), id, "$.id", problems);
        Acl? acl = AclRules.ReadOrNull(item, version, options.AllowEmptyAcl, options.MaxAclEntries, problems);
        if (isPeople && acl is not null)
        {
            ItemRules.CheckAclOfPerson(acl, "$.acl", problems);
        }

        ReadOnlyMemory<byte>? properties = ReadProperties(item, version, schema, options, problems);
        ExternalItemContent? content = ReadContent(item, version, problems);
        string? sensitivityLabelId = ReadSensitivityLabel(item, version, problems);
        IReadOnlyList<ExternalActivity> activities = ActivityRules.Read(item, isTypeRequired: true, version, problems);
        if (problems.Count > before)
        {
            return null;
        }

        return new ItemWrite
        {
            Id = id.Value,
            Acl = acl,
            Properties = properties,
            HasContent = item.Has("content"),
            Content = content,
            HasSensitivityLabel = item.Has("informationProtectionLabel"),
            SensitivityLabelId = sensitivityLabelId,
            Activities = activities,
        };
    }

    /// <summary>Null is refused as for <c>acl</c>: it could mean "keep" as well as "none", and an item must have a property.</summary>
    private static ReadOnlyMemory<byte>? ReadProperties(
        GraphObject item, GraphVersion version, Schema schema, ItemOptions options, Problems problems)
    {
        if (item.IsNull("properties"))
        {
            problems.Rule("$.properties", ItemRules.InvalidProperties, "The properties must not be null. Leave them out to keep those of an existing item.");
            return null;
        }

        return item.ValueOrNull("properties") is { } properties
            ? ItemPropertiesReader.ReadOrNull(properties, version, schema, options, problems)
            : null;
    }

    /// <summary>Both members are needed; a wrong shape is answered by the OData layer with an observed text (O10).</summary>
    private static ExternalItemContent? ReadContent(GraphObject item, GraphVersion version, Problems problems)
    {
        if (item.ObjectOrNull("content", ContentType, version) is not { } content)
        {
            return null;
        }

        ExternalItemContentType? type = content.EnumOrNull<ExternalItemContentType>("type");
        string? value = content.StringOrNull("value");
        if (content.ValueOrNull("type") is null)
        {
            problems.Rule("$.content.type", ItemRules.InvalidContent, "The content needs 'type', text or html.");
        }

        if (content.ValueOrNull("value") is null)
        {
            problems.Rule("$.content.value", ItemRules.InvalidContent, "The content needs 'value', its text.");
        }

        return type is not null && value is not null ? new ExternalItemContent(type.Value, value) : null;
    }

    private static string? ReadSensitivityLabel(GraphObject item, GraphVersion version, Problems problems)
    {
        if (item.ObjectOrNull("informationProtectionLabel", LabelType, version)?.StringOrNull("sensitivityLabelId") is not { } id)
        {
            return null;
        }

        if (!GuidText.IsValid(id))
        {
            problems.Rule(
                "$.informationProtectionLabel.sensitivityLabelId",
                ItemRules.InvalidSensitivityLabel,
                $"A sensitivity label is named by a GUID with dashes; '{id}' is none.");
        }

        return id;
    }
}
