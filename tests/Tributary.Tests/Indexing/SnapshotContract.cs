using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Storage;
using Tributary.Tests.Nodes;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Indexing;

/// <summary>
/// A new node takes copies of indexes in the place of building them. To tell the one from the other an item is taken out of the store behind the feed's back: who has
/// built the index does not know it, who has followed it does.
/// </summary>
public abstract class SnapshotContract : NodeContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tributary-snapshots-");

    private protected SnapshotContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    private string Snapshots => Path.Combine(_folder.FullName, "snapshots");

    private Task<TestNode> StartAsync(string id) => TestNode.StartAsync(
        Database, Node(id), Path.Combine(_folder.FullName, id), TimeProvider.System, new IndexOptions { SnapshotDirectory = Snapshots, CommitInterval = TimeSpan.FromMilliseconds(50) });

    private string[] Copies => Directory.Exists(Snapshots) ? [.. Directory.GetDirectories(Snapshots, "0*-*", SearchOption.AllDirectories).Where(folder => Path.GetFileName(folder).Length == 19 + 1 + 32).Order()] : [];

    private ValueTask<int> TakeAwayAsync(string item) => Database.WriteAsync(WriteScope.Store, session => session.Execute("DELETE FROM item WHERE id = @id", item), 0, Token);

    /// <summary>Two items and a copy of the index that has them; then one more of each.</summary>
    private async Task<StoredConnection> BeginAsync()
    {
        StoredConnection connection = await CreateReadyAsync();
        await using TestNode a = await StartAsync("a");
        await PutManyAsync(connection.Key, 2);
        Assert.Equal("item00000 item00001", await a.IdsAsync(await FindAsync("contosohr")));
        await CopyAsync(a, connection, 2);
        await PutManyAsync(connection.Key, 1, "later");
        Assert.Equal("item00000 item00001 later00000", await a.IdsAsync(await FindAsync("contosohr")));
        await TakeAwayAsync("item00000");
        return connection;
    }

    /// <summary>Copies until what is durable has come to a change.</summary>
    private static async Task CopyAsync(TestNode node, StoredConnection connection, long change) => await Hosting.Eventually.IsTrueAsync(
        async () => (await node.Catalog.SnapshotAsync(connection.Key, Token))?.Change == change, $"a copy at change {change}");

    [Fact]
    public async Task A_new_node_takes_the_newest_copy_and_goes_on_from_there()
    {
        await BeginAsync();

        await using TestNode b = await StartAsync("b");

        Assert.Equal("item00000 item00001 later00000", await b.IdsAsync(await FindAsync("contosohr")));
        await PutManyAsync((await FindAsync("contosohr")).Key, 1, "last");
        Assert.Equal("item00000 item00001 last00000 later00000", await b.IdsAsync(await FindAsync("contosohr")));
    }

    [Fact]
    public async Task The_changes_after_a_copy_are_kept_as_long_as_it_is_good_for_and_of_an_older_one_no_more()
    {
        StoredConnection connection = await CreateReadyAsync();
        await using TestNode a = await StartAsync("a");
        await PutManyAsync(connection.Key, 2);
        Assert.Equal("item00000 item00001", await a.IdsAsync(await FindAsync("contosohr")));
        await CopyAsync(a, connection, 2);
        await PutManyAsync(connection.Key, 2, "later");
        Assert.Equal(4, (await a.IdsAsync(await FindAsync("contosohr"))).Split(' ').Length);

        await FeedOf("a").PruneAsync(connection.Key, 4, 100, Token);
        Assert.Equal(2, (await Feed.FindPositionOrNullAsync(connection.Key, Token))!.Value.Start);
        await CopyAsync(a, connection, 4);
        await FeedOf("a").PruneAsync(connection.Key, 4, 100, Token);
        Assert.Equal(4, (await Feed.FindPositionOrNullAsync(connection.Key, Token))!.Value.Start);
        await PutManyAsync(connection.Key, 1, "last");
        Time.SetUtcNow(DateTimeOffset.UtcNow + new IndexOptions().SnapshotKeep + TimeSpan.FromMinutes(1));
        await BeatAsync("a");
        await FeedOf("a").PruneAsync(connection.Key, 5, 100, Token);
        Assert.Equal(5, (await Feed.FindPositionOrNullAsync(connection.Key, Token))!.Value.Start);
    }

    [Fact]
    public async Task A_copy_that_the_feed_does_not_go_on_from_is_passed_over()
    {
        StoredConnection connection = await BeginAsync();
        await Database.WriteAsync(WriteScope.Store, session => session.Execute("DELETE FROM index_snapshot"), 0, Token);
        await BeatAsync("a");
        await FeedOf("a").PruneAsync(connection.Key, 3, 100, Token);

        await using TestNode b = await StartAsync("b");

        Assert.Equal("item00001 later00000", await b.IdsAsync(await FindAsync("contosohr")));
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("cut")]
    [InlineData("missing")]
    [InlineData("empty")]
    public async Task A_damaged_copy_is_passed_over(string damage)
    {
        StoredConnection connection = await BeginAsync();
        string file = new DirectoryInfo(Assert.Single(Copies)).GetFiles("*.cfs").Concat(new DirectoryInfo(Copies[0]).GetFiles("*.doc")).OrderByDescending(found => found.Length).First().FullName;
        byte[] bytes = await File.ReadAllBytesAsync(file, Token);
        switch (damage)
        {
            case "flipped":
                bytes[bytes.Length / 2] ^= 1;
                await File.WriteAllBytesAsync(file, bytes, Token);
                break;
            case "cut":
                await File.WriteAllBytesAsync(file, bytes[..(bytes.Length / 2)], Token);
                break;
            case "missing":
                File.Delete(file);
                break;
            default:
                Directory.GetFiles(Copies[0]).ToList().ForEach(File.Delete);
                break;
        }

        await using TestNode b = await StartAsync("b");

        Assert.Equal("item00001 later00000", await b.IdsAsync(await FindAsync("contosohr")));
        Assert.Single(b.Generations(connection));
    }

    [Fact]
    public async Task A_copy_of_another_store_is_not_looked_at()
    {
        await BeginAsync();
        await Database.WriteAsync(WriteScope.Store, session => session.Execute("UPDATE store SET epoch = epoch + 1"), 0, Token);
        await ReopenAsync();

        await using TestNode b = await StartAsync("b");

        Assert.Equal("item00001 later00000", await b.IdsAsync(await FindAsync("contosohr")));
    }

    [Fact]
    public async Task The_last_two_copies_stay_and_none_that_is_not_whole_is_taken()
    {
        StoredConnection connection = await CreateReadyAsync();
        await using TestNode a = await StartAsync("a");
        for (int i = 1; i <= 4; i++)
        {
            await PutManyAsync(connection.Key, 1, $"n{i}");
            Assert.Equal(i, (await a.IdsAsync(await FindAsync("contosohr"))).Split(' ').Length);
            await CopyAsync(a, connection, i);
        }

        Assert.Equal(2, Copies.Length);
        Assert.StartsWith("0000000000000000004-", Path.GetFileName(Copies[1]), StringComparison.Ordinal);
        Directory.Move(Copies[1], Path.Combine(Path.GetDirectoryName(Copies[1])!, "0000000000000000009-x.part"));
        Assert.All(a.Snapshots.Of(connection.Key), folder => Assert.DoesNotContain(".part", folder, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Copies_are_made_at_the_interval()
    {
        StoredConnection connection = await CreateReadyAsync();
        await using TestNode a = await StartAsync("a");
        await PutManyAsync(connection.Key, 2);
        Assert.Equal("item00000 item00001", await a.IdsAsync(await FindAsync("contosohr")));
        var options = Microsoft.Extensions.Options.Options.Create(new IndexOptions { SnapshotDirectory = Snapshots, SnapshotInterval = TimeSpan.FromHours(1) });
        using var worker = new SnapshotWorker(a.Catalog, Database, options, Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<SnapshotWorker>.Instance);
        await worker.StartAsync(Token);

        Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(Copies);
        await Hosting.Eventually.IsTrueAsync(
            () =>
            {
                Time.Advance(TimeSpan.FromMinutes(1));
                return Task.FromResult(Copies.Length > 0);
            },
            "a copy is made");
        await worker.StopAsync(Token);
    }

    [Theory]
    [InlineData("00:01:00", "06:00:00", "copies", "")]
    [InlineData("00:00:59.999", "06:00:00", "copies", "Indexing:SnapshotInterval")]
    [InlineData("05:59:59.999", "06:00:00", "copies", "")]
    [InlineData("06:00:00", "06:00:00", "copies", "Indexing:SnapshotInterval")]
    [InlineData("00:01:00", "06:00:00", null, "Indexing:SnapshotInterval")]
    [InlineData(null, "06:00:00", " ", "Indexing:SnapshotDirectory")]
    [InlineData(null, "00:01:00", null, "")]
    [InlineData(null, "00:00:59.999", null, "Indexing:SnapshotKeep")]
    [InlineData(null, "30.00:00:00", null, "")]
    [InlineData(null, "30.00:00:00.001", null, "Indexing:SnapshotKeep")]
    public void Settings_have_bounds_and_each_is_named(string? interval, string keep, string? directory, string named)
    {
        var options = new IndexOptions
        {
            SnapshotInterval = interval is null ? null : TimeSpan.Parse(interval, System.Globalization.CultureInfo.InvariantCulture),
            SnapshotKeep = TimeSpan.Parse(keep, System.Globalization.CultureInfo.InvariantCulture),
            SnapshotDirectory = directory,
        };

        Assert.Equal(named.Length == 0 ? [] : [named], options.Problems().Select(problem => problem.Split(' ')[0]));
    }

    [Fact]
    public async Task A_directory_that_everybody_may_write_to_is_neither_written_nor_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes are of POSIX.");
        StoredConnection connection = await BeginAsync();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Snapshots, (UnixFileMode)0b111_111_111);
        }

        await using TestNode b = await StartAsync("b");

        Assert.Equal("item00001 later00000", await b.IdsAsync(await FindAsync("contosohr")));
        var refused = await Assert.ThrowsAsync<IOException>(() => b.Catalog.SnapshotAsync(connection.Key, Token));
        Assert.Contains("everybody may write", refused.Message, StringComparison.Ordinal);
    }
}
