using System.Text.Json;
using Tributary.Auth;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Reading;

public sealed class ApplicationEndpointsTests(DirectoryServer directory) : IClassFixture<DirectoryServer>
{
    private const string GraphApp = "00000003-0000-0000-c000-000000000000";
    private const string SeededApp = "a0000000-0000-4000-8000-000000000005";
    private const string Role = "Application.Read.All";

    [Theory]
    [InlineData("/v1.0/servicePrincipals?$filter=appId eq '" + GraphApp + "'")]
    [InlineData("/beta/servicePrincipals?$filter=displayName eq 'Microsoft Graph'&$top=1")]
    [InlineData("/v1.0/servicePrincipals?$filter=servicePrincipalNames/any(c:c eq 'https://graph.microsoft.com')")]
    public async Task Scripts_find_Microsoft_Graph_and_the_ids_of_its_permissions_by_their_names(string path)
    {
        JsonElement graph = (await directory.GetAsync(path, Role)).ShouldBe(200).Json.GetProperty("value")[0];

        Assert.Equal(GraphApp, graph.GetProperty("appId").GetString());
        Assert.Equal("Microsoft Graph", graph.GetProperty("displayName").GetString());
        JsonElement role = graph.GetProperty("appRoles").EnumerateArray().Single(role => role.GetProperty("value").GetString() == "ExternalItem.ReadWrite.OwnedBy");
        Assert.Equal("8116ae0f-55c2-452d-9944-d18420f5b2c8", role.GetProperty("id").GetString());
        Assert.Equal("Application", role.GetProperty("allowedMemberTypes")[0].GetString());
        JsonElement scope = graph.GetProperty("oauth2PermissionScopes").EnumerateArray().Single(scope => scope.GetProperty("value").GetString() == "User.Read");
        Assert.Equal(("e1fe6dd8-ba31-4d61-89e7-88639da4683d", "User"), (scope.GetProperty("id").GetString(), scope.GetProperty("type").GetString()));
        Assert.Equal(GraphPermissions.All.Count(row => row.DelegatedId is not null), graph.GetProperty("oauth2PermissionScopes").GetArrayLength());
        Assert.Equal(GraphPermissions.All.Count(row => row.ApplicationId is not null), graph.GetProperty("appRoles").GetArrayLength());
    }

    [Theory]
    [InlineData(GraphApp, "Microsoft Graph")]
    [InlineData(SeededApp, "With " + Role)]
    public async Task A_service_principal_is_found_by_both_of_its_keys(string appId, string name)
    {
        JsonElement byApp = (await directory.GetAsync($"/v1.0/servicePrincipals(appId='{appId}')", Role)).ShouldBe(200).Json;
        JsonElement byId = (await directory.GetAsync($"/v1.0/servicePrincipals/{byApp.GetProperty("id")}", Role)).ShouldBe(200).Json;

        Assert.Equal(byApp.GetRawText(), byId.GetRawText());
        Assert.Equal(name, byApp.GetProperty("displayName").GetString());
        Assert.Equal($"{directory.Origin}/v1.0/$metadata#servicePrincipals/$entity", byApp.GetProperty("@odata.context").GetString());
        (await directory.GetAsync($"/v1.0/servicePrincipals(appId='{DirectoryServer.Nobody}x')", Role)).ShouldBe(400, "Request_BadRequest");
        (await directory.GetAsync($"/v1.0/servicePrincipals/{DirectoryServer.Nobody}", Role)).ShouldBe(404, "Request_ResourceNotFound");
    }

    [Fact]
    public async Task An_id_is_that_of_the_applications_own_tokens()
    {
        string oid = TokenClaims.Of(await directory.Server.AppTokenAsync(SeededApp)).GetProperty("oid").GetString()!;

        Assert.Equal([oid], Paging.Ids(await directory.GetAsync($"/v1.0/servicePrincipals?$filter=appId eq '{SeededApp}'", Role)));
    }

    [Fact]
    public async Task A_list_is_of_those_whose_ids_the_filter_names()
    {
        string filter = $"appId in ('{GraphApp}', '{SeededApp}') and displayName ne 'Microsoft Graph'";

        Answer answer = await directory.GetAsync($"/v1.0/applications?$count=true&$select=appId&$filter={Uri.EscapeDataString(filter)}", Role);

        Assert.Equal($$"""{"@odata.context":"{{directory.Origin}}/v1.0/$metadata#applications(appId)","@odata.count":1,"value":[{"appId":"{{SeededApp}}"}]}""", answer.ShouldBe(200).Body);
        Assert.Equal("1", (await directory.GetAsync($"/v1.0/servicePrincipals/$count?$filter=appId eq '{SeededApp}' or appId eq 'none'", Role)).ShouldBe(200).Body);
    }

    [Theory]
    [InlineData("/v1.0/servicePrincipals")]
    [InlineData("/v1.0/servicePrincipals/$count")]
    [InlineData("/v1.0/applications?$filter=displayName eq 'x'")]
    [InlineData("/v1.0/servicePrincipals?$filter=appId eq '" + GraphApp + "' or displayName eq 'x'")]
    [InlineData("/v1.0/servicePrincipals?$filter=appId ne '" + GraphApp + "'")]
    [InlineData("/v1.0/applications/" + DirectoryServer.Nobody)]
    public async Task A_question_that_takes_a_list_of_all_applications_is_refused_by_name(string path) =>
        (await directory.GetAsync(path, Role)).ShouldBe(501, "NotImplemented");

    [Theory]
    [InlineData(100, 200)]
    [InlineData(101, 400)]
    public async Task A_filter_names_at_most_100_applications(int count, int status)
    {
        string ids = string.Join(',', Enumerable.Range(0, count).Select(i => $"'a1000000-0000-4000-8000-{i:d12}'"));

        (await directory.GetAsync($"/v1.0/applications?$top=1&$filter=appId in ({ids})", Role)).ShouldBe(status);
    }

    [Fact]
    public async Task A_registration_has_an_id_of_its_own()
    {
        Answer principal = await directory.GetAsync($"/v1.0/servicePrincipals(appId='{SeededApp}')", Role);
        Answer registration = await directory.GetAsync($"/v1.0/applications(appId='{SeededApp}')", Role);

        Assert.NotEqual(principal.ShouldBe(200).Json.GetProperty("id").GetString(), registration.ShouldBe(200).Json.GetProperty("id").GetString());
        Assert.Equal("With " + Role, registration.Json.GetProperty("displayName").GetString());
    }
}
