using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Reading;

public sealed class UserEndpointsTests(DirectoryServer directory) : IClassFixture<DirectoryServer>
{
    private const string Ada = DirectoryServer.Ada;

    private const string AdaByDefault =
        $$"""
        "businessPhones":[],"displayName":"Ada Lovelace","givenName":"Ada","jobTitle":"Countess","mail":"ada@contoso.test","mobilePhone":null,"officeLocation":null,"preferredLanguage":null,"surname":"Lovelace","userPrincipalName":"ada@tributary.local","id":"{{Ada}}"}
        """;

    [Theory]
    [InlineData("/v1.0/users/" + Ada, "v1.0")]
    [InlineData("/beta/users('" + Ada + "')", "beta")]
    [InlineData("/v1.0/users/ADA@tributary.local", "v1.0")]
    [InlineData("/v1.0/Users('ada%40tributary.local')", "v1.0")]
    public async Task A_user_is_found_by_id_and_by_name_with_the_members_that_Graph_answers_by_default(string path, string version)
    {
        Answer answer = (await directory.GetAsync(path)).ShouldBe(200);

        Assert.Equal($$"""{"@odata.context":"{{directory.Origin}}/{{version}}/$metadata#users/$entity",""" + AdaByDefault, answer.Body);
    }

    [Theory]
    [InlineData("/v1.0/me")]
    [InlineData("/v1.0/users/me-token-to-replace")]
    public async Task Me_is_the_signed_in_user(string path)
    {
        Answer answer = (await directory.GetAsAdaAsync(path, "User.Read")).ShouldBe(200);

        Assert.Equal($$"""{"@odata.context":"{{directory.Origin}}/v1.0/$metadata#users/$entity",""" + AdaByDefault, answer.Body);
    }

    [Theory]
    [InlineData("/v1.0/me")]
    [InlineData("/v1.0/me/memberOf")]
    [InlineData("/beta/me/transitiveMemberOf/$count")]
    public async Task Me_is_nobody_for_an_application(string path)
    {
        Answer answer = (await directory.GetAsync(path)).ShouldBe(400, "BadRequest");

        Assert.Equal("/me request is only valid with delegated authentication flow.", answer.ErrorMessage);
    }

    [Fact]
    public async Task Select_shows_exactly_what_it_names()
    {
        Answer answer = (await directory.GetAsync($"/v1.0/users/{Ada}?$select=displayName,accountEnabled,userType,department")).ShouldBe(200);

        Assert.Equal(
            $$"""{"@odata.context":"{{directory.Origin}}/v1.0/$metadata#users(displayName,accountEnabled,userType,department)/$entity","displayName":"Ada Lovelace","accountEnabled":true,"department":"Engines","userType":"Member"}""",
            answer.Body);
        Assert.Equal("Could not find a property named 'companyName' on type 'microsoft.graph.user'.", (await directory.GetAsync("/v1.0/users?$select=companyName")).ShouldBe(400, "BadRequest").ErrorMessage);
        (await directory.GetAsync($"/v1.0/users/{Ada}?$expand=memberOf")).ShouldBe(400, "ExpandNotSupported");
    }

    [Theory]
    [InlineData("/v1.0/users/" + DirectoryServer.Nobody, DirectoryServer.Nobody)]
    [InlineData("/v1.0/users/nobody@contoso.test", "nobody@contoso.test")]
    [InlineData("/v1.0/users/nobody@contoso.test/memberOf", "nobody@contoso.test")]
    public async Task Who_is_not_there_is_404_as_the_directory_says_it(string path, string id)
    {
        Answer answer = (await directory.GetAsync(path)).ShouldBe(404, "Request_ResourceNotFound");

        Assert.Equal($"Resource '{id}' does not exist or one of its queried reference-property objects are not present.", answer.ErrorMessage);
    }

    [Theory]
    [InlineData("/v1.0/users/ada@tributary.local", 200)]
    [InlineData("/v1.0/users/bob@contoso.test", 403)]
    [InlineData("/v1.0/users/nobody@contoso.test", 403)]
    [InlineData("/v1.0/users/ada@tributary.local/memberOf", 200)]
    [InlineData("/v1.0/users/bob@contoso.test/memberOf", 403)]
    [InlineData("/v1.0/users/nobody@contoso.test/transitiveMemberOf", 403)]
    public async Task With_User_Read_alone_a_user_sees_himself_and_not_even_whether_others_are_there(string path, int status) =>
        (await directory.GetAsAdaAsync(path, "User.Read")).ShouldBe(status);

    [Fact]
    public async Task The_basic_permission_shows_basic_members_and_compares_no_others()
    {
        Answer answer = (await directory.GetAsync($"/v1.0/users/{Ada}?$select=id,displayName,jobTitle,accountEnabled,businessPhones", "User.ReadBasic.All")).ShouldBe(200);

        Assert.EndsWith(
            $$""" "businessPhones":[],"displayName":"Ada Lovelace","jobTitle":null,"id":"{{Ada}}","accountEnabled":null}""".Trim(), answer.Body, StringComparison.Ordinal);
        (await directory.GetAsync("/v1.0/users?$filter=department eq 'Engines'", "User.ReadBasic.All")).ShouldBe(403, "Authorization_RequestDenied");
        (await directory.GetAsync("/v1.0/users/$count?$filter=accountEnabled eq true", "User.ReadBasic.All")).ShouldBe(403, "Authorization_RequestDenied");
        Assert.Equal([Ada], Paging.Ids(await directory.GetAsync("/v1.0/users?$filter=surname eq 'Lovelace'", "User.ReadBasic.All")));
    }

    [Fact]
    public async Task Metadata_can_be_left_out()
    {
        Answer answer = await directory.GetAsync($"/v1.0/users/{Ada}?$format=application/json;odata.metadata=none&$select=id");

        Assert.Equal($$"""{"id":"{{Ada}}"}""", answer.ShouldBe(200).Body);
    }

    [Fact]
    public async Task Where_no_directory_is_configured_it_is_refused_by_name()
    {
        await using TestServer server = await TestServer.StartAsync("Directory:Source=Token");

        foreach (string path in (string[])["/v1.0/me", "/v1.0/users", "/v1.0/groups", "/beta/organization"])
        {
            Answer answer = (await server.GetAsync(path, await server.UserTokenAsync("admin"))).ShouldBe(501, "NotImplemented");
            Assert.Contains("Directory:Source", answer.Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/v1.0/users/x/messages", "messages")]
    [InlineData("/v1.0/me/drive", "drive")]
    [InlineData("/v1.0/groups/x/owners", "owners")]
    [InlineData("/v1.0/organization/x/branding", "branding")]
    public async Task What_is_not_served_below_these_roots_is_no_segment(string path, string segment) =>
        Assert.Equal($"Resource not found for the segment '{segment}'.", (await directory.GetAsync(path)).ShouldBe(400, "BadRequest").ErrorMessage);

    [Fact]
    public async Task Nothing_can_be_written()
    {
        (await directory.PostAsync("/v1.0/users", "{}")).ShouldBe(405);
        (await directory.PostAsync("/v1.0/groups", "{}")).ShouldBe(405);
    }
}
