using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tributary.Directories.Scim;

/// <summary>What the operations do to attributes of one and of several values.</summary>
internal sealed partial class ScimPatcher
{
    private static ScimError? ApplyToOne(ScimOperationKind kind, Target target, JsonElement value)
    {
        if (target.Path.Filter is not null)
        {
            return ScimErrors.Path(target.Where, $"'{target.Name}' has no several values that a filter could choose among.");
        }

        if (target.Path.Sub is { } sub)
        {
            if (target.Attribute is { Type: not ScimType.Complex })
            {
                return ScimErrors.Path(target.Where, $"'{target.Name}' has no sub-attributes.");
            }

            var parts = target.Container[target.Name] as JsonObject;
            if (parts is null && kind != ScimOperationKind.Remove)
            {
                target.Container[target.Name] = parts = new JsonObject(ScimText.IgnoringCase);
            }

            ScimError? error = parts is null ? null : SetSub(kind, parts, sub, target, value);
            if (parts is { Count: 0 })
            {
                target.Container.Remove(target.Name);
            }

            return error;
        }

        if (kind == ScimOperationKind.Remove)
        {
            // Were "active" taken away, a user who was disabled would be let in again by what is absent.
            if (target.Attribute is { IsRequired: true } || (target.Path.Schema is null && target.Name == "active"))
            {
                return ScimErrors.Mutability(target.Where, $"'{target.Name}' cannot be removed.");
            }

            target.Container.Remove(target.Name);
            return null;
        }

        if (ScimValues.Convert(target.Attribute, value, target.Name, out JsonNode? node) is { } wrong)
        {
            return wrong;
        }

        // Of an attribute with parts, those that are not named stay.
        if (node is JsonObject changed && target.Container[target.Name] is JsonObject existing)
        {
            Merge(changed, existing);
        }
        else if (node is not null)
        {
            target.Container[target.Name] = node;
        }

        return null;
    }

    private static ScimError? ApplyToMany(ScimOperationKind kind, Target target, JsonElement value)
    {
        JsonArray values = target.Container[target.Name] switch
        {
            JsonArray array => array,
            null => new JsonArray(ScimText.IgnoringCase),
            { } single => new JsonArray(ScimText.IgnoringCase) { single.DeepClone() },
        };
        target.Container[target.Name] = values;
        var touched = new List<JsonNode?>();
        ScimError? error = target.Path switch
        {
            { Filter: { } filter } => ApplyToChosen(kind, target, filter, values, value, touched),
            { Sub: not null } => ApplyToAll(kind, target, values, value),
            _ => ApplyToWhole(kind, target, values, value, touched),
        };
        if (error is not null)
        {
            return error;
        }

        // One value is primary, and it is the one that was said last (RFC 7644, 3.5.2).
        if (touched.Any(ScimValues.IsPrimary))
        {
            foreach (JsonObject other in values.OfType<JsonObject>().Where(other => ScimValues.IsPrimary(other) && !touched.Contains(other)))
            {
                other["primary"] = false;
            }
        }

        values.RemoveAll(element => element is null or JsonObject { Count: 0 });
        if (values.Count == 0)
        {
            target.Container.Remove(target.Name);
        }

        return ScimValues.Check(values, target.Name);
    }

    /// <summary>Without a filter: all values, or those that are named.</summary>
    private static ScimError? ApplyToWhole(ScimOperationKind kind, Target target, JsonArray values, JsonElement value, List<JsonNode?> touched)
    {
        if (kind == ScimOperationKind.Remove && ScimValues.IsUnassigned(value))
        {
            values.Clear();
            return null;
        }

        ScimError? error = ScimValues.Convert(target.Attribute, value, target.Name, out JsonNode? node);
        if (error is not null)
        {
            return error;
        }

        JsonNode?[] named = [.. node is JsonArray array ? array.Select(element => element?.DeepClone()) : [node]];
        if (kind == ScimOperationKind.Remove)
        {
            values.RemoveAll(element => named.Any(other => IsSame(element, other)));
            return null;
        }

        if (kind == ScimOperationKind.Replace)
        {
            values.Clear();
        }

        foreach (JsonNode? element in named)
        {
            if (values.Count > ScimValues.MaxValues)
            {
                break;
            }

            if (element is not null && !values.Any(existing => JsonNode.DeepEquals(existing, element)))
            {
                values.Add(element);
                touched.Add(element);
            }
        }

        return null;

        // By "value" where there is one, as Entra names a role or an address that goes.
        static bool IsSame(JsonNode? element, JsonNode? named) =>
            JsonNode.DeepEquals(element, named)
            || (named is JsonObject one && element is JsonObject other && one["value"] is { } id && JsonNode.DeepEquals(id, other["value"]));
    }

    /// <summary>A part of each value: <c>emails.type</c>.</summary>
    private static ScimError? ApplyToAll(ScimOperationKind kind, Target target, JsonArray values, JsonElement value)
    {
        if (values.Count == 0 && kind != ScimOperationKind.Remove)
        {
            values.Add((JsonNode)new JsonObject(ScimText.IgnoringCase));
        }

        foreach (JsonObject element in values.OfType<JsonObject>())
        {
            if (SetSub(kind, element, target.Path.Sub!, target, value) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static ScimError? ApplyToChosen(ScimOperationKind kind, Target target, ScimFilter filter, JsonArray values, JsonElement value, List<JsonNode?> touched)
    {
        JsonNode?[] chosen = [.. values.Where(element => ScimFilterEvaluator.MatchesElement(filter, element, target.Attribute))];
        if (chosen.Length == 0)
        {
            if (kind == ScimOperationKind.Remove)
            {
                return null;
            }

            // Entra adds, and at times replaces, what it calls the work address of a user who has none: that address is made then. Else, noTarget (3.5.2.3).
            if (!(kind == ScimOperationKind.Add || target.Path.Sub is not null) || MadeOf(filter, target.Attribute) is not { } made)
            {
                return ScimErrors.NoTarget(target.Where, $"no value of '{target.Name}' satisfies the filter.");
            }

            values.Add((JsonNode)made);
            chosen = [made];
        }

        foreach (JsonNode? element in chosen)
        {
            if (target.Path.Sub is { } sub)
            {
                if (element is JsonObject parts && SetSub(kind, parts, sub, target, value) is { } error)
                {
                    return error;
                }

                touched.Add(element);
                continue;
            }

            if (kind == ScimOperationKind.Remove)
            {
                values.Remove(element);
                continue;
            }

            if (ScimValues.ConvertOne(target.Attribute, value, target.Name, out JsonNode? node) is { } wrong)
            {
                return wrong;
            }

            if (node is JsonObject changed && element is JsonObject existing)
            {
                if (kind == ScimOperationKind.Replace)
                {
                    existing.Clear();
                }

                Merge(changed, existing);
                touched.Add(existing);
            }
            else
            {
                values[values.IndexOf(element)] = node;
                touched.Add(node);
            }
        }

        return null;
    }

    private static ScimError? SetSub(ScimOperationKind kind, JsonObject parts, string sub, Target target, JsonElement value)
    {
        ScimAttribute? attribute = target.Attribute?.SubOrNull(sub);
        string name = attribute?.Name ?? sub;
        if (kind == ScimOperationKind.Remove)
        {
            parts.Remove(name);
            return null;
        }

        ScimError? error = ScimValues.Convert(attribute, value, $"{target.Name}.{name}", out JsonNode? node);
        if (node is not null)
        {
            parts[name] = node;
        }

        return error;
    }

    private static void Merge(JsonObject changed, JsonObject existing)
    {
        foreach ((string name, JsonNode? node) in changed.ToArray())
        {
            existing[name] = node?.DeepClone();
        }
    }

    /// <summary>The value that <c>type eq "work"</c>, or several such terms with <c>and</c>, describes; null for any other filter.</summary>
    private static JsonObject? MadeOf(ScimFilter filter, ScimAttribute? attribute)
    {
        var made = new JsonObject(ScimText.IgnoringCase);
        foreach (ScimFilter term in filter is ScimFilter.And and ? and.Terms : [filter])
        {
            if (term is not ScimFilter.Compare { Operator: ScimOperator.Eq, Path: { Schema: null, Sub: null } path, Value: { } value })
            {
                return null;
            }

            ScimAttribute? sub = attribute?.SubOrNull(path.Name);
            JsonNode? node = value switch
            {
                string text when sub?.Type == ScimType.Boolean => bool.TryParse(text, out bool flag) ? JsonValue.Create(flag) : null,
                string text => JsonValue.Create(text),
                bool flag => JsonValue.Create(flag),
                _ => null,
            };
            if (node is null)
            {
                return null;
            }

            made[sub?.Name ?? path.Name] = node;
        }

        return made;
    }
}
