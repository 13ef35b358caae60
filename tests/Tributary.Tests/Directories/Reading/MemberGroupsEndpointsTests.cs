using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Reading;

public sealed class MemberGroupsEndpointsTests(DirectoryServer directory) : IClassFixture<DirectoryServer>
{
    private const string Ada = DirectoryServer.Ada;
    private const string Everybody = DirectoryServer.Everybody;
    private const string Staff = DirectoryServer.Staff;

    [Theory]
    [InlineData("/users/" + Ada + "/getMemberGroups", """{ "securityEnabledOnly": true }""", Everybody, Staff)]
    [InlineData("/users/ada@tributary.local/getMemberObjects", "{}", Everybody, Staff)]
    [InlineData("/users('" + Ada + "')/microsoft.graph.getMemberGroups", """{ "securityEnabledOnly": false }""", Everybody, Staff)]
    [InlineData("/groups/" + Staff + "/getMemberGroups", "{}", Everybody)]
    public async Task All_groups_are_told_by_their_ids(string path, string body, params string[] expected)
    {
        Answer answer = (await directory.PostAsync("/v1.0" + path, body)).ShouldBe(200);

        Assert.Equal($$"""{"@odata.context":"{{directory.Origin}}/v1.0/$metadata#Collection(Edm.String)","value":["{{string.Join("\",\"", expected)}}"]}""", answer.Body);
    }

    [Fact]
    public async Task A_user_asks_for_himself()
    {
        string token = await directory.Server.UserTokenAsync("ada", "User.Read");

        Assert.Equal(2, (await directory.Server.PostAsync("/v1.0/me/getMemberGroups", """{ "securityEnabledOnly": true }""", token)).ShouldBe(200).Json.GetProperty("value").GetArrayLength());
        (await directory.Server.PostAsync("/v1.0/me/getMemberObjects", "{}", token)).ShouldBe(200);
        (await directory.Server.PostAsync($"/v1.0/users/{DirectoryServer.Bob}/getMemberGroups", "{}", token)).ShouldBe(403, "Authorization_RequestDenied");
        (await directory.PostAsync("/v1.0/me/getMemberGroups", "{}")).ShouldBe(400, "BadRequest");
    }

    [Theory]
    [InlineData("""{ "securityEnabledOnly": 5 }""", 400, "BadRequest")]
    [InlineData("""{ "onlySecure": true }""", 400, "BadRequest")]
    [InlineData("[]", 400, "BadRequest")]
    public async Task A_body_that_is_no_such_parameter_is_refused(string body, int status, string code) =>
        (await directory.PostAsync($"/v1.0/users/{Ada}/getMemberGroups", body)).ShouldBe(status, code);

    [Fact]
    public async Task Objects_are_found_by_their_ids_in_their_order_and_those_of_other_types_left_out()
    {
        string ids = $$""" "ids": ["{{Staff}}", "{{DirectoryServer.Nobody}}", "{{Ada.ToUpperInvariant()}}", "{{Ada}}"] """;

        Assert.Equal([Staff, Ada], Paging.Ids(await directory.PostAsync("/v1.0/directoryObjects/getByIds", $$"""{ {{ids}} }""")));
        Assert.Equal([Ada], Paging.Ids(await directory.PostAsync("/beta/directoryObjects/microsoft.graph.getByIds", $$"""{ {{ids}}, "types": ["User"] }""")));
        Assert.Empty(Paging.Ids(await directory.PostAsync("/v1.0/directoryObjects/getByIds", $$"""{ {{ids}}, "types": ["device"] }""")));
        (await directory.PostAsync("/v1.0/directoryObjects/getByIds", $$"""{ {{ids}} }""", "User.Read.All")).ShouldBe(403, "Authorization_RequestDenied");
    }

    [Fact]
    public async Task Of_objects_that_are_found_by_their_ids_a_selection_is_shown()
    {
        string ids = $$"""{ "ids": ["{{Staff}}", "{{Ada}}"] }""";

        Answer selected = await directory.PostAsync("/v1.0/directoryObjects/getByIds?$select=id,displayName", ids);
        Answer members = await directory.GetAsync($"/v1.0/groups/{Staff}/members?$select=id,displayName");

        Assert.All(selected.ShouldBe(200).Json.GetProperty("value").EnumerateArray(), entity => Assert.Equal(
            ["@odata.type", "displayName", "id"], entity.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)));
        Assert.EndsWith("#directoryObjects(id,displayName)", selected.Json.GetProperty("@odata.context").GetString(), StringComparison.Ordinal);
        members.ShouldBe(200);
        Assert.Equal(
            "The query parameter '$top' is not supported.",
            (await directory.PostAsync("/v1.0/directoryObjects/getByIds?$top=1", ids)).ShouldBe(400, "BadRequest").ErrorMessage);
        Assert.Contains("'foo'", (await directory.PostAsync("/v1.0/directoryObjects/getByIds?$select=foo", ids)).ShouldBe(400, "BadRequest").ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "The number of ids must be from 1 to 1000; there are 0.")]
    [InlineData(1, null)]
    [InlineData(1000, null)]
    [InlineData(1001, "The number of ids must be from 1 to 1000; there are 1001.")]
    public async Task As_many_as_1000_ids_are_looked_up_at_once(int count, string? message)
    {
        string ids = string.Join(", ", Enumerable.Range(0, count).Select(_ => $"\"{Guid.NewGuid()}\""));

        Answer answer = await directory.PostAsync("/v1.0/directoryObjects/getByIds", $$"""{ "ids": [{{ids}}] }""");

        Assert.Equal(message, answer.Status == 200 ? null : answer.ShouldBe(400, "Request_BadRequest").ErrorMessage);
        Assert.Equal(message is null, answer.Status == 200);
        (await directory.PostAsync("/v1.0/directoryObjects/getByIds", """{ "ids": ["ada"] }""")).ShouldBe(400, "Request_BadRequest");
        (await directory.PostAsync("/v1.0/directoryObjects/getByIds", $$"""{ "ids": "{{Ada}}" }""")).ShouldBe(400);
    }
}
