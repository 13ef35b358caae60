namespace Tributary.Auth;

/// <summary>Who administers by configuration (<c>Auth:Administrators</c>): users of any tenant, or of one (<c>tenant/user</c>).</summary>
internal sealed class AdministratorList
{
    private readonly HashSet<string> _everywhere = [];
    private readonly HashSet<(string TenantId, string UserId)> _inTenant = [];

    public AdministratorList(AuthOptions options)
    {
        StableIds? ids = options.Ids;
        foreach (string entry in options.Administrators ?? [])
        {
            (string? tenantId, string user) = Split(entry);
            string userId = IdOrNull(user, ids)!;
            if (tenantId is null)
            {
                _everywhere.Add(userId);
            }
            else
            {
                _inTenant.Add((tenantId, userId));
            }
        }
    }

    public bool Has(string tenantId, string userId) => _everywhere.Contains(userId) || _inTenant.Contains((tenantId, userId));

    /// <summary>A GUID, or the provider's own name of a user where names become GUIDs.</summary>
    public static bool IsEntry(string entry, AuthOptions options) => IdOrNull(Split(entry).User, options.Ids) is not null;

    /// <summary>A GUID in the configuration is meant as it is, one that <c>tributary id</c> has printed included.</summary>
    private static string? IdOrNull(string user, StableIds? ids) =>
        GuidText.LowerOrNull(user) ?? (string.IsNullOrWhiteSpace(user) ? null : ids?.Of(IdKind.User, user));

    /// <summary>A name may have slashes itself, so only a GUID before the first one is a tenant.</summary>
    private static (string? TenantId, string User) Split(string entry) =>
        entry.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && GuidText.TryRead(entry.AsSpan(0, slash), out Guid tenant)
            ? (tenant.ToString("D"), entry[(slash + 1)..])
            : (null, entry);
}
