using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Tributary.Auth.DevIssuer;

namespace Tributary.Relevance;

/// <summary>
/// The server itself, on a port and a data directory of its own, asked over HTTP: whatever has a part in the order has it here. Its clock begins at
/// <see cref="Start"/>, so that how new a document is does not depend on the day of the run.
/// </summary>
internal sealed class ProductRanking : IRanking, IAsyncDisposable
{
    /// <summary>Shortly after the newest sample document.</summary>
    public static readonly DateTimeOffset Start = new(2026, 9, 21, 9, 0, 0, TimeSpan.Zero);

    private const string ConnectionId = "relevance";
    private const int MaxPage = 1000;
    private const int Writers = 16;

    private readonly string _data = Directory.CreateTempSubdirectory("tributary-relevance-").FullName;
    private readonly Dictionary<string, string> _names;
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private ProductRanking(Collection collection, IEnumerable<string> settings)
    {
        _names = collection.Documents.ToDictionary(document => document.ItemId, document => document.Name);
        _app = Server.Build(
            [new("Storage:Data", _data), new("Logging:LogLevel:Default", "Error"), new("Urls", "http://127.0.0.1:0")], [.. settings], new MovedClock());
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
    }

    /// <summary>Starts the server and fills it.</summary>
    /// <param name="collection">The documents.</param>
    /// <param name="settings">As on the command line: <c>--Section:Name=value</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ProductRanking> StartAsync(Collection collection, IEnumerable<string> settings, CancellationToken cancellationToken)
    {
        var ranking = new ProductRanking(collection, settings);
        try
        {
            await ranking._app.StartAsync(cancellationToken);
            ranking._http.BaseAddress = new Uri(ranking._app.Urls.First());
            await ranking.FillAsync(collection, cancellationToken);
            return ranking;
        }
        catch
        {
            await ranking.DisposeAsync();
            throw;
        }
    }

    public async Task<IReadOnlyList<string>> RankAsync(RelevanceQuery query, int depth, CancellationToken cancellationToken)
    {
        string body =
            $$"""
            {"requests":[{"entityTypes":["externalItem"],"contentSources":["/external/connections/{{ConnectionId}}"],"fields":["substrateContentDomainId"],
            "query":{"queryString":{{JsonSerializer.Serialize(query.Text)}}},"size":{{Math.Min(depth, MaxPage)}}}]}
            """;
        JsonElement answer = await SendAsync(HttpMethod.Post, "v1.0/search/query", Json(body), cancellationToken);
        JsonElement container = answer.GetProperty("value")[0].GetProperty("hitsContainers")[0];
        return container.TryGetProperty("hits", out JsonElement hits) ? [.. hits.EnumerateArray().Select(NameOf)] : [];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>The system's domain id of an item ends in the item's id.</summary>
    private string NameOf(JsonElement hit)
    {
        string id = hit.GetProperty("resource").GetProperty("properties").GetProperty("substrateContentDomainId").GetString()!;
        return _names[id[(id.LastIndexOf(',') + 1)..]];
    }

    private async Task FillAsync(Collection collection, CancellationToken cancellationToken)
    {
        await UseTokenAsync(new() { ["grant_type"] = "client_credentials", ["client_secret"] = "any" }, cancellationToken);
        await SendAsync(HttpMethod.Post, "v1.0/external/connections", Json($$"""{ "id": "{{ConnectionId}}", "name": "{{collection.Name}}" }"""), cancellationToken);
        await SendAsync(HttpMethod.Patch, $"v1.0/external/connections/{ConnectionId}/schema", Json(collection.SchemaJson), cancellationToken);
        await Parallel.ForEachAsync(
            collection.Documents,
            new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken },
            async (document, cancellation) =>
            {
                using var body = new ByteArrayContent(document.Body);
                body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                await SendAsync(HttpMethod.Put, $"v1.0/external/connections/{ConnectionId}/items/{document.ItemId}", body, cancellation);
            });
        await UseTokenAsync(new() { ["grant_type"] = "password", ["username"] = "reader@tributary.local", ["password"] = "any" }, cancellationToken);
    }

    private async Task UseTokenAsync(Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        form["client_id"] = DevDefaults.AppId;
        form["scope"] = "https://graph.microsoft.com/.default";
        using var body = new FormUrlEncodedContent(form);
        JsonElement answer = await SendAsync(HttpMethod.Post, $"{DevDefaults.TenantId}/oauth2/v2.0/token", body, cancellationToken);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.GetProperty("access_token").GetString());
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? text.Length == 0 ? default : JsonElement.Parse(text)
            : throw new InvalidOperationException($"{method} {path} was answered {(int)response.StatusCode}: {text}");
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private sealed class MovedClock : TimeProvider
    {
        private readonly TimeSpan _moved = Start - System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _moved;
    }
}
