using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Acls;

/// <summary>Reads and checks the <c>acl</c> of an item body (external-connectors 6.1 and 6.6).</summary>
internal static class AclRules
{
    public const string InvalidAcl = "InvalidAcl";

    private const string Member = "acl";

    public static readonly GraphType EntryType =
        new(
            GraphType.ExternalConnectors + "acl",
            isOpen: false,
            new("type") { Type = GraphType.ExternalConnectors + "aclType", IsRequired = true },
            new("value") { IsRequired = true },
            new("accessType") { Type = GraphType.ExternalConnectors + "accessType", IsRequired = true },
            new("identitySource", GraphVersions.Beta) { Type = GraphType.ExternalConnectors + "identitySourceType" });

    /// <summary>
    /// The access list of <paramref name="item"/>, or null when it was not sent or something is wrong with it. An <c>acl</c> of null is refused: on an existing
    /// item it could mean "keep" as well as "nobody", and neither is worth a guess.
    /// </summary>
    /// <param name="item">The body, opened with a type that declares <c>acl</c>.</param>
    /// <param name="version">Beta knows the legacy <c>identitySource</c>.</param>
    /// <param name="allowEmpty">Accept a list without entries, which nobody may see (U28).</param>
    /// <param name="maxEntries">More are refused, before any is looked at.</param>
    /// <param name="problems">Takes everything that is wrong.</param>
    public static Acl? ReadOrNull(GraphObject item, GraphVersion version, bool allowEmpty, int maxEntries, Problems problems)
    {
        if (!item.Has(Member))
        {
            return null;
        }

        string path = item.PathOf(Member);
        if (item.IsNull(Member))
        {
            problems.Rule(path, InvalidAcl, "The access list must not be null. Leave it out to keep that of an existing item.");
            return null;
        }

        if (item.ValueOrNull(Member) is { ValueKind: JsonValueKind.Array } sent && sent.GetArrayLength() is var length && length > maxEntries)
        {
            problems.Rule(path, InvalidAcl, $"The access list has {length} entries; at most {maxEntries} are allowed. Put the principals into a group.");
            return null;
        }

        int before = problems.Count;
        var entries = new List<AclEntry>();
        foreach ((JsonElement element, string entryPath) in item.Elements(Member))
        {
            if (GraphObject.Open(element, entryPath, EntryType, version, problems) is { } entry && ReadEntryOrNull(entry, problems) is { } read)
            {
                entries.Add(read);
            }
        }

        if (problems.Count > before)
        {
            return null;
        }

        if (entries.Count > 0)
        {
            return new Acl(entries);
        }

        if (allowEmpty)
        {
            return Acl.Empty;
        }

        problems.Rule(path, InvalidAcl, "The access list has no entry, so nobody could see the item. Grant at least one principal.");
        return null;
    }

    /// <summary>Whether the list grants all users of the tenant, as the items of people connections must (4.9).</summary>
    public static bool GrantsEveryone(Acl acl)
    {
        foreach (AclEntry entry in acl.Entries)
        {
            if (entry is { Type: AclType.Everyone, AccessType: AccessType.Grant })
            {
                return true;
            }
        }

        return false;
    }

    private static AclEntry? ReadEntryOrNull(GraphObject entry, Problems problems)
    {
        int before = problems.Count;
        AclType? type = entry.EnumOrNull<AclType>("type");
        AccessType? accessType = entry.EnumOrNull<AccessType>("accessType");
        string? value = entry.StringOrNull("value");
        bool? isExternal = ReadIdentitySource(entry, problems);

        Require(entry, "type", problems);
        Require(entry, "accessType", problems);
        Require(entry, "value", problems);
        if (type is { } sent)
        {
            AclType meant = ApplyIdentitySource(sent, isExternal, entry, problems);
            if (value is not null)
            {
                CheckValue(meant, value, entry, problems);
            }

            type = meant;
        }

        return problems.Count == before ? new AclEntry(type!.Value, value!, accessType!.Value) : null;
    }

    private static void Require(GraphObject entry, string name, Problems problems)
    {
        if (entry.ValueOrNull(name) is null)
        {
            problems.Rule(entry.PathOf(name), InvalidAcl, $"An entry of an access list needs '{name}'.");
        }
    }

    /// <summary>
    /// The legacy <c>identitySource</c> of beta: true for external, false for Entra, null when it was not sent. Samples spell it <c>Azure Active Directory</c>
    /// as well as <c>azureActiveDirectory</c>. Its numbers are not published, so numbers are refused.
    /// </summary>
    private static bool? ReadIdentitySource(GraphObject entry, Problems problems)
    {
        string? text = entry.StringOrNull("identitySource");
        switch (text?.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant())
        {
            case null:
                return null;
            case "EXTERNAL":
                return true;
            case "AZUREACTIVEDIRECTORY":
                return false;
            default:
                problems.Rule(
                    entry.PathOf("identitySource"),
                    "DeserializationError",
                    $"Requested value '{text}' was not found. Allowed are azureActiveDirectory, external.");
                return null;
        }
    }

    /// <summary>
    /// What <paramref name="type"/> means beside <paramref name="isExternal"/>. A pair that contradicts itself is refused: whichever half we believed, the item
    /// could open to people whom the other half does not name.
    /// </summary>
    private static AclType ApplyIdentitySource(AclType type, bool? isExternal, GraphObject entry, Problems problems)
    {
        switch (type)
        {
            case AclType.Group when isExternal == true:
                return AclType.ExternalGroup;
            case AclType.User when isExternal == true:
                problems.Rule(
                    entry.PathOf("identitySource"),
                    InvalidAcl,
                    "An external user cannot be named. Map the user to an Entra object id, or put the user into an external group.");
                break;
            case AclType.ExternalGroup when isExternal == false:
                problems.Rule(
                    entry.PathOf("identitySource"),
                    InvalidAcl,
                    "An external group does not come from Entra. Say 'group' for an Entra group, or leave 'identitySource' out.");
                break;
        }

        return type;
    }

    private static void CheckValue(AclType type, string value, GraphObject entry, Problems problems)
    {
        string? wrong = type switch
        {
            AclType.User or AclType.Group when !GuidText.IsValid(value) =>
                $"The value of an entry of type '{WireNames<AclType>.Get(type)}' is the Entra object id, a GUID with dashes; '{value}' is none.",
            AclType.ExternalGroup when !ExternalGroupId.IsValid(value) =>
                $"The value of an entry of type 'externalGroup' is the id of an external group, 1 to {ExternalGroupId.MaxLength} characters "
                + $"of A-Z, a-z, 0-9, '-' and '_'; '{value}' is none.",
            AclType.Everyone or AclType.EveryoneExceptGuests when value.Length == 0 =>
                $"The value of an entry of type '{WireNames<AclType>.Get(type)}' must not be empty. Send the tenant id, or 'everyone'.",
            _ => null,
        };
        if (wrong is not null)
        {
            problems.Rule(entry.PathOf("value"), InvalidAcl, wrong);
        }
    }
}
