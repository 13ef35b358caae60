using System.Text.Json;

namespace Tributary.Tests.Directories.Scim;

/// <summary>What Okta sends, in the shapes of its protocol reference; Keycloak's clients send whole users and groups alike.</summary>
public sealed class OktaProvisioningTests : IAsyncLifetime
{
    private const string Guid = "5d48a0a8-e9f0-4aa3-8008-feed3ace693c";

    private ScimServer _scim = null!;

    public async ValueTask InitializeAsync() => _scim = await ScimServer.StartAsync();

    public ValueTask DisposeAsync() => _scim.DisposeAsync();

    [Fact]
    public async Task A_user_is_looked_for_created_replaced_and_deactivated()
    {
        JsonElement none = (await _scim.GetAsync("/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100")).ShouldBe(200).Json;
        Assert.Equal((0, 1, 0), (none.GetProperty("totalResults").GetInt32(), none.GetProperty("startIndex").GetInt32(), none.GetProperty("itemsPerPage").GetInt32()));
        (await _scim.GetAsync("/Users?startIndex=1&count=2")).ShouldBe(200);

        JsonElement created = (await _scim.PostAsync(ScimServer.Users, User("Test", """, "externalId": "00ujl29u0le5T6Aj10h7", "groups": [], "password": "1mz050nq" """))).ShouldBe(201).Json;
        string id = created.GetProperty("id").GetString()!;
        Assert.Equal("00ujl29u0le5T6Aj10h7", created.GetProperty("externalId").GetString());
        Assert.False(created.TryGetProperty("password", out _));
        (await _scim.PostAsync(ScimServer.Users, User("Test"))).ShouldBeScim(409, "uniqueness");

        JsonElement replaced = (await _scim.PutAsync($"/Users/{id}", User("Another", $$""", "id": "{{id}}", "groups": [], "meta": { "resourceType": "User" }"""))).ShouldBe(200).Json;
        Assert.Equal("""{"givenName":"Another","familyName":"User","middleName":""}""", replaced.GetProperty("name").GetRawText());

        JsonElement deactivated = (await _scim.PatchAsync($"/Users/{id}", ScimServer.Patch("""{ "op": "replace", "value": { "active": false } }"""))).ShouldBe(200).Json;
        Assert.False(deactivated.GetProperty("active").GetBoolean());
        Assert.Equal(1, (await _scim.GetAsync("/Users?startIndex=1&count=100")).Json.GetProperty("itemsPerPage").GetInt32());
    }

    [Fact]
    public async Task A_group_is_created_with_members_renamed_and_its_members_are_replaced()
    {
        string first = await _scim.UserAsync("first");
        string second = await _scim.UserAsync("second");
        string id = (await _scim.PostAsync(ScimServer.Groups, $$"""
            { "schemas": ["{{ScimServer.GroupSchema}}"], "displayName": "Test SCIMv2", "members": [{ "value": "{{first}}", "display": "first" }] }
            """)).ShouldBe(201).Json.GetProperty("id").GetString()!;

        (await _scim.PatchAsync($"/Groups/{id}", ScimServer.Patch($$"""{ "op": "replace", "value": { "id": "{{id}}", "displayName": "Test SCIMv2 renamed" } }"""))).ShouldBe(204);
        (await _scim.PatchAsync($"/Groups/{id}", ScimServer.Patch($$"""
            { "op": "remove", "path": "members[value eq \"{{first}}\"]" }, { "op": "add", "path": "members", "value": [{ "value": "{{second}}", "display": "test.user@okta.local" }] }
            """))).ShouldBe(204);
        Assert.Equal([second], await _scim.MembersAsync(id));
        (await _scim.PatchAsync($"/Groups/{id}", ScimServer.Patch($$"""
            { "op": "replace", "path": "members", "value": [{ "value": "{{first}}", "display": "first" }, { "value": "{{second}}", "display": "second" }] }
            """))).ShouldBe(204);
        Assert.Equal(new[] { first, second }.Order(StringComparer.Ordinal), await _scim.MembersAsync(id));

        JsonElement group = (await _scim.PutAsync($"/Groups/{id}", ScimServer.Group("Test SCIMv2", second))).ShouldBe(200).Json;
        Assert.Equal(("Test SCIMv2", 1), (group.GetProperty("displayName").GetString(), group.GetProperty("members").GetArrayLength()));
        Assert.Equal(1, (await _scim.GetAsync("/Groups?startIndex=1&count=100")).Json.GetProperty("totalResults").GetInt32());
        (await _scim.DeleteAsync($"/Groups/{id}")).ShouldBe(204);
    }

    [Fact]
    public async Task A_mapped_external_id_that_is_a_GUID_is_the_id_that_access_lists_name() =>
        Assert.Equal(Guid, (await _scim.PostAsync(ScimServer.Users, User("Test", $$""", "externalId": "{{Guid}}" """))).ShouldBe(201).Json.GetProperty("id").GetString());

    private static string User(string givenName, string more = "") =>
        $$"""
        { "schemas": ["{{ScimServer.UserSchema}}"], "userName": "test.user@okta.local", "name": { "givenName": "{{givenName}}", "familyName": "User", "middleName": "" },
          "emails": [{ "primary": true, "value": "test.user@okta.local", "type": "work" }], "displayName": "Test User", "locale": "en-US", "active": true{{more}} }
        """;
}
