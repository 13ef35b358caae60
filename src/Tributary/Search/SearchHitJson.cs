using System.Globalization;
using System.Text.Json;
using Tributary.Graph;
using Tributary.Items;
using Tributary.Schemas;

namespace Tributary.Search;

/// <summary>Writes hits (search 8.3 and 8.4).</summary>
internal sealed class SearchHitJson(Utf8JsonWriter writer, AcceptedFormat format)
{
    /// <param name="hit">What was found.</param>
    /// <param name="properties">The item's values as stored.</param>
    /// <param name="search">The request, which says what of it is wanted.</param>
    /// <param name="rank">From 1, over all pages.</param>
    /// <param name="templateId">The template to show it with; null for none.</param>
    public void Write(SearchHit hit, JsonElement properties, SearchRequest search, int rank, string? templateId)
    {
        string connectionId = hit.Source.Connection.Connection.Id;
        SystemValues system = hit.Source.System;
        string hitId = system.HitId(hit.ItemId);
        writer.WriteStartObject();
        writer.WriteString("hitId", hitId);
        writer.WriteString("contentSource", connectionId);
        writer.WriteNumber("rank", rank);
        writer.WriteString("summary", hit.Quote ?? hit.Summaries.OtherOf(hit.Item.Excerpt, properties, hit.Source.Schema));
        if (templateId is not null)
        {
            writer.WriteString("resultTemplateId", templateId);
        }

        if (search.Collapse.Count > 0)
        {
            writer.WriteBoolean("isCollapsed", hit.IsCollapsed);
        }

        writer.WriteStartObject("resource");

        // Stays even with odata.metadata=none, as observed.
        writer.WriteString("@odata.type", "#microsoft.graph.externalConnectors.externalItem");
        writer.WriteStartObject("properties");
        var written = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (search.Fields.Count == 0)
        {
            foreach (Property property in hit.Source.Schema.Properties.Where(property => property.IsRetrievable))
            {
                WriteProperty(property.Name, property);
            }
        }

        foreach (string field in search.Fields)
        {
            // Unknown and not retrievable names are dropped without a word (search 6.2).
            if (PropertyNames.ResolveOrNull(hit.Source.Schema, field) is { IsRetrievable: true } property)
            {
                WriteProperty(field.Equals(property.Name, StringComparison.OrdinalIgnoreCase) ? property.Name : field, property);
            }
        }

        foreach ((string name, Action write) in SystemProperties())
        {
            bool isWanted = search.Fields.Count == 0 || search.Fields.Contains(name, StringComparer.OrdinalIgnoreCase);
            if (isWanted && written.Add(name))
            {
                writer.WritePropertyName(name);
                write();
            }
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();

        void WriteProperty(string name, Property property)
        {
            if (SearchJson.ValueOrNull(properties, property) is { ValueKind: not JsonValueKind.Null } value && written.Add(name))
            {
                writer.WritePropertyName(name);
                WriteValue(value, property.Type);
            }
        }

        IEnumerable<(string Name, Action Write)> SystemProperties()
        {
            yield return (SystemPropertyNames.Wire(SystemProperty.SubstrateContentDomainId), () => writer.WriteStringValue(system.ContentDomain(hit.ItemId)));
            yield return (SystemPropertyNames.Wire(SystemProperty.SubstrateLocationId), () => writer.WriteStringValue(system.Location));
            yield return (SystemPropertyNames.Wire(SystemProperty.DocumentId), () => writer.WriteNumberValue(hit.Item.Number));
            yield return (SystemPropertyNames.Wire(SystemProperty.ImmutableEntryId), () => writer.WriteStringValue(SystemValues.Entry(hit.Item.Number)));
            yield return (SystemPropertyNames.Wire(SystemProperty.Id), () => writer.WriteStringValue(hitId));
        }
    }

    /// <summary>As stored, except dates, which come out in UTC with <c>Z</c> and without an empty fraction (search 6.3), and int64 for who wants it as text.</summary>
    private void WriteValue(JsonElement value, PropertyType type)
    {
        if (type.Element() == PropertyType.DateTime && value.ValueKind == JsonValueKind.String && GraphDateTime.TryParse(value.GetString(), out DateTimeOffset instant))
        {
            writer.WriteStringValue(instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        }
        else if (type.Element() == PropertyType.Int64 && value.ValueKind == JsonValueKind.Number && format.IsIeee754Compatible)
        {
            writer.WriteStringValue(value.GetRawText());
        }
        else if (type.Element() is PropertyType.DateTime or PropertyType.Int64 && value.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (JsonElement element in value.EnumerateArray())
            {
                WriteValue(element, type.Element());
            }

            writer.WriteEndArray();
        }
        else
        {
            value.WriteTo(writer);
        }
    }
}
