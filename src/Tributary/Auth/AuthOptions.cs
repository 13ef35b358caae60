using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Tributary.Auth.DevIssuer;

namespace Tributary.Auth;

/// <summary>
/// Section <c>Auth</c>: whose tokens are accepted, what their claims mean, and who administers a tenant. One of three: <see cref="Cloud"/> for Microsoft Entra
/// ID, <see cref="Authority"/> alone for any other OpenID Connect provider, neither for the development issuer.
/// </summary>
internal sealed class AuthOptions : ICheckedOptions
{
    public const string Section = "Auth";

    /// <summary>
    /// The OpenID Connect issuer whose tokens are accepted, such as <c>https://login.example.org/tenant/v2.0</c>: what stands before
    /// <c>/.well-known/openid-configuration</c>. With <see cref="Cloud"/>: where Entra's document is read instead, such as a mirror.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>The name of a <see cref="NationalCloud"/>: tokens of Microsoft Entra ID there are accepted.</summary>
    public string? Cloud { get; set; }

    /// <summary>Tenants whose tokens are accepted: GUIDs, or <c>any</c> alone. Must be said with <see cref="Cloud"/>.</summary>
    public string[]? Tenants { get; set; }

    /// <summary>The tenant of every token, for a provider that has no tenants.</summary>
    public string? TenantId { get; set; }

    /// <summary>Accepted <c>aud</c> values; null for those of Graph in the cloud, of the development issuer in every cloud. A list that is set replaces the default.</summary>
    public string[]? Audiences { get; set; }

    /// <summary>How far the clocks of issuer and server may differ; from 0 to 5 minutes.</summary>
    public TimeSpan ClockSkew { get; set; } = LongestClockSkew;

    /// <summary>Accepted <c>alg</c> values, of <see cref="KnownAlgorithms"/>; null for RS256.</summary>
    public string[]? SigningAlgorithms { get; set; }

    /// <summary>Directory role template ids (<c>wids</c>) that make an administrator; null for <see cref="DefaultAdministratorRoles"/>.</summary>
    public string[]? AdministratorRoles { get; set; }

    /// <summary>Users who administer: object ids in every tenant, or <c>tenant/user</c> in one.</summary>
    public string[]? Administrators { get; set; }

    public ClaimOptions Claims { get; set; } = new();

    public DevIssuerOptions Development { get; set; } = new();

    public const string GraphAudience = "https://graph.microsoft.com";
    public const string GraphAppId = "00000003-0000-0000-c000-000000000000";
    public const string GlobalAdministrator = "62e90394-69f5-4237-9190-012177145e10";
    public const string SearchAdministrator = "0964bb5e-9bdb-4d7b-ac29-58e794862a40";

    internal static readonly TimeSpan LongestClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Signatures by a key of which only the public half is published; never <c>none</c>, and never HMAC, whose key would have to be shared.</summary>
    internal static readonly IReadOnlyList<string> KnownAlgorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly string[] DefaultAdministratorRoles = [GlobalAdministrator, SearchAdministrator];
    private static readonly string[] DefaultAlgorithms = [SecurityAlgorithms.RsaSha256];

    public IReadOnlyList<string> AcceptedAudiences => Audiences ?? DefaultAudiences;

    public IReadOnlyList<string> AcceptedAdministratorRoles => AdministratorRoles ?? DefaultAdministratorRoles;

    /// <summary>
    /// Graph's: its root with and without a slash, as tokens of version 1 have it, and its app id. The development issuer stands for every cloud; nobody else signs
    /// with its key.
    /// </summary>
    internal string[] DefaultAudiences
    {
        get
        {
            IEnumerable<NationalCloud> clouds = HasAuthority ? [EntraCloud ?? NationalCloud.Global] : NationalCloud.All;
            return [.. clouds.SelectMany(cloud => (string[])[cloud.GraphRoot, cloud.GraphRoot + "/"]), GraphAppId];
        }
    }

    internal IReadOnlyList<string> AcceptedAlgorithms => SigningAlgorithms ?? DefaultAlgorithms;

    /// <summary>Tokens come from elsewhere: there is no development issuer.</summary>
    internal bool HasAuthority => Authority is not null || Cloud is not null;

    /// <summary>The cloud of Entra; null when tokens come from somewhere else.</summary>
    internal NationalCloud? EntraCloud => Cloud is null ? null : NationalCloud.FindOrNull(Cloud);

    internal AcceptedTenants AcceptedTenants => Auth.AcceptedTenants.Parse(Tenants);

    /// <summary>
    /// What stands before <c>/.well-known/openid-configuration</c>. Of Entra the tenant's own document where there is only one; else that of <c>common</c>, which
    /// has the keys of personal accounts too, so that these can be told from forgeries. Version 2's, whose keys sign version 1's tokens as well.
    /// </summary>
    internal string DiscoveryRoot =>
        Authority?.TrimEnd('/') ?? $"{EntraCloud!.LoginRoot}/{AcceptedTenants.OnlyOneOrNull ?? "common"}/v2.0";

    /// <summary>How ids that are no GUIDs become some; null where every id is one.</summary>
    internal StableIds? Ids => Authority is not null && Cloud is null ? new StableIds(Claims.Namespace ?? Authority) : null;

    /// <summary>Reads and checks the section at start, not at first use as the options framework would: a wrong setting stops the server.</summary>
    /// <exception cref="OptionsValidationException">Names every setting that is wrong and what it may be.</exception>
    public static AuthOptions Read(IConfiguration configuration) => CheckedOptions.Read(configuration.GetSection(Section), section =>
    {
        AuthOptions options = section.Get<AuthOptions>(CheckedOptions.NoUnknownNames) ?? new AuthOptions();
        options.Tenants = CheckedOptions.List(section, nameof(Tenants), options.Tenants);
        options.Audiences = CheckedOptions.List(section, nameof(Audiences), options.Audiences);
        options.SigningAlgorithms = CheckedOptions.List(section, nameof(SigningAlgorithms), options.SigningAlgorithms);
        options.AdministratorRoles = CheckedOptions.List(section, nameof(AdministratorRoles), options.AdministratorRoles);
        options.Administrators = CheckedOptions.List(section, nameof(Administrators), options.Administrators);
        options.Claims.Permissions = CheckedOptions.List(section.GetSection(nameof(Claims)), nameof(ClaimOptions.Permissions), options.Claims.Permissions);
        return options;
    });

    public IEnumerable<string> Problems() => [.. AuthRules.Problems(this), .. ClaimRules.Problems(this)];
}
