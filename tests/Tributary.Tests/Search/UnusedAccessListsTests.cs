using Microsoft.Extensions.DependencyInjection;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Items;
using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Search;

/// <summary>An item whose access list changes all the time leaves a bounded number of lists, and searches see it, or not, all the while.</summary>
public sealed class UnusedAccessListsTests : IDisposable
{
    private const int Puts = 10_000;

    private static readonly string[] Settings = ["Storage:Durable=false", "Indexing:CommitInterval=00:00:00.050", "Indexing:CommitChanges=500"];

    private readonly string _data = Directory.CreateTempSubdirectory("tributary-acls-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Ten_thousand_lists_of_one_item_leave_a_bounded_number_and_searches_stay_exact_meanwhile_and_after_a_restart()
    {
        await using (TestServer server = await TestServer.StartAsync(time: null, data: _data, Settings))
        {
            await server.CreateReadyConnectionAsync();
            await server.PutItemAsync("contosohr", "seen", SearchServer.Item("""{ "title": "word" }"""));
            await server.PutItemAsync(
                "contosohr", "hidden", SearchServer.Item("""{ "title": "word" }""", acl: """[ { "type": "externalGroup", "value": "nobody", "accessType": "grant" } ]"""));

            Task writing = Task.Run(() => PutManyAsync(server));
            int searches = 0;
            while (!writing.IsCompleted || searches < 20)
            {
                Assert.Equal(["seen"], (await server.FindAsync("contosohr", "word")).HitIds);
                searches++;
            }

            await writing;
            await Eventually.IsTrueAsync(async () => await CountAsync(server) == 2, "Only the lists in use are left");
            Assert.Equal(["seen"], (await server.FindAsync("contosohr", "word")).HitIds);
        }

        await using TestServer next = await TestServer.StartAsync(time: null, data: _data, Settings);
        Assert.Equal(2, await CountAsync(next));
        Assert.Equal(["seen"], (await next.FindAsync("contosohr", "word")).HitIds);
    }

    [Fact]
    public async Task What_a_server_could_not_remove_is_removed_by_the_next()
    {
        await using (TestServer server = await TestServer.StartAsync(time: null, data: _data, "Storage:Durable=false"))
        {
            await server.CreateReadyConnectionAsync();
            for (int i = 0; i < 5; i++)
            {
                await server.PutItemAsync("contosohr", "one", SearchServer.Item("""{ "title": "word" }""", acl: $$"""[ { "type": "externalGroup", "value": "g{{i}}", "accessType": "grant" } ]"""));
            }

            Assert.Equal(5, await CountAsync(server));
        }

        await using TestServer next = await TestServer.StartAsync(time: null, data: _data, Settings);
        await next.PutItemAsync("contosohr", "two", SearchServer.Item("""{ "title": "word" }"""));
        await Eventually.IsTrueAsync(async () => await CountAsync(next) == 2, "Only the lists in use are left");
        Assert.Equal(["two"], (await next.FindAsync("contosohr", "word")).HitIds);
    }

    private static async Task PutManyAsync(TestServer server)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var store = server.Services.GetRequiredService<IItemStore>();
        StoredConnection connection = (await server.Services.GetRequiredService<IConnectionStore>().FindOrNullAsync(TestServer.Tenant, "contosohr", token))!;
        byte[] properties = """{"title":"word"}"""u8.ToArray();
        await Parallel.ForAsync(0, Puts, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = token }, async (i, _) =>
        {
            // Every tenth list is of the item that nobody may see.
            bool isHidden = i % 10 == 0;
            var other = new AclEntry(AclType.ExternalGroup, $"g{i}", AccessType.Grant);
            var write = new ItemWrite
            {
                Id = isHidden ? "hidden" : "seen",
                Acl = new Acl(isHidden ? [other] : [new AclEntry(AclType.Everyone, "everyone", AccessType.Grant), other]),
                Properties = properties,
                HasContent = false,
                Content = null,
                HasSensitivityLabel = false,
                SensitivityLabelId = null,
            };
            Assert.Equal(PutItemOutcome.Stored, (await store.PutAsync(connection.Key, new PutItem(write, 1, new ItemLimits(1000, 1000, 0), null), token)).Outcome);
        });
    }

    private static async Task<long> CountAsync(TestServer server) =>
        (await server.Services.GetRequiredService<ISqlDatabase>().ReadAsync(
            session => session.ScalarOrNull("SELECT count(*) FROM acl"), TestContext.Current.CancellationToken))!.Value;
}
