using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Directories.Seed;
using Tributary.Groups;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Operations;
using Tributary.Tests.Access;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;
using Tributary.Tests.Transfer;
using Tributary.Transfer;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>A connection from its creation to its end, with everything that can be done with it and what it holds.</summary>
internal sealed class WholeLife(TestServer server, string connection, string folder)
{
    public static readonly string[] Settings = [.. TransferServer.Settings, "Access:History:Retention=7.00:00:00", "Indexing:CommitInterval=00:00:00.050"];

    private const string OfGroup = """[ { "type": "externalGroup", "value": "team", "accessType": "grant" } ]""";

    private static readonly string Reader = SeedDirectory.OfDevelopment(TestServer.Tenant).FindUserOrNull("reader@tributary.local")!.Entry.Id;

    private readonly string _path = $"{TransferServer.Connections}/{connection}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task RunAsync()
    {
        await server.CreateReadyConnectionAsync(connection);
        ConnectionKey key = await KeyAsync();
        await GroupsAsync();
        await ItemsAsync();
        await ReadAsync(key);
        await AccessAsync();
        await FeedAsync(key);
        ImportRequest exported = await ExportAsync();
        await DeleteAsync();
        await ImportAsync(exported);
        await DeleteAsync();
    }

    private async Task GroupsAsync()
    {
        await server.GroupAsync("team", [$"user:{Reader}", "externalGroup:inner"], connection);
        await server.GroupAsync("gone", [$"user:{Reader}"], connection);
        (await server.PatchAsync($"{_path}/groups/team", """{ "displayName": "Team" }""")).ShouldBe(204);
        (await server.DeleteAsync($"{_path}/groups/team/members/inner")).ShouldBe(204);
        (await server.DeleteAsync($"{_path}/groups/gone")).ShouldBe(204);
        await server.AllAsync(_path + "/groups");
        await server.AllAsync(_path + "/groups/team/members");
    }

    private async Task ItemsAsync()
    {
        // At once, so that the writer looks for many together.
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => PutAsync($"item{i:D2}", "word", i % 2 == 0 ? SearchServer.Everyone : OfGroup, i % 4 == 0 ? null : "long words of it")));
        await PutAsync("item01", "other", OfGroup, "changed");
        await PutAsync("item02", "other", OfGroup, content: null);
        (await server.PatchAsync(ItemPath("item05"), $$"""{ "acl": {{SearchServer.Everyone}} }""")).ShouldBe(200);
        (await server.DeleteAsync(ItemPath("item03"))).ShouldBe(204);

        // A list that nobody uses any more.
        await PutAsync("item04", "word", $$"""[ { "type": "user", "value": "{{Reader}}", "accessType": "grant" } ]""", content: null);
        await PutAsync("item04", "word", OfGroup, content: null);
        string viewed = $$"""{ "activities": [ { "@odata.type": "#microsoft.graph.externalConnectors.externalActivity", "type": "viewed", "startDateTime": "2026-01-02T03:04:05Z", "performedBy": { "type": "user", "id": "{{Reader}}" } } ] }""";
        (await server.PostAsync(ItemPath("item01") + "/addActivities", viewed)).ShouldBe(200);
    }

    private async Task ReadAsync(ConnectionKey key)
    {
        (await server.GetAsync(ItemPath("item01"))).ShouldBe(200);
        await server.AllAsync(_path + "/items");
        await server.FindAsync(connection, "word");
        await server.FindAsync(connection, "long");
        IItemStore items = server.Services.GetRequiredService<IItemStore>();
        await items.ListAsync(key, "", 10, long.MaxValue, withContent: false, Token);
        await items.ListAsync(key, "", 10, long.MaxValue, withContent: true, Token);
        await items.ReadHitsAsync([(key, ["item01", "item02"])], long.MaxValue, Token);
        await items.ReadContentsAsync(key, ["item01", "item02"], 1000, 1000, Token);
        await items.HasChangedAsync(key, "item01", 1, Token);
        await server.Services.GetRequiredService<IActivityStore>().ListAsync(key, "item01", Token);
    }

    private async Task AccessAsync()
    {
        (await server.ExplainAsync(AccessServer.Ask(Reader, "item01", connection: connection))).ShouldBe(200);
        (await server.ExplainAsync(AccessServer.Ask(Reader, "item01", AccessServer.Moved("remove", $"user:{Reader}", "externalGroup:team"), connection))).ShouldBe(200);
        (await server.ExplainAsync(AccessServer.Ask(Reader, "item01", $$""", "asOf": "{{DateTimeOffset.UtcNow.AddMilliseconds(-1):O}}" """, connection))).ShouldBe(200);
    }

    private async Task FeedAsync(ConnectionKey key)
    {
        IChangeFeed feed = server.Services.GetRequiredService<IChangeFeed>();
        await feed.ReadChangesAsync(key, 0, 100, Token);
        await feed.ReadItemsAsync(key, "", 100, Token);
        await feed.ReadAclsAsync(key, 0, 100, Token);
        FeedPosition end = (await feed.FindPositionOrNullAsync(key, Token))!.Value;
        await feed.PruneAsync(key, end.Last, 1000, Token);
        await feed.RemoveUnusedAclsAsync(key, 100, Token);
    }

    private async Task<ImportRequest> ExportAsync()
    {
        string file = Path.Combine(folder, connection);
        await server.ExportAsync(connection, file).ShouldSucceedAsync();
        return await ExportFile.VerifyAsync(file, _ => { }, Token);
    }

    private async Task DeleteAsync()
    {
        (await server.DeleteAsync(_path)).ShouldBe(202);
        await Eventually.HoldsAsync(async () => (await server.GetAsync(_path)).Status, status => status == 404);
    }

    /// <summary>The whole file, and another import whose items come, change and go again while they are exported.</summary>
    private async Task ImportAsync(ImportRequest request)
    {
        await server.ImportAsync(Path.Combine(folder, connection)).ShouldSucceedAsync();
        IImportStore imports = server.Services.GetRequiredService<IImportStore>();
        var limits = new ImportLimits(1000, 1000, 1000, 100, 1000);
        string name = connection + "x";
        BeginImportResult begun = await imports.BeginAsync(TestServer.Tenant, request with { ConnectionId = name, Name = name }, name, limits, Token);
        Assert.Equal(BeginImportOutcome.Begun, begun.Outcome);
        ImportRecord[] records =
        [
            Record("a", "everyone"), Record("a", "nobody"), new ImportRecord.DeletedItem("a"), Record("b", "everyone"),
            new ImportRecord.Group(new ExternalGroup("g", null, null), [new Identity("u", IdentityType.User)]), new ImportRecord.DeletedGroup("g"),
        ];
        Assert.Equal(ApplyChunkOutcome.Applied, await imports.ApplyAsync(begun.Import!, new ChunkEnd(0, records.Length, new string('0', 64)), records, 100, limits, Token));
        Assert.True(await imports.AbortAsync(begun.Import!, ConnectionOperation.NewId(), DateTimeOffset.UtcNow, Token));
    }

    private static ImportRecord.Item Record(string id, string whom)
    {
        var acl = new Acl([new AclEntry(AclType.ExternalGroup, whom, AccessType.Grant)]);
        byte[] bytes = AclJson.ToBytes(acl);
        var write = new ItemWrite
        {
            Id = id,
            Acl = acl,
            Properties = "{}"u8.ToArray(),
            HasContent = true,
            Content = new ExternalItemContent(ExternalItemContentType.Text, "words"),
            HasSensitivityLabel = true,
            SensitivityLabelId = null,
        };
        return new ImportRecord.Item(write, bytes, SHA256.HashData(bytes), Excerpt: null, SearchableFrom: 0);
    }

    private async Task<ConnectionKey> KeyAsync() =>
        (await server.Services.GetRequiredService<IConnectionStore>().FindOrNullAsync(TestServer.Tenant, connection, Token))!.Key;

    private Task PutAsync(string id, string title, string acl, string? content) =>
        server.PutItemAsync(connection, id, SearchServer.Item($$"""{ "title": "{{title}}" }""", content, acl));

    private string ItemPath(string id) => SearchServer.ItemPath(connection, id);
}
