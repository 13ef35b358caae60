using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Connections;
using Tributary.Operations;
using Tributary.Storage;
using Tributary.Tests.Hosting;
using Tributary.Tests.Nodes;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Operations;

/// <summary>Operations of a store that several nodes work on.</summary>
public abstract class ClaimContract : NodeContract
{
    private protected ClaimContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    private async Task<ConnectionOperation> DoomedAsync(int items = 30)
    {
        StoredConnection connection = await CreateReadyAsync("doomed");
        await PutManyAsync(connection.Key, items);
        return await BeginDeletionAsync(connection.Key);
    }

    private ValueTask<StepOutcome> StepAsync(string node, ConnectionOperation operation) => OperationsOf(node).DeleteStepAsync(operation, 10, TimeSpan.Zero, Token);

    private async Task<string> DueAsync(string node) => string.Join(' ', (await OperationsOf(node).ListDueAsync(Time.GetUtcNow(), Token)).Select(operation => operation.Kind));

    [Fact]
    public async Task A_deletion_is_of_the_node_that_began_it_until_its_lease_runs_out()
    {
        ConnectionOperation operation = await DoomedAsync();
        Assert.Equal(StepOutcome.More, await StepAsync("a", operation));
        long left = await CountAsync("item");

        Time.Advance(NodeOptions.GoneAfter - TimeSpan.FromMilliseconds(1));
        Assert.Equal("", await DueAsync("b"));
        Assert.Equal("DeleteConnection", await DueAsync("a"));
        Assert.Equal(StepOutcome.Taken, await StepAsync("b", operation));
        Assert.Equal(left, await CountAsync("item"));
        Assert.Equal(Time.GetUtcNow().AddMilliseconds(1), await OperationsOf("b").NextDueOrNullAsync(Time.GetUtcNow(), Token));

        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("DeleteConnection", await DueAsync("b"));
        Assert.Equal(StepOutcome.More, await StepAsync("b", operation));
        Assert.True(await CountAsync("item") < left);
    }

    [Fact]
    public async Task Each_step_renews_the_lease()
    {
        ConnectionOperation operation = await DoomedAsync(100);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(StepOutcome.More, await StepAsync("a", operation));
            Time.Advance(NodeOptions.GoneAfter - TimeSpan.FromMilliseconds(1));
            Assert.Equal(StepOutcome.Taken, await StepAsync("b", operation));
        }
    }

    [Fact]
    public async Task A_node_that_lost_its_lease_does_nothing_more_and_ends_nothing()
    {
        int droppedByA = 0;
        var signals = new SqlSignals();
        signals.Dropped += _ => droppedByA++;
        SqlOperationStore a = OperationsOf("a", signals);
        ConnectionOperation operation = await DoomedAsync();
        await a.DeleteStepAsync(operation, 10, TimeSpan.Zero, Token);
        Time.Advance(NodeOptions.GoneAfter);
        await StepAsync("b", operation);
        long left = await CountAsync("item");

        Assert.Equal(StepOutcome.Taken, await a.DeleteStepAsync(operation, 1000, TimeSpan.FromHours(1), Token));

        Assert.Equal(left, await CountAsync("item"));
        Assert.Equal(0, droppedByA);
    }

    [Fact]
    public async Task A_schema_that_another_node_completed_is_not_put_into_force_again()
    {
        StoredConnection connection = await CreateDraftAsync();
        await AcceptAsync(connection.Key, 0, operation: "one");
        ConnectionOperation one = (await Operations.FindOrNullAsync(connection.Key, "one", Token))!;
        await OperationsOf("b").CompleteSchemaAsync(one, Token);
        await AcceptAsync(connection.Key, 1, operation: "two", isImmediate: true);

        await OperationsOf("a").CompleteSchemaAsync(one, Token);

        Assert.Equal((2, 2), ((await FindAsync("contosohr")).AcceptedSchema, (await FindAsync("contosohr")).ActiveSchema));
    }

    [Fact]
    public async Task When_a_worker_is_gone_in_the_middle_of_a_large_deletion_another_ends_it_and_only_then()
    {
        ConnectionOperation operation = await DoomedAsync(3000);
        StoredConnection neighbour = await CreateReadyAsync("neighbour");
        await PutManyAsync(neighbour.Key, 3);
        var stuck = new TaskCompletionSource();
        using OperationWorker first = Worker("a", new StoppedAfter(OperationsOf("a"), steps: 3, stuck));
        await first.StartAsync(Token);
        await stuck.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        long left = await CountAsync("item");
        Assert.InRange(left, 4, 3002);

        var counted = new StoppedAfter(OperationsOf("b"), steps: int.MaxValue, new TaskCompletionSource());
        using OperationWorker second = Worker("b", counted);
        await second.StartAsync(Token);
        await Eventually.IsTrueAsync(() => Task.FromResult(counted.Looks > 0), "the second looks for work");
        Assert.Equal(left, await CountAsync("item"));

        Time.Advance(NodeOptions.GoneAfter);
        await Eventually.IsTrueAsync(
            async () =>
            {
                Time.Advance(TimeSpan.FromSeconds(1));
                await BeatAsync("b");
                return await CountAsync("connection") == 1;
            },
            "the second has ended it");

        Assert.Equal(3, await CountAsync("item"));
        Assert.Null(await Operations.FindOrNullAsync(operation.Connection, operation.Id, Token));
        await first.StopAsync(Token);
        await second.StopAsync(Token);
    }

    private OperationWorker Worker(string node, IOperationStore operations) =>
        new(operations, AlwaysPrepared.Instance, Database, new SqlSignals(), Node(node), Time, NullLogger<OperationWorker>.Instance);

    /// <summary>The real store; after some steps of deletions the next never comes to be, as when the process is gone.</summary>
    private sealed class StoppedAfter(IOperationStore inner, int steps, TaskCompletionSource stopped) : IOperationStore
    {
        private int _steps;

        public int Looks { get; private set; }

        public ValueTask<ConnectionOperation?> FindOrNullAsync(ConnectionKey connection, string id, CancellationToken cancellationToken) =>
            inner.FindOrNullAsync(connection, id, cancellationToken);

        public ValueTask<IReadOnlyList<ConnectionOperation>> ListAsync(ConnectionKey connection, string after, int max, CancellationToken cancellationToken) =>
            inner.ListAsync(connection, after, max, cancellationToken);

        public ValueTask<long> CountAsync(ConnectionKey connection, CancellationToken cancellationToken) => inner.CountAsync(connection, cancellationToken);

        public ValueTask<BeginDeletionOutcome> BeginDeletionAsync(ConnectionKey connection, string operationId, DateTimeOffset due, CancellationToken cancellationToken) =>
            inner.BeginDeletionAsync(connection, operationId, due, cancellationToken);

        public async ValueTask<IReadOnlyList<ConnectionOperation>> ListDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
        {
            IReadOnlyList<ConnectionOperation> due = await inner.ListDueAsync(now, cancellationToken);
            Looks++;
            return due;
        }

        public ValueTask<DateTimeOffset?> NextDueOrNullAsync(DateTimeOffset now, CancellationToken cancellationToken) => inner.NextDueOrNullAsync(now, cancellationToken);

        public ValueTask CompleteSchemaAsync(ConnectionOperation operation, CancellationToken cancellationToken) => inner.CompleteSchemaAsync(operation, cancellationToken);

        public async ValueTask<StepOutcome> DeleteStepAsync(ConnectionOperation operation, int rows, TimeSpan longest, CancellationToken cancellationToken)
        {
            if (_steps++ == steps)
            {
                stopped.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return await inner.DeleteStepAsync(operation, rows, longest, cancellationToken);
        }
    }
}
