using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tributary.Directories.Scim;
using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Scim;

/// <summary>Whatever is wrong is told in SCIM's shape, and changes nothing.</summary>
public sealed class ScimErrorsTests : IAsyncLifetime
{
    private ScimServer _scim = null!;

    public async ValueTask InitializeAsync() => _scim = await ScimServer.StartAsync("{}", "Directory:Scim:MaxUsers=3", "Directory:Scim:MaxGroups=2", "Directory:Scim:MaxMembers=4");

    public ValueTask DisposeAsync() => _scim.DisposeAsync();

    [Theory]
    [InlineData("", "invalidSyntax", "The JSON is not valid")]
    [InlineData("{", "invalidSyntax", "The JSON is not valid")]
    [InlineData("[]", "invalidSyntax", "The body must be a JSON object.")]
    [InlineData("null", "invalidSyntax", "The body must be a JSON object.")]
    [InlineData("{}", "invalidSyntax", "'schemas' must be an array that names urn:ietf:params:scim:schemas:core:2.0:User.")]
    [InlineData("""{ "schemas": "urn:ietf:params:scim:schemas:core:2.0:User", "userName": "a" }""", "invalidSyntax", "'schemas' must be an array")]
    [InlineData("""{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "userName": "a" }""", "invalidSyntax", "'schemas' must be an array")]
    [InlineData("""{ "schemas": [{}, null, 7], "userName": "a" }""", "invalidSyntax", "'schemas' must be an array")]
    [InlineData("""{ "schemas": ["S"], "userName": "a", "userName": "b" }""", "invalidSyntax", "The JSON is not valid")]
    [InlineData("""{ "schemas": ["S"], "userName": "a", "username": "b" }""", "invalidSyntax", "userName stands twice")]
    [InlineData("""{ "schemas": ["S"], "userName": "a", "name": { "givenName": "a", "GivenName": "b" } }""", "invalidSyntax", "name.givenName stands twice")]
    [InlineData("""{ "schemas": ["S"], "userName": "a", "S": {} , "title": "x" }""", "invalidSyntax", "urn:ietf:params:scim:schemas:core:2.0:User: attributes of the core schema stand at the top.")]
    [InlineData("""{ "schemas": ["S"], "userName": "a", "urn:example:2.0:User": "x" }""", "invalidSyntax", "urn:example:2.0:User: what belongs to a schema must be an object.")]
    [InlineData("""{ "schemas": ["S"] }""", "invalidValue", "userName: it is required of a User.")]
    [InlineData("""{ "schemas": ["S"], "userName": null }""", "invalidValue", "userName: it is required of a User.")]
    [InlineData("""{ "schemas": ["S"], "userName": "" }""", "invalidValue", "userName: it must have 1 to 1024 characters.")]
    [InlineData("""{ "schemas": ["S"], "userName": 7 }""", "invalidValue", "userName: it must be a string")]
    [InlineData("""{ "schemas": ["S"], "userName": "\ud83d" }""", "invalidValue", "userName: it must be a string of Unicode text.")]
    [InlineData("""{ "schemas": ["S"], "userName": "a", "x": ["\ud83d"] }""", "invalidValue", "x: it is no Unicode text.")]
    [InlineData("""{ "schemas": ["S"], "userName": "a\nb" }""", "invalidValue", "userName: it has control characters.")]
    [InlineData("""{ "schemas": ["S"], "userName": "a", "externalId": "\u0000" }""", "invalidValue", "externalId: it has control characters.")]
    [InlineData("""{ "schemas": ["S"], "userName": "a", "active": 1 }""", "invalidValue", "active: it must be true or false.")]
    [InlineData("""{ "schemas": ["S"], "userName": "a", "name": "b" }""", "invalidValue", "name: it must be an object.")]
    [InlineData("""{ "schemas": ["S"], "userName": "a", "emails": [{ "value": "x" }, 7] }""", "invalidValue", "emails[1]: it must be an object.")]
    [InlineData("""{ "schemas": ["S"], "userName": "a", "emails": [{ "value": {} }] }""", "invalidValue", "emails[0].value: it must be a string")]
    [InlineData("""{ "schemas": ["S"], "userName": "a", "emails": [{ "primary": true }, { "primary": "True" }] }""", "invalidValue", "emails: more than one value is primary.")]
    public async Task A_wrong_body_is_told_what_is_wrong_with_it(string json, string scimType, string detail)
    {
        Answer answer = (await _scim.PostAsync(ScimServer.Users, json.Replace("\"S\"", $"\"{ScimServer.UserSchema}\"", StringComparison.Ordinal))).ShouldBeScim(400, scimType);

        Assert.StartsWith(detail, answer.Detail, StringComparison.Ordinal);
        Assert.Empty(await _scim.FindAsync(ScimServer.Users, "id pr"));
    }

    [Theory]
    [InlineData("Users?filter=userName is \"x\"", 400, "invalidFilter", "filter: At character 10: here should be an operator")]
    [InlineData("Groups?filter=(((", 400, "invalidFilter", "filter: At character 4")]
    [InlineData("Users?filter=a pr&filter=b pr", 400, "invalidValue", "filter: it stands more than once.")]
    [InlineData("Users?startIndex=one", 400, "invalidValue", "startIndex: it must be a whole number.")]
    [InlineData("Users?count=1.5", 400, "invalidValue", "count: it must be a whole number.")]
    [InlineData("Users?sortBy=a b", 400, "invalidValue", "sortBy: it must be the name of an attribute.")]
    [InlineData("Users?sortBy=userName&sortOrder=up", 400, "invalidValue", "sortOrder: it must be ascending or descending.")]
    [InlineData("Users/nobody", 404, null, "There is no User 'nobody'.")]
    [InlineData("Groups/2819c223-7f76-453a-919d-413861904646", 404, null, "There is no Group '2819c223-7f76-453a-919d-413861904646'.")]
    [InlineData("Schemas/urn:nothing", 404, null, "There is no schema 'urn:nothing'.")]
    [InlineData("ResourceTypes/Device", 404, null, "There is no resource type 'Device'.")]
    [InlineData("Schemas?filter=id pr", 403, null, "What the server has to say of itself is not filtered.")]
    [InlineData("Devices", 404, null, "There is no such path.")]
    [InlineData("Users/a/b", 404, null, "There is no such path.")]
    [InlineData("Me", 501, null, "Me")]
    [InlineData("", 501, null, "A query of users and groups together is not implemented")]
    public async Task A_wrong_question_is_told_what_is_wrong_with_it(string path, int status, string? scimType, string detail) =>
        Assert.StartsWith(detail, (await _scim.GetAsync("/" + path)).ShouldBeScim(status, scimType).Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("Bulk")]
    [InlineData("Me")]
    [InlineData(".search")]
    [InlineData("Users/.search")]
    [InlineData("Groups/.search")]
    public async Task What_is_not_implemented_is_refused_by_name(string path) =>
        Assert.Contains("is not implemented", (await _scim.PostAsync("/" + path, "{}")).ShouldBeScim(501, null).Detail, StringComparison.Ordinal);

    [Fact]
    public async Task What_stands_in_front_of_the_endpoints_answers_in_the_same_shape()
    {
        Answer verb = (await _scim.PutAsync(ScimServer.Users, "{}")).ShouldBeScim(405, null);
        Assert.Equal(["GET", "HEAD", "OPTIONS", "POST"], verb.ContentHeaders.Allow.Order(StringComparer.Ordinal));
        (await _scim.GetAsync("/Users?filter=" + new string('x', 9000))).ShouldBeScim(414, null);
        (await _scim.SendAsync(HttpMethod.Get, "/Users", headers: ("X-Long", new string('x', 40_000)))).ShouldBeScim(431, null);
    }

    [Fact]
    public async Task A_body_is_JSON_by_either_name_and_of_bounded_size_compressed_or_not()
    {
        string user = $$"""{ "schemas": ["{{ScimServer.UserSchema}}"], "userName": "ada" }""";
        Assert.Equal(201, await PostAsync(Encoding.UTF8.GetBytes(user), "application/json; charset=utf-8"));
        Assert.Equal(415, await PostAsync(Encoding.UTF8.GetBytes(user), "text/plain"));
        Assert.Equal(415, await PostAsync(Encoding.UTF8.GetBytes(user), "application/x-www-form-urlencoded"));
        Assert.Equal(415, await PostAsync(Encoding.UTF8.GetBytes(user), ""));
        Assert.Equal(409, await PostAsync(Packed(Encoding.UTF8.GetBytes(user)), "application/scim+json", "gzip"));
        byte[] large = Encoding.UTF8.GetBytes(user + new string(' ', ScimResources.MaxUserBytes));
        Assert.Equal(413, await PostAsync(large, "application/scim+json"));
        Assert.Equal(413, await PostAsync(Packed(large), "application/scim+json", "gzip"));
        Assert.Equal(409, await PostAsync(large[..ScimResources.MaxUserBytes], "application/scim+json"));
        Assert.Equal(400, await PostAsync([0x7B, 0xFF, 0x7D], "application/scim+json"));

        async Task<int> PostAsync(byte[] body, string type, string? encoding = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, ScimServer.Root() + ScimServer.Users) { Content = new ByteArrayContent(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ScimServer.Secret);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            if (encoding is not null)
            {
                request.Content.Headers.ContentEncoding.Add(encoding);
            }

            using HttpResponseMessage response = await _scim.Server.Http.SendAsync(request);
            Answer answer = await Answer.ReadAsync(response);
            return answer.Status < 400 ? answer.Status : answer.ShouldBeScim(answer.Status, answer.Status == 400 ? "invalidSyntax" : answer.Status == 409 ? "uniqueness" : null).Status;
        }

        static byte[] Packed(byte[] bytes)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            {
                gzip.Write(bytes);
            }

            return packed.ToArray();
        }
    }

    [Fact]
    public async Task A_client_that_takes_plain_JSON_only_is_given_it_by_that_name()
    {
        Assert.Equal("application/json", (await _scim.SendAsync(HttpMethod.Get, "/Users", headers: ("Accept", "application/json"))).ContentHeaders.ContentType?.ToString());
        foreach (string accept in (string[])["application/scim+json", "application/scim+json, application/json", "*/*"])
        {
            Assert.Equal("application/scim+json", (await _scim.SendAsync(HttpMethod.Get, "/Users", headers: ("Accept", accept))).ContentHeaders.ContentType?.ToString());
        }
    }

    [Fact]
    public async Task Users_groups_and_members_are_bounded_and_what_goes_over_leaves_no_trace()
    {
        for (int i = 0; i < 3; i++)
        {
            await _scim.UserAsync($"user{i}");
        }

        Answer user = (await _scim.PostAsync(ScimServer.Users, $$"""{ "schemas": ["{{ScimServer.UserSchema}}"], "userName": "user3" }""")).ShouldBeScim(403, null);
        Assert.Contains("Directory:Scim:MaxUsers", user.Detail, StringComparison.Ordinal);
        string group = await _scim.GroupAsync("four", "a", "b", "c", "d");
        (await _scim.PostAsync(ScimServer.Groups, ScimServer.Group("five", "a", "b", "c", "d", "e"))).ShouldBeScim(403, null);
        await _scim.GroupAsync("none");
        Answer third = (await _scim.PostAsync(ScimServer.Groups, ScimServer.Group("third"))).ShouldBeScim(403, null);
        Assert.Contains("Directory:Scim:MaxGroups", third.Detail, StringComparison.Ordinal);

        Answer members = (await _scim.PatchAsync($"/Groups/{group}", ScimServer.Patch(
            """{ "op": "replace", "path": "displayName", "value": "new" }, { "op": "remove", "path": "members[value eq \"a\"]" }, { "op": "add", "path": "members", "value": [{ "value": "e" }, { "value": "f" }] }""")))
            .ShouldBeScim(403, null);
        Assert.Contains("Directory:Scim:MaxMembers", members.Detail, StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c", "d"], await _scim.MembersAsync(group));
        Assert.Equal([group], await _scim.FindAsync(ScimServer.Groups, "displayName eq \"four\""));
        (await _scim.PatchAsync($"/Groups/{group}", ScimServer.Patch(
            """{ "op": "remove", "path": "members[value eq \"a\"]" }, { "op": "add", "path": "members", "value": [{ "value": "e" }, { "value": "b" }] }"""))).ShouldBe(204);
        Assert.Equal(["b", "c", "d", "e"], await _scim.MembersAsync(group));
    }

    [Fact]
    public async Task A_user_is_kept_up_to_a_size_that_patches_do_not_pass_either()
    {
        string id = await _scim.UserAsync("ada");
        string Patch(int length) => ScimServer.Patch($$"""{ "op": "add", "path": "profileUrl", "value": "{{new string('x', length)}}" }""");
        int room = ScimReader.MaxContentBytes - """{"userName":"ada","profileUrl":""}""".Length;

        (await _scim.PatchAsync($"/Users/{id}", Patch(room))).ShouldBe(200);
        (await _scim.PatchAsync($"/Users/{id}", Patch(room + 1))).ShouldBeScim(400, "invalidValue");
        Assert.Equal(room, (await _scim.GetAsync($"/Users/{id}")).Json.GetProperty("profileUrl").GetString()!.Length);
    }

    [Fact]
    public async Task Discovery_tells_what_there_is()
    {
        JsonElement config = (await _scim.GetAsync("/ServiceProviderConfig")).ShouldBe(200).Json;
        foreach ((string feature, bool isSupported) in (ReadOnlySpan<(string, bool)>)[("patch", true), ("bulk", false), ("filter", true), ("changePassword", false), ("sort", true), ("etag", true)])
        {
            Assert.Equal((feature, isSupported), (feature, config.GetProperty(feature).GetProperty("supported").GetBoolean()));
        }

        Assert.Equal("oauthbearertoken", config.GetProperty("authenticationSchemes")[0].GetProperty("type").GetString());
        Assert.Equal(["User", "Group"], (await _scim.GetAsync("/ResourceTypes")).Json.GetProperty("Resources").EnumerateArray().Select(type => type.GetProperty("name").GetString()!));
        Assert.Equal("/Users", (await _scim.GetAsync("/ResourceTypes/User")).Json.GetProperty("endpoint").GetString());
        JsonElement schemas = (await _scim.GetAsync("/Schemas")).ShouldBe(200).Json;
        Assert.Equal(3, schemas.GetProperty("totalResults").GetInt32());
        JsonElement user = (await _scim.GetAsync("/Schemas/" + ScimServer.UserSchema)).ShouldBe(200).Json;
        Assert.Equal(
            """{"name":"userName","type":"string","multiValued":false,"description":"What the user is called at sign-in; unique in the tenant, ignoring case.","required":true,"caseExact":false,"mutability":"readWrite","returned":"default","uniqueness":"server"}""",
            user.GetProperty("attributes")[0].GetRawText());
        Assert.Contains(user.GetProperty("attributes").EnumerateArray(), attribute => attribute.GetProperty("type").GetString() == "complex" && attribute.GetProperty("multiValued").GetBoolean()
            && attribute.GetProperty("subAttributes").EnumerateArray().Any(sub => sub.GetProperty("name").GetString() == "primary"));
    }

    [Fact]
    public async Task To_sort_more_than_can_be_held_is_too_many()
    {
        // Straight into the table: what counts is how many match.
        await using ScimServer scim = await ScimServer.StartAsync();
        await scim.UserAsync("first");
        var database = (Tributary.Storage.ISqlDatabase)scim.Server.Services.GetService(typeof(Tributary.Storage.ISqlDatabase))!;
        await database.WriteAsync(
            WriteScope.Store,
            session => session.Execute(
                """
                WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < @count)
                INSERT INTO directory_object (tenant, id, kind, name, created, modified, body)
                SELECT tenant, 'x' || n, 1, 'x' || n, 0, 0, body FROM directory_object, numbers WHERE name = 'first'
                """,
                ScimSearch.MaxSorted),
            0,
            TestContext.Current.CancellationToken);

        (await scim.GetAsync("/Users?sortBy=userName")).ShouldBeScim(400, "tooMany");
        (await scim.GetAsync("/Users?sortBy=userName&filter=not (id eq \"x1\")")).ShouldBe(200);
    }
}
