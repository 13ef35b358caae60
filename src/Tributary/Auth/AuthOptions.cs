using Microsoft.Extensions.Options;
using Tributary.Auth.DevIssuer;

namespace Tributary.Auth;

/// <summary>Section <c>Auth</c>: whose tokens are accepted, and who administers a tenant.</summary>
internal sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>
    /// The OpenID Connect issuer whose tokens are accepted, such as <c>https://login.example.org/tenant/v2.0</c>. Null: the development issuer.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>Accepted <c>aud</c> values; null for <see cref="DefaultAudiences"/>. A list that is set replaces the default.</summary>
    public string[]? Audiences { get; set; }

    /// <summary>How far the clocks of issuer and server may differ; from 0 to 5 minutes.</summary>
    public TimeSpan ClockSkew { get; set; } = LongestClockSkew;

    /// <summary>Directory role template ids (<c>wids</c>) that make an administrator; null for <see cref="DefaultAdministratorRoles"/>.</summary>
    public string[]? AdministratorRoles { get; set; }

    public DevIssuerOptions Development { get; set; } = new();

    public const string GraphAudience = "https://graph.microsoft.com";
    public const string GraphAppId = "00000003-0000-0000-c000-000000000000";
    public const string GlobalAdministrator = "62e90394-69f5-4237-9190-012177145e10";
    public const string SearchAdministrator = "0964bb5e-9bdb-4d7b-ac29-58e794862a40";

    private static readonly TimeSpan LongestClockSkew = TimeSpan.FromMinutes(5);
    private static readonly string[] DefaultAudiences = [GraphAudience, GraphAudience + "/", GraphAppId];
    private static readonly string[] DefaultAdministratorRoles = [GlobalAdministrator, SearchAdministrator];

    public IReadOnlyList<string> AcceptedAudiences => Audiences ?? DefaultAudiences;

    public IReadOnlyList<string> AcceptedAdministratorRoles => AdministratorRoles ?? DefaultAdministratorRoles;

    /// <summary>Reads and checks the section at start, not at first use as the options framework would: a wrong setting stops the server.</summary>
    /// <exception cref="OptionsValidationException">Names every setting that is wrong and what it may be.</exception>
    public static AuthOptions Read(IConfiguration configuration)
    {
        AuthOptions options;
        try
        {
            options = configuration.GetSection(Section).Get<AuthOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new AuthOptions();
        }
        catch (InvalidOperationException exception)
        {
            // The binder names the setting that it does not know, or the value that is of no such type.
            throw new OptionsValidationException(Section, typeof(AuthOptions), [exception.Message]);
        }

        List<string> failures = options.Check();
        return failures.Count == 0 ? options : throw new OptionsValidationException(Section, typeof(AuthOptions), failures);
    }

    public List<string> Check()
    {
        List<string> failures = [];

        if (Authority is not null && !(Uri.TryCreate(Authority, UriKind.Absolute, out Uri? authority) && IsHttpsOrLocal(authority)))
        {
            failures.Add(
                $"Auth:Authority is '{Authority}'; it must be an absolute https URL (http only for localhost), " +
                "or be left out for the development issuer.");
        }

        if (ClockSkew < TimeSpan.Zero || ClockSkew > LongestClockSkew)
        {
            failures.Add($"Auth:ClockSkew is '{ClockSkew}'; it must be from 00:00:00 to 00:05:00.");
        }

        if (Audiences is { } audiences && (audiences.Length == 0 || audiences.Any(string.IsNullOrWhiteSpace)))
        {
            failures.Add($"Auth:Audiences must name at least one audience and no empty one; leave it out for {string.Join(", ", DefaultAudiences)}.");
        }

        if (AdministratorRoles is { } roles && roles.FirstOrDefault(role => !Guid.TryParseExact(role, "D", out _)) is { } wrongRole)
        {
            failures.Add(
                $"Auth:AdministratorRoles holds '{wrongRole}'; each must be the GUID of a directory role template, such as {GlobalAdministrator}.");
        }

        if (Development.TokenLifetime < DevIssuerOptions.ShortestLifetime || Development.TokenLifetime > DevIssuerOptions.LongestLifetime)
        {
            failures.Add($"Auth:Development:TokenLifetime is '{Development.TokenLifetime}'; it must be from 00:01:00 to 1.00:00:00.");
        }

        if (Development.RefreshTokenLifetime < DevIssuerOptions.ShortestRefreshLifetime || Development.RefreshTokenLifetime > DevIssuerOptions.LongestRefreshLifetime)
        {
            failures.Add($"Auth:Development:RefreshTokenLifetime is '{Development.RefreshTokenLifetime}'; it must be from 01:00:00 to 90.00:00:00.");
        }

        return failures;
    }

    private static bool IsHttpsOrLocal(Uri authority) =>
        authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback);
}
