using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tributary.Graph;
using Tributary.Items;
using Tributary.Schemas;

namespace Tributary.Search;

/// <summary>Writes the answer of a search (search 8).</summary>
internal static class SearchJson
{
    public static void Write(
        Utf8JsonWriter writer,
        GraphRequest request,
        SearchRequest search,
        IReadOnlyList<string> terms,
        List<SearchHit> hits,
        long total,
        string tenantId,
        CancellationToken cancellationToken)
    {
        writer.WriteStartObject();
        if (request.Context("Collection(microsoft.graph.searchResponse)") is { } context)
        {
            writer.WriteString("@odata.context", context);
        }

        writer.WriteStartArray("value");
        writer.WriteStartObject();
        writer.WriteStartArray("searchTerms");
        foreach (string term in terms)
        {
            writer.WriteStringValue(term);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("hitsContainers");
        writer.WriteStartObject();
        if (hits.Count > 0)
        {
            writer.WriteStartArray("hits");
            for (int i = 0; i < hits.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                WriteHit(writer, hits[i], search, search.From + i + 1, tenantId, request.Format);
            }

            writer.WriteEndArray();
        }

        writer.WriteNumber("total", total);
        writer.WriteBoolean("moreResultsAvailable", search.From + hits.Count < total);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteHit(Utf8JsonWriter writer, SearchHit hit, SearchRequest search, int rank, string tenantId, AcceptedFormat format)
    {
        string connectionId = hit.Source.Connection.Connection.Id;
        string hitId = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{connectionId}:{hit.ItemId}@{tenantId}"));
        using JsonDocument properties = JsonDocument.Parse(hit.Item.Properties);
        writer.WriteStartObject();
        writer.WriteString("hitId", hitId);
        writer.WriteString("contentSource", connectionId);
        writer.WriteNumber("rank", rank);
        writer.WriteString("summary", hit.Summaries.Of(hit.Item.Excerpt, properties.RootElement, hit.Source.Schema));
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
            if (ValueOrNull(properties.RootElement, property) is { ValueKind: not JsonValueKind.Null } value && written.Add(name))
            {
                writer.WritePropertyName(name);
                WriteValue(writer, value, property.Type, format);
            }
        }

        IEnumerable<(string Name, Action Write)> SystemProperties()
        {
            yield return ("substrateContentDomainId", () => writer.WriteStringValue($"{DomainOf(hit)}@{tenantId},{hit.ItemId}"));
            yield return ("substrateLocationId", () => writer.WriteStringValue($"APP:GCS_{connectionId}@{tenantId}"));
            yield return ("documentId", () => writer.WriteNumberValue(hit.Item.Key));
            yield return ("immutableEntryId", () => writer.WriteStringValue(Convert.ToBase64String(BitConverter.GetBytes(hit.Item.Key))));
            yield return ("id", () => writer.WriteStringValue(hitId));
        }
    }

    /// <summary>The member of the stored properties that holds a schema property's value; names match ignoring case.</summary>
    public static JsonElement? ValueOrNull(JsonElement properties, Property property)
    {
        if (properties.TryGetProperty(property.Name, out JsonElement exact))
        {
            return exact;
        }

        foreach (JsonProperty member in properties.EnumerateObject())
        {
            if (member.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value;
            }
        }

        return null;
    }

    /// <summary>As stored, except dates, which come out in UTC with <c>Z</c> and without an empty fraction (search 6.3), and int64 for who wants it as text.</summary>
    private static void WriteValue(Utf8JsonWriter writer, JsonElement value, PropertyType type, AcceptedFormat format)
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
                WriteValue(writer, element, type.Element(), format);
            }

            writer.WriteEndArray();
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    private static string DomainOf(SearchHit hit) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hit.Source.Connection.Key.ToString())).AsSpan(0, 8));
}
