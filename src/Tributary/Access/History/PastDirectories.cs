using Tributary.Directories;
using Tributary.Directories.Scim;
using Tributary.Directories.Seed;

namespace Tributary.Access.History;

/// <summary>
/// Who can tell of the users and groups of a tenant as they were. A provisioned directory is kept here, and so is its past. A seed file says today what it said since it
/// was last seen to change. Nobody tells the past of Microsoft Graph, and none tells of the time before a tenant had the directory that it has.
/// </summary>
internal sealed class PastDirectories(AccessHistory history, PastReader reader, DirectoryOptions options, SeedDirectory seed)
{
    /// <summary>Whether the tenant had the same source then as now.</summary>
    public bool HadSource(string tenantId, DirectorySource source, DateTimeOffset at) => options.SourceOf(tenantId) == source && at >= history.SourcesSinceOrNull;

    /// <summary>Null: it is not known who was in which group.</summary>
    /// <exception cref="DirectoryUnavailableException">The seed file is wrong.</exception>
    public IPastDirectory? OfOrNull(string tenantId, DateTimeOffset at)
    {
        if (HadSource(tenantId, DirectorySource.Scim, at))
        {
            return new ProvisionedPast(reader, tenantId, at);
        }

        if (!HadSource(tenantId, DirectorySource.Seed, at))
        {
            return null;
        }

        // Read before it is asked since when it holds: a file that has changed is only seen by reading it.
        SeedTenantView tenant = seed.Tenant(tenantId);
        return at >= history.SeedSinceOrNull ? new Seeded(tenant) : null;
    }

    private sealed class Seeded(SeedTenantView tenant) : IPastDirectory
    {
        public ValueTask<PastUser?> FindUserOrNullAsync(string userId, CancellationToken cancellationToken) =>
            ValueTask.FromResult(tenant.FindUserOrNull(userId) is { } user ? new PastUser(user.Entry.IsEnabled, user.Entry.IsGuest) : null);

        public ValueTask<bool> HasGroupAsync(string groupId, CancellationToken cancellationToken) => ValueTask.FromResult(tenant.FindGroupOrNull(groupId) is not null);

        public ValueTask<IReadOnlyList<KeyValuePair<string, string>>> FindDirectGroupsAsync(IReadOnlyCollection<string> members, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<KeyValuePair<string, string>>>(
            [
                .. members.SelectMany(member => tenant.GroupsOf(member, isTransitive: false).Select(group => new KeyValuePair<string, string>(member, group))),
            ]);
    }
}

/// <summary>Of a directory that is provisioned here.</summary>
internal sealed class ProvisionedPast(PastReader reader, string tenantId, DateTimeOffset at) : IPastDirectory
{
    public async ValueTask<PastUser?> FindUserOrNullAsync(string userId, CancellationToken cancellationToken) =>
        await reader.FindDirectoryObjectOrNullAsync(tenantId, ScimText.Id(userId), at, cancellationToken) is { Kind: ScimKind.User } user
            ? new PastUser(user.IsEnabled, user.IsGuest)
            : null;

    public async ValueTask<bool> HasGroupAsync(string groupId, CancellationToken cancellationToken) =>
        await reader.FindDirectoryObjectOrNullAsync(tenantId, ScimText.Id(groupId), at, cancellationToken) is { Kind: ScimKind.Group };

    public ValueTask<IReadOnlyList<KeyValuePair<string, string>>> FindDirectGroupsAsync(IReadOnlyCollection<string> members, CancellationToken cancellationToken) =>
        reader.FindDirectoryGroupsAsync(tenantId, members, at, cancellationToken);
}

/// <summary>The users and groups of one tenant at one instant; ids in lower case.</summary>
internal interface IPastDirectory
{
    /// <summary>Null: there was no such user.</summary>
    ValueTask<PastUser?> FindUserOrNullAsync(string userId, CancellationToken cancellationToken);

    ValueTask<bool> HasGroupAsync(string groupId, CancellationToken cancellationToken);

    /// <summary>The groups that each of these was directly in.</summary>
    ValueTask<IReadOnlyList<KeyValuePair<string, string>>> FindDirectGroupsAsync(IReadOnlyCollection<string> members, CancellationToken cancellationToken);
}

/// <param name="IsEnabled">Whether his account was.</param>
/// <param name="IsGuest">Null: the directory did not say.</param>
internal sealed record PastUser(bool IsEnabled, bool? IsGuest);
