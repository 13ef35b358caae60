using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Items;

public class ItemEndpointsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Acl = """[{"type":"everyone","value":"everyone","accessType":"grant"}]""";
    private const string OtherAcl = """[{"type":"user","value":"0b1dd35d-72ec-47dd-92f2-fb9c40936555","accessType":"deny"},{"type":"externalGroup","value":"night-shift_1","accessType":"grant"}]""";
    private const string Label = "a1b2c3d4-72ec-47dd-92f2-fb9c40936555";

    private TestServer Server => shared.Server;

    private string Origin => Server.Http.BaseAddress!.ToString().TrimEnd('/');

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Put_answers_200_and_the_item_and_Get_the_same_with_its_content(string version)
    {
        string id = await CreateAsync();

        Answer put = await Server.PutAsync(
            $"/{version}/external/connections/{id}/items/T1",
            $$"""
            { "@odata.type": "microsoft.graph.externalItem", "content": { "value": "Paper jam <since> 'Monday' – größer 😀", "type": "Text" },
              "acl": [ { "type": "User", "value": "0b1dd35d-72ec-47dd-92f2-fb9c40936555", "accessType": "Deny" }, { "accessType": 1, "type": "externalGroup", "value": "night-shift_1" } ],
              "informationProtectionLabel": { "sensitivityLabelId": "{{Label}}" },
              "properties": { "tags": ["b", "a", "b"], "tags@odata.type": "#Collection(String)", "TITLE": "Printer 'jam' <b>", "priority": -9223372036854775808,
                "weight": 1.50, "done": false, "modified": "2026-01-10T08:00:00+02:00", "url": null } }
            """);

        string shown = $$"""{"@odata.context":"{{Origin}}/{{version}}/$metadata#external/connections('{{id}}')/items/$entity","id":"T1","acl":{{OtherAcl}},"properties":""";
        put.ShouldBe(200);
        Assert.StartsWith(shown, put.Body, StringComparison.Ordinal);
        Assert.Equal(
            ("text", "Paper jam <since> 'Monday' – größer 😀"),
            (put.Json.GetProperty("content").GetProperty("type").GetString(), put.Json.GetProperty("content").GetProperty("value").GetString()));
        Assert.Equal(Label, put.Json.GetProperty("informationProtectionLabel").GetProperty("sensitivityLabelId").GetString());
        JsonElement properties = put.Json.GetProperty("properties");
        Assert.Equal(["b", "a", "b"], properties.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!));
        Assert.Equal("Printer 'jam' <b>", properties.GetProperty("title").GetString());
        Assert.Equal(long.MinValue, properties.GetProperty("priority").GetInt64());
        Assert.False(properties.TryGetProperty("url", out _));
        Assert.Equal(put.Body, (await Server.GetAsync($"/{version}/external/connections/{id}/items/T1")).ShouldBe(200).Body);
    }

    [Fact]
    public async Task The_simplest_item_is_echoed_exactly()
    {
        string id = await CreateAsync();

        Answer put = await Server.PutAsync($"/v1.0/external/connections/{id}/items/T1", Whole("""{"title":"t"}"""));

        Assert.Equal(
            $$$"""{"@odata.context":"{{{Origin}}}/v1.0/$metadata#external/connections('{{{id}}}')/items/$entity","id":"T1","acl":{{{Acl}}},"properties":{"title":"t"},"content":null}""",
            put.ShouldBe(200).Body);
    }

    [Fact]
    public async Task Where_a_put_keeps_nothing_both_acl_and_properties_are_required_of_an_existing_item_too()
    {
        await using TestServer server = await TestServer.StartAsync("Items:PutKeepsOmitted=false");
        await server.CreateReadyConnectionAsync();
        const string Path = "/v1.0/external/connections/contosohr/items/T1";
        (await server.PutAsync(Path, $$$"""{ "acl": {{{Acl}}}, "properties": { "title": "old" }, "content": { "type": "text", "value": "old" } }""")).ShouldBe(200);

        Assert.Equal("InvalidAcl", (await server.PutAsync(Path, """{ "properties": { "title": "new" } }""")).ShouldBe(400, "InvalidRequest").InnerCode);
        Assert.Equal("InvalidProperties", (await server.PutAsync(Path, $$"""{ "acl": {{Acl}} }""")).ShouldBe(400, "InvalidRequest").InnerCode);
        Assert.Equal("old", (await server.GetAsync(Path)).Json.GetProperty("properties").GetProperty("title").GetString());

        (await server.PutAsync(Path, Whole("""{"title":"new"}"""))).ShouldBe(200);
        Assert.Equal(JsonValueKind.Null, (await server.GetAsync(Path)).Json.GetProperty("content").ValueKind);
    }

    [Fact]
    public async Task Put_of_a_whole_item_replaces_all_of_the_earlier_one()
    {
        string id = await CreateAsync();
        await PutFullAsync(id);

        (await Server.PutAsync($"/v1.0/external/connections/{id}/items/T1", Whole("""{"ticketId":"x"}"""))).ShouldBe(200);

        await ItemIsAsync(id, Acl, """{"ticketId":"x"}""", "null", label: null);
    }

    [Theory]
    [InlineData("{}", null, null, null, true)]
    [InlineData("""{"acl":""" + Acl + "}", Acl, null, null, true)]
    [InlineData("""{"properties":{"title":"new"}}""", null, """{"title":"new"}""", null, true)]
    [InlineData("""{"content":{"type":"text","value":"new"}}""", null, null, """{"type":"text","value":"new"}""", true)]
    [InlineData("""{"content":null}""", null, null, "null", true)]
    [InlineData("""{"informationProtectionLabel":null,"acl":""" + Acl + "}", Acl, null, null, false)]
    public async Task Put_on_an_existing_item_keeps_what_is_left_out(string body, string? acl, string? properties, string? content, bool keepsLabel)
    {
        string id = await CreateAsync();
        await PutFullAsync(id);

        (await Server.PutAsync($"/v1.0/external/connections/{id}/items/T1", body)).ShouldBe(200);

        await ItemIsAsync(
            id, acl ?? OtherAcl, properties ?? """{"title":"Before"}""", content ?? """{"type":"html","value":"<p>Before</p>"}""", keepsLabel ? Label : null);
    }

    [Fact]
    public async Task A_new_item_needs_access_list_and_properties()
    {
        string id = await CreateAsync();

        Answer neither = await Server.PutAsync($"/v1.0/external/connections/{id}/items/T1", "{}");

        neither.ShouldBe(400, "InvalidRequest");
        Assert.Contains("$.acl: ", neither.Reason, StringComparison.Ordinal);
        Assert.Contains("$.properties: ", neither.Reason, StringComparison.Ordinal);
        (await Server.GetAsync($"/v1.0/external/connections/{id}/items/T1")).ShouldBe(404, "ItemNotFound");
    }

    [Fact]
    public async Task Delete_answers_204_and_then_404()
    {
        string id = await CreateAsync();
        await PutFullAsync(id);

        Answer deleted = await Server.DeleteAsync($"/v1.0/external/connections/{id}/items/T1");

        Assert.Equal("", deleted.ShouldBe(204).Body);
        Assert.Null(deleted.ContentHeaders.ContentType);
        Answer again = await Server.DeleteAsync($"/v1.0/external/connections/{id}/items/T1");
        again.ShouldBe(404, "ItemNotFound");
        Assert.Equal("ExternalItem", again.Json.GetProperty("error").GetProperty("innerError").GetProperty("source").GetString());
        (await Server.GetAsync($"/v1.0/external/connections/{id}/items/T1")).ShouldBe(404, "ItemNotFound");
    }

    [Theory]
    [InlineData("A-z_0", "A-z_0")]
    [InlineData("%41%2Dz%5F0", "A-z_0")]
    [InlineData("-", "-")]
    [InlineData("items", "items")]
    [InlineData("addActivities", "addActivities")]
    public async Task An_item_is_found_however_its_id_is_encoded(string segment, string itemId)
    {
        string id = await CreateAsync();

        Answer put = await Server.PutAsync($"/v1.0/external/connections/{id}/items/{segment}", Whole("""{"title":"t"}""", $""", "id": "{itemId}" """));

        Assert.Equal(itemId, put.ShouldBe(200).Json.GetProperty("id").GetString());
        (await Server.GetAsync($"/v1.0/external/connections('{id}')/items('{segment}')")).ShouldBe(200);
        (await Server.DeleteAsync($"/v1.0/External//CONNECTIONS/{id}/Items/{itemId}")).ShouldBe(204);
    }

    [Fact]
    public async Task An_id_of_128_characters_is_taken_and_ids_differ_in_letter_case()
    {
        string id = await CreateAsync();
        string longest = new('x', 128);

        (await Server.PutAsync($"/v1.0/external/connections/{id}/items/{longest}", Whole("""{"title":"t"}"""))).ShouldBe(200);
        (await Server.PutAsync($"/v1.0/external/connections/{id}/items/{longest.ToUpperInvariant()}", Whole("""{"title":"T"}"""))).ShouldBe(200);

        Assert.Equal("t", Title(await Server.GetAsync($"/v1.0/external/connections/{id}/items/{longest}")));
        Assert.Equal("T", Title(await Server.GetAsync($"/v1.0/external/connections/{id}/items/{longest.ToUpperInvariant()}")));
    }

    [Fact]
    public async Task A_compliance_connection_takes_text_but_no_html()
    {
        string id = shared.NewId();
        (await Server.PostAsync("/beta/external/connections", $$"""{ "id": "{{id}}", "name": "Name of {{id}}", "enabledContentExperiences": "compliance" }""")).ShouldBe(201);
        (await Server.PatchAsync($"/beta/external/connections/{id}/schema", TestServer.DefaultSchema)).ShouldBe(202);

        (await Server.PutAsync($"/v1.0/external/connections/{id}/items/T1", Whole("""{"title":"t"}""", ""","content":{"type":"text","value":"x"}"""))).ShouldBe(200);
        Assert.Equal("InvalidContent", (await Server.PutAsync($"/v1.0/external/connections/{id}/items/T1", """{"content":{"type":"html","value":"x"}}""")).ShouldBe(400).InnerCode);
    }

    [Fact]
    public async Task Characters_beyond_the_first_65536_leave_as_they_are_and_not_as_escapes()
    {
        string id = await CreateAsync();
        string body = Whole("""{"title":"t 😀 \ud83d\ude00"}""", ""","content":{"type":"text","value":"line\n😀 𝔘 \ud83d\ude00"}""");

        foreach (Answer answer in (Answer[])
            [await Server.PutAsync($"/v1.0/external/connections/{id}/items/emoji", body), await Server.GetAsync($"/v1.0/external/connections/{id}/items/emoji")])
        {
            Assert.Contains("\"t 😀 😀\"", answer.ShouldBe(200).Body, StringComparison.Ordinal);
            Assert.Contains("\"line\\n😀 𝔘 😀\"", answer.Body, StringComparison.Ordinal);
        }

        (await Server.PatchAsync($"/v1.0/external/connections/{id}", """{ "description": "about \ud83d\ude00" }""")).ShouldBe(204);
        Assert.Contains("\"about 😀\"", (await Server.GetAsync($"/v1.0/external/connections/{id}")).ShouldBe(200).Body, StringComparison.Ordinal);
    }

    // ---- bodies ----------------------------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("gzip", false)]
    [InlineData("gzip", true)]
    [InlineData("deflate", false)]
    [InlineData("br", true)]
    [InlineData("identity", false)]
    [InlineData(null, true)]
    public async Task A_body_may_be_compressed_and_chunked(string? encoding, bool isChunked)
    {
        string id = await CreateAsync();
        byte[] body = Encoding.UTF8.GetBytes(Whole("""{"title":"t"}""", $$""","content":{"type":"text","value":"{{new string('x', 90_000)}}"}"""));

        Answer answer = await SendAsync(id, Compress(body, encoding), encoding, isChunked);

        Assert.Equal(90_000, answer.ShouldBe(200).Json.GetProperty("content").GetProperty("value").GetString()!.Length);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=utf-8")]
    [InlineData("application/json;odata.metadata=minimal;IEEE754Compatible=false")]
    public async Task A_byte_order_mark_and_parameters_of_the_type_are_tolerated(string contentType)
    {
        string id = await CreateAsync();

        (await SendAsync(id, [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Whole("""{"title":"t"}"""))], contentType: contentType)).ShouldBe(200);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData("gzip", false)]
    [InlineData("gzip", true)]
    [InlineData("br", false)]
    public async Task The_limit_counts_the_bytes_of_the_decompressed_body(string? encoding, bool isChunked)
    {
        string id = await CreateAsync();

        (await SendAsync(id, Compress(BodyOf(100_000), encoding), encoding, isChunked)).ShouldBe(200);
        (await SendAsync(id, Compress(BodyOf(100_001), encoding), encoding, isChunked)).ShouldBe(413, "RequestEntityTooLarge");
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "gzip")]
    public async Task The_limit_is_30_MiB_unless_set(bool isChunked, string? encoding)
    {
        const int Limit = 31_457_280;
        await using TestServer server = await TestServer.StartAsync();
        await server.CreateReadyConnectionAsync();

        Answer taken = await SendAsync("contosohr", Compress(Padded(Limit), encoding), encoding, isChunked, server: server);
        Answer refused = await SendAsync("contosohr", Compress(Padded(Limit + 1), encoding), encoding, isChunked, server: server);

        taken.ShouldBe(200);
        Assert.Contains($"{Limit} bytes", refused.ShouldBe(413).Reason, StringComparison.Ordinal);

        static byte[] Padded(int length)
        {
            byte[] body = new byte[length];
            body.AsSpan().Fill((byte)' ');
            Encoding.UTF8.GetBytes(Whole("""{"title":"t"}""")).CopyTo(body, 0);
            return body;
        }
    }

    [Fact]
    public async Task Nesting_of_64_levels_is_read_and_refused_by_its_rule()
    {
        string id = await CreateAsync();
        string nested = string.Concat(Enumerable.Repeat("{\"x\":", 62)) + "1" + new string('}', 62);

        Assert.Equal("PropertyTypeMismatch", (await Server.PutAsync($"/v1.0/external/connections/{id}/items/T1", Whole($$"""{"title":{{nested}}}"""))).ShouldBe(400).InnerCode);
    }

    // ---- quota and deletion ----------------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task A_full_connection_takes_no_new_item_but_updates_and_deletes()
    {
        await using TestServer server = await TestServer.StartAsync("Items:MaxPerConnection=2");
        await server.CreateReadyConnectionAsync();
        const string Items = "/v1.0/external/connections/contosohr/items";
        (await server.PutAsync(Items + "/T1", Whole("""{"title":"1"}"""))).ShouldBe(200);
        Assert.Equal("ready", await StateAsync());
        (await server.PutAsync(Items + "/T2", Whole("""{"title":"2"}"""))).ShouldBe(200);

        Assert.Equal("limitExceeded", await StateAsync());
        Assert.Equal("limitExceeded", (await server.GetAsync("/v1.0/external/connections")).Json.GetProperty("value")[0].GetProperty("state").GetString());
        Assert.Equal("QuotaExceeded", (await server.PutAsync(Items + "/T3", Whole("""{"title":"3"}"""))).ShouldBe(403).InnerCode);
        (await server.PutAsync(Items + "/T2", Whole("""{"title":"two"}"""))).ShouldBe(200);
        (await server.PatchAsync("/v1.0/external/connections/contosohr/schema", """{"properties":[]}""")).ShouldBe(202);
        (await server.DeleteAsync(Items + "/T1")).ShouldBe(204);
        Assert.Equal("ready", await StateAsync());
        (await server.PutAsync(Items + "/T3", Whole("""{"title":"3"}"""))).ShouldBe(200);

        async Task<string?> StateAsync() =>
            (await server.GetAsync("/v1.0/external/connections/contosohr")).Json.GetProperty("state").GetString();
    }

    [Fact]
    public async Task Thousands_of_items_go_in_steps_and_a_connection_created_again_has_nothing_of_them()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.CreateReadyConnectionAsync();
        const string Contoso = "/v1.0/external/connections/contosohr";
        await Parallel.ForAsync(0, 1_600, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
            (await server.PutAsync($"{Contoso}/items/T{i}", Whole($$"""{"title":"secret {{i}}"}""", ""","content":{"type":"text","value":"secret"}"""))).ShouldBe(200));

        (await server.DeleteAsync(Contoso)).ShouldBe(202);
        await Eventually.HoldsAsync(() => server.GetAsync(Contoso), answer => answer.Status == 404);
        Assert.Equal("0 0 0 0 0 0 0", await RowsAsync(server));
        await server.CreateReadyConnectionAsync();

        Assert.Equal(0, (await server.GetAsync("/beta/external/connections/contosohr")).Json.GetProperty("ingestedItemsCount").GetInt64());
        (await server.GetAsync($"{Contoso}/items/T1")).ShouldBe(404, "ItemNotFound");
        (await server.DeleteAsync($"{Contoso}/items/T1")).ShouldBe(404, "ItemNotFound");
        Assert.Equal(0, (await server.SearchAsync("secret")).ShouldBe(200).Total);
    }

    // ---- at once ---------------------------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task A_put_that_meets_a_deletion_and_a_new_creation_never_lands_in_the_new_connection()
    {
        await using TestServer server = await TestServer.StartAsync();
        const string Contoso = "/v1.0/external/connections/contosohr";
        string old = Schema("old");
        await server.CreateReadyConnectionAsync(schema: old);
        using var stop = new CancellationTokenSource();
        Task<HashSet<int>>[] writers = [.. Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            var statuses = new HashSet<int>();
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                statuses.Add((await server.PutAsync($"{Contoso}/items/W{writer}x{i}", Whole("""{"old":"secret"}"""))).Status);
            }

            return statuses;
        }))];

        for (int round = 0; round < 6; round++)
        {
            await Eventually.HoldsAsync(() => CountAsync(), count => count > 0);
            (await server.DeleteAsync(Contoso)).ShouldBe(202);
            await Eventually.HoldsAsync(() => server.PostAsync("/v1.0/external/connections", """{ "id": "contosohr", "name": "Name of contosohr" }"""), answer => answer.Status == 201);
            (await server.PatchAsync(Contoso + "/schema", Schema("fresh"))).ShouldBe(202);
            Assert.Equal(0, await CountAsync());
            Assert.Equal("1 1 1 0 0 0 0", await RowsAsync(server));
            (await server.DeleteAsync(Contoso)).ShouldBe(202);
            await Eventually.HoldsAsync(() => server.PostAsync("/v1.0/external/connections", """{ "id": "contosohr", "name": "Name of contosohr" }"""), answer => answer.Status == 201);
            (await server.PatchAsync(Contoso + "/schema", old)).ShouldBe(202);
        }

        await stop.CancelAsync();
        HashSet<int>[] seen = await Task.WhenAll(writers);
        Assert.Empty(seen.SelectMany(statuses => statuses).Except([200, 400, 404]));

        async Task<long> CountAsync() =>
            (await server.GetAsync("/beta/external/connections/contosohr")).ShouldBe(200).Json.GetProperty("ingestedItemsCount") is { ValueKind: JsonValueKind.Number } count
                ? count.GetInt64()
                : 0;

        static string Schema(string property) =>
            $$"""{ "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "{{property}}", "type": "string", "isSearchable": true } ] }""";
    }

    [Fact]
    public async Task A_put_that_meets_a_change_of_the_schema_is_held_against_the_one_in_force()
    {
        string id = await CreateAsync();
        Task<int[]> puts = Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
            (await Server.PutAsync($"/v1.0/external/connections/{id}/items/T{i}", Whole("""{"title":"t","added":"a"}"""))).Status));
        Answer patch = await Server.PatchAsync($"/v1.0/external/connections/{id}/schema", """{"properties":[{"name":"added","type":"string"}]}""");

        int[] statuses = await puts;

        patch.ShouldBe(202);
        Assert.All(statuses, status => Assert.Contains(status, (int[])[200, 400]));
        Answer connection = await Server.GetAsync($"/beta/external/connections/{id}");
        Assert.Equal(statuses.Count(status => status == 200), connection.Json.GetProperty("ingestedItemsCount").GetInt64());
        (await Server.PutAsync($"/v1.0/external/connections/{id}/items/T0", Whole("""{"title":"t","added":"a"}"""))).ShouldBe(200);
    }

    private static string Whole(string properties, string more = "") => $$"""{"acl":{{Acl}},"properties":{{properties}}{{more}}}""";

    private static byte[] BodyOf(int length)
    {
        const string Start = """{"acl":""" + Acl + ""","properties":{"title":"t"},"content":{"type":"text","value":" """;
        const string End = "\"}}";
        return Encoding.UTF8.GetBytes(Start + new string('x', length - Start.Length - End.Length) + End);
    }

    private static byte[] Compress(byte[] body, string? encoding)
    {
        var output = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(output, CompressionLevel.Fastest, leaveOpen: true),
            _ => Stream.Null,
        })
        {
            stream.Write(body);
        }

        return output.Length == 0 ? body : output.ToArray();
    }

    private static string? Title(Answer item) => item.ShouldBe(200).Json.GetProperty("properties").GetProperty("title").GetString();

    /// <summary>Rows of all tables: connection, connection_schema, operation, acl, item, item_content, change.</summary>
    private static async Task<string> RowsAsync(TestServer server) => await server.Services.GetRequiredService<ISqlDatabase>().ReadAsync(
        session => string.Join(" ", ((string[])["connection", "connection_schema", "operation", "acl", "item", "item_content", "change"])
            .Select(table => session.ScalarOrNull($"SELECT count(*) FROM {table}"))),
        CancellationToken.None);

    private async Task<string> CreateAsync()
    {
        string id = shared.NewId();
        await Server.CreateReadyConnectionAsync(id);
        return id;
    }

    private async Task PutFullAsync(string id) => (await Server.PutAsync(
        $"/v1.0/external/connections/{id}/items/T1",
        $$"""{"acl":{{OtherAcl}},"properties":{"title":"Before"},"content":{"type":"html","value":"<p>Before</p>"},"informationProtectionLabel":{"sensitivityLabelId":"{{Label}}"} }""")).ShouldBe(200);

    private async Task ItemIsAsync(string id, string acl, string properties, string content, string? label)
    {
        string shownLabel = label is null ? "" : $$""","informationProtectionLabel":{"sensitivityLabelId":"{{label}}"}""";
        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections('{{id}}')/items/$entity","id":"T1","acl":{{acl}},"properties":{{properties}},"content":{{content}}{{shownLabel}}""" + "}",
            (await Server.GetAsync($"/v1.0/external/connections/{id}/items/T1")).ShouldBe(200).Body);
    }

    private async Task<Answer> SendAsync(
        string id, byte[] body, string? encoding = null, bool isChunked = false, string contentType = "application/json", TestServer? server = null)
    {
        server ??= Server;
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1.0/external/connections/{id}/items/T1")
        {
            Content = isChunked ? new StreamContent(new MemoryStream(body)) : new ByteArrayContent(body),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await server.AppTokenAsync());
        request.Headers.TransferEncodingChunked = isChunked ? true : null;
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        using HttpResponseMessage response = await server.Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
