using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Auth;
using Tributary.Search;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Auth;

/// <summary>Tokens of Microsoft Entra ID in each cloud, whose document is read from a mirror here.</summary>
public sealed class EntraTests
{
    private const string OtherTenant = "12345678-1234-4234-8234-123456789abc";

    public static TheoryData<string, int> CloudsAndVersions() =>
        new MatrixTheoryData<string, int>(NationalCloud.All.Select(cloud => cloud.Name), [1, 2]);

    public static TheoryData<string> Clouds() => [.. NationalCloud.All.Select(cloud => cloud.Name)];

    [Theory]
    [MemberData(nameof(CloudsAndVersions))]
    public async Task Tokens_of_both_versions_are_accepted_for_each_of_Graphs_audiences_in_the_cloud_and_nowhere_else(string name, int version)
    {
        NationalCloud cloud = NationalCloud.FindOrNull(name)!;
        await using TestProvider mirror = await TestProvider.StartAsEntraAsync(cloud);
        await using AuthHost host = await AuthHost.StartAsync(mirror.EntraSettings(cloud));
        TokenBuilder Token(NationalCloud of) => TokenBuilder.OfEntra(of, host.Time.GetUtcNow(), version);

        foreach (string audience in (string[])[cloud.GraphRoot, cloud.GraphRoot + "/", "00000003-0000-0000-c000-000000000000"])
        {
            HttpResponseMessage response = await host.AskAsync(GraphOperation.ConnectionsRead, Token(cloud).Claim("aud", audience).Signed());
            Assert.Equal($"{TokenBuilder.Tenant} {TokenBuilder.App} app", await response.Content.ReadAsStringAsync());
        }

        foreach (NationalCloud other in NationalCloud.All.Where(other => other != cloud))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, Token(other).Signed())).StatusCode);
        }
    }

    [Fact]
    public async Task An_API_registered_for_the_server_is_an_audience_when_it_is_named()
    {
        await using TestProvider mirror = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
        Dictionary<string, string?> settings = mirror.EntraSettings(NationalCloud.Global);
        settings["Auth:Audiences:0"] = "api://tributary";
        await using AuthHost host = await AuthHost.StartAsync(settings);
        TokenBuilder token = TokenBuilder.OfEntra(NationalCloud.Global, host.Time.GetUtcNow());

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, token.Signed())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, token.Claim("aud", "api://tributary").Signed())).StatusCode);
    }

    [Theory]
    [InlineData(TokenBuilder.Tenant, true, false)]
    [InlineData(OtherTenant, false, true)]
    [InlineData(TokenBuilder.Tenant + ";" + OtherTenant, true, true)]
    [InlineData("any", true, true)]
    [InlineData("ANY", true, true)]
    public async Task Only_tokens_of_the_tenants_that_are_named_are_accepted(string tenants, bool ours, bool others)
    {
        await using TestProvider mirror = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
        await using AuthHost host = await AuthHost.StartAsync(mirror.EntraSettings(NationalCloud.Global, tenants));
        foreach (int version in (int[])[1, 2])
        {
            TokenBuilder token = TokenBuilder.OfEntra(NationalCloud.Global, host.Time.GetUtcNow(), version);
            string issuer = version == 2 ? NationalCloud.Global.IssuerOf(OtherTenant) : NationalCloud.Global.Version1IssuerOf(OtherTenant);

            Assert.Equal(ours ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, token.Signed())).StatusCode);
            HttpResponseMessage other = await host.AskAsync(GraphOperation.ConnectionsRead, token.Claim("tid", OtherTenant).Claim("iss", issuer).Signed());
            Assert.Equal(others ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, other.StatusCode);
            Assert.True(others || (await other.ReadErrorAsync()).Reason == "The token's tenant (tid) is not one of Auth:Tenants.");
        }
    }

    [Theory]
    [InlineData(TokenBuilder.Tenant)]
    [InlineData("any")]
    public async Task A_personal_account_is_forbidden_and_hears_why(string tenants)
    {
        using RSA key = RSA.Create(2048);
        await using TestProvider mirror = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
        string issuer = NationalCloud.Global.IssuerOf(Caller.PersonalAccounts);
        mirror.Keys.Add((JsonNode)TestProvider.PublicKey(key, "personal", issuer));
        await using AuthHost host = await AuthHost.StartAsync(mirror.EntraSettings(NationalCloud.Global, tenants));
        TokenBuilder token = TokenBuilder.OfEntra(NationalCloud.Global, host.Time.GetUtcNow()).Header("kid", "personal")
            .Delegated("ExternalItem.Read.All", administrator: true).Claim("tid", Caller.PersonalAccounts).Claim("iss", issuer);

        (HttpStatusCode status, string code, _, string? reason) = await (await host.AskAsync(GraphOperation.Search, token.Signed(key))).ReadErrorAsync();

        Assert.Equal((HttpStatusCode.Forbidden, "Authorization_RequestDenied", "Personal Microsoft accounts are not supported."), (status, code, reason));
    }

    [Fact]
    public async Task A_key_signs_for_the_issuer_only_that_is_published_with_it()
    {
        using RSA key = RSA.Create(2048);
        await using TestProvider mirror = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
        mirror.Keys.Add((JsonNode)TestProvider.PublicKey(key, "all", NationalCloud.Global.IssuerOf("{tenantid}")));
        mirror.Keys.Add((JsonNode)TestProvider.PublicKey(key, "other", NationalCloud.Global.IssuerOf(OtherTenant)));
        await using AuthHost host = await AuthHost.StartAsync(mirror.EntraSettings(NationalCloud.Global, "any"));

        foreach (int version in (int[])[1, 2])
        {
            TokenBuilder token = TokenBuilder.OfEntra(NationalCloud.Global, host.Time.GetUtcNow(), version);
            Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, token.Header("kid", "all").Signed(key))).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, token.Header("kid", "other").Signed(key))).StatusCode);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_application_is_told_by_its_own_object_id_as_the_subject_where_idtyp_is_missing(int version)
    {
        await using TestProvider mirror = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
        await using AuthHost host = await AuthHost.StartAsync(mirror.EntraSettings(NationalCloud.Global));
        TokenBuilder Token() => TokenBuilder.OfEntra(NationalCloud.Global, host.Time.GetUtcNow(), version).Without("idtyp");

        HttpResponseMessage application = await host.AskAsync(GraphOperation.ConnectionsRead, Token().Signed());
        HttpResponseMessage userWithRoles = await host.AskAsync(GraphOperation.ConnectionsRead, Token().Claim("sub", "pairwise").Signed());
        HttpResponseMessage saysSo = await host.AskAsync(GraphOperation.ConnectionsRead, Token().Claim("sub", "pairwise").Claim("idtyp", "app").Signed());

        Assert.Equal($"{TokenBuilder.Tenant} {TokenBuilder.App} app", await application.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, saysSo.StatusCode);
        foreach (TokenBuilder user in (TokenBuilder[])[Token().Claim("sub", "pairwise").Claim("scp", ""), Token().Claim("sub", "pairwise").Without("roles")])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await host.AskAsync(GraphOperation.ConnectionsRead, user.Signed())).StatusCode);
        }

        Assert.Equal(
            "The token has roles and is neither a user's (scp) nor an application's (idtyp is app, or sub is its oid).", (await userWithRoles.ReadErrorAsync()).Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public async Task Groups_that_are_named_otherwise_than_by_id_are_refused_for_searching_unless_a_directory_tells_them(string? seed)
    {
        const string body = """{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/x"], "query": { "queryString": "x" } } ] }""";
        await using TestProvider mirror = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
        string[] settings = [.. mirror.EntraSettings(NationalCloud.Global).Select(setting => $"{setting.Key}={setting.Value}")];
        await using TestServer server = seed is null ? await TestServer.StartAsync(settings) : await TestServer.StartWithSeedAsync(seed, settings);
        TokenBuilder Token() => TokenBuilder.OfEntra(NationalCloud.Global, DateTimeOffset.UtcNow).Delegated("ExternalItem.Read.All", administrator: false).Claim("acct", 0);

        Answer answer = await server.PostAsync("/v1.0/search/query", body, Token().Claim("groups", TokenBuilder.Names("CONTOSO\\staff")).Signed());

        if (seed is null)
        {
            Assert.Equal(SearchErrors.UnreadableGroups.Message, answer.ShouldBe(403, "Forbidden").ErrorMessage);
            (await server.PostAsync("/v1.0/search/query", body, Token().Claim("groups", TokenBuilder.Names(OtherTenant)).Signed())).ShouldBe(200);
        }
        else
        {
            answer.ShouldBe(200);
        }
    }

    [Theory]
    [MemberData(nameof(Clouds))]
    public async Task The_challenge_leads_to_the_clouds_own_authority(string name)
    {
        NationalCloud cloud = NationalCloud.FindOrNull(name)!;
        await using TestProvider mirror = await TestProvider.StartAsEntraAsync(cloud);
        await using AuthHost one = await AuthHost.StartAsync(mirror.EntraSettings(cloud));
        await using AuthHost any = await AuthHost.StartAsync(mirror.EntraSettings(cloud, "any"));

        Assert.Equal(Challenge($"https://{cloud.LoginHosts[0]}/{TokenBuilder.Tenant}/oauth2/authorize"), await ChallengeOfAsync(one));
        Assert.Equal(Challenge($"https://{cloud.LoginHosts[0]}/common/oauth2/authorize"), await ChallengeOfAsync(any));

        static string Challenge(string uri) => $"Bearer realm=\"\", authorization_uri=\"{uri}\", client_id=\"00000003-0000-0000-c000-000000000000\"";

        static async Task<string> ChallengeOfAsync(AuthHost host) => (await host.GetAsync("/rows/ConnectionsRead")).Headers.GetValues("WWW-Authenticate").Single();
    }

    [Fact]
    public async Task A_document_of_another_cloud_is_as_good_as_none()
    {
        await using TestProvider mirror = await TestProvider.StartAsEntraAsync(NationalCloud.China);
        await using AuthHost host = await AuthHost.StartAsync(mirror.EntraSettings(NationalCloud.Global));

        HttpResponseMessage response = await host.AskAsync(GraphOperation.ConnectionsRead, TokenBuilder.OfEntra(NationalCloud.Global, host.Time.GetUtcNow()).Signed());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains(host.Log.Lines, line => line.Contains("which is not Microsoft Entra ID in Global", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_for_Graph_itself_is_told_apart_from_a_forged_one()
    {
        await using TestProvider mirror = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
        await using AuthHost host = await AuthHost.StartAsync(mirror.EntraSettings(NationalCloud.Global));
        TokenBuilder token = TokenBuilder.OfEntra(NationalCloud.Global, host.Time.GetUtcNow());
        string signature = token.Header("nonce", "as it was signed").Signed().Split('.')[2];

        HttpResponseMessage response = await host.AskAsync(GraphOperation.ConnectionsRead, $"{token.Header("nonce", "as it was sent").Unsigned()}.{signature}");

        Assert.StartsWith("The token was issued for Microsoft Graph itself", (await response.ReadErrorAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_Entra_is_down_nobody_is_let_in_and_keys_that_were_read_stay_in_force()
    {
        await using TestProvider mirror = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
        mirror.IsBroken = true;
        await using AuthHost host = await AuthHost.StartAsync(mirror.EntraSettings(NationalCloud.Global));
        string Token() => TokenBuilder.OfEntra(NationalCloud.Global, host.Time.GetUtcNow()).Signed();

        HttpResponseMessage down = await host.AskAsync(GraphOperation.ConnectionsRead, Token());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (down.StatusCode, down.Headers.GetValues("Retry-After").Single()));
        int read = mirror.TimesRead;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.AskAsync(GraphOperation.ConnectionsRead, Token())).StatusCode);
        Assert.Equal(read, mirror.TimesRead);

        mirror.IsBroken = false;
        host.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, Token())).StatusCode);

        mirror.IsBroken = true;
        host.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, Token())).StatusCode);
    }

    [Fact]
    public async Task Keys_roll_over()
    {
        using RSA next = RSA.Create(2048);
        await using TestProvider mirror = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
        await using AuthHost host = await AuthHost.StartAsync(mirror.EntraSettings(NationalCloud.Global));
        TokenBuilder Token() => TokenBuilder.OfEntra(NationalCloud.Global, host.Time.GetUtcNow());
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, Token().Signed())).StatusCode);

        // Announced beside the old one, then alone.
        mirror.Keys.Add((JsonNode)TestProvider.PublicKey(next, "next", NationalCloud.Global.IssuerOf("{tenantid}")));
        host.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, Token().Header("kid", "next").Signed(next))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, Token().Signed())).StatusCode);

        mirror.Keys.RemoveAt(0);
        host.Time.Advance(TimeSpan.FromSeconds(31));
        await host.AskAsync(GraphOperation.ConnectionsRead, Token().Header("kid", "made up").Signed());
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, Token().Header("kid", "next").Signed(next))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, Token().Signed())).StatusCode);
    }

    [Theory]
    [InlineData("cp1", true)]
    [InlineData("CP1", true)]
    [InlineData("cp2", false)]
    [InlineData(null, false)]
    public async Task Who_is_locked_out_in_the_directory_is_asked_for_a_new_token_if_the_client_can_get_one(string? capability, bool isAsked)
    {
        string seed = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                seed,
                $$"""{ "users": [ { "userPrincipalName": "ada@contoso.test", "oid": "{{TokenBuilder.User}}", "disabled": true } ] }""",
                TestContext.Current.CancellationToken);
            await using TestProvider mirror = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
            Dictionary<string, string?> settings = mirror.EntraSettings(NationalCloud.Global);
            settings["Directory:SeedFile"] = seed;
            await using AuthHost host = await AuthHost.StartAsync(settings);
            TokenBuilder token = TokenBuilder.OfEntra(NationalCloud.Global, host.Time.GetUtcNow()).Delegated("User.Read", administrator: false);
            if (capability is not null)
            {
                token.Claim("xms_cc", TokenBuilder.Names("other", capability));
            }

            HttpResponseMessage response = await host.AskAsync(GraphOperation.MeRead, token.Signed());

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            string challenge = response.Headers.GetValues("WWW-Authenticate").Single();
            string claims = Convert.ToBase64String(Encoding.UTF8.GetBytes(
                $$$$"""{"access_token":{"nbf":{"essential":true,"value":"{{{{host.Time.GetUtcNow().ToUnixTimeSeconds()}}}}"}}}"""));
            Assert.Equal(isAsked, challenge.EndsWith($", error=\"insufficient_claims\", claims=\"{claims}\"", StringComparison.Ordinal));
            Assert.Equal(isAsked, challenge.Contains("insufficient_claims", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(seed);
        }
    }
}
