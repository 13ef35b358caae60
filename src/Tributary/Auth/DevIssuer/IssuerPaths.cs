using Tributary.Directories.Seed;
using Tributary.Graph;
using Tributary.TakeOver;

namespace Tributary.Auth.DevIssuer;

/// <summary>Which paths are the development issuer's, whether it has an endpoint there or not: below a tenant, and where managed identities ask.</summary>
internal static class IssuerPaths
{
    /// <summary>Graph has none of these below a version, nor any other path of this server.</summary>
    private static readonly string[] BelowTenant = ["oauth2", "discovery", "openid", ".well-known"];

    /// <summary>What stands where a tenant's GUID does.</summary>
    private static readonly string[] TenantWords = ["common", "organizations", "consumers"];

    private static readonly string[] ManagedIdentity = ["msi", "metadata"];

    /// <summary>Whether what goes wrong with the request is told as Entra tells it. Looks at the path only, as routing may not have found anything.</summary>
    public static bool Has(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        if (GraphPaths.IsVersioned(path)
            || context.RequestServices?.GetService<IssuerNames>() is null
            || context.RequestServices.GetService<TakenOverHosts>()?.KindOf(context.Request.Host.Host) == HostKind.Graph)
        {
            return false;
        }

        return path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            [] => false,
            [var first, ..] when Is(first, TenantWords) || Is(first, ManagedIdentity) || GuidText.TryRead(first, out _) => true,
            [_, var second, ..] when Is(second, BelowTenant) => true,
            [_, "v2.0", ".well-known", ..] => true,
            [var domain, _, ..] => context.RequestServices.GetRequiredService<SeedDirectory>().HadDomain(domain),
            _ => false,
        };
    }

    private static bool Is(string segment, string[] names) => names.Contains(segment, StringComparer.OrdinalIgnoreCase);
}
