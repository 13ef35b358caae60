using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>The <c>scope</c> parameter, understood: one resource, and permissions of it.</summary>
/// <param name="Permissions">Granted scope names as Graph spells them, without the resource.</param>
/// <param name="OpenId">The scopes of OpenID Connect among those asked for.</param>
/// <param name="IsDefault">All that is known was asked for (<c>.default</c>).</param>
internal sealed record RequestedScopes(IReadOnlyList<string> Permissions, IReadOnlyList<string> OpenId, bool IsDefault)
{
    private const string Default = ".default";
    private static readonly string[] OpenIdScopes = ["openid", "profile", "email", "offline_access"];

    public static IReadOnlyList<string> KnownDelegated { get; } =
        [.. GraphPermissions.All.Where(row => row.DelegatedId is not null).Select(row => row.Name), .. SeedFile.OtherPermissions];

    /// <summary>For an app in its own name: exactly one <c>{resource}/.default</c>.</summary>
    public static EntraError? CheckForApplication(string scope, string tenantId, IReadOnlyList<string> resources)
    {
        if (scope.Contains(' ', StringComparison.Ordinal))
        {
            return EntraError.NotDefaultScope(scope);
        }

        (string? resource, string name) = Split(scope);
        if (name != Default)
        {
            return EntraError.NotDefaultScope(scope);
        }

        return IsKnown(resource, resources) ? null : EntraError.UnknownResource(resource!, tenantId, resources);
    }

    /// <summary>For a user: any delegated scopes of one resource, or all of them by <c>.default</c>.</summary>
    public static (RequestedScopes? Scopes, EntraError? Error) ReadForUser(string scope, string tenantId, IReadOnlyList<string> resources)
    {
        List<string> permissions = [];
        List<string> openId = [];
        bool isDefault = false;
        string? onlyResource = null;

        foreach (string asked in scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (OpenIdScopes.Contains(asked))
            {
                openId.Add(asked);
                continue;
            }

            (string? resource, string name) = Split(asked);
            if (!IsKnown(resource, resources))
            {
                return (null, EntraError.UnknownResource(resource!, tenantId, resources));
            }

            string thisResource = (resource ?? AuthOptions.GraphAudience).TrimEnd('/');
            onlyResource ??= thisResource;
            if (!onlyResource.Equals(thisResource, StringComparison.OrdinalIgnoreCase))
            {
                return (null, EntraError.SeveralResources(scope));
            }

            if (name == Default)
            {
                isDefault = true;
            }
            else if (KnownDelegated.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known)
            {
                permissions.Add(known);
            }
            else
            {
                return (null, EntraError.UnknownScope(name, KnownDelegated));
            }
        }

        if (isDefault && permissions.Count > 0)
        {
            return (null, EntraError.InvalidScope(".default cannot be combined with other scopes of a resource."));
        }

        return (new RequestedScopes(isDefault ? KnownDelegated : [.. permissions.Distinct()], [.. openId.Distinct()], isDefault), null);
    }

    /// <summary>What may stand before the last slash: accepted audiences, and the server itself with or without its port (SDKs leave it out).</summary>
    public static IReadOnlyList<string> Resources(AuthOptions options, HttpRequest request)
    {
        string[] own = [$"{request.Scheme}://{request.Host.Value}", $"{request.Scheme}://{request.Host.Host}"];
        IEnumerable<string> audiences = options.AcceptedAudiences.Append(AuthOptions.GraphAudience).Select(audience => audience.TrimEnd('/'));
        return [.. audiences.Concat(own).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>A scope without a resource is one of Graph.</summary>
    private static (string? Resource, string Name) Split(string scope) =>
        scope.LastIndexOf('/') is >= 0 and var slash ? (scope[..slash], scope[(slash + 1)..]) : (null, scope);

    private static bool IsKnown(string? resource, IReadOnlyList<string> resources) =>
        resource is null || resources.Contains(resource.TrimEnd('/'), StringComparer.OrdinalIgnoreCase);
}
