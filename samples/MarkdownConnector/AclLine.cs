using Microsoft.Graph.Models.ExternalConnectors;

namespace MarkdownConnector;

/// <summary>
/// One line of a document's access list, such as <c>grant group hr</c> or <c>deny user reader@tributary.local</c>. <c>Name</c> is the user or group
/// as people call it, and null where the whole tenant is meant.
/// </summary>
internal sealed record AclLine(AccessType Access, AclType Kind, string? Name)
{
    /// <summary>What a document without a word about access gets.</summary>
    public static readonly AclLine GrantEveryone = new(AccessType.Grant, AclType.Everyone, null);

    /// <exception cref="FormatException">The line has another form. A line that is not understood must not be left out: it may be a denial.</exception>
    public static AclLine Parse(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        [var access, "everyone"] => new(ReadAccess(access, line), AclType.Everyone, null),
        [var access, "everyoneExceptGuests"] => new(ReadAccess(access, line), AclType.EveryoneExceptGuests, null),
        [var access, "user", var name] => new(ReadAccess(access, line), AclType.User, name),
        [var access, "group", var name] => new(ReadAccess(access, line), AclType.Group, name),
        _ => throw NotUnderstood(line),
    };

    private static AccessType ReadAccess(string word, string line) => word switch
    {
        "grant" => AccessType.Grant,
        "deny" => AccessType.Deny,
        _ => throw NotUnderstood(line),
    };

    private static FormatException NotUnderstood(string line) =>
        new($"""Its access line "{line}" is not understood: write grant or deny, then everyone, everyoneExceptGuests, user <name> or group <name>.""");
}
