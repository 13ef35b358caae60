using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Reading;

/// <summary>A server whose seed file has users, groups in groups and applications with one permission each; its tests only read.</summary>
public sealed class DirectoryServer : IAsyncLifetime
{
    public const string Ada = "0ada0000-0000-4000-8000-000000000001";
    public const string Bob = "0b0b0000-0000-4000-8000-000000000002";
    public const string Everybody = "9a9a0000-0000-4000-8000-000000000001";
    public const string Staff = "9a9a0000-0000-4000-8000-000000000002";
    public const string Empty = "9a9a0000-0000-4000-8000-000000000003";
    public const string Nobody = "0dead000-0000-4000-8000-000000000009";

    /// <summary>Applications by what they may do.</summary>
    private static readonly (string Id, string Role)[] Apps =
    [
        ("a0000000-0000-4000-8000-000000000001", "Directory.Read.All"),
        ("a0000000-0000-4000-8000-000000000002", "User.Read.All"),
        ("a0000000-0000-4000-8000-000000000003", "User.ReadBasic.All"),
        ("a0000000-0000-4000-8000-000000000004", "GroupMember.Read.All"),
        ("a0000000-0000-4000-8000-000000000005", "Application.Read.All"),
        ("a0000000-0000-4000-8000-000000000006", "Organization.Read.All"),
    ];

    internal TestServer Server { get; private set; } = null!;

    internal string Origin => Server.Http.BaseAddress!.ToString().TrimEnd('/');

    public async ValueTask InitializeAsync() => Server = await TestServer.StartWithSeedAsync(Seed);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>As the application with that permission; <c>Directory.Read.All</c> may read everything.</summary>
    internal async Task<Answer> GetAsync(string path, string role = "Directory.Read.All") =>
        await Server.GetAsync(path, await Server.AppTokenAsync(Apps.Single(app => app.Role == role).Id));

    internal async Task<Answer> PostAsync(string path, string json, string role = "Directory.Read.All") =>
        await Server.PostAsync(path, json, await Server.AppTokenAsync(Apps.Single(app => app.Role == role).Id));

    /// <summary>As Ada with those scopes.</summary>
    internal async Task<Answer> GetAsAdaAsync(string path, string scopes) => await Server.GetAsync(path, await Server.UserTokenAsync("ada", scopes));

    private static readonly string Seed =
        $$"""
        {
          "tenants": [ { "tenantId": "{{TestServer.Tenant}}", "displayName": "Contoso", "domains": ["contoso.test", "contoso.example"] } ],
          "apps": [ {{string.Join(", ", Apps.Select(app => $$"""{ "appId": "{{app.Id}}", "displayName": "With {{app.Role}}", "roles": ["{{app.Role}}"] }"""))}} ],
          "users": [
            { "userPrincipalName": "ada@tributary.local", "oid": "{{Ada}}", "displayName": "Ada Lovelace", "givenName": "Ada", "surname": "Lovelace",
              "mail": "ada@contoso.test", "jobTitle": "Countess", "department": "Engines" },
            { "userPrincipalName": "bob@contoso.test", "oid": "{{Bob}}", "displayName": "bob o'Hara", "guest": true, "disabled": true }
          ],
          "groups": [
            { "id": "{{Everybody}}", "displayName": "Everybody", "description": "All of us", "members": ["{{Staff}}", "bob@contoso.test"] },
            { "id": "{{Staff}}", "displayName": "Staff", "members": ["ada@tributary.local"] },
            { "id": "{{Empty}}", "displayName": "Empty", "members": [] }
          ]
        }
        """;
}
