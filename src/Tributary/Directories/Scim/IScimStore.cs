using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tributary.Directories.Scim;

/// <summary>A resource as it is kept.</summary>
/// <param name="Id">GUID in lower case.</param>
/// <param name="Version">Raised by each change, of a group's members too.</param>
/// <param name="Body">UTF-8 JSON, without members.</param>
internal sealed record ScimRecord(string Id, DateTimeOffset Created, DateTimeOffset Modified, long Version, byte[] Body)
{
    /// <summary>The moment of creation keeps it from being that of a predecessor of the same id.</summary>
    public string ETag => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"W/\"{Created.ToUnixTimeMilliseconds()}.{Version}\"");

    public JsonObject Parse() => (JsonObject)JsonNode.Parse(Body, ScimText.IgnoringCase, new JsonDocumentOptions { MaxDepth = 128 })!;
}

internal enum ScimOutcome
{
    Done,
    NotFound,

    /// <summary>The version is another than the one that the change relied on.</summary>
    VersionChanged,

    NameTaken,
    TooManyResources,
    TooManyMembers,
}

/// <param name="Record">As it is now; null unless <see cref="ScimOutcome.Done"/>.</param>
internal readonly record struct ScimWritten(ScimOutcome Outcome, ScimRecord? Record);

/// <summary>How many there may be.</summary>
internal readonly record struct ScimLimits(int MaxResources, int MaxMembers);

/// <param name="PreferredId">A GUID that becomes the id when no resource of the tenant has it; null for none.</param>
/// <param name="OtherId">The id otherwise.</param>
internal sealed record ScimNew(string? PreferredId, string OtherId, ScimContent Content, IReadOnlyList<string> Members, DateTimeOffset Now);

/// <param name="Expected">The version that the change relies on; null for none.</param>
/// <param name="Content">Null leaves the attributes as they are.</param>
/// <param name="Members">Carried out in their order.</param>
internal sealed record ScimChange(string Id, long? Expected, ScimContent? Content, IReadOnlyList<ScimMemberChange> Members, DateTimeOffset Now);

/// <summary>An index by which resources are found.</summary>
internal enum ScimIndex
{
    None,

    /// <summary>Folded <c>userName</c>.</summary>
    Name,

    /// <summary>Folded <c>displayName</c>.</summary>
    DisplayName,

    ExternalId,

    /// <summary>Groups that a member is in, not through others.</summary>
    Member,
}

internal readonly record struct ScimLookup(ScimIndex Index, string Value)
{
    public static readonly ScimLookup All = new(ScimIndex.None, "");
}

/// <summary>Users, groups and who is in which, of tenants whose directory is provisioned. Tenants are GUIDs in lower case; what is listed comes in the order of ids.</summary>
internal interface IScimStore
{
    ValueTask<ScimRecord?> FindOrNullAsync(string tenant, ScimKind kind, string id, CancellationToken cancellationToken);

    /// <summary>At most <paramref name="max"/> with ids after <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<ScimRecord>> ListAsync(string tenant, ScimKind kind, ScimLookup lookup, string after, int max, CancellationToken cancellationToken);

    /// <summary>At most <paramref name="max"/> after the first <paramref name="skip"/>.</summary>
    ValueTask<IReadOnlyList<ScimRecord>> ListFromAsync(string tenant, ScimKind kind, int skip, int max, CancellationToken cancellationToken);

    ValueTask<int> CountAsync(string tenant, ScimKind kind, CancellationToken cancellationToken);

    ValueTask<ScimWritten> CreateAsync(string tenant, ScimKind kind, ScimNew resource, ScimLimits limits, CancellationToken cancellationToken);

    /// <summary>A change that changes nothing leaves version and time as they are.</summary>
    ValueTask<ScimWritten> UpdateAsync(string tenant, ScimKind kind, ScimChange change, ScimLimits limits, CancellationToken cancellationToken);

    /// <summary>Deletes the resource, its members and its memberships.</summary>
    /// <param name="expected">The version that the client relies on; null for none.</param>
    ValueTask<ScimOutcome> DeleteAsync(string tenant, ScimKind kind, string id, long? expected, DateTimeOffset now, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<ScimMember>> ListMembersAsync(string tenant, string groupId, string after, int max, CancellationToken cancellationToken);

    /// <summary>Those of these ids that are members of the group.</summary>
    ValueTask<IReadOnlyList<ScimMember>> FindMembersAsync(string tenant, string groupId, IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>The user and the ids of all groups it is in, through others too, out of one state of the database; null when there is no such user.</summary>
    ValueTask<(ScimRecord User, IReadOnlySet<string> Groups)?> FindMembershipOrNullAsync(string tenant, string userId, CancellationToken cancellationToken);

    /// <summary>Members of a group that are there, of both kinds.</summary>
    ValueTask<IReadOnlyList<(ScimKind Kind, ScimRecord Record)>> ListMembersAsync(
        string tenant, string groupId, bool isTransitive, string after, int max, CancellationToken cancellationToken);

    /// <summary>Groups that a user or a group is in; null when there is neither.</summary>
    ValueTask<IReadOnlyList<ScimRecord>?> ListGroupsOfOrNullAsync(
        string tenant, string memberId, bool isTransitive, string after, int max, CancellationToken cancellationToken);
}
