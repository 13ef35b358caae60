using System.Text.Json;
using Tributary.Acls;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Items;

/// <summary>
/// Writes an item as GET and PUT answer it (external-connectors 6.2, 6.3).
/// https://learn.microsoft.com/graph/api/externalconnectors-externalitem-get
/// </summary>
internal static class ItemJson
{
    private static readonly JsonEncodedText ContextName = JsonEncodedText.Encode("@odata.context");
    private static readonly JsonEncodedText IdName = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText AclName = JsonEncodedText.Encode("acl");
    private static readonly JsonEncodedText PropertiesName = JsonEncodedText.Encode("properties");
    private static readonly JsonEncodedText ContentName = JsonEncodedText.Encode("content");
    private static readonly JsonEncodedText TypeName = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText ValueName = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText LabelName = JsonEncodedText.Encode("informationProtectionLabel");
    private static readonly JsonEncodedText LabelIdName = JsonEncodedText.Encode("sensitivityLabelId");

    /// <remarks>
    /// <list type="bullet">
    /// <item>An item without content says <c>"content": null</c>: a declared member without value is null in an entity that is fetched whole (protocol 6.3), as
    /// has been seen on connections (2.5).</item>
    /// <item>The label is left out when there is none, unless it was selected. By the same rule it would be null, but it is newer than every published answer, and
    /// a closed-type reader made before it would meet a member that it does not know in each item.</item>
    /// <item><c>activities</c> is never written: it is a navigation property, which GET does not return (6.3), and U24 leaves it out of PUT as well, but for the quirk.</item>
    /// <item><c>properties</c> is an open type, whose members without value are left out; they were on the way in.</item>
    /// </list>
    /// </remarks>
    /// <param name="writer">Takes the object. Its encoder decides about the text of ids, access list and content; properties go out as stored.</param>
    /// <param name="item">The item.</param>
    /// <param name="context">The <c>@odata.context</c>; null to leave it out, as inside other entities and with <c>odata.metadata=none</c>.</param>
    /// <param name="selection">The members that are shown.</param>
    /// <param name="int64s">The schema whose int64 values go out as text, for a client that asked for <c>IEEE754Compatible</c>; null for numbers.</param>
    /// <param name="hasEmptyActivities">Whether to add <c>"activities": []</c>, of the quirk <see cref="Quirks.EmptyActivities"/>.</param>
    public static void Write(
        Utf8JsonWriter writer, ExternalItem item, string? context, Selection selection, Schema? int64s = null, bool hasEmptyActivities = false)
    {
        writer.WriteStartObject();
        if (context is not null)
        {
            writer.WriteString(ContextName, context);
        }

        writer.WriteString(IdName, item.Id);
        if (selection.Has("acl"))
        {
            writer.WritePropertyName(AclName);
            AclJson.Write(writer, item.Acl);
        }

        if (selection.Has("properties") && int64s is not null)
        {
            writer.WritePropertyName(PropertiesName);
            WriteWithInt64sAsText(writer, item.Properties, int64s);
        }
        else if (selection.Has("properties"))
        {
            writer.WritePropertyName(PropertiesName);
            writer.WriteRawValue(item.Properties.Span, skipInputValidation: true);
        }

        if (selection.Has("content"))
        {
            WriteContent(writer, item.Content);
        }

        if (selection.Has("informationProtectionLabel") && item.SensitivityLabelId is { } labelId)
        {
            writer.WriteStartObject(LabelName);
            writer.WriteString(LabelIdName, labelId);
            writer.WriteEndObject();
        }
        else if (!selection.IsAll && selection.Has("informationProtectionLabel"))
        {
            writer.WriteNull(LabelName);
        }

        if (hasEmptyActivities)
        {
            writer.WriteStartArray("activities");
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter writer, ExternalItemContent? content)
    {
        if (content is null)
        {
            writer.WriteNull(ContentName);
            return;
        }

        writer.WriteStartObject(ContentName);
        writer.WriteString(TypeName, WireNames<ExternalItemContentType>.Get(content.Type));
        writer.WriteString(ValueName, content.Value);
        writer.WriteEndObject();
    }

    private static void WriteWithInt64sAsText(Utf8JsonWriter writer, ReadOnlyMemory<byte> properties, Schema schema)
    {
        using JsonDocument document = JsonDocument.Parse(properties);
        writer.WriteStartObject();
        foreach (JsonProperty member in document.RootElement.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            if (schema.FindOrNull(member.Name)?.Type.Element() != PropertyType.Int64)
            {
                member.Value.WriteTo(writer);
            }
            else if (member.Value.ValueKind == JsonValueKind.Array)
            {
                writer.WriteStartArray();
                foreach (JsonElement element in member.Value.EnumerateArray())
                {
                    writer.WriteStringValue(element.GetRawText());
                }

                writer.WriteEndArray();
            }
            else
            {
                writer.WriteStringValue(member.Value.GetRawText());
            }
        }

        writer.WriteEndObject();
    }
}
