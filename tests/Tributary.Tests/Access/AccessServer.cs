using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Access;

/// <summary>Calls of who asks about access.</summary>
internal static class AccessServer
{
    public const string Path = "/tributary/access/explain";

    /// <summary>Explains as the built-in or seeded administrator.</summary>
    public static async Task<Answer> ExplainAsync(this TestServer server, string body, string? token = null) =>
        await server.PostAsync(Path, body, token ?? await server.UserTokenAsync("admin"));

    public static string Ask(string user, string item, string more = "", string connection = "contosohr") =>
        $$"""{ "connectionId": "{{connection}}", "userId": "{{user}}", "itemId": "{{item}}"{{more}} }""";

    public static string Acl(params (string Type, string Value, string Access)[] entries) =>
        $"[{string.Join(", ", entries.Select(entry => $$"""{ "type": "{{entry.Type}}", "value": "{{entry.Value}}", "accessType": "{{entry.Access}}" }"""))}]";

    public static async Task PutListAsync(this TestServer server, string item, string acl, string connection = "contosohr") =>
        (await server.PutAsync($"/v1.0/external/connections/{connection}/items/{item}", $$"""{ "acl": {{acl}}, "properties": { "title": "secret title" }, "content": { "type": "text", "value": "secret words" } }""")).ShouldBe(200);

    /// <summary>Makes an external group with members such as <c>user:ID</c>.</summary>
    public static async Task GroupAsync(this TestServer server, string id, string[] members, string connection = "contosohr")
    {
        string groups = $"/v1.0/external/connections/{connection}/groups";
        (await server.PostAsync(groups, $$"""{ "id": "{{id}}", "displayName": "Name of {{id}}" }""")).ShouldBe(201);
        foreach (string member in members)
        {
            (await server.PostAsync($"{groups}/{id}/members", Identity(member))).ShouldBe(201);
        }
    }

    public static string Identity(string member) => member.Split(':') is [var type, var id] ? $$"""{ "type": "{{type}}", "id": "{{id}}" }""" : throw new ArgumentException(member, nameof(member));

    /// <summary>What-if of one change of members.</summary>
    public static string Moved(string change, string member, string group) =>
        $$""", "whatIf": { "membership": [ { "change": "{{change}}", "group": {{Identity(group)}}, "member": {{Identity(member)}} } ] }""";

    public static JsonElement Verdict(this Answer answer, string name = "verdict") => answer.ShouldBe(200).Json.GetProperty(name);

    public static bool IsVisible(this JsonElement verdict) => verdict.GetProperty("isVisible").GetBoolean();

    public static string Reason(this JsonElement verdict) => verdict.GetProperty("reason").GetString()!;

    public static string[] Chain(this JsonElement verdict) =>
        [.. verdict.GetProperty("chain").EnumerateArray().Select(step => $"{step.GetProperty("type").GetString()}:{step.GetProperty("id").GetString()}")];

    public static string[] Unknown(this JsonElement verdict) => [.. verdict.GetProperty("user").GetProperty("unknown").EnumerateArray().Select(one => one.GetString()!)];

    public static string[] Withheld(this JsonElement verdict) => [.. verdict.GetProperty("withheld").EnumerateArray().Select(one => one.GetProperty("code").GetString()!)];

    /// <summary>Lines such as <c>+ user item</c> and <c>- user item</c>.</summary>
    public static string[] Effects(this Answer answer)
    {
        var lines = new List<string>();
        foreach (JsonElement list in answer.Verdict("effects").GetProperty("lists").EnumerateArray())
        {
            foreach (string item in list.GetProperty("items").EnumerateArray().Select(item => item.GetString()!))
            {
                lines.AddRange(list.GetProperty("opensFor").EnumerateArray().Select(user => $"+ {user.GetProperty("id").GetString()} {item}"));
                lines.AddRange(list.GetProperty("closesFor").EnumerateArray().Select(user => $"- {user.GetProperty("id").GetString()} {item}"));
            }
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }
}
