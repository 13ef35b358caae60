using Tributary.Acls;
using Tributary.Graph;

namespace Tributary.Items;

/// <summary>The rules of an item as a whole, and the codes of all its rules (external-connectors 12.2).</summary>
internal static class ItemRules
{
    public const string InvalidItemId = "InvalidItemId";
    public const string UnknownProperty = "UnknownProperty";
    public const string PropertyTypeMismatch = "PropertyTypeMismatch";
    public const string DeserializationError = "DeserializationError";

    // Not in the specification's list, which has no code for these: ours, in its manner.
    public const string DuplicateProperty = "DuplicatePropertyName";
    public const string InvalidProperties = "InvalidProperties";
    public const string InvalidContent = "InvalidContent";
    public const string InvalidSensitivityLabel = "InvalidSensitivityLabel";

    /// <summary>The id in the path, or null with a problem added.</summary>
    public static ItemId? ReadIdOrNull(string segment, ItemOptions options, Problems problems)
    {
        if (ItemId.TryParse(segment, options.LenientIds, out ItemId id))
        {
            return id;
        }

        problems.Rule(
            "{item-id}",
            InvalidItemId,
            $"An item id has 1 to {ItemId.MaxLength} characters of A-Z, a-z, 0-9, '-' and '_'"
            + $"{(options.LenientIds ? ", and of . ~ = : ," : "")}; '{segment}' is none.");
        return null;
    }

    /// <summary>What a new item needs: 6.2 lets an existing one keep what is left out, so only the store knows when to ask for this.</summary>
    public static void RequireComplete(ItemWrite write, Problems problems)
    {
        if (write.Acl is null)
        {
            problems.Rule("$.acl", AclRules.InvalidAcl, "A new item needs 'acl', the access list.");
        }

        if (write.Properties is null)
        {
            problems.Rule("$.properties", InvalidProperties, "A new item needs 'properties'.");
        }
    }

    /// <summary>U34: the id in the body is optional, but it cannot be another one.</summary>
    public static void CheckIdOfBody(string? bodyId, ItemId id, string path, Problems problems)
    {
        if (bodyId is not null && bodyId != id.Value)
        {
            problems.Rule(path, InvalidItemId, $"The id '{bodyId}' in the body differs from '{id}' in the path. Leave it out, or send the same.");
        }
    }

    /// <summary>4.9: the items of people connections must grant access to everyone.</summary>
    public static void CheckAclOfPerson(Acl acl, string path, Problems problems)
    {
        if (!AclRules.GrantsEveryone(acl))
        {
            problems.Rule(path, AclRules.InvalidAcl, "An item of a people connection must grant access to 'everyone'.");
        }
    }
}
