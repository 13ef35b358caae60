using System.Text.Json;
using System.Text.RegularExpressions;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Search;

/// <summary>One server for the tests of a class that do not disturb each other; each takes a connection of its own.</summary>
public sealed partial class SearchServer : IAsyncLifetime
{
    internal const string Everyone = """[ { "type": "everyone", "value": "everyone", "accessType": "grant" } ]""";

    internal TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync("Connections:MaxPerTenant=500");

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>
    /// The body of an item with the given properties, visible to everyone unless told otherwise. String collections get their annotation unless there is one.
    /// </summary>
    internal static string Item(string properties, string? content = null, string acl = Everyone, string contentType = "text")
    {
        string contentMember = content is null ? "" : $$""", "content": { "type": "{{contentType}}", "value": {{JsonSerializer.Serialize(content)}} }""";
        if (!properties.Contains("@odata.type", StringComparison.Ordinal))
        {
            properties = Collection().Replace(properties, "\"$1@odata.type\": \"Collection(String)\", $0");
        }

        return $$"""{ "acl": {{acl}}, "properties": {{properties}}{{contentMember}} }""";
    }

    internal static string ItemPath(string connection, string item) => $"/v1.0/external/connections/{connection}/items/{item}";

    internal static string Source(string connection) => "/external/connections/" + connection;

    [GeneratedRegex("\"(\\w+)\": \\[")]
    private static partial Regex Collection();
}

internal static class SearchServerItems
{
    /// <summary>Puts an item and expects it to be taken.</summary>
    public static async Task PutItemAsync(this TestServer server, string connection, string id, string body, string? token = null) =>
        (await server.PutAsync(SearchServer.ItemPath(connection, id), body, token)).ShouldBe(200);

    /// <summary>Searches one connection and expects an answer.</summary>
    public static async Task<Answer> FindAsync(this TestServer server, string connection, string query, string extra = "", string user = "reader") =>
        (await server.SearchAsync(query, user, SearchServer.Source(connection), extra)).ShouldBe(200);
}
