using Microsoft.Extensions.DependencyInjection;
using Tributary.Storage;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>The same as clients hear it: 200 for what was kept, 503 with a time to come again for what is not known, and right answers for who sends the same again.</summary>
[NeedsPostgres]
public sealed class PostgresCommitHttpTests
{
    private const string Connection = "/v1.0/external/connections/contosohr";
    private const string Items = Connection + "/items/";

    [Theory]
    [InlineData(CommitFault.AnswerLost)]
    [InlineData(CommitFault.NotSent)]
    public async Task An_item_is_put_once_whatever_befell_the_first_commit(CommitFault fault)
    {
        await using var relay = new CommitRelay(PostgresServer.Get());
        await using TestServer node = await TestServer.StartNodeAsync(relay.Through(PostgresServer.Get().CreateDatabase()));
        await node.CreateReadyConnectionAsync();
        long before = await LastChangeAsync(node);
        relay.Arm(fault, "item-that-is-lost");

        (await node.PutAsync(Items + "item-that-is-lost", Item("once"))).ShouldBe(200);

        Assert.Equal(0, relay.Left);
        await IsThereOnceAsync(node, "item-that-is-lost", "once");
        Assert.Equal(before + 1, await LastChangeAsync(node));
        (await node.DeleteAsync(Items + "item-that-is-lost")).ShouldBe(204);
    }

    [Theory]
    [InlineData(CommitFault.AnswerLost, true)]
    [InlineData(CommitFault.NotSent, false)]
    public async Task When_it_is_not_known_it_is_503_and_the_item_is_wholly_there_or_not_at_all_and_can_be_put_again(CommitFault fault, bool isKept)
    {
        InstalledPostgres server = InstalledPostgres.Start(isDurable: true);
        try
        {
            server.MakeTemplate();
            await using var relay = new CommitRelay(server);
            await using TestServer node = await TestServer.StartNodeAsync(relay.Through(server.CreateDatabase()));
            await node.CreateReadyConnectionAsync();
            relay.Arm(fault, "item-that-is-lost", then: () =>
            {
                server.Crash();
                server.Resume();
            });

            Answer told = (await node.PutAsync(Items + "item-that-is-lost", Item("perhaps"))).ShouldBe(503, "ServiceUnavailable");

            Assert.Equal(StorageUnavailableException.RetryAfterSeconds, told.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
            Assert.Contains("it is not known whether it did", told.Reason, StringComparison.Ordinal);
            await Eventually.IsTrueAsync(async () => (await node.GetAsync(Connection)).Status == 200, "The database is back");
            (await node.GetAsync(Items + "item-that-is-lost")).ShouldBe(isKept ? 200 : 404);
            Assert.Equal(isKept ? 1 : 0, (await node.SearchAsync("perhaps")).ShouldBe(200).Total);

            (await node.PutAsync(Items + "item-that-is-lost", Item("surely"))).ShouldBe(200);
            await IsThereOnceAsync(node, "item-that-is-lost", "surely");
            Assert.Equal(0, (await node.SearchAsync("perhaps")).ShouldBe(200).Total);
        }
        finally
        {
            server.Remove();
        }
    }

    /// <summary>What is created must not be there twice: who sends it again hears what there is.</summary>
    [Theory]
    [InlineData(CommitFault.AnswerLost, 409)]
    [InlineData(CommitFault.NotSent, 201)]
    public async Task A_connection_of_which_it_is_not_known_is_there_once_when_it_is_created_again(CommitFault fault, int again)
    {
        const string Body = """{ "id": "contosohr", "name": "Contoso HR" }""";
        await using var relay = new CommitRelay(PostgresServer.Get());
        await using TestServer node = await TestServer.StartNodeAsync(relay.Through(PostgresServer.Get().CreateDatabase()));
        await node.AppTokenAsync();
        relay.Arm(fault, "contosohr", then: () => relay.IsClosed = true);

        (await node.PostAsync("/v1.0/external/connections", Body)).ShouldBe(503, "ServiceUnavailable");

        relay.IsClosed = false;
        Answer answer = await Eventually.HoldsAsync(() => node.PostAsync("/v1.0/external/connections", Body), answer => answer.Status != 503);
        answer.ShouldBe(again);
        Assert.Equal(1, (await node.GetAsync("/v1.0/external/connections")).ShouldBe(200).Json.GetProperty("value").GetArrayLength());
    }

    private static async Task IsThereOnceAsync(TestServer node, string id, string title)
    {
        Assert.Equal(title, (await node.GetAsync(Items + id)).ShouldBe(200).Json.GetProperty("properties").GetProperty("title").GetString());
        Assert.Equal([id], (await node.SearchAsync(title)).ShouldBe(200).HitIds);
    }

    private static async Task<long> LastChangeAsync(TestServer node) => await node.Services.GetRequiredService<ISqlDatabase>().ReadAsync(
        session => session.ScalarOrNull("SELECT last_change FROM connection WHERE id = 'contosohr'")!.Value, TestContext.Current.CancellationToken);

    private static string Item(string title) => SearchServer.Item($$"""{ "title": "{{title}}" }""");
}
