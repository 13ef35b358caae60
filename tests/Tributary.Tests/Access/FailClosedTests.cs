using Microsoft.Extensions.DependencyInjection;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Storage;
using Tributary.Tests.Directories.Scim;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Access;

/// <summary>Whatever a search needs to know who may see what, and cannot have: it is refused, or shows less. docs/security.md has the whole list, and where the rest of it is tested.</summary>
public sealed class FailClosedTests
{
    private const string Connection = "contosohr";
    private const string Ben = "0b1d2e3f-0000-4000-8000-0000000000b1";
    private const string OtherTenant = "7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e99";

    private static readonly string ForBen = $$"""[ { "type": "user", "value": "{{Ben}}", "accessType": "grant" } ]""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("external_group_member")]
    [InlineData("directory_member")]
    [InlineData("directory_object")]
    public async Task Groups_that_cannot_be_read_are_no_answer_and_not_no_groups(string table)
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        TestServer server = scim.Server;
        await scim.UserAsync("ada@tributary.local");
        await FillAsync(server);
        string token = await server.UserTokenAsync("ada");
        Assert.Equal(["open"], (await server.SearchAsync("*", token: token)).HitIds);

        await ExecuteAsync(server, $"ALTER TABLE {table} RENAME TO gone");

        Answer answer = await server.SearchAsync("*", token: token);
        Assert.InRange(answer.Status, 500, 503);
        Assert.DoesNotContain("open", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("total", answer.Body, StringComparison.Ordinal);

        await ExecuteAsync(server, $"ALTER TABLE gone RENAME TO {table}");
        Assert.Equal(["open"], (await server.SearchAsync("*", token: token)).HitIds);
    }

    [Fact]
    public async Task A_tenant_that_nobody_knows_has_nothing_and_reaches_nothing_of_others()
    {
        await using TestServer server = await TestServer.StartAsync();
        await FillAsync(server);
        string token = await server.UserTokenAsync("reader", tenant: OtherTenant);

        foreach (string source in (string[])["/external/connections/contosohr", "/external/connections/*", Connection])
        {
            Answer answer = (await server.SearchAsync("*", source: source, token: token)).ShouldBe(200);
            Assert.Equal(0, answer.Total);
            Assert.Empty(answer.HitIds);
        }
    }

    [Fact]
    public async Task An_application_that_searches_for_itself_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        await FillAsync(server);

        Answer answer = (await server.SearchAsync("*", token: await server.AppTokenAsync())).ShouldBe(403, "Forbidden");
        Assert.DoesNotContain("open", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_for_the_index_that_is_cancelled_gives_no_view_and_keeps_none()
    {
        await using TestServer server = await TestServer.StartAsync();
        await FillAsync(server);
        StoredConnection connection = (await server.Services.GetRequiredService<IConnectionStore>().FindOrNullAsync(TestServer.Tenant, Connection, Token))!;
        var catalog = server.Services.GetRequiredService<IndexCatalog>();
        using var cancellation = new CancellationTokenSource();

        // A change that never comes.
        Task<IndexView?> waiting = catalog.AcquireOrNullAsync(connection.Key, connection.LastChange + 1, 0, cancellation.Token);
        Assert.False(waiting.IsCompleted);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        using IndexView view = (await catalog.AcquireOrNullAsync(connection.Key, connection.LastChange, 0, Token))!;
        Assert.Equal(2, view.Searcher.IndexReader.RefCount);
    }

    [Fact]
    public async Task What_the_index_finds_is_judged_again_by_what_the_store_says()
    {
        await using TestServer server = await TestServer.StartAsync();
        await FillAsync(server);
        foreach (string id in (string[])["taken", "erased"])
        {
            await server.PutItemAsync(Connection, id, Item("""{ "title": "common" }"""));
        }

        Assert.Equal(3, (await server.FindAsync(Connection, "common")).Total);

        // Behind the back of the index, which is told of every change that is made as it should be.
        await ExecuteAsync(server, "UPDATE item SET acl = (SELECT acl FROM item WHERE id = 'closed') WHERE id = 'taken'");
        await ExecuteAsync(server, "DELETE FROM item WHERE id = 'erased'");

        Answer answer = await server.FindAsync(Connection, "common");
        Assert.Equal(["open"], answer.HitIds);
        Assert.Equal(1, answer.Total);
    }

    /// <summary>One that everyone sees, and one for somebody else.</summary>
    private static async Task FillAsync(TestServer server)
    {
        await server.CreateReadyConnectionAsync(Connection);
        await server.PutItemAsync(Connection, "open", Item("""{ "title": "common" }"""));
        await server.PutItemAsync(Connection, "closed", Item("""{ "title": "common" }""", acl: ForBen));
    }

    private static async Task ExecuteAsync(TestServer server, string sql) =>
        await server.Services.GetRequiredService<ISqlDatabase>().WriteAsync(WriteScope.Store, session => session.Execute(sql), 0, Token);
}
