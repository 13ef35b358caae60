using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Scim;

/// <summary>A server whose default tenant is provisioned over SCIM, and the calls of its provisioner.</summary>
internal sealed class ScimServer : IAsyncDisposable
{
    public const string Secret = "the-first-secret-of-this-tenant-0123456789";
    public const string Users = "/Users";
    public const string Groups = "/Groups";
    public const string UserSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
    public const string GroupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";
    public const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    public const string PatchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    private readonly string _data;
    private readonly string[] _settings;

    private ScimServer(TestServer server, string data, string[] settings)
    {
        Server = server;
        _data = data;
        _settings = settings;
    }

    public TestServer Server { get; private set; }

    public string SecretFile => Path.Combine(_data, "scim.secret");

    public static string Root(string tenant = TestServer.Tenant) => $"/tributary/scim/v2/{tenant}";

    /// <param name="seed">The users for whom the development issuer makes tokens.</param>
    public static async Task<ScimServer> StartAsync(string seed = "{}", params string[] settings)
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "scim.secret"), Secret + "\n");
        await File.WriteAllTextAsync(Path.Combine(data, "seed.json"), seed);
        string[] all =
        [
            $"Directory:SeedFile={Path.Combine(data, "seed.json")}",
            $"Directory:Tenants:{TestServer.Tenant}:Source=Scim",
            $"Directory:Tenants:{TestServer.Tenant}:Scim:SecretFile={Path.Combine(data, "scim.secret")}",
            .. settings,
        ];
        return new ScimServer(await TestServer.StartAsync(null, data, all), data, all);
    }

    /// <summary>Ends the server and starts another one on the same data.</summary>
    /// <param name="more">Settings besides those of the first.</param>
    public async Task RestartAsync(params string[] more)
    {
        await Server.DisposeAsync();
        Server = await TestServer.StartAsync(null, _data, [.. _settings, .. more]);
    }

    /// <summary>Replaces the content of the seed file.</summary>
    public Task WriteSeedAsync(string seed) => Server.WriteSeedAsync(seed);

    /// <summary>Sends as the provisioner.</summary>
    /// <param name="path">Below the tenant's root.</param>
    /// <param name="secret">Null for no header.</param>
    public async Task<Answer> SendAsync(
        HttpMethod method, string path, string? json = null, string? secret = Secret, string tenant = TestServer.Tenant, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Root(tenant) + path);
        if (secret is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/scim+json");
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage response = await Server.Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, string json) => SendAsync(HttpMethod.Post, path, json);

    public Task<Answer> PutAsync(string path, string json) => SendAsync(HttpMethod.Put, path, json);

    public Task<Answer> PatchAsync(string path, string json) => SendAsync(HttpMethod.Patch, path, json);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Creates a user and returns its id.</summary>
    /// <param name="more">Further members, beginning with a comma.</param>
    public async Task<string> UserAsync(string userName, string more = "") =>
        (await PostAsync(Users, $$"""{ "schemas": ["{{UserSchema}}"], "userName": "{{userName}}"{{more}} }""")).ShouldBe(201).Json.GetProperty("id").GetString()!;

    /// <summary>Creates a group and returns its id.</summary>
    public async Task<string> GroupAsync(string displayName, params string[] members) =>
        (await PostAsync(Groups, Group(displayName, members))).ShouldBe(201).Json.GetProperty("id").GetString()!;

    public static string Group(string displayName, params string[] members) =>
        $$"""{ "schemas": ["{{GroupSchema}}"], "displayName": "{{displayName}}", "members": [{{string.Join(", ", members.Select(id => $$"""{ "value": "{{id}}" }"""))}}] }""";

    /// <summary>The body of a PATCH with these operations.</summary>
    public static string Patch(string operations) => $$"""{ "schemas": ["{{PatchSchema}}"], "Operations": [{{operations}}] }""";

    /// <summary>The ids of a list whose filter this is.</summary>
    public async Task<string[]> FindAsync(string path, string filter) =>
        [.. (await GetAsync($"{path}?filter={Uri.EscapeDataString(filter)}&count=1000")).ShouldBe(200).Json.GetProperty("Resources").EnumerateArray()
            .Select(resource => resource.GetProperty("id").GetString()!)];

    /// <summary>The ids of a group's members.</summary>
    public async Task<string[]> MembersAsync(string group) =>
        [.. (await GetAsync($"{Groups}/{group}")).ShouldBe(200).Json.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("value").GetString()!)];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}

internal static class ScimAnswers
{
    /// <summary>Fails unless the answer is an error of that status and keyword, in SCIM's shape.</summary>
    public static Answer ShouldBeScim(this Answer answer, int status, string? scimType)
    {
        answer.ShouldBe(status);
        Assert.Equal("application/scim+json", answer.ContentHeaders.ContentType?.ToString());
        JsonElement error = answer.Json;
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:Error", error.GetProperty("schemas")[0].GetString());
        Assert.Equal(status.ToString(System.Globalization.CultureInfo.InvariantCulture), error.GetProperty("status").GetString());
        Assert.Equal(scimType, error.TryGetProperty("scimType", out JsonElement type) ? type.GetString() : null);
        Assert.NotEmpty(answer.Detail);
        return answer;
    }

    extension(Answer answer)
    {
        public string Detail => answer.Json.GetProperty("detail").GetString()!;
    }
}
