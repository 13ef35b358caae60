using System.Text.Json;
using Tributary.Directories;
using Tributary.Graph;
using Tributary.Groups;

namespace Tributary.Items;

/// <summary>Reads and checks activities, sent by <c>addActivities</c> or along with an item (external-connectors 6.1 and 7).</summary>
internal static class ActivityRules
{
    public const int MaxPerCall = 20;

    public const string TooMany = "TooManyActivities";
    public const string Invalid = "InvalidActivity";

    /// <summary>A client whose clock is that much ahead still tells of what has happened.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private const string Member = "activities";
    private const string TypeAnnotation = "@odata.type";

    /// <summary>The parameters of the action; its own <c>@odata.type</c> has no name to be known by.</summary>
    private static readonly GraphType ActionType = new(GraphType.ExternalConnectors + "addActivities", isOpen: false, Member);

    public static readonly GraphType ActivityType =
        new(
            GraphType.ExternalConnectors + "externalActivity",
            isOpen: false,
            "id",
            new("startDateTime") { Type = "Edm.DateTimeOffset", IsRequired = true },
            new("type") { Type = GraphType.ExternalConnectors + "externalActivityType", IsRequired = true },
            new("performedBy") { Type = GroupTypes.Identity.Name, Kind = GraphMemberKind.Navigation, IsInBody = true })
        {
            IsEntity = true,
            BaseType = GraphType.Entity,
        };

    /// <summary>The activities in the body of <c>addActivities</c>, or null with problems added.</summary>
    public static IReadOnlyList<ExternalActivity>? ReadActionOrNull(JsonElement body, GraphVersion version, Problems problems)
    {
        if (GraphObject.Open(body, "$", ActionType, version, problems) is not { } action)
        {
            return null;
        }

        if (action.ValueOrNull(Member) is null)
        {
            problems.Rule(action.PathOf(Member), Invalid, "The action needs 'activities', an array.");
        }

        IReadOnlyList<ExternalActivity> activities = Read(action, isTypeRequired: false, version, problems);
        return problems.Count == 0 ? activities : null;
    }

    /// <summary>The member <c>activities</c> of an item or of the action; nothing when it was not sent. With more than 20 none is looked at.</summary>
    /// <param name="owner">What has the member.</param>
    /// <param name="isTypeRequired">Whether each needs its <c>@odata.type</c>: along with an item a request without fails, as is documented.</param>
    /// <param name="version">Beta knows more members of identities.</param>
    /// <param name="problems">Takes everything that is wrong.</param>
    public static IReadOnlyList<ExternalActivity> Read(GraphObject owner, bool isTypeRequired, GraphVersion version, Problems problems)
    {
        if (owner.ValueOrNull(Member) is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() > MaxPerCall)
        {
            problems.Rule(owner.PathOf(Member), TooMany, $"There are {array.GetArrayLength()} activities; a request takes at most {MaxPerCall}.");
            return [];
        }

        var activities = new List<ExternalActivity>();
        foreach ((JsonElement element, string path) in owner.Elements(Member))
        {
            if (isTypeRequired && !HasType(element))
            {
                problems.Rule(
                    $"{path}.{TypeAnnotation}", "DeserializationError", $"An activity sent along with an item needs its '{TypeAnnotation}', '#{ActivityType.Name}'.");
            }

            if (GraphObject.Open(element, path, ActivityType, version, problems) is { } activity && ReadOneOrNull(activity, version, problems) is { } read)
            {
                activities.Add(read);
            }
        }

        return activities;
    }

    /// <summary>
    /// Why one activity is not processed, or null when it is: it is of the future or of a user who does not exist (U44). The action answers so for the one; a write of
    /// an item has no way to, so there it refuses the whole.
    /// </summary>
    /// <param name="activity">What was sent.</param>
    /// <param name="now">The time of the request.</param>
    /// <param name="unknownUsers">See <see cref="FindUnknownUsersAsync"/>.</param>
    public static string? ReasonNotToStore(ExternalActivity activity, DateTimeOffset now, IReadOnlySet<string> unknownUsers)
    {
        if (activity.StartDateTime > now + ClockSkew)
        {
            return "The activity's startDateTime is in the future.";
        }

        return activity.PerformedBy.Type == IdentityType.User && unknownUsers.Contains(activity.PerformedBy.Id)
            ? $"There is no user '{activity.PerformedBy.Id}'."
            : null;
    }

    /// <inheritdoc cref="ReasonNotToStore"/>
    public static void RequireStorable(
        IReadOnlyList<ExternalActivity> activities, DateTimeOffset now, IReadOnlySet<string> unknownUsers, Problems problems)
    {
        for (int i = 0; i < activities.Count; i++)
        {
            if (ReasonNotToStore(activities[i], now, unknownUsers) is { } reason)
            {
                problems.Rule($"$.{Member}[{i}]", Invalid, reason);
            }
        }
    }

    /// <summary>Ids, as they were sent, of users who did something and are not in the tenant's directory.</summary>
    public static async ValueTask<IReadOnlySet<string>> FindUnknownUsersAsync(
        IReadOnlyList<ExternalActivity> activities, string tenantId, TenantDirectories directories, CancellationToken cancellationToken)
    {
        var unknown = new HashSet<string>(StringComparer.Ordinal);
        foreach (string id in activities.Where(activity => activity.PerformedBy.Type == IdentityType.User).Select(activity => activity.PerformedBy.Id).Distinct())
        {
            if (!await directories.MayExistAsync(tenantId, id, cancellationToken))
            {
                unknown.Add(id);
            }
        }

        return unknown;
    }

    private static ExternalActivity? ReadOneOrNull(GraphObject activity, GraphVersion version, Problems problems)
    {
        int before = problems.Count;

        // A key of an entity; this server gives none out and keeps none, but what is there must be of its type.
        activity.StringOrNull("id");
        ExternalActivityType? type = activity.EnumOrNull<ExternalActivityType>("type");
        string? started = activity.StringOrNull("startDateTime");
        DateTimeOffset startDateTime = default;
        if (started is not null && !GraphDateTime.TryParse(started, out startDateTime))
        {
            problems.Rule(
                activity.PathOf("startDateTime"), Invalid, $"'{started}' is no date and time of ISO 8601 such as 2026-01-10T08:00:00Z.");
        }

        Identity? performedBy = activity.ValueOrNull("performedBy") is { } identity
            ? IdentityRules.ReadOrNull(identity, activity.PathOf("performedBy"), version, problems, out _)
            : null;
        Require("type");
        Require("startDateTime");
        Require("performedBy");
        return problems.Count == before ? new ExternalActivity(type!.Value, startDateTime, performedBy!) : null;

        void Require(string name)
        {
            if (activity.ValueOrNull(name) is null)
            {
                problems.Rule(activity.PathOf(name), Invalid, $"An activity needs '{name}'.");
            }
        }
    }

    private static bool HasType(JsonElement activity)
    {
        if (activity.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (JsonProperty member in activity.EnumerateObject())
        {
            if (TypeAnnotation.Equals(GraphObject.NameOrNull(member), StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
