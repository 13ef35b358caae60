using System.Text.Json;

namespace Tributary.Tests.Directories.Scim;

/// <summary>
/// What Microsoft Entra's provisioning service sends, in the shapes of its tutorial and of its list of known issues: PATCH with and without the flag
/// <c>aadOptscim062020</c>.
/// </summary>
public sealed class EntraProvisioningTests : IAsyncLifetime
{
    private const string ObjectId = "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef";
    private const string UserName = "Test_User_ab6490ee-1e48-479e-a20b-2d77186b5dd1";

    private ScimServer _scim = null!;

    public async ValueTask InitializeAsync() => _scim = await ScimServer.StartAsync();

    public ValueTask DisposeAsync() => _scim.DisposeAsync();

    [Fact]
    public async Task The_connection_is_tested_with_users_and_groups_that_are_not_there()
    {
        foreach (string question in (string[])["/Users?filter=userName eq \"non-existent user\"", "/Groups?excludedAttributes=members&filter=displayName eq \"non-existent group\""])
        {
            JsonElement list = (await _scim.GetAsync(question)).ShouldBe(200).Json;
            Assert.Equal((0, 0), (list.GetProperty("totalResults").GetInt32(), list.GetProperty("Resources").GetArrayLength()));
        }

        (await _scim.GetAsync("/Users/5171a35d82074e068ce2")).ShouldBeScim(404, null);
        (await _scim.GetAsync("/Schemas")).ShouldBe(200);
    }

    [Fact]
    public async Task A_user_is_created_found_changed_disabled_and_deleted()
    {
        string id = await CreateAsync();
        Assert.Equal(ObjectId, id);
        foreach (string filter in (string[])[$"userName eq \"{UserName}\"", $"externalId eq \"{ObjectId}\"", "emails[type eq \"work\"].value eq \"Test_User_fd0ea19b@testuser.com\""])
        {
            Assert.Equal([id], await _scim.FindAsync(ScimServer.Users, filter));
        }

        JsonElement changed = await PatchAsync(id, """
            { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "updatedEmail@microsoft.com" },
            { "op": "Replace", "path": "name.familyName", "value": "updatedFamilyName" }
            """);
        Assert.Equal("""[{"primary":true,"type":"work","value":"updatedEmail@microsoft.com"}]""", changed.GetProperty("emails").GetRawText());
        Assert.Equal("updatedFamilyName", changed.GetProperty("name").GetProperty("familyName").GetString());
        Assert.Equal("5b50642d@testuser.com", (await PatchAsync(id, """{ "op": "Replace", "path": "userName", "value": "5b50642d@testuser.com" }""")).GetProperty("userName").GetString());

        Assert.False((await PatchAsync(id, """{ "op": "Replace", "path": "active", "value": false }""")).GetProperty("active").GetBoolean());
        (await _scim.GetAsync($"/Users/{id}")).ShouldBe(200);
        (await _scim.DeleteAsync($"/Users/{id}")).ShouldBe(204);
        (await _scim.GetAsync($"/Users/{id}")).ShouldBeScim(404, null);
    }

    [Theory]
    [InlineData("""{ "op": "Replace", "path": "active", "value": "False" }""", "active", "false")]
    [InlineData("""{ "op": "replace", "path": "active", "value": false }""", "active", "false")]
    [InlineData("""{ "op": "Add", "path": "nickName", "value": "Babs" }""", "nickName", "\"Babs\"")]
    [InlineData("""{ "op": "add", "path": "nickName", "value": "Babs" }""", "nickName", "\"Babs\"")]
    [InlineData("""{ "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+1 5550100" }""", "phoneNumbers", """[{"type":"mobile","value":"+1 5550100"}]""")]
    [InlineData("""{ "op": "Add", "path": "addresses[type eq \"work\"].formatted", "value": "18/2111" }""", "addresses", """[{"type":"work","formatted":"18/2111"}]""")]
    [InlineData("""{ "op": "Add", "path": "roles[primary eq \"True\"].value", "value": "Reader" }""", "roles", """[{"primary":true,"value":"Reader"}]""")]
    [InlineData("""{ "op": "Remove", "path": "emails[type eq \"work\"].value" }""", "emails", """[{"primary":true,"type":"work"}]""")]
    [InlineData("""{ "op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": "2819c223-7f76-453a-919d-413861904646" }""", Extension, """{"manager":"2819c223-7f76-453a-919d-413861904646"}""")]
    [InlineData("""{ "op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": [ { "$ref": "http://x/Users/2819c223", "value": "2819c223" } ] }""", Extension, """{"manager":[{"$ref":"http://x/Users/2819c223","value":"2819c223"}]}""")]
    [InlineData("""{ "op": "Add", "path": "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User:tag", "value": "701984" }""", "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User", """{"tag":"701984"}""")]
    public async Task Each_form_of_a_change_is_understood(string operation, string attribute, string value) =>
        Assert.Equal(value, (await PatchAsync(await CreateAsync(), operation)).GetProperty(attribute).GetRawText());

    private const string Extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [Theory]
    [InlineData("""
        { "op": "Replace", "path": "displayName", "value": "Pvlo" }, { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "TestBcwqnm@test.microsoft.com" },
        { "op": "Replace", "path": "name.givenName", "value": "Gtfd" }, { "op": "Replace", "path": "name.familyName", "value": "Pkqf" }, { "op": "Replace", "path": "externalId", "value": "Eqpj" },
        { "op": "Replace", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber", "value": "Eqpj" }
        """)]
    [InlineData("""
        { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "TestBcwqnm@test.microsoft.com" },
        { "op": "replace", "value": { "displayName": "Pvlo", "name.givenName": "Gtfd", "name.familyName": "Pkqf", "externalId": "Eqpj",
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber": "Eqpj" } }
        """)]
    public async Task Several_attributes_are_replaced_in_either_form(string operations)
    {
        JsonElement user = await PatchAsync(await CreateAsync(), operations);

        Assert.Equal("Pvlo", user.GetProperty("displayName").GetString());
        Assert.Equal("TestBcwqnm@test.microsoft.com", user.GetProperty("emails")[0].GetProperty("value").GetString());
        Assert.Equal(("Gtfd", "Pkqf"), (user.GetProperty("name").GetProperty("givenName").GetString(), user.GetProperty("name").GetProperty("familyName").GetString()));
        Assert.Equal("Eqpj", user.GetProperty("externalId").GetString());
        Assert.Equal("Eqpj", user.GetProperty(Extension).GetProperty("employeeNumber").GetString());
    }

    [Fact]
    public async Task A_group_is_created_empty_found_renamed_filled_emptied_and_deleted()
    {
        JsonElement created = (await _scim.PostAsync(ScimServer.Groups, """
            { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
              "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159", "displayName": "displayName", "meta": { "resourceType": "Group" } }
            """)).ShouldBe(201).Json;
        string id = created.GetProperty("id").GetString()!;
        Assert.Equal("8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159", id);
        Assert.Equal(0, created.GetProperty("members").GetArrayLength());
        JsonElement found = (await _scim.GetAsync("/Groups?excludedAttributes=members&filter=displayName eq \"displayName\"")).ShouldBe(200).Json.GetProperty("Resources")[0];
        Assert.False(found.TryGetProperty("members", out _));
        string user = await CreateAsync();

        await GroupPatchAsync("""{ "op": "Replace", "path": "displayName", "value": "1879db59updatedDisplayName" }""");
        Assert.Equal([id], await _scim.FindAsync(ScimServer.Groups, "displayName eq \"1879DB59updateddisplayname\""));
        await GroupPatchAsync($$"""{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": "{{user}}" }] }""");
        Assert.Equal([user], await _scim.MembersAsync(id));

        // Whether a user is a member is asked with a filter.
        Assert.Equal([id], await _scim.FindAsync(ScimServer.Groups, $"id eq \"{id.ToUpperInvariant()}\" and members eq \"{user.ToUpperInvariant()}\""));
        Assert.Empty(await _scim.FindAsync(ScimServer.Groups, $"id eq \"{id}\" and members eq \"{id}\""));

        await GroupPatchAsync($$"""{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": "{{user}}" }] }""");
        Assert.Empty(await _scim.MembersAsync(id));
        await GroupPatchAsync($$"""{ "op": "add", "path": "members", "value": [{ "value": "{{user}}" }] }""");
        await GroupPatchAsync($$"""{ "op": "remove", "path": "members[value eq \"{{user}}\"]" }""");
        Assert.Empty(await _scim.MembersAsync(id));
        (await _scim.DeleteAsync($"/Groups/{id}")).ShouldBe(204);

        async Task GroupPatchAsync(string operation) => Assert.Equal("", (await _scim.PatchAsync($"/Groups/{id}", ScimServer.Patch(operation))).ShouldBe(204).Body);
    }

    private async Task<string> CreateAsync() => (await _scim.PostAsync(ScimServer.Users,
        $$"""
        { "schemas": ["{{ScimServer.UserSchema}}", "{{Extension}}"], "externalId": "{{ObjectId}}", "userName": "{{UserName}}", "active": true,
          "emails": [{ "primary": true, "type": "work", "value": "Test_User_fd0ea19b@testuser.com" }], "meta": { "resourceType": "User" },
          "name": { "formatted": "givenName familyName", "familyName": "familyName", "givenName": "givenName" }, "roles": [] }
        """)).ShouldBe(201).Json.GetProperty("id").GetString()!;

    private async Task<JsonElement> PatchAsync(string id, string operations) => (await _scim.PatchAsync($"/Users/{id}", ScimServer.Patch(operations))).ShouldBe(200).Json;
}
