using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>The first segment of a path: one tenant, or that of whoever signs in (<c>common</c>, <c>organizations</c>).</summary>
/// <param name="Segment">As documents name it in their addresses: the tenant's GUID, or the word.</param>
/// <param name="TenantId">Lower-case; null for the words.</param>
internal sealed record IssuerTenant(string Segment, string? TenantId)
{
    /// <summary>What discovery documents have in an issuer whose tenant is not known.</summary>
    public const string Placeholder = "{tenantid}";

    public string IdOrPlaceholder => TenantId ?? Placeholder;

    public bool IsCommon => Segment == "common";

    /// <summary>The tenant of this request's path, or why there is none.</summary>
    public static (IssuerTenant? Tenant, EntraError? Error) Of(HttpContext context) =>
        Read((string)context.Request.RouteValues["tenant"]!, context.RequestServices.GetRequiredService<SeedDirectory>());

    public static (IssuerTenant? Tenant, EntraError? Error) Read(string segment, SeedDirectory directory)
    {
        string name = segment.ToLowerInvariant();
        if (name is "common" or "organizations")
        {
            return (new IssuerTenant(name, null), null);
        }

        // The GUID of personal accounts is a tenant like any other here, so that a client can see how the API refuses them.
        if (name is "consumers")
        {
            return (null, EntraError.NoConsumers);
        }

        if (GuidText.TryRead(segment, out Guid id))
        {
            string tenantId = id.ToString("D");
            return directory.HasTenant(tenantId) ? (new IssuerTenant(tenantId, tenantId), null) : (null, EntraError.UnknownTenant(segment));
        }

        if (Uri.CheckHostName(segment) != UriHostNameType.Dns || !segment.Contains('.', StringComparison.Ordinal))
        {
            return (null, EntraError.NoTenantName(segment));
        }

        return directory.TenantOfDomainOrNull(segment) is { } tenant ? (new IssuerTenant(tenant, tenant), null) : (null, EntraError.UnknownTenant(segment));
    }
}
