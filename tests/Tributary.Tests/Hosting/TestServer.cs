using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Directories.Seed;
using Tributary.Storage;
using Tributary.Storage.Postgres;

namespace Tributary.Tests.Hosting;

/// <summary>
/// The real server on a real Kestrel port of its own, with a data directory of its own; hides tokens, so that each test reads alone. Only the clock may be a
/// fake one.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Tenant = DevDefaults.TenantId;
    public const string App = DevDefaults.AppId;

    private const string EveryScope = "https://graph.microsoft.com/.default";
    private const string SeedName = "seed.json";

    private readonly ConcurrentDictionary<string, string> _tokens = new();
    private readonly bool _ownsData;

    private TestServer(WebApplication app, string data, bool ownsData)
    {
        Application = app;
        Data = data;
        _ownsData = ownsData;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    private WebApplication Application { get; }

    /// <summary>The data directory; kept when the test named it, so that a second server can be started on it.</summary>
    public string Data { get; }

    /// <summary>Without a token.</summary>
    public HttpClient Http { get; }

    /// <summary>Where it listens.</summary>
    public IEnumerable<string> Urls => Application.Urls;

    public IServiceProvider Services => Application.Services;

    /// <param name="settings">Settings such as <c>Search:AllowGuests=true</c>.</param>
    public static Task<TestServer> StartAsync(params string[] settings) => StartAsync(null, null, settings);

    /// <param name="time">The clock of every timer; null for the system's.</param>
    /// <param name="data">The data directory; null for a new one that is removed at the end.</param>
    /// <param name="settings">Settings such as <c>Search:AllowGuests=true</c>.</param>
    public static Task<TestServer> StartAsync(TimeProvider? time, string? data, params string[] settings) =>
        StartAsync(time, data ?? Directory.CreateTempSubdirectory("tributary-test-").FullName, ownsData: data is null, settings);

    /// <summary>Starts with every message that there is, of every category, kept.</summary>
    public static Task<TestServer> StartWithLogAsync(ILoggerProvider log, params string[] settings) => StartAsync(
        null, Directory.CreateTempSubdirectory("tributary-test-").FullName, ownsData: true, settings, builder => Keep(builder, log));

    /// <summary>The same on a data directory that stays.</summary>
    public static Task<TestServer> StartWithLogAsync(string data, ILoggerProvider log, params string[] settings) =>
        StartAsync(null, data, ownsData: false, settings, builder => Keep(builder, log));

    private static void Keep(WebApplicationBuilder builder, ILoggerProvider log)
    {
        builder.Configuration["Logging:LogLevel:Default"] = "Trace";
        builder.Configuration["Logging:LogLevel:Microsoft"] = "Trace";
        builder.Logging.ClearProviders().AddProvider(log);
    }

    /// <summary>Starts a node, with a data directory of its own, on a PostgreSQL database that others may use too.</summary>
    public static Task<TestServer> StartNodeAsync(string connectionString, params string[] settings) => StartAsync(
        null, Directory.CreateTempSubdirectory("tributary-test-").FullName, ownsData: true, settings, connectionString: connectionString);

    private static async Task<TestServer> StartAsync(
        TimeProvider? time, string directory, bool ownsData, string[] settings, Action<WebApplicationBuilder>? replace = null, string? connectionString = null)
    {
        connectionString ??= TestStore.ConnectionStringOrNull(directory, settings);
        KeyValuePair<string, string?>[] store = connectionString is null
            ? []
            : [new("Storage:Provider", StorageOptions.Postgres), new(PostgresConnectionString.Setting, connectionString)];
        WebApplication app = Server.Build(
            [new("Storage:Data", directory), new("Logging:LogLevel:Default", "Error"), .. store],
            ["--Urls=http://127.0.0.1:0", "--Nodes:DrainDelay=00:00:00", .. settings.Select(setting => "--" + setting)],
            time,
            replace);
        await app.StartAsync();
        return new TestServer(app, directory, ownsData);
    }

    /// <summary>Starts with the seed file of that content, which lies in the server's own data directory.</summary>
    public static async Task<TestServer> StartWithSeedAsync(string seed, params string[] settings)
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        string file = Path.Combine(data, SeedName);
        await File.WriteAllTextAsync(file, seed);
        return await StartAsync(null, data, ownsData: true, [$"Directory:SeedFile={file}", .. settings]);
    }

    /// <summary>Replaces the content of the seed file, as an editor would.</summary>
    public async Task WriteSeedAsync(string seed)
    {
        string file = Path.Combine(Data, SeedName);
        await File.WriteAllTextAsync(file + ".new", seed);
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>A token of an application with the given roles; without roles the issuer's defaults (both <c>…OwnedBy</c>).</summary>
    public Task<string> AppTokenAsync(string app = App, string tenant = Tenant) => TokenAsync(new()
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = app,
        ["client_secret"] = "any",
        ["scope"] = "https://graph.microsoft.com/.default",
    }, tenant);

    /// <summary>A delegated token of a seeded user, such as <c>reader</c>; all known scopes unless some are named.</summary>
    public Task<string> UserTokenAsync(string user, string scope = EveryScope, string app = App, string tenant = Tenant) =>
        TokenAsync(UserForm(user, scope, app), tenant);

    /// <summary>Has <see cref="UserTokenAsync"/> give a token of a built-in user as if it had been fetched before: the issuer, which asks the directory who that is, is not called.</summary>
    public void HoldTokenOf(string user)
    {
        SeedTenantUser described = SeedDirectory.OfDevelopment(Tenant).FindUserOrNull($"{user}@tributary.local")!;
        var client = new IssuerClient(new SeedTenantApp(App, null), ClientProof.None);
        _tokens[KeyOf(UserForm(user, EveryScope, App), Tenant)] = Services.GetRequiredService<DevTokens>().ForUser(
            new TokenOccasion(new IssuerHost(Http.BaseAddress!.GetLeftPart(UriPartial.Authority), null), Tenant, 2, client, null),
            AuthOptions.GraphAudience,
            new IssuerUser(described.Entry, new HashSet<string>(), described),
            SeedFile.DelegatedPermissions);
    }

    /// <summary>Sends a request as the default application (or with another token) and reads the whole answer.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json = null, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? await AppTokenAsync());
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        foreach ((string name, string value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                // In place of the one that came with the body.
                request.Content!.Headers.Remove(name);
                request.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using HttpResponseMessage response = await Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public Task<Answer> GetAsync(string path, string? token = null) => SendAsync(HttpMethod.Get, path, null, token);

    public Task<Answer> PostAsync(string path, string json, string? token = null) => SendAsync(HttpMethod.Post, path, json, token);

    public Task<Answer> PutAsync(string path, string json, string? token = null) => SendAsync(HttpMethod.Put, path, json, token);

    public Task<Answer> PatchAsync(string path, string json, string? token = null) => SendAsync(HttpMethod.Patch, path, json, token);

    public Task<Answer> DeleteAsync(string path, string? token = null) => SendAsync(HttpMethod.Delete, path, null, token);

    /// <summary>Creates a connection and registers a schema of one searchable title, one exact tag collection, one number and one date; ready at once.</summary>
    public async Task CreateReadyConnectionAsync(string id = "contosohr", string? schema = null, string? token = null)
    {
        (await PostAsync("/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "Name of {{id}}" }""", token)).ShouldBe(201);
        (await PatchAsync($"/beta/external/connections/{id}/schema", schema ?? DefaultSchema, token)).ShouldBe(202);
    }

    /// <summary>Searches as a user and returns the answer; the query is KQL.</summary>
    public async Task<Answer> SearchAsync(string query, string user = "reader", string source = "/external/connections/contosohr", string extra = "", string? token = null)
    {
        string body =
            $$"""
            { "requests": [ { "entityTypes": ["externalItem"], "contentSources": [{{JsonSerializer.Serialize(source)}}],
              "query": { "queryString": {{JsonSerializer.Serialize(query)}} }{{extra}} } ] }
            """;
        return await PostAsync("/v1.0/search/query", body, token ?? await UserTokenAsync(user));
    }

    /// <summary>Stops serving; disposing is still to be done.</summary>
    public Task StopAsync() => Application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Application.StopAsync();
        await Application.DisposeAsync();
        if (_ownsData)
        {
            Directory.Delete(Data, recursive: true);
            TestStore.Forget(Data);
        }
    }

    public const string DefaultSchema =
        """
        { "baseType": "microsoft.graph.externalItem", "properties": [
          { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["title"] },
          { "name": "url", "type": "string", "isRetrievable": true, "labels": ["url"] },
          { "name": "ticketId", "type": "string", "isQueryable": true, "isRetrievable": true, "isExactMatchRequired": true },
          { "name": "tags", "type": "stringCollection", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "priority", "type": "int64", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "weight", "type": "double", "isQueryable": true, "isRetrievable": true },
          { "name": "done", "type": "boolean", "isQueryable": true, "isRetrievable": true },
          { "name": "modified", "type": "dateTime", "isQueryable": true, "isRetrievable": true, "labels": ["lastModifiedDateTime"] },
          { "name": "hidden", "type": "string", "isSearchable": true }
        ] }
        """;

    private static Dictionary<string, string> UserForm(string user, string scope, string app) => new()
    {
        ["grant_type"] = "password",
        ["client_id"] = app,
        ["username"] = $"{user}@tributary.local",
        ["password"] = "any",
        ["scope"] = scope,
    };

    private static string KeyOf(Dictionary<string, string> form, string tenant) => tenant + string.Join('&', form.Select(pair => $"{pair.Key}={pair.Value}"));

    private async Task<string> TokenAsync(Dictionary<string, string> form, string tenant)
    {
        string key = KeyOf(form, tenant);
        if (!_tokens.TryGetValue(key, out string? token))
        {
            using HttpResponseMessage response = await Http.PostAsync($"/{tenant}/oauth2/v2.0/token", new FormUrlEncodedContent(form));
            response.EnsureSuccessStatusCode();
            token = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
            _tokens[key] = token;
        }

        return token;
    }
}
