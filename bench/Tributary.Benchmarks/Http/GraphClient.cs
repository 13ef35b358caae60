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
        await EnsureAsync(HttpMethod.Post, "/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "Benchmark {{id}}" }""", token);
        await EnsureAsync(HttpMethod.Patch, $"/v1.0/external/connections/{id}/schema", Corpus.SchemaJson, token);
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

    /// <summary>How many items a query finds in a connection; null when the index was behind its bound, which a client hears as 503.</summary>
    public async Task<long?> CountAsync(string connectionId, string kql, string token)
    {
        string body =
            $$"""
            { "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/{{connectionId}}"], "query": { "queryString": {{JsonSerializer.Serialize(kql)}} }, "size": 1 } ] }
            """;
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, "/v1.0/search/query", token, body);
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("value")[0].GetProperty("hitsContainers")[0].GetProperty("total").GetInt64();
    }

    public async Task PutItemAsync(string connectionId, CorpusItem item, string token)
    {
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Put, $"/v1.0/external/connections/{connectionId}/items/{item.Id}", token, Encoding.UTF8.GetString(item.Body()));
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Whether requests should be sent to this node: it has caught up with the store.</summary>
    public async Task<bool> IsReadyAsync()
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return response.IsSuccessStatusCode;
    }

    /// <summary>Has the node copy its indexes to its <c>Indexing:SnapshotDirectory</c>.</summary>
    public async Task SnapshotAsync(string operatorKey)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, "/tributary/index/snapshot", operatorKey);
        response.EnsureSuccessStatusCode();
    }

    public async Task DeleteConnectionAsync(string id, string token)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Delete, $"/v1.0/external/connections/{id}", token);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Whether the background deletion of a connection is over.</summary>
    public async Task<bool> IsGoneAsync(string id, string token)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, $"/v1.0/external/connections/{id}", token);
        return response.StatusCode == HttpStatusCode.NotFound;
    }

    /// <summary>What the connection says of itself: acknowledged items.</summary>
    public async Task<int> ItemCountAsync(string connectionId, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/beta/external/connections/{connectionId}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("ingestedItemsCount").GetInt32();
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string token, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await _http.SendAsync(request);
    }

    private async Task<string> TokenAsync(Dictionary<string, string> form)
    {
        using HttpResponseMessage response = await _http.PostAsync($"/{DevDefaults.TenantId}/oauth2/v2.0/token", new FormUrlEncodedContent(form));
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    private async Task EnsureAsync(HttpMethod method, string path, string body, string token)
    {
        if (!await TrySendAsync(method, path, body, token))
        {
            throw new InvalidOperationException($"{method} {path} was refused.");
        }
    }

    private async Task<bool> TrySendAsync(HttpMethod method, string path, string body, string token)
    {
        using HttpResponseMessage response = await SendAsync(method, path, token, body);
        return response.IsSuccessStatusCode;
    }
}
