using Tributary.Connections;
using Tributary.Items;
using Tributary.Storage;

namespace Tributary.Tests.Storage.Sqlite;

/// <summary>The embedded store at <see cref="StorageOptions.MaxBytes"/>.</summary>
public sealed class StorageFullTests : StoreContract
{
    private const int Stride = 13;

    private readonly SqliteTestDatabase _database;

    public StorageFullTests()
        : this(new SqliteTestDatabase(new StorageOptions { MaxBytes = 1024 * 1024, Durable = false }))
    {
    }

    private StorageFullTests(SqliteTestDatabase database)
        : base(() => database) => _database = database;

    [Fact]
    public async Task A_write_that_does_not_fit_is_told_and_leaves_nothing()
    {
        StoredConnection connection = await CreateReadyAsync();

        await Assert.ThrowsAsync<StorageFullException>(async () => await PutAsync(connection.Key, Write("huge", content: new string('x', 4_000_000))));

        foreach (string table in (string[])["acl", "item", "item_content", "change"])
        {
            Assert.Equal((table, 0L), (table, await CountAsync(table)));
        }

        Assert.Equal(0, (await FindAsync("contosohr")).ItemCount);
    }

    [Fact]
    public async Task Neighbours_that_fit_pass_beside_one_that_does_not()
    {
        StoredConnection connection = await CreateReadyAsync();
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        Task blocking = Database.WriteAsync(
            WriteScope.Store,
            _ =>
            {
                entered.Set();
                release.Wait();
                return true;
            },
            0,
            Token).AsTask();
        entered.Wait(Token);
        var small = new List<Task<PutItemResult>>();
        Task<PutItemResult>? huge = null;
        for (int i = 0; i < 20; i++)
        {
            small.Add(PutAsync(connection.Key, Write($"small{i}", content: "content")).AsTask());
            huge ??= PutAsync(connection.Key, Write("huge", content: new string('x', 4_000_000))).AsTask();
        }

        release.Set();
        await blocking;

        await Assert.ThrowsAsync<StorageFullException>(() => huge!);
        Assert.All(await Task.WhenAll(small), result => Assert.Equal(PutItemOutcome.Stored, result.Outcome));
        Assert.Equal(20, (await FindAsync("contosohr")).ItemCount);
        Assert.Equal((20L, 20L), (await CountAsync("item"), await CountAsync("item_content")));
    }

    [Fact]
    public async Task A_full_storage_still_reads_and_takes_deletions_and_what_they_free_is_room_again()
    {
        StoredConnection connection = await CreateReadyAsync();
        int stored = await FillAsync(connection.Key, largest: 10);
        Assert.NotNull(await Items.FindOrNullAsync(connection.Key, "item00000", Token));

        // Scattered, so that the first hundreds free no page: not one of them may be refused for want of room itself.
        for (int start = 0; start < Stride; start++)
        {
            for (int i = start; i < stored; i += Stride)
            {
                Assert.Equal(DeleteItemOutcome.Deleted, await Items.DeleteAsync(connection.Key, $"item{i:D5}", Token));
            }
        }

        Assert.Equal(0, (await FindAsync("contosohr")).ItemCount);
        Assert.Equal(PutItemOutcome.Stored, (await PutAsync(connection.Key, Write("new", content: "content"))).Outcome);
    }

    [Fact]
    public async Task A_full_storage_takes_the_deletion_of_a_connection_to_its_end()
    {
        StoredConnection connection = await CreateReadyAsync();
        await FillAsync(connection.Key);

        await DeleteWholeAsync(connection.Key);

        StoredConnection next = await CreateReadyAsync();
        Assert.Equal(PutItemOutcome.Stored, (await PutAsync(next.Key, Write("new", content: "content"))).Outcome);
    }

    [Fact]
    public async Task A_full_storage_completes_operations_that_were_accepted_before()
    {
        StoredConnection connection = await CreateReadyAsync();
        await AcceptAsync(connection.Key, 1, SchemaWith("title", "author"));
        await FillAsync(connection.Key);

        await Operations.CompleteSchemaAsync(Assert.Single(await Operations.ListDueAsync(DateTimeOffset.UnixEpoch, Token)), Token);

        Assert.Equal(2, (await FindAsync("contosohr")).ActiveSchema);
    }

    [Fact]
    public async Task A_larger_maximum_at_the_next_opening_is_room_again()
    {
        StoredConnection connection = await CreateReadyAsync();
        int stored = await FillAsync(connection.Key);
        _database.Options.MaxBytes *= 2;
        await ReopenAsync();

        Assert.Equal(PutItemOutcome.Stored, (await PutAsync(connection.Key, Write("new", content: new string('x', 500_000)))).Outcome);
        Assert.Equal(stored + 1, (await FindAsync("contosohr")).ItemCount);
    }

    [Fact]
    public async Task A_smaller_maximum_at_the_next_opening_keeps_everything_readable_and_deletable()
    {
        StoredConnection connection = await CreateReadyAsync();
        await FillAsync(connection.Key);
        _database.Options.MaxBytes /= 4;
        await ReopenAsync();

        Assert.NotNull(await Items.FindOrNullAsync(connection.Key, "item00000", Token));
        await Assert.ThrowsAsync<StorageFullException>(async () => await PutAsync(connection.Key, Write("new", content: new string('x', 500_000))));
        Assert.Equal(DeleteItemOutcome.Deleted, await Items.DeleteAsync(connection.Key, "item00000", Token));
    }

    /// <summary>Puts items of falling size until not even the smallest fits; how many are stored.</summary>
    private async Task<int> FillAsync(ConnectionKey key, int largest = 100_000)
    {
        int stored = 0;
        for (int size = largest; size > 0; size /= 10)
        {
            try
            {
                while (true)
                {
                    await PutAsync(key, Write($"item{stored:D5}", content: new string('x', size)), maxItems: long.MaxValue);
                    stored++;
                }
            }
            catch (StorageFullException)
            {
                // On with smaller ones.
            }
        }

        return stored;
    }
}
