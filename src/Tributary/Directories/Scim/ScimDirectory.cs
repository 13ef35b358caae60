using Tributary.Directories.Seed;

namespace Tributary.Directories.Scim;

/// <summary>The directory of tenants whose users and groups an identity provider provisions here. Nothing is kept outside of the database.</summary>
/// <param name="store">Users, groups and members.</param>
/// <param name="seed">Tells what the tenant is called, which SCIM does not: the seed file where it names the tenant, else its default.</param>
internal sealed class ScimDirectory(IScimStore store, SeedDirectory seed) : IDirectory
{
    /// <summary>Of a list of which little matches; every batch begins with the groups anew, and must not hold a reader for long.</summary>
    private const int MaxBatch = 2000;

    public async ValueTask<DirectoryMembership?> FindMembershipOrNullAsync(string tenantId, string userId, CancellationToken cancellationToken) =>
        await store.FindMembershipOrNullAsync(tenantId, ScimText.Id(userId), cancellationToken) is { } found
            ? new DirectoryMembership(ScimBody.ToUser(found.User), found.Groups)
            : null;

    public async ValueTask<DirectoryUser?> FindUserOrNullAsync(string tenantId, string idOrName, CancellationToken cancellationToken)
    {
        // A GUID is an id and never a name: whoever is provisioned with the id of another for a userName is not taken for him.
        ScimRecord? record = GuidText.LowerOrNull(idOrName) is { } id
            ? await store.FindOrNullAsync(tenantId, ScimKind.User, id, cancellationToken)
            : (await store.ListAsync(tenantId, ScimKind.User, new ScimLookup(ScimIndex.Name, ScimText.Fold(idOrName)), "", 1, cancellationToken)).SingleOrDefault();
        return record is null ? null : ScimBody.ToUser(record);
    }

    public async ValueTask<DirectoryPage<DirectoryUser>> ListUsersAsync(string tenantId, DirectoryQuery<DirectoryUser> query, CancellationToken cancellationToken) =>
        (await PageOrNullAsync(
            query,
            async (after, max) => [.. (await store.ListAsync(tenantId, ScimKind.User, ScimLookup.All, after, max, cancellationToken)).Select(ScimBody.ToUser)],
            user => user.Id))!;

    public async ValueTask<DirectoryGroup?> FindGroupOrNullAsync(string tenantId, string groupId, CancellationToken cancellationToken) =>
        await store.FindOrNullAsync(tenantId, ScimKind.Group, ScimText.Id(groupId), cancellationToken) is { } record ? ScimBody.ToGroup(record) : null;

    public async ValueTask<string?> FindGroupVersionOrNullAsync(string tenantId, string groupId, CancellationToken cancellationToken) =>
        (await store.FindOrNullAsync(tenantId, ScimKind.Group, ScimText.Id(groupId), cancellationToken))?.ETag;

    public async ValueTask<DirectoryPage<DirectoryGroup>> ListGroupsAsync(string tenantId, DirectoryQuery<DirectoryGroup> query, CancellationToken cancellationToken) =>
        (await PageOrNullAsync(
            query,
            async (after, max) => [.. (await store.ListAsync(tenantId, ScimKind.Group, ScimLookup.All, after, max, cancellationToken)).Select(ScimBody.ToGroup)],
            group => group.Id))!;

    public async ValueTask<DirectoryPage<DirectoryMember>?> ListMembersOrNullAsync(
        string tenantId, string groupId, bool isTransitive, DirectoryQuery<DirectoryMember> query, CancellationToken cancellationToken)
    {
        string id = ScimText.Id(groupId);
        return await store.FindOrNullAsync(tenantId, ScimKind.Group, id, cancellationToken) is null
            ? null
            : await PageOrNullAsync(
                query,
                async (after, max) =>
                [
                    .. (await store.ListMembersAsync(tenantId, id, isTransitive, after, max, cancellationToken)).Select(member => member.Kind == ScimKind.User
                        ? new DirectoryMember(ScimBody.ToUser(member.Record), null)
                        : new DirectoryMember(null, ScimBody.ToGroup(member.Record))),
                ],
                member => member.Id);
    }

    public ValueTask<DirectoryPage<DirectoryGroup>?> ListGroupsOfOrNullAsync(
        string tenantId, string memberId, bool isTransitive, DirectoryQuery<DirectoryGroup> query, CancellationToken cancellationToken)
    {
        string id = ScimText.Id(memberId);
        return PageOrNullAsync(
            query,
            async (after, max) => await store.ListGroupsOfOrNullAsync(tenantId, id, isTransitive, after, max, cancellationToken) is { } groups
                ? [.. groups.Select(ScimBody.ToGroup)]
                : null,
            group => group.Id);
    }

    /// <summary>SCIM provisions no applications: what one is called and may do is in its token.</summary>
    public ValueTask<DirectoryApplication?> FindApplicationOrNullAsync(string tenantId, string appId, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DirectoryApplication?>(null);

    public ValueTask<DirectoryOrganization> GetOrganizationAsync(string tenantId, CancellationToken cancellationToken) =>
        seed.GetOrganizationAsync(tenantId, cancellationToken);

    /// <summary>
    /// Reads batch after batch until the page is full, as only here it is known what matches: first what the page takes if all do, then more each time. Null when the first
    /// batch is.
    /// </summary>
    private static async ValueTask<DirectoryPage<T>?> PageOrNullAsync<T>(
        DirectoryQuery<T> query, Func<string, int, ValueTask<IReadOnlyList<T>?>> readOrNull, Func<T, string> id)
    {
        var entries = new List<T>();
        string after = query.After ?? "";

        // One more tells whether there is a next page.
        int max = query.Size == 0 ? 0 : query.Size + 1;
        while (await readOrNull(after, max) is { } batch)
        {
            foreach (T entry in batch.Where(query.Matches))
            {
                if (entries.Count == query.Size)
                {
                    return new DirectoryPage<T>(entries, id(entries[^1]));
                }

                entries.Add(entry);
            }

            if (batch.Count < max || max == 0)
            {
                return new DirectoryPage<T>(entries, null);
            }

            after = id(batch[^1]);
            max = Math.Min(2 * max, MaxBatch);
        }

        return null;
    }
}
