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

    private static string TextOf(TestServer server, string url = Url) => FirstSteps.Text([url], server.Services.GetRequiredService<DataDirectory>(), server.Services);

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

    [Theory]
    [InlineData("http://localhost:5080", "http://localhost:5080")]
    [InlineData("https://127.0.0.1:5443", "https://127.0.0.1:5443")]
    [InlineData("http://[::1]:5080", "http://[::1]:5080")]
    [InlineData("http://[::]:5080", "http://localhost:5080")]
    [InlineData("https://0.0.0.0:5443", "https://localhost:5443")]
    [InlineData("http://192.0.2.1:5080", "http://localhost:5080")]
    public async Task The_commands_ask_by_a_name_to_which_the_development_issuer_answers(string listens, string asked)
    {
        await using TestServer server = await TestServer.StartAsync();

        string text = TextOf(server, listens);

        Assert.Contains($"external connectors on {listens}\n", text, StringComparison.Ordinal);
        Assert.Contains($"TOKEN=$(curl -s {asked}/", text, StringComparison.Ordinal);
        Assert.Contains($"curl {asked}/v1.0/external/connections", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://[::]:5080", "http://localhost:5080")]
    [InlineData("https://[::]:5443", "https://graph.example.org:5443", "AllowedHosts=graph.example.org;localhost")]
    [InlineData("http://localhost:5080", "http://graph.example.org:5080", "AllowedHosts=graph.example.org")]
    [InlineData("http://localhost:5080", "http://localhost:5080", "AllowedHosts=graph.example.org;localhost")]
    [InlineData("http://[::]:5080", "https://graph.example.org", "PublicUrl=https://graph.example.org/")]
    public async Task So_they_do_where_other_machines_may_ask(string listens, string asked, params string[] settings)
    {
        await using TestServer server = await TestServer.StartWithSeedAsync(RemoteSeed, ["Auth:Development:AllowRemote=true", .. settings]);

        Assert.Contains($"TOKEN=$(curl -s {asked}/", TextOf(server, listens), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "http://[::]:5080")]
    [InlineData(true, "http://192.0.2.1:80", "PublicUrl=http://graph.example.org")]
    [InlineData(false, "https://[::]:5443")]
    [InlineData(false, "http://localhost:5080")]
    [InlineData(false, "http://unix:/run/tributary.sock")]
    [InlineData(false, "http://[::]:5080", "PublicUrl=https://graph.example.org")]
    public async Task Plain_http_beyond_this_machine_is_warned_of_unless_something_in_front_ends_TLS(bool isWarned, string listens, params string[] settings)
    {
        await using TestServer remote = await TestServer.StartWithSeedAsync(RemoteSeed, ["Auth:Development:AllowRemote=true", .. settings]);
        await using TestServer other = await TestServer.StartAsync(
            ["Auth:Authority=https://login.example.org", "Auth:Audiences=api://tributary", $"Auth:TenantId={TestServer.Tenant}", .. settings]);

        Assert.Equal(isWarned, TextOf(remote, listens).Contains($"WARNING {listens} is plain http and open to other machines (Auth:Development:AllowRemote)", StringComparison.Ordinal));
        Assert.Equal(isWarned, TextOf(other, listens).Contains($"WARNING {listens} is plain http and open to other machines:", StringComparison.Ordinal));
        Assert.Equal(isWarned, TextOf(other, listens).Contains("WARNING", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_development_issuer_of_this_machine_needs_no_warning()
    {
        await using TestServer server = await TestServer.StartAsync("Auth:Development:Enabled=true");

        Assert.DoesNotContain("WARNING", TextOf(server, "http://[::]:5080"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "http://localhost:5080", "TakeOver:Enabled=true")]
    [InlineData(false, "https://localhost:5443", "TakeOver:Enabled=true")]
    [InlineData(false, "http://localhost:5080", "TakeOver:Enabled=true", "PublicUrl=https://graph.example.org")]
    [InlineData(false, "http://localhost:5080")]
    public async Task Hosts_that_are_taken_over_without_https_are_warned_of(bool isWarned, string listens, params string[] settings)
    {
        await using TestServer server = await TestServer.StartAsync(settings);

        Assert.Equal(
            isWarned,
            TextOf(server, listens).Contains("WARNING No address is https, so programs that look for graph.microsoft.com do not reach this server.", StringComparison.Ordinal));
        Assert.Equal(isWarned, TextOf(server, listens).Contains("WARNING", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("which other providers hardly give out", "Auth:Authority=https://login.example.org")]
    [InlineData("which Microsoft Entra ID signs in a way that only Graph can validate", "Auth:Cloud=Global", "Auth:Tenants=any")]
    public async Task That_no_audience_is_named_is_warned_of(string because, params string[] settings)
    {
        await using TestServer server = await TestServer.StartAsync(settings);
        await using TestServer named = await TestServer.StartAsync([.. settings, "Auth:Audiences=api://tributary"]);

        Assert.Contains($"WARNING Auth:Audiences is not set, so only tokens for Microsoft Graph itself are accepted, {because}.", TextOf(server), StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", TextOf(named), StringComparison.Ordinal);
    }

    private const string RemoteSeed = $$"""
        { "tenants": [ { "tenantId": "{{OtherTenant}}" } ],
          "apps": [ { "appId": "{{First}}", "secrets": [ { "hash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" } ] } ] }
        """;

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
