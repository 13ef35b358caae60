using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Schemas;
using Tributary.Tests.Hosting;
using Tributary.Tests.Nodes;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Indexing;

/// <summary>Each node has indexes of its own; no search on any of them is older than what was answered on another, or of another store.</summary>
public abstract class SeveralNodesContract : NodeContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tributary-nodes-");

    private protected SeveralNodesContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    private protected Task<TestNode> StartAsync(string id, IndexOptions? options = null, bool works = true) =>
        TestNode.StartAsync(Database, Node(id), Path.Combine(_folder.FullName, id), TimeProvider.System, options, works);

    /// <summary>A connection of whose feed nothing is pruned: a store that goes back was not pruned past that either.</summary>
    private async Task<StoredConnection> CreateKeptAsync()
    {
        StoredConnection connection = await CreateReadyAsync();
        await BeatAsync("keeper");
        Assert.True(await FeedOf("keeper").TryFollowAsync(connection.Key, default, Token));
        return connection;
    }

    private static async Task PutAsync(TestNode node, StoredConnection connection, string id, string? title = null, string? content = null) => Assert.Equal(
        Tributary.Items.PutItemOutcome.Stored,
        (await node.Items.PutAsync(
            connection.Key,
            new Tributary.Items.PutItem(Write(id, title ?? "a title", content: content ?? "word"), connection.ActiveSchema, new Tributary.Items.ItemLimits(1000, 1000, 1000), null),
            Token)).Outcome);

    /// <summary>What both find of the connection as it is when they are asked.</summary>
    private async Task<(string A, string B)> FoundAsync(TestNode a, TestNode b, string term = "") =>
        (await a.IdsAsync(await FindAsync("contosohr"), term), await b.IdsAsync(await FindAsync("contosohr"), term));

    [Fact]
    public async Task What_was_written_through_one_is_found_by_the_next_search_of_the_other_without_a_signal()
    {
        StoredConnection connection = await CreateReadyAsync();
        await using TestNode a = await StartAsync("a");
        await using TestNode b = await StartAsync("b");

        for (int i = 0; i < 5; i++)
        {
            await PutAsync(i % 2 == 0 ? a : b, connection, $"i{i}");
            string expected = string.Join(' ', Enumerable.Range(0, i + 1).Select(number => $"i{number}"));
            Assert.Equal((expected, expected), await FoundAsync(a, b));
        }

        await a.Items.DeleteAsync(connection.Key, "i0", Token);
        Assert.Equal(("i1 i2 i3 i4", "i1 i2 i3 i4"), await FoundAsync(a, b));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    public async Task After_a_fail_over_that_lost_changes_no_search_knows_them_however_many_came_since(int lost, int since)
    {
        StoredConnection connection = await CreateKeptAsync();
        await using TestNode a = await StartAsync("a");
        foreach (string id in (string[])["i1", "i2", "i3"])
        {
            await PutAsync(a, connection, id);
        }

        Assert.Equal("i1 i2 i3", await a.IdsAsync(await FindAsync("contosohr")));
        await LoseChangesAsync(connection.Key, lost);
        a.Signals.RaiseInterrupted();
        for (int i = 0; i < since; i++)
        {
            await PutManyAsync(connection.Key, 1, $"new{i}");
        }

        string expected = string.Join(' ', new[] { "i1", "i2", "i3" }.Take(3 - lost).Concat(Enumerable.Range(0, since).Select(i => $"new{i}00000")).Order(StringComparer.Ordinal));
        Assert.Equal(expected, await a.IdsAsync(await FindAsync("contosohr")));
    }

    [Fact]
    public async Task An_index_that_is_ahead_of_its_store_is_noticed_by_looking_as_well()
    {
        StoredConnection connection = await CreateKeptAsync();
        await using TestNode a = await StartAsync("a");
        await PutAsync(a, connection, "i1");
        await PutAsync(a, connection, "i2");
        Assert.Equal("i1 i2", await a.IdsAsync(await FindAsync("contosohr")));
        await LoseChangesAsync(connection.Key, 1);

        await a.Catalog.ObserveAsync(Token);

        Assert.Equal("i1", await a.IdsAsync(await FindAsync("contosohr")));
    }

    [Fact]
    public async Task What_was_durable_before_the_lost_changes_is_not_built_anew()
    {
        StoredConnection connection = await CreateKeptAsync();
        await using (TestNode first = await StartAsync("a"))
        {
            await PutAsync(first, connection, "i1");
            Assert.Equal("i1", await first.IdsAsync(await FindAsync("contosohr")));
        }

        await using TestNode a = await StartAsync("a");
        await PutAsync(a, connection, "i2");
        Assert.Equal("i1 i2", await a.IdsAsync(await FindAsync("contosohr")));
        await LoseChangesAsync(connection.Key, 1);
        a.Signals.RaiseInterrupted();

        Assert.Equal("i1", await a.IdsAsync(await FindAsync("contosohr")));
        Assert.Equal(["g000001"], a.Generations(connection));
    }

    [Fact]
    public async Task An_index_that_was_closed_is_not_taken_for_that_of_a_store_that_came_as_far_another_way()
    {
        StoredConnection connection = await CreateKeptAsync();
        await using (TestNode a = await StartAsync("a"))
        {
            await PutAsync(a, connection, "i1");
            await PutAsync(a, connection, "i2");
            Assert.Equal("i1 i2", await a.IdsAsync(await FindAsync("contosohr")));
        }

        await LoseChangesAsync(connection.Key, 1);
        await PutManyAsync(connection.Key, 1, "other");
        await using TestNode again = await StartAsync("a");

        Assert.Equal("i1 other00000", await again.IdsAsync(await FindAsync("contosohr")));
    }

    [Fact]
    public async Task A_schema_comes_into_force_when_the_indexes_of_all_nodes_are_as_it_wants_and_not_before()
    {
        StoredConnection connection = await CreateReadyAsync();
        await using TestNode a = await StartAsync("a");
        await using TestNode b = await StartAsync("b", works: false);
        await PutAsync(a, connection, "i1", title: "apple");
        Assert.Equal(("", ""), await FoundAsync(a, b, "apple"));
        Assert.Equal(("i1", "i1"), await FoundAsync(a, b, "word"));

        await AcceptAsync(connection.Key, 1, SearchableTitle, operation: "op");
        a.Signals.RaiseOperationQueued();
        await Eventually.IsTrueAsync(async () => await a.Feed.AreOthersPreparedAsync(connection.Key, 1, Token) && await IsReadyAsync(a, connection), "the first is ready");
        Assert.Equal(1, (await FindAsync("contosohr")).ActiveSchema);
        await PutAsync(a, connection, "i2", title: "apple");
        Assert.Equal(("", ""), await FoundAsync(a, b, "apple"));
        Assert.Equal(("i1 i2", "i1 i2"), await FoundAsync(a, b, "word"));

        // The other prepares, too: the first one's worker completes the operation, and both search by it at once.
        await Eventually.IsTrueAsync(() => b.Catalog.IsPreparedForAsync(connection.Key, 2, Token).AsTask(), "the other is ready");
        await Eventually.IsTrueAsync(async () => (await FindAsync("contosohr")).ActiveSchema == 2, "the schema is in force");
        Assert.Equal(("i1 i2", "i1 i2"), await FoundAsync(a, b, "apple"));
        await PutAsync(b, await FindAsync("contosohr"), "i3", title: "apple");
        Assert.Equal(("i1 i2 i3", "i1 i2 i3"), await FoundAsync(a, b, "apple"));
    }

    [Fact]
    public async Task A_node_that_counts_as_gone_is_not_waited_for_and_searches_by_the_new_schema_all_the_same()
    {
        StoredConnection connection = await CreateReadyAsync();
        await using TestNode a = await StartAsync("a");
        await using TestNode b = await StartAsync("b", works: false);
        await PutAsync(a, connection, "i1", title: "apple");
        Assert.Equal(("i1", "i1"), await FoundAsync(a, b, "word"));
        Time.Advance(NodeOptions.GoneAfter);
        await BeatAsync("a");

        await AcceptAsync(connection.Key, 1, SearchableTitle, operation: "op");
        a.Signals.RaiseOperationQueued();
        await Eventually.IsTrueAsync(async () => (await FindAsync("contosohr")).ActiveSchema == 2, "the schema is in force");

        Assert.Equal(("i1", "i1"), await FoundAsync(a, b, "apple"));
    }

    [Fact]
    public async Task A_language_that_was_set_through_one_is_taken_by_the_other_when_it_looks()
    {
        StoredConnection connection = await CreateReadyAsync();
        await using TestNode a = await StartAsync("a");
        await using TestNode b = await StartAsync("b");
        await PutAsync(a, connection, "i1");
        Assert.Equal(("i1", "i1"), await FoundAsync(a, b));

        await a.Languages.SetAsync(connection.Key, "en", Token);
        await b.Catalog.ObserveAsync(Token);

        await Eventually.IsTrueAsync(async () => (await b.Catalog.FindLanguageOrNullAsync(connection.Key, Token))!.Name == "en", "searches are in the language");
    }

    [Fact]
    public async Task How_far_a_node_is_behind_is_measured_by_looking()
    {
        StoredConnection connection = await CreateReadyAsync();
        await using TestNode a = await StartAsync("a");
        await PutAsync(a, connection, "i1");
        Assert.Equal("i1", await a.IdsAsync(await FindAsync("contosohr")));

        Assert.Equal(new IndexLag(1, 0, TimeSpan.Zero), await a.Catalog.ObserveAsync(Token));
        Assert.Equal(new IndexLag(1, 0, TimeSpan.Zero), a.Catalog.Lag);

        // Mostly at once; the index may just have looked by itself.
        await Eventually.HoldsAsync(
            async () =>
            {
                await PutManyAsync(connection.Key, 3, "more");
                return (await a.Catalog.ObserveAsync(Token)).Changes;
            },
            changes => changes == 3);
        await Eventually.IsTrueAsync(async () => (await a.Catalog.ObserveAsync(Token)).Changes == 0, "it has taken them in, as it looked");
    }

    [Fact]
    public async Task The_index_of_a_connection_that_another_node_deleted_is_removed_without_a_signal()
    {
        StoredConnection connection = await CreateReadyAsync();
        await using TestNode a = await StartAsync("a");
        await using TestNode b = await StartAsync("b", new IndexOptions { IdleClose = TimeSpan.FromMilliseconds(50) });
        await PutAsync(a, connection, "i1");
        Assert.Equal(("i1", "i1"), await FoundAsync(a, b));

        await DeleteWholeAsync(connection.Key);

        await Eventually.IsTrueAsync(
            () => Task.FromResult(!Directory.Exists(Path.Combine(_folder.FullName, "b", "index", connection.Key.ToString()))), "the folder is removed");
    }

    private static Schema SearchableTitle { get; } =
        new([new Property { Name = "title", Type = PropertyType.String, IsRetrievable = true, IsSearchable = true }]);

    /// <summary>Whether nothing is left to do for a node's own index; it may wait for others.</summary>
    private static async Task<bool> IsReadyAsync(TestNode node, StoredConnection connection)
    {
        await node.Catalog.IsPreparedForAsync(connection.Key, 2, Token);
        return !await node.Feed.AreOthersPreparedAsync(connection.Key, 2, Token) && node.Generations(connection).Length == 2;
    }
}
