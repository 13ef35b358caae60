using System.Text.Json;

namespace Tributary.Directories.Scim;

internal enum ScimOperationKind
{
    Add,
    Replace,
    Remove,
}

/// <param name="Kind">What to do.</param>
/// <param name="Path">To what; null: to each attribute that <paramref name="Value"/> names.</param>
/// <param name="Value">Undefined when there is none.</param>
/// <param name="Where">For errors: <c>Operations[2]</c>.</param>
internal sealed record ScimOperation(ScimOperationKind Kind, ScimPath? Path, JsonElement Value, string Where)
{
    /// <summary>Takes out or puts in members by anything but their ids, so that it must be known who they are.</summary>
    public bool AsksForMembers(ScimResourceType type) =>
        Path is { Filter: { } filter } path && type.IsMembers(path.Schema, path.Name) && ScimMembers.IdsOrNull(filter) is null;
}

/// <summary>The body of a PATCH (RFC 7644, 3.5.2). Names and verbs ignore letter case: Entra writes <c>"op": "Add"</c>.</summary>
internal static class ScimPatch
{
    public const int MaxOperations = 10_000;

    public static (IReadOnlyList<ScimOperation> Operations, ScimError? Error) Read(JsonElement root)
    {
        if (ScimReader.SchemasProblem(root, ScimSchemas.PatchId) is { } problem)
        {
            return ([], problem);
        }

        JsonElement list = MemberOf(root, "Operations");
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MaxOperations)
        {
            return ([], ScimErrors.Syntax($"'Operations' must be an array of 1 to {MaxOperations} operations."));
        }

        var operations = new List<ScimOperation>(list.GetArrayLength());
        foreach (JsonElement element in list.EnumerateArray())
        {
            string where = $"Operations[{operations.Count}]";
            if (element.ValueKind != JsonValueKind.Object)
            {
                return ([], ScimErrors.Syntax($"{where} must be an object."));
            }

            if (!ScimValues.TryText(MemberOf(element, "op"), out string? op) || KindOrNull(op) is not { } kind)
            {
                return ([], ScimErrors.Syntax($"{where}.op must be add, replace or remove."));
            }

            (ScimPath? path, ScimError? error) = PathOf(MemberOf(element, "path"), where);
            if (error is not null)
            {
                return ([], error);
            }

            operations.Add(new ScimOperation(kind, path, MemberOf(element, "value"), where));
        }

        return (operations, null);
    }

    private static (ScimPath? Path, ScimError? Error) PathOf(JsonElement path, string where)
    {
        if (path.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return (null, null);
        }

        if (!ScimValues.TryText(path, out string? text))
        {
            return (null, ScimErrors.Path($"{where}.path", "it must be a string."));
        }

        if (text.Length == 0)
        {
            return (null, null);
        }

        (ScimPath? parsed, string? problem) = ScimFilterParser.ParsePath(text);
        return (parsed, problem is null ? null : ScimErrors.Path($"{where}.path", problem));
    }

    private static ScimOperationKind? KindOrNull(string op) => op.ToLowerInvariant() switch
    {
        "add" => ScimOperationKind.Add,
        "replace" => ScimOperationKind.Replace,
        "remove" => ScimOperationKind.Remove,
        _ => null,
    };

    private static JsonElement MemberOf(JsonElement element, string name) =>
        element.EnumerateObject().FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
