using System.Collections.Concurrent;
using System.Text.Json;
using Tributary.Chaos.Clusters;
using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Load;

/// <summary>Tokens of each node's development issuer, fetched before anything is broken; they outlast the run.</summary>
internal sealed class Tokens
{
    private readonly ConcurrentDictionary<(int Node, string Caller), string> _tokens = new();

    public string Of(int node, string caller) => _tokens[(node, caller)];

    public async Task FetchAsync(IReadOnlyList<Node> nodes)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        foreach (Node node in nodes)
        {
            _tokens[(node.Number, World.Application)] = await FetchAsync(http, node, new() { ["grant_type"] = "client_credentials", ["client_secret"] = "any" });
            foreach (Person person in World.People)
            {
                _tokens[(node.Number, person.Name)] = await FetchAsync(
                    http, node, new() { ["grant_type"] = "password", ["username"] = person.Name, ["password"] = "any" });
            }
        }
    }

    private static async Task<string> FetchAsync(HttpClient http, Node node, Dictionary<string, string> form)
    {
        form["client_id"] = World.App;
        form["scope"] = "https://graph.microsoft.com/.default";
        using var content = new FormUrlEncodedContent(form);
        using HttpResponseMessage response = await http.PostAsync(new Uri(node.Url!, $"/{World.Tenant}/oauth2/v2.0/token"), content);
        string text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"Node {node.Number} gives no token: {text}");
        }

        using var document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("access_token").GetString()!;
    }
}
