namespace Tributary.Directories.Seed;

/// <summary>An application in one tenant, with what it signs in by.</summary>
/// <param name="AppId">Lower-case.</param>
/// <param name="Entry">As the file has it; null for one that is there because every GUID is.</param>
internal sealed record SeedTenantApp(string AppId, SeedApp? Entry)
{
    public string DisplayName => Entry?.DisplayName ?? $"Application {AppId}";

    public IReadOnlyList<SeedSecret> Secrets => Entry?.Secrets ?? [];

    public IReadOnlyList<string> Certificates => Entry?.Certificates ?? [];

    public bool HasCredentials => Secrets.Count > 0 || Certificates.Count > 0;

    /// <summary>Whether it may act for users without a secret or certificate.</summary>
    public bool IsPublicClient => Entry?.PublicClient ?? !HasCredentials;

    /// <summary>The delegated permissions of Graph that it was given, as Graph spells them.</summary>
    public IReadOnlyList<string> GrantedScopes => Entry?.Scopes is not { } scopes ? SeedFile.DelegatedPermissions
        : [.. SeedFile.DelegatedPermissions.Where(known => scopes.Contains(known, StringComparer.OrdinalIgnoreCase))];
}
