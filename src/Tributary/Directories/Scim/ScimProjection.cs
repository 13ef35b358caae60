using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;

namespace Tributary.Directories.Scim;

/// <summary>Which attributes an answer has: <c>attributes</c> or <c>excludedAttributes</c> (RFC 7644, 3.9). <c>schemas</c> and <c>id</c> are always there.</summary>
internal sealed class ScimProjection
{
    private readonly IReadOnlyList<ScimAttributePath> _paths;
    private readonly bool _isExclusion;

    private ScimProjection(IReadOnlyList<ScimAttributePath> paths, bool isExclusion)
    {
        _paths = paths;
        _isExclusion = isExclusion;
    }

    public static (ScimProjection? Projection, ScimError? Error) Read(IQueryCollection query)
    {
        StringValues included = query["attributes"];
        StringValues excluded = query["excludedAttributes"];
        if (included.Count > 0 && excluded.Count > 0)
        {
            return (null, ScimErrors.Value("attributes", "it excludes excludedAttributes; use one of the two."));
        }

        var paths = new List<ScimAttributePath>();
        foreach (string name in string.Join(',', [.. included, .. excluded]).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (ScimAttributePaths.OfOrNull(name) is not { } path)
            {
                return (null, ScimErrors.Value(included.Count > 0 ? "attributes" : "excludedAttributes", "one of the names is no name of an attribute."));
            }

            paths.Add(path);
        }

        return (new ScimProjection(paths, isExclusion: included.Count == 0), null);
    }

    /// <summary>Whether any of the attribute is shown, so that it has to be read at all.</summary>
    public bool Shows(string? schema, string name) => _isExclusion
        ? !_paths.Any(path => IsIt(path, schema, name) && path.Sub is null)
        : _paths.Any(path => IsIt(path, schema, name));

    /// <summary>Writes the attribute, or what of it is shown; nothing when nothing is.</summary>
    public void Write(Utf8JsonWriter writer, string? schema, string name, JsonNode node)
    {
        if (!Shows(schema, name))
        {
            return;
        }

        string[] parts = [.. _paths.Where(path => IsIt(path, schema, name) && path.Sub is not null).Select(path => path.Sub!)];
        bool isWhole = parts.Length == 0 || (!_isExclusion && _paths.Any(path => IsIt(path, schema, name) && path.Sub is null));
        writer.WritePropertyName(name);
        if (isWhole)
        {
            node.WriteTo(writer);
        }
        else
        {
            WriteParts(writer, node, parts);
        }
    }

    private void WriteParts(Utf8JsonWriter writer, JsonNode? node, string[] parts)
    {
        switch (node)
        {
            case JsonArray elements:
                writer.WriteStartArray();
                foreach (JsonNode? element in elements)
                {
                    WriteParts(writer, element, parts);
                }

                writer.WriteEndArray();
                break;
            case JsonObject members:
                writer.WriteStartObject();
                foreach ((string name, JsonNode? member) in members)
                {
                    if (parts.Contains(name, StringComparer.OrdinalIgnoreCase) != _isExclusion)
                    {
                        writer.WritePropertyName(name);
                        member!.WriteTo(writer);
                    }
                }

                writer.WriteEndObject();
                break;
            default:
                node!.WriteTo(writer);
                break;
        }
    }

    private static bool IsIt(ScimAttributePath path, string? schema, string name) =>
        string.Equals(path.Schema, schema, StringComparison.OrdinalIgnoreCase) && (path.Name.Length == 0 || path.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
