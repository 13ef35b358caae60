using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Tributary.Auth.DevIssuer;
using Tributary.Benchmarks.Corpora;

namespace Tributary.Benchmarks.Http;

/// <summary>What a scenario asks of the server before and after its clock runs.</summary>
internal sealed class GraphClient(Uri server) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server };

    public Task<string> AppTokenAsync() => TokenAsync(new()
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = DevDefaults.AppId,
        ["client_secret"] = "any",
        ["scope"] = "https://graph.microsoft.com/.default",
    });

    public Task<string> UserTokenAsync(string userPrincipalName) => TokenAsync(new()
    {
        ["grant_type"] = "password",
        ["client_id"] = DevDefaults.AppId,
        ["username"] = userPrincipalName,
        ["password"] = "any",
        ["scope"] = "https://graph.microsoft.com/.default",
    });

    /// <summary>Creates a connection with the corpus's schema; ready for items when this returns.</summary>
    public async Task CreateConnectionAsync(string id, string token)
    {
        await SendAsync(HttpMethod.Post, "/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "Benchmark {{id}}" }""", token);
        await SendAsync(HttpMethod.Patch, $"/v1.0/external/connections/{id}/schema", Corpus.SchemaJson, token);
    }

    /// <summary>Asks until a search is answered, which is when the index has every item that was acknowledged before.</summary>
    public async Task WaitUntilSearchableAsync(string connectionId, string token)
    {
        string body =
            $$"""
            { "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/{{connectionId}}"],
              "query": { "queryString": "{{Corpus.Word(100)}}" }, "size": 1 } ] }
            """;
        while (!await TrySendAsync(HttpMethod.Post, "/v1.0/search/query", body, token))
        {
        }
    }

    public async Task DeleteConnectionAsync(string id, string token)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Delete, id, token);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Whether the background deletion of a connection is over.</summary>
    public async Task<bool> IsGoneAsync(string id, string token)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, id, token);
        return response.StatusCode == HttpStatusCode.NotFound;
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string connectionId, string token)
    {
        using var request = new HttpRequestMessage(method, $"/v1.0/external/connections/{connectionId}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request);
    }

    private async Task<string> TokenAsync(Dictionary<string, string> form)
    {
        using HttpResponseMessage response = await _http.PostAsync($"/{DevDefaults.TenantId}/oauth2/v2.0/token", new FormUrlEncodedContent(form));
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    private async Task SendAsync(HttpMethod method, string path, string body, string token)
    {
        if (!await TrySendAsync(method, path, body, token))
        {
            throw new InvalidOperationException($"{method} {path} was refused.");
        }
    }

    private async Task<bool> TrySendAsync(HttpMethod method, string path, string body, string token)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await _http.SendAsync(request);
        return response.IsSuccessStatusCode;
    }
}
