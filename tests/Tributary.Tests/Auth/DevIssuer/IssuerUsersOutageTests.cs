using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tributary.Tests.Directories.MicrosoftGraph;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

/// <summary>A directory that is elsewhere signs its users in here too, and nobody while it cannot be asked.</summary>
public sealed class IssuerUsersOutageTests : IAsyncLifetime
{
    private const string Someone = ScriptedGraph.SomeoneName;

    private static readonly Dictionary<string, string> Password = Form(
        ("grant_type", "password"), ("client_id", App), ("username", Someone), ("password", "any"), ("scope", "openid offline_access https://graph.microsoft.com/.default"));

    private ScriptedGraph _graph = null!;

    public async ValueTask InitializeAsync() => _graph = await ScriptedGraph.StartAsync();

    public ValueTask DisposeAsync() => _graph.DisposeAsync();

    private static async Task<Answer> PostAsync(TestServer server, Dictionary<string, string> form)
    {
        using HttpResponseMessage response = await server.Http.PostAsync(new Uri($"/{Tenant}/oauth2/v2.0/token", UriKind.Relative), new FormUrlEncodedContent(form));
        return await Answer.ReadAsync(response);
    }

    private static async Task<bool> AnswerNonsenseAsync(HttpContext context)
    {
        await ScriptedGraph.WriteAsync(context, 200, "nonsense");
        return true;
    }

    private static void AssertUnavailable(Answer answer)
    {
        JsonElement error = answer.ShouldBe(503).Json;
        Assert.Equal(("temporarily_unavailable", 90033), (error.GetProperty("error").GetString(), error.GetProperty("error_codes")[0].GetInt32()));
        Assert.False(error.TryGetProperty("access_token", out _), "There is a token.");
        Assert.Equal("5", answer.Headers.GetValues("Retry-After").Single());
    }

    [Fact]
    public async Task A_user_of_Graph_signs_in_and_is_in_the_groups_that_it_says()
    {
        await using TestServer server = await _graph.ServeAsync();
        _graph.GroupPages = [[ScriptedGraph.Granted]];

        JsonElement claims = TokenClaims.Of((await PostAsync(server, Password)).ShouldBe(200).Json.GetProperty("access_token").GetString()!);

        Assert.Equal((ScriptedGraph.SomeoneId, Someone, Someone), (claims.GetProperty("oid").GetString(), claims.GetProperty("upn").GetString(), claims.GetProperty("name").GetString()));
        Assert.Equal([ScriptedGraph.Granted], claims.GetProperty("groups").EnumerateArray().Select(id => id.GetString()));
    }

    [Fact]
    public async Task Who_is_remembered_as_enabled_and_is_so_no_longer_is_refused_at_once()
    {
        await using TestServer server = await _graph.ServeAsync();
        (await PostAsync(server, Password)).ShouldBe(200);

        _graph.UserMembers = "\"accountEnabled\": false";

        Assert.Equal(50057, (await PostAsync(server, Password)).ShouldBe(400).Json.GetProperty("error_codes")[0].GetInt32());
    }

    [Fact]
    public async Task While_it_cannot_be_asked_no_grant_gives_a_token_and_each_does_afterwards()
    {
        await using TestServer server = await _graph.ServeAsync();
        using Browser browser = new(server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        string refresh = (await PostAsync(server, Password)).ShouldBe(200).Json.GetProperty("refresh_token").GetString()!;
        string code = (await browser.SignInAsync(Browser.Authorize(), Someone))["code"];
        Dictionary<string, string>[] grants =
        [
            Password,
            Password.With("username", "reader@tributary.local"),
            Form(("grant_type", "refresh_token"), ("client_id", App), ("refresh_token", refresh)),
            Form(("grant_type", "authorization_code"), ("client_id", App), ("code", code), ("redirect_uri", Browser.Redirect)),
        ];

        _graph.Before = AnswerNonsenseAsync;
        foreach (Dictionary<string, string> grant in grants)
        {
            AssertUnavailable(await PostAsync(server, grant));
        }

        _graph.Before = _ => Task.FromResult(false);
        foreach (Dictionary<string, string> grant in grants)
        {
            (await PostAsync(server, grant)).ShouldBe(200);
        }
    }

    [Fact]
    public async Task The_page_says_so_and_a_silent_sign_in_tells_its_client()
    {
        await using TestServer server = await _graph.ServeAsync();
        using Browser browser = new(server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        await browser.SignInAsync(Browser.Authorize(), Someone);
        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize(changes: ("prompt", "login")));
        _graph.Before = AnswerNonsenseAsync;

        foreach (HttpResponseMessage response in (HttpResponseMessage[])
            [await browser.GetAsync(Browser.Authorize()), await browser.GetAsync(Browser.Authorize(changes: ("prompt", "login"))), await browser.PressAsync(page, "user", Someone)])
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("5", response.Headers.GetValues("Retry-After").Single());
            Assert.StartsWith("AADSTS90033: ", await SignInSeed.ErrorOnPageAsync(response), StringComparison.Ordinal);
        }

        IReadOnlyDictionary<string, string> answer = Browser.AnswerOf(await browser.GetAsync(Browser.Authorize(changes: ("prompt", "none"))));
        Assert.Equal("temporarily_unavailable", answer["error"]);
        Assert.False(answer.ContainsKey("code"));
    }

    [Fact]
    public async Task The_page_that_was_posted_meanwhile_comes_back_with_the_name_and_signs_in_afterwards()
    {
        await using TestServer server = await _graph.ServeAsync();
        using Browser browser = new(server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize());
        _graph.Before = AnswerNonsenseAsync;

        HttpResponseMessage failed = await browser.PressAsync(page, "user", Someone);
        HttpResponseMessage again = await browser.PressAsync(failed, "go");
        _graph.Before = _ => Task.FromResult(false);
        HttpResponseMessage signedIn = await browser.PressAsync(again, "go");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (failed.StatusCode, again.StatusCode));
        Assert.Equal("5", again.Headers.GetValues("Retry-After").Single());
        Assert.True(Browser.AnswerOf(signedIn).ContainsKey("code"));
    }

    [Fact]
    public async Task Applications_get_their_tokens_all_the_same()
    {
        await using TestServer server = await _graph.ServeAsync();
        _graph.Before = AnswerNonsenseAsync;

        (await PostAsync(server, Form(("grant_type", "client_credentials"), ("client_id", App), ("client_secret", "any"), ("scope", "https://graph.microsoft.com/.default")))).ShouldBe(200);
    }
}
