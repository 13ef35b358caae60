using Tributary.Auth.DevIssuer;

namespace Tributary.Auth;

/// <summary>What <see cref="AuthOptions"/> may be; its claims are <see cref="ClaimRules"/>' business.</summary>
internal static class AuthRules
{
    private const string Discovery = "/.well-known/";

    public static IEnumerable<string> Problems(AuthOptions options) =>
        [.. AuthorityProblems(options), .. TenantProblems(options), .. TokenProblems(options), .. SecretProblems(options.Development), .. AdministratorProblems(options)];

    /// <summary>Those of <c>Auth:Cloud</c> and <c>Auth:Authority</c>.</summary>
    public static IEnumerable<string> AuthorityProblems(AuthOptions options)
    {
        if (options.Cloud is { } cloud && NationalCloud.FindOrNull(cloud) is null)
        {
            yield return $"Auth:Cloud is '{cloud}'; it must be {string.Join(", ", NationalCloud.All.Select(known => known.Name))}, "
                + "or be left out where tokens do not come from Microsoft Entra ID.";
        }

        if (options.Authority is not { } authority)
        {
            yield break;
        }

        if (!Uri.TryCreate(authority, UriKind.Absolute, out Uri? url) || !IsHttpsOrLocal(url))
        {
            yield return $"Auth:Authority is '{authority}'; it must be an absolute https URL (http only for localhost), or be left out for the development issuer.";
        }
        else if (authority.Contains(Discovery, StringComparison.OrdinalIgnoreCase))
        {
            yield return $"Auth:Authority is '{authority}'; it must be what stands before {Discovery}openid-configuration, "
                + $"such as {authority[..authority.IndexOf(Discovery, StringComparison.OrdinalIgnoreCase)]}.";
        }
        else if (options.Cloud is null && NationalCloud.All.FirstOrDefault(known => known.LoginHosts.Contains(url.Host)) is { } entra)
        {
            // Its document leaves the tenant open; whose tokens are accepted has to be said.
            yield return $"Auth:Authority is '{authority}', which is Microsoft Entra ID. Set Auth:Cloud={entra.Name} and Auth:Tenants instead.";
        }
    }

    private static IEnumerable<string> TenantProblems(AuthOptions options)
    {
        if (options.Cloud is not null && options.Tenants is null)
        {
            yield return "Auth:Cloud is set and Auth:Tenants is not; name the GUID of your tenant, several separated by ';', or 'any' for every tenant of that cloud.";
        }

        if (options.Tenants is { } setting && !AcceptedTenants.Parse(setting).IsAny)
        {
            if (setting.Length == 0 || setting.Any(tenant => !GuidText.TryRead(tenant, out _)))
            {
                yield return $"Auth:Tenants is '{string.Join(';', setting)}'; it must be the GUID of a tenant, several separated by ';', or 'any'.";
            }
            else if (setting.Contains(Caller.PersonalAccounts, StringComparer.OrdinalIgnoreCase))
            {
                yield return $"Auth:Tenants names {Caller.PersonalAccounts}, the tenant of personal accounts, which external connectors never support.";
            }
        }

        if (options.Tenants is not null && !options.HasAuthority)
        {
            yield return "Auth:Tenants is set and neither Auth:Cloud nor Auth:Authority is; the development issuer knows every tenant.";
        }

        if (options.TenantId is { } tenantId)
        {
            if (!GuidText.TryRead(tenantId, out _))
            {
                yield return $"Auth:TenantId is '{tenantId}'; it must be a GUID, any that you choose once: all data belongs to it.";
            }

            if (options.Authority is null || options.Cloud is not null || options.Tenants is not null || options.Claims.Tenant is not null)
            {
                yield return "Auth:TenantId is for a provider that has no tenants: it goes with Auth:Authority, "
                    + "and not with Auth:Cloud, Auth:Tenants or Auth:Claims:Tenant.";
            }
        }
    }

    private static IEnumerable<string> TokenProblems(AuthOptions options)
    {
        if (options.ClockSkew < TimeSpan.Zero || options.ClockSkew > AuthOptions.LongestClockSkew)
        {
            yield return $"Auth:ClockSkew is '{options.ClockSkew}'; it must be from 00:00:00 to 00:05:00.";
        }

        if (options.Audiences is { } audiences && (audiences.Length == 0 || audiences.Any(string.IsNullOrWhiteSpace)))
        {
            yield return $"Auth:Audiences must name at least one audience and no empty one; leave it out for {string.Join(", ", options.DefaultAudiences)}.";
        }

        if (options.SigningAlgorithms is { } algorithms
            && (algorithms.Length == 0 || algorithms.FirstOrDefault(algorithm => !AuthOptions.KnownAlgorithms.Contains(algorithm)) is not null))
        {
            yield return $"Auth:SigningAlgorithms is '{string.Join("', '", algorithms)}'; each must be one of {string.Join(", ", AuthOptions.KnownAlgorithms)}, spelled so.";
        }

        if (options.Development.TokenLifetime < DevIssuerOptions.ShortestLifetime || options.Development.TokenLifetime > DevIssuerOptions.LongestLifetime)
        {
            yield return $"Auth:Development:TokenLifetime is '{options.Development.TokenLifetime}'; it must be from 00:01:00 to 1.00:00:00.";
        }

        if (options.Development.RefreshTokenLifetime < DevIssuerOptions.ShortestRefreshLifetime
            || options.Development.RefreshTokenLifetime > DevIssuerOptions.LongestRefreshLifetime)
        {
            yield return $"Auth:Development:RefreshTokenLifetime is '{options.Development.RefreshTokenLifetime}'; it must be from 01:00:00 to 90.00:00:00.";
        }
    }

    private static IEnumerable<string> SecretProblems(DevIssuerOptions options)
    {
        if (options.MaxSecretChecks is < 0 or > DevIssuerOptions.MostSecretChecks)
        {
            yield return $"Auth:Development:MaxSecretChecks is {options.MaxSecretChecks}; it must be from 1 to {DevIssuerOptions.MostSecretChecks}, or 0 for half of the processors.";
        }

        if (options.MaxWaitingSecretChecks is < 0 or > DevIssuerOptions.MostSecretChecks)
        {
            yield return $"Auth:Development:MaxWaitingSecretChecks is {options.MaxWaitingSecretChecks}; it must be from 0 to {DevIssuerOptions.MostSecretChecks}.";
        }

        if (options.MaxFailedSignIns is < 1 or > DevIssuerOptions.MostFailedSignIns)
        {
            yield return $"Auth:Development:MaxFailedSignIns is {options.MaxFailedSignIns}; it must be from 1 to {DevIssuerOptions.MostFailedSignIns}.";
        }

        if (options.FailedSignInWindow < DevIssuerOptions.ShortestWindow || options.FailedSignInWindow > DevIssuerOptions.LongestWindow)
        {
            yield return $"Auth:Development:FailedSignInWindow is '{options.FailedSignInWindow}'; it must be from 00:00:01 to 1.00:00:00.";
        }
    }

    private static IEnumerable<string> AdministratorProblems(AuthOptions options)
    {
        if (options.AdministratorRoles is { } roles && roles.FirstOrDefault(role => !GuidText.TryRead(role, out _)) is { } wrongRole)
        {
            yield return
                $"Auth:AdministratorRoles holds '{wrongRole}'; each must be the GUID of a directory role template, such as {AuthOptions.GlobalAdministrator}.";
        }

        if (options.Administrators?.FirstOrDefault(entry => !AdministratorList.IsEntry(entry, options)) is { } wrong)
        {
            yield return $"Auth:Administrators holds '{wrong}'; each must be the object id of a user, a GUID, or the GUID of a tenant, a slash and that of a user.";
        }
    }

    private static bool IsHttpsOrLocal(Uri authority) =>
        authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback);
}
