using Tributary.Auth.DevIssuer;

namespace Tributary.Directories.Seed;

/// <summary>
/// The directory of a seed file. While the development issuer is on, three users are in every tenant and every GUID is an application, so that a first try needs
/// no file. The file is read again when it has changed; while it is broken nobody is answered, rather than by what it said before.
/// </summary>
internal sealed partial class SeedDirectory : IDirectory
{
    /// <summary>Any GUID is a tenant: what was made for some of them is forgotten before it becomes much.</summary>
    private const int MaxTenants = 1000;

    private static readonly IReadOnlyList<SeedUser> BuiltInUsers =
    [
        new() { UserPrincipalName = "admin@tributary.local", DisplayName = "Tributary Administrator", Administrator = true },
        new() { UserPrincipalName = "reader@tributary.local", DisplayName = "Tributary Reader" },
        new() { UserPrincipalName = "guest@tributary.local", DisplayName = "Tributary Guest", Guest = true },
    ];

    private readonly string? _path;
    private readonly bool _hasBuiltIn;
    private readonly ILogger<SeedDirectory> _logger;
    private readonly Lock _reading = new();
    private volatile SeedReading _last;

    /// <param name="path">The file; null for none.</param>
    /// <param name="atStart">What was read of it at start.</param>
    /// <param name="hasBuiltIn">Whether the users of the development issuer are there, and every GUID is an application.</param>
    /// <param name="logger">Told when a changed file cannot be used.</param>
    public SeedDirectory(string? path, SeedReading atStart, bool hasBuiltIn, ILogger<SeedDirectory> logger)
    {
        _path = path;
        _hasBuiltIn = hasBuiltIn;
        _logger = logger;
        _last = atStart;
        AtStart = atStart.File;
    }

    /// <summary>A tenant as the development issuer has it without a file.</summary>
    public static SeedTenantView OfDevelopment(string tenantId) => new(tenantId, new SeedFile(), BuiltInUsers, isEveryGuidAnApp: true);

    public static bool IsBuiltIn(string userPrincipalName) =>
        BuiltInUsers.Any(user => userPrincipalName.Equals(user.UserPrincipalName, StringComparison.OrdinalIgnoreCase));

    /// <summary>The tenant as the file has it now.</summary>
    /// <exception cref="DirectoryUnavailableException">The file has changed and is wrong.</exception>
    public SeedTenantView Tenant(string tenantId)
    {
        SeedReading reading = Current();
        if (reading.Tenants.Count >= MaxTenants)
        {
            reading.Tenants.Clear();
        }

        return reading.Tenants.GetOrAdd(tenantId, static (id, at) => at.Directory.View(id, at.File), (Directory: this, reading.File));
    }

    /// <summary>Raised when the file has changed, before anybody is answered by it; on a thread that must not be kept.</summary>
    public event Action? ReadAgain;

    /// <summary>The file as it was at start, without the users of the development issuer.</summary>
    public SeedFile AtStart { get; }

    /// <summary>The tenant as it was at start.</summary>
    public SeedTenantView TenantAtStart(string tenantId) => View(tenantId, AtStart);

    private SeedTenantView View(string tenantId, SeedFile file) => new(tenantId, file, _hasBuiltIn ? BuiltInUsers : [], _hasBuiltIn);

    /// <summary>The tenant that has this verified domain, ignoring case; null for none.</summary>
    /// <exception cref="DirectoryUnavailableException">The file has changed and is wrong.</exception>
    public string? TenantOfDomainOrNull(string domain) =>
        Current().File.Tenants.FirstOrDefault(tenant => tenant.Domains.Contains(domain, StringComparer.OrdinalIgnoreCase))?.TenantId?.ToLowerInvariant()
        ?? (_hasBuiltIn && domain.Equals(SeedTenantView.BuiltInDomain, StringComparison.OrdinalIgnoreCase) ? DevDefaults.TenantId : null);

    /// <summary>Whether the domain is a tenant's in what was read last, be the file wrong by now: for what an error looks like, and for nothing else.</summary>
    public bool HadDomain(string domain) =>
        _last.File.Tenants.Any(tenant => tenant.Domains.Contains(domain, StringComparer.OrdinalIgnoreCase))
        || (_hasBuiltIn && domain.Equals(SeedTenantView.BuiltInDomain, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether there is such a tenant: while the development issuer takes any GUID, each is one.</summary>
    /// <exception cref="DirectoryUnavailableException">The file has changed and is wrong.</exception>
    public bool HasTenant(string tenantId) =>
        _hasBuiltIn || Current().File.Tenants.Any(tenant => tenantId.Equals(tenant.TenantId, StringComparison.OrdinalIgnoreCase));

    /// <summary>The tenant of what names none: the first of the file.</summary>
    /// <exception cref="DirectoryUnavailableException">The file has changed and is wrong.</exception>
    public string DefaultTenant => Current().File.Tenants is [{ TenantId: { } first }, ..] ? first.ToLowerInvariant() : DevDefaults.TenantId;

    /// <summary>The tenant in which a user signs in that only has a name: that of its domain, else the one that the file puts it into, else the default one.</summary>
    /// <exception cref="DirectoryUnavailableException">The file has changed and is wrong.</exception>
    public string HomeOfUser(string userPrincipalName) =>
        TenantOfDomainOrNull(userPrincipalName[(userPrincipalName.LastIndexOf('@') + 1)..])
        ?? Current().File.Users.FirstOrDefault(user => userPrincipalName.Equals(user.UserPrincipalName, StringComparison.OrdinalIgnoreCase))?.TenantId?.ToLowerInvariant()
        ?? DefaultTenant;

    /// <summary>The tenant that the file puts an application into, else the default one.</summary>
    /// <exception cref="DirectoryUnavailableException">The file has changed and is wrong.</exception>
    public string HomeOfApp(string appId) =>
        Current().File.Apps.FirstOrDefault(app => appId.Equals(app.AppId, StringComparison.OrdinalIgnoreCase))?.TenantId?.ToLowerInvariant() ?? DefaultTenant;

    /// <summary>The applications that are managed identities, in the order of the file.</summary>
    /// <exception cref="DirectoryUnavailableException">The file has changed and is wrong.</exception>
    public IEnumerable<SeedTenantApp> ManagedIdentities =>
        Current().File.Apps.Where(app => app.ManagedIdentity).Select(app => new SeedTenantApp(app.AppId!.ToLowerInvariant(), app));

    public ValueTask<DirectoryMembership?> FindMembershipOrNullAsync(string tenantId, string userId, CancellationToken cancellationToken)
    {
        SeedTenantView tenant = Tenant(tenantId);
        return ValueTask.FromResult(
            tenant.FindUserOrNull(userId) is { } user ? new DirectoryMembership(user.Entry, tenant.GroupsOf(user.Entry.Id, isTransitive: true)) : null);
    }

    public ValueTask<DirectoryUser?> FindUserOrNullAsync(string tenantId, string idOrName, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Tenant(tenantId).FindUserOrNull(idOrName)?.Entry);

    public ValueTask<DirectoryPage<DirectoryUser>> ListUsersAsync(string tenantId, DirectoryQuery<DirectoryUser> query, CancellationToken cancellationToken) =>
        ValueTask.FromResult(DirectoryPages.Of(Tenant(tenantId).Users.Select(user => user.Entry), query, user => user.Id));

    public ValueTask<DirectoryGroup?> FindGroupOrNullAsync(string tenantId, string groupId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Tenant(tenantId).FindGroupOrNull(groupId));

    public ValueTask<string?> FindGroupVersionOrNullAsync(string tenantId, string groupId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Tenant(tenantId).VersionOfGroupOrNull(groupId));

    public ValueTask<DirectoryPage<DirectoryGroup>> ListGroupsAsync(string tenantId, DirectoryQuery<DirectoryGroup> query, CancellationToken cancellationToken) =>
        ValueTask.FromResult(DirectoryPages.Of(Tenant(tenantId).Groups, query, group => group.Id));

    public ValueTask<DirectoryPage<DirectoryMember>?> ListMembersOrNullAsync(
        string tenantId, string groupId, bool isTransitive, DirectoryQuery<DirectoryMember> query, CancellationToken cancellationToken)
    {
        SeedTenantView tenant = Tenant(tenantId);
        return ValueTask.FromResult(
            tenant.FindGroupOrNull(groupId) is { } group ? DirectoryPages.Of(tenant.MembersOf(group.Id, isTransitive), query, member => member.Id) : null);
    }

    public ValueTask<DirectoryPage<DirectoryGroup>?> ListGroupsOfOrNullAsync(
        string tenantId, string memberId, bool isTransitive, DirectoryQuery<DirectoryGroup> query, CancellationToken cancellationToken)
    {
        SeedTenantView tenant = Tenant(tenantId);
        string? id = tenant.FindUserOrNull(memberId)?.Entry.Id ?? tenant.FindGroupOrNull(memberId)?.Id;
        return ValueTask.FromResult(id is null
            ? null
            : DirectoryPages.Of(tenant.GroupsOf(id, isTransitive).Select(tenant.FindGroupOrNull).OfType<DirectoryGroup>(), query, group => group.Id));
    }

    public ValueTask<DirectoryApplication?> FindApplicationOrNullAsync(string tenantId, string appId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Tenant(tenantId).FindApplicationOrNull(appId));

    public ValueTask<DirectoryApplication?> FindServicePrincipalOrNullAsync(string tenantId, string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Tenant(tenantId).FindServicePrincipalOrNull(id));

    public ValueTask<DirectoryOrganization> GetOrganizationAsync(string tenantId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Tenant(tenantId).Organization);

    private SeedReading Current()
    {
        SeedReading last = _last;
        if (_path is not null && SeedReading.StampOf(_path) != last.Stamp)
        {
            lock (_reading)
            {
                last = _last;
                if (SeedReading.StampOf(_path) != last.Stamp)
                {
                    SeedReading next = SeedReading.Again(_path, last);
                    ReadAgain?.Invoke();
                    _last = last = next;
                    if (last.Problem is { } problem)
                    {
                        LogUnusable(_logger, problem);
                    }
                }
            }
        }

        return last.Problem is null ? last : throw new DirectoryUnavailableException("The directory's seed file is wrong; the server's log says how.");
    }

    [LoggerMessage(2100, LogLevel.Error, "The seed file has changed and cannot be used, so users are answered 503 until it is right: {Problem}")]
    private static partial void LogUnusable(ILogger logger, string problem);
}
