using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Tributary.Auth;

/// <summary>Reads the claims of a validated token into a <see cref="Caller"/> (protocol 3).</summary>
internal sealed class CallerFactory(AuthOptions options)
{
    private readonly HashSet<string> _administratorRoles = new(options.AcceptedAdministratorRoles, StringComparer.OrdinalIgnoreCase);

    /// <summary>The caller, or why the token tells none.</summary>
    public (Caller? Caller, string? Problem) Create(JsonWebToken token)
    {
        Claims claims = new(token);

        // Ids are GUIDs and kept in one spelling: they are keys of ownership and access. Two spellings, or two claims that disagree, must never meet.
        if (claims.Guid("tid") is not { } tenantId)
        {
            return (null, "The token has no tenant id (tid).");
        }

        string? azp = claims.Guid("azp");
        string? appid = claims.Guid("appid");
        if ((azp ?? appid) is not { } appId)
        {
            return (null, "The token has no application id (azp or appid).");
        }

        if (azp is not null && appid is not null && azp != appid)
        {
            return (null, "The token's azp and appid differ.");
        }

        // App-only iff idtyp is "app", or there is no idtyp, no scp, and roles or oid == sub. Delegated iff scp.
        string? tokenType = claims.Single("idtyp");
        bool hasScopes = claims.Has("scp");
        bool isAppOnly = tokenType is not null
            ? tokenType == "app"
            : !hasScopes && (claims.Has("roles") || (claims.Single("oid") is { } oid && oid == claims.Single("sub")));
        if (isAppOnly)
        {
            HashSet<string> roles = claims.Set("roles");
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
        if (claims.Guid("oid") is not { } userId)
        {
            return (null, "The token of a user has no object id (oid).");
        }

        return (new Caller
        {
            TenantId = tenantId,
            AppId = appId,
            UserId = userId,
            // A user's roles are app roles and grant no permission of Graph; without scp there is none.
            Permissions = hasScopes ? claims.Words("scp") : new HashSet<string>(),
            Groups = claims.Guids("groups"),
            HasGroupsOverage = HasGroupsOverage(claims),
            IsAdministrator = claims.All("wids").Any(_administratorRoles.Contains),
            IsGuest = IsGuest(claims),
            IsOperator = claims.Set("roles").Contains(GraphPermissions.OperatorRole),
        }, null);
    }

    /// <summary><c>acct</c> decides when it is there; else a home issuer that is not this one makes a guest.</summary>
    private static bool IsGuest(Claims claims) => claims.Single("acct") switch
    {
        "1" => true,
        "0" => false,
        _ => claims.Single("idp") is { } identityProvider && identityProvider != claims.Single("iss"),
    };

    private static bool HasGroupsOverage(Claims claims)
    {
        if (claims.All("hasgroups").Any(value => value.Equals("true", StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        foreach (string names in claims.All("_claim_names"))
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(names);
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

    /// <summary>The claims by name. An array is several claims of one name; an empty or null value is none.</summary>
    private readonly struct Claims(JsonWebToken token)
    {
        private readonly ILookup<string, string> _values =
            token.Claims.Where(claim => claim.Value.Length > 0).ToLookup(claim => claim.Type, claim => claim.Value);

        public bool Has(string type) => _values.Contains(type);

        public IEnumerable<string> All(string type) => _values[type];

        /// <summary>The value, or null when there is none or more than one.</summary>
        public string? Single(string type) => _values[type].Take(2).ToArray() is [var only] ? only : null;

        public string? Guid(string type) => System.Guid.TryParseExact(Single(type), "D", out Guid id) ? id.ToString("D") : null;

        public HashSet<string> Set(string type) => new(_values[type], StringComparer.OrdinalIgnoreCase);

        public HashSet<string> Words(string type) =>
            new(_values[type].SelectMany(value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries)), StringComparer.OrdinalIgnoreCase);

        public HashSet<string> Guids(string type) =>
            new(_values[type].Select(value => System.Guid.TryParseExact(value, "D", out Guid id) ? id.ToString("D") : "").Where(id => id.Length > 0));
    }
}
