using System.Security.Cryptography;
using System.Text;

namespace Tributary.Directories.Seed;

/// <summary>A user of the seed, with what the development issuer needs besides.</summary>
internal sealed record SeedTenantUser(DirectoryUser Entry, bool IsAdministrator, string? Password = null, string? PasswordHash = null)
{
    /// <summary>Whether the file gives the object id, which is else derived.</summary>
    public bool HasOid { get; init; }

    /// <summary>Whether one certain password is asked for.</summary>
    public bool HasPassword => Password is not null || PasswordHash is not null;

    /// <summary>Whether <see cref="Accepts"/> takes long.</summary>
    public bool IsSlow => Password is null && SecretHash.IsSlow(PasswordHash);

    public bool Accepts(string password) =>
        Password is not null ? SecretHash.AreEqual(Password, password) : PasswordHash is not null && SecretHash.Matches(PasswordHash, password);
}

/// <summary>
/// One tenant of a seed file, indexed. Object ids that the file does not give are derived from tenant and name, so they outlive the process without being kept
/// anywhere.
/// </summary>
internal sealed class SeedTenantView
{
    public const string BuiltInDomain = "tributary.local";

    private static readonly IReadOnlyList<string> DefaultRoles = ["ExternalConnection.ReadWrite.OwnedBy", "ExternalItem.ReadWrite.OwnedBy"];

    private readonly string _tenantId;
    private readonly SeedFile _file;
    private readonly bool _isEveryGuidAnApp;
    private readonly Dictionary<string, SeedTenantUser> _usersById;
    private readonly Dictionary<string, SeedTenantUser> _usersByName;
    private readonly Dictionary<string, DirectoryGroup> _groups;
    private readonly ILookup<string, string> _groupsOf;
    private readonly ILookup<string, string> _membersOf;

    /// <param name="tenantId">Lower-case.</param>
    /// <param name="file">A name in it wins over a built-in one, and one for this tenant over one for every tenant.</param>
    /// <param name="builtInUsers">In every tenant.</param>
    /// <param name="isEveryGuidAnApp">Whether an application need not be in the file.</param>
    public SeedTenantView(string tenantId, SeedFile file, IReadOnlyList<SeedUser> builtInUsers, bool isEveryGuidAnApp)
    {
        _tenantId = tenantId;
        _file = file;
        _isEveryGuidAnApp = isEveryGuidAnApp;
        SeedUser[] users = [.. file.Users.Where(user => IsHere(user.TenantId)).OrderBy(user => user.TenantId is null).Concat(builtInUsers)
            .DistinctBy(user => user.UserPrincipalName, StringComparer.OrdinalIgnoreCase)];
        SeedGroup[] groups = [.. file.Groups.Where(group => IsHere(group.TenantId)).OrderBy(group => group.TenantId is null)
            .DistinctBy(group => group.Id, StringComparer.OrdinalIgnoreCase)];

        (SeedUser Seed, SeedTenantUser User)[] read = [.. users.Select(user => (user, ToUser(user)))];
        Users = [.. read.Select(pair => pair.User).DistinctBy(user => user.Entry.Id).OrderBy(user => user.Entry.Id, StringComparer.Ordinal)];
        _usersById = Users.ToDictionary(user => user.Entry.Id, StringComparer.Ordinal);
        _usersByName = Users.ToDictionary(user => user.Entry.UserPrincipalName, StringComparer.OrdinalIgnoreCase);

        // A group that is only named by its members is there too, without a name.
        _groups = groups.Select(group => new DirectoryGroup { Id = group.Id!.ToLowerInvariant(), DisplayName = group.DisplayName, Description = group.Description })
            .Concat(users.SelectMany(user => user.Groups).Select(id => new DirectoryGroup { Id = id.ToLowerInvariant() }))
            .DistinctBy(group => group.Id)
            .ToDictionary(group => group.Id, StringComparer.Ordinal);
        Groups = [.. _groups.Values.OrderBy(group => group.Id, StringComparer.Ordinal)];

        (string Member, string Group)[] edges =
        [
            .. read.SelectMany(pair => pair.Seed.Groups.Select(group => (pair.User.Entry.Id, group.ToLowerInvariant())))
                .Concat(groups.SelectMany(group => group.Members.Select(member => (IdOf(member), group.Id!.ToLowerInvariant()))))
                .Distinct(),
        ];
        _groupsOf = edges.ToLookup(edge => edge.Member, edge => edge.Group, StringComparer.Ordinal);
        _membersOf = edges.ToLookup(edge => edge.Group, edge => edge.Member, StringComparer.Ordinal);

        SeedTenant? tenant = file.Tenants.FirstOrDefault(tenant => IsSame(tenant.TenantId, tenantId));
        Organization = new DirectoryOrganization(
            tenantId, tenant?.DisplayName ?? "Tributary", tenant is { Domains.Count: > 0 } ? tenant.Domains : [BuiltInDomain]);
    }

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<SeedTenantUser> Users { get; }

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<DirectoryGroup> Groups { get; }

    public DirectoryOrganization Organization { get; }

    /// <summary>By object id, or by user principal name ignoring case.</summary>
    public SeedTenantUser? FindUserOrNull(string idOrName) =>
        _usersById.TryGetValue(idOrName.ToLowerInvariant(), out SeedTenantUser? user) || (!Guid.TryParse(idOrName, out _) && _usersByName.TryGetValue(idOrName, out user)) ? user : null;

    public DirectoryGroup? FindGroupOrNull(string groupId) => _groups.GetValueOrDefault(groupId.ToLowerInvariant());

    /// <summary>The file keeps no versions, so a digest of the direct members; null when there is no such group.</summary>
    public string? VersionOfGroupOrNull(string groupId) =>
        FindGroupOrNull(groupId) is { } group ? MembersDigest.Of(_membersOf[group.Id].Order(StringComparer.Ordinal)) : null;

    public IReadOnlySet<string> GroupsOf(string memberId, bool isTransitive) => Reach(_groupsOf, memberId, isTransitive);

    public IEnumerable<DirectoryMember> MembersOf(string groupId, bool isTransitive)
    {
        foreach (string id in Reach(_membersOf, groupId, isTransitive))
        {
            if (_usersById.TryGetValue(id, out SeedTenantUser? user))
            {
                yield return new DirectoryMember(user.Entry, null);
            }
            else if (_groups.TryGetValue(id, out DirectoryGroup? group))
            {
                yield return new DirectoryMember(null, group);
            }
        }
    }

    public DirectoryApplication? FindApplicationOrNull(string appId) =>
        FindAppOrNull(appId) is { } app ? new DirectoryApplication(ServicePrincipalId(_tenantId, app.AppId), app.AppId, app.DisplayName) : null;

    /// <summary>One that the file puts into this tenant, or any GUID that it does not put into another, where every GUID is an application.</summary>
    public SeedTenantApp? FindAppOrNull(string appId)
    {
        if (!GuidText.TryRead(appId, out Guid id))
        {
            return null;
        }

        SeedApp? seeded = SeededAppOrNull(appId);
        return seeded is not null || (_isEveryGuidAnApp && !_file.Apps.Any(app => IsSame(app.AppId, appId))) ? new SeedTenantApp(id.ToString("D"), seeded) : null;
    }

    /// <summary>The application permissions of an app.</summary>
    public IReadOnlyList<string> RolesOf(string appId) =>
        SeededAppOrNull(appId) is { } app ? [.. app.Roles.Select(role => SeedFile.CanonicalRoleOrNull(role)!).Distinct()] : DefaultRoles;

    /// <summary><c>oid</c> of an app in its own name.</summary>
    public static string ServicePrincipalId(string tenantId, string appId) => DerivedId("servicePrincipal", tenantId, appId);

    /// <summary>A tenant that stands for the home of a guest: the file does not tell it, and tokens name one.</summary>
    public static string HomeOfGuest(string userPrincipalName) => DerivedId("home", "", userPrincipalName[(userPrincipalName.LastIndexOf('@') + 1)..]);

    /// <summary>Object id of the registration of an app.</summary>
    public static string RegistrationId(string tenantId, string appId) => DerivedId("application", tenantId, appId);

    /// <summary>The seeded application whose service principal has that object id.</summary>
    public DirectoryApplication? FindServicePrincipalOrNull(string id) => _file.Apps
        .Where(app => app.AppId is not null && IsHere(app.TenantId) && IsSame(ServicePrincipalId(_tenantId, app.AppId), id))
        .Select(app => FindApplicationOrNull(app.AppId!))
        .FirstOrDefault();

    private SeedApp? SeededAppOrNull(string appId) =>
        _file.Apps.Where(app => IsSame(app.AppId, appId) && IsHere(app.TenantId)).OrderByDescending(app => app.TenantId is not null).FirstOrDefault();

    private SeedTenantUser ToUser(SeedUser user) => new(
        new DirectoryUser
        {
            Id = user.Oid?.ToLowerInvariant() ?? DerivedId("user", _tenantId, user.UserPrincipalName!),
            UserPrincipalName = user.UserPrincipalName!,
            DisplayName = user.DisplayName ?? user.UserPrincipalName!,
            GivenName = user.GivenName,
            Surname = user.Surname,
            Mail = user.Mail ?? user.UserPrincipalName!,
            JobTitle = user.JobTitle,
            Department = user.Department,
            IsEnabled = !user.Disabled,
            IsGuest = user.Guest,
        },
        user.Administrator,
        user.Password,
        user.PasswordHash)
    {
        HasOid = user.Oid is not null,
    };

    private string IdOf(string member) =>
        member.Contains('@', StringComparison.Ordinal) ? _usersByName.GetValueOrDefault(member)?.Entry.Id ?? "" : member.ToLowerInvariant();

    /// <summary>What can be reached from an id, itself left out; groups in groups may form cycles.</summary>
    private static HashSet<string> Reach(ILookup<string, string> edges, string from, bool isTransitive)
    {
        HashSet<string> reached = [.. edges[from]];
        if (isTransitive)
        {
            var open = new Queue<string>(reached);
            while (open.TryDequeue(out string? next))
            {
                foreach (string further in edges[next])
                {
                    if (reached.Add(further))
                    {
                        open.Enqueue(further);
                    }
                }
            }
        }

        reached.Remove(from);
        return reached;
    }

    private bool IsHere(string? tenantId) => tenantId is null || IsSame(tenantId, _tenantId);

    private static bool IsSame(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>A GUID of version 8 (RFC 9562: made by the application's own rule).</summary>
    private static string DerivedId(string kind, string tenantId, string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{tenantId.ToLowerInvariant()}\n{name.ToLowerInvariant()}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString("D");
    }
}
