namespace Tributary.Directories;

/// <summary>
/// Who there is in a tenant, and in which groups: one authoritative source, asked anew for every query, so that a change holds for the next one. Ids are object
/// ids in lower case; membership through groups in groups ends at cycles.
/// </summary>
/// <remarks>Every member throws <see cref="DirectoryUnavailableException"/> when the source cannot be asked: then nobody may be answered by guessing.</remarks>
internal interface IDirectory
{
    /// <summary>The user of that object id with all groups it is in, transitively; null when there is none. What decides access.</summary>
    ValueTask<DirectoryMembership?> FindMembershipOrNullAsync(string tenantId, string userId, CancellationToken cancellationToken);

    /// <summary>By object id or by user principal name, the latter ignoring case.</summary>
    ValueTask<DirectoryUser?> FindUserOrNullAsync(string tenantId, string idOrName, CancellationToken cancellationToken);

    ValueTask<DirectoryPage<DirectoryUser>> ListUsersAsync(string tenantId, DirectoryQuery<DirectoryUser> query, CancellationToken cancellationToken);

    ValueTask<DirectoryGroup?> FindGroupOrNullAsync(string tenantId, string groupId, CancellationToken cancellationToken);

    /// <summary>A text that is another one once the group has other members; null when there is no such group, or the source tells nothing of the kind.</summary>
    ValueTask<string?> FindGroupVersionOrNullAsync(string tenantId, string groupId, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);

    ValueTask<DirectoryPage<DirectoryGroup>> ListGroupsAsync(string tenantId, DirectoryQuery<DirectoryGroup> query, CancellationToken cancellationToken);

    /// <summary>The members of a group, with those of the groups in it when <paramref name="isTransitive"/>; null when there is no such group.</summary>
    ValueTask<DirectoryPage<DirectoryMember>?> ListMembersOrNullAsync(
        string tenantId, string groupId, bool isTransitive, DirectoryQuery<DirectoryMember> query, CancellationToken cancellationToken);

    /// <summary>The groups that a user or a group is in; null when there is neither.</summary>
    ValueTask<DirectoryPage<DirectoryGroup>?> ListGroupsOfOrNullAsync(
        string tenantId, string memberId, bool isTransitive, DirectoryQuery<DirectoryGroup> query, CancellationToken cancellationToken);

    /// <summary>The application with that client id; null when the directory knows none.</summary>
    ValueTask<DirectoryApplication?> FindApplicationOrNullAsync(string tenantId, string appId, CancellationToken cancellationToken);

    /// <summary>The application whose service principal has that object id; null when the directory knows none, or no applications by these ids.</summary>
    ValueTask<DirectoryApplication?> FindServicePrincipalOrNullAsync(string tenantId, string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DirectoryApplication?>(null);

    /// <summary>The users and groups of these object ids, in their order; an id that names nobody is left out.</summary>
    async ValueTask<IReadOnlyList<DirectoryMember>> FindObjectsAsync(string tenantId, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var found = new List<DirectoryMember>();
        foreach (string id in ids)
        {
            if (await FindUserOrNullAsync(tenantId, id, cancellationToken) is { } user)
            {
                found.Add(new DirectoryMember(user, null));
            }
            else if (await FindGroupOrNullAsync(tenantId, id, cancellationToken) is { } group)
            {
                found.Add(new DirectoryMember(null, group));
            }
        }

        return found;
    }

    ValueTask<DirectoryOrganization> GetOrganizationAsync(string tenantId, CancellationToken cancellationToken);
}

/// <summary>What a directory says of a user who asks.</summary>
/// <param name="User">As it is now.</param>
/// <param name="Groups">Object ids of all groups the user is in, transitively.</param>
internal sealed record DirectoryMembership(DirectoryUser User, IReadOnlySet<string> Groups);

/// <summary>A page of a listing.</summary>
/// <param name="Matches">What belongs in the list; sources that can ask a question of their own read <paramref name="Filter"/> instead.</param>
/// <param name="Filter">The text of <c>$filter</c>, which the OData parser has accepted; null for none.</param>
/// <param name="After">Where the page begins, as the source said in <see cref="DirectoryPage{T}.Next"/>; null for the first page.</param>
/// <param name="Size">At most this many entries.</param>
internal sealed record DirectoryQuery<T>(Func<T, bool> Matches, string? Filter, string? After, int Size);

/// <param name="Entries">In an order of the source's own that does not change from page to page.</param>
/// <param name="Next">Where the next page begins, in the source's own words; null after the last.</param>
internal sealed record DirectoryPage<T>(IReadOnlyList<T> Entries, string? Next);

/// <summary>
/// The directory cannot be asked, so it is not known what the caller may see: answered with 503 and <c>Retry-After</c>, never with a guess.
/// </summary>
/// <param name="message">For the caller: names the kind of source and what to do, no address and no secret.</param>
/// <param name="inner">Why, for the log.</param>
internal sealed class DirectoryUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>In seconds; from the source where it said so.</summary>
    public int RetryAfterSeconds { get; init; } = 5;
}

/// <summary>The directory can be asked, but not this: it takes no such filter. Answered with 400.</summary>
/// <param name="message">For the caller.</param>
internal sealed class DirectoryQuestionRefusedException(string message) : Exception(message);
