using Microsoft.Extensions.DependencyInjection;
using Tributary.Cli;
using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Cli;

/// <summary>What the server prints once it listens is what holds.</summary>
public sealed class FirstStepsTests
{
    private const string Url = "http://localhost:5080";
    private const string First = "00000000-0000-4000-8000-00000000000a";
    private const string Second = "00000000-0000-4000-8000-00000000000b";
    private const string OtherTenant = "12345678-1234-4234-8234-123456789abc";

    private static string TextOf(TestServer server, string url = Url) => FirstSteps.Text(url, server.Services.GetRequiredService<DataDirectory>(), server.Services);

    private static async Task<string> WithSeedAsync(string seed, params string[] settings)
    {
        await using TestServer server = await TestServer.StartWithSeedAsync(seed, settings);
        return TextOf(server);
    }

    [Fact]
    public async Task Without_a_seed_file_everything_will_do()
    {
        await using TestServer server = await TestServer.StartAsync();

        string text = TextOf(server);

        Assert.Contains($"  tenant  {TestServer.Tenant}\n  app     {TestServer.App}\n", text, StringComparison.Ordinal);
        Assert.Contains("  users   admin@tributary.local, reader@tributary.local, guest@tributary.local (any password)\n", text, StringComparison.Ordinal);
        Assert.Contains("Get a token (any GUID is a tenant or an app, any secret will do; tributary token does the same):", text, StringComparison.Ordinal);
        Assert.Contains("-d client_secret=any ", text, StringComparison.Ordinal);
        Assert.Contains($"curl {Url}/v1.0/external/connections", text, StringComparison.Ordinal);
        Assert.Contains("tributary token --url http://localhost:1234 does the same", TextOf(server, "http://localhost:1234"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_with_a_secret_of_its_own_is_told_apart_and_another_one_is_shown()
    {
        string text = await WithSeedAsync($$"""{ "apps": [ { "appId": "{{First}}", "secrets": [ { "secret": "hush-hush" } ], "roles": ["ExternalConnection.ReadWrite.All"] } ] }""");

        Assert.Contains($"  app     {TestServer.App}\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "Get a token (any GUID is a tenant or an app; apps to which the seed file gives secrets or certificates need one of them, any secret will do for the others; tributary token does the same):",
            text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_default_app_has_a_secret_one_that_has_none_is_shown_if_it_may_create_a_connection()
    {
        const string others = """, "secrets": [ { "secret": "hush-hush" } ], "roles": ["ExternalConnection.ReadWrite.All"] }""";

        string another = await WithSeedAsync($$"""
            { "apps": [ { "appId": "{{TestServer.App}}"{{others}}, { "appId": "{{First}}", "roles": [] }, { "appId": "{{Second}}", "roles": ["ExternalConnection.ReadWrite.OwnedBy"] } ] }
            """);
        string none = await WithSeedAsync($$"""{ "apps": [ { "appId": "{{TestServer.App}}"{{others}}, { "appId": "{{First}}", "roles": [] } ] }""");

        Assert.Contains($"; tributary token --app {Second} does the same):", another, StringComparison.Ordinal);
        Assert.Contains($"-d client_id={Second} \\\n    -d client_secret=any ", another, StringComparison.Ordinal);
        Assert.Contains("; CLIENT_SECRET stands for that of the app):", none, StringComparison.Ordinal);
        Assert.Contains($"-d client_id={TestServer.App} \\\n    -d client_secret=\"$CLIENT_SECRET\" ", none, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", none, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_may_not_create_connections_is_not_told_to()
    {
        string text = await WithSeedAsync($$"""{ "apps": [ { "appId": "{{TestServer.App}}", "roles": ["ExternalItem.Read.All"] } ] }""");

        Assert.Contains("Get a token", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Create a first connection", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tenant_and_users_are_those_of_the_file()
    {
        string text = await WithSeedAsync($$"""
            { "tenants": [ { "tenantId": "{{OtherTenant}}" } ],
              "users": [ { "userPrincipalName": "ada@tributary.local", "tenantId": "{{OtherTenant}}", "password": "hush-hush" },
                         { "userPrincipalName": "gone@tributary.local", "disabled": true }, { "userPrincipalName": "else@tributary.local", "tenantId": "{{TestServer.Tenant}}" } ] }
            """);

        Assert.Contains($"  tenant  {OtherTenant}\n", text, StringComparison.Ordinal);
        Assert.Contains("  users   admin@tributary.local, ada@tributary.local, reader@tributary.local and 1 more (any password, but for those to whom the seed file gives one)\n", text, StringComparison.Ordinal);
        Assert.Contains($"; tributary token --tenant {OtherTenant} does the same):", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_other_machines_nothing_but_the_file_counts()
    {
        const string hash = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        string Seed(string app) => $$"""
            { "tenants": [ { "tenantId": "{{OtherTenant}}" } ],
              "apps": [ { "appId": "{{First}}", {{app}}, "roles": ["ExternalConnection.ReadWrite.OwnedBy"] } ],
              "users": [ { "userPrincipalName": "ada@tributary.local", "passwordHash": "{{hash}}" } ] }
            """;

        string text = await WithSeedAsync(Seed($$""" "secrets": [ { "hash": "{{hash}}" } ] """), "Auth:Development:AllowRemote=true");
        string certified = await WithSeedAsync(Seed(""" "certificates": ["0123456789012345678901234567890123456789"] """), "Auth:Development:AllowRemote=true");

        Assert.Contains($"  tenant  {OtherTenant}\n  app     {First}\n  users   ada@tributary.local (each with its own password)\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "Get a token (tenants, apps and users are those of the seed file, each app and user with its own secret; CLIENT_SECRET stands for that of the app):", text, StringComparison.Ordinal);
        Assert.Contains("-d client_secret=\"$CLIENT_SECRET\" ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("any", text, StringComparison.Ordinal);
        Assert.DoesNotContain("9f86d081", text, StringComparison.Ordinal);
        Assert.Contains("None of the applications has a secret for a first token.", certified, StringComparison.Ordinal);
        Assert.DoesNotContain("curl", certified, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_breaks_while_the_server_starts_does_not_end_it()
    {
        await using TestServer server = await TestServer.StartWithSeedAsync("{}");
        await server.WriteSeedAsync("{ broken");

        Assert.Contains("any secret will do", TextOf(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_another_issuer_its_address_and_audience_are_told()
    {
        await using TestServer server = await TestServer.StartAsync("Auth:Authority=https://login.example.org", $"Auth:TenantId={TestServer.Tenant}");

        string text = TextOf(server);

        Assert.Contains("  tokens  of https://login.example.org, for https://graph.microsoft.com or", text, StringComparison.Ordinal);
        Assert.DoesNotContain("any secret", text, StringComparison.Ordinal);
    }
}
