using System.Net;
using System.Security.Cryptography;
using System.Text;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

/// <summary><c>Auth:Development:AllowRemote</c>: other machines may ask, and nothing is given for the asking.</summary>
public sealed class RemoteIssuerTests
{
    private static readonly Dictionary<string, string?> Settings = new() { ["Auth:Development:AllowRemote"] = "true", ["PublicUrl"] = "https://graph.example.org" };

    private static readonly string Seed = $$"""
        {
          "tenants": [{ "tenantId": "{{Tenant}}", "domains": ["contoso.test"] }],
          "apps": [{ "appId": "{{App}}", "secrets": [{ "hash": "{{Hash("the secret")}}" }], "redirectUris": ["https://app.example.org/back"], "publicClient": true, "roles": ["ExternalConnection.Read.All"] }],
          "users": [{ "userPrincipalName": "ada@contoso.test", "passwordHash": "{{Hash("her own")}}" }]
        }
        """;

    private static string Hash(string text) => "sha256:" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string SlowHash(string text) =>
        $"pbkdf2-sha256:10:AQID:{Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(text, (byte[])[1, 2, 3], 10, HashAlgorithmName.SHA256, 32))}";

    private static readonly string SlowSeed = Seed.Replace(Hash("the secret"), SlowHash("the secret"), StringComparison.Ordinal).Replace(Hash("her own"), SlowHash("her own"), StringComparison.Ordinal);

    private const string From = "X-Test-From";

    /// <summary>Every request comes from another machine, by the public name.</summary>
    private static async Task<AuthHost> StartAsync(
        string? seed = null, string remote = "192.0.2.1", string name = "graph.example.org", params (string Name, string Value)[] settings)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, seed ?? Seed);
        return await AuthHost.StartAsync(
            new(Settings.Concat(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))) { ["Directory:SeedFile"] = file },
            before: app => app.Use((HttpContext context, RequestDelegate next) =>
            {
                context.Connection.RemoteIpAddress = IPAddress.Parse(context.Request.Headers[From].ToString() is { Length: > 0 } from ? from : remote);
                context.Request.Host = new HostString(name);
                return next(context);
            }));
    }

    private static Dictionary<string, string> Application(string? secret = "the secret") =>
        Form(("grant_type", "client_credentials"), ("client_id", App), ("client_secret", secret), ("scope", "https://graph.microsoft.com/.default"));

    private static Dictionary<string, string> User(string password = "her own", string name = "ada@contoso.test") => Form(
        ("grant_type", "password"), ("client_id", App), ("username", name), ("password", password), ("scope", "https://graph.microsoft.com/.default"));

    [Fact]
    public async Task Who_has_the_secret_gets_a_token_of_the_public_name_and_it_is_accepted()
    {
        await using AuthHost host = await StartAsync();

        string token = (await host.TokensAsync(Application())).GetProperty("access_token").GetString()!;

        Assert.Equal($"https://graph.example.org/{Tenant}/v2.0", new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Issuer);
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);
        await host.TokensAsync(User());
    }

    [Fact]
    public async Task Nothing_is_given_for_the_asking_not_even_on_this_machine()
    {
        foreach (string remote in (string[])["192.0.2.1", "127.0.0.1"])
        {
            await using AuthHost host = await StartAsync(remote: remote);

            await host.AssertErrorAsync(Application("anything"), "invalid_client", 7000215, 401);
            await host.AssertErrorAsync(Application().With("client_id", OtherApp), "unauthorized_client", 700016);
            await host.AssertErrorAsync(Application(), "invalid_request", 90002, path: "/12345678-1234-4234-8234-123456789abc/oauth2/v2.0/token");
            await host.AssertErrorAsync(User("anything"), "invalid_grant", 50126);
            await host.AssertErrorAsync(User(name: "reader@tributary.local"), "invalid_grant", 50034);
            await host.AssertErrorAsync(User(name: "admin@tributary.local"), "invalid_grant", 50034);
            string assertion = TokenBuilder.Encode("""{"alg":"PS256"}""") + "." + TokenBuilder.Encode(
                $$"""{"aud":"https://login.microsoftonline.com/{{Tenant}}/v2.0","iss":"{{App}}","sub":"{{App}}","exp":{{host.Time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds()}}}""") + ".AAAA";
            await host.AssertErrorAsync(
                Application(null).With("client_assertion", assertion).With("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                "invalid_client", 700027, 401);
        }
    }

    [Fact]
    public async Task There_are_no_managed_identities()
    {
        await using AuthHost host = await StartAsync(remote: "127.0.0.1", name: "localhost");
        foreach (string path in (string[])["/msi/token?api-version=2019-08-01", "/metadata/identity/oauth2/token?api-version=2018-02-01"])
        {
            HttpResponseMessage response = await host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path + "&resource=https://graph.microsoft.com")
            {
                Headers = { { "Metadata", "true" }, { "X-IDENTITY-HEADER", ManagedIdentitySecret.Read(host.DataDirectory) } },
            });

            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }
    }

    [Fact]
    public async Task The_page_tells_nobody_who_there_is_and_asks_for_the_password()
    {
        await using AuthHost host = await StartAsync();
        using Browser browser = new(host);
        const string origin = "https://graph.example.org";

        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize());
        IHtmlDocument document = await Browser.ReadAsync(page);
        Assert.Empty(document.QuerySelectorAll("button[name=user]"));
        Assert.DoesNotContain("ada", document.DocumentElement.OuterHtml, StringComparison.Ordinal);

        page = await browser.PressAsync(page, "go", "ada@contoso.test", origin: origin);
        Assert.Contains("AADSTS50126: ", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        HttpResponseMessage signedIn = await browser.PressAsync(page, "go", "ada@contoso.test", "her own", origin);
        Assert.True(Browser.AnswerOf(signedIn).ContainsKey("code"));
        Assert.Contains("; secure", Assert.Single(signedIn.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Pages_of_other_sites_are_refused_as_ever(string header, string value)
    {
        await using AuthHost host = await StartAsync();

        HttpResponseMessage response = await host.PostTokenAsync(Tenant, Application(), request => request.Headers.Add(header, value));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("graph.example.org", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("login.microsoftonline.com", HttpStatusCode.Forbidden)]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    public async Task A_name_that_is_not_allowed_is_not_answered(string name, HttpStatusCode status)
    {
        await using AuthHost host = await StartAsync(name: name);

        Assert.Equal(status, (await host.PostTokenAsync(Tenant, Application())).StatusCode);
    }

    [Theory]
    [InlineData("apps", """{ "appId": "00000000-0000-4000-8000-00000000000b" }""", "$.apps[1] of the seed file needs a secret or a certificate")]
    [InlineData("apps", """{ "appId": "00000000-0000-4000-8000-00000000000b", "secrets": [{ "secret": "plain text" }] }""", "$.apps[1].secrets of the seed file have to be hashed")]
    [InlineData("users", """{ "userPrincipalName": "eve@contoso.test" }""", "$.users[1] of the seed file needs a passwordHash")]
    [InlineData("users", """{ "userPrincipalName": "eve@contoso.test", "password": "plain text" }""", "$.users[1] of the seed file needs a passwordHash")]
    public async Task Whoever_has_no_secret_of_its_own_stops_the_start(string list, string entry, string problem)
    {
        // Before the closing bracket of that list, which stands at the end of its line.
        string seed = string.Join('\n', Seed.Split('\n').Select(line => line.Contains($"\"{list}\": [", StringComparison.Ordinal)
            ? line.Insert(line.LastIndexOf(']'), ", " + entry)
            : line));

        string message = (await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(seed))).Message;

        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.DoesNotContain("plain text", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_or_without_tenants_it_does_not_start()
    {
        Assert.Contains("Directory:SeedFile",
            (await Assert.ThrowsAsync<OptionsValidationException>(() => AuthHost.StartAsync(new(Settings)))).Message, StringComparison.Ordinal);
        Assert.Contains("name its tenants", (await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync("{}"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_is_wrong_too_often_is_not_looked_at_for_a_minute_and_then_again(bool isSlow)
    {
        await using AuthHost host = await StartAsync(isSlow ? SlowSeed : Seed, settings: ("Auth:Development:MaxFailedSignIns", "3"));
        for (int i = 0; i < 3; i++)
        {
            await host.AssertErrorAsync(User("guess"), "invalid_grant", 50126);
            await host.AssertErrorAsync(Application("guess"), "invalid_client", 7000215, 401);
        }

        await host.AssertErrorAsync(User(), "invalid_grant", 50053);
        await host.AssertErrorAsync(Application(), "invalid_client", 50053, 401);
        HttpResponseMessage locked = await host.PostAsync($"/{Tenant}/oauth2/v2.0/token", User());
        Assert.Equal("60", locked.Headers.GetValues("Retry-After").Single());
        Assert.Single(host.Log.Lines, line => line.StartsWith($"Warning 2120 The application {App} of tenant {Tenant} gave a wrong secret too often", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log.Lines, line => line.Contains("guess", StringComparison.Ordinal));

        host.Time.Advance(TimeSpan.FromMinutes(1));
        await host.TokensAsync(User());
        await host.TokensAsync(Application());
    }

    [Fact]
    public async Task A_right_password_in_between_begins_anew_and_one_that_was_left_out_counts_for_nothing()
    {
        await using AuthHost host = await StartAsync(settings: ("Auth:Development:MaxFailedSignIns", "2"));

        await host.AssertErrorAsync(User("guess"), "invalid_grant", 50126);
        await host.TokensAsync(User());
        await host.AssertErrorAsync(User("guess"), "invalid_grant", 50126);
        await host.AssertErrorAsync(User().With("password", null), "invalid_grant", 50126);
        await host.TokensAsync(User());
    }

    [Fact]
    public async Task Who_guesses_from_elsewhere_does_not_lock_out_the_one_who_has_signed_in_before()
    {
        await using AuthHost host = await StartAsync(settings: ("Auth:Development:MaxFailedSignIns", "2"));
        await host.TokensAsync(Application());

        foreach (string address in (string[])["203.0.113.1", "203.0.113.2", "203.0.113.3"])
        {
            await host.PostTokenAsync(Tenant, Application("guess"), request => request.Headers.Add(From, address));
        }

        HttpResponseMessage guess = await host.PostTokenAsync(Tenant, Application(), request => request.Headers.Add(From, "203.0.113.4"));
        Assert.Equal(50053, (await guess.ReadJsonAsync()).GetProperty("error_codes")[0].GetInt32());
        await host.TokensAsync(Application());
    }

    [Fact]
    public async Task The_page_tells_that_the_account_is_locked()
    {
        await using AuthHost host = await StartAsync(settings: ("Auth:Development:MaxFailedSignIns", "1"));
        using Browser browser = new(host);

        HttpResponseMessage page = await browser.PressAsync(
            await browser.GetAsync(Browser.Authorize()), "go", "ada@contoso.test", "guess", "https://graph.example.org");
        page = await browser.PressAsync(page, "go", "ada@contoso.test", "her own", "https://graph.example.org");

        Assert.Contains("AADSTS50053: ", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("60", page.Headers.GetValues("Retry-After").Single());
    }

    [Fact]
    public async Task While_too_many_secrets_are_checked_others_are_told_to_come_again_and_everything_else_is_answered()
    {
        await using AuthHost host = await StartAsync(
            SlowSeed, settings: [("Auth:Development:MaxSecretChecks", "1"), ("Auth:Development:MaxWaitingSecretChecks", "1")]);
        string token = (await host.TokensAsync(Application())).GetProperty("access_token").GetString()!;
        SecretChecks checks = host.Service<SecretChecks>();
        using ManualResetEventSlim go = new();
        using CancellationTokenSource gone = new();
        Task<EntraError?> slow = checks.CheckAsync(new SignInAccount(Tenant, "somebody", false, null), isSlow: true, () => { go.Wait(); return true; }, EntraError.WrongPassword, default);
        Task<HttpResponseMessage> waiting = host.Client.PostAsync($"/{Tenant}/oauth2/v2.0/token", new FormUrlEncodedContent(User()), gone.Token);
        await Eventually.IsTrueAsync(() => Task.FromResult(checks.Waiting == 1), "It waits");

        foreach (Dictionary<string, string> form in (Dictionary<string, string>[])[User("guess"), User(), Application()])
        {
            await host.AssertErrorAsync(form, "temporarily_unavailable", 90006, 503);
        }

        HttpResponseMessage refused = await host.PostTokenAsync(Tenant, User());
        Assert.Equal("5", refused.Headers.GetValues("Retry-After").Single());
        using Browser browser = new(host);
        HttpResponseMessage page = await browser.PressAsync(
            await browser.GetAsync(Browser.Authorize()), "go", "ada@contoso.test", "her own", "https://graph.example.org");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (page.StatusCode, page.Headers.GetValues("Retry-After").Single()));
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);

        // A client that goes leaves its place in the queue.
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Eventually.IsTrueAsync(() => Task.FromResult(checks.Waiting == 0), "It has gone");
        Task<HttpResponseMessage> next = host.PostTokenAsync(Tenant, User());
        await Eventually.IsTrueAsync(() => Task.FromResult(checks.Waiting == 1), "The next waits");
        go.Set();
        Assert.Equal(HttpStatusCode.OK, (await next).StatusCode);
        Assert.Null(await slow);
        await host.TokensAsync(User());
    }

    [Fact]
    public async Task Entries_that_lose_their_secret_while_it_runs_let_nobody_in()
    {
        string directory = Directory.CreateTempSubdirectory("tributary-seed-").FullName;
        await using AuthHost host = await StartWithSeedAsync(Seed, Settings, directory);
        await host.TokensAsync(Application());

        await File.WriteAllTextAsync(
            Path.Combine(directory, "seed.json"),
            $$"""{ "tenants": [{ "tenantId": "{{Tenant}}" }], "apps": [{ "appId": "{{App}}" }], "users": [{ "userPrincipalName": "ada@contoso.test" }] }""");

        await host.AssertErrorAsync(Application("anything"), "invalid_client", 7000215, 401);
        await host.AssertErrorAsync(User("anything"), "invalid_grant", 50056);
        Directory.Delete(directory, recursive: true);
    }
}
