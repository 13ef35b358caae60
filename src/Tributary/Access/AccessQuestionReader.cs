using System.Text.Json;
using Tributary.Acls;
using Tributary.Graph;
using Tributary.Groups;
using Tributary.Items;

namespace Tributary.Access;

/// <summary>Reads and checks the body of <c>POST /tributary/access/explain</c>. Every problem is reported.</summary>
internal sealed class AccessQuestionReader(ItemOptions items, GroupOptions groups, Problems problems)
{
    /// <summary>Verdicts are worked out for each user, and told for each.</summary>
    public const int MostUsers = 1000;

    public const int MostItems = 1000;

    public const int MostChanges = 100;

    private const int DefaultUsers = 100;
    private const int DefaultItems = 100;
    private const string Missing = "MissingMember";

    private static readonly GraphType Question = new(
        "tributary.accessQuestion", isOpen: false,
        "tenantId", "connectionId", "itemId", "userId", "groups", "isGuest", "wasEnabled", "hasGroupsOverage", "asOf", "whatIf", "maxUsers", "maxItems");

    private static readonly GraphType WhatIfType = new("tributary.whatIf", isOpen: false, "item", "acl", "membership");

    /// <summary>A body that a connector would put: only its list says who sees it.</summary>
    private static readonly GraphType Item = new("tributary.accessItem", isOpen: false, "id", "acl", "properties", "content", "activities", "informationProtectionLabel");

    private static readonly GraphType Change = new("tributary.membershipChange", isOpen: false, "change", "group", "member");

    /// <returns>Null with problems added.</returns>
    public AccessQuestion? ReadOrNull(JsonElement body)
    {
        if (GraphObject.Open(body, "$", Question, GraphVersion.V1, problems) is not { } members)
        {
            return null;
        }

        string? tenantId = members.StringOrNull("tenantId");
        if (tenantId is not null && !GuidText.IsValid(tenantId))
        {
            problems.Rule("$.tenantId", "InvalidTenantId", $"The tenant is named by its GUID; '{tenantId}' is none.");
        }

        string? itemId = Text(members, "itemId");
        WhatIf? whatIf = members.ObjectOrNull("whatIf", WhatIfType, GraphVersion.V1) is { } sent ? ReadWhatIf(sent, itemId) : null;
        var question = new AccessQuestion
        {
            TenantId = GuidText.LowerOrNull(tenantId),
            ConnectionId = Text(members, "connectionId") ?? "",
            ItemId = itemId,
            User = Text(members, "userId"),
            Groups = ReadGroups(members),
            IsGuest = members.BooleanOrNull("isGuest"),
            WasEnabled = members.BooleanOrNull("wasEnabled"),
            HasGroupsOverage = members.BooleanOrNull("hasGroupsOverage") ?? false,
            AsOf = ReadInstant(members),
            WhatIf = whatIf,
            MaxUsers = ReadBound(members, "maxUsers", DefaultUsers, MostUsers),
            MaxItems = ReadBound(members, "maxItems", DefaultItems, MostItems),
        };
        RequireMembers(members, question);
        return problems.Count == 0 ? question : null;
    }

    private void RequireMembers(GraphObject members, AccessQuestion question)
    {
        Require("connectionId", question.ConnectionId.Length > 0, "");
        bool isWhatIf = members.ValueOrNull("whatIf") is not null;
        Require("itemId", question.ItemId is not null || (isWhatIf && question.WhatIf is not { Acl: not null }), " Only a change of members can be asked about without an item.");
        Require("userId", question.User is not null || isWhatIf, " Only a what-if can be asked about without a user.");
        foreach (string stated in new[] { "groups", "isGuest", "wasEnabled", "hasGroupsOverage" })
        {
            if (members.Has(stated) && question.User is null)
            {
                problems.Rule(members.PathOf(stated), Missing, $"'{stated}' says something of the user, whom 'userId' has to name.");
            }
        }

        if (members.Has("wasEnabled") && !members.Has("asOf"))
        {
            problems.Rule("$.wasEnabled", "InvalidWasEnabled", "'wasEnabled' says what the user's account was at 'asOf'; what it is now the directory tells.");
        }

        if (isWhatIf && question.AsOf is not null)
        {
            problems.Rule("$.asOf", "InvalidAsOf", "A change that nobody made cannot be laid over the past: leave out 'asOf' or 'whatIf'.");
        }

        void Require(string name, bool isThere, string more)
        {
            // What is of another kind has been told already.
            if (!isThere && members.ValueOrNull(name) is null or { ValueKind: JsonValueKind.String })
            {
                problems.Rule(members.PathOf(name), Missing, $"The body needs '{name}'.{more}");
            }
        }
    }

    private WhatIf? ReadWhatIf(GraphObject whatIf, string? itemId)
    {
        Acl? acl = AclRules.ReadOrNull(whatIf, GraphVersion.V1, items.AllowEmptyAcl, items.MaxAclEntries, problems);
        bool isPut = whatIf.ValueOrNull("item") is not null;
        if (isPut && whatIf.Has("acl"))
        {
            problems.Rule(whatIf.PathOf("acl"), "InvalidWhatIf", "Give the list either with 'item' or as 'acl'.");
        }
        else if (whatIf.ObjectOrNull("item", Item, GraphVersion.V1) is { } item)
        {
            acl = AclRules.ReadOrNull(item, GraphVersion.V1, items.AllowEmptyAcl, items.MaxAclEntries, problems);
            if (item.StringOrNull("id") is { } id && id != itemId)
            {
                problems.Rule(item.PathOf("id"), ItemRules.InvalidItemId, $"The id '{id}' differs from '{itemId}' in 'itemId'. Leave it out, or send the same.");
            }

            if (!item.Has("acl"))
            {
                problems.Rule(item.PathOf("acl"), Missing, "An item that is put needs 'acl' to change who sees it.");
            }
        }

        var changes = new List<MembershipChange>();
        if (whatIf.ValueOrNull("membership") is { ValueKind: JsonValueKind.Array } sent && sent.GetArrayLength() > MostChanges)
        {
            problems.Rule(whatIf.PathOf("membership"), "InvalidWhatIf", $"There are {sent.GetArrayLength()} changes of members; at most {MostChanges} are looked at together.");
        }
        else
        {
            changes.AddRange(whatIf.Elements("membership").Select(element => ReadChangeOrNull(element.Element, element.Path)).OfType<MembershipChange>());
        }

        if (problems.Count == 0 && acl is null && changes.Count == 0)
        {
            problems.Rule(whatIf.Path, "InvalidWhatIf", "A what-if needs a change: 'item', 'acl' or 'membership'.");
        }

        return problems.Count == 0 ? new WhatIf(acl, isPut, changes) : null;
    }

    private MembershipChange? ReadChangeOrNull(JsonElement element, string path)
    {
        int before = problems.Count;
        if (GraphObject.Open(element, path, Change, GraphVersion.V1, problems) is not { } change)
        {
            return null;
        }

        string? kind = change.StringOrNull("change");
        if (kind is not ("add" or "remove") && problems.Count == before)
        {
            problems.Rule(change.PathOf("change"), "InvalidWhatIf", "The change is 'add' or 'remove'.");
        }

        Identity? group = ReadIdentity(change, "group"), member = ReadIdentity(change, "member");
        if (group?.Type == IdentityType.User)
        {
            problems.Rule(change.PathOf("group.type"), "InvalidWhatIf", "A user has no members: the group is of type 'group' or 'externalGroup'.");
        }
        else if (group?.Type == IdentityType.Group && member?.Type == IdentityType.ExternalGroup)
        {
            problems.Rule(change.PathOf("member.type"), "InvalidWhatIf", "An external group cannot be a member of an Entra group.");
        }

        return problems.Count == before
            ? new MembershipChange(kind == "add", new Membership(MembershipChange.PrincipalOf(member!), MembershipChange.PrincipalOf(group!)), path)
            : null;
    }

    private Identity? ReadIdentity(GraphObject change, string name)
    {
        if (change.ValueOrNull(name) is { } value)
        {
            return IdentityRules.ReadOrNull(value, change.PathOf(name), GraphVersion.V1, problems, out _);
        }

        problems.Rule(change.PathOf(name), Missing, $"A change of members needs '{name}'.");
        return null;
    }

    private List<string>? ReadGroups(GraphObject members)
    {
        if (members.LocatedStringsOrNull("groups") is not { } sent)
        {
            return null;
        }

        if (sent.Count > groups.MaxPerUser)
        {
            problems.Rule("$.groups", "InvalidGroups", $"There are {sent.Count} groups; at most {groups.MaxPerUser} can be stated.");
            return null;
        }

        foreach ((string text, string path) in sent)
        {
            if (!GuidText.IsValid(text))
            {
                problems.Rule(path, "InvalidGroups", $"A group is named by its object id, a GUID; '{text}' is none.");
            }
        }

        return [.. sent.Select(group => group.Text)];
    }

    private DateTimeOffset? ReadInstant(GraphObject members)
    {
        if (members.StringOrNull("asOf") is not { } text)
        {
            return null;
        }

        if (GraphDateTime.TryParse(text, out DateTimeOffset instant))
        {
            return instant;
        }

        problems.Rule("$.asOf", "InvalidAsOf", $"The moment is a date and time such as 2026-11-24T09:00:00Z; '{text}' is none.");
        return null;
    }

    private int ReadBound(GraphObject members, string name, int usual, int most)
    {
        int? bound = members.Int32OrNull(name);
        if (bound < 1 || bound > most)
        {
            problems.Rule(members.PathOf(name), "InvalidBound", $"'{name}' is from 1 to {most}.");
        }

        return bound ?? usual;
    }

    /// <summary>An empty text is none.</summary>
    private static string? Text(GraphObject members, string name) => members.StringOrNull(name) is { Length: > 0 } text ? text : null;
}
