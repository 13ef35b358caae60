using System.Text.Json;
using Tributary.Acls;
using Tributary.Graph;

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
    /// <item>The label is left out when there is none. By the same rule it would be null, but it is newer than every published answer, and a closed-type reader
    /// made before it would meet a member that it does not know in each item.</item>
    /// <item><c>activities</c> is never written: it is a navigation property, which GET does not return (6.3), and U24 leaves it out of PUT as well, but for the quirk.</item>
    /// <item><c>properties</c> is an open type, whose members without value are left out; they were on the way in.</item>
    /// </list>
    /// </remarks>
    /// <param name="writer">Takes the object. Its encoder decides about the text of ids, access list and content; properties go out as stored.</param>
    /// <param name="item">The item.</param>
    /// <param name="context">The <c>@odata.context</c>; null to leave it out, as inside other entities and with <c>odata.metadata=none</c>.</param>
    /// <param name="hasEmptyActivities">Whether to add <c>"activities": []</c>, of the quirk <see cref="Quirks.EmptyActivities"/>.</param>
    public static void Write(Utf8JsonWriter writer, ExternalItem item, string? context, bool hasEmptyActivities = false)
    {
        writer.WriteStartObject();
        if (context is not null)
        {
            writer.WriteString(ContextName, context);
        }

        writer.WriteString(IdName, item.Id);
        writer.WritePropertyName(AclName);
        AclJson.Write(writer, item.Acl);
        writer.WritePropertyName(PropertiesName);
        writer.WriteRawValue(item.Properties.Span, skipInputValidation: true);
        if (item.Content is { } content)
        {
            writer.WriteStartObject(ContentName);
            writer.WriteString(TypeName, WireNames<ExternalItemContentType>.Get(content.Type));
            writer.WriteString(ValueName, content.Value);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull(ContentName);
        }

        if (item.SensitivityLabelId is { } labelId)
        {
            writer.WriteStartObject(LabelName);
            writer.WriteString(LabelIdName, labelId);
            writer.WriteEndObject();
        }

        if (hasEmptyActivities)
        {
            writer.WriteStartArray("activities");
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
