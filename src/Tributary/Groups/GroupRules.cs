using System.Text.Json;
using Tributary.Acls;
using Tributary.Graph;

namespace Tributary.Groups;

/// <summary>Reads and checks the bodies of external groups and their members (external-connectors 8). Every problem is reported.</summary>
internal static class GroupRules
{
    private const string InvalidGroupId = "InvalidGroupId";
    private const string InvalidIdentity = "InvalidIdentity";

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

    /// <summary>What an update body makes of a group: members that are not sent stay, null clears.</summary>
    public static ExternalGroup? ReadUpdate(JsonElement body, ExternalGroup current, GraphVersion version, Problems problems)
    {
        if (GraphObject.Open(body, "$", GroupTypes.ExternalGroup, version, problems) is not { } group)
        {
            return null;
        }

        if (group.Has("id") && group.StringOrNull("id") != current.Id)
        {
            problems.Rule("$.id", "PropertyNotUpdateable", "The member 'id' cannot be changed.");
        }

        var result = new ExternalGroup(
            current.Id,
            group.Has("displayName") ? group.StringOrNull("displayName") : current.DisplayName,
            group.Has("description") ? group.StringOrNull("description") : current.Description);
        return problems.Count == 0 ? result : null;
    }

    /// <summary>The member that a body describes. <c>identitySource</c> external with type group, as older clients write it, names an external group.</summary>
    public static Identity? ReadMember(JsonElement body, GraphVersion version, Problems problems)
    {
        if (GraphObject.Open(body, "$", GroupTypes.Identity, version, problems) is not { } member)
        {
            return null;
        }

        string? id = member.StringOrNull("id");
        string? source = member.StringOrNull("identitySource");
        IdentityType? type = member.EnumOrNull<IdentityType>("type");
        if (type is null && member.ValueOrNull("type") is null)
        {
            problems.Rule("$.type", InvalidIdentity, "The type is required: user, group or externalGroup.");
        }

        bool isExternal = source?.Equals("external", StringComparison.OrdinalIgnoreCase) ?? false;
        if (source is not null && !isExternal && !source.Replace(" ", "", StringComparison.Ordinal).Equals("azureActiveDirectory", StringComparison.OrdinalIgnoreCase))
        {
            problems.Rule("$.identitySource", "DeserializationError", $"Requested value '{source}' was not found. Allowed are azureActiveDirectory, external.");
        }

        if (isExternal && type == IdentityType.Group)
        {
            type = IdentityType.ExternalGroup;
        }

        if (type == IdentityType.ExternalGroup)
        {
            CheckGroupId(id, "$.id", problems);
        }
        else if (!EntraId.IsValid(id))
        {
            problems.Rule("$.id", InvalidIdentity, $"The id of a user or group must be the GUID of an Entra object; '{id}' is none.");
        }

        return problems.Count == 0 ? new Identity(id!, type!.Value, source is not null) : null;
    }

    /// <summary>The alphabet that one page calls alphanumeric and another URL-safe Base64; both are met.</summary>
    private static void CheckGroupId(string? id, string path, Problems problems)
    {
        if (!ExternalGroupId.IsValid(id))
        {
            problems.Rule(path, InvalidGroupId, $"The id of an external group has 1 to {ExternalGroupId.MaxLength} characters of A-Z, a-z, 0-9, '-' and '_'.");
        }
    }
}
