using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Connections;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Nodes;
using Tributary.Operations;
using Tributary.Storage;
using Tributary.Tests.Hosting;
using Tributary.Tests.Storage;
using Tributary.Tests.Storage.Sqlite;

namespace Tributary.Tests.Operations;

/// <summary>A connection of many items goes in the background (external-connectors 3.6).</summary>
public sealed class LargeDeletionTests : StoreContract
{
    private const int ItemCount = 50_000;

    private readonly SqliteTestDatabase _database;

    public LargeDeletionTests()
        : this(new SqliteTestDatabase(new StorageOptions { Durable = false }))
    {
    }

    private LargeDeletionTests(SqliteTestDatabase database)
        : base(() => database) => _database = database;

    private long FileBytes => new FileInfo(Path.Combine(_database.Folder, "tributary.db")).Length;

    [Fact]
    public async Task Other_writes_go_on_between_its_steps_a_restart_resumes_it_and_the_file_shrinks()
    {
        StoredConnection doomed = await CreateReadyAsync("doomed");
        StoredConnection neighbour = await CreateReadyAsync("neighbour");
        string content = new('x', 700);
        await Parallel.ForAsync(0, ItemCount, new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (i, _) =>
            Assert.Equal(PutItemOutcome.Stored, (await PutAsync(doomed.Key, Write($"item{i:d6}", acl: AclOf($"g{i % 100}"), content: content), maxItems: ItemCount)).Outcome));
        for (int i = 0; i < 100; i++)
        {
            var viewed = new ExternalActivity(ExternalActivityType.Viewed, DateTimeOffset.UnixEpoch, new Identity("g", IdentityType.ExternalGroup));
            await Activities.AddAsync(doomed.Key, $"item{i:d6}", [.. Enumerable.Repeat(viewed, 20)], 1000, Token);
        }

        long bytesBefore = FileBytes;
        await BeginDeletionAsync(doomed.Key);

        // The first run gets a part of the way.
        SteppedOperations steps = await RunWhileAsync(async steps =>
        {
            for (int i = 0; steps.Count < 20; i++)
            {
                await PutIntoNeighbourAsync($"first{i}");
            }

            Assert.Equal(CreateConnectionOutcome.IdTaken, await Connections.CreateAsync(Tenant, ConnectionOf("DOOMED", "Another"), 1000, Token));
            Assert.Equal(CreateConnectionOutcome.NameTaken, await Connections.CreateAsync(Tenant, ConnectionOf("another", "Name of doomed"), 1000, Token));
        });
        Assert.False(steps.IsDone);
        Assert.InRange(await CountAsync("item"), 1, ItemCount);
        await ReopenAsync();

        // The second run the rest, while the neighbour is written; each write that is answered notes between which steps it was.
        var betweenSteps = new HashSet<int>();
        int written = 0;
        steps = await RunWhileAsync(async steps =>
        {
            for (; !steps.IsDone; written++)
            {
                await PutIntoNeighbourAsync($"second{written}");
                betweenSteps.Add(steps.Count);
            }
        });

        Assert.InRange(steps.Count, ItemCount / 2 / 500, int.MaxValue);
        Assert.True(betweenSteps.Count >= 10, $"The neighbour was written between {betweenSteps.Count} of {steps.Count} steps only.");
        Assert.Null(await Connections.FindOrNullAsync(Tenant, "doomed", Token));
        Assert.Equal((await FindAsync("neighbour")).ItemCount, await CountAsync("item"));
        Assert.Equal(0, await CountAsync("item_activity"));
        await _database.CloseAsync();
        Assert.InRange(FileBytes, 1, bytesBefore / 5);
        await ReopenAsync();
        Assert.Equal(CreateConnectionOutcome.Created, await Connections.CreateAsync(Tenant, ConnectionOf("doomed"), 1000, Token));

        async Task PutIntoNeighbourAsync(string id) => Assert.Equal(PutItemOutcome.Stored, (await PutAsync(neighbour.Key, Write(id), maxItems: long.MaxValue)).Outcome);
    }

    /// <summary>Runs the worker until the work is done, and when that ended the deletion, until the freed pages are given back.</summary>
    private async Task<SteppedOperations> RunWhileAsync(Func<SteppedOperations, Task> work)
    {
        var steps = new SteppedOperations(Operations);
        using var worker = new OperationWorker(steps, AlwaysPrepared.Instance, Database, Signals, ThisNode.Alone(TimeProvider.System), TimeProvider.System, NullLogger<OperationWorker>.Instance);
        await worker.StartAsync(Token);
        await work(steps);
        if (steps.IsDone)
        {
            await Eventually.IsTrueAsync(
                async () => await Database.ReadAsync(session => session.ScalarOrNull("PRAGMA freelist_count") == 0, Token), "The freed pages are given back");
        }

        await worker.StopAsync(Token);
        return steps;
    }

    /// <summary>The real store, counting the steps of deletions.</summary>
    private sealed class SteppedOperations(IOperationStore inner) : IOperationStore
    {
        private volatile int _count;
        private volatile bool _isDone;

        public int Count => _count;

        public bool IsDone => _isDone;

        public ValueTask<ConnectionOperation?> FindOrNullAsync(ConnectionKey connection, string id, CancellationToken cancellationToken) =>
            inner.FindOrNullAsync(connection, id, cancellationToken);

        public ValueTask<IReadOnlyList<ConnectionOperation>> ListAsync(ConnectionKey connection, string after, int max, CancellationToken cancellationToken) =>
            inner.ListAsync(connection, after, max, cancellationToken);

        public ValueTask<long> CountAsync(ConnectionKey connection, CancellationToken cancellationToken) => inner.CountAsync(connection, cancellationToken);

        public ValueTask<BeginDeletionOutcome> BeginDeletionAsync(ConnectionKey connection, string operationId, DateTimeOffset due, CancellationToken cancellationToken) =>
            inner.BeginDeletionAsync(connection, operationId, due, cancellationToken);

        public ValueTask<IReadOnlyList<ConnectionOperation>> ListDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
            inner.ListDueAsync(now, cancellationToken);

        public ValueTask<DateTimeOffset?> NextDueOrNullAsync(DateTimeOffset now, CancellationToken cancellationToken) => inner.NextDueOrNullAsync(now, cancellationToken);

        public ValueTask CompleteSchemaAsync(ConnectionOperation operation, CancellationToken cancellationToken) => inner.CompleteSchemaAsync(operation, cancellationToken);

        public async ValueTask<StepOutcome> DeleteStepAsync(ConnectionOperation operation, int rows, TimeSpan longest, CancellationToken cancellationToken)
        {
            StepOutcome outcome = await inner.DeleteStepAsync(operation, rows, longest, cancellationToken);
            Interlocked.Increment(ref _count);
            _isDone = outcome == StepOutcome.Done;
            return outcome;
        }
    }
}
