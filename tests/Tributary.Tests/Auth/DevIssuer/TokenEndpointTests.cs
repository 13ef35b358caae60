using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Directories.Seed;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class TokenEndpointTests
{
    private const string Tenant = DevDefaults.TenantId;
    private const string App = DevDefaults.AppId;
    private const string Scope = "https://graph.microsoft.com/.default";

    private static Dictionary<string, string> Application() => new()
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = App,
        ["client_secret"] = "s3cret-of-the-test",
        ["scope"] = Scope,
    };

    private static Dictionary<string, string> User(string name = "reader@tributary.local") => new()
    {
        ["grant_type"] = "password",
        ["client_id"] = App,
        ["username"] = name,
        ["password"] = "p4ssword-of-the-test",
        ["scope"] = Scope,
    };

    private static async Task<JsonWebToken> TokenAsync(AuthHost host, Dictionary<string, string> form, string tenant = Tenant)
    {
        HttpResponseMessage response = await host.PostTokenAsync(tenant, form);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new JsonWebToken((await response.ReadJsonAsync()).GetProperty("access_token").GetString());
    }

    private static string Claims(JsonWebToken token, string type) => string.Join(' ', token.Claims.Where(claim => claim.Type == type).Select(claim => claim.Value));

    [Fact]
    public async Task An_application_gets_a_token_in_Entras_shape()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        HttpResponseMessage response = await host.PostTokenAsync(Tenant, Application());
        JsonElement answer = await response.ReadJsonAsync();

        Assert.Equal(["token_type", "expires_in", "ext_expires_in", "access_token"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Bearer", answer.GetProperty("token_type").GetString());
        Assert.Equal(3600, answer.GetProperty("expires_in").GetInt32());
        Assert.Equal("no-store, no-cache", response.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());

        JsonWebToken token = new(answer.GetProperty("access_token").GetString());
        long now = host.Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(("RS256", "JWT", false), (token.Alg, token.Typ, string.IsNullOrEmpty(token.Kid)));
        Assert.Equal(
            ("https://graph.microsoft.com", $"{host.Url}/{Tenant}/v2.0", $"{now}", $"{now}", $"{now + 3600}"),
            (Claims(token, "aud"), Claims(token, "iss"), Claims(token, "iat"), Claims(token, "nbf"), Claims(token, "exp")));
        Assert.Equal((App, App, "1", "app", Tenant, "2.0"),
            (Claims(token, "azp"), Claims(token, "appid"), Claims(token, "azpacr"), Claims(token, "idtyp"), Claims(token, "tid"), Claims(token, "ver")));
        Assert.Equal("ExternalConnection.ReadWrite.OwnedBy ExternalItem.ReadWrite.OwnedBy", Claims(token, "roles"));
        Assert.Equal(SeedTenantView.ServicePrincipalId(Tenant, App), Claims(token, "oid"));
        Assert.Equal(Claims(token, "oid"), Claims(token, "sub"));
        Assert.Equal("", Claims(token, "scp"));
    }

    [Fact]
    public async Task What_was_issued_is_accepted()
    {
        await using AuthHost host = await AuthHost.StartAsync(withKey: false);

        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsWrite, (await TokenAsync(host, Application())).EncodedToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsWrite, (await TokenAsync(host, User("admin@tributary.local"))).EncodedToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.AskAsync(GraphOperation.ConnectionsWrite, (await TokenAsync(host, User())).EncodedToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.Search, (await TokenAsync(host, User())).EncodedToken)).StatusCode);
    }

    [Theory]
    [InlineData("admin@tributary.local", "0", "62e90394-69f5-4237-9190-012177145e10 b79fbf4d-3ef9-4689-8143-76b194e85509")]
    [InlineData("READER@Tributary.Local", "0", "b79fbf4d-3ef9-4689-8143-76b194e85509")]
    [InlineData("guest@tributary.local", "1", "10dae51f-b6af-4016-8d66-8c2a99b929b3")]
    public async Task The_three_users_are_in_every_tenant(string name, string guest, string roles)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        foreach (string tenant in (string[])[Tenant, "12345678-1234-4234-8234-123456789abc"])
        {
            JsonWebToken token = await TokenAsync(host, User(name), tenant);

            Assert.Equal((name.ToLowerInvariant(), tenant, guest, roles, "user"),
                (Claims(token, "upn"), Claims(token, "tid"), Claims(token, "acct"), Claims(token, "wids"), Claims(token, "idtyp")));
            Assert.NotEqual(Claims(token, "oid"), Claims(token, "sub"));
        }
    }

    [Fact]
    public async Task Ids_are_the_same_after_a_restart_and_differ_between_tenants()
    {
        string[] ids = new string[2];
        for (int i = 0; i < 2; i++)
        {
            await using AuthHost host = await AuthHost.StartAsync();
            ids[i] = Claims(await TokenAsync(host, User()), "oid") + Claims(await TokenAsync(host, Application()), "oid");
            Assert.NotEqual(Claims(await TokenAsync(host, User()), "oid"), Claims(await TokenAsync(host, User(), "12345678-1234-4234-8234-123456789abc"), "oid"));
        }

        Assert.Equal(ids[0], ids[1]);
    }

    [Theory]
    [InlineData("ExternalItem.Read.All", "ExternalItem.Read.All", "https://graph.microsoft.com/ExternalItem.Read.All")]
    [InlineData("externalitem.read.all", "ExternalItem.Read.All", "https://graph.microsoft.com/ExternalItem.Read.All")]
    [InlineData("https://graph.microsoft.com/ExternalItem.Read.All  https://graph.microsoft.com/User.Read", "ExternalItem.Read.All User.Read",
        "https://graph.microsoft.com/ExternalItem.Read.All https://graph.microsoft.com/User.Read")]
    [InlineData("openid profile offline_access ExternalItem.Read.All", "openid profile ExternalItem.Read.All", "openid profile https://graph.microsoft.com/ExternalItem.Read.All")]
    [InlineData("00000003-0000-0000-c000-000000000000/ExternalItem.Read.All", "ExternalItem.Read.All", "https://graph.microsoft.com/ExternalItem.Read.All")]
    [InlineData("https://graph.microsoft.com//ExternalItem.Read.All", "ExternalItem.Read.All", "https://graph.microsoft.com/ExternalItem.Read.All")]
    public async Task A_user_gets_the_scopes_asked_for(string asked, string granted, string told)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        Dictionary<string, string> form = User();
        form["scope"] = asked;

        JsonElement answer = await (await host.PostTokenAsync(Tenant, form)).ReadJsonAsync();

        Assert.Equal(granted, Claims(new JsonWebToken(answer.GetProperty("access_token").GetString()), "scp"));
        Assert.Equal(told, answer.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task The_default_scope_is_all_that_is_known_of_any_name_of_this_server()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string[] scopes = [".default", "https://graph.microsoft.com/.default", "https://graph.microsoft.com//.default",
            "00000003-0000-0000-c000-000000000000/.default", host.Url + "/.default", "http://127.0.0.1/.default"];
        foreach (string scope in scopes)
        {
            Dictionary<string, string> form = User();
            form["scope"] = scope;
            JsonWebToken token = await TokenAsync(host, form);
            Assert.Equal("https://graph.microsoft.com", Claims(token, "aud"));
            Assert.Superset(GraphPermissions.All.Where(row => row.DelegatedId is not null).Select(row => row.Name).ToHashSet(), Claims(token, "scp").Split(' ').ToHashSet());
        }
    }

    [Fact]
    public async Task Secret_and_id_may_come_in_the_basic_header()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        Dictionary<string, string> form = Application();
        form.Remove("client_id");
        form.Remove("client_secret");

        HttpResponseMessage response = await host.PostTokenAsync(Tenant, form, request => request.Headers.Authorization = Basic(App, "a%3Ab"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task OpenId_and_client_info_are_given_when_asked_for()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        Dictionary<string, string> form = User();
        form["scope"] = "openid " + Scope;
        form["client_info"] = "1";

        JsonElement answer = await (await host.PostTokenAsync(Tenant, form)).ReadJsonAsync();

        JsonWebToken access = new(answer.GetProperty("access_token").GetString());
        JsonWebToken id = new(answer.GetProperty("id_token").GetString());
        Assert.Equal((App, "reader@tributary.local", Claims(access, "oid")), (Claims(id, "aud"), Claims(id, "preferred_username"), Claims(id, "oid")));
        Assert.Equal($$"""{"uid":"{{Claims(access, "oid")}}","utid":"{{Tenant}}"}""",
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(answer.GetProperty("client_info").GetString())));
    }

    [Fact]
    public async Task An_id_token_is_never_an_access_token_not_even_for_the_client_that_calls_itself_Graph()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        Dictionary<string, string> form = User("admin@tributary.local");
        form["client_id"] = "00000003-0000-0000-c000-000000000000";
        form["scope"] = "openid " + Scope;

        string idToken = (await (await host.PostTokenAsync(Tenant, form)).ReadJsonAsync()).GetProperty("id_token").GetString()!;

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, idToken)).StatusCode);
    }

    public static TheoryData<string, int, string, int, Dictionary<string, string>> Errors()
    {
        TheoryData<string, int, string, int, Dictionary<string, string>> errors = [];
        void Add(int status, string error, int code, Dictionary<string, string> form, string tenant = Tenant) => errors.Add(tenant, status, error, code, form);

        Dictionary<string, string> With(Dictionary<string, string> form, string name, string? value)
        {
            if (value is null)
            {
                form.Remove(name);
            }
            else
            {
                form[name] = value;
            }

            return form;
        }

        Add(400, "invalid_request", 9002332, Application(), "consumers");
        Add(400, "invalid_request", 90002, Application(), "contoso.onmicrosoft.com");
        Add(400, "invalid_request", 900023, Application(), "contoso");
        Add(400, "invalid_request", 900023, Application(), "{7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f}");
        Add(400, "invalid_request", 900144, With(Application(), "grant_type", null));
        Add(400, "unsupported_grant_type", 70003, With(Application(), "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"));
        Add(400, "invalid_request", 900144, With(Application(), "grant_type", "authorization_code"));
        Add(400, "invalid_request", 900144, With(Application(), "grant_type", "refresh_token"));
        Add(400, "invalid_request", 900144, With(Application(), "grant_type", "urn:ietf:params:oauth:grant-type:device_code"));
        Add(400, "invalid_request", 900144, With(Application(), "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"));
        Add(400, "invalid_request", 9001023, User(), "common");
        Add(400, "invalid_request", 901002, With(With(User(), "scope", null), "resource", "https://graph.microsoft.com"));
        Add(400, "unsupported_grant_type", 70003, With(Application(), "grant_type", "Client_Credentials"));
        Add(400, "invalid_request", 900144, With(Application(), "client_id", null));
        Add(400, "unauthorized_client", 700016, With(Application(), "client_id", "my-app"));
        Add(401, "invalid_client", 7000216, With(Application(), "client_secret", null));
        Add(401, "invalid_client", 7000216, With(Application(), "client_secret", ""));
        Add(400, "invalid_request", 900144, With(Application(), "scope", null));
        Add(400, "invalid_scope", 1002012, With(Application(), "scope", "ExternalItem.Read.All"));
        Add(400, "invalid_scope", 1002012, With(Application(), "scope", "https://graph.microsoft.com/.default openid"));
        Add(400, "invalid_resource", 500011, With(Application(), "scope", "https://evil.example/.default"));
        Add(400, "invalid_resource", 500011, With(Application(), "scope", "/.default"));
        Add(400, "invalid_resource", 500011, With(Application(), "scope", "http://localhost.evil.example/.default"));
        Add(400, "invalid_request", 900144, With(User(), "client_id", null));
        Add(400, "invalid_request", 900144, With(User(), "username", null));
        Add(400, "invalid_request", 900144, With(User(), "scope", null));
        Add(400, "invalid_grant", 50034, User("nobody@tributary.local"));
        Add(400, "invalid_grant", 50034, User("reader"));
        Add(400, "invalid_grant", 50126, With(User(), "password", ""));
        Add(400, "invalid_grant", 50126, With(User(), "password", null));
        Add(400, "invalid_scope", 650053, With(User(), "scope", "ExternalItems.Read.All"));
        Add(400, "invalid_scope", 28000, With(User(), "scope", "https://graph.microsoft.com/User.Read 00000003-0000-0000-c000-000000000000/ExternalItem.Read.All"));
        Add(400, "invalid_scope", 70011, With(User(), "scope", "https://graph.microsoft.com/.default https://graph.microsoft.com/User.Read"));
        Add(400, "invalid_resource", 500011, With(User(), "scope", "https://evil.example/ExternalItem.Read.All"));
        return errors;
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task A_wrong_request_is_told_in_Entras_shape(string tenant, int status, string error, int code, Dictionary<string, string> form)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string correlation = Guid.NewGuid().ToString();

        HttpResponseMessage response = await host.PostTokenAsync(tenant, form, request => request.Headers.Add("client-request-id", correlation));
        string body = await response.Content.ReadAsStringAsync();
        JsonElement answer = await response.ReadJsonAsync();

        Assert.Equal((status, error, code), ((int)response.StatusCode, answer.GetProperty("error").GetString(), answer.GetProperty("error_codes")[0].GetInt32()));
        Assert.StartsWith($"AADSTS{code}: ", answer.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.Equal("2026-03-14 09:26:53Z", answer.GetProperty("timestamp").GetString());
        Assert.Equal(correlation, answer.GetProperty("correlation_id").GetString());
        Assert.True(Guid.TryParse(answer.GetProperty("trace_id").GetString(), out _));
        Assert.Equal($"https://login.microsoftonline.com/error?code={code}", answer.GetProperty("error_uri").GetString());
        Assert.DoesNotContain("of-the-test", body, StringComparison.Ordinal);
        Assert.DoesNotContain("of-the-test", string.Join('\n', host.Log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("text/plain", "grant_type=password")]
    [InlineData("multipart/form-data; boundary=x", "--x--")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7", "grant_type=password")]
    [InlineData("application/x-www-form-urlencoded", "grant_type=password&grant_type=client_credentials")]
    [InlineData("application/x-www-form-urlencoded", "client_id=x&padding=", 70_000)]
    public async Task A_body_that_is_no_plain_form_is_refused(string contentType, string body, int padding = 0)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        StringContent content = new(body + new string('x', padding));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);

        HttpResponseMessage response = await host.Client.PostAsync($"/{Tenant}/oauth2/v2.0/token", content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(9002313, (await response.ReadJsonAsync()).GetProperty("error_codes")[0].GetInt32());
    }

    [Fact]
    public async Task Header_and_body_that_name_different_clients_are_refused()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        HttpResponseMessage response =
            await host.PostTokenAsync(Tenant, Application(), request => request.Headers.Authorization = Basic("00000000-0000-0000-0000-000000000001", "secret"));

        Assert.Equal(9002313, (await response.ReadJsonAsync()).GetProperty("error_codes")[0].GetInt32());
    }

    [Fact]
    public async Task The_lifetime_can_be_set()
    {
        await using AuthHost host = await AuthHost.StartAsync(new() { ["Auth:Development:TokenLifetime"] = "00:10:00" });

        JsonElement answer = await (await host.PostTokenAsync(Tenant, Application())).ReadJsonAsync();

        Assert.Equal(600, answer.GetProperty("expires_in").GetInt32());
        JsonWebToken token = new(answer.GetProperty("access_token").GetString());
        Assert.Equal(TimeSpan.FromMinutes(10), token.ValidTo - token.ValidFrom);
    }

    [Fact]
    public async Task A_seed_file_gives_apps_their_roles_and_tenants_their_users()
    {
        string file = Path.GetTempFileName();
        string[] manyGroups = [.. Enumerable.Range(0, 201).Select(i => $"\"{new Guid(i, 0, 0, new byte[8])}\"")];
        await File.WriteAllTextAsync(file, $$"""
            {
              // An app that reads everything, in this tenant only.
              "apps": [{ "appId": "{{App.ToUpperInvariant()}}", "tenantId": "{{Tenant}}", "roles": ["externalitem.read.all", "Tributary.Operate"] },
                       { "appId": "00000000-0000-0000-0000-00000000000a" }],
              "users": [{ "userPrincipalName": "Ada@contoso.example", "displayName": "Ada", "oid": "AAAAAAAA-0000-4000-8000-000000000001", "administrator": true,
                          "groups": ["BBBBBBBB-0000-4000-8000-000000000001"] },
                        { "userPrincipalName": "guest@tributary.local", "guest": false },
                        { "userPrincipalName": "joiner@contoso.example", "groups": [{{string.Join(',', manyGroups)}}] }],
            }
            """);
        await using AuthHost host = await AuthHost.StartAsync(new() { ["Directory:SeedFile"] = file });

        Assert.Equal("ExternalItem.Read.All Tributary.Operate", Claims(await TokenAsync(host, Application()), "roles"));
        HttpResponseMessage elsewhere = await host.PostTokenAsync("12345678-1234-4234-8234-123456789abc", Application());
        Assert.Equal(700016, (await elsewhere.ReadJsonAsync()).GetProperty("error_codes")[0].GetInt32());
        Dictionary<string, string> powerless = Application();
        powerless["client_id"] = "00000000-0000-0000-0000-00000000000a";
        string nothing = (await TokenAsync(host, powerless)).EncodedToken;
        Assert.Equal(HttpStatusCode.Forbidden, (await host.AskAsync(GraphOperation.ConnectionsRead, nothing)).StatusCode);

        JsonWebToken ada = await TokenAsync(host, User("ada@CONTOSO.example"));
        Assert.Equal(("aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000001", "Ada@contoso.example"),
            (Claims(ada, "oid"), Claims(ada, "groups"), Claims(ada, "upn")));
        Assert.Equal("0", Claims(await TokenAsync(host, User("guest@tributary.local")), "acct"));

        JsonWebToken joiner = await TokenAsync(host, User("joiner@contoso.example"));
        Assert.Equal("", Claims(joiner, "groups"));
        Assert.True(new CallerFactory(new AuthOptions()).Create(joiner).Caller!.HasGroupsOverage);
        File.Delete(file);
    }

    private static AuthenticationHeaderValue Basic(string id, string secret) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")));
}
