namespace Tributary.Directories;

/// <summary>A group as the directory of a tenant knows it; the members are those of Graph's <c>group</c>.</summary>
internal sealed record DirectoryGroup
{
    /// <summary>Object id, lower-case: what access lists call the group.</summary>
    public required string Id { get; init; }

    public string? DisplayName { get; init; }

    public string? Description { get; init; }

    public string? Mail { get; init; }

    /// <summary>A text by which a client chose to know the group (SCIM's <c>externalId</c>); null for none.</summary>
    public string? ExternalId { get; init; }
}

/// <summary>A member of a group: exactly one of the two.</summary>
internal readonly record struct DirectoryMember(DirectoryUser? User, DirectoryGroup? Group)
{
    public string Id => User?.Id ?? Group!.Id;
}

/// <summary>A tenant as its directory knows it; the members are those of Graph's <c>organization</c>.</summary>
/// <param name="TenantId">Lower-case.</param>
/// <param name="DisplayName">What people call it.</param>
/// <param name="Domains">Verified domains, the default one first.</param>
internal sealed record DirectoryOrganization(string TenantId, string DisplayName, IReadOnlyList<string> Domains);

/// <summary>An application as a tenant knows it; the members are those of Graph's <c>servicePrincipal</c>.</summary>
/// <param name="Id">Object id of the service principal, lower-case: <c>oid</c> of the application's own tokens.</param>
/// <param name="AppId">Client id, lower-case.</param>
/// <param name="DisplayName">What people call it.</param>
internal sealed record DirectoryApplication(string Id, string AppId, string DisplayName)
{
    /// <summary>Object id of its registration (Graph's <c>application</c>), lower-case; null where the directory does not say.</summary>
    public string? RegistrationId { get; init; }
}
