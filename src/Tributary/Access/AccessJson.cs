using System.Globalization;
using System.Text.Json;
using Tributary.Access.History;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Graph;

namespace Tributary.Access;

/// <summary>Writes what is answered. Ids, entries and names of users and groups: never an item's content or properties.</summary>
internal static class AccessJson
{
    public static void Write(Utf8JsonWriter writer, StoredConnection connection, DateTimeOffset at, string? itemId, Explanation explanation) =>
        Write(writer, connection, connection.LastChange, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), itemId, explanation);

    /// <summary>Of a past instant, which is told to the last digit; the number of the last change then is not kept.</summary>
    public static void WriteAsOf(Utf8JsonWriter writer, StoredConnection connection, DateTimeOffset at, string? itemId, Explanation explanation) =>
        Write(writer, connection, null, AccessHistory.Text(at), itemId, explanation);

    private static void Write(Utf8JsonWriter writer, StoredConnection connection, long? change, string at, string? itemId, Explanation explanation)
    {
        writer.WriteStartObject();
        writer.WriteString("tenantId", connection.TenantId);
        writer.WriteString("connectionId", connection.Connection.Id);
        WriteNullable(writer, "connectionChange", change);
        writer.WriteString("at", at);
        Write(writer, "verdict", itemId, explanation.Verdict);
        Write(writer, "before", itemId, explanation.Before);
        Write(writer, "after", itemId, explanation.After);
        if (explanation.Effects is { } effects)
        {
            writer.WritePropertyName("effects");
            Write(writer, effects, explanation.Bounds);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, string? itemId, Verdict? verdict)
    {
        if (verdict is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteBoolean("isVisible", verdict.IsVisible);
        writer.WriteString("reason", WireNames<DecisionReason>.Get(verdict.Decision.Reason));
        writer.WriteString("explanation", VerdictText.Of(verdict));
        WriteUser(writer, verdict.Standing);
        WriteItem(writer, itemId, verdict.Item);
        WriteDecision(writer, verdict);
        writer.WriteStartArray("withheld");
        foreach (Withheld withheld in verdict.Withheld)
        {
            writer.WriteStartObject();
            writer.WriteString("code", WireNames<Withheld>.Get(withheld));
            writer.WriteString("message", VerdictText.Of(withheld));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter writer, Standing standing)
    {
        UserFacts user = standing.User;
        writer.WriteStartObject("user");
        writer.WriteString("id", user.Id);
        writer.WriteString("displayName", user.DisplayName);
        WriteNullable(writer, "isKnown", user.IsKnown);
        WriteNullable(writer, "isEnabled", user.IsEnabled);
        WriteNullable(writer, "isGuest", user.IsGuest);
        writer.WriteString("isGuestFrom", WireNames<FactSource>.Get(user.IsGuestFrom));
        writer.WriteNumber("groupCount", user.Groups.Count);
        writer.WriteString("groupsFrom", WireNames<FactSource>.Get(user.GroupsFrom));
        writer.WriteNumber("externalGroupCount", standing.Access.ExternalGroups.Count);
        writer.WriteStartArray("unknown");
        foreach (Unknown unknown in standing.Unknown)
        {
            writer.WriteStringValue(WireNames<Unknown>.Get(unknown));
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteItem(Utf8JsonWriter writer, string? itemId, ItemFacts? item)
    {
        if (item is null)
        {
            writer.WriteNull("item");
            return;
        }

        writer.WriteStartObject("item");
        writer.WriteString("id", itemId);
        WriteNullable(writer, "change", item.Change);
        WriteNullable(writer, "aclNumber", item.AclNumber);
        writer.WriteEndObject();
    }

    private static void WriteDecision(Utf8JsonWriter writer, Verdict verdict)
    {
        if (verdict is not { Item: { } item, Decision.Index: { } index })
        {
            writer.WriteNull("entry");
            writer.WriteNull("chain");
            return;
        }

        AclEntry entry = item.Acl.Entries[index];
        writer.WriteStartObject("entry");
        writer.WriteNumber("index", index);
        writer.WriteString("type", WireNames<AclType>.Get(entry.Type));
        writer.WriteString("value", entry.Value);
        writer.WriteString("accessType", WireNames<AccessType>.Get(entry.AccessType));
        writer.WriteEndObject();
        if (verdict.Decision.Chain is not { } chain)
        {
            writer.WriteNull("chain");
            if (verdict.Decision.ChainOmitted is { } omitted)
            {
                writer.WriteString("chainOmitted", WireNames<ChainOmission>.Get(omitted));
            }

            return;
        }

        writer.WriteStartArray("chain");
        foreach (ChainStep step in chain)
        {
            writer.WriteStartObject();
            WritePrincipal(writer, step.Principal);
            if (step.Principal.Type != AclType.User)
            {
                writer.WriteString("displayName", step.Group?.DisplayName);
                writer.WriteString("version", step.Group?.Version);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, Effects effects, EffectBounds bounds)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("isTruncated", effects.Missing.Count > 0);
        writer.WriteStartArray("notLookedAt");
        foreach (NotLookedAt missing in effects.Missing)
        {
            writer.WriteStringValue(WireNames<NotLookedAt>.Get(missing));
        }

        writer.WriteEndArray();
        writer.WriteStartArray("unlistedPrincipals");
        foreach (Principal principal in effects.Unlisted)
        {
            writer.WriteStartObject();
            WritePrincipal(writer, principal);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("usersLookedAt", effects.UsersLookedAt);
        writer.WriteNumber("maxUsers", bounds.MaxUsers);
        writer.WriteNumber("maxItems", bounds.MaxItems);
        writer.WriteNumber("listsLookedAt", effects.ListsLookedAt);
        writer.WriteNumber("maxLists", bounds.MaxLists);
        writer.WriteStartArray("lists");
        foreach (ListEffect list in effects.Lists)
        {
            writer.WriteStartObject();
            WriteNullable(writer, "aclNumber", list.AclNumber);
            writer.WriteNumber("itemCount", list.ItemCount);
            writer.WriteStartArray("items");
            foreach (string item in list.Items)
            {
                writer.WriteStringValue(item);
            }

            writer.WriteEndArray();
            WriteUsers(writer, "opensFor", list.OpensFor);
            WriteUsers(writer, "closesFor", list.ClosesFor);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteUsers(writer, "shutOut", effects.ShutOut);
        WriteUsers(writer, "letIn", effects.LetIn);
        writer.WriteEndObject();
    }

    private static void WriteUsers(Utf8JsonWriter writer, string name, IReadOnlyList<AffectedUser> users)
    {
        writer.WriteStartArray(name);
        foreach (AffectedUser user in users)
        {
            writer.WriteStartObject();
            writer.WriteString("id", user.Id);
            writer.WriteString("displayName", user.DisplayName);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WritePrincipal(Utf8JsonWriter writer, Principal principal)
    {
        writer.WriteString("type", WireNames<AclType>.Get(principal.Type));
        writer.WriteString("id", principal.Value);
    }

    private static void WriteNullable(Utf8JsonWriter writer, string name, bool? value)
    {
        if (value is { } known)
        {
            writer.WriteBoolean(name, known);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteNullable(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } known)
        {
            writer.WriteNumber(name, known);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
