using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tributary.Auth;

namespace Tributary.Tests.Auth;

/// <summary>An OpenID Connect provider on a Kestrel of its own, as far as who validates tokens has to do with it: a discovery document and a set of keys.</summary>
internal sealed class TestProvider : IAsyncDisposable
{
    public const string Tenant = TokenBuilder.Tenant;

    private readonly WebApplication _app;

    private TestProvider(WebApplication app) => _app = app;

    public string Url { get; private init; } = "";

    /// <summary>What stands before <c>/.well-known/openid-configuration</c>.</summary>
    public string Authority => Url + "/realms/contoso";

    /// <summary>What the document says its <c>issuer</c> is.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>What is published; at first the key that <see cref="TokenBuilder"/> signs with.</summary>
    public JsonArray Keys { get; set; } = [PublicKey(AuthHost.IssuerKey, TokenBuilder.KeyId)];

    /// <summary>Answers nothing but 500 while it is set.</summary>
    public bool IsBroken { get; set; }

    public int TimesRead { get; private set; }

    /// <param name="url">A fixed address, for a provider that comes back.</param>
    public static async Task<TestProvider> StartAsync(string url = "http://127.0.0.1:0")
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        TestProvider? provider = null;
        app.MapGet("/realms/contoso/.well-known/openid-configuration", (RequestDelegate)(context => provider!.WriteAsync(context, provider.Document())));
        app.MapGet("/keys", (RequestDelegate)(context => provider!.WriteAsync(context, new JsonObject { ["keys"] = provider.Keys.DeepClone() })));
        await app.StartAsync();
        provider = new TestProvider(app) { Url = app.Urls.Single() };
        provider.Issuer = provider.Authority;
        return provider;
    }

    /// <summary>A mirror of Entra's document for every tenant in that cloud.</summary>
    public static async Task<TestProvider> StartAsEntraAsync(NationalCloud cloud)
    {
        TestProvider provider = await StartAsync();
        provider.Issuer = cloud.IssuerOf("{tenantid}");
        return provider;
    }

    /// <summary>A server that trusts this one as Entra in that cloud.</summary>
    public Dictionary<string, string?> EntraSettings(NationalCloud cloud, string tenants = Tenant) =>
        new() { ["Auth:Cloud"] = cloud.Name, ["Auth:Tenants"] = tenants, ["Auth:Authority"] = Authority };

    public static JsonObject PublicKey(RSA key, string kid, string? issuer = null)
    {
        RSAParameters parameters = key.ExportParameters(includePrivateParameters: false);
        JsonObject json = new()
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = kid,
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
        if (issuer is not null)
        {
            json["issuer"] = issuer;
        }

        return json;
    }

    public static JsonObject PublicKey(ECDsa key, string kid)
    {
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "EC",
            ["use"] = "sig",
            ["crv"] = "P-256",
            ["kid"] = kid,
            ["x"] = Base64Url.EncodeToString(parameters.Q.X),
            ["y"] = Base64Url.EncodeToString(parameters.Q.Y),
        };
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private JsonObject Document() => new()
    {
        ["issuer"] = Issuer,
        ["authorization_endpoint"] = $"{Authority}/authorize",
        ["token_endpoint"] = $"{Authority}/token",
        ["jwks_uri"] = $"{Url}/keys",
    };

    private Task WriteAsync(HttpContext context, JsonObject body)
    {
        TimesRead++;
        if (IsBroken)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }
}
