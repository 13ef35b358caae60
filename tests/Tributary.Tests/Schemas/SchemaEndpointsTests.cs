using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Schemas;

public class SchemaEndpointsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Body =
        """
        { "baseType": "Microsoft.Graph.ExternalItem", "properties": [
          { "name": "title", "type": "String", "isSearchable": "true", "isRetrievable": true, "labels": ["Title"], "aliases": "headline" },
          { "name": "icon", "type": "string", "isRetrievable": true, "labels": ["iconUrl"], "description": "Where the icon is" } ] }
        """;

    private TestServer Server => shared.Server;

    private string Origin => Server.Http.BaseAddress!.ToString().TrimEnd('/');

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Patch_answers_202_without_body_and_says_where_its_operation_is(string version)
    {
        string id = await CreateAsync();

        Answer answer = await Server.PatchAsync($"/{version}/external/connections/{id}/schema", Body);

        answer.ShouldBe(202);
        Assert.Equal("", answer.Body);
        Assert.Equal(0, answer.ContentHeaders.ContentLength);
        Assert.Null(answer.ContentHeaders.ContentType);
        string location = answer.Headers.Location!.ToString();
        Assert.Matches($@"^{Origin}/{version.Replace(".", @"\.", StringComparison.Ordinal)}/external/connections/{id}/operations/1\.local\.[0-9a-f]{{32}}\.[0-9a-f]{{32}}$", location);
        Answer operation = await Server.GetAsync(answer.Headers.Location!.AbsolutePath);
        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/{{version}}/$metadata#external/connections('{{id}}')/operations/$entity","id":"{{location.Split('/')[^1]}}","status":"completed","error":null}""",
            operation.ShouldBe(200).Body);
        Assert.Equal("ready", await StateAsync(id));
    }

    [Theory]
    [InlineData(Body, 202)]
    [InlineData("baseType=microsoft.graph.externalItem", 400)]
    public async Task Json_that_is_called_a_form_is_taken_as_a_command_line_sends_it_and_a_form_is_not(string body, int status)
    {
        string id = await CreateAsync();
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/v1.0/external/connections/{id}/schema")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Server.AppTokenAsync());
        using HttpResponseMessage response = await Server.Http.SendAsync(request);

        (await Answer.ReadAsync(response)).ShouldBe(status);
        Assert.Equal(status == 202 ? "ready" : "draft", await StateAsync(id));
    }

    [Fact]
    public async Task Get_answers_the_schema_whole_as_each_version_has_it()
    {
        string id = await CreateAsync();
        (await Server.PatchAsync($"/v1.0/external/connections/{id}/schema", Body)).ShouldBe(202);

        Answer v1 = await Server.GetAsync($"/v1.0/external/connections/{id}/schema");
        Answer beta = await Server.SendAsync(
            HttpMethod.Get, $"/beta/external/connections/{id}/schema", null, null, ("Prefer", "include-unknown-enum-members"));

        Assert.False(v1.Headers.Contains("Preference-Applied"));
        Assert.Equal("include-unknown-enum-members", beta.Headers.GetValues("Preference-Applied").Single());
        Assert.Equal(["unknownFutureValue"], Labels(v1));
        Assert.Equal(["iconUrl"], Labels(beta));
        Assert.StartsWith(
            $$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections('{{id}}')/schema/$entity","baseType":"microsoft.graph.externalItem","properties":[{"name":"title","type":"string",""",
            v1.ShouldBe(200).Body,
            StringComparison.Ordinal);
        JsonElement title = v1.Json.GetProperty("properties")[0];
        Assert.Equal(["title"], title.GetProperty("labels").EnumerateArray().Select(label => label.GetString()!));
        Assert.Equal(["headline"], title.GetProperty("aliases").EnumerateArray().Select(alias => alias.GetString()!));
        Assert.Equal(
            [true, false, true, false],
            ((string[])["isSearchable", "isQueryable", "isRetrievable", "isRefinable"]).Select(flag => title.GetProperty(flag).GetBoolean()));
        Assert.False(title.TryGetProperty("isExactMatchRequired", out _));
        Assert.False(beta.Json.GetProperty("properties")[0].GetProperty("isExactMatchRequired").GetBoolean());

        static IEnumerable<string> Labels(Answer answer) =>
            answer.Json.GetProperty("properties")[1].GetProperty("labels").EnumerateArray().Select(label => label.GetString()!);
    }

    [Fact]
    public async Task Post_answers_201_with_the_schema_and_202_to_who_prefers_not_to_wait()
    {
        string first = await CreateAsync();
        string second = await CreateAsync();

        Answer waited = await Server.PostAsync($"/v1.0/external/connections/{first}/schema", Body);
        Answer preferred = await Server.SendAsync(HttpMethod.Post, $"/v1.0/external/connections/{second}/schema", Body, null, ("Prefer", "respond-async"));

        Assert.Equal((await Server.GetAsync($"/v1.0/external/connections/{first}/schema")).Body, waited.ShouldBe(201).Body);
        Assert.Equal("", preferred.ShouldBe(202).Body);
        Assert.Contains($"/external/connections/{second}/operations/", preferred.Headers.Location!.AbsolutePath, StringComparison.Ordinal);
        (await Server.PostAsync($"/v1.0/external/connections/{second}/schema", Body)).ShouldBe(409, "NameAlreadyExists");
    }

    [Fact]
    public async Task Get_before_any_schema_is_404_of_the_schema()
    {
        string id = await CreateAsync();

        Answer answer = await Server.GetAsync($"/v1.0/external/connections/{id}/schema");

        answer.ShouldBe(404, "ItemNotFound");
        Assert.Equal("Schema", answer.Json.GetProperty("error").GetProperty("innerError").GetProperty("source").GetString());
        Assert.Equal("'Schema' was not found.", answer.Reason);
    }

    [Fact]
    public async Task An_update_merges_by_name_and_gets_an_operation_of_its_own()
    {
        string id = await CreateAsync();
        string first = (await Server.PatchAsync($"/v1.0/external/connections/{id}/schema", Body)).ShouldBe(202).Headers.Location!.AbsolutePath;

        Answer second = await Server.PatchAsync(
            $"/v1.0/external/connections/{id}/schema", """{ "properties": [ { "name": "TITLE", "isQueryable": true }, { "name": "size", "type": "int64" } ] }""");
        Answer nothing = await Server.PatchAsync($"/v1.0/external/connections/{id}/schema", Body);

        Assert.NotEqual(first, second.ShouldBe(202).Headers.Location!.AbsolutePath);
        nothing.ShouldBe(202);
        Answer schema = await Server.GetAsync($"/v1.0/external/connections/{id}/schema");
        Assert.Equal(["title", "icon", "size"], schema.Json.GetProperty("properties").EnumerateArray().Select(property => property.GetProperty("name").GetString()!));
        Assert.True(schema.Json.GetProperty("properties")[0].GetProperty("isQueryable").GetBoolean());
        (await Server.GetAsync(first)).ShouldBe(200);
    }

    [Fact]
    public async Task All_128_properties_are_taken_and_all_violations_told_at_once()
    {
        string id = await CreateAsync();
        string good = string.Join(',', Enumerable.Range(0, 128).Select(i => $$"""{ "name": "p{{i}}x{{new string('y', 32 - 2 - $"{i}".Length)}}", "type": "string", "description": "{{new string('d', 200)}}" }"""));

        Answer refused = await Server.PatchAsync(
            $"/v1.0/external/connections/{id}/schema",
            """{ "baseType": "x", "properties": [ { "name": "a b", "type": "string" }, { "name": "n", "type": "int64", "isSearchable": true }, { "name": "b", "type": "boolean", "isRefinable": true } ] }""");
        Answer taken = await Server.PatchAsync($"/v1.0/external/connections/{id}/schema", $$"""{ "baseType": "microsoft.graph.externalItem", "properties": [{{good}}] }""");

        refused.ShouldBe(400, "InvalidRequest");
        foreach (string path in (string[])["$.baseType: ", "$.properties[0].name: ", "$.properties[1].isSearchable: ", "$.properties[2].isRefinable: "])
        {
            Assert.Contains(path, refused.Reason, StringComparison.Ordinal);
        }

        taken.ShouldBe(202);
    }

    [Fact]
    public async Task An_operation_is_known_to_its_own_connection_only()
    {
        string id = await CreateAsync();
        string other = await CreateAsync();
        string operation = (await Server.PatchAsync($"/v1.0/external/connections/{id}/schema", Body)).ShouldBe(202).Headers.Location!.AbsolutePath;

        (await Server.GetAsync(operation.Replace(id, other, StringComparison.Ordinal))).ShouldBe(404, "ItemNotFound");
        (await Server.GetAsync(operation + "0")).ShouldBe(404, "ItemNotFound");
        (await Server.GetAsync(operation)).ShouldBe(200);
    }

    [Fact]
    public async Task Of_updates_at_once_none_is_lost()
    {
        string id = await CreateAsync();
        (await Server.PatchAsync($"/v1.0/external/connections/{id}/schema", Body)).ShouldBe(202);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            Server.PatchAsync($"/v1.0/external/connections/{id}/schema", $$"""{ "properties": [ { "name": "added{{i}}", "type": "string" } ] }""")));

        Assert.All(answers, answer => answer.ShouldBe(202));
        Assert.Equal(14, (await Server.GetAsync($"/v1.0/external/connections/{id}/schema")).Json.GetProperty("properties").GetArrayLength());
    }

    private async Task<string> CreateAsync()
    {
        string id = shared.NewId();
        (await Server.PostAsync("/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "Name of {{id}}" }""")).ShouldBe(201);
        return id;
    }

    private async Task<string?> StateAsync(string id) => (await Server.GetAsync($"/v1.0/external/connections/{id}")).Json.GetProperty("state").GetString();
}
