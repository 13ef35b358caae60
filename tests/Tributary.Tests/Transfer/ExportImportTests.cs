using System.Text.Json;
using CsCheck;
using Tributary.Cli;
using Tributary.Tests.Access;
using Tributary.Tests.Hosting;
using Tributary.Tests.Items;
using Tributary.Transfer;

namespace Tributary.Tests.Transfer;

public sealed class ExportImportTests : IAsyncLifetime
{
    private const string Everyone = """[ { "type": "everyone", "value": "everyone", "accessType": "grant" } ]""";

    private const string GenSchema =
        """
        { "baseType": "microsoft.graph.externalItem", "properties": [
          { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true },
          { "name": "priority", "type": "int64", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "rating", "type": "double", "isQueryable": true, "isRetrievable": true },
          { "name": "opened", "type": "dateTime", "isQueryable": true, "isRetrievable": true },
          { "name": "isUrgent", "type": "boolean", "isQueryable": true, "isRetrievable": true },
          { "name": "tags", "type": "stringCollection", "isQueryable": true, "isRetrievable": true },
          { "name": "counts", "type": "int64Collection", "isQueryable": true, "isRetrievable": true },
          { "name": "scores", "type": "doubleCollection", "isQueryable": true, "isRetrievable": true },
          { "name": "visits", "type": "dateTimeCollection", "isQueryable": true, "isRetrievable": true },
          { "name": "author", "type": "principal", "isRetrievable": true },
          { "name": "readers", "type": "principalCollection", "isRetrievable": true } ] }
        """;

    private readonly string _file = TransferServer.TempFile();
    private TestServer _from = null!;
    private TestServer _to = null!;

    public async ValueTask InitializeAsync()
    {
        _from = await TestServer.StartAsync(TransferServer.Settings);
        _to = await TestServer.StartAsync(TransferServer.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _from.DisposeAsync();
        await _to.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    private static string Item(string title, string acl = Everyone, string more = "") =>
        $$"""{ "acl": {{acl}}, "properties": { "title": {{JsonSerializer.Serialize(title)}} }{{more}} }""";

    private async Task PutAsync(string id, string body, string connection = "contosohr") =>
        (await _from.PutAsync($"{TransferServer.Connections}/{connection}/items/{id}", body)).ShouldBe(200);

    private async Task MakeRichConnectionAsync()
    {
        await _from.CreateReadyConnectionAsync();
        (await _from.PatchAsync("/beta/external/connections/contosohr", """{ "description": "Grüße\n😀", "contentCategory": "wikis", "activitySettings": { "urlToItemResolvers": [] } }""")).ShouldBe(204);
        (await _from.PatchAsync(
            "/beta/external/connections/contosohr/schema",
            """{ "properties": [ { "name": "late", "type": "string", "isSearchable": true, "isRetrievable": true } ] }""")).ShouldBe(202);
        (await _from.OperateAsync(HttpMethod.Patch, $"/tributary/tenants/{TestServer.Tenant}/connections/contosohr/index", """{ "language": "de" }""")).ShouldBe(200);
        string reader = (await _from.GetAsync("/v1.0/users/reader@tributary.local", await _from.UserTokenAsync("admin"))).ShouldBe(200).Json.GetProperty("id").GetString()!;
        await _from.GroupAsync("empty", []);
        await _from.GroupAsync("team", [$"user:{reader}", "externalGroup:empty", "externalGroup:later", "group:2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a01"]);
        await PutAsync("plain", Item("Vacation policy"));
        await PutAsync("denied", Item("Vacation of guests", """[ { "type": "everyone", "value": "x", "accessType": "grant" }, { "type": "everyoneExceptGuests", "value": "x", "accessType": "deny" } ]"""));
        await PutAsync("team", Item("Vacation of the team", """[ { "type": "externalGroup", "value": "team", "accessType": "grant" } ]"""));
        await PutAsync("a.~=:,b", Item("Vacation\u0000with \u2028 \"all\" \\ signs 😀", Everyone, """, "content": { "type": "html", "value": "<p>Vacation &amp; häuser</p>\r\n" }"""));
        await PutAsync("label", Item("Vacation", Everyone, """, "content": { "type": "text", "value": "" }, "informationProtectionLabel": { "sensitivityLabelId": "8f0c2e3f-0000-4000-8000-0000000000ff" }"""));
        (await _from.PostAsync(
            $"{TransferServer.Connections}/contosohr/items/plain/addActivities",
            $$"""
            { "activities": [
              { "@odata.type": "#microsoft.graph.externalConnectors.externalActivity", "type": "viewed", "startDateTime": "2026-01-10T08:00:00.1234567Z", "performedBy": { "type": "user", "id": "{{reader}}" } },
              { "@odata.type": "#microsoft.graph.externalConnectors.externalActivity", "type": "commented", "startDateTime": "2026-01-09T08:00:00+02:00", "performedBy": { "type": "user", "id": "{{reader}}" } } ] }
            """)).ShouldBe(200);
    }

    [Fact]
    public async Task A_connection_moves_to_another_server_with_everything_that_can_be_read_and_found()
    {
        await MakeRichConnectionAsync();

        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();
        await _to.ImportAsync(_file).ShouldSucceedAsync();

        Assert.Equal(await _from.DescribeAsync("contosohr"), await _to.DescribeAsync("contosohr"));
        string[] queries = ["vacation", "haus", "*", "title:team"];
        Assert.Equal(await _from.SearchAllAsync("contosohr", queries), await _to.SearchAllAsync("contosohr", queries));
        Answer language = (await _to.OperateAsync(HttpMethod.Get, $"/tributary/tenants/{TestServer.Tenant}/connections/contosohr/index")).ShouldBe(200);
        Assert.Equal("de", language.Json.GetProperty("language").GetString());

        // And lives on there as any other.
        (await _to.PutAsync($"{TransferServer.Connections}/contosohr/items/new", Item("Vacation anew"))).ShouldBe(200);
        (await _to.DeleteAsync($"{TransferServer.Connections}/contosohr/items/plain")).ShouldBe(204);
        Assert.Contains("new", (await _to.SearchAsync("vacation")).HitIds);
        Assert.DoesNotContain("plain", (await _to.SearchAsync("vacation")).HitIds);
    }

    [Fact]
    public async Task Random_connections_come_out_as_they_went_in()
    {
        var seed = PCG.Parse("0N0XIzNsQ0O2");
        for (int round = 0; round < 12; round++)
        {
            string id = $"round{round}";
            (await _from.PostAsync(TransferServer.Connections, $$"""{ "id": "{{id}}", "name": "Round {{round}}" }""")).ShouldBe(201);
            if (round > 0)
            {
                (await _from.PatchAsync($"/beta/external/connections/{id}/schema", GenSchema)).ShouldBe(202);
                for (int item = Next(seed, 40); item > 0; item--)
                {
                    (await _from.PutAsync($"/beta/external/connections/{id}/items/i{Next(seed, 30)}", ItemGen.Body.Generate(seed, null, out _))).ShouldBe(200);
                }
            }

            for (int group = Next(seed, 4); group > 0; group--)
            {
                await _from.GroupAsync($"g{group}", [.. Enumerable.Range(0, Next(seed, 5)).Select(member => $"user:0b1d2e3f-0000-4000-8000-{member:D12}")], id);
            }

            string file = _file + id;
            await _from.ExportAsync(id, file).ShouldSucceedAsync();
            await _to.ImportAsync(file).ShouldSucceedAsync();

            Assert.Equal(await _from.DescribeAsync(id), await _to.DescribeAsync(id));
            if (round > 0)
            {
                Assert.Equal(await _from.SearchAllAsync(id, "*", "isUrgent:true"), await _to.SearchAllAsync(id, "*", "isUrgent:true"));
            }
        }
    }

    private static int Next(PCG random, uint max) => (int)random.Next(max);

    [Fact]
    public async Task A_copy_takes_another_id_and_name_on_the_same_server_and_shares_nothing_with_the_original()
    {
        await MakeRichConnectionAsync();
        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();

        (int exitCode, string output, string error) = await _from.ImportAsync(_file, "--as", "copy", "--name", "A copy", "--json");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal("copy", JsonDocument.Parse(output).RootElement.GetProperty("connectionId").GetString());
        Assert.Equal("A copy", (await _from.GetAsync($"{TransferServer.Connections}/copy")).ShouldBe(200).Json.GetProperty("name").GetString());
        (await _from.DeleteAsync($"{TransferServer.Connections}/copy/items/plain")).ShouldBe(204);
        (await _from.GetAsync($"{TransferServer.Connections}/contosohr/items/plain")).ShouldBe(200);
        string[] originals = await OperationsAsync("contosohr"), copies = await OperationsAsync("copy");
        Assert.Equal(originals.Length, copies.Length);
        Assert.Empty(originals.Intersect(copies));

        async Task<string[]> OperationsAsync(string connection) =>
            [.. (await _from.AllAsync($"{TransferServer.Connections}/{connection}/operations")).Select(operation => JsonDocument.Parse(operation).RootElement.GetProperty("id").GetString()!)];
    }

    [Theory]
    [InlineData("--name", "Other", "The id 'contosohr' is taken")]
    [InlineData("--as", "other", "The name 'Name of contosohr'")]
    public async Task What_is_taken_is_refused_and_nothing_is_begun(string option, string value, string reason)
    {
        await MakeRichConnectionAsync();
        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();

        (int exitCode, _, string error) = await _from.ImportAsync(_file, option, value);

        Assert.Equal(TransferOptions.Failure, exitCode);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Empty(await ImportsAsync(_from));
    }

    [Fact]
    public async Task A_quota_that_the_file_would_pass_is_told_before_anything_is_written()
    {
        await MakeRichConnectionAsync();
        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();
        foreach ((string setting, string reason) in new[]
        {
            ("Items:MaxPerConnection=4", "The connection holds 4 items"),
            ("Items:MaxPerTenant=4", "The tenant holds 4 items"),
            ("Groups:MaxPerTenant=1", "more than 1 external groups"),
        })
        {
            await using TestServer small = await TestServer.StartAsync(setting);

            (int exitCode, _, string error) = await small.ImportAsync(_file);

            Assert.Equal(TransferOptions.Failure, exitCode);
            Assert.Contains(reason, error, StringComparison.Ordinal);
            Assert.Empty(await ImportsAsync(small));
        }

        await using TestServer enough = await TestServer.StartAsync("Items:MaxPerConnection=5", "Items:MaxPerTenant=5", "Groups:MaxPerTenant=2");
        await enough.ImportAsync(_file).ShouldSucceedAsync();
    }

    [Fact]
    public async Task Large_items_move_too()
    {
        await _from.CreateReadyConnectionAsync();
        for (int i = 0; i < 4; i++)
        {
            await PutAsync($"big{i}", Item("big", Everyone, $$""", "content": { "type": "text", "value": "{{new string((char)('a' + i), 4 * 1024 * 1024)}}" }"""));
        }

        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();
        await _to.ImportAsync(_file).ShouldSucceedAsync();

        for (int i = 0; i < 4; i++)
        {
            string item = $"{TransferServer.Connections}/contosohr/items/big{i}?$select=id,content";
            Assert.Equal(JsonOf(await _from.GetAsync(item)), JsonOf(await _to.GetAsync(item)));
        }

        static string JsonOf(Answer answer) => answer.ShouldBe(200).Json.GetProperty("content").GetRawText();
    }

    [Fact]
    public async Task Only_the_operator_may()
    {
        await _from.CreateReadyConnectionAsync();
        foreach ((HttpMethod method, string path) in new[]
        {
            (HttpMethod.Post, TransferServer.Export("contosohr")),
            (HttpMethod.Get, TransferServer.Imports),
            (HttpMethod.Post, TransferServer.Imports),
            (HttpMethod.Get, TransferServer.Imports + "/x"),
            (HttpMethod.Put, TransferServer.Imports + "/x/chunks/0"),
            (HttpMethod.Delete, TransferServer.Imports + "/x"),
        })
        {
            (await _from.SendAsync(method, path, null, await _from.AppTokenAsync())).ShouldBe(403);
            (await _from.SendAsync(method, path, null, await _from.UserTokenAsync("admin"))).ShouldBe(403);
            using var bare = new HttpRequestMessage(method, path);
            using HttpResponseMessage answer = await _from.Http.SendAsync(bare, TestContext.Current.CancellationToken);
            Assert.Equal(401, (int)answer.StatusCode);
        }

        (await _from.OperateAsync(HttpMethod.Post, TransferServer.Export("other"))).ShouldBe(404);
        (await _from.OperateAsync(HttpMethod.Get, TransferServer.Imports + "/x")).ShouldBe(404);
        (await _from.OperateAsync(HttpMethod.Delete, TransferServer.Imports + "/x")).ShouldBe(404);
    }

    [Fact]
    public async Task A_file_that_is_there_is_replaced_only_by_force()
    {
        await _from.CreateReadyConnectionAsync();
        await File.WriteAllTextAsync(_file, "mine", TestContext.Current.CancellationToken);

        (int exitCode, _, string error) = await _from.ExportAsync("contosohr", _file);
        Assert.Equal(TransferOptions.Failure, exitCode);
        Assert.Contains("--force", error, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(_file, TestContext.Current.CancellationToken));

        await _from.ExportAsync("contosohr", _file, "--force").ShouldSucceedAsync();
        await ExportFile.VerifyAsync(_file, _ => { }, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file));
        }
    }

    internal static async Task<JsonElement[]> ImportsAsync(TestServer server) =>
        [.. (await server.OperateAsync(HttpMethod.Get, TransferServer.Imports)).ShouldBe(200).Json.GetProperty("value").EnumerateArray()];
}
