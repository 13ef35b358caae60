using Tributary.Auth;

namespace Tributary.Search;

/// <summary>What can be searched for (search 3.4). This server has external items; of the other types it knows who may ask for them (15.3, 20 item 4).</summary>
internal static class EntityTypes
{
    public const string ExternalItem = "externalItem";

    private const string LegacyPrefix = "microsoft.graph.";

    private static readonly Dictionary<string, EntityType> All = new EntityType[]
    {
        // The texts of ChatMessage, ListItem, OneDriveFile and ExchangePerson are observed; the rest follows the table of permissions in
        // https://learn.microsoft.com/graph/api/search-query.
        new(ExternalItem, "ExternalItem", [["ExternalItem.Read.All"]]),
        new("driveItem", "OneDriveFile", [["Files.Read.All", "Sites.Read.All", "Files.ReadWrite.All", "Sites.ReadWrite.All"]]) { IsFile = true },
        new("drive", "OneDriveFile", [["Files.Read.All", "Sites.Read.All", "Files.ReadWrite.All", "Sites.ReadWrite.All"]]) { IsFile = true },
        new("listItem", "ListItem", [["Sites.Read.All", "Sites.ReadWrite.All"]]) { IsFile = true },
        new("list", "List", [["Sites.Read.All", "Sites.ReadWrite.All"]]) { IsFile = true },
        new("site", "Site", [["Sites.Read.All", "Sites.ReadWrite.All"]]) { IsFile = true },
        new("chatMessage", "ChatMessage", [["Chat.Read", "Chat.ReadWrite"], ["ChannelMessage.Read.All"]]),
        new("message", "Message", [["Mail.Read", "Mail.ReadWrite"]]),
        new("event", "Event", [["Calendars.Read", "Calendars.ReadWrite"]]),
        new("person", "ExchangePerson", [["People.Read", "People.Read.All"]]),
        new("acronym", "Acronym", [["Acronym.Read.All"]]),
        new("bookmark", "Bookmark", [["Bookmark.Read.All"]]),
        new("qna", "Qna", [["QnA.Read.All"]]),
    }.ToDictionary(type => type.Name, StringComparer.OrdinalIgnoreCase);

    public static int Count => All.Count;

    /// <summary>A member of the enum in any letter case, also in its old form <c>microsoft.graph.externalItem</c>; null for what is none.</summary>
    public static EntityType? FindOrNull(string name) =>
        All.GetValueOrDefault(name.StartsWith(LegacyPrefix, StringComparison.OrdinalIgnoreCase) ? name[LegacyPrefix.Length..] : name);

    /// <summary>Why the caller may not search for these types; null: may. Beside external items the types that this server has not do not matter.</summary>
    public static SearchError? RefusalOrNull(Caller caller, IReadOnlyList<EntityType> types, SearchOptions options)
    {
        bool isForExternalItems = types.Any(type => type.IsExternalItem);

        // Applications may search files only, in the documentation as here.
        bool mayBeApplication = !isForExternalItems && types.All(type => type.IsFile);
        if (caller.IsDelegated ? caller.IsGuest is true && !options.AllowGuests : !mayBeApplication)
        {
            return SearchErrors.NotAuthorized;
        }

        if (caller.IsGuest is null && !options.AllowGuests)
        {
            return SearchErrors.MayBeGuest;
        }

        if (types.FirstOrDefault(type => (type.IsExternalItem || !isForExternalItems) && !type.IsGranted(caller.Permissions)) is { } missing)
        {
            return SearchErrors.MissingPermission(missing.Kind, missing.Required, caller.Permissions);
        }

        return !isForExternalItems ? null
            : caller.HasGroupsOverage ? SearchErrors.GroupsOverage
            : caller.HasUnreadableGroups ? SearchErrors.UnreadableGroups
            : null;
    }
}

/// <param name="Name">As in the enum.</param>
/// <param name="Kind">What the service calls it where a permission is missing.</param>
/// <param name="Permissions">One of each is needed.</param>
internal sealed record EntityType(string Name, string Kind, IReadOnlyList<IReadOnlyList<string>> Permissions)
{
    /// <summary>Only one request of a call may ask for these (search 4.1), and external items combine with no others (4.2).</summary>
    public bool IsFile { get; init; }

    public bool IsExternalItem => Name == EntityTypes.ExternalItem;

    public string Required => string.Join(", ", Permissions.Select(any => string.Join(" or ", any)));

    public bool IsGranted(IReadOnlySet<string> permissions) => Permissions.All(any => any.Any(permissions.Contains));
}
