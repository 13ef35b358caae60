using Tributary.Acls;
using Tributary.Groups;

namespace Tributary.Tests.Access;

/// <summary>
/// Tenants, their directories, their connections' external groups and access lists, in memory; and who may see what, said a second time. It walks from each entry of a list down
/// to whoever is in it, and shares no code with <see cref="AclEvaluator"/>, <see cref="AccessPrincipals"/> or any store.
/// </summary>
internal sealed class AccessWorld
{
    private readonly DirectoryWorld[] _directories = [.. Enumerable.Range(0, AccessNames.Tenants).Select(_ => new DirectoryWorld())];
    private readonly ConnectionWorld[,] _connections = new ConnectionWorld[AccessNames.Tenants, AccessNames.Connections];

    public AccessWorld()
    {
        for (int i = 0; i < _connections.Length; i++)
        {
            _connections[i / AccessNames.Connections, i % AccessNames.Connections] = new ConnectionWorld();
        }
    }

    private enum Truth
    {
        No,
        Yes,

        /// <summary>The directory does not know the user, so nobody can tell.</summary>
        Unknown,
    }

    /// <summary>The lists of a connection in the order in which they came.</summary>
    public IReadOnlyList<Acl> AclsOf(int tenant, int connection) => _connections[tenant, connection].Acls;

    /// <summary>Whether the change was to something that is there.</summary>
    public bool Apply(AccessChange change)
    {
        DirectoryWorld directory = _directories[change.Tenant];
        ConnectionWorld connection = _connections[change.Tenant, change.Connection];
        string group = AccessNames.Groups.At(change.Subject);
        string externalGroup = AccessNames.ExternalGroups.At(change.Subject);
        switch (change.Kind)
        {
            case AccessChangeKind.AddUser:
                return directory.Users.TryAdd(AccessNames.Users.At(change.Subject), change.IsGuest);
            case AccessChangeKind.DeleteUser:
                return directory.Users.Remove(AccessNames.Users.At(change.Subject)) && directory.Forget(AccessNames.Users.At(change.Subject));
            case AccessChangeKind.AddGroup:
                return directory.Groups.TryAdd(group, []);
            case AccessChangeKind.DeleteGroup:
                return directory.Groups.Remove(group) && directory.Forget(group);
            case AccessChangeKind.AddMember:
                return directory.Groups.TryGetValue(group, out HashSet<string>? joined) && joined.Add(AccessNames.Members.At(change.Member));
            case AccessChangeKind.RemoveMember:
                return directory.Groups.TryGetValue(group, out HashSet<string>? left) && left.Remove(AccessNames.Members.At(change.Member));
            case AccessChangeKind.AddExternalGroup:
                return connection.Groups.TryAdd(externalGroup, []);
            case AccessChangeKind.DeleteExternalGroup:
                return connection.Groups.Remove(externalGroup);
            case AccessChangeKind.AddExternalMember:
                return connection.Groups.TryGetValue(externalGroup, out HashSet<Identity>? entered) && entered.Add(Fold(AccessNames.Identities.At(change.Member)));
            case AccessChangeKind.RemoveExternalMember:
                return connection.Groups.TryGetValue(externalGroup, out HashSet<Identity>? gone) && gone.Remove(Fold(AccessNames.Identities.At(change.Member)));
            default:
                connection.Acls.Add(change.Acl);
                return true;
        }
    }

    /// <summary>What the specification says.</summary>
    /// <param name="tenant">Of the user and the item.</param>
    /// <param name="connection">Of the item.</param>
    /// <param name="acl">The item's.</param>
    /// <param name="user">Who asks; null for an application.</param>
    /// <param name="tokenGuest">What the token says of guests; null for nothing.</param>
    public bool IsVisible(int tenant, int connection, Acl acl, string? user, bool? tokenGuest)
    {
        if (user is null)
        {
            return false;
        }

        DirectoryWorld directory = _directories[tenant];
        bool isKnown = directory.Users.TryGetValue(user, out bool? directoryGuest);
        bool? isGuest = isKnown ? directoryGuest ?? tokenGuest ?? false : tokenGuest;
        bool isGranted = false;
        foreach (AclEntry entry in acl.Entries)
        {
            Truth isMeant = entry.Type switch
            {
                AclType.User => Of(entry.Value.Equals(user, StringComparison.OrdinalIgnoreCase)),
                AclType.Group => isKnown ? Of(directory.Has(entry.Value.ToLowerInvariant(), user, [])) : Truth.Unknown,
                AclType.ExternalGroup => _connections[tenant, connection].Has(entry.Value, user, isKnown ? directory : null, []) ? Truth.Yes
                    : isKnown ? Truth.No
                    : Truth.Unknown,
                AclType.Everyone => Truth.Yes,
                AclType.EveryoneExceptGuests => isGuest is { } guest ? Of(!guest) : Truth.Unknown,
                _ => throw new InvalidOperationException($"Nobody drew {entry.Type}."),
            };
            if (entry.AccessType == AccessType.Grant)
            {
                isGranted |= isMeant == Truth.Yes;
            }
            else if (isMeant != Truth.No)
            {
                return false;
            }
        }

        return isGranted;
    }

    /// <summary>What the server makes of the user before it asks for lists, found the other way round: from him up to all he is in.</summary>
    public AccessPrincipals PrincipalsOf(int tenant, int connection, string user, bool? tokenGuest)
    {
        DirectoryWorld directory = _directories[tenant];
        bool isKnown = directory.Users.TryGetValue(user, out bool? directoryGuest);
        HashSet<string> groups = isKnown ? Closure([user], directory.Groups) : [user];
        HashSet<Identity> identities = Closure(
            [.. groups.Select(id => new Identity(id, id == user ? IdentityType.User : IdentityType.Group))],
            _connections[tenant, connection].Groups.ToDictionary(pair => new Identity(pair.Key, IdentityType.ExternalGroup), pair => pair.Value));
        return new AccessPrincipals(
            user,
            groups.Where(id => id != user),
            identities.Where(identity => identity.Type == IdentityType.ExternalGroup).Select(identity => identity.Id),
            isKnown ? directoryGuest ?? tokenGuest ?? false : tokenGuest,
            hasUnknownGroups: !isKnown);
    }

    private static Truth Of(bool isTrue) => isTrue ? Truth.Yes : Truth.No;

    private static Identity Fold(Identity identity) => identity.Type == IdentityType.ExternalGroup ? identity : identity with { Id = identity.Id.ToLowerInvariant() };

    private static HashSet<T> Closure<T>(HashSet<T> known, Dictionary<T, HashSet<T>> groups)
        where T : notnull
    {
        int before;
        do
        {
            before = known.Count;
            known.UnionWith(groups.Where(group => group.Value.Overlaps(known)).Select(group => group.Key).ToArray());
        }
        while (known.Count > before);
        return known;
    }

    private sealed class DirectoryWorld
    {
        /// <summary>With what is said of guests.</summary>
        public Dictionary<string, bool?> Users { get; } = [];

        public Dictionary<string, HashSet<string>> Groups { get; } = [];

        /// <summary>Whoever is deleted leaves his groups and does not come back into them.</summary>
        public bool Forget(string id)
        {
            foreach (HashSet<string> members in Groups.Values)
            {
                members.Remove(id);
            }

            return true;
        }

        public bool Has(string group, string user, HashSet<string> seen) =>
            seen.Add(group) && Groups.TryGetValue(group, out HashSet<string>? members) && members.Any(member => member == user || Has(member, user, seen));
    }

    private sealed class ConnectionWorld
    {
        public List<Acl> Acls { get; } = [];

        /// <summary>A group that is deleted loses its members; groups that name it go on naming it.</summary>
        public Dictionary<string, HashSet<Identity>> Groups { get; } = [];

        /// <param name="group">Whether the user is in it.</param>
        /// <param name="user">Lower case.</param>
        /// <param name="directory">Null: it does not know him.</param>
        /// <param name="seen">Groups that were walked through.</param>
        public bool Has(string group, string user, DirectoryWorld? directory, HashSet<string> seen) =>
            seen.Add(group) && Groups.TryGetValue(group, out HashSet<Identity>? members) && members.Any(member => member.Type switch
            {
                IdentityType.User => member.Id == user,
                IdentityType.Group => directory is not null && directory.Has(member.Id, user, []),
                _ => Has(member.Id, user, directory, seen),
            });
    }
}
