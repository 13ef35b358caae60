using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Graph;

namespace Tributary.Directories.Scim;

/// <summary>A resource as a client describes it, checked.</summary>
/// <param name="Body">All attributes but those of the server and the members of a group.</param>
/// <param name="Members">Ids as they are compared, none twice; null when the body does not say.</param>
internal sealed record ScimDescription(JsonObject Body, IReadOnlyList<string>? Members);

/// <summary>What is kept of a resource: the body, and what it is found by.</summary>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="Name">Folded <c>userName</c>; null for groups.</param>
/// <param name="DisplayName">Folded, or null.</param>
/// <param name="ExternalId">As sent, or null.</param>
internal sealed record ScimContent(byte[] Body, string? Name, string? DisplayName, string? ExternalId);

/// <summary>Reads resources, and says what every resource must be, however it came to be so.</summary>
internal static class ScimReader
{
    /// <summary>Of a member's id, and of the attributes by which resources are found.</summary>
    public const int MaxText = 1024;

    /// <summary>What is kept of one resource, without members.</summary>
    public const int MaxContentBytes = 256 * 1024;

    public static (ScimDescription? Description, ScimError? Error) Read(JsonElement root, ScimResourceType type)
    {
        if (SchemasProblem(root, type.Core.Id) is { } problem)
        {
            return (null, problem);
        }

        var body = new JsonObject(ScimText.IgnoringCase);
        List<string>? members = null;
        foreach (JsonProperty property in root.EnumerateObject())
        {
            string name = property.Name;
            if (type.IsServers(null, name) || ScimValues.IsUnassigned(property.Value))
            {
                continue;
            }

            if (type.IsMembers(null, name))
            {
                if (members is not null)
                {
                    return (null, ScimErrors.Syntax("members stands twice; names ignore letter case."));
                }

                if (ReadMembers(property.Value, "members", members = []) is { } error)
                {
                    return (null, error);
                }

                continue;
            }

            if (ReadAttribute(type, property, body) is { } wrong)
            {
                return (null, wrong);
            }
        }

        return Check(body, type) is { } missing ? (null, missing) : (new ScimDescription(body, members), null);
    }

    /// <summary>What is wrong with the object or its <c>schemas</c>, or null.</summary>
    public static ScimError? SchemasProblem(JsonElement root, string needed)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return ScimErrors.Syntax("The body must be a JSON object.");
        }

        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name.Equals("schemas", StringComparison.OrdinalIgnoreCase) && property.Value.ValueKind == JsonValueKind.Array
                && property.Value.EnumerateArray().Any(entry => ScimValues.TryText(entry, out string? schema) && schema.Equals(needed, StringComparison.OrdinalIgnoreCase)))
            {
                return null;
            }
        }

        return ScimErrors.Syntax($"'schemas' must be an array that names {needed}.");
    }

    /// <summary>Ids out of an array of objects with <c>value</c>, of bare ids, or a single one of either.</summary>
    public static ScimError? ReadMembers(JsonElement value, string where, List<string> members)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonElement element in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().AsEnumerable() : [value])
        {
            JsonElement id = element;
            if (element.ValueKind == JsonValueKind.Object)
            {
                id = element.EnumerateObject().FirstOrDefault(property => property.Name.Equals("value", StringComparison.OrdinalIgnoreCase)).Value;
            }

            if (!ScimValues.TryText(id, out string? text) || TextProblem(text) is not null)
            {
                return ScimErrors.Value(where, $"each member must have a 'value': the id of a user or a group, of 1 to {MaxText} characters.");
            }

            if (known.Add(ScimText.Id(text)))
            {
                members.Add(ScimText.Id(text));
            }
        }

        return null;
    }

    /// <summary>What a resource must have, whatever else it has.</summary>
    public static ScimError? Check(JsonObject body, ScimResourceType type)
    {
        string name = type.Kind == ScimKind.User ? "userName" : "displayName";
        if (body[name] is null)
        {
            return ScimErrors.Value(name, $"it is required of a {type.Name}.");
        }

        foreach (string indexed in (string[])[name, "displayName", "externalId"])
        {
            if (body[indexed] is { } node && TextProblem(node.GetValue<string>()) is { } problem)
            {
                return ScimErrors.Value(indexed, problem);
            }
        }

        return null;
    }

    /// <summary>What is kept of a body; null when that is more than <see cref="MaxContentBytes"/>.</summary>
    public static ScimContent? ContentOrNull(JsonObject body, ScimResourceType type)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(bytes, GraphResult.WriterOptions))
        {
            body.WriteTo(writer);
        }

        return bytes.WrittenCount > MaxContentBytes
            ? null
            : new ScimContent(
                bytes.WrittenSpan.ToArray(),
                type.Kind == ScimKind.User ? Folded("userName") : null,
                Folded("displayName"),
                body["externalId"]?.GetValue<string>());

        string? Folded(string name) => body[name]?.GetValue<string>() is { } text ? ScimText.Fold(text) : null;
    }

    private static ScimError? ReadAttribute(ScimResourceType type, JsonProperty property, JsonObject body)
    {
        ScimAttribute? attribute = type.FindOrNull(null, property.Name);
        bool isSchema = ScimAttributePaths.IsSchema(property.Name);
        string name = attribute?.Name ?? (isSchema && type.Extension is { } known && known.Id.Equals(property.Name, StringComparison.OrdinalIgnoreCase) ? known.Id : property.Name);
        if (body.ContainsKey(name))
        {
            return ScimErrors.Syntax($"{name} stands twice; names ignore letter case.");
        }

        if (isSchema && property.Value.ValueKind != JsonValueKind.Object)
        {
            return ScimErrors.Syntax($"{name}: what belongs to a schema must be an object.");
        }

        if (isSchema && name.Equals(type.Core.Id, StringComparison.OrdinalIgnoreCase))
        {
            return ScimErrors.Syntax($"{name}: attributes of the core schema stand at the top.");
        }

        ScimError? error = isSchema
            ? ScimValues.ConvertMembers(name == type.Extension?.Id ? type.Extension.Attributes : [], property.Value, name, out JsonNode? node)
            : ScimValues.Convert(attribute, property.Value, name, out node);
        if (node is not null)
        {
            body[name] = node;
        }

        return error;
    }

    private static string? TextProblem(string text) =>
        text.Length is 0 or > MaxText ? $"it must have 1 to {MaxText} characters." : text.Any(char.IsControl) ? "it has control characters." : null;
}
