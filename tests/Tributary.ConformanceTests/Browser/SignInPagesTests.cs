using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Browser;

/// <summary>
/// The issuer's pages in a real browser: by the keyboard alone, without scripts and with them, under the pages' own policy, and without a request to anybody but the server and the
/// program that is signed in to.
/// </summary>
public sealed class SignInPagesTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private const string Seed = """
        { "users": [ { "userPrincipalName": "ada@tributary.local", "displayName": "Ada", "password": "difference engine" } ] }
        """;

    private readonly List<string> _foreign = [];
    private readonly List<string> _complaints = [];
    private TestServer _server = null!;
    private SignInClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartWithSeedAsync(Seed);
        _client = await SignInClient.StartAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_user_is_picked_by_the_keyboard_alone_and_the_code_is_good_with_its_verifier(bool hasScript)
    {
        IPage page = await OpenAsync(hasScript);
        await page.GotoAsync(_client.Authorize());
        Assert.Equal("Pick a user – Tributary", await page.TitleAsync());

        await TabToAsync(page, "button[value='reader@tributary.local']");
        await page.Keyboard.PressAsync("Enter");
        await ShouldBeBackAsync(page);

        Dictionary<string, string> answer = QueryOf(page.Url);
        Assert.Equal("a state & more", answer["state"]);
        Assert.Equal("reader@tributary.local", await _client.RedeemAsync(answer["code"]));
        ShouldBeClean();
    }

    [Fact]
    public async Task A_wrong_password_is_told_the_name_stays_and_the_right_one_signs_in()
    {
        IPage page = await OpenAsync(hasScript: false);
        await page.GotoAsync(_client.Authorize());

        await TabToAsync(page, "#username");
        await page.Keyboard.TypeAsync("ada@tributary.local");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("analytical engine");
        await page.Keyboard.PressAsync("Enter");
        ILocator problem = page.GetByRole(AriaRole.Alert);
        Assert.StartsWith("AADSTS50126: ", await problem.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("ada@tributary.local", await page.GetByLabel("User principal name").InputValueAsync());
        Assert.Equal("", await page.GetByLabel("Password, where the user has one").InputValueAsync());

        await TabToAsync(page, "#password");
        await page.Keyboard.TypeAsync("difference engine");
        await page.Keyboard.PressAsync("Enter");
        await ShouldBeBackAsync(page);

        Assert.Equal("ada@tributary.local", await _client.RedeemAsync(QueryOf(page.Url)["code"]));
    }

    [Fact]
    public async Task To_cancel_goes_back_to_the_program_with_an_error_and_no_code()
    {
        IPage page = await OpenAsync(hasScript: false);
        await page.GotoAsync(_client.Authorize());

        await TabToAsync(page, "button[name=cancel]");
        await page.Keyboard.PressAsync("Space");
        await ShouldBeBackAsync(page);

        Dictionary<string, string> answer = QueryOf(page.Url);
        Assert.Equal("access_denied", answer["error"]);
        Assert.DoesNotContain("code", answer.Keys);
        ShouldBeClean();
    }

    [Fact]
    public async Task The_code_of_a_device_is_typed_and_the_device_gets_its_token()
    {
        IPage page = await OpenAsync(hasScript: false);
        JsonElement device = await _client.DeviceCodeAsync();
        await page.GotoAsync(device.GetProperty("verification_uri").GetString()!);
        Assert.Equal("Enter the code – Tributary", await page.TitleAsync());

        await TabToAsync(page, "#otc");
        await page.Keyboard.TypeAsync(device.GetProperty("user_code").GetString()!);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Pick a user" }).WaitForAsync();
        Assert.Contains(device.GetProperty("user_code").GetString()!, await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await TabToAsync(page, "button[value='reader@tributary.local']");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "You are signed in" }).WaitForAsync();

        Assert.Equal("reader@tributary.local", await _client.RedeemDeviceCodeAsync(device.GetProperty("device_code").GetString()!));
        ShouldBeClean();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_by_form_goes_on_by_itself_under_the_policy_and_by_a_button_where_there_is_no_script(bool hasScript)
    {
        IPage page = await OpenAsync(hasScript);
        await page.GotoAsync(_client.Authorize("form_post"));
        await TabToAsync(page, "button[value='reader@tributary.local']");
        await page.Keyboard.PressAsync("Enter");
        if (!hasScript)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).WaitForAsync();
            await TabToAsync(page, "button");
            await page.Keyboard.PressAsync("Enter");
        }

        Dictionary<string, string> posted = await _client.Posted.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal("a state & more", posted["state"]);
        Assert.Equal("reader@tributary.local", await _client.RedeemAsync(posted["code"]));
        ShouldBeClean();
    }

    [Fact]
    public async Task What_is_slipped_into_a_page_neither_runs_nor_is_fetched_nor_framed()
    {
        IPage page = await OpenAsync(hasScript: true);
        await page.GotoAsync(_client.Authorize());

        await page.EvaluateAsync("""
            origin => {
              window.blocked = [];
              document.addEventListener('securitypolicyviolation', violation => window.blocked.push(violation.effectiveDirective));
              const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script);
              const image = document.createElement('img'); image.src = origin + '/image'; document.body.append(image);
              const frame = document.createElement('iframe'); frame.src = origin + '/frame'; document.body.append(frame);
            }
            """, _client.Origin);
        await page.WaitForFunctionAsync("window.blocked.length >= 3");

        Assert.Equal(["frame-src", "img-src", "script-src-elem"], (await page.EvaluateAsync<string[]>("window.blocked")).Order(StringComparer.Ordinal));
        Assert.False(await page.EvaluateAsync<bool>("window.ran === true"));
        Assert.Empty(_client.Asked);
    }

    private async Task<IPage> OpenAsync(bool hasScript)
    {
        IPage page = await chromium.OpenAsync(hasScript);
        string[] known = [new Uri(_server.Urls.First()).Authority, new Uri(_client.Origin).Authority];
        page.Request += (_, request) =>
        {
            if (!known.Contains(new Uri(request.Url).Authority))
            {
                _foreign.Add(request.Url);
            }
        };

        // What a policy of the page blocked is told here. The program's own page has no icon, which browsers ask for.
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("404", StringComparison.Ordinal))
            {
                _complaints.Add(message.Text);
            }
        };
        return page;
    }

    /// <summary>Asks again and again: an event that is waited for may have come before.</summary>
    private Task ShouldBeBackAsync(IPage page) =>
        Assertions.Expect(page).ToHaveURLAsync(new Regex("^" + Regex.Escape(_client.Redirect + "?")), new() { Timeout = 60_000 });

    private void ShouldBeClean()
    {
        Assert.Empty(_foreign);
        Assert.Empty(_complaints);
    }

    /// <summary>Goes on from field to field, as somebody without a mouse does, and fails if that never leads there.</summary>
    private static async Task TabToAsync(IPage page, string selector)
    {
        for (int i = 0; i < 20; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.Locator($"{selector}:focus").CountAsync() == 1)
            {
                return;
            }
        }

        Assert.Fail($"The keyboard does not lead to {selector}.");
    }

    private static Dictionary<string, string> QueryOf(string address) => new Uri(address).Query[1..].Split('&').Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')));
}
