using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

/// <summary>Which form of JSON an answer has, and when there is none (protocol 6.1).</summary>
public class AcceptedFormatTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Path = "/v1.0/external/connections";

    [Theory]
    [InlineData(null, "", "minimal", "false")]
    [InlineData("*/*", "", "minimal", "false")]
    [InlineData("application/*", "", "minimal", "false")]
    [InlineData("text/plain, */*", "", "minimal", "false")]
    [InlineData("text/plain, */*;q=0.1", "", "minimal", "false")]
    [InlineData("application/json", "", "minimal", "false")]
    [InlineData("APPLICATION/JSON;ODATA.METADATA=NONE", "", "none", "false")]
    [InlineData("application/json;odata.metadata=none", "", "none", "false")]
    [InlineData("application/json; odata.metadata=\"none\"", "", "none", "false")]
    [InlineData("application/json;odata.metadata=minimal", "", "minimal", "false")]
    [InlineData("application/json;odata.metadata=full", "", "minimal", "false")]
    [InlineData("application/json;odata.metadata=most", "", "minimal", "false")]
    [InlineData("application/json;odata=nometadata", "", "minimal", "false")]
    [InlineData("application/json;odata=verbose", "", "minimal", "false")]
    [InlineData("application/json;IEEE754Compatible=true", "", "minimal", "true")]
    [InlineData("application/json;IEEE754Compatible=false;odata.metadata=none", "", "none", "false")]
    [InlineData("application/json;odata.metadata=none;ieee754compatible=True", "", "none", "true")]
    [InlineData("application/json;q=0.2, application/json;odata.metadata=none;q=0.9", "", "none", "false")]
    [InlineData("*/*, application/json;odata.metadata=none;q=0.1", "", "none", "false")]
    [InlineData("no accept at all; ;", "", "minimal", "false")]
    [InlineData("application/xml", "?$format=json", "minimal", "false")]
    [InlineData("application/json;odata.metadata=none", "?format=JSON", "minimal", "false")]
    [InlineData("application/xml", "?%24FORMAT=application/json;odata.metadata=none;IEEE754Compatible=true", "none", "true")]
    public async Task The_level_asked_for_is_the_level_of_the_answer(string? accept, string query, string metadata, string ieee754)
    {
        Answer answer = await GetAsync(Path + query, accept);

        Assert.Equal(
            $"application/json; odata.metadata={metadata}; odata.streaming=true; IEEE754Compatible={ieee754}; charset=utf-8",
            answer.ShouldBe(200).ContentHeaders.ContentType!.ToString());
        Assert.Equal(metadata == "minimal", answer.Json.TryGetProperty("@odata.context", out _));
    }

    [Theory]
    [InlineData("application/xml", "")]
    [InlineData("text/plain", "")]
    [InlineData("text/*, image/png", "")]
    [InlineData("application/json;q=0", "")]
    [InlineData("*/*, application/json;q=0.0", "")]
    [InlineData("application/*;q=0, */*", "")]
    [InlineData("application/json", "?$format=xml")]
    [InlineData("application/json", "?$format=application/atom")]
    public async Task Without_JSON_there_is_406_in_JSON(string accept, string query)
    {
        Answer answer = await GetAsync(Path + query, accept);

        answer.ShouldBe(406, "notAcceptable");
        Assert.Equal("invalidAcceptType", answer.InnerCode);
        Assert.Contains(query.Length > 0 ? "$format is '" : $"Accept is '{accept}'", answer.Reason, StringComparison.Ordinal);
        Assert.Equal("application/json", answer.ContentHeaders.ContentType!.ToString());
    }

    [Fact]
    public async Task What_cannot_be_answered_is_not_done()
    {
        string id = shared.NewId();
        (await shared.Server.SendAsync(HttpMethod.Post, Path, $$"""{ "id": "{{id}}", "name": "{{id}}" }""", null, ("Accept", "application/xml"))).ShouldBe(406, "notAcceptable");

        (await shared.Server.GetAsync($"{Path}/{id}")).ShouldBe(404);
    }

    [Fact]
    public async Task The_token_comes_first()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.TryAddWithoutValidation("Accept", "application/xml");
        using HttpResponseMessage response = await shared.Server.Http.SendAsync(request);

        (await Answer.ReadAsync(response)).ShouldBe(401, "InvalidAuthenticationToken");
    }

    [Fact]
    public async Task Numbers_of_64_bits_are_text_for_who_asks()
    {
        string id = shared.NewId();
        await shared.Server.CreateReadyConnectionAsync(id);
        string item =
            """
            {"acl":[{"type":"everyone","value":"everyone","accessType":"grant"}],"properties":{"title":"5","priority":9007199254740993,"weight":1.5,"tags@odata.type":"Collection(String)","tags":["1"]}}
            """.Trim();
        Answer stored = await SendAsync(HttpMethod.Put, $"/beta/external/connections/{id}/items/T1", item);

        Answer read = await SendAsync(HttpMethod.Get, $"/beta/external/connections/{id}/items/T1");
        Answer connection = await SendAsync(HttpMethod.Get, $"/beta/external/connections/{id}?$select=ingestedItemsCount");
        Answer list = await SendAsync(HttpMethod.Get, $"/beta/external/connections?$count=true&$filter=id eq '{id}'&$select=id");

        const string Properties = "\"properties\":{\"title\":\"5\",\"priority\":\"9007199254740993\",\"weight\":1.5,\"tags@odata.type\":\"Collection(String)\",\"tags\":[\"1\"]}";
        Assert.Contains(Properties, stored.ShouldBe(200).Body, StringComparison.Ordinal);
        Assert.Contains(Properties, read.ShouldBe(200).Body, StringComparison.Ordinal);
        Assert.Equal($$"""{"id":"{{id}}","ingestedItemsCount":"1"}""", connection.ShouldBe(200).Body);
        Assert.Equal($$"""{"@odata.count":"1","value":[{"id":"{{id}}"}]}""", list.ShouldBe(200).Body);
        Assert.Contains("\"priority\":9007199254740993,", (await shared.Server.GetAsync($"/beta/external/connections/{id}/items/T1")).Body, StringComparison.Ordinal);

        Task<Answer> SendAsync(HttpMethod method, string path, string? json = null) =>
            shared.Server.SendAsync(method, path, json, null, ("Accept", "application/json;odata.metadata=none;IEEE754Compatible=true"));
    }

    private Task<Answer> GetAsync(string path, string? accept) =>
        shared.Server.SendAsync(HttpMethod.Get, path, null, null, accept is null ? [] : [("Accept", accept)]);
}
