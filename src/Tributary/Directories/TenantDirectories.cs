using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Directories;

/// <summary>The one authoritative directory of each tenant, and what follows from it for a caller.</summary>
internal sealed class TenantDirectories(DirectoryOptions options, IServiceProvider services)
{
    /// <summary>The directory of a tenant; null where none is configured and the claims of tokens count.</summary>
    public IDirectory? OfOrNull(string tenantId)
    {
        DirectorySource source = options.SourceOf(tenantId);
        return source == DirectorySource.Token ? null : services.GetRequiredKeyedService<IDirectory>(source);
    }

    /// <summary>
    /// The caller as the directory knows it now: in its groups, and a guest or not as it says. Of a user unknown to it no group is known, nor that there is none;
    /// one that is disabled is let in no longer. Applications, and users of tenants without a directory, are as their token says.
    /// </summary>
    /// <exception cref="DirectoryUnavailableException">The directory cannot be asked.</exception>
    public async ValueTask<(Caller? Caller, GraphError? Error)> CompleteAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (caller.UserId is not { } userId)
        {
            return (caller, null);
        }

        if (OfOrNull(caller.TenantId) is not { } directory)
        {
            return (caller.IsGuest is null ? caller with { IsGuest = false } : caller, null);
        }

        DirectoryMembership? membership = await directory.FindMembershipOrNullAsync(caller.TenantId, userId, cancellationToken);
        if (membership is { User.IsEnabled: false })
        {
            return (null, TokenErrors.InvalidBecause("The user's account is disabled in the directory."));
        }

        UserStanding standing = UserStanding.Of(membership, caller.IsGuest);
        return (caller with
        {
            Groups = standing.Groups,
            HasGroupsOverage = false,
            HasUnreadableGroups = false,
            HasUnknownGroups = standing.HasUnknownGroups,
            IsGuest = standing.IsGuest,
        }, null);
    }

    /// <summary>Whether a user of that object id may exist: true where nobody here can tell.</summary>
    /// <exception cref="DirectoryUnavailableException">The directory cannot be asked.</exception>
    public async ValueTask<bool> MayExistAsync(string tenantId, string userId, CancellationToken cancellationToken) =>
        OfOrNull(tenantId) is not { } directory
        || (GuidText.TryRead(userId, out Guid id) && await directory.FindUserOrNullAsync(tenantId, id.ToString("D"), cancellationToken) is not null);
}
