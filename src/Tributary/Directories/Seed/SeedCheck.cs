namespace Tributary.Directories.Seed;

/// <summary>Everything that is wrong with a seed file, each with its path in it.</summary>
internal sealed class SeedCheck(SeedFile seed)
{
    private readonly HashSet<(string?, string)> _seen = [];
    private readonly List<string> _problems = [];

    public IEnumerable<string> Problems()
    {
        Each(seed.Tenants, "tenants", Check);
        Each(seed.Apps, "apps", Check);
        Each(seed.Users, "users", Check);
        Each(seed.Groups, "groups", Check);
        return _problems;
    }

    private static void Each<T>(IReadOnlyList<T> entries, string name, Action<T, string> check)
    {
        for (int i = 0; i < entries.Count; i++)
        {
            check(entries[i], $"$.{name}[{i}]");
        }
    }

    private void Check(SeedTenant tenant, string at)
    {
        RequireGuid(tenant.TenantId, $"{at}.tenantId", isRequired: true);
        RequireFirst(null, $"tenant {tenant.TenantId}", at, $"the tenant {tenant.TenantId}");
        Each(tenant.Domains, "domains", (domain, _) =>
        {
            if (Uri.CheckHostName(domain) != UriHostNameType.Dns || !domain.Contains('.', StringComparison.Ordinal))
            {
                _problems.Add($"{at}.domains: '{domain}' is no domain such as contoso.test.");
            }

            RequireFirst(null, $"domain {domain}", $"{at}.domains", $"the domain {domain}");
        });
    }

    private void Check(SeedApp app, string at)
    {
        RequireGuid(app.AppId, $"{at}.appId", isRequired: true);
        RequireGuid(app.TenantId, $"{at}.tenantId", isRequired: false);
        RequireFirst(app.TenantId, $"app {app.AppId}", at, $"the app {app.AppId}");
        for (int i = 0; i < app.Roles.Count; i++)
        {
            if (SeedFile.CanonicalRoleOrNull(app.Roles[i]) is null)
            {
                _problems.Add($"{at}.roles[{i}]: '{app.Roles[i]}' is none of {string.Join(", ", SeedFile.AllRoles)}.");
            }
        }

        CheckSignIn(app, at);
    }

    private void CheckSignIn(SeedApp app, string at)
    {
        Each(app.Scopes ?? [], "scopes", (scope, _) =>
        {
            if (!SeedFile.DelegatedPermissions.Contains(scope, StringComparer.OrdinalIgnoreCase))
            {
                _problems.Add($"{at}.scopes: '{scope}' is none of {string.Join(", ", SeedFile.DelegatedPermissions)}.");
            }
        });
        for (int i = 0; i < app.Secrets.Count; i++)
        {
            CheckSecret(app.Secrets[i].Secret, app.Secrets[i].Hash, $"{at}.secrets[{i}]", "secret", "hash", isRequired: true);
        }

        for (int i = 0; i < app.Certificates.Count; i++)
        {
            if (!SeedCertificate.IsWellFormed(app.Certificates[i]))
            {
                _problems.Add($"{at}.certificates[{i}] is neither a certificate with an RSA key in PEM nor a thumbprint of 40 or 64 hexadecimal digits.");
            }
        }

        for (int i = 0; i < app.RedirectUris.Count; i++)
        {
            if (!Uri.TryCreate(app.RedirectUris[i], UriKind.Absolute, out Uri? uri) || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0
                || uri.Scheme is "javascript" or "data" or "file" or "vbscript" or "blob")
            {
                _problems.Add($"{at}.redirectUris[{i}]: '{app.RedirectUris[i]}' is no absolute address without a fragment that a browser may be sent to.");
            }
        }
    }

    /// <summary>Says where, and never what: these are secrets.</summary>
    private void CheckSecret(string? plain, string? hash, string at, string plainName, string hashName, bool isRequired)
    {
        if (plain is not null && hash is not null)
        {
            _problems.Add($"{at} has both {plainName} and {hashName}; leave out one of them.");
        }
        else if (isRequired && plain is null && hash is null)
        {
            _problems.Add($"{at} has neither {plainName} nor {hashName}.");
        }
        else if (plain?.Length == 0)
        {
            _problems.Add($"{at}.{plainName} is empty.");
        }
        else if (hash is not null && !SecretHash.IsWellFormed(hash))
        {
            _problems.Add($"{at}.{hashName} is of neither form: {SecretHash.Forms}.");
        }
    }

    private void Check(SeedUser user, string at)
    {
        if (string.IsNullOrWhiteSpace(user.UserPrincipalName) || !user.UserPrincipalName.Contains('@', StringComparison.Ordinal))
        {
            _problems.Add($"{at}.userPrincipalName: '{user.UserPrincipalName}' is no name of the form user@domain.");
        }

        RequireGuid(user.Oid, $"{at}.oid", isRequired: false);
        RequireGuid(user.TenantId, $"{at}.tenantId", isRequired: false);
        RequireFirst(user.TenantId, $"user {user.UserPrincipalName}", at, $"the user {user.UserPrincipalName}");
        if (user.Oid is not null)
        {
            RequireFirst(user.TenantId, $"object {user.Oid}", $"{at}.oid", $"the object id {user.Oid}");
        }

        CheckSecret(user.Password, user.PasswordHash, at, "password", "passwordHash", isRequired: false);
        for (int i = 0; i < user.Groups.Count; i++)
        {
            RequireGuid(user.Groups[i], $"{at}.groups[{i}]", isRequired: true);
        }
    }

    private void Check(SeedGroup group, string at)
    {
        RequireGuid(group.Id, $"{at}.id", isRequired: true);
        RequireGuid(group.TenantId, $"{at}.tenantId", isRequired: false);
        RequireFirst(group.TenantId, $"object {group.Id}", $"{at}.id", $"the object id {group.Id}");
        for (int i = 0; i < group.Members.Count; i++)
        {
            string member = group.Members[i];
            if (!member.Contains('@', StringComparison.Ordinal))
            {
                RequireGuid(member, $"{at}.members[{i}]", isRequired: true);
            }
            else if (!seed.Users.Any(user => member.Equals(user.UserPrincipalName, StringComparison.OrdinalIgnoreCase)) && !SeedDirectory.IsBuiltIn(member))
            {
                _problems.Add($"{at}.members[{i}]: there is no user '{member}'.");
            }
        }
    }

    private void RequireFirst(string? tenantId, string key, string at, string what)
    {
        if (!_seen.Add((tenantId?.ToLowerInvariant(), key.ToLowerInvariant())))
        {
            _problems.Add($"{at}: {what} is named twice.");
        }
    }

    private void RequireGuid(string? value, string at, bool isRequired)
    {
        if (value is null ? isRequired : !GuidText.TryRead(value, out _))
        {
            _problems.Add($"{at}: '{value}' is no GUID of the form 00000000-0000-0000-0000-000000000000.");
        }
    }
}
