using System.Net;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Tributary.Auth.DevIssuer;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class DeviceCodeGrantTests
{
    private const string Page = "/common/oauth2/deviceauth";

    private static Dictionary<string, string> Begin() =>
        Form(("client_id", App), ("scope", "openid offline_access https://graph.microsoft.com/ExternalItem.Read.All"));

    private static Task<JsonElement> BeginAsync(AuthHost host, string tenant = Tenant) => host.TokensAsync(Begin(), $"/{tenant}/oauth2/v2.0/devicecode");

    private static Dictionary<string, string> Poll(JsonElement device) => Form(
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", App), ("device_code", device.GetProperty("device_code").GetString()));

    private static async Task<HttpResponseMessage> EnterAsync(Browser browser, string code)
    {
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Page)).StatusCode);
        return await browser.PostAsync(Page, Form(("otc", code)));
    }

    private static string Code(JsonElement device) => device.GetProperty("user_code").GetString()!;

    [Fact]
    public async Task A_device_gets_its_tokens_once_its_user_has_signed_in_elsewhere()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);

        JsonElement device = await BeginAsync(host, "organizations");

        Assert.Equal(["user_code", "device_code", "verification_uri", "expires_in", "interval", "message"], device.EnumerateObject().Select(member => member.Name));
        Assert.Equal((900, 5, host.Url + Page), (device.GetProperty("expires_in").GetInt32(), device.GetProperty("interval").GetInt32(), device.GetProperty("verification_uri").GetString()));
        Assert.Equal($"To sign in, use a web browser to open the page {host.Url}{Page} and enter the code {Code(device)} to authenticate.", device.GetProperty("message").GetString());
        await host.AssertErrorAsync(Poll(device), "authorization_pending", 70016);

        HttpResponseMessage pick = await EnterAsync(browser, Code(device).ToLowerInvariant().Insert(4, "-"));
        Assert.Contains(Code(device), (await Browser.ReadAsync(pick)).QuerySelector("code")!.TextContent, StringComparison.Ordinal);
        await host.AssertErrorAsync(Poll(device), "authorization_pending", 70016);
        HttpResponseMessage done = await browser.PressAsync(pick, "user", "reader@tributary.local");
        Assert.Equal("You are signed in", (await Browser.ReadAsync(done)).QuerySelector("h1")!.TextContent);

        JsonElement answer = await host.TokensAsync(Poll(device), "/organizations/oauth2/v2.0/token");
        Assert.Equal(("reader@tributary.local", "openid ExternalItem.Read.All", "0"),
            (answer.Token().Claim("upn"), answer.Token().Claim("scp"), answer.Token().Claim("azpacr")));
        Assert.True(answer.TryGetProperty("refresh_token", out _) && answer.TryGetProperty("id_token", out _));
        await host.AssertErrorAsync(Poll(device), "invalid_grant", 54005);
    }

    [Fact]
    public async Task Who_declines_is_told_to_the_device_and_the_code_is_used_up()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);
        JsonElement device = await BeginAsync(host);
        HttpResponseMessage first = await EnterAsync(browser, Code(device));
        HttpResponseMessage second = await EnterAsync(browser, Code(device));

        Assert.Equal("Cancelled", (await Browser.ReadAsync(await browser.PressAsync(first, "cancel"))).QuerySelector("h1")!.TextContent);

        await host.AssertErrorAsync(Poll(device), "authorization_declined", 65004);
        Assert.Contains("AADSTS90120: ", await (await browser.PressAsync(second, "user", "reader@tributary.local")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("AADSTS90120: ", await (await EnterAsync(browser, Code(device))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await host.AssertErrorAsync(Poll(device), "authorization_declined", 65004);
    }

    [Fact]
    public async Task A_code_is_good_for_15_minutes()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);
        JsonElement device = await BeginAsync(host);
        JsonElement approved = await BeginAsync(host);
        await browser.PressAsync(await EnterAsync(browser, Code(approved)), "user", "reader@tributary.local");

        host.Time.Advance(DeviceCodes.Lifetime - TimeSpan.FromSeconds(1));
        await host.AssertErrorAsync(Poll(device), "authorization_pending", 70016);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.AssertErrorAsync(Poll(device), "expired_token", 70020);
        await host.AssertErrorAsync(Poll(approved), "expired_token", 70020);
        Assert.Contains("AADSTS70019: ", await (await EnterAsync(browser, Code(device))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        host.Time.Advance(DeviceCodes.Lifetime);
        await host.AssertErrorAsync(Poll(device), "bad_verification_code", 70018);
    }

    [Fact]
    public async Task What_is_wrong_with_a_devices_request_is_told()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        const string path = $"/{Tenant}/oauth2/v2.0/devicecode";
        JsonElement device = await BeginAsync(host);

        await host.AssertErrorAsync(Begin().With("client_id", null), "invalid_request", 900144, path: path);
        await host.AssertErrorAsync(Begin().With("client_id", "no-guid"), "unauthorized_client", 700016, path: path);
        await host.AssertErrorAsync(Begin().With("scope", null), "invalid_request", 900144, path: path);
        await host.AssertErrorAsync(Begin().With("scope", "Nothing.Known"), "invalid_scope", 650053, path: path);
        await host.AssertErrorAsync(Poll(device).With("device_code", null), "invalid_request", 900144);
        await host.AssertErrorAsync(Poll(device).With("device_code", Code(device)), "bad_verification_code", 70018);
        await host.AssertErrorAsync(Poll(device).With("client_id", null), "invalid_request", 900144);
        await host.AssertErrorAsync(Poll(device).With("client_id", OtherApp), "invalid_grant", 70000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAAAAAAA")]
    [InlineData("<script>alert(1)</script>")]
    public async Task A_wrong_code_is_told_on_the_page(string typed)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);

        HttpResponseMessage response = await browser.PostAsync(Page, Form(("otc", typed)));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        IHtmlDocument page = await Browser.ReadAsync(response);
        Assert.StartsWith("AADSTS90119: ", page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.Scripts);
        Assert.Equal(typed, ((IHtmlInputElement)page.QuerySelector("#otc")!).Value);
    }

    [Fact]
    public async Task A_page_of_another_origin_cannot_enter_a_code()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);
        JsonElement device = await BeginAsync(host);

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync(Page, Form(("otc", Code(device))), origin: "https://evil.example")).StatusCode);
    }

    [Fact]
    public async Task A_code_in_the_address_fills_the_field_and_decides_nothing()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);
        JsonElement device = await BeginAsync(host);

        IHtmlDocument page = await Browser.ReadAsync(await browser.GetAsync($"{Page}?otc={Code(device)}"));

        Assert.Equal(Code(device), ((IHtmlInputElement)page.QuerySelector("#otc")!).Value);
        await host.AssertErrorAsync(Poll(device), "authorization_pending", 70016);
    }

    [Fact]
    public async Task Version_1_has_its_own_names_and_writes_numbers_as_text()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);

        JsonElement device = await host.TokensAsync(Form(("client_id", App), ("resource", "https://graph.microsoft.com")), $"/{Tenant}/oauth2/devicecode");
        Assert.Equal((host.Url + Page, "900", "5"),
            (device.GetProperty("verification_url").GetString(), device.GetProperty("expires_in").GetString(), device.GetProperty("interval").GetString()));
        await browser.PressAsync(await EnterAsync(browser, Code(device)), "user", "reader@tributary.local");

        JsonElement answer = await host.TokensAsync(
            Form(("grant_type", "device_code"), ("client_id", App), ("code", device.GetProperty("device_code").GetString())), $"/{Tenant}/oauth2/token");

        Assert.Equal("1.0", answer.Token().Claim("ver"));
    }
}
