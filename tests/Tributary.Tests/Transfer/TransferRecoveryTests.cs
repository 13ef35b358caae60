using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Tributary.Auth;
using Tributary.Cli;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Storage;
using Tributary.Tests.Hosting;
using Tributary.Transfer;

namespace Tributary.Tests.Transfer;

/// <summary>What goes wrong on the way: files that are damaged, connections that break, servers that restart, writers that go on.</summary>
public sealed class TransferRecoveryTests : IAsyncLifetime
{
    /// <summary>So much content that ten items fill a chunk.</summary>
    private static readonly string Filler = new('x', Chunk.TargetBytes / 10);

    private readonly string _file = TransferServer.TempFile();
    private readonly string _toData = Directory.CreateTempSubdirectory("tributary-test-").FullName;
    private TestServer _from = null!;
    private TestServer _to = null!;

    public async ValueTask InitializeAsync()
    {
        _from = await TestServer.StartAsync(TransferServer.Settings);
        _to = await TestServer.StartAsync(null, _toData, TransferServer.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _from.DisposeAsync();
        await _to.DisposeAsync();
        Directory.Delete(_toData, recursive: true);
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task PutAsync(int id, string title, string content = "") =>
        (await _from.PutAsync(
            $"{TransferServer.Connections}/contosohr/items/item{id:D4}",
            $$"""
            { "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "{{title}}", "priority": {{id}} },
              "content": { "type": "text", "value": "{{content}}" } }
            """)).ShouldBe(200);

    /// <summary>A connection of about so many chunks.</summary>
    private async Task MakeConnectionAsync(int chunks)
    {
        await _from.CreateReadyConnectionAsync();
        for (int i = 0; i < 10 * chunks; i++)
        {
            await PutAsync(i, "word", Filler);
        }
    }

    [Fact]
    public async Task A_file_that_is_damaged_cut_off_or_put_together_otherwise_is_refused_and_brings_nothing()
    {
        await MakeConnectionAsync(chunks: 3);
        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();
        byte[] whole = await File.ReadAllBytesAsync(_file, Cancellation);
        byte[] lines = await LinesAsync(_file);
        string hash = (await ExportFile.VerifyAsync(_file, _ => { }, Cancellation)).Sha256;
        var random = new Random(7);
        string broken = _file + ".broken";
        for (int i = 0; i < 40; i++)
        {
            byte[] changed = (i % 4) switch
            {
                0 => Flipped(whole, random),
                1 => whole[..random.Next(whole.Length)],
                2 => Flipped(lines, random),
                _ => WithoutOneOrInAnotherOrder(lines, random),
            };
            await File.WriteAllBytesAsync(broken, changed, Cancellation);

            // Gzip's headers have bytes that say nothing, such as a time: who changes one of these changes nothing.
            if (await HashOrNullAsync(broken) == hash)
            {
                continue;
            }

            (int exitCode, _, string error) = await _to.ImportAsync(broken);

            Assert.True(exitCode == TransferOptions.Failure, $"Change {i} was taken.");
            Assert.NotEqual("", error);
        }

        Assert.Empty(await ExportImportTests.ImportsAsync(_to));
        Assert.Empty(await _to.AllAsync(TransferServer.Connections));
    }

    private static byte[] Flipped(byte[] bytes, Random random)
    {
        byte[] changed = [.. bytes];
        changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        return changed;
    }

    private static byte[] WithoutOneOrInAnotherOrder(byte[] lines, Random random)
    {
        List<string> all = [.. Encoding.UTF8.GetString(lines).TrimEnd('\n').Split('\n')];
        int at = random.Next(all.Count);
        string line = all[at];
        all.RemoveAt(at);
        if (random.Next(2) == 0)
        {
            all.Insert(random.Next(all.Count), line);
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', all) + "\n");
    }

    private static async Task<string?> HashOrNullAsync(string file)
    {
        try
        {
            return (await ExportFile.VerifyAsync(file, _ => { }, Cancellation)).Sha256;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            return null;
        }
    }

    private static async Task<byte[]> LinesAsync(string file)
    {
        await using var gzip = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var lines = new MemoryStream();
        await gzip.CopyToAsync(lines, Cancellation);
        return lines.ToArray();
    }

    [Fact]
    public async Task Plain_lines_are_read_as_well_as_the_compressed_file()
    {
        await MakeConnectionAsync(chunks: 1);
        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();
        await File.WriteAllBytesAsync(_file + ".plain", await LinesAsync(_file), Cancellation);

        await _to.ImportAsync(_file + ".plain").ShouldSucceedAsync();

        Assert.Equal(await _from.DescribeAsync("contosohr"), await _to.DescribeAsync("contosohr"));
    }

    /// <param name="catchesUp">Whether the restarted server takes up all indexes, and so comes by the connection while it is not there yet for anybody.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_import_that_is_ended_is_seen_by_nobody_and_goes_on_after_a_restart_where_it_was(bool catchesUp)
    {
        await MakeConnectionAsync(chunks: 6);
        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();
        await SendChunksAsync(3);

        // Nobody sees it, and its id and its name are taken.
        (await _to.GetAsync($"{TransferServer.Connections}/contosohr")).ShouldBe(404);
        Assert.Empty(await _to.AllAsync(TransferServer.Connections));
        (await _to.GetAsync($"{TransferServer.Connections}/contosohr/items/item0000")).ShouldBe(404);
        Assert.Empty((await _to.SearchAsync("word")).HitIds);
        (await _to.PostAsync(TransferServer.Connections, """{ "id": "ContosoHR", "name": "Mine" }""")).ShouldBe(409);
        (await _to.PostAsync(TransferServer.Connections, """{ "id": "mine", "name": "Name of contosohr" }""")).ShouldBe(409);

        await _to.DisposeAsync();
        _to = await TestServer.StartAsync(null, _toData, [.. TransferServer.Settings, $"Nodes:CatchUp={catchesUp}"]);
        await Eventually.HoldsAsync(async () => (int)(await _to.Http.GetAsync("/health/ready", Cancellation)).StatusCode, status => status == 200);
        (int exitCode, string output, string error) = await _to.ImportAsync(_file, "--json");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(3, JsonDocument.Parse(output).RootElement.GetProperty("resumedAt").GetInt32());
        Assert.Equal(await _from.DescribeAsync("contosohr"), await _to.DescribeAsync("contosohr"));
        Assert.Equal(await _from.SearchAllAsync("contosohr", "word"), await _to.SearchAllAsync("contosohr", "word"));
    }

    [Fact]
    public async Task A_chunk_may_come_again_but_never_another_one_in_its_place()
    {
        await MakeConnectionAsync(chunks: 3);
        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();
        (string import, List<byte[]> chunks) = await SendChunksAsync(2);

        (await PutChunkAsync(import, 1, chunks[1])).ShouldBe(200);
        (await PutChunkAsync(import, 1, chunks[0])).ShouldBe(409);
        (await PutChunkAsync(import, 3, chunks[3])).ShouldBe(409);
        (await PutChunkAsync(import, 2, chunks[3])).ShouldBe(400);
        Answer damaged = (await PutChunkAsync(import, 2, Flipped(chunks[2], new Random(3)))).ShouldBe(400);
        Assert.Contains("Chunk 2 is damaged", damaged.Reason, StringComparison.Ordinal);
        Assert.Equal(2, (await _to.OperateAsync(HttpMethod.Get, $"{TransferServer.Imports}/{import}")).ShouldBe(200).Json.GetProperty("nextChunk").GetInt32());

        for (int i = 2; i < chunks.Count; i++)
        {
            (await PutChunkAsync(import, i, chunks[i])).ShouldBe(200);
        }

        // The answer to the last one may be lost as well.
        Assert.True((await PutChunkAsync(import, chunks.Count - 1, chunks[^1])).ShouldBe(200).Json.GetProperty("isComplete").GetBoolean());
        Assert.Equal(await _from.DescribeAsync("contosohr"), await _to.DescribeAsync("contosohr"));
        (await _to.OperateAsync(HttpMethod.Delete, $"{TransferServer.Imports}/{import}")).ShouldBe(404);
    }

    [Fact]
    public async Task Another_file_does_not_go_on_with_an_import_and_giving_up_frees_the_id()
    {
        await MakeConnectionAsync(chunks: 2);
        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();
        await SendChunksAsync(1);
        await PutAsync(1, "changed");
        await _from.ExportAsync("contosohr", _file, "--force").ShouldSucceedAsync();

        (int exitCode, _, string error) = await _to.ImportAsync(_file);
        Assert.Equal(TransferOptions.Failure, exitCode);
        Assert.Contains("is being imported from another file", error, StringComparison.Ordinal);

        await _to.ImportAsync(_file, "--abort").ShouldSucceedAsync();
        Assert.Empty(await ExportImportTests.ImportsAsync(_to));
        await Eventually.IsTrueAsync(async () => (await _to.ImportAsync(_file)).ExitCode == 0, "The id is free again");
        Assert.Equal(await _from.DescribeAsync("contosohr"), await _to.DescribeAsync("contosohr"));
    }

    [Theory]
    [InlineData("""{"item":{"id":"x","acl":[{"type":"everyone","value":"x","accessType":"grant"}],"properties":{"nothing":"a"}}}""", "Record 1 of chunk 1, item 'x', is not valid: $.properties", "nothing")]
    [InlineData("""{"item":{"id":"a b","acl":[],"properties":{"title":"a"}}}""", "Record 1 of chunk 1 is an item without an id", null)]
    [InlineData("""{"group":{"id":"g"},"members":[{"type":"user","id":"nobody"}]}""", "Record 1 of chunk 1 is not valid: $.members[0].id", "nobody")]
    [InlineData("""{"group":{"id":"g"},"member":[]}""", "Record 1 of chunk 1 has a member 'member'", null)]
    [InlineData("""{"something":1}""", "Record 1 of chunk 1 is 'something'", null)]
    [InlineData("""{"item":""", "Record 1 of chunk 1 is not valid: no JSON at byte", null)]
    [InlineData("""{"connection":{"state":"ready"}}""", "Record 1 of chunk 1 is not valid", null)]
    [InlineData("""{"export":{}}""", "Record 1 of chunk 1 is a second 'export'", null)]
    public async Task A_record_that_nobody_could_have_exported_is_refused_by_its_number(string record, string reason, string? more)
    {
        await MakeConnectionAsync(chunks: 1);
        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();
        (string import, List<byte[]> chunks) = await SendChunksAsync(1);
        ChunkEnd before = Chunk.EndOrNull(chunks[0])!;
        var writer = new Chunk.Writer(before);
        writer.Add(json => json.WriteRawValue("""{"next":null}"""));
        writer.Add(json => json.WriteRawValue(record, skipInputValidation: true));

        Answer answer = (await PutChunkAsync(import, 1, writer.End().ToArray())).ShouldBe(400);

        Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
        Assert.Contains(more ?? "", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_that_broke_off_goes_on_behind_its_last_whole_chunk()
    {
        await MakeConnectionAsync(chunks: 6);
        string export = await BreakOffAsync(chunks: 3);
        await PutAsync(0, "changed");
        (await _from.DeleteAsync($"{TransferServer.Connections}/contosohr/items/item0001")).ShouldBe(204);

        // What it has still to read is not pruned, however far the indexes are.
        StoredConnection connection = (await _from.Services.GetRequiredService<IConnectionStore>().FindOrNullAsync(TestServer.Tenant, "contosohr", Cancellation))!;
        await _from.Services.GetRequiredService<IChangeFeed>().PruneAsync(connection.Key, connection.LastChange, int.MaxValue, Cancellation);
        Assert.Equal(2, await CountAsync("SELECT count(*) FROM change"));

        // Nor is anything else forgotten: settings, the schema before the items that need it, groups, activities.
        string path = $"{TransferServer.Connections}/contosohr";
        (await _from.PatchAsync(path, """{ "name": "Renamed meanwhile" }""")).ShouldBe(204);
        (await _from.PatchAsync(
            path.Replace("v1.0", "beta", StringComparison.Ordinal) + "/schema",
            """{ "properties": [ { "name": "late", "type": "string", "isRetrievable": true } ] }""")).ShouldBe(202);
        (await _from.PutAsync(
            path + "/items/zlate",
            """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "late": "later" } }""")).ShouldBe(200);
        (await _from.PostAsync(path + "/groups", """{ "id": "late" }""")).ShouldBe(201);
        string reader = (await _from.GetAsync("/v1.0/users/reader@tributary.local", await _from.UserTokenAsync("admin"))).ShouldBe(200).Json.GetProperty("id").GetString()!;
        (await _from.PostAsync(
            path + "/items/item0002/addActivities",
            $$"""
            { "activities": [ { "@odata.type": "#microsoft.graph.externalConnectors.externalActivity", "type": "viewed", "startDateTime": "2026-01-10T08:00:00Z",
              "performedBy": { "type": "user", "id": "{{reader}}" } } ] }
            """)).ShouldBe(200);

        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();

        Assert.Equal(export, (await ExportFile.VerifyAsync(_file, _ => { }, Cancellation)).Header.Id);
        Assert.False(File.Exists(_file + ExportFile.PartSuffix));
        await _to.ImportAsync(_file).ShouldSucceedAsync();
        Assert.Equal(await _from.DescribeAsync("contosohr"), await _to.DescribeAsync("contosohr"));
    }

    [Fact]
    public async Task Connections_that_break_are_gone_on_with_by_the_commands_themselves()
    {
        await MakeConnectionAsync(chunks: 8);
        string export;
        await using (var proxy = new CuttingProxy(_from.Http.BaseAddress!, cuts: 2, bytes: 5 * Chunk.TargetBytes / 2))
        {
            await TransferServer.RunAsync(ExportCommand.Create(), Cancellation, ["contosohr", _file, "--url", proxy.Url, "--data", _from.Data]).ShouldSucceedAsync();
            Assert.True(proxy.CutsLeft <= 0, "Nothing was cut.");
            export = (await ExportFile.VerifyAsync(_file, _ => { }, Cancellation)).Header.Id;
        }

        Assert.NotEqual("", export);
        await using (var proxy = new CuttingProxy(_to.Http.BaseAddress!, cuts: 2, bytes: 5 * Chunk.TargetBytes / 2))
        {
            await TransferServer.RunAsync(ImportCommand.Create(), Cancellation, [_file, "--url", proxy.Url, "--data", _to.Data]).ShouldSucceedAsync();
            Assert.True(proxy.CutsLeft <= 0, "Nothing was cut.");
        }

        Assert.Equal(await _from.DescribeAsync("contosohr"), await _to.DescribeAsync("contosohr"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_says_no_is_told_in_a_sentence()
    {
        await _from.CreateReadyConnectionAsync();
        (int exitCode, _, string error) = await _from.ExportAsync("nothing", _file);
        Assert.Equal((TransferOptions.Failure, "The server answered 404: 'Connection' was not found."), (exitCode, error.TrimEnd()));

        (exitCode, _, error) = await TransferServer.RunAsync(ExportCommand.Create(), Cancellation, "contosohr", _file, "--url", "ftp://x", "--data", _from.Data);
        Assert.Equal(TransferOptions.Failure, exitCode);
        Assert.Contains("'ftp://x' is no http or https address", error, StringComparison.Ordinal);

        (exitCode, _, error) = await TransferServer.RunAsync(ExportCommand.Create(), Cancellation, "contosohr", _file, "--data", _toData + "-none");
        Assert.Equal(TransferOptions.Failure, exitCode);
        Assert.Contains("There is no operator.key", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_that_is_not_heard_of_for_too_long_begins_anew_and_keeps_no_changes()
    {
        await _from.DisposeAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        _from = await TestServer.StartAsync(time, null, [.. TransferServer.Settings, "Auth:Development:TokenLifetime=1.00:00:00"]);
        await MakeConnectionAsync(chunks: 3);
        string export = await BreakOffAsync(chunks: 2);
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM connection_export"));
        (await _from.PostAsync($"{TransferServer.Connections}/contosohr/groups", """{ "id": "team" }""")).ShouldBe(201);
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM external_group_change"));

        time.Advance(ExportStream.Lease + TimeSpan.FromMinutes(2));
        await Eventually.IsTrueAsync(async () => await CountAsync("SELECT (SELECT count(*) FROM connection_export) + (SELECT count(*) FROM external_group_change)") == 0, "It is let go");

        await _from.ExportAsync("contosohr", _file).ShouldSucceedAsync();
        Assert.NotEqual(export, (await ExportFile.VerifyAsync(_file, _ => { }, Cancellation)).Header.Id);

        // One that is complete is kept a moment longer, for a client to which its end was lost.
        await Eventually.IsTrueAsync(
            async () =>
            {
                // The server may set that moment only when the client has all of it.
                time.Advance(TimeSpan.FromMinutes(1));
                return await CountAsync("SELECT count(*) FROM connection_export") == 0;
            },
            "It is let go");
    }

    private async Task<long> CountAsync(string sql) =>
        await _from.Services.GetRequiredService<ISqlDatabase>().ReadAsync(session => session.ScalarOrNull(sql) ?? 0, Cancellation);

    [Fact]
    public async Task What_is_written_meanwhile_is_in_it_up_to_one_moment_and_not_beyond()
    {
        await _from.CreateReadyConnectionAsync();
        for (int i = 0; i < Cells; i++)
        {
            await PutAsync(i, "0", Filler);
        }

        using var stop = new CancellationTokenSource();
        var counter = new Counter();
        Task writing = WriteAsync(counter, stop.Token);
        for (int round = 0; round < 5 || (counter.Done < 100 && round < 50); round++)
        {
            int first = counter.Done;
            await _from.ExportAsync("contosohr", _file + round).ShouldSucceedAsync();
            int last = counter.Done + 1;
            string id = "round" + round;
            await _to.ImportAsync(_file + round, "--as", id, "--name", id).ShouldSucceedAsync();
            string state = await StateAsync(_to, id);
            Assert.True(
                Enumerable.Range(first, last - first + 1).Any(write => StateAfter(write) == state),
                $"The state is that after none of the writes {first} to {last}: {state}");
        }

        await stop.CancelAsync();
        await writing;
        Assert.True(counter.Done >= 100, $"Only {counter.Done} writes were made meanwhile.");
    }

    private const int Cells = 30;

    /// <summary>One write after the other, items and groups, each a function of its number.</summary>
    private async Task WriteAsync(Counter counter, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            int write = counter.Done + 1;
            switch (write % 4)
            {
                case 0:
                    Answer created = await _from.PostAsync($"{TransferServer.Connections}/contosohr/groups", $$"""{ "id": "g{{write / 4 % 7}}" }""");
                    if (created.Status == 409)
                    {
                        (await _from.DeleteAsync($"{TransferServer.Connections}/contosohr/groups/g{write / 4 % 7}")).ShouldBe(204);
                    }

                    break;
                case 1:
                    await _from.DeleteAsync($"{TransferServer.Connections}/contosohr/items/item{write % Cells:D4}");
                    break;
                default:
                    await PutAsync(write % Cells, $"{write}");
                    break;
            }

            counter.Done = write;
        }
    }

    private static string StateAfter(int writes)
    {
        var items = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var groups = new SortedSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < Cells; i++)
        {
            items[$"item{i:D4}"] = "0";
        }

        for (int write = 1; write <= writes; write++)
        {
            string group = $"g{write / 4 % 7}";
            _ = (write % 4) switch
            {
                0 => groups.Remove(group) || groups.Add(group),
                1 => items.Remove($"item{write % Cells:D4}"),
                _ => (items[$"item{write % Cells:D4}"] = $"{write}") is not null,
            };
        }

        return string.Join(' ', items.Select(item => $"{item.Key}={item.Value}")) + " " + string.Join(' ', groups);
    }

    private static async Task<string> StateAsync(TestServer server, string connection)
    {
        string path = $"{TransferServer.Connections}/{connection}";
        IEnumerable<JsonElement> items = (await server.AllAsync(path + "/items?$top=100")).Select(item => JsonDocument.Parse(item).RootElement);
        IEnumerable<JsonElement> groups = (await server.AllAsync(path + "/groups")).Select(group => JsonDocument.Parse(group).RootElement);
        return string.Join(' ', items.Select(item => $"{item.GetProperty("id")}={item.GetProperty("properties").GetProperty("title")}"))
            + " " + string.Join(' ', groups.Select(group => group.GetProperty("id").GetString()));
    }

    private sealed class Counter
    {
        private volatile int _done;

        public int Done { get => _done; set => _done = value; }
    }

    /// <summary>Takes the first chunks of an export and breaks off in the middle of the next, as a client that is killed does; returns the export's id.</summary>
    private async Task<string> BreakOffAsync(int chunks)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, TransferServer.Export("contosohr"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", OperatorKey.Read(_from.Data));
        using HttpResponseMessage response = await _from.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        response.EnsureSuccessStatusCode();
        Stream body = await response.Content.ReadAsStreamAsync(Cancellation);
        await using FileStream part = File.Create(_file + ExportFile.PartSuffix);
        await using var reader = new ChunkReader(body, previous: null);
        string export = "";
        for (int i = 0; i < chunks; i++)
        {
            Chunk chunk = (await reader.ReadOrNullAsync(Cancellation))!;
            export = i == 0 ? ExportFile.ReadHeader(chunk).Id : export;
            await part.WriteAsync(chunk.Bytes, Cancellation);
        }

        await part.WriteAsync("""{"item":{"id":"it"""u8.ToArray(), Cancellation);
        return export;
    }

    private async Task<(string Import, List<byte[]> Chunks)> SendChunksAsync(int count)
    {
        ImportRequest request = await ExportFile.VerifyAsync(_file, _ => { }, Cancellation);
        Answer begun = (await _to.OperateAsync(HttpMethod.Post, TransferServer.Imports, JsonSerializer.Serialize(request, TransferJson.Default.ImportRequest))).ShouldBe(201);
        string import = begun.Json.GetProperty("id").GetString()!;
        var chunks = new List<byte[]>();
        await using ChunkReader reader = ExportFile.Open(_file, out _);
        while (await reader.ReadOrNullAsync(Cancellation) is { } chunk)
        {
            chunks.Add(chunk.Bytes.ToArray());
        }

        for (int i = 0; i < count; i++)
        {
            (await PutChunkAsync(import, i, chunks[i])).ShouldBe(200);
        }

        return (import, chunks);
    }

    private Task<Answer> PutChunkAsync(string import, int number, byte[] chunk) => _to.SendAsync(
        HttpMethod.Put,
        $"{TransferServer.Imports}/{import}/chunks/{number}",
        Encoding.UTF8.GetString(chunk),
        OperatorKey.Read(_to.Data),
        ("Content-Type", Chunk.MediaType));
}
