namespace Tributary.Directories;

/// <summary>A user as the directory of a tenant knows it; the members are those of Graph's <c>user</c>.</summary>
internal sealed record DirectoryUser
{
    /// <summary>Object id, lower-case: what access lists and tokens (<c>oid</c>) call the user.</summary>
    public required string Id { get; init; }

    /// <summary>Unique in its tenant, ignoring case.</summary>
    public required string UserPrincipalName { get; init; }

    public string? DisplayName { get; init; }

    public string? GivenName { get; init; }

    public string? Surname { get; init; }

    public string? Mail { get; init; }

    public string? JobTitle { get; init; }

    public string? Department { get; init; }

    /// <summary><c>accountEnabled</c>. A disabled user is let in no longer, however long the token still lasts.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary><c>userType</c>: true for <c>Guest</c>, false for <c>Member</c>, null where the directory does not say and the token decides.</summary>
    public bool? IsGuest { get; init; }

    /// <summary>A text by which a client chose to know the user (SCIM's <c>externalId</c>); null for none.</summary>
    public string? ExternalId { get; init; }
}
