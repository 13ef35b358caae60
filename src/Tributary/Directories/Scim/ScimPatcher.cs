using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tributary.Directories.Scim;

/// <summary>
/// Carries out the operations of a PATCH on a body, in their order; the changes of a group's members are collected, as the members are not in the body. After an
/// error the body is of no use: PATCH does all or nothing.
/// </summary>
/// <param name="type">Of the resource.</param>
/// <param name="id">Of the resource.</param>
/// <param name="body">Is changed.</param>
/// <param name="members">Who is in the group; null unless an operation <see cref="ScimOperation.AsksForMembers"/>.</param>
internal sealed partial class ScimPatcher(ScimResourceType type, string id, JsonObject body, IReadOnlyList<ScimMember>? members)
{
    private readonly List<ScimMemberChange> _memberChanges = [];

    public IReadOnlyList<ScimMemberChange> MemberChanges => _memberChanges;

    /// <param name="operations">Up to <see cref="ScimPatch.MaxOperations"/>.</param>
    /// <param name="cancellationToken">Looked at before each of them.</param>
    public ScimError? Apply(IReadOnlyList<ScimOperation> operations, CancellationToken cancellationToken)
    {
        foreach (ScimOperation operation in operations)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if ((operation.Path is { } path ? Apply(operation.Kind, path, operation.Value, operation.Where) : ApplyToEach(operation)) is { } error)
            {
                return error;
            }
        }

        return ScimReader.Check(body, type);
    }

    /// <summary>
    /// Without a path the value names what is changed. Each name is read as a path: Entra writes <c>name.givenName</c> and <c>urn:…:User:department</c> here.
    /// Okta repeats the id when it renames a group, so what the server decides is passed over as in a PUT.
    /// </summary>
    private ScimError? ApplyToEach(ScimOperation operation)
    {
        if (operation.Kind == ScimOperationKind.Remove)
        {
            return ScimErrors.NoTarget(operation.Where, "'remove' needs a path.");
        }

        if (operation.Value.ValueKind != JsonValueKind.Object)
        {
            return ScimErrors.Value(operation.Where, "without a path, 'value' must be an object whose members are the attributes to change.");
        }

        foreach (JsonProperty property in operation.Value.EnumerateObject())
        {
            string where = $"{operation.Where}.value";
            (ScimPath? path, string? problem) = ScimFilterParser.ParsePath(property.Name);
            if (path is null)
            {
                return ScimErrors.Path(where, problem!);
            }

            if (type.IsServers(path.Schema, path.Name))
            {
                if (path.Attribute.IsCore("id") && !(ScimValues.TryText(property.Value, out string? same) && ScimText.Id(same) == id))
                {
                    return ScimErrors.Mutability(where, "the id of a resource does not change.");
                }

                continue;
            }

            if (Apply(operation.Kind, path, property.Value, where) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private ScimError? Apply(ScimOperationKind kind, ScimPath path, JsonElement value, string where)
    {
        if (path.Name.Length == 0)
        {
            return ApplyToSchema(kind, path.Schema!, value, where);
        }

        if (type.IsServers(path.Schema, path.Name))
        {
            // Which schemas there are follows from the attributes, so adding one is no mistake and changes nothing.
            return path.Attribute.IsCore("schemas") ? null : ScimErrors.Mutability(where, $"'{path.Name}' is not changed by clients.");
        }

        if (type.IsMembers(path.Schema, path.Name))
        {
            return ApplyToMembers(kind, path, value, where);
        }

        if (kind != ScimOperationKind.Remove && value.ValueKind == JsonValueKind.Undefined)
        {
            return ScimErrors.Value(where, "'value' is missing.");
        }

        if (kind != ScimOperationKind.Remove && ScimValues.IsUnassigned(value))
        {
            // Adding nothing changes nothing; nothing in place of something takes it away (RFC 7643, 2.5).
            return kind == ScimOperationKind.Add ? null : Apply(ScimOperationKind.Remove, path, default, where);
        }

        JsonObject? container = path.Schema is null ? body : body[path.Schema] as JsonObject;
        if (container is null)
        {
            if (kind == ScimOperationKind.Remove)
            {
                return null;
            }

            body[path.Schema!] = container = new JsonObject(ScimText.IgnoringCase);
        }

        ScimAttribute? attribute = type.FindOrNull(path.Schema, path.Name);
        var target = new Target(container, attribute?.Name ?? path.Name, attribute, path, where);
        ScimError? error = IsMany(target, value) ? ApplyToMany(kind, target, value) : ApplyToOne(kind, target, value);
        if (container.Count == 0 && path.Schema is not null)
        {
            body.Remove(path.Schema);
        }

        return error;
    }

    private ScimError? ApplyToSchema(ScimOperationKind kind, string schema, JsonElement value, string where)
    {
        if (kind == ScimOperationKind.Remove)
        {
            body.Remove(schema);
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return ScimErrors.Value(where, "what belongs to a schema must be an object.");
        }

        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (!ScimAttributePaths.IsName(property.Name))
            {
                return ScimErrors.Path(where, "a member is no name of an attribute.");
            }

            if (Apply(kind, new ScimPath(new ScimAttributePath(schema, property.Name, null), null), property.Value, where) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private ScimError? ApplyToMembers(ScimOperationKind kind, ScimPath path, JsonElement value, string where)
    {
        if (path.Sub is not null || (path.Filter is not null && kind != ScimOperationKind.Remove))
        {
            return ScimErrors.Mutability(where, "a member comes and goes as a whole; add it to, or remove it from, 'members'.");
        }

        if (path.Filter is { } filter)
        {
            if (ScimMembers.IdsOrNull(filter) is not { } named)
            {
                if (_memberChanges.Count > 0)
                {
                    return ScimErrors.Path(where, "a filter on more than 'value' must come before other changes of the members.");
                }

                ScimAttribute? attribute = type.FindOrNull(null, "members");
                named = [.. members!.Where(member => ScimFilterEvaluator.MatchesElement(filter, member.ToJson(), attribute)).Select(member => member.Id)];
            }

            _memberChanges.Add(new ScimMemberChange(ScimMemberChangeKind.Remove, named));
            return null;
        }

        if (ScimValues.IsUnassigned(value))
        {
            if (kind != ScimOperationKind.Add)
            {
                _memberChanges.Add(new ScimMemberChange(ScimMemberChangeKind.Replace, []));
            }

            return null;
        }

        // With "remove", Entra names the members in the value and not in the path.
        var ids = new List<string>();
        ScimError? error = ScimReader.ReadMembers(value, where, ids);
        _memberChanges.Add(new ScimMemberChange(
            kind switch
            {
                ScimOperationKind.Add => ScimMemberChangeKind.Add,
                ScimOperationKind.Remove => ScimMemberChangeKind.Remove,
                _ => ScimMemberChangeKind.Replace,
            },
            ids));
        return error;
    }

    /// <summary>Of an attribute that only the client knows, what it is and what is done to it tells whether it has several values.</summary>
    private static bool IsMany(Target target, JsonElement value) => target.Attribute is { } attribute
        ? attribute.IsMultiValued
        : target.Path.Filter is not null || target.Container[target.Name] is JsonArray || value.ValueKind == JsonValueKind.Array;

    /// <summary>Where an operation goes.</summary>
    /// <param name="Container">The body, or the part of it that belongs to a schema.</param>
    /// <param name="Name">In the letter case in which it is kept.</param>
    /// <param name="Attribute">Null for one that only the client knows.</param>
    /// <param name="Path">As the client wrote it.</param>
    /// <param name="Where">For errors.</param>
    private readonly record struct Target(JsonObject Container, string Name, ScimAttribute? Attribute, ScimPath Path, string Where);
}
