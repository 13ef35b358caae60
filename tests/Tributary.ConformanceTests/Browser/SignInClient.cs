using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Tributary.Auth.DevIssuer;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Browser;

/// <summary>A program that signs users in: it has an origin of its own, to which the issuer sends its answers, and redeems codes with PKCE.</summary>
internal sealed class SignInClient : IAsyncDisposable
{
    private const string Scope = "https://graph.microsoft.com/.default";

    private readonly WebApplication _app;
    private readonly TestServer _server;
    private readonly string _verifier = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    private SignInClient(WebApplication app, TestServer server)
    {
        _app = app;
        _server = server;
    }

    /// <summary>Paths that were asked for here.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>What came by <c>form_post</c>.</summary>
    public TaskCompletionSource<Dictionary<string, string>> Posted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Origin => _app.Urls.First();

    public string Redirect => Origin + "/signed-in";

    public static async Task<SignInClient> StartAsync(TestServer server)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Urls"] = "http://127.0.0.1:0";
        builder.Configuration["Logging:LogLevel:Default"] = "Error";
        WebApplication app = builder.Build();
        var client = new SignInClient(app, server);
        app.Run(async context =>
        {
            client.Asked.Enqueue(context.Request.Path);
            if (HttpMethods.IsPost(context.Request.Method))
            {
                IFormCollection form = await context.Request.ReadFormAsync();
                client.Posted.TrySetResult(form.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));
            }

            await context.Response.WriteAsync("Welcome back");
        });
        await app.StartAsync();
        return client;
    }

    public string Authorize(string responseMode = "query") => $"{_server.Urls.First()}/{DevDefaults.TenantId}/oauth2/v2.0/authorize?" + string.Join('&', new Dictionary<string, string>
    {
        ["client_id"] = DevDefaults.AppId,
        ["response_type"] = "code",
        ["response_mode"] = responseMode,
        ["redirect_uri"] = Redirect,
        ["scope"] = Scope,
        ["state"] = "a state & more",
        ["code_challenge"] = Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(_verifier))).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        ["code_challenge_method"] = "S256",
    }.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));

    /// <summary>The user principal name in the token that a code is good for.</summary>
    public async Task<string?> RedeemAsync(string code) => UserOf(await TokenAsync(new()
    {
        ["grant_type"] = "authorization_code",
        ["client_id"] = DevDefaults.AppId,
        ["code"] = code,
        ["redirect_uri"] = Redirect,
        ["code_verifier"] = _verifier,
        ["scope"] = Scope,
    }));

    /// <summary>What a device is told to show.</summary>
    public async Task<JsonElement> DeviceCodeAsync()
    {
        using HttpResponseMessage response = await _server.Http.PostAsync(
            $"/{DevDefaults.TenantId}/oauth2/v2.0/devicecode", new FormUrlEncodedContent(new Dictionary<string, string> { ["client_id"] = DevDefaults.AppId, ["scope"] = Scope }));
        return (await Answer.ReadAsync(response)).ShouldBe(200).Json;
    }

    /// <summary>The user for whom the device gets tokens.</summary>
    public async Task<string?> RedeemDeviceCodeAsync(string deviceCode) => UserOf(await TokenAsync(new()
    {
        ["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code",
        ["client_id"] = DevDefaults.AppId,
        ["device_code"] = deviceCode,
    }));

    private async Task<string> TokenAsync(Dictionary<string, string> form)
    {
        using HttpResponseMessage response = await _server.Http.PostAsync($"/{DevDefaults.TenantId}/oauth2/v2.0/token", new FormUrlEncodedContent(form));
        return (await Answer.ReadAsync(response)).ShouldBe(200).Json.GetProperty("access_token").GetString()!;
    }

    private static string? UserOf(string token) => TokenClaims.Of(token).GetProperty("upn").GetString();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
