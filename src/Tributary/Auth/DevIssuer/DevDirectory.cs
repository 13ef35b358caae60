using System.Security.Cryptography;
using System.Text;

namespace Tributary.Auth.DevIssuer;

/// <summary>A user the development issuer knows, in one tenant.</summary>
internal sealed record DevUser
{
    /// <summary><c>oid</c>, lower-case.</summary>
    public required string Id { get; init; }

    public required string UserPrincipalName { get; init; }

    public required string DisplayName { get; init; }

    public required bool IsAdministrator { get; init; }

    public required bool IsGuest { get; init; }

    /// <summary>Group object ids, lower-case.</summary>
    public required IReadOnlyList<string> Groups { get; init; }
}

/// <summary>
/// Who is there, as the development issuer sees it. Three users are in every tenant, the seed file adds more; every GUID is an app with two roles
/// unless the seed file gives it others. Object ids are derived from tenant and name, so they outlive the process without being kept anywhere.
/// </summary>
internal sealed class DevDirectory(DevSeed seed) : IUserDirectory
{
    private static readonly IReadOnlyList<DevSeedUser> BuiltInUsers =
    [
        new() { UserPrincipalName = "admin@tributary.local", DisplayName = "Tributary Administrator", Administrator = true },
        new() { UserPrincipalName = "reader@tributary.local", DisplayName = "Tributary Reader" },
        new() { UserPrincipalName = "guest@tributary.local", DisplayName = "Tributary Guest", Guest = true },
    ];

    private static readonly IReadOnlyList<string> DefaultRoles = ["ExternalConnection.ReadWrite.OwnedBy", "ExternalItem.ReadWrite.OwnedBy"];

    /// <summary>The user of that name, whatever its letter case, or null.</summary>
    public DevUser? FindUserOrNull(string tenantId, string userPrincipalName) =>
        Users(tenantId).FirstOrDefault(user => user.UserPrincipalName.Equals(userPrincipalName, StringComparison.OrdinalIgnoreCase));

    /// <summary>Nobody else can sign in here, so there is nobody else.</summary>
    public bool MayExist(string tenantId, string userId) => Users(tenantId).Any(user => SameId(user.Id, userId));

    /// <summary>The users of a tenant. A name in the seed file wins over a built-in one, and one for this tenant over one for every tenant.</summary>
    public IEnumerable<DevUser> Users(string tenantId) =>
        seed.Users.Where(user => user.TenantId is not null && SameId(user.TenantId, tenantId))
            .Concat(seed.Users.Where(user => user.TenantId is null))
            .Concat(BuiltInUsers)
            .DistinctBy(user => user.UserPrincipalName, StringComparer.OrdinalIgnoreCase)
            .Select(user => ToUser(tenantId, user));

    /// <summary>The application permissions of an app.</summary>
    public IReadOnlyList<string> RolesOf(string tenantId, string appId)
    {
        DevSeedApp? app = seed.Apps.Where(app => SameId(app.AppId, appId) && (app.TenantId is null || SameId(app.TenantId, tenantId)))
            .OrderByDescending(app => app.TenantId is not null)
            .FirstOrDefault();
        return app is null ? DefaultRoles : [.. app.Roles.Select(role => DevSeed.CanonicalRoleOrNull(role)!).Distinct()];
    }

    /// <summary><c>oid</c> of an app in its own name.</summary>
    public static string ServicePrincipalId(string tenantId, string appId) => DerivedId("servicePrincipal", tenantId, appId);

    private static DevUser ToUser(string tenantId, DevSeedUser user) => new()
    {
        Id = user.Oid?.ToLowerInvariant() ?? DerivedId("user", tenantId, user.UserPrincipalName!),
        UserPrincipalName = user.UserPrincipalName!,
        DisplayName = user.DisplayName ?? user.UserPrincipalName!,
        IsAdministrator = user.Administrator,
        IsGuest = user.Guest,
        Groups = [.. user.Groups.Select(group => group.ToLowerInvariant()).Distinct()],
    };

    /// <summary>A GUID of version 8 (RFC 9562: made by the application's own rule).</summary>
    private static string DerivedId(string kind, string tenantId, string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{tenantId.ToLowerInvariant()}\n{name.ToLowerInvariant()}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString("D");
    }

    private static bool SameId(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
