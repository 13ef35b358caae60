using System.Globalization;
using System.Text;
using System.Text.Json;
using Tributary.Telemetry;

namespace Tributary.Directories.MicrosoftGraph;

/// <summary>
/// Microsoft Graph as the directory of a tenant: Entra ID, or whatever else speaks that part of it. What decides access, the transitive groups of a user, is
/// remembered for the stated staleness; lists are handed through with the source's own pages and filters.
/// </summary>
internal sealed class GraphDirectory : IDirectory, IDisposable
{
    private const int PageSize = 999;

    private readonly GraphUpstream _graph;
    private readonly int _maxGroups;
    private readonly RememberedMemberships _memberships;

    public GraphDirectory(GraphUpstream graph, GraphDirectoryOptions options, TimeProvider time, CacheMetrics metrics, ILogger<GraphDirectory> logger)
    {
        _graph = graph;
        _maxGroups = options.MaxGroups;
        _memberships = new RememberedMemberships(ReadMembershipAsync, options, time, metrics, logger);
    }

    public async ValueTask<DirectoryMembership?> FindMembershipOrNullAsync(string tenantId, string userId, CancellationToken cancellationToken) =>
        GuidText.TryRead(userId, out Guid id)
            ? await _memberships.GetAsync(new RememberedMemberships.Key(tenantId, id.ToString("D")), cancellationToken)
            : null;

    public async ValueTask<DirectoryUser?> FindUserOrNullAsync(string tenantId, string idOrName, CancellationToken cancellationToken)
    {
        // In quotes, as a name may begin with $, and escaped, as that of a guest has a #.
        string key = GuidText.TryRead(idOrName, out Guid id)
            ? "/" + id.ToString("D")
            : $"('{Uri.EscapeDataString(idOrName.Replace("'", "''", StringComparison.Ordinal))}')";
        return await _graph.GetOrNullAsync(tenantId, $"/users{key}?$select={GraphAnswers.UserMembers}", cancellationToken) is { } user ? GraphAnswers.UserOf(user) : null;
    }

    public async ValueTask<DirectoryPage<DirectoryUser>> ListUsersAsync(string tenantId, DirectoryQuery<DirectoryUser> query, CancellationToken cancellationToken) =>
        await ListOrNullAsync(tenantId, "/users", GraphAnswers.UserMembers, query, user => GraphAnswers.UserOf(user), cancellationToken)
            ?? throw GraphAnswers.Broken("there is no list of users");

    public async ValueTask<DirectoryGroup?> FindGroupOrNullAsync(string tenantId, string groupId, CancellationToken cancellationToken) =>
        GuidText.TryRead(groupId, out Guid id)
        && await _graph.GetOrNullAsync(tenantId, $"/groups/{id:D}?$select={GraphAnswers.GroupMembers}", cancellationToken) is { } group
            ? GraphAnswers.GroupOf(group)
            : null;

    public async ValueTask<DirectoryPage<DirectoryGroup>> ListGroupsAsync(string tenantId, DirectoryQuery<DirectoryGroup> query, CancellationToken cancellationToken) =>
        await ListOrNullAsync(tenantId, "/groups", GraphAnswers.GroupMembers, query, group => GraphAnswers.GroupOf(group), cancellationToken)
            ?? throw GraphAnswers.Broken("there is no list of groups");

    public async ValueTask<DirectoryPage<DirectoryMember>?> ListMembersOrNullAsync(
        string tenantId, string groupId, bool isTransitive, DirectoryQuery<DirectoryMember> query, CancellationToken cancellationToken) =>
        GuidText.TryRead(groupId, out Guid id)
            ? await ListOrNullAsync(
                tenantId,
                $"/groups/{id:D}/{(isTransitive ? "transitiveMembers" : "members")}",
                $"{GraphAnswers.UserMembers},description",
                query,
                GraphAnswers.MemberOrNull,
                cancellationToken)
            : null;

    public async ValueTask<DirectoryPage<DirectoryGroup>?> ListGroupsOfOrNullAsync(
        string tenantId, string memberId, bool isTransitive, DirectoryQuery<DirectoryGroup> query, CancellationToken cancellationToken)
    {
        if (!GuidText.TryRead(memberId, out Guid id))
        {
            return null;
        }

        string list = $"{id:D}/{(isTransitive ? "transitiveMemberOf" : "memberOf")}/microsoft.graph.group";
        return await ListAsync("/users/" + list) ?? await ListAsync("/groups/" + list);

        ValueTask<DirectoryPage<DirectoryGroup>?> ListAsync(string path) =>
            ListOrNullAsync(tenantId, path, GraphAnswers.GroupMembers, query, group => GraphAnswers.GroupOf(group), cancellationToken);
    }

    public async ValueTask<DirectoryApplication?> FindApplicationOrNullAsync(string tenantId, string appId, CancellationToken cancellationToken)
    {
        if (!GuidText.TryRead(appId, out Guid id))
        {
            return null;
        }

        Task<JsonElement?> principal = _graph.GetOrNullAsync(tenantId, $"/servicePrincipals(appId='{id:D}')?$select={GraphAnswers.ApplicationMembers}", cancellationToken);
        Task<JsonElement?> registration = _graph.GetOrNullAsync(tenantId, $"/applications(appId='{id:D}')?$select=id,appId", cancellationToken);
        await Task.WhenAll(principal, registration);
        return await principal is { } found
            ? GraphAnswers.ApplicationOf(found) with { RegistrationId = await registration is { } application ? GraphAnswers.IdOf(application) : null }
            : null;
    }

    public async ValueTask<DirectoryApplication?> FindServicePrincipalOrNullAsync(string tenantId, string id, CancellationToken cancellationToken) =>
        GuidText.TryRead(id, out Guid objectId)
        && await _graph.GetOrNullAsync(tenantId, $"/servicePrincipals/{objectId:D}?$select={GraphAnswers.ApplicationMembers}", cancellationToken) is { } principal
            ? GraphAnswers.ApplicationOf(principal)
            : null;

    public async ValueTask<IReadOnlyList<DirectoryMember>> FindObjectsAsync(string tenantId, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        JsonElement answer = await _graph.PostAsync(tenantId, "/directoryObjects/getByIds", new GetByIdsBody(ids, ["user", "group"]), cancellationToken);
        var found = GraphUpstream.Entries(answer).Select(GraphAnswers.MemberOrNull).OfType<DirectoryMember>().ToDictionary(member => member.Id, StringComparer.Ordinal);
        return [.. ids.Where(found.ContainsKey).Select(id => found[id])];
    }

    public async ValueTask<DirectoryOrganization> GetOrganizationAsync(string tenantId, CancellationToken cancellationToken) =>
        await _graph.GetOrNullAsync(tenantId, "/organization?$select=id,displayName,verifiedDomains", cancellationToken) is { } list
        && GraphUpstream.Entries(list).FirstOrDefault() is { ValueKind: JsonValueKind.Object } organization
            ? GraphAnswers.OrganizationOf(organization, tenantId)
            : throw GraphAnswers.Broken("there is no organization");

    public void Dispose() => _memberships.Dispose();

    private async Task<DirectoryMembership?> ReadMembershipAsync(RememberedMemberships.Key key, CancellationToken cancellationToken)
    {
        // Both at once: the groups of a user who is not there are 404 as well.
        Task<DirectoryUser?> user = FindUserOrNullAsync(key.TenantId, key.UserId, cancellationToken).AsTask();
        Task<HashSet<string>?> groups = ReadGroupsOrNullAsync(key.TenantId, key.UserId, cancellationToken);
        await Task.WhenAll(user, groups);
        if (await user is not { } found || await groups is not { } ids)
        {
            return null;
        }

        return found.Id == key.UserId ? new DirectoryMembership(found, ids) : throw GraphAnswers.Broken("the user is another one");
    }

    /// <summary>All of them or none: a list that was cut short would miss a group that is denied.</summary>
    private async Task<HashSet<string>?> ReadGroupsOrNullAsync(string tenantId, string userId, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        string? path = $"/users/{userId}/transitiveMemberOf/microsoft.graph.group?$select=id&$top={PageSize}";
        for (int pages = 0; path is not null; pages++)
        {
            if (await _graph.GetOrNullAsync(tenantId, path, cancellationToken) is not { } page)
            {
                return pages == 0 ? null : throw GraphAnswers.Broken("a page is not there");
            }

            ids.UnionWith(GraphUpstream.Entries(page).Select(GraphAnswers.IdOf));
            if (ids.Count > _maxGroups || pages > _maxGroups)
            {
                throw new DirectoryUnavailableException(string.Create(
                    CultureInfo.InvariantCulture, $"The user is in more than {_maxGroups} groups, which is the limit of this server (Directory:Graph:MaxGroups)."));
            }

            path = _graph.NextOrNull(page);
        }

        return ids;
    }

    /// <summary>A page of a list, in the source's order and by its filter; null when what the list belongs to is not there.</summary>
    private async ValueTask<DirectoryPage<T>?> ListOrNullAsync<T>(
        string tenantId, string list, string members, DirectoryQuery<T> query, Func<JsonElement, T?> read, CancellationToken cancellationToken)
        where T : class =>
        await ListOrNullAsync(tenantId, list, members, query, entity => read(entity) is { } found ? [found] : [], cancellationToken);

    private async ValueTask<DirectoryPage<DirectoryMember>?> ListOrNullAsync(
        string tenantId, string list, string members, DirectoryQuery<DirectoryMember> query, Func<JsonElement, DirectoryMember?> read, CancellationToken cancellationToken) =>
        await ListOrNullAsync(tenantId, list, members, query, entity => read(entity) is { } found ? [found] : [], cancellationToken);

    private async ValueTask<DirectoryPage<T>?> ListOrNullAsync<T>(
        string tenantId, string list, string members, DirectoryQuery<T> query, Func<JsonElement, T[]> read, CancellationToken cancellationToken)
    {
        string path = query.After ?? FirstPage(list, members, query.Filter, query.Size);
        if (await _graph.GetOrNullAsync(tenantId, path, cancellationToken) is not { } page)
        {
            return null;
        }

        // What the source cannot be asked, such as a cast, is left out here.
        T[] entries = [.. GraphUpstream.Entries(page).SelectMany(read).Where(query.Matches)];
        return new DirectoryPage<T>(entries, _graph.NextOrNull(page));
    }

    private static string FirstPage(string list, string members, string? filter, int size)
    {
        var path = new StringBuilder(list).Append("?$select=").Append(members).Append(CultureInfo.InvariantCulture, $"&$top={Math.Clamp(size, 1, PageSize)}&$count=true");
        return filter is null ? path.ToString() : path.Append("&$filter=").Append(Uri.EscapeDataString(filter)).ToString();
    }
}
