using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Tributary.Auth;

/// <summary>Reads the claims of a validated token into a <see cref="Caller"/>: Entra's (protocol 3), or those that <c>Auth:Claims</c> puts in their places.</summary>
internal sealed class CallerFactory
{
    private static readonly ClaimPath Azp = ClaimPath.Parse("azp");
    private static readonly ClaimPath AppIdV1 = ClaimPath.Parse("appid");
    private static readonly ClaimPath Idtyp = ClaimPath.Parse("idtyp");
    private static readonly ClaimPath Sub = ClaimPath.Parse("sub");
    private static readonly ClaimPath Wids = ClaimPath.Parse("wids");
    private static readonly ClaimPath Acct = ClaimPath.Parse("acct");
    private static readonly ClaimPath Idp = ClaimPath.Parse("idp");
    private static readonly ClaimPath Iss = ClaimPath.Parse("iss");
    private static readonly ClaimPath HasGroups = ClaimPath.Parse("hasgroups");
    private static readonly ClaimPath Capabilities = ClaimPath.Parse("xms_cc");
    private static readonly ClaimPath ClaimNames = ClaimPath.Parse("_claim_names");

    private readonly ClaimPath? _app;
    private readonly ClaimPath _user;
    private readonly ClaimPath _tenant;
    private readonly ClaimPath _groups;
    private readonly ClaimPath _roles;
    private readonly ClaimPath _scopes;
    private readonly ClaimPath _applicationPermissions;
    private readonly ClaimTest? _application;
    private readonly ClaimTest? _administrator;
    private readonly ClaimTest? _guest;
    private readonly bool _hasEntraGroups;
    private readonly string? _tenantId;
    private readonly StableIds? _ids;
    private readonly NationalCloud? _cloud;
    private readonly PermissionNames _permissions;
    private readonly HashSet<string> _administratorRoles;
    private readonly AdministratorList _administrators;

    public CallerFactory(AuthOptions options)
    {
        ClaimOptions claims = options.Claims;
        _app = claims.App is null ? null : ClaimPath.Parse(claims.App);
        _user = ClaimPath.Parse(claims.User ?? "oid");
        _tenant = ClaimPath.Parse(claims.Tenant ?? "tid");
        _groups = ClaimPath.Parse(claims.Groups ?? "groups");
        _roles = ClaimPath.Parse(claims.Roles ?? "roles");
        _scopes = ClaimPath.Parse(claims.Scopes ?? "scp");
        _applicationPermissions = claims.ApplicationPermissions is null ? _roles : ClaimPath.Parse(claims.ApplicationPermissions);
        _application = ClaimTest.ParseOrNull(claims.Application);
        _administrator = ClaimTest.ParseOrNull(claims.Administrator);
        _guest = ClaimTest.ParseOrNull(claims.Guest);
        _hasEntraGroups = claims.Groups is null or "groups";
        _tenantId = options.TenantId?.ToLowerInvariant();
        _ids = options.Ids;
        _cloud = options.EntraCloud;
        _permissions = new PermissionNames(claims);
        _administratorRoles = new(options.AcceptedAdministratorRoles, StringComparer.OrdinalIgnoreCase);
        _administrators = new AdministratorList(options);
    }

    /// <summary>The tenant that a token speaks for; null when it names none. Not yet believed: this is asked while the token is validated.</summary>
    public string? TenantOf(JsonWebToken token) => TokenPayload.TryRead(token, out TokenPayload? claims) ? TenantOf(claims.Value) : null;

    /// <summary>The caller, or why the token tells none.</summary>
    public (Caller? Caller, string? Problem) Create(JsonWebToken token)
    {
        if (!TokenPayload.TryRead(token, out TokenPayload? read))
        {
            return (null, "The token's payload is no JSON object, or has a member twice.");
        }

        // Ids are GUIDs and kept in one spelling: they are keys of ownership and access. Two spellings, or two claims that disagree, must never meet.
        TokenPayload claims = read.Value;
        if (TokenKind.ProblemOrNull(claims.Root) is { } otherKind)
        {
            return (null, otherKind);
        }

        if (TenantOf(claims) is not { } tenantId)
        {
            return (null, "The token has no tenant id (tid, or Auth:Claims:Tenant).");
        }

        (string? appId, string? problem) = AppOf(claims);
        if (appId is null)
        {
            return (null, problem);
        }

        if (IsApplicationOrNull(claims) is not { } isApplication)
        {
            return (null, "The token has roles and is neither a user's (scp) nor an application's (idtyp is app, or sub is its oid).");
        }

        if (isApplication)
        {
            HashSet<string> roles = _permissions.InGraph(claims.Words(_applicationPermissions));
            return (new Caller
            {
                TenantId = tenantId,
                AppId = appId,
                UserId = null,
                Permissions = roles,
                Groups = new HashSet<string>(),
                IsAdministrator = false,
                IsGuest = false,
                IsOperator = roles.Contains(GraphPermissions.OperatorRole),
            }, null);
        }

        // Without an id a user would pass for an application.
        if (IdOrNull(IdKind.User, claims.Single(_user)) is not { } userId)
        {
            return (null, "The token of a user has no object id (oid, or Auth:Claims:User).");
        }

        HashSet<string>? groups = GroupsOrNull(claims);
        return (new Caller
        {
            TenantId = tenantId,
            AppId = appId,
            UserId = userId,
            // A user's roles are app roles and grant no permission of Graph; without scp there is none.
            Permissions = _permissions.InGraph(claims.Words(_scopes)),
            Groups = groups ?? [],
            HasUnreadableGroups = groups is null,
            HasGroupsOverage = _hasEntraGroups && HasGroupsOverage(claims),
            IsAdministrator = IsAdministrator(claims) || _administrators.Has(tenantId, userId),
            IsGuest = IsGuestOrNull(claims, tenantId),
            HandlesClaimsChallenges = claims.All(Capabilities).Contains("cp1", StringComparer.OrdinalIgnoreCase),
            IsOperator = _permissions.InGraph(claims.All(_roles)).Contains(GraphPermissions.OperatorRole),
        }, null);
    }

    private string? TenantOf(TokenPayload claims) => _tenantId ?? IdOrNull(IdKind.Tenant, claims.Single(_tenant));

    private (string? AppId, string? Problem) AppOf(TokenPayload claims)
    {
        if (_app is not null)
        {
            string? own = IdOrNull(IdKind.App, claims.Single(_app));
            return (own, own is null ? "The token has no application id (Auth:Claims:App)." : null);
        }

        string? azp = IdOrNull(IdKind.App, claims.Single(Azp));
        string? appId = IdOrNull(IdKind.App, claims.Single(AppIdV1));
        return azp is not null && appId is not null && azp != appId
            ? (null, "The token's azp and appid differ.")
            : (azp ?? appId, azp is null && appId is null ? "The token has no application id (azp or appid)." : null);
    }

    /// <summary>
    /// By the provider's own test where there is one. Else iff idtyp is "app", or there is no idtyp, no scp, and roles or oid == sub (protocol 3); but a user has
    /// roles as well, so of the real Entra, whose applications' sub is their oid, only that. Null: roles of nobody knows whom.
    /// </summary>
    private bool? IsApplicationOrNull(TokenPayload claims)
    {
        if (_application is not null)
        {
            return _application.HoldsOf(claims.Root);
        }

        if (claims.Has(Idtyp))
        {
            return claims.Single(Idtyp) == "app";
        }

        // Of a user who gave no permission there may be an empty one.
        if (_scopes.FindOrNull(claims.Root) is not null)
        {
            return false;
        }

        bool isItsOwnSubject = claims.Single(_user) is { } user && user == claims.Single(Sub);
        if (isItsOwnSubject || !claims.Has(_roles))
        {
            return isItsOwnSubject;
        }

        return _cloud is null ? true : null;
    }

    /// <summary>Null when there is something that is no list of ids of groups, such as of their names: what was left out might be denied.</summary>
    private HashSet<string>? GroupsOrNull(TokenPayload claims)
    {
        if (_groups.FindOrNull(claims.Root) is not { } found)
        {
            return [];
        }

        HashSet<string> groups = [];
        foreach (JsonElement entry in found.ValueKind == JsonValueKind.Array ? found.EnumerateArray().AsEnumerable() : [found])
        {
            string? text = entry.ValueKind switch
            {
                JsonValueKind.String when entry.GetString() is { Length: > 0 } name => name,
                JsonValueKind.Number => entry.GetRawText(),
                _ => null,
            };
            if (IdOrNull(IdKind.Group, text) is not { } id)
            {
                return null;
            }

            groups.Add(id);
        }

        return groups;
    }

    private bool IsAdministrator(TokenPayload claims) =>
        _administrator?.HoldsOf(claims.Root) ?? claims.All(Wids).Any(_administratorRoles.Contains);

    /// <summary>
    /// <c>acct</c> decides when it is there; else a home issuer that is not this one makes a guest, and this one a member; null without either. What is there in
    /// another shape speaks for a guest.
    /// </summary>
    private bool? IsGuestOrNull(TokenPayload claims, string tenantId) => _guest is not null ? _guest.HoldsOf(claims.Root)
        : Acct.FindOrNull(claims.Root) is not null ? claims.Single(Acct) != "0"
        : Idp.FindOrNull(claims.Root) is not null ? claims.Single(Idp) is not { } identityProvider || !IsHome(identityProvider, claims.Single(Iss), tenantId)
        : null;

    /// <summary>Entra may name a member's home as version 1 does in a token of version 2.</summary>
    private bool IsHome(string identityProvider, string? issuer, string tenantId) =>
        identityProvider == issuer || (_cloud is not null && _cloud.IsIssuerOf(tenantId, identityProvider));

    private static bool HasGroupsOverage(TokenPayload claims)
    {
        if (HasGroups.FindOrNull(claims.Root) is not null && claims.Single(HasGroups)?.ToLowerInvariant() != "false")
        {
            return true;
        }

        foreach (string names in claims.All(ClaimNames))
        {
            try
            {
                using var document = JsonDocument.Parse(names);
                if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("groups", out _))
                {
                    return true;
                }
            }
            catch (JsonException)
            {
                // A claim that speaks of groups kept elsewhere but cannot be read: assume that there are some.
                return true;
            }
        }

        return false;
    }

    /// <summary>Entra's ids are GUIDs and anything else is none; those of other providers become some.</summary>
    private string? IdOrNull(IdKind kind, string? value) =>
        value is null ? null
        : _ids is not null ? _ids.Of(kind, value)
        : GuidText.LowerOrNull(value);
}
