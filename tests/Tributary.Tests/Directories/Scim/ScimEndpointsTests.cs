using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Scim;

public sealed class ScimEndpointsTests : IAsyncLifetime
{
    private const string Guid = "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef";

    private ScimServer _scim = null!;

    public async ValueTask InitializeAsync() => _scim = await ScimServer.StartAsync();

    public ValueTask DisposeAsync() => _scim.DisposeAsync();

    [Fact]
    public async Task A_user_is_created_with_the_servers_attributes_and_read_again_as_sent()
    {
        Answer created = (await _scim.PostAsync(ScimServer.Users,
            $$"""
            { "Schemas": ["{{ScimServer.UserSchema}}", "{{ScimServer.Enterprise}}"], "USERNAME": "Ada@example.com", "id": "mine", "password": "t1meMa$heen",
              "groups": [{ "value": "x" }], "meta": { "version": "9" }, "active": "True", "nickName": null, "ims": [], "favouriteColour": { "Shade": 7.50 },
              "emails": [{ "VALUE": "ada@example.com", "primary": "true" }],
              "{{ScimServer.Enterprise}}": { "Department": "HR", "employeeNumber": "7", "manager": "m1" }, "urn:example:2.0:User": { "tag": "1" } }
            """)).ShouldBe(201);

        Assert.Equal("application/scim+json", created.ContentHeaders.ContentType?.ToString());
        JsonElement user = created.Json;
        string id = user.GetProperty("id").GetString()!;
        Assert.True(System.Guid.TryParseExact(id, "D", out _));
        JsonElement meta = user.GetProperty("meta");
        string location = $"{_scim.Server.Http.BaseAddress!.ToString().TrimEnd('/')}{ScimServer.Root()}/Users/{id}";
        Assert.Equal(location, created.Headers.Location?.ToString());
        Assert.Equal(location, meta.GetProperty("location").GetString());
        Assert.Equal("User", meta.GetProperty("resourceType").GetString());
        Assert.Equal(meta.GetProperty("created").GetString(), meta.GetProperty("lastModified").GetString());
        Assert.True(meta.GetProperty("created").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
        Assert.Equal(created.Headers.ETag?.ToString(), meta.GetProperty("version").GetString());
        Assert.Equal(
            $$$"""
            {"schemas":["{{{ScimServer.UserSchema}}}","{{{ScimServer.Enterprise}}}","urn:example:2.0:User"],"id":"{{{id}}}","userName":"Ada@example.com","active":true,"favouriteColour":{"Shade":7.50},"emails":[{"value":"ada@example.com","primary":true}],"{{{ScimServer.Enterprise}}}":{"department":"HR","employeeNumber":"7","manager":"m1"},"urn:example:2.0:User":{"tag":"1"}}
            """,
            (await _scim.GetAsync($"/Users/{id}?excludedAttributes=meta")).ShouldBe(200).Body);
    }

    [Fact]
    public async Task The_external_id_becomes_the_id_when_it_is_a_GUID_that_is_free_in_the_tenant()
    {
        Assert.Equal(Guid, await _scim.UserAsync("ada", $$""", "externalId": "{{Guid.ToUpperInvariant()}}" """));
        Assert.NotEqual(Guid, await _scim.UserAsync("bob", $$""", "externalId": "{{Guid}}" """));
        Answer group = (await _scim.PostAsync(ScimServer.Groups, $$"""{ "schemas": ["{{ScimServer.GroupSchema}}"], "displayName": "g", "externalId": "{{Guid}}" }""")).ShouldBe(201);
        Assert.NotEqual(Guid, group.Json.GetProperty("id").GetString());
        Assert.NotEqual("00ujl29u0le5T6Aj10h7", await _scim.UserAsync("cem", """, "externalId": "00ujl29u0le5T6Aj10h7" """));

        // It is the client's own: read as sent, and no longer moved by a change.
        Assert.Equal(Guid.ToUpperInvariant(), (await _scim.GetAsync($"/Users/{Guid}")).Json.GetProperty("externalId").GetString());
        (await _scim.PatchAsync($"/Users/{Guid}", ScimServer.Patch("""{ "op": "replace", "path": "externalId", "value": "other" }"""))).ShouldBe(200);
        Assert.Equal([Guid], await _scim.FindAsync(ScimServer.Users, "externalId eq \"other\""));

        (await _scim.DeleteAsync($"/Users/{Guid}")).ShouldBe(204);
        Assert.Equal(Guid, await _scim.UserAsync("dora", $$""", "externalId": "{{Guid}}" """));
    }

    [Fact]
    public async Task A_user_name_is_unique_in_the_tenant_ignoring_case()
    {
        string ada = await _scim.UserAsync("Ada@Example.com");
        string bob = await _scim.UserAsync("bob@example.com");

        (await _scim.PostAsync(ScimServer.Users, $$"""{ "schemas": ["{{ScimServer.UserSchema}}"], "userName": "ada@example.COM" }""")).ShouldBeScim(409, "uniqueness");
        (await _scim.PutAsync($"/Users/{bob}", $$"""{ "schemas": ["{{ScimServer.UserSchema}}"], "userName": "ada@example.COM" }""")).ShouldBeScim(409, "uniqueness");
        (await _scim.PatchAsync($"/Users/{bob}", ScimServer.Patch("""{ "op": "replace", "value": { "title": "x", "userName": "ADA@example.com" } }"""))).ShouldBeScim(409, "uniqueness");

        Assert.False((await _scim.GetAsync($"/Users/{bob}")).Json.TryGetProperty("title", out _));
        (await _scim.PatchAsync($"/Users/{ada}", ScimServer.Patch("""{ "op": "replace", "path": "userName", "value": "ADA@example.com" }"""))).ShouldBe(200);
        (await _scim.DeleteAsync($"/Users/{ada}")).ShouldBe(204);
        (await _scim.PatchAsync($"/Users/{bob}", ScimServer.Patch("""{ "op": "replace", "path": "userName", "value": "ada@example.com" }"""))).ShouldBe(200);
    }

    [Fact]
    public async Task Put_replaces_all_but_the_servers_attributes_and_keeps_a_user_disabled_whom_it_does_not_enable()
    {
        string id = await _scim.UserAsync("ada", """, "active": false, "title": "Engineer", "emails": [{ "value": "a" }]""");
        JsonElement before = (await _scim.GetAsync($"/Users/{id}")).Json;

        JsonElement after = (await _scim.PutAsync($"/Users/{id}", $$"""{ "schemas": ["{{ScimServer.UserSchema}}"], "id": "other", "userName": "ada", "nickName": "A" }""")).ShouldBe(200).Json;

        Assert.Equal(id, after.GetProperty("id").GetString());
        Assert.Equal("A", after.GetProperty("nickName").GetString());
        Assert.False(after.TryGetProperty("title", out _) || after.TryGetProperty("emails", out _));
        Assert.False(after.GetProperty("active").GetBoolean());
        Assert.Equal(before.GetProperty("meta").GetProperty("created").GetString(), after.GetProperty("meta").GetProperty("created").GetString());
        Assert.NotEqual(before.GetProperty("meta").GetProperty("version").GetString(), after.GetProperty("meta").GetProperty("version").GetString());
        Assert.True((await _scim.PutAsync($"/Users/{id}", $$"""{ "schemas": ["{{ScimServer.UserSchema}}"], "userName": "ada", "active": true }""")).Json.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Patch_does_all_or_nothing()
    {
        string id = await _scim.UserAsync("ada");
        string group = await _scim.GroupAsync("g", id);
        Answer before = await _scim.GetAsync($"/Users/{id}");
        Answer groupBefore = await _scim.GetAsync($"/Groups/{group}");

        (await _scim.PatchAsync($"/Users/{id}", ScimServer.Patch(
            """{ "op": "add", "path": "title", "value": "x" }, { "op": "replace", "path": "active", "value": "maybe" }"""))).ShouldBeScim(400, "invalidValue");
        (await _scim.PatchAsync($"/Groups/{group}", ScimServer.Patch(
            """{ "op": "remove", "path": "members" }, { "op": "replace", "path": "displayName", "value": 7 }"""))).ShouldBeScim(400, "invalidValue");

        Assert.Equal(before.Body, (await _scim.GetAsync($"/Users/{id}")).Body);
        Assert.Equal(groupBefore.Body, (await _scim.GetAsync($"/Groups/{group}")).Body);
    }

    [Fact]
    public async Task What_changes_nothing_leaves_version_and_time_as_they_are()
    {
        string id = await _scim.UserAsync("ada", """, "title": "x" """);
        string group = await _scim.GroupAsync("g", id);
        string user = (await _scim.GetAsync($"/Users/{id}")).Body;
        string whole = (await _scim.GetAsync($"/Groups/{group}")).Body;

        (await _scim.PatchAsync($"/Users/{id}", ScimServer.Patch("""{ "op": "replace", "path": "title", "value": "x" }"""))).ShouldBe(200);
        (await _scim.PatchAsync($"/Groups/{group}", ScimServer.Patch($$"""{ "op": "add", "path": "members", "value": [{ "value": "{{id}}" }] }"""))).ShouldBe(204);
        (await _scim.PatchAsync($"/Groups/{group}", ScimServer.Patch("""{ "op": "remove", "path": "members[value eq \"nobody\"]" }"""))).ShouldBe(204);
        (await _scim.PutAsync($"/Groups/{group}", ScimServer.Group("g", id))).ShouldBe(200);

        Assert.Equal(user, (await _scim.GetAsync($"/Users/{id}")).Body);
        Assert.Equal(whole, (await _scim.GetAsync($"/Groups/{group}")).Body);
    }

    [Fact]
    public async Task Entity_tags_guard_reading_and_writing()
    {
        string id = await _scim.UserAsync("ada");
        string tag = (await _scim.GetAsync($"/Users/{id}")).Headers.ETag!.ToString();

        Answer unchanged = (await _scim.SendAsync(HttpMethod.Get, $"/Users/{id}", headers: ("If-None-Match", tag))).ShouldBe(304);
        Assert.Equal(("", tag), (unchanged.Body, unchanged.Headers.ETag?.ToString()));
        (await _scim.SendAsync(HttpMethod.Patch, $"/Users/{id}", ScimServer.Patch("""{ "op": "add", "path": "title", "value": "x" }"""), headers: ("If-Match", tag))).ShouldBe(200);

        (await _scim.SendAsync(HttpMethod.Get, $"/Users/{id}", headers: ("If-None-Match", tag))).ShouldBe(200);
        (await _scim.SendAsync(HttpMethod.Patch, $"/Users/{id}", ScimServer.Patch("""{ "op": "add", "path": "title", "value": "y" }"""), headers: ("If-Match", tag))).ShouldBeScim(412, null);
        (await _scim.SendAsync(HttpMethod.Put, $"/Users/{id}", $$"""{ "schemas": ["{{ScimServer.UserSchema}}"], "userName": "ada" }""", headers: ("If-Match", tag))).ShouldBeScim(412, null);
        (await _scim.SendAsync(HttpMethod.Delete, $"/Users/{id}", headers: ("If-Match", tag))).ShouldBeScim(412, null);
        Assert.Equal("x", (await _scim.GetAsync($"/Users/{id}")).Json.GetProperty("title").GetString());
        (await _scim.SendAsync(HttpMethod.Delete, $"/Users/{id}", headers: ("If-Match", "*"))).ShouldBe(204);
        (await _scim.SendAsync(HttpMethod.Delete, $"/Users/{id}", headers: ("If-Match", "*"))).ShouldBeScim(404, null);
    }

    [Fact]
    public async Task What_was_answered_is_there_after_a_restart()
    {
        string id = await _scim.UserAsync("ada", """, "title": "x" """);
        string group = await _scim.GroupAsync("g", id);
        string before = await ReadAsync();

        await _scim.RestartAsync();

        Assert.Equal(before, await ReadAsync());

        async Task<string> ReadAsync() =>
            (await _scim.GetAsync($"/Users/{id}?excludedAttributes=meta")).ShouldBe(200).Body + (await _scim.GetAsync($"/Groups/{group}?attributes=members.value,meta.version")).ShouldBe(200).Body;
    }

    [Fact]
    public async Task Of_several_who_create_one_user_at_the_same_time_one_does()
    {
        int[] statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
            (await _scim.PostAsync(ScimServer.Users, $$"""{ "schemas": ["{{ScimServer.UserSchema}}"], "userName": "ada", "externalId": "{{Guid}}" }""")).Status));

        Assert.Equal([201, .. Enumerable.Repeat(409, 19)], statuses.Order());
        Assert.Equal([Guid], await _scim.FindAsync(ScimServer.Users, "id pr"));
    }

    [Fact]
    public async Task Concurrent_patches_of_one_resource_all_take_effect()
    {
        string id = await _scim.UserAsync("ada");
        string group = await _scim.GroupAsync("g");

        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            (await _scim.PatchAsync($"/Users/{id}", ScimServer.Patch($$"""{ "op": "add", "path": "roles", "value": [{ "value": "r{{i}}" }] }"""))).ShouldBe(200);
            (await _scim.PatchAsync($"/Groups/{group}", ScimServer.Patch($$"""{ "op": "add", "path": "members", "value": [{ "value": "m{{i}}" }] }"""))).ShouldBe(204);
        }));

        Assert.Equal(40, (await _scim.GetAsync($"/Users/{id}")).Json.GetProperty("roles").GetArrayLength());
        Assert.Equal(40, (await _scim.MembersAsync(group)).Length);
    }

    [Fact]
    public async Task A_list_is_paged_from_a_start_index_in_a_lasting_order()
    {
        for (int i = 0; i < 7; i++)
        {
            await _scim.UserAsync($"user{i}");
        }

        var seen = new List<string>();
        for (int start = 1; start <= 7; start += 3)
        {
            JsonElement page = (await _scim.GetAsync($"/Users?startIndex={start}&count=3")).ShouldBe(200).Json;
            Assert.Equal("urn:ietf:params:scim:api:messages:2.0:ListResponse", page.GetProperty("schemas")[0].GetString());
            Assert.Equal((7, start), (page.GetProperty("totalResults").GetInt32(), page.GetProperty("startIndex").GetInt32()));
            Assert.Equal(page.GetProperty("Resources").GetArrayLength(), page.GetProperty("itemsPerPage").GetInt32());
            seen.AddRange(page.GetProperty("Resources").EnumerateArray().Select(user => user.GetProperty("id").GetString()!));
        }

        Assert.Equal(seen.Distinct().Order(StringComparer.Ordinal), seen);
        Assert.Equal(7, seen.Count);
        await ShowsAsync("startIndex=-5&count=2", total: 7, startIndex: 1, count: 2);
        await ShowsAsync("count=0", total: 7, startIndex: 1, count: 0);
        await ShowsAsync("count=-1", total: 7, startIndex: 1, count: 0);
        await ShowsAsync("startIndex=100", total: 7, startIndex: 100, count: 0);
        await ShowsAsync("filter=userName sw \"user\"&startIndex=6&count=5", total: 7, startIndex: 6, count: 2);
        await ShowsAsync("filter=userName eq \"USER3\"&startIndex=1&count=100", total: 1, startIndex: 1, count: 1);
        await ShowsAsync("filter=userName eq \"nobody\"", total: 0, startIndex: 1, count: 0);
        await ShowsAsync("startIndex=9999999999", total: 7, startIndex: int.MaxValue, count: 0);

        async Task ShowsAsync(string query, int total, int startIndex, int count)
        {
            JsonElement page = (await _scim.GetAsync("/Users?" + query)).ShouldBe(200).Json;
            Assert.Equal(
                (total, startIndex, count, count),
                (page.GetProperty("totalResults").GetInt32(), page.GetProperty("startIndex").GetInt32(), page.GetProperty("itemsPerPage").GetInt32(), page.GetProperty("Resources").GetArrayLength()));
        }
    }

    [Fact]
    public async Task A_list_is_sorted_by_any_attribute_and_what_lacks_it_comes_last()
    {
        await _scim.UserAsync("c", """, "name": { "familyName": "beta" }""");
        await _scim.UserAsync("a", """, "name": { "familyName": "Gamma" }, "emails": [{ "value": "2" }, { "value": "1", "primary": true }]""");
        await _scim.UserAsync("B", """, "emails": [{ "value": "3" }]""");

        Assert.Equal("a B c", await NamesAsync("sortBy=userName"));
        Assert.Equal("c B a", await NamesAsync("sortBy=userName&sortOrder=descending"));
        Assert.Equal("c a B", await NamesAsync("sortBy=name.familyName"));
        Assert.Equal("B a c", await NamesAsync("sortBy=name.familyName&sortOrder=Descending"));
        Assert.Equal("a B c", await NamesAsync("sortBy=emails"));
        Assert.Equal("B", await NamesAsync("sortBy=userName&startIndex=2&count=1"));
        Assert.Equal("a c", await NamesAsync("sortBy=userName&filter=name pr"));

        async Task<string> NamesAsync(string query) => string.Join(' ', (await _scim.GetAsync("/Users?" + query)).ShouldBe(200).Json.GetProperty("Resources")
            .EnumerateArray().Select(user => user.GetProperty("userName").GetString()));
    }

    [Fact]
    public async Task An_answer_has_the_attributes_that_are_asked_for()
    {
        string id = await _scim.UserAsync("ada", $$"""
            , "name": { "givenName": "Ada", "familyName": "L" }, "emails": [{ "value": "a", "type": "work" }], "{{ScimServer.Enterprise}}": { "department": "HR", "division": "D" }
            """);
        string head = $$"""{"schemas":["{{ScimServer.UserSchema}}","{{ScimServer.Enterprise}}"],"id":"{{id}}" """.TrimEnd();

        await ShowsAsync("attributes=userName", """, "userName":"ada"}""");
        await ShowsAsync("attributes=USERNAME,name.givenName,emails.value", """, "userName":"ada","name":{"givenName":"Ada"},"emails":[{"value":"a"}]}""");
        await ShowsAsync($"attributes={ScimServer.Enterprise}:department", $$$""", "{{{ScimServer.Enterprise}}}":{"department":"HR"}}""");
        await ShowsAsync($"attributes={ScimServer.Enterprise}", $$$""", "{{{ScimServer.Enterprise}}}":{"department":"HR","division":"D"}}""");
        await ShowsAsync($"attributes={ScimServer.UserSchema}:userName", """, "userName":"ada"}""");
        await ShowsAsync("attributes=none", "}");
        await ShowsAsync($"excludedAttributes=meta,id,name,emails.type,{ScimServer.Enterprise}", """, "userName":"ada","emails":[{"value":"a"}]}""");
        (await _scim.GetAsync($"/Users/{id}?attributes=a b")).ShouldBeScim(400, "invalidValue");
        (await _scim.GetAsync($"/Users/{id}?attributes=userName&excludedAttributes=meta")).ShouldBeScim(400, "invalidValue");
        Assert.Contains("\"title\":\"x\"}", (await _scim.PatchAsync($"/Users/{id}?attributes=title", ScimServer.Patch("""{ "op": "add", "path": "title", "value": "x" }"""))).Body, StringComparison.Ordinal);

        async Task ShowsAsync(string query, string rest) =>
            Assert.Equal(head + rest.Replace(", ", ",", StringComparison.Ordinal), (await _scim.GetAsync($"/Users/{id}?{query}")).ShouldBe(200).Body);
    }

    [Fact]
    public async Task A_group_shows_its_members_with_what_they_are_and_a_patch_of_it_answers_nothing()
    {
        string ada = await _scim.UserAsync("ada", """, "displayName": "Ada" """);
        string inner = await _scim.GroupAsync("inner");
        string group = await _scim.GroupAsync("outer", ada, inner, "U1091");

        string root = _scim.Server.Http.BaseAddress!.ToString().TrimEnd('/') + ScimServer.Root();
        string[] shown = [.. (await _scim.GetAsync($"/Groups/{group}")).Json.GetProperty("members").EnumerateArray().Select(member => member.GetRawText()).Order(StringComparer.Ordinal)];
        string[] expected =
        [
            $$"""{"value":"{{ada}}","type":"User","display":"Ada","$ref":"{{root}}/Users/{{ada}}"}""",
            $$"""{"value":"{{inner}}","type":"Group","display":"inner","$ref":"{{root}}/Groups/{{inner}}"}""",
            """{"value":"u1091"}""",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), shown);

        Answer patched = (await _scim.PatchAsync($"/Groups/{group}", ScimServer.Patch("""{ "op": "remove", "path": "members[value eq \"u1091\"]" }"""))).ShouldBe(204);
        Assert.Equal("", patched.Body);
        Assert.Equal((await _scim.GetAsync($"/Groups/{group}?excludedAttributes=members")).Headers.ETag, patched.Headers.ETag);
        Assert.False((await _scim.GetAsync($"/Groups/{group}?excludedAttributes=members")).Json.TryGetProperty("members", out _));
        Assert.Equal([ada], (await _scim.PatchAsync($"/Groups/{group}?attributes=members.value", ScimServer.Patch($$"""{ "op": "remove", "path": "members", "value": [{ "value": "{{inner}}" }] }""")))
            .ShouldBe(200).Json.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("value").GetString()!));
    }
}
