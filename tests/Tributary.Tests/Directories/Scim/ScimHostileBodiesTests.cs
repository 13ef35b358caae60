using System.Text.Json;
using CsCheck;
using Tributary.Directories.Scim;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Scim;

/// <summary>Bodies that nobody means well with: each is answered with a refusal or an honest result, in reasonable time, never with 500.</summary>
public sealed class ScimHostileBodiesTests : IAsyncLifetime
{
    private ScimServer _scim = null!;

    public async ValueTask InitializeAsync() => _scim = await ScimServer.StartAsync();

    public ValueTask DisposeAsync() => _scim.DisposeAsync();

    [Fact]
    public async Task A_deep_body_is_kept_up_to_the_limit_of_JSON_and_refused_beyond()
    {
        static string Deep(int levels) => $$"""
            { "schemas": ["{{ScimServer.UserSchema}}"], "userName": "u{{levels}}", "x": {{string.Concat(Enumerable.Repeat("{\"y\":", levels))}}1{{new string('}', levels)}} }
            """;

        string id = (await _scim.PostAsync(ScimServer.Users, Deep(63))).ShouldBe(201).Json.GetProperty("id").GetString()!;
        (await _scim.GetAsync($"/Users/{id}")).ShouldBe(200);
        (await _scim.PatchAsync($"/Users/{id}", ScimServer.Patch("""{ "op": "add", "path": "title", "value": "x" }"""))).ShouldBe(200);
        (await _scim.PostAsync(ScimServer.Users, Deep(64))).ShouldBeScim(400, "invalidSyntax");
    }

    [Fact]
    public async Task Ten_thousand_operations_against_five_hundred_values_come_to_an_end()
    {
        string id = await _scim.UserAsync("ada", $$""", "roles": [{{string.Join(',', Enumerable.Range(0, ScimValues.MaxValues).Select(i => $$"""{ "value": "r{{i}}" }"""))}}]""");
        string operation = """{"op":"add","path":"roles","value":{"value":"r499"}}""";

        (await _scim.PatchAsync($"/Users/{id}", ScimServer.Patch(string.Join(',', Enumerable.Repeat(operation, ScimPatch.MaxOperations))))).ShouldBe(200);

        Assert.Equal(ScimValues.MaxValues, (await _scim.GetAsync($"/Users/{id}")).Json.GetProperty("roles").GetArrayLength());
    }

    [Fact]
    public async Task Whatever_is_posted_replaced_or_patched_is_answered()
    {
        string id = await _scim.UserAsync("ada");
        string group = await _scim.GroupAsync("g");
        await Gen.Select(Gen.OneOf("POST /Users", "PUT /Users/", "PATCH /Users/", "POST /Groups", "PUT /Groups/", "PATCH /Groups/"), Body).SampleAsync(
            async (call, body) =>
            {
                string[] parts = call.Split(' ');
                string path = parts[1] + (parts[1].EndsWith("Users/", StringComparison.Ordinal) ? id : parts[1].EndsWith("Groups/", StringComparison.Ordinal) ? group : "");
                string json = parts[0] == "PATCH" ? ScimServer.Patch(string.Join(',', body.Operations)) : Resource(path.Contains("Users", StringComparison.Ordinal), body.Members);
                Answer answer = await _scim.SendAsync(new HttpMethod(parts[0]), path, json);
                if (answer.Status >= 400)
                {
                    answer.ShouldBeScim(answer.Status, answer.Json.TryGetProperty("scimType", out JsonElement type) ? type.GetString() : null);
                }

                return answer.Status < 500 && (await _scim.GetAsync($"/Users/{id}")).Status == 200
                    && (await _scim.GetAsync("/Groups?filter=members pr or userName co \"a\"")).Status == 200;
            },
            iter: 300,
            threads: 1);
    }

    private static readonly Gen<string> Name = Gen.OneOf(
        "userName", "USERNAME", "displayName", "active", "emails", "emails.value", "name", "name.givenName", "externalId", "members", "roles", "title", "schemas", "id", "meta", "groups",
        "password", "unknown", "unknown.part", "emails[type eq \\\"work\\\"].value", "members[value eq \\\"x\\\"]", "members[type pr]", "unknown[a pr].b", "", "a b", "$ref",
        ScimServer.Enterprise, ScimServer.Enterprise + ":manager", ScimServer.Enterprise + ":manager.value", ScimServer.UserSchema, ScimServer.UserSchema + ":title", "urn:x:2.0:User", "urn:", "\\ud83d\\ude00");

    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, self) => depth >= 3
        ? Gen.OneOf("null", "true", "\"False\"", "7", "-1.5e300", "\"x\"", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}", "\"work\"")
        : Gen.OneOf(
            Gen.OneOf("null", "true", "\"x\"", "7", "[]", "{}"),
            self.Array[0, 3].Select(values => $"[{string.Join(',', values)}]"),
            Gen.Select(Gen.OneOf("value", "type", "primary", "display", "Value", "x"), self, (name, value) => $"{{\"{name}\":{value}}}"),
            Gen.Select(self, self, (one, other) => $"{{\"value\":{one},\"primary\":{other}}}")));

    private static readonly Gen<string> Operation = Gen.Select(Gen.OneOf("add", "Replace", "REMOVE", "move"), Name, Value, Gen.Int[0, 3], (op, path, value, shape) => shape switch
    {
        0 => $"{{\"op\":\"{op}\",\"value\":{{\"{path}\":{value}}}}}",
        1 => $"{{\"op\":\"{op}\",\"path\":\"{path}\"}}",
        _ => $"{{\"op\":\"{op}\",\"path\":\"{path}\",\"value\":{value}}}",
    });

    private static readonly Gen<(string[] Members, string[] Operations)> Body = Gen.Select(
        Gen.Select(Name, Value, (name, value) => $"\"{name}\":{value}").Array[0, 5],
        Operation.Array[0, 5]);

    private static string Resource(bool isUser, string[] members) =>
        $"{{{string.Join(',', [$"\"schemas\":[\"{(isUser ? ScimServer.UserSchema : ScimServer.GroupSchema)}\"]", $"\"{(isUser ? "userName" : "displayName")}\":\"n\"", .. members])}}}";
}
