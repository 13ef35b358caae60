using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Tributary.ConformanceTests.Durability;

/// <summary>Searches whose answers were received, to be found in the access log again.</summary>
internal sealed class ReceivedSearches(string connection)
{
    private readonly ConcurrentDictionary<string, (string Id, string Title)[]> _shown = new();

    public int Count => _shown.Count;

    /// <summary>Finds everything that there is to see; counted once the whole answer is here.</summary>
    public async Task SearchAsync(ServerProcess server, string token, Load load)
    {
        string id = Guid.NewGuid().ToString();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1.0/search/query")
        {
            Content = new StringContent(ServerProcess.SearchBody(connection, VersionedItem.CommonWord), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("client-request-id", id);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode} {Encoding.UTF8.GetString(body)}");
        _shown[id] = [.. Hits(JsonElement.Parse(body))];
        load.Acknowledge();
    }

    /// <summary>Each has one line, with the same hits in the same order, at the version that it was shown in.</summary>
    public async Task CheckAsync(ServerProcess server, string administrator)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/tributary/access/log");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", administrator);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        string export = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode && (export.Length == 0 || export[^1] == '\n'), export);
        ILookup<string, JsonElement> lines = export.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
            .ToLookup(line => line.GetProperty("clientRequestId").GetString()!);

        var versions = new Dictionary<(string Item, long Change), string>();
        foreach ((string id, (string Id, string Title)[] shown) in _shown)
        {
            Assert.True(lines[id].Count() == 1, $"There are {lines[id].Count()} lines of a search that was answered with {string.Join(", ", shown)}.");
            JsonElement line = lines[id].First();
            (string Id, long Change)[] logged = [.. line.GetProperty("items").EnumerateArray().Select(item => (item.GetProperty("itemId").GetString()!, item.GetProperty("version").GetInt64()))];
            Assert.Equal(shown.Select(hit => hit.Id), logged.Select(hit => hit.Id));
            Assert.Equal(shown.Length, line.GetProperty("total").GetInt32());
            foreach ((string item, string title, long change) in shown.Zip(logged, (hit, entry) => (hit.Id, hit.Title, entry.Change)))
            {
                Assert.True(versions.TryAdd((item, change), title) || versions[(item, change)] == title, $"{item} was shown as '{title}' and as '{versions[(item, change)]}', both logged as {change}.");
            }
        }

        // Later texts are later changes.
        foreach (IGrouping<string, KeyValuePair<(string Item, long Change), string>> item in versions.GroupBy(version => version.Key.Item))
        {
            long[] numbers = [.. item.OrderBy(version => version.Key.Change).Select(version => long.Parse(version.Value.Split(' ')[1], CultureInfo.InvariantCulture))];
            Assert.True(numbers.Zip(numbers.Skip(1)).All(pair => pair.First < pair.Second), $"{item.Key}: {string.Join(", ", item)}");
        }
    }

    private static IEnumerable<(string Id, string Title)> Hits(JsonElement answer)
    {
        JsonElement container = answer.GetProperty("value")[0].GetProperty("hitsContainers")[0];
        foreach (JsonElement hit in container.TryGetProperty("hits", out JsonElement hits) ? hits.EnumerateArray() : default)
        {
            JsonElement properties = hit.GetProperty("resource").GetProperty("properties");
            yield return (properties.GetProperty("substrateContentDomainId").GetString()!.Split(',')[1], properties.GetProperty("title").GetString()!);
        }
    }
}
