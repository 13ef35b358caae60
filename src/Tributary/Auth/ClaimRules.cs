namespace Tributary.Auth;

/// <summary>What <see cref="ClaimOptions"/> may be.</summary>
internal static class ClaimRules
{
    public static IEnumerable<string> Problems(AuthOptions options)
    {
        ClaimOptions claims = options.Claims;
        if (!claims.AreSet)
        {
            yield break;
        }

        if (options.Authority is null || options.Cloud is not null)
        {
            yield return "Auth:Claims is for the tokens of a provider that Auth:Authority names; those of Microsoft Entra ID (Auth:Cloud) "
                + "and of the development issuer are known.";
        }

        foreach ((string setting, string? value) in claims.Paths)
        {
            if (value is not null && !ClaimPath.TryParse(value, out _))
            {
                yield return $"Auth:Claims:{setting} is '{value}'; it must be the name of a claim, a path of names with dots such as realm_access.roles, "
                    + "or a JSON pointer such as /resource_access/my.app/roles (in which ~0 is a tilde and ~1 a slash).";
            }
        }

        foreach ((string setting, string? value) in claims.Tests)
        {
            if (value is not null && !ClaimTest.TryParse(value, out _))
            {
                yield return $"Auth:Claims:{setting} is '{value}'; it must be a claim that is there, such as client_id, a claim and its value, such as "
                    + "gty=client-credentials, or a claim and another one that has the same value, such as sub={cid}. A value with =, { or } in it stands in quotation marks.";
            }
        }

        if (claims.Application is null)
        {
            // Guessing would be dangerous: a user whose token looks like an application's would need no administrator role.
            yield return "Auth:Claims is set and Auth:Claims:Application is not; say how the token of an application is told from a user's, "
                + "such as client_id (Keycloak), gty=client-credentials (Auth0) or sub={cid} (Okta).";
        }

        if (claims.Permissions?.FirstOrDefault(entry => !PermissionNames.TryParse(entry, out _, out _)) is { } wrong)
        {
            yield return $"Auth:Claims:Permissions holds '{wrong}'; each must be the provider's name, '=' and one of "
                + $"{string.Join(", ", GraphPermissions.All.Select(row => row.Name))}, {GraphPermissions.OperatorRole}.";
        }

        if (claims.Namespace is { } name && !IsNamespace(name))
        {
            yield return "Auth:Claims:Namespace must be a text without line breaks; leave it out for Auth:Authority.";
        }
    }

    /// <summary>Whether ids can be told apart by it: any text, as it need not be anybody's address.</summary>
    public static bool IsNamespace(string text) => !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);
}
