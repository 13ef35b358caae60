using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>The <c>scope</c> parameter, or version 1's <c>resource</c>, understood: one resource, and permissions of it.</summary>
/// <param name="Resource">What the token is for.</param>
/// <param name="Permissions">Granted scope names as Graph spells them, without the resource.</param>
/// <param name="OpenId">The scopes of OpenID Connect among those asked for.</param>
/// <param name="IsDefault">All that was granted was asked for (<c>.default</c>).</param>
internal sealed record RequestedScopes(TokenResource Resource, IReadOnlyList<string> Permissions, IReadOnlyList<string> OpenId, bool IsDefault)
{
    private const string Default = ".default";
    private const string OfflineAccess = "offline_access";

    /// <summary>What an API has whose application in the file does not tell: the name that Entra's portal suggests.</summary>
    private static readonly string[] UsualScopes = ["access_as_user"];

    private static readonly string[] OpenIdScopes = ["openid", "profile", "email", OfflineAccess];

    public bool WantsIdToken => OpenId.Contains("openid");

    public bool WantsRefreshToken => OpenId.Contains(OfflineAccess);

    /// <summary>For <c>scp</c>: Entra puts the scopes of OpenID Connect into a token for Graph too, except the one about refresh tokens.</summary>
    public IReadOnlyList<string> InToken => [.. Resource.Api is null ? OpenId.Where(scope => scope != OfflineAccess) : [], .. Permissions];

    /// <summary>With the resource before each, and <c>.default</c> when it was asked for: MSAL finds the token in its cache by this list.</summary>
    public string Told
    {
        get
        {
            IEnumerable<string> permissions = IsDefault ? Permissions.Append(Default) : Permissions;
            return string.Join(' ', OpenId.Where(scope => scope != OfflineAccess).Concat(permissions.Select(name => $"{Resource.Name}/{name}")));
        }
    }

    /// <summary>By which a refresh token asks for the same again.</summary>
    public string Again => string.Join(' ', OpenId.Concat(IsDefault ? [$"{Resource.Name}/{Default}"] : Permissions.Select(name => $"{Resource.Name}/{name}")));

    /// <summary>For an app in its own name: exactly one <c>{resource}/.default</c>.</summary>
    public static (TokenResource? Resource, EntraError? Error) ReadForApplication(string scope, ScopeContext context)
    {
        if (scope.Contains(' ', StringComparison.Ordinal))
        {
            return (null, EntraError.NotDefaultScope(scope));
        }

        (string? resource, string name) = Split(scope);
        return name != Default ? (null, EntraError.NotDefaultScope(scope)) : context.Find(resource);
    }

    /// <summary>Version 1 for a user: all that was granted of one resource, and whatever OpenID Connect has.</summary>
    public static (RequestedScopes? Scopes, EntraError? Error) ReadResource(string? resource, ScopeContext context)
    {
        (TokenResource? found, EntraError? error) = context.Find(resource);
        return found is null ? (null, error) : Grant(new RequestedScopes(found, [], OpenIdScopes, IsDefault: true), context);
    }

    /// <summary>For a user: any delegated scopes of one resource, or all of them by <c>.default</c>.</summary>
    public static (RequestedScopes? Scopes, EntraError? Error) ReadForUser(string scope, ScopeContext context)
    {
        List<string> permissions = [];
        List<string> openId = [];
        bool isDefault = false;
        TokenResource? only = null;
        string? spelledBefore = null;

        foreach (string asked in scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (OpenIdScopes.Contains(asked))
            {
                openId.Add(asked);
                continue;
            }

            (string? resource, string name) = Split(asked);
            (TokenResource? found, EntraError? error) = context.Find(resource);
            if (found is null)
            {
                return (null, error);
            }

            // Two names of one resource in one request are two resources to Entra as well.
            string spelling = (resource ?? TokenResource.CloudOf(context.Context.Request).GraphRoot).TrimEnd('/');
            if (only is not null && !spelling.Equals(spelledBefore, StringComparison.OrdinalIgnoreCase))
            {
                return (null, EntraError.SeveralResources(scope));
            }

            (only, spelledBefore) = (found, spelling);
            if (name == Default)
            {
                isDefault = true;
            }
            else if (KnownOrNull(name, found) is { } known)
            {
                permissions.Add(known);
            }
            else
            {
                return (null, EntraError.UnknownScope(name, found.Name, found.Api?.Entry?.ExposedScopes ?? SeedFile.DelegatedPermissions));
            }
        }

        if (isDefault && permissions.Count > 0)
        {
            return (null, EntraError.InvalidScope(".default cannot be combined with other scopes of a resource."));
        }

        only ??= context.Find(null).Resource!;
        return Grant(new RequestedScopes(only, [.. permissions.Distinct()], [.. openId.Distinct()], isDefault), context);
    }

    /// <summary>What was consented to, which for the APIs of other applications is everything.</summary>
    private static (RequestedScopes? Scopes, EntraError? Error) Grant(RequestedScopes asked, ScopeContext context)
    {
        if (asked.Resource.Api is { } api)
        {
            return (asked.IsDefault ? asked with { Permissions = api.Entry?.ExposedScopes ?? UsualScopes } : asked, null);
        }

        IReadOnlyList<string> granted = context.Client.GrantedScopes;
        IReadOnlyList<string> permissions = asked.IsDefault ? granted : asked.Permissions;
        return permissions.Except(granted).Any() || (asked.IsDefault && granted.Count == 0)
            ? (null, EntraError.NoConsent(context.Client.AppId, context.Client.DisplayName))
            : (asked with { Permissions = permissions }, null);
    }

    private static string? KnownOrNull(string name, TokenResource resource) => resource.Api is null
        ? SeedFile.DelegatedPermissions.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
        : resource.Api.Entry?.ExposedScopes is { } exposed ? exposed.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
        : name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-') && name.Length > 0 ? name : null;

    /// <summary>A scope without a resource is one of Graph.</summary>
    private static (string? Resource, string Name) Split(string scope) =>
        scope.LastIndexOf('/') is >= 0 and var slash ? (scope[..slash], scope[(slash + 1)..]) : (null, scope);
}

/// <summary>Who asks where for scopes.</summary>
internal sealed record ScopeContext(HttpContext Context, int Version, string TenantId, SeedTenantView Tenant, SeedTenantApp Client)
{
    private AuthOptions Options => Context.RequestServices.GetRequiredService<AuthOptions>();

    public (TokenResource? Resource, EntraError? Error) Find(string? resource) =>
        TokenResource.FindOrNull(resource, Version, Options, Context.Request, Tenant) is { } found
            ? (found, null)
            : (null, EntraError.UnknownResource(resource!, TenantId, TokenResource.GraphNames(Options, Context.Request)));
}
