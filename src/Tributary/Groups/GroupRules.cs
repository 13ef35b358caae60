using System.Text.Json;
using Tributary.Acls;
using Tributary.Graph;

namespace Tributary.Groups;

/// <summary>Reads and checks the bodies of external groups (external-connectors 8). Every problem is reported.</summary>
internal static class GroupRules
{
    private const string InvalidGroupId = "InvalidGroupId";

    /// <summary>The group that a create body describes, or null with problems added.</summary>
    public static ExternalGroup? ReadCreate(JsonElement body, GraphVersion version, Problems problems)
    {
        if (GraphObject.Open(body, "$", GroupTypes.ExternalGroup, version, problems) is not { } group)
        {
            return null;
        }

        string? id = group.StringOrNull("id");
        CheckGroupId(id, "$.id", problems);
        var result = new ExternalGroup(id ?? "", group.StringOrNull("displayName"), group.StringOrNull("description"));
        return problems.Count == 0 ? result : null;
    }

    /// <summary>What an update body says of the group <paramref name="id"/>, or null with problems added.</summary>
    public static GroupUpdate? ReadUpdate(JsonElement body, string id, GraphVersion version, Problems problems)
    {
        if (GraphObject.Open(body, "$", GroupTypes.ExternalGroup, version, problems) is not { } group)
        {
            return null;
        }

        if (group.Has("id") && group.StringOrNull("id") != id)
        {
            problems.Rule("$.id", "PropertyNotUpdateable", "The member 'id' cannot be changed.");
        }

        var result = new GroupUpdate(
            group.Has("displayName"), group.StringOrNull("displayName"), group.Has("description"), group.StringOrNull("description"));
        return problems.Count == 0 ? result : null;
    }

    /// <summary>The alphabet that one page calls alphanumeric and another URL-safe Base64; both are met.</summary>
    public static void CheckGroupId(string? id, string path, Problems problems)
    {
        if (!ExternalGroupId.IsValid(id))
        {
            problems.Rule(path, InvalidGroupId, $"The id of an external group has 1 to {ExternalGroupId.MaxLength} characters of A-Z, a-z, 0-9, '-' and '_'.");
        }
    }
}
