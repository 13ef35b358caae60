using System.Text.Json;
using Tributary.Tests.Directories.Scim;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Access;

/// <summary>A way to give and take access to an item of its own.</summary>
/// <param name="Name">Of the way; the item's id too.</param>
/// <param name="User">Who gains and loses it.</param>
/// <param name="Word">A word that this item alone has.</param>
/// <param name="Misspelt">Near that word, and near no other.</param>
/// <param name="Close">Takes the access away and ends when that is answered.</param>
/// <param name="Open">Gives it back.</param>
internal sealed record RevocationRoute(string Name, string User, string Word, string Misspelt, Func<Task> Close, Func<Task> Open)
{
    public Gate Gate { get; } = new(isOpen: true);
}

/// <summary>Every way by which somebody comes to see an item and loses it again, over HTTP.</summary>
internal sealed class RevocationRoutes(ScimServer scim)
{
    public const string Connection = "contosohr";
    public const string Everyone = """{ "type": "everyone", "value": "everyone", "accessType": "grant" }""";

    /// <summary>Deleted and made again; another than who gains and loses by the other ways.</summary>
    public const string Dan = "0b1d2e3f-0000-4000-8000-0000000000d1";

    public const string Schema =
        """
        { "baseType": "microsoft.graph.externalItem", "properties": [
          { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["title"] },
          { "name": "kind", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "all", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true } ] }
        """;

    private const string Groups = $"/v1.0/external/connections/{Connection}/groups";

    private readonly Dictionary<string, string> _words = new()
    {
        ["put"] = "zebrafish",
        ["patch"] = "quicksand",
        ["delete"] = "marmalade",
        ["deny"] = "jellyfish",
        ["member"] = "buttercup",
        ["group"] = "dragonfly",
        ["nested"] = "nightfall",
        ["scimMember"] = "sandstone",
        ["scimGroup"] = "riverbank",
        ["scimNested"] = "snowflake",
        ["scimInExternal"] = "thundercloud",
        ["scimUser"] = "waterfall",
    };

    private TestServer Server => scim.Server;

    public static string Item(string name, string word, string acl) =>
        $$"""{ "acl": [{{acl}}], "properties": { "title": "shared {{word}}", "kind": "{{name}}", "all": "all" }, "content": { "type": "text", "value": "shared text of {{word}}" } }""";

    public static string PathOf(string item) => $"/v1.0/external/connections/{Connection}/items/{item}";

    /// <summary>With all of them open.</summary>
    public async Task<IReadOnlyList<RevocationRoute>> CreateAsync(string ada)
    {
        string granted = Entry("user", ada);
        string toOther = Entry("user", "0b1d2e3f-0000-4000-8000-0000000000d9");
        await DoAsync(HttpMethod.Post, ScimServer.Users, $$"""{ "schemas": ["{{ScimServer.UserSchema}}"], "userName": "dan@tributary.local", "userType": "Member", "externalId": "{{Dan}}" }""", 201);
        string inner = await EntraGroupAsync("inner", ada);
        string outer = await EntraGroupAsync("outer", inner);
        string direct = await EntraGroupAsync("direct", ada);
        string named = await EntraGroupAsync("named", ada);
        string ofDan = await EntraGroupAsync("ofDan", Dan);
        const string again = "0b1d2e3f-0000-4000-8000-0000000000e1";
        await MakeAgainAsync();
        foreach (string group in (string[])["member", "group", "deny", "innerOne", "outerOne", "external"])
        {
            await SendAsync(HttpMethod.Post, Groups, JsonSerializer.Serialize(new { id = group }), 201);
        }

        await JoinAsync("member", ada, "user");
        await JoinAsync("group", ada, "user");
        await JoinAsync("innerOne", ada, "user");
        await JoinAsync("outerOne", "innerOne", "externalGroup");
        await JoinAsync("external", named, "group");

        return
        [
            await RouteAsync("put", granted, () => PutAsync("put", toOther), () => PutAsync("put", granted)),
            await RouteAsync("patch", granted, () => PatchAsync("patch", toOther), () => PatchAsync("patch", granted)),
            await RouteAsync("delete", granted, () => SendAsync(HttpMethod.Delete, PathOf("delete"), null, 204), () => PutAsync("delete", granted)),
            await RouteAsync("deny", $"{granted}, {Entry("externalGroup", "deny", "deny")}", () => JoinAsync("deny", ada, "user"), () => LeaveAsync("deny", ada)),
            await RouteAsync("member", Entry("externalGroup", "member"), () => LeaveAsync("member", ada), () => JoinAsync("member", ada, "user")),
            await RouteAsync("group", Entry("externalGroup", "group"), () => SendAsync(HttpMethod.Delete, $"{Groups}/group", null, 204), async () =>
            {
                await SendAsync(HttpMethod.Post, Groups, """{ "id": "group" }""", 201);
                await JoinAsync("group", ada, "user");
            }),
            await RouteAsync("nested", Entry("externalGroup", "outerOne"), () => LeaveAsync("outerOne", "innerOne"), () => JoinAsync("outerOne", "innerOne", "externalGroup")),
            await RouteAsync("scimMember", Entry("group", direct), () => ChangeAsync(direct, "remove", ada), () => ChangeAsync(direct, "add", ada)),
            await RouteAsync("scimGroup", Entry("group", again), () => DoAsync(HttpMethod.Delete, $"{ScimServer.Groups}/{again}", null, 204), MakeAgainAsync),
            await RouteAsync("scimNested", Entry("group", outer), () => ChangeAsync(outer, "remove", inner), () => ChangeAsync(outer, "add", inner)),
            await RouteAsync("scimInExternal", Entry("externalGroup", "external"), () => ChangeAsync(named, "remove", ada), () => ChangeAsync(named, "add", ada)),
            await RouteAsync("scimUser", Entry("group", ofDan), () => DoAsync(HttpMethod.Delete, $"{ScimServer.Users}/{Dan}", null, 204), async () =>
            {
                await DoAsync(HttpMethod.Post, ScimServer.Users, $$"""{ "schemas": ["{{ScimServer.UserSchema}}"], "userName": "dan@tributary.local", "userType": "Member", "externalId": "{{Dan}}" }""", 201);
                await ChangeAsync(ofDan, "add", Dan);
            }, "dan"),
        ];

        Task MakeAgainAsync() => DoAsync(HttpMethod.Post, ScimServer.Groups, ScimServer.Group("again", ada).Replace("\"displayName\"", $"\"externalId\": \"{again}\", \"displayName\"", StringComparison.Ordinal), 201);
    }

    private async Task<RevocationRoute> RouteAsync(string name, string acl, Func<Task> close, Func<Task> open, string user = "ada")
    {
        await PutAsync(name, acl);
        string word = _words[name];
        return new RevocationRoute(name, user, word, $"{word[..3]}{word[4]}{word[3]}{word[5..]}", close, open);
    }

    private static string Entry(string type, string value, string access = "grant") => $$"""{ "type": "{{type}}", "value": "{{value}}", "accessType": "{{access}}" }""";

    private Task PutAsync(string name, string acl) => SendAsync(HttpMethod.Put, PathOf(name), Item(name, _words[name], acl), 200);

    private Task PatchAsync(string name, string acl) => SendAsync(HttpMethod.Patch, PathOf(name), $$"""{ "acl": [{{acl}}] }""", 200);

    private Task JoinAsync(string group, string member, string type) => SendAsync(HttpMethod.Post, $"{Groups}/{group}/members", JsonSerializer.Serialize(new { id = member, type }), 201);

    private Task LeaveAsync(string group, string member) => SendAsync(HttpMethod.Delete, $"{Groups}/{group}/members/{member}", null, 204);

    private async Task<string> EntraGroupAsync(string name, string member) => await scim.GroupAsync(name, member);

    private Task ChangeAsync(string group, string operation, string member) => DoAsync(HttpMethod.Patch, $"{ScimServer.Groups}/{group}", ScimServer.Patch(operation == "add"
        ? $$"""{ "op": "add", "path": "members", "value": [{ "value": "{{member}}" }] }"""
        : $$"""{ "op": "remove", "path": "members[value eq \"{{member}}\"]" }"""), 204);

    private async Task DoAsync(HttpMethod method, string path, string? body, int status) => (await scim.SendAsync(method, path, body)).ShouldBe(status);

    private async Task SendAsync(HttpMethod method, string path, string? body, int status) => (await Server.SendAsync(method, path, body)).ShouldBe(status);
}
