using Tributary.Directories;
using Tributary.Directories.Scim;
using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>A user as the issuer knows it: who may sign in, and what tokens say.</summary>
/// <param name="Entry">Enabled only if the seed file and the tenant's directory agree on that.</param>
/// <param name="Groups">Object ids of all groups the user is in, transitively.</param>
/// <param name="Described">What the seed file adds, the password above all; null for one who is in the directory alone.</param>
internal sealed record IssuerUser(DirectoryUser Entry, IReadOnlySet<string> Groups, SeedTenantUser? Described)
{
    /// <summary>Never empty: not every directory gives every user a display name.</summary>
    public string DisplayName => Entry.DisplayName ?? Entry.UserPrincipalName;

    public bool IsAdministrator => Described?.IsAdministrator == true;

    /// <summary>Whether one certain password is asked for.</summary>
    public bool HasPassword => Described?.HasPassword == true;

    /// <summary>Whether checking a password takes its time.</summary>
    public bool IsSlow => Described?.IsSlow == true;

    public bool Accepts(string password) => Described?.Accepts(password) == true;
}

/// <summary>
/// Who a user is in a tenant, asked anew by every grant: the seed file, and where the tenant has another source (<c>Directory:…</c>), that one. A user of the
/// file and one of the directory are the same if their object ids are; one to whom the file gives none is the directory's of the same user principal name. The
/// directory then says who that is, in which groups and whether a guest, and the file adds the password and who is an administrator. Whom either has disabled is disabled.
/// </summary>
/// <remarks>Every member throws <see cref="DirectoryUnavailableException"/> when one of them cannot be asked: then nobody gets a token.</remarks>
internal sealed class IssuerUsers(SeedDirectory seed, TenantDirectories directories, IssuerNames names)
{
    /// <summary>Of a directory that may have millions, no more are looked at for one page.</summary>
    private const int MostLookedAt = 200;

    private static readonly IReadOnlySet<string> NoGroups = new HashSet<string>();

    /// <summary>Whether it is an object id, and so no name.</summary>
    public static bool IsId(string idOrName) => GuidText.TryRead(idOrName, out _);

    /// <summary>By object id or user principal name; null when there is no such user.</summary>
    public async ValueTask<IssuerUser?> FindOrNullAsync(string tenantId, string idOrName, CancellationToken cancellationToken)
    {
        SeedTenantView tenant = seed.Tenant(tenantId);
        SeedTenantUser? described = tenant.FindUserOrNull(idOrName);
        if (DirectoryOrNull(tenantId) is not { } directory)
        {
            return described is null ? null : new IssuerUser(described.Entry, tenant.GroupsOf(described.Entry.Id, isTransitive: true), described);
        }

        DirectoryUser? known = await directory.FindUserOrNullAsync(tenantId, described?.Entry.Id ?? idOrName, cancellationToken);
        if (known is null && described is { HasOid: false })
        {
            known = await directory.FindUserOrNullAsync(tenantId, described.Entry.UserPrincipalName, cancellationToken);
        }

        if (known is null)
        {
            return described is null ? null : new IssuerUser(described.Entry, NoGroups, described);
        }

        // Whoever is asked for by an id that the file made up, and that the directory has come to know by another one, is somebody else's old token.
        if (IsId(idOrName) && !known.Id.Equals(idOrName, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        DirectoryMembership? membership = await directory.FindMembershipOrNullAsync(tenantId, known.Id, cancellationToken);
        return membership is null ? null : Join(membership, known, DescribedOrNull(tenant, known));
    }

    /// <summary>As <see cref="FindOrNullAsync"/>, if tokens may be made for that user now.</summary>
    public async ValueTask<(IssuerUser? User, EntraError? Error)> FindAsync(string tenantId, string idOrName, CancellationToken cancellationToken) =>
        await FindOrNullAsync(tenantId, idOrName, cancellationToken) is not { } user ? (null, EntraError.UnknownUser(idOrName, tenantId))
        : SignInRules.CheckUser(user, names.AllowsRemote) is { } error ? (null, error)
        : (user, null);

    /// <summary>Users to pick from: those of the seed file first, none that is disabled or has a password.</summary>
    /// <param name="tenantId">Whose users.</param>
    /// <param name="domain">Of the users' names; null for any.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    /// <returns>Also whether there may be more, whose names have to be typed.</returns>
    public async ValueTask<(IReadOnlyList<DirectoryUser> Users, bool IsCut)> ListAsync(string tenantId, string? domain, int most, CancellationToken cancellationToken)
    {
        // Whoever is on another machine is not told who there is.
        if (names.AllowsRemote)
        {
            return ([], false);
        }

        SeedTenantView tenant = seed.Tenant(tenantId);
        DirectoryPage<DirectoryUser> page = DirectoryOrNull(tenantId) is { } directory
            ? await directory.ListUsersAsync(tenantId, new DirectoryQuery<DirectoryUser>(static _ => true, null, null, MostLookedAt), cancellationToken)
            : new DirectoryPage<DirectoryUser>([], null);

        // A name is the file's before it is the directory's, so whoever else has it there cannot be picked by it.
        (DirectoryUser User, SeedTenantUser? Described)[] known =
        [
            .. page.Entries.Select(user => (User: user, Described: DescribedOrNull(tenant, user)))
                .Where(pair => pair.Described is not null || tenant.FindUserOrNull(pair.User.UserPrincipalName) is null),
        ];
        HashSet<SeedTenantUser> joined = [.. known.Select(pair => pair.Described).OfType<SeedTenantUser>()];
        DirectoryUser[] listed =
        [
            .. tenant.Users.Where(user => !joined.Contains(user)).Select(user => (User: user.Entry, Described: (SeedTenantUser?)user))
                .Concat(known.OrderBy(pair => pair.Described is null))
                .Where(pair => pair.Described is not { HasPassword: true } && pair.User.IsEnabled && pair.Described?.Entry.IsEnabled != false && IsHinted(pair.User, domain))
                .Select(pair => pair.User),
        ];
        return (listed.Length > most ? listed[..most] : listed, listed.Length > most || page.Next is not null);
    }

    /// <summary>Null where the seed file is all there is.</summary>
    private IDirectory? DirectoryOrNull(string tenantId) => directories.OfOrNull(tenantId) is { } directory and not SeedDirectory ? directory : null;

    /// <summary>
    /// The file and a directory may fold letters differently (the Kelvin sign is a k to one of them only). Whom either takes for the same is the same: the file's password and
    /// <c>disabled</c> must not be got round by spelling.
    /// </summary>
    private static SeedTenantUser? DescribedOrNull(SeedTenantView tenant, DirectoryUser known) =>
        tenant.FindUserOrNull(known.Id)
        ?? tenant.Users.FirstOrDefault(user => !user.HasOid && IsSameName(user.Entry.UserPrincipalName, known.UserPrincipalName));

    private static bool IsSameName(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase) || ScimText.Fold(one) == ScimText.Fold(other);

    private static IssuerUser Join(DirectoryMembership membership, DirectoryUser known, SeedTenantUser? described) => new(
        membership.User with
        {
            DisplayName = membership.User.DisplayName ?? described?.Entry.DisplayName,
            IsGuest = membership.User.IsGuest ?? described?.Entry.IsGuest,

            // The membership may be remembered for a while, and who was looked up just now is not.
            IsEnabled = membership.User.IsEnabled && known.IsEnabled && described?.Entry.IsEnabled != false,
        },
        membership.Groups,
        described);

    private static bool IsHinted(DirectoryUser user, string? domain) =>
        domain is null or "organizations" || user.UserPrincipalName.EndsWith("@" + domain, StringComparison.OrdinalIgnoreCase);
}
