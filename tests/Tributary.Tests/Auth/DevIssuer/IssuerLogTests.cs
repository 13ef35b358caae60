using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Tributary.Auth.DevIssuer;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

/// <summary>However much is logged, nothing that is secret on the issuer's paths is: with every category at Trace, by whatever name its setting was found.</summary>
public sealed class IssuerLogTests
{
    private const string Secret = "s3cret-of-the-client";
    private const string Password = "p4ssword-of-the-user";
    private const string State = "st4te-of-the-program";
    private const string Nonce = "n0nce-of-the-program";
    private const string Hint = "h1nt@tributary.local";
    private const string Verifier = "v3rifier-of-the-program-which-has-more-than-43-characters";

    /// <summary>By name, by patterns that are longer than the name, and for one receiver of messages alone.</summary>
    public static TheoryData<string[]> Settings => new(
        ["Logging:LogLevel:Microsoft.AspNetCore=Trace", "Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Trace", "Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.BadRequests=Trace"],
        ["Logging:LogLevel:Microsoft.AspNetCore*=Trace", "Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics*=Trace", "Logging:LogLevel:*Microsoft.AspNetCore.Server.Kestrel.BadRequests=Trace"],
        [$"Logging:{typeof(LogRecorder).FullName}:LogLevel:Default=Trace", $"Logging:{typeof(LogRecorder).FullName}:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Trace"]);

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Queries_forms_and_tokens_of_the_issuer_never_reach_the_log(string[] settings)
    {
        LogRecorder log = new();
        List<string> secrets = [Secret, Password, State, Nonce, Hint, "h1nt%40", Verifier];
        await using (TestServer server = await TestServer.StartWithLogAsync(log, [.. settings, "Faults:Enabled=true"]))
        {
            await SignInAsync(server, secrets);
            await AskAsClientAsync(server, secrets);
            await AskAsDeviceAsync(server, secrets);
            await AskBadlyAsync(server);
            await FailAsync(server);
        }

        // Something was logged, at the lowest level and of the parts that could have told, or this test would prove nothing.
        Assert.Contains(log.Lines, line => line.StartsWith("Trace ", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.StartsWith("Debug ", StringComparison.Ordinal) && line.Contains("Endpoint=", StringComparison.Ordinal));
        Assert.Contains("Microsoft.AspNetCore.Hosting.Diagnostics", log.Categories);
        Assert.Contains("Microsoft.AspNetCore.Server.Kestrel.BadRequests", log.Categories);
        Assert.Contains(log.Lines, line => line.Contains("/oauth2/v2.0/authorize", StringComparison.Ordinal));
        foreach (string secret in secrets)
        {
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    private static async Task<JsonElement> PostAsync(TestServer server, string path, Dictionary<string, string> form, AuthenticationHeaderValue? authorization = null, bool mayFail = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = authorization;
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(mayFail || response.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private static void Keep(List<string> secrets, JsonElement tokens)
    {
        foreach (string name in (string[])["access_token", "refresh_token", "id_token"])
        {
            if (tokens.TryGetProperty(name, out JsonElement token))
            {
                // Whole, and each part of a signed one.
                secrets.Add(token.GetString()!);
                secrets.AddRange(token.GetString()!.Split('.').Skip(1));
            }
        }
    }

    private static async Task SignInAsync(TestServer server, List<string> secrets)
    {
        using Browser browser = new(server.Http.BaseAddress!.ToString());
        string authorize = Browser.Authorize(changes:
            [("state", State), ("nonce", Nonce), ("login_hint", Hint), ("code_challenge", Verifier), ("code_challenge_method", "plain"), ("prompt", "login")]);
        using HttpResponseMessage page = await browser.GetAsync(authorize);
        secrets.Add((await Browser.ReadAsync(page)).QuerySelectorAll("input[name=token]").OfType<IHtmlInputElement>().First().Value);
        using HttpResponseMessage back = await browser.PressAsync(page, "go", "reader@tributary.local", Password);
        string code = Browser.AnswerOf(back)["code"];
        secrets.Add(code);

        JsonElement tokens = await PostAsync(server, $"/{Tenant}/oauth2/v2.0/token", Form(
            ("grant_type", "authorization_code"), ("client_id", App), ("client_secret", Secret), ("code", code), ("redirect_uri", Browser.Redirect), ("code_verifier", Verifier)));
        Keep(secrets, tokens);
        Keep(secrets, await PostAsync(server, $"/{Tenant}/oauth2/v2.0/token", Form(
            ("grant_type", "refresh_token"), ("client_id", App), ("client_secret", Secret), ("refresh_token", tokens.GetProperty("refresh_token").GetString()))));

        using var user = new HttpRequestMessage(HttpMethod.Get, $"/{Tenant}/openid/userinfo") { Headers = { Authorization = new("Bearer", tokens.GetProperty("access_token").GetString()) } };
        Assert.Equal(HttpStatusCode.OK, (await server.Http.SendAsync(user)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/{Tenant}/oauth2/v2.0/logout?id_token_hint={tokens.GetProperty("id_token").GetString()}&state={State}")).StatusCode);
    }

    private static async Task AskAsClientAsync(TestServer server, List<string> secrets)
    {
        string path = $"/{Tenant}/oauth2/v2.0/token";
        const string scope = "https://graph.microsoft.com/.default";
        Dictionary<string, string> application = Form(("grant_type", "client_credentials"), ("client_id", App), ("scope", scope));
        string basic = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{App}:{Secret}"));
        secrets.Add(basic);

        Keep(secrets, await PostAsync(server, path, application.With("client_secret", Secret)));
        Keep(secrets, await PostAsync(server, path, application, new AuthenticationHeaderValue("Basic", basic)));
        JsonElement user = await PostAsync(server, path, Form(
            ("grant_type", "password"), ("client_id", App), ("username", "reader@tributary.local"), ("password", Password), ("scope", $"api://{OtherApp}/x offline_access")));
        Keep(secrets, user);
        Keep(secrets, await PostAsync(server, path, Form(
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("client_id", OtherApp), ("client_secret", Secret), ("requested_token_use", "on_behalf_of"),
            ("assertion", user.GetProperty("access_token").GetString()), ("scope", scope))));

        using var machine = new HttpRequestMessage(HttpMethod.Get, "/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com");
        string header = ManagedIdentitySecret.Read(server.Data);
        secrets.Add(header);
        machine.Headers.Add("X-IDENTITY-HEADER", header);
        using HttpResponseMessage identity = await server.Http.SendAsync(machine);
        Keep(secrets, JsonDocument.Parse(await identity.Content.ReadAsStringAsync()).RootElement);
    }

    private static async Task AskAsDeviceAsync(TestServer server, List<string> secrets)
    {
        JsonElement device = await PostAsync(server, $"/{Tenant}/oauth2/v2.0/devicecode", Form(("client_id", App), ("scope", "openid offline_access https://graph.microsoft.com/ExternalItem.Read.All")));
        string userCode = device.GetProperty("user_code").GetString()!;
        secrets.Add(device.GetProperty("device_code").GetString()!);
        secrets.Add(userCode);
        using Browser browser = new(server.Http.BaseAddress!.ToString());
        using HttpResponseMessage entry = await browser.GetAsync($"/common/oauth2/deviceauth?otc={userCode}");
        using HttpResponseMessage pick = await browser.PostAsync("/common/oauth2/deviceauth", Form(("otc", userCode)));
        using HttpResponseMessage done = await browser.PressAsync(pick, "user", "reader@tributary.local");
        Keep(secrets, await PostAsync(server, $"/{Tenant}/oauth2/v2.0/token", Form(
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", App), ("device_code", device.GetProperty("device_code").GetString()))));
    }

    /// <summary>What is refused, by the issuer and by Kestrel before it.</summary>
    private static async Task AskBadlyAsync(TestServer server)
    {
        string path = $"/{Tenant}/oauth2/v2.0/token";
        await PostAsync(server, path, Form(("grant_type", "password"), ("client_id", App), ("username", Hint), ("password", Password), ("scope", State)), mayFail: true);
        await PostAsync(server, path, Form(("grant_type", Secret), ("client_secret", Secret)), mayFail: true);
        await PostAsync(server, $"/{Tenant}/nothing?code={Secret}", Form(("client_secret", Secret)), mayFail: true);
        await server.Http.GetAsync($"{path}?client_secret={Secret}");
        await server.Http.GetAsync($"/{Tenant}/oauth2/v2.0/authorize?client_id={Secret}&state={State}&login_hint={Hint}");
        foreach (string line in (string[])[$"GET /common/oauth2/v2.0/authorize?state={State} HTTP/1.1 x", $"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {Secret}\u0001"])
        {
            await RawHttp.SendAsync(server.Http.BaseAddress!, line + "\r\n\r\n");
        }
    }

    /// <summary>Broken machinery and ordered faults tell of the request as well.</summary>
    private static async Task FailAsync(TestServer server)
    {
        await server.FaultAsync("""{ "kind": "token", "count": 1, "answer": { "status": 503 } }""");
        await PostAsync(server, $"/{Tenant}/oauth2/v2.0/token", Form(("grant_type", "client_credentials"), ("client_secret", Secret)), mayFail: true);
        await server.FaultAsync("""{ "kind": "token", "count": 1, "truncateAt": 0 }""");
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server, $"/{Tenant}/oauth2/v2.0/token", Form(("grant_type", "client_credentials"), ("client_secret", Secret))));
    }
}
