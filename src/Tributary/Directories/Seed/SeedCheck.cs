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
        if (value is null ? isRequired : !Guid.TryParseExact(value, "D", out _))
        {
            _problems.Add($"{at}: '{value}' is no GUID of the form 00000000-0000-0000-0000-000000000000.");
        }
    }
}
