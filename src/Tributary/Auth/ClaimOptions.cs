namespace Tributary.Auth;

/// <summary>
/// Section <c>Auth:Claims</c>: which claims of another provider's tokens mean what Entra's mean. Each names a claim (<see cref="ClaimPath"/>) or tests one
/// (<see cref="ClaimTest"/>); null for Entra's.
/// </summary>
internal sealed class ClaimOptions
{
    /// <summary>The calling application, such as <c>azp</c> or <c>cid</c>.</summary>
    public string? App { get; set; }

    /// <summary>The signed-in user, such as <c>sub</c> or <c>uid</c>. Never one that users may choose.</summary>
    public string? User { get; set; }

    /// <summary>The tenant; a provider without any has <see cref="AuthOptions.TenantId"/>.</summary>
    public string? Tenant { get; set; }

    /// <summary>The groups of a user.</summary>
    public string? Groups { get; set; }

    /// <summary>The roles of an application, which are its permissions; of a user only <c>Tributary.Operate</c> counts.</summary>
    public string? Roles { get; set; }

    /// <summary>The delegated permissions: a list, or one text with blanks.</summary>
    public string? Scopes { get; set; }

    /// <summary>Where an application's permissions are, if not in <see cref="Roles"/>.</summary>
    public string? ApplicationPermissions { get; set; }

    /// <summary>A test that a token of an application passes and one of a user does not.</summary>
    public string? Application { get; set; }

    /// <summary>A test that the token of an administrator of the tenant passes.</summary>
    public string? Administrator { get; set; }

    /// <summary>A test that the token of a guest passes.</summary>
    public string? Guest { get; set; }

    /// <summary>What <see cref="StableIds"/> are made from besides the value; null for <see cref="AuthOptions.Authority"/>.</summary>
    public string? Namespace { get; set; }

    /// <summary>Permissions that the provider calls otherwise, as <c>its name=Graph's name</c>.</summary>
    public string[]? Permissions { get; set; }

    /// <summary>Those that name a claim, with their settings' names.</summary>
    internal IEnumerable<(string Setting, string? Value)> Paths =>
    [
        (nameof(App), App), (nameof(User), User), (nameof(Tenant), Tenant), (nameof(Groups), Groups), (nameof(Roles), Roles), (nameof(Scopes), Scopes),
        (nameof(ApplicationPermissions), ApplicationPermissions),
    ];

    /// <summary>Those that test one.</summary>
    internal IEnumerable<(string Setting, string? Value)> Tests =>
        [(nameof(Application), Application), (nameof(Administrator), Administrator), (nameof(Guest), Guest)];

    internal bool AreSet => Paths.Concat(Tests).Any(setting => setting.Value is not null) || Permissions is not null || Namespace is not null;
}
