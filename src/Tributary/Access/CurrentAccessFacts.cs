using Tributary.Acls;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Directories.MicrosoftGraph;

namespace Tributary.Access;

/// <summary>What the request says of its user because no directory does, as his token would.</summary>
/// <param name="UserId">Of whom; lower-case.</param>
/// <param name="Groups">Object ids of his Entra groups, lower-case; null: not said.</param>
/// <param name="IsGuest">Null: not said.</param>
/// <param name="HasGroupsOverage">His token does not carry all groups.</param>
internal sealed record StatedUser(string? UserId, IReadOnlySet<string>? Groups, bool? IsGuest, bool HasGroupsOverage)
{
    public static readonly StatedUser Nobody = new(null, null, null, false);

    /// <summary>Whether his account was enabled at the past moment that is asked about; null: not said.</summary>
    public bool? WasEnabled { get; init; }
}

/// <summary>Access as it is now: the store's and the directory's word. Made for one request, and asks nobody twice.</summary>
internal sealed class CurrentAccessFacts : IAccessFacts
{
    private const int PageSize = 999;

    /// <summary>Each costs a call over the network, one after the other.</summary>
    private const int MaxRemoteQuestions = 200;

    private const int MaxLocalQuestions = 20_000;

    private static readonly IReadOnlySet<string> NoGroups = new HashSet<string>();

    private readonly StoredConnection _connection;
    private readonly StatedUser _stated;
    private readonly AccessServices _services;
    private readonly IDirectory? _directory;
    private readonly Dictionary<string, UserFacts> _users = [];
    private readonly Dictionary<Principal, IReadOnlyList<Principal>> _externalGroups = [];
    private readonly Dictionary<Principal, IReadOnlyList<Principal>> _entraGroups = [];
    private readonly int _maxQuestions;

    public CurrentAccessFacts(StoredConnection connection, StatedUser stated, AccessServices services)
    {
        _connection = connection;
        _stated = stated;
        _services = services;
        _directory = services.Directories.OfOrNull(connection.TenantId);
        _maxQuestions = _directory is GraphDirectory ? MaxRemoteQuestions : MaxLocalQuestions;
        At = services.Time.GetUtcNow();
    }

    public DateTimeOffset At { get; }

    /// <summary>What the request says in the place of a token.</summary>
    public StatedUser Stated => _stated;

    public ValueTask<ItemFacts?> FindItemOrNullAsync(string itemId, CancellationToken cancellationToken) =>
        _services.Store.FindItemOrNullAsync(_connection.Key, itemId, cancellationToken);

    public async ValueTask<UserFacts> ReadUserAsync(string userId, CancellationToken cancellationToken)
    {
        if (!_users.TryGetValue(userId, out UserFacts? user))
        {
            StatedUser stated = userId == _stated.UserId ? _stated : StatedUser.Nobody;
            user = _directory is null ? OfToken(userId, stated) : OfDirectory(
                userId, await _directory.FindMembershipOrNullAsync(_connection.TenantId, userId, cancellationToken), stated);
            _users.Add(userId, user);
        }

        return user;
    }

    public async ValueTask<IReadOnlyList<string>> FindExternalGroupsAsync(UserFacts user, int max, CancellationToken cancellationToken) =>
        (await _services.Groups.FindGroupsOfAsync([_connection.Key], user.Id, user.Groups, max, cancellationToken))[0];

    public async ValueTask<IReadOnlyList<Membership>> FindDirectExternalGroupsAsync(IReadOnlyCollection<Principal> members, CancellationToken cancellationToken)
    {
        Principal[] asked = [.. members.Where(member => !_externalGroups.ContainsKey(member))];
        if (asked.Length > 0)
        {
            ILookup<Principal, Principal> found = (await _services.Store.FindDirectGroupsAsync(_connection.Key, asked, cancellationToken))
                .ToLookup(membership => membership.Member, membership => membership.Group);
            foreach (Principal member in asked)
            {
                _externalGroups[member] = [.. found[member]];
            }
        }

        return [.. members.SelectMany(member => _externalGroups[member].Select(group => new Membership(member, group)))];
    }

    public async ValueTask<IReadOnlyList<Membership>> FindDirectGroupsAsync(IReadOnlyCollection<Principal> members, CancellationToken cancellationToken)
    {
        var found = new List<Membership>(await FindDirectExternalGroupsAsync(members, cancellationToken));
        foreach (Principal member in members.Where(member => member.Type is AclType.User or AclType.Group))
        {
            if (!_entraGroups.TryGetValue(member, out IReadOnlyList<Principal>? groups))
            {
                groups = [.. (await ReadDirectEntraGroupsAsync(member, cancellationToken)).Select(group => new Principal(AclType.Group, group))];
                _entraGroups.Add(member, groups);
            }

            found.AddRange(groups.Select(group => new Membership(member, group)));
        }

        return found;
    }

    public async ValueTask<GroupFacts?> FindGroupOrNullAsync(Principal group, CancellationToken cancellationToken)
    {
        if (group.Type == AclType.ExternalGroup)
        {
            return await _services.Store.FindGroupOrNullAsync(_connection.Key, group.Value, cancellationToken);
        }

        return _directory is not null && await _directory.FindGroupOrNullAsync(_connection.TenantId, group.Value, cancellationToken) is { } found
            ? new GroupFacts(found.DisplayName, await _directory.FindGroupVersionOrNullAsync(_connection.TenantId, group.Value, cancellationToken))
            : null;
    }

    private static UserFacts OfToken(string userId, StatedUser stated) => new()
    {
        Id = userId,
        IsKnown = null,
        IsGuest = stated.IsGuest ?? false,
        IsGuestFrom = stated.IsGuest is null ? FactSource.Default : FactSource.Request,
        Groups = stated.Groups ?? NoGroups,
        GroupsFrom = stated.Groups is null ? FactSource.Unknown : FactSource.Request,
        HasUnknownGroups = stated.Groups is null,
        HasGroupsOverage = stated.HasGroupsOverage,
    };

    private static UserFacts OfDirectory(string userId, DirectoryMembership? membership, StatedUser stated)
    {
        UserStanding standing = UserStanding.Of(membership, stated.IsGuest);
        return new UserFacts
        {
            Id = userId,
            IsKnown = membership is not null,
            IsEnabled = membership?.User.IsEnabled ?? true,
            IsGuest = standing.IsGuest,
            IsGuestFrom = membership?.User.IsGuest is not null ? FactSource.Directory
                : stated.IsGuest is not null ? FactSource.Request
                : membership is null ? FactSource.Unknown : FactSource.Default,
            Groups = standing.Groups,
            GroupsFrom = membership is null ? FactSource.Unknown : FactSource.Directory,
            HasUnknownGroups = standing.HasUnknownGroups,
            DisplayName = membership?.User.DisplayName,
        };
    }

    private async ValueTask<IReadOnlyList<string>> ReadDirectEntraGroupsAsync(Principal member, CancellationToken cancellationToken)
    {
        if (_directory is null)
        {
            return member.Type == AclType.User && member.Value == _stated.UserId && _stated.Groups is { } stated ? [.. stated.Order(StringComparer.Ordinal)] : [];
        }

        if (_entraGroups.Count >= _maxQuestions)
        {
            throw new DirectoryQuestionRefusedException(
                $"The directory would have to be asked about more than {_maxQuestions} users and groups, one by one, which is the limit of an explanation.");
        }

        var groups = new List<string>();
        string? after = null;
        do
        {
            DirectoryPage<DirectoryGroup>? page = await _directory.ListGroupsOfOrNullAsync(
                _connection.TenantId, member.Value, isTransitive: false, new DirectoryQuery<DirectoryGroup>(_ => true, null, after, PageSize), cancellationToken);
            groups.AddRange(page?.Entries.Select(group => group.Id) ?? []);
            after = page?.Next;
        }
        while (after is not null);

        return groups;
    }
}
