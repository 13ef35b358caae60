namespace Tributary.Auth;

/// <summary>Whose tokens are accepted, as <c>Auth:Tenants</c> says it.</summary>
/// <param name="IsAny">Every tenant is.</param>
/// <param name="Ids">Those that are, lower-case.</param>
internal sealed record AcceptedTenants(bool IsAny, IReadOnlyList<string> Ids)
{
    public const string Any = "any";

    public string? OnlyOneOrNull => !IsAny && Ids is [var only] ? only : null;

    public bool Has(string tenantId) => IsAny || Ids.Contains(tenantId, StringComparer.Ordinal);

    /// <param name="setting">Null where nothing restricts the provider's tenants.</param>
    public static AcceptedTenants Parse(IReadOnlyList<string>? setting) => setting is null || (setting is [var only] && only.Equals(Any, StringComparison.OrdinalIgnoreCase))
        ? new(true, [])
        : new(false, [.. setting.Select(tenant => tenant.ToLowerInvariant()).Distinct()]);
}
