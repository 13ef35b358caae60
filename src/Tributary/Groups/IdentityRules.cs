using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Groups;

/// <summary>Reads and checks an <c>identity</c>: a member of an external group, or who did something with an item (external-connectors 7.1 and 8.1).</summary>
internal static class IdentityRules
{
    private const string InvalidIdentity = "InvalidIdentity";

    /// <summary>
    /// The identity that <paramref name="body"/> describes, or null with problems added. <c>identitySource</c> external with type group, as older clients write it,
    /// names an external group.
    /// </summary>
    /// <param name="body">What was sent.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="version">Beta knows the legacy <c>identitySource</c>.</param>
    /// <param name="problems">Takes everything that is wrong.</param>
    /// <param name="hasSource">Whether <c>identitySource</c> was sent: the answer to that request has it too.</param>
    public static Identity? ReadOrNull(JsonElement body, string path, GraphVersion version, Problems problems, out bool hasSource)
    {
        hasSource = false;
        int before = problems.Count;
        if (GraphObject.Open(body, path, GroupTypes.Identity, version, problems) is not { } member)
        {
            return null;
        }

        string? id = member.StringOrNull("id");
        string? source = member.StringOrNull("identitySource");
        IdentityType? type = member.EnumOrNull<IdentityType>("type");
        if (type is null && member.ValueOrNull("type") is null)
        {
            problems.Rule(member.PathOf("type"), InvalidIdentity, "The type is required: user, group or externalGroup.");
        }

        bool isExternal = source?.Equals("external", StringComparison.OrdinalIgnoreCase) ?? false;
        if (source is not null && !isExternal && !source.Replace(" ", "", StringComparison.Ordinal).Equals("azureActiveDirectory", StringComparison.OrdinalIgnoreCase))
        {
            problems.Rule(
                member.PathOf("identitySource"), "DeserializationError", $"Requested value '{source}' was not found. Allowed are azureActiveDirectory, external.");
        }

        if (isExternal && type == IdentityType.Group)
        {
            type = IdentityType.ExternalGroup;
        }

        if (type == IdentityType.ExternalGroup)
        {
            GroupRules.CheckGroupId(id, member.PathOf("id"), problems);
        }
        else if (!GuidText.IsValid(id))
        {
            problems.Rule(member.PathOf("id"), InvalidIdentity, $"The id of a user or group must be the GUID of an Entra object; '{id}' is none.");
        }

        hasSource = source is not null;
        return problems.Count == before ? new Identity(id!, type!.Value) : null;
    }
}
