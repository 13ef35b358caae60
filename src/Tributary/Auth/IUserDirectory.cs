namespace Tributary.Auth;

/// <summary>Who there is besides the callers, as far as this server can tell.</summary>
internal interface IUserDirectory
{
    /// <summary>Whether a user of that object id may exist. True when nobody here can tell.</summary>
    bool MayExist(string tenantId, string userId);
}

/// <summary>Users whom an OpenID Connect issuer keeps to itself: each may exist.</summary>
internal sealed class UnlistedUsers : IUserDirectory
{
    public bool MayExist(string tenantId, string userId) => true;
}
