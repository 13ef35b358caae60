using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tributary.Directories.Scim;

/// <summary>Writes resources and lists of them.</summary>
/// <param name="root">Absolute URL of the tenant's endpoints.</param>
internal sealed class ScimJson(string root)
{
    public string LocationOf(ScimResourceType type, string id) => $"{root}{type.Endpoint}/{id}";

    /// <summary>The resource with what the server knows of it: what filters and sorting see.</summary>
    public JsonObject ToJson(ScimRecord record, ScimResourceType type)
    {
        JsonObject body = record.Parse();
        var schemas = new JsonArray { type.Core.Id };
        foreach ((string name, JsonNode? _) in body.Where(member => ScimAttributePaths.IsSchema(member.Key)))
        {
            schemas.Add((JsonNode)name);
        }

        body["schemas"] = schemas;
        body["id"] = record.Id;
        body["meta"] = new JsonObject(ScimText.IgnoringCase)
        {
            ["resourceType"] = type.Name,
            ["created"] = ScimText.DateTime(record.Created),
            ["lastModified"] = ScimText.DateTime(record.Modified),
            ["location"] = LocationOf(type, record.Id),
            ["version"] = record.ETag,
        };
        return body;
    }

    /// <param name="members">Null when they are not to be shown.</param>
    public void Write(Utf8JsonWriter writer, ScimRecord record, ScimResourceType type, ScimProjection projection, IReadOnlyList<ScimMember>? members)
    {
        JsonObject resource = ToJson(record, type);
        writer.WriteStartObject();
        foreach (string always in (ReadOnlySpan<string>)["schemas", "id"])
        {
            writer.WritePropertyName(always);
            resource[always]!.WriteTo(writer);
            resource.Remove(always);
        }

        foreach ((string name, JsonNode? node) in resource)
        {
            if (!ScimAttributePaths.IsSchema(name))
            {
                projection.Write(writer, null, name, node!);
                continue;
            }

            KeyValuePair<string, JsonNode?>[] shown = [.. node!.AsObject().Where(member => projection.Shows(name, member.Key))];
            if (shown.Length > 0)
            {
                writer.WriteStartObject(name);
                foreach ((string inner, JsonNode? member) in shown)
                {
                    projection.Write(writer, name, inner, member!);
                }

                writer.WriteEndObject();
            }
        }

        if (members is not null)
        {
            projection.Write(writer, null, "members", new JsonArray([.. members.Select(ToJson)]));
        }

        writer.WriteEndObject();
    }

    public static void WriteList(Utf8JsonWriter writer, int total, int startIndex, int count, Action<Utf8JsonWriter> resources)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("schemas");
        writer.WriteStringValue(ScimSchemas.ListId);
        writer.WriteEndArray();
        writer.WriteNumber("totalResults", total);
        writer.WriteNumber("startIndex", startIndex);
        writer.WriteNumber("itemsPerPage", count);
        writer.WriteStartArray("Resources");
        resources(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private JsonNode ToJson(ScimMember member)
    {
        JsonObject json = member.ToJson();
        if (member.Kind is { } kind)
        {
            json["$ref"] = LocationOf(ScimResourceType.Of(kind), member.Id);
        }

        return json;
    }
}
