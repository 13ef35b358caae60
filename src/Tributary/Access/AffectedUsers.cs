using Tributary.Acls;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Groups;

namespace Tributary.Access;

/// <summary>Finds the users that principals stand for, down through groups, as far as they can be listed and up to a number.</summary>
/// <param name="connection">Whose external groups.</param>
/// <param name="services">Store and directory.</param>
/// <param name="added">Members that would come; those that would go are still gone through, as for them something changes.</param>
/// <param name="max">At most so many users, and ten times as many groups.</param>
internal sealed class AffectedUsers(StoredConnection connection, AccessServices services, IEnumerable<Membership> added, int max)
{
    private const int PageSize = 500;
    private const int GroupsForEachUser = 10;

    private readonly IDirectory? _directory = services.Directories.OfOrNull(connection.TenantId);
    private readonly ILookup<Principal, Principal> _added = added.ToLookup(membership => membership.Group, membership => membership.Member);
    private readonly HashSet<string> _users = [];
    private readonly HashSet<Principal> _seen = [];
    private readonly List<Principal> _unlisted = [];

    /// <summary>Object ids, in the order in which they were found.</summary>
    public IReadOnlyCollection<string> Users => _users;

    /// <summary>Those whose users nobody can list, as no directory is configured.</summary>
    public IReadOnlyList<Principal> Unlisted => _unlisted;

    /// <summary>There are more.</summary>
    public bool IsTruncated { get; private set; }

    public async Task AddAsync(IEnumerable<Principal> principals, CancellationToken cancellationToken)
    {
        var open = new Queue<Principal>(principals);
        while (open.TryDequeue(out Principal principal) && !IsTruncated)
        {
            if (!_seen.Add(principal))
            {
                continue;
            }

            if (principal.Type == AclType.User)
            {
                AddUser(principal.Value);
                continue;
            }

            if (_seen.Count > (long)max * GroupsForEachUser)
            {
                IsTruncated = true;
                return;
            }

            await foreach (Principal member in MembersOfAsync(principal, cancellationToken))
            {
                // Users at once, so that the reading of a large group ends where no more are taken.
                if (member.Type != AclType.User)
                {
                    open.Enqueue(member);
                }
                else if (!AddUser(member.Value))
                {
                    return;
                }
            }
        }
    }

    private bool AddUser(string userId)
    {
        if (_users.Count == max && !_users.Contains(userId))
        {
            IsTruncated = true;
            return false;
        }

        _users.Add(userId);
        return true;
    }

    private async IAsyncEnumerable<Principal> MembersOfAsync(
        Principal group, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (Principal member in _added[group])
        {
            yield return member;
        }

        IAsyncEnumerable<Principal> members = group.Type switch
        {
            AclType.ExternalGroup => MembersOfExternalGroupAsync(group.Value, cancellationToken),
            AclType.Group => PagesAsync(group, (directory, after) => MembersOfEntraGroupAsync(directory, group.Value, after, cancellationToken)),
            _ => PagesAsync(group, (directory, after) => AllUsersAsync(directory, after, cancellationToken)),
        };
        await foreach (Principal member in members)
        {
            yield return member;
        }
    }

    private async IAsyncEnumerable<Principal> MembersOfExternalGroupAsync(
        string group, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string after = "";
        while (await services.Groups.ListMembersOrNullAsync(connection.Key, group, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (Identity member in page)
            {
                yield return MembershipChange.PrincipalOf(member);
            }

            after = page[^1].Id;
        }
    }

    private async IAsyncEnumerable<Principal> PagesAsync(Principal of, Func<IDirectory, string?, ValueTask<(IEnumerable<Principal> Members, string? Next)>> read)
    {
        if (_directory is null)
        {
            _unlisted.Add(of);
            yield break;
        }

        string? after = null;
        do
        {
            (IEnumerable<Principal> members, after) = await read(_directory, after);
            foreach (Principal member in members)
            {
                yield return member;
            }
        }
        while (after is not null);
    }

    private async ValueTask<(IEnumerable<Principal> Members, string? Next)> MembersOfEntraGroupAsync(
        IDirectory directory, string group, string? after, CancellationToken cancellationToken)
    {
        DirectoryPage<DirectoryMember>? page = await directory.ListMembersOrNullAsync(
            connection.TenantId, group, isTransitive: false, new DirectoryQuery<DirectoryMember>(_ => true, null, after, PageSize), cancellationToken);
        return (page?.Entries.Select(member => new Principal(member.User is null ? AclType.Group : AclType.User, member.Id)) ?? [], page?.Next);
    }

    private async ValueTask<(IEnumerable<Principal> Members, string? Next)> AllUsersAsync(IDirectory directory, string? after, CancellationToken cancellationToken)
    {
        DirectoryPage<DirectoryUser> page = await directory.ListUsersAsync(
            connection.TenantId, new DirectoryQuery<DirectoryUser>(_ => true, null, after, PageSize), cancellationToken);
        return (page.Entries.Select(user => new Principal(AclType.User, user.Id)), page.Next);
    }
}
