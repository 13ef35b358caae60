using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Auth.DevIssuer;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class ClientAuthenticationTests
{
    private const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const string Endpoint = $"https://login.microsoftonline.com/{Tenant}/oauth2/v2.0/token";

    private static readonly DateTimeOffset Start = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);
    private static readonly RSA Key = RSA.Create(2048);
    private static readonly X509Certificate2 Certificate = Make(Key, Start.AddDays(-1), Start.AddDays(1));

    private static X509Certificate2 Make(RSA key, DateTimeOffset from, DateTimeOffset to) =>
        new CertificateRequest("CN=connector", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(from, to);

    private static Dictionary<string, string> Secret(string? secret) => Form(
        ("grant_type", "client_credentials"), ("client_id", App), ("client_secret", secret), ("scope", "https://graph.microsoft.com/.default"));

    private static Dictionary<string, string> Assertion(string assertion) =>
        Secret(null).With("client_assertion", assertion).With("client_assertion_type", Type);

    private static Task<AuthHost> StartAsync(string app) => StartWithSeedAsync($$"""{ "apps": [{ "appId": "{{App}}", {{app}} }] }""");

    private static Task<AuthHost> StartWithCertificateAsync() => StartAsync($"\"certificates\": [{JsonSerializer.Serialize(Certificate.ExportCertificatePem())}]");

    private static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>As MSAL makes it, changed.</summary>
    private static string Make(Action<JsonObject>? header = null, Action<JsonObject>? payload = null, RSA? key = null, bool isPss = true)
    {
        long now = Start.ToUnixTimeSeconds();
        JsonObject head = new() { ["alg"] = isPss ? "PS256" : "RS256", ["typ"] = "JWT", ["x5t#S256"] = Url(Certificate.GetCertHash(HashAlgorithmName.SHA256)) };
        JsonObject body = new()
        {
            ["aud"] = Endpoint,
            ["iss"] = App,
            ["sub"] = App,
            ["nbf"] = now,
            ["exp"] = now + 600,
            ["jti"] = Guid.NewGuid().ToString(),
        };
        header?.Invoke(head);
        payload?.Invoke(body);
        string unsigned = TokenBuilder.Encode(head) + "." + TokenBuilder.Encode(body);
        return $"{unsigned}.{Url((key ?? Key).SignData(Encoding.UTF8.GetBytes(unsigned), HashAlgorithmName.SHA256, isPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1))}";
    }

    [Fact]
    public async Task Without_a_seed_file_any_secret_will_do()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        Assert.Equal("1", (await host.TokensAsync(Secret("anything"))).Token().Claim("azpacr"));
        await host.AssertErrorAsync(Secret(null), "invalid_client", 7000216, 401);
    }

    [Fact]
    public async Task A_secret_of_the_file_is_asked_for_whatever_form_it_is_kept_in()
    {
        string sha = Convert.ToHexString(SHA256.HashData("hashed"u8)).ToLowerInvariant();
        byte[] salt = [1, 2, 3, 4];
        string slow = $"1000:{Convert.ToBase64String(salt)}:{Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2("slow", salt, 1000, HashAlgorithmName.SHA256, 32))}";
        await using AuthHost host = await StartAsync($$"""
            "secrets": [{ "secret": "plain" }, { "hash": "sha256:{{sha}}" }, { "hash": "pbkdf2-sha256:{{slow}}" }, { "secret": "old", "expires": "2026-03-14T09:26:53Z" },
                        { "secret": "new", "expires": "2026-03-14T09:26:54Z" }]
            """);

        foreach (string good in (string[])["plain", "hashed", "slow", "new"])
        {
            await host.TokensAsync(Secret(good));
        }

        foreach (string wrong in (string[])["anything", "Plain", sha, "sha256:" + sha])
        {
            await host.AssertErrorAsync(Secret(wrong), "invalid_client", 7000215, 401);
        }

        await host.AssertErrorAsync(Secret("old"), "invalid_client", 7000222, 401);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.AssertErrorAsync(Secret("new"), "invalid_client", 7000222, 401);
        Assert.DoesNotContain("plain", string.Join('\n', host.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_client_has_nothing_to_prove_and_must_not_try()
    {
        await using AuthHost host = await StartAsync("\"publicClient\": true");
        Dictionary<string, string> user = Form(("grant_type", "password"), ("client_id", App), ("username", "reader@tributary.local"), ("password", "any"), ("scope", ".default"));

        Assert.Equal("0", (await host.TokensAsync(user)).Token().Claim("azpacr"));
        await host.AssertErrorAsync(user.With("client_secret", "any"), "invalid_client", 700025, 401);
        await host.AssertErrorAsync(Secret("any"), "invalid_client", 700025, 401);
    }

    [Fact]
    public async Task An_application_with_a_secret_may_be_a_public_client_besides()
    {
        Dictionary<string, string> user = Form(("grant_type", "password"), ("client_id", App), ("username", "reader@tributary.local"), ("password", "any"), ("scope", ".default"));
        await using AuthHost both = await StartAsync("\"publicClient\": true, \"secrets\": [{ \"secret\": \"plain\" }]");
        await using AuthHost confidential = await StartAsync("\"secrets\": [{ \"secret\": \"plain\" }]");

        Assert.Equal("0", (await both.TokensAsync(user)).Token().Claim("azpacr"));
        await both.AssertErrorAsync(user.With("client_secret", "wrong"), "invalid_client", 7000215, 401);
        await confidential.AssertErrorAsync(user, "invalid_client", 7000218, 401);
        Assert.Equal("1", (await confidential.TokensAsync(user.With("client_secret", "plain"))).Token().Claim("azpacr"));
    }

    [Fact]
    public async Task A_certificate_proves_an_application_by_either_padding_and_any_name_of_it()
    {
        await using AuthHost host = await StartWithCertificateAsync();
        string sha1 = Certificate.GetCertHashString(HashAlgorithmName.SHA1);

        Assert.Equal("2", (await host.TokensAsync(Assertion(Make()))).Token().Claim("azpacr"));
        await host.TokensAsync(Assertion(Make(isPss: false)));
        await host.TokensAsync(Assertion(Make(header => Named(header, "x5t", Url(Convert.FromHexString(sha1))))));
        await host.TokensAsync(Assertion(Make(header => Named(header, "x5t", Url(Convert.FromHexString(sha1)) + "="))));
        await host.TokensAsync(Assertion(Make(header => Named(header, "kid", sha1))));
        await host.AssertErrorAsync(Secret("any"), "invalid_client", 7000215, 401);

        static void Named(JsonObject header, string name, string value)
        {
            header.Remove("x5t#S256");
            header[name] = value;
        }
    }

    [Theory]
    [InlineData(Endpoint, true)]
    [InlineData($"https://login.microsoftonline.com/{Tenant}/oauth2/token", true)]
    [InlineData($"https://login.microsoftonline.com/{Tenant}/v2.0", true)]
    [InlineData("https://login.windows.net/tributary.local/oauth2/v2.0/token", true)]
    [InlineData($"https://login.microsoftonline.us/{Tenant}/oauth2/v2.0/token", true)]
    [InlineData($"https://sts.windows.net/{Tenant}/", true)]
    [InlineData($"http://localhost:5080/{Tenant}/oauth2/v2.0/token", true)]
    [InlineData("https://login.microsoftonline.com/12345678-1234-4234-8234-123456789abc/oauth2/v2.0/token", false)]
    [InlineData("https://login.microsoftonline.com/common/oauth2/v2.0/token", false)]
    [InlineData($"https://login.evil.example/{Tenant}/oauth2/v2.0/token", false)]
    [InlineData($"https://login.microsoftonline.com/{Tenant}/oauth2/v2.0/token?x=y", false)]
    [InlineData($"https://login.microsoftonline.com/{Tenant}/oauth2/v2.0/authorize", false)]
    [InlineData("https://graph.microsoft.com", false)]
    [InlineData("nonsense", false)]
    public async Task An_assertion_is_for_the_token_endpoint_by_any_of_its_names(string audience, bool isGood)
    {
        await using AuthHost host = await StartWithCertificateAsync();
        Dictionary<string, string> form = Assertion(Make(payload: body => body["aud"] = audience));

        await (isGood ? host.TokensAsync(form) : host.AssertErrorAsync(form, "invalid_client", 700023, 401));
    }

    [Fact]
    public async Task An_assertion_is_good_once()
    {
        await using AuthHost host = await StartWithCertificateAsync();
        string named = Make();
        string nameless = Make(payload: body => body.Remove("jti"));
        foreach (string assertion in (string[])[named, nameless])
        {
            await host.TokensAsync(Assertion(assertion));
            await host.AssertErrorAsync(Assertion(assertion), "invalid_client", 700027, 401);
        }

        string reused = Guid.NewGuid().ToString();
        await host.TokensAsync(Assertion(Make(payload: body => body["jti"] = reused)));
        await host.AssertErrorAsync(Assertion(Make(payload: body => (body["jti"], body["exp"]) = (reused, Start.ToUnixTimeSeconds() + 700))), "invalid_client", 700027, 401);
    }

    [Fact]
    public async Task It_is_remembered_as_long_as_it_could_be_used_again()
    {
        await using AuthHost host = await StartWithCertificateAsync();
        string assertion = Make();
        await host.TokensAsync(Assertion(assertion));

        host.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        await host.AssertErrorAsync(Assertion(assertion), "invalid_client", 700027, 401);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.AssertErrorAsync(Assertion(assertion), "invalid_client", 700024, 401);
    }

    [Fact]
    public async Task When_no_more_can_be_remembered_no_more_are_taken()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        for (int i = 0; i < ClientAssertions.MostRemembered; i++)
        {
            Assert.Null(await Check(host, i, seconds: 600));
        }

        Assert.Equal(90006, (await Check(host, -1, seconds: 600))!.Code);
        host.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Null(await Check(host, -1, seconds: 6000));

        static Task<EntraError?> Check(AuthHost host, int number, int seconds)
        {
            // Not signed: an application without credentials proves nothing by it.
            long end = Start.ToUnixTimeSeconds() + seconds;
            string token = TokenBuilder.Encode("""{"alg":"PS256"}""")
                + "." + TokenBuilder.Encode($$"""{"aud":"{{Endpoint}}","iss":"{{App}}","sub":"{{App}}","exp":{{end}},"jti":"{{number}}"}""") + ".AAAA";
            Microsoft.AspNetCore.Http.DefaultHttpContext context = new() { RequestServices = host.Service<IServiceProvider>() };
            return host.Service<ClientAssertions>().CheckAsync(
                context, token, new Tributary.Directories.Seed.SeedTenantApp(App, null), new IssuerTenant(Tenant, Tenant), Tenant);
        }
    }

    [Fact]
    public async Task What_is_wrong_with_an_assertion_is_told()
    {
        await using AuthHost host = await StartWithCertificateAsync();
        using RSA other = RSA.Create(2048);
        long now = Start.ToUnixTimeSeconds();
        Task Refused(string assertion, int code, string error = "invalid_client", int status = 401) => host.AssertErrorAsync(Assertion(assertion), error, code, status);

        await Refused("nonsense", 50027, "invalid_request", 400);
        await Refused("a.b.c", 50027, "invalid_request", 400);
        await Refused(Make() + ".AAAA.AAAA", 50027, "invalid_request", 400);
        await Refused(Make(header => header["alg"] = "none"), 50027, "invalid_request", 400);
        await Refused(Make(header => header["alg"] = "HS256"), 50027, "invalid_request", 400);
        await Refused(Make(payload: body => body["iss"] = OtherApp), 700021);
        await Refused(Make(payload: body => body["sub"] = OtherApp), 700021);
        await Refused(Make(payload: body => body.Remove("sub")), 700021);
        await Refused(Make(payload: body => body.Remove("exp")), 700024);
        await Refused(Make(payload: body => body["exp"] = now - 300), 700024);
        await Refused(Make(payload: body => body["nbf"] = now + 301), 700024);
        await Refused(Make(header => header.Remove("x5t#S256")), 700027);
        await Refused(Make(header => header["x5t#S256"] = Url(new byte[32])), 700027);
        await Refused(Make(key: other), 700027);
        await Refused(Make()[..^8] + "AAAAAAAA", 700027);
        await Refused(Make(header => header["alg"] = "RS256"), 700027);
        await host.AssertErrorAsync(Assertion(Make()).With("client_assertion_type", null), "invalid_request", 900144);
        await host.AssertErrorAsync(Assertion(Make()).With("client_assertion_type", "saml"), "invalid_request", 9002313);
        await host.TokensAsync(Assertion(Make(payload: body => (body["exp"], body["nbf"]) = (now - 299, now - 600))));
        await host.TokensAsync(Assertion(Make(payload: body => body["nbf"] = now + 300)));
    }

    [Fact]
    public async Task A_certificate_proves_nothing_outside_its_own_time()
    {
        await using AuthHost host = await StartWithCertificateAsync();
        string late = Make(payload: body => body["exp"] = Start.AddDays(3).ToUnixTimeSeconds());

        host.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));

        await host.AssertErrorAsync(Assertion(late), "invalid_client", 700027, 401);
    }

    [Theory]
    [InlineData("SHA1")]
    [InlineData("SHA256")]
    public async Task Of_a_thumbprint_the_certificate_has_to_be_sent_along(string hash)
    {
        using RSA otherKey = RSA.Create(2048);
        using X509Certificate2 other = Make(otherKey, Start.AddDays(-1), Start.AddDays(1));
        await using AuthHost host = await StartAsync($"\"certificates\": [\"{Certificate.GetCertHashString(new HashAlgorithmName(hash)).ToLower(CultureInfo.InvariantCulture)}\"]");

        await host.TokensAsync(Assertion(Make(header => header["x5c"] = TokenBuilder.Names(Convert.ToBase64String(Certificate.RawData)))));
        await host.TokensAsync(Assertion(Make(header => header["x5c"] = Convert.ToBase64String(Certificate.RawData))));
        await host.AssertErrorAsync(Assertion(Make()), "invalid_client", 700027, 401);
        await host.AssertErrorAsync(Assertion(Make(header => header["x5c"] = TokenBuilder.Names("nonsense"))), "invalid_client", 700027, 401);
        await host.AssertErrorAsync(
            Assertion(Make(header => header["x5c"] = TokenBuilder.Names(Convert.ToBase64String(other.RawData)), key: otherKey)), "invalid_client", 700027, 401);
        await host.AssertErrorAsync(
            Assertion(Make(header => header["x5c"] = TokenBuilder.Names(Convert.ToBase64String(Certificate.RawData)), key: otherKey)), "invalid_client", 700027, 401);
    }

    [Fact]
    public async Task Without_a_seed_file_any_certificate_will_do_but_not_a_wrong_signature_of_one_that_is_sent()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using RSA other = RSA.Create(2048);

        Assert.Equal("2", (await host.TokensAsync(Assertion(Make(key: other)))).Token().Claim("azpacr"));
        await host.TokensAsync(Assertion(Make(header => header["x5c"] = TokenBuilder.Names(Convert.ToBase64String(Certificate.RawData)))));
        await host.AssertErrorAsync(
            Assertion(Make(header => header["x5c"] = TokenBuilder.Names(Convert.ToBase64String(Certificate.RawData)), key: other)), "invalid_client", 700027, 401);
        await host.AssertErrorAsync(Assertion(Make(payload: body => body["iss"] = OtherApp)), "invalid_client", 700021, 401);
    }
}
