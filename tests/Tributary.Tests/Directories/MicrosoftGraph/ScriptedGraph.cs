using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.MicrosoftGraph;

/// <summary>A made-up Microsoft Graph with its token endpoint on a real port: one user in groups, and whatever a test puts before its answers.</summary>
internal sealed class ScriptedGraph : IAsyncDisposable
{
    public const string ClientId = "c11e0000-0000-4000-8000-000000000001";

    /// <summary>The group that the item <c>secret</c> is granted to.</summary>
    public const string Granted = "2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a01";

    /// <summary>Whoever is asked for by an id has that one; by name, and listed, is this one.</summary>
    public const string SomeoneId = "50be0000-0000-4000-8000-000000000001";
    public const string SomeoneName = "someone@contoso.test";

    private readonly WebApplication _app;
    private readonly List<string> _folders = [];
    private int _tokens;

    private ScriptedGraph(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>Path and query of every call, in the order in which they came.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The forms that were posted to the token endpoint.</summary>
    public ConcurrentQueue<Dictionary<string, string>> TokenForms { get; } = new();

    public string Secret { get; set; } = "first secret";

    /// <summary>The groups of whoever is asked for, one page after another.</summary>
    public IReadOnlyList<string[]> GroupPages { get; set; } = [[]];

    /// <summary>Members of the user besides those that name him.</summary>
    public string UserMembers { get; set; } = "\"accountEnabled\": true, \"userType\": \"Member\"";

    /// <summary>Answers in place of the script where it returns true.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    /// <summary>How often users were asked for.</summary>
    public int UserCalls => Calls.Count(call => call.StartsWith("/v1.0/users/", StringComparison.Ordinal) && !call.Contains("MemberOf", StringComparison.Ordinal));

    public static async Task<ScriptedGraph> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        var graph = new ScriptedGraph(app);
        app.Run(graph.AnswerAsync);
        await app.StartAsync();
        return graph;
    }

    /// <summary>A server of ours that has this as its directory; the secret is in a file of its data directory, which goes with this.</summary>
    public async Task<TestServer> ServeAsync(TimeProvider? time = null, params string[] settings)
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        _folders.Add(data);
        SecretFile = Path.Combine(data, "client.secret");
        await File.WriteAllTextAsync(SecretFile, Secret + "\n");
        TestServer server = await TestServer.StartAsync(time, data, [.. SettingsOf(Url, ClientId, SecretFile), .. settings]);
        server.HoldTokenOf("reader");
        return server;
    }

    /// <summary>As <see cref="ServeAsync"/>, with an item <c>secret</c> that <see cref="Granted"/> may see.</summary>
    public async Task<TestServer> ServeWithSecretItemAsync(TimeProvider? time = null, params string[] settings)
    {
        TestServer server = await ServeAsync(time, settings);
        await server.CreateReadyConnectionAsync();
        (await server.PutAsync(
            "/v1.0/external/connections/contosohr/items/secret",
            $$"""{ "acl": [ { "type": "group", "value": "{{Granted}}", "accessType": "grant" } ], "properties": { "title": "x" } }""")).ShouldBe(200);
        return server;
    }

    public static bool IsUser(HttpContext context) =>
        context.Request.Path.Value!.StartsWith("/v1.0/users/", StringComparison.Ordinal) && !context.Request.Path.Value!.Contains("MemberOf", StringComparison.Ordinal);

    /// <summary>For <see cref="Before"/>: answers who asks for a user, not for his groups.</summary>
    public static async Task<bool> AnswerUsersAsync(HttpContext context, int status, string body, string? retryAfter = null)
    {
        if (IsUser(context))
        {
            await WriteAsync(context, status, body, retryAfter);
            return true;
        }

        return false;
    }

    /// <summary>The file that the server reads the secret from.</summary>
    public string SecretFile { get; private set; } = "";

    public static string[] SettingsOf(string url, string clientId, string secretFile) =>
    [
        "Directory:Source=Graph",
        $"Directory:Graph:Endpoint={url}",
        $"Directory:Graph:Login={url}",
        $"Directory:Graph:ClientId={clientId}",
        $"Directory:Graph:ClientSecretFile={secretFile}",
    ];

    public static async Task WriteAsync(HttpContext context, int status, string json, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        await context.Response.WriteAsync(json);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folders.ForEach(folder => Directory.Delete(folder, recursive: true));
    }

    private string User(string id) => $$"""{ "id": "{{id}}", "userPrincipalName": "{{SomeoneName}}", {{UserMembers}} }""";

    private async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        Calls.Enqueue(path + context.Request.QueryString.Value);
        if (path.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal))
        {
            IFormCollection form = await context.Request.ReadFormAsync();
            TokenForms.Enqueue(form.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));
            if (await Before(context))
            {
                return;
            }

            await (form.ContainsKey("client_assertion") || form["client_secret"] == Secret
                ? WriteAsync(context, 200, $$"""{ "token_type": "Bearer", "expires_in": 3600, "access_token": "token{{Interlocked.Increment(ref _tokens)}}" }""")
                : WriteAsync(context, 401, """{ "error": "invalid_client", "error_description": "AADSTS7000215: the secret", "error_codes": [7000215] }"""));
            return;
        }

        if (await Before(context))
        {
            return;
        }

        if (path.Contains("/transitiveMemberOf/", StringComparison.Ordinal))
        {
            int page = int.TryParse(context.Request.Query["$skiptoken"], CultureInfo.InvariantCulture, out int number) ? number : 0;
            string next = page + 1 < GroupPages.Count ? $$""" "@odata.nextLink": "{{Url}}{{path}}?$skiptoken={{page + 1}}", """ : "";
            await WriteAsync(context, 200, $$"""{ {{next}} "value": [{{string.Join(", ", GroupPages[page].Select(id => $$"""{ "id": "{{id}}" }"""))}}] }""");
            return;
        }

        if (path == "/v1.0/users")
        {
            await WriteAsync(context, 200, $$"""{ "value": [{{User(SomeoneId)}}] }""");
            return;
        }

        await WriteAsync(context, 200, User(path.Split('/') is [_, _, _, { } id, ..] ? id : SomeoneId));
    }
}
