using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Directories.Seed;

namespace Tributary.Cli;

/// <summary>Who can sign in with the development issuer, and the commands for a first token and a first connection: what holds by the seed file as it was at start, if there is one.</summary>
internal sealed class FirstToken
{
    /// <summary>More are found in the file.</summary>
    private const int MostUsers = 3;

    private static readonly string[] ConnectionRoles = ["ExternalConnection.ReadWrite.OwnedBy", "ExternalConnection.ReadWrite.All"];

    private readonly bool _isRemote;
    private readonly SeedFile _file;
    private readonly string _tenantId;
    private readonly SeedTenantView _tenant;

    private FirstToken(SeedDirectory directory, bool isRemote)
    {
        _isRemote = isRemote;
        _file = directory.AtStart;
        _tenantId = _file.Tenants is [{ TenantId: { } first }, ..] ? first.ToLowerInvariant() : DevDefaults.TenantId;
        _tenant = directory.TenantAtStart(_tenantId);
    }

    public static FirstToken Of(IServiceProvider services) =>
        new(services.GetRequiredService<SeedDirectory>(), services.GetRequiredService<AuthOptions>().Development.AllowRemote);

    public string Text(string url)
    {
        // One for which any secret will do, so that the commands can be pasted; else one that has a secret; and rather one that may create the connection.
        SeedTenantApp? app = _file.Apps.Select(app => app.AppId!).Prepend(DevDefaults.AppId)
            .Select(_tenant.FindAppOrNull).OfType<SeedTenantApp>()
            .Where(app => TakesAnySecret(app) || app.Secrets.Count > 0)
            .OrderBy(app => (TakesAnySecret(app) ? 0 : 1) + (MayCreate(app) ? 0 : 2))
            .FirstOrDefault();
        string text = $"  tenant  {_tenantId}";
        text += app is null ? "" : $"\n  app     {app.AppId}";
        text += UsersText();
        if (app is null)
        {
            return text + $"\n\n{Sentence()}. None of the applications has a secret for a first token.";
        }

        string secret = TakesAnySecret(app) ? "any" : "\"$CLIENT_SECRET\"";
        text +=
            $$"""


            Get a token ({{Sentence()}}{{CommandFor(app, url)}}):
              TOKEN=$(curl -s {{url}}/{{_tenantId}}/oauth2/v2.0/token \
                -d grant_type=client_credentials -d client_id={{app.AppId}} \
                -d client_secret={{secret}} -d scope=https://graph.microsoft.com/.default \
                | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
            """;
        return !MayCreate(app) ? text : text +
            $$"""


            Create a first connection:
              curl {{url}}/v1.0/external/connections -H "Authorization: Bearer $TOKEN" \
                -H "Content-Type: application/json" \
                -d '{"id":"contosohr","name":"Contoso HR","description":"Connection to index Contoso HR system"}'
            """;
    }

    private string Sentence()
    {
        if (_isRemote)
        {
            return "tenants, apps and users are those of the seed file, each app and user with its own secret";
        }

        return _file.Apps.Any(app => app.Secrets.Count > 0 || app.Certificates.Count > 0)
            ? "any GUID is a tenant or an app; apps to which the seed file gives secrets or certificates need one of them, any secret will do for the others"
            : "any GUID is a tenant or an app, any secret will do";
    }

    /// <summary>The command that gets the same token, where it can: it knows no secret.</summary>
    private string CommandFor(SeedTenantApp app, string url)
    {
        if (!TakesAnySecret(app))
        {
            return "; CLIENT_SECRET stands for that of the app";
        }

        string server = url == DevDefaults.ServerUrl ? "" : $" --url {url}";
        string tenant = _tenantId == DevDefaults.TenantId ? "" : $" --tenant {_tenantId}";
        string named = app.AppId == DevDefaults.AppId ? "" : $" --app {app.AppId}";
        return $"; tributary token{server}{tenant}{named} does the same";
    }

    private string UsersText()
    {
        SeedTenantUser[] users =
        [
            .. _tenant.Users.Where(user => user.Entry.IsEnabled)
                .OrderBy(user => !user.IsAdministrator).ThenBy(user => user.Entry.IsGuest).ThenBy(user => user.Entry.UserPrincipalName, StringComparer.OrdinalIgnoreCase),
        ];
        if (users.Length == 0)
        {
            return "";
        }

        string names = string.Join(", ", users.Take(MostUsers).Select(user => user.Entry.UserPrincipalName));
        string more = users.Length > MostUsers ? $" and {users.Length - MostUsers} more" : "";
        int own = users.Count(user => user.HasPassword);
        string password = own == 0 ? "any password" : own == users.Length ? "each with its own password" : "any password, but for those to whom the seed file gives one";
        return $"\n  users   {names}{more} ({password})";
    }

    private bool TakesAnySecret(SeedTenantApp app) => !_isRemote && !app.HasCredentials && app.Entry?.PublicClient is not true;

    private bool MayCreate(SeedTenantApp app) => _tenant.RolesOf(app.AppId).Intersect(ConnectionRoles).Any();
}
