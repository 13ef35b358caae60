using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth.DevIssuer;

/// <summary>What the tests of the issuer's grants have in common.</summary>
internal static class IssuerCalls
{
    public const string Tenant = DevDefaults.TenantId;
    public const string App = DevDefaults.AppId;
    public const string OtherApp = "00000000-0000-4000-8000-00000000000b";

    public static Dictionary<string, string> Form(params (string Name, string? Value)[] fields) =>
        fields.Where(field => field.Value is not null).ToDictionary(field => field.Name, field => field.Value!);

    /// <summary>Over a good form: a null takes a field away.</summary>
    public static Dictionary<string, string> With(this Dictionary<string, string> form, string name, string? value)
    {
        Dictionary<string, string> changed = new(form);
        changed.Remove(name);
        if (value is not null)
        {
            changed[name] = value;
        }

        return changed;
    }

    public static Task<HttpResponseMessage> PostAsync(this AuthHost host, string path, Dictionary<string, string> form) =>
        host.Client.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(form));

    public static async Task<JsonElement> TokensAsync(this AuthHost host, Dictionary<string, string> form, string path = $"/{Tenant}/oauth2/v2.0/token")
    {
        HttpResponseMessage response = await host.PostAsync(path, form);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }

    public static async Task AssertErrorAsync(this AuthHost host, Dictionary<string, string> form, string error, int code, int status = 400, string path = $"/{Tenant}/oauth2/v2.0/token")
    {
        HttpResponseMessage response = await host.PostAsync(path, form);
        JsonElement answer = await response.ReadJsonAsync();
        Assert.False(answer.TryGetProperty("access_token", out _), "There is a token.");
        Assert.Equal((error, code, status), (answer.GetProperty("error").GetString(), answer.GetProperty("error_codes")[0].GetInt32(), (int)response.StatusCode));
    }

    public static JsonWebToken Token(this JsonElement answer, string name = "access_token") => new(answer.GetProperty(name).GetString());

    public static string Claim(this JsonWebToken token, string type) => string.Join(' ', token.Claims.Where(claim => claim.Type == type).Select(claim => claim.Value));

    /// <summary>Starts with a seed file of that content, which lies in the data directory.</summary>
    public static async Task<AuthHost> StartWithSeedAsync(string seed, Dictionary<string, string?>? settings = null, string? directory = null)
    {
        string file = Path.Combine(directory ?? Directory.CreateTempSubdirectory("tributary-seed-").FullName, "seed.json");
        await File.WriteAllTextAsync(file, seed);
        return await AuthHost.StartAsync(new Dictionary<string, string?>(settings ?? []) { ["Directory:SeedFile"] = file });
    }
}
