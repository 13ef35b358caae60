using Tributary.Connections;
using Tributary.Operations;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Operations;

/// <summary>What every <see cref="IOperationStore"/> does.</summary>
public abstract class OperationStoreContract : StoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private protected OperationStoreContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    [Fact]
    public async Task An_operation_is_found_only_under_its_own_connection()
    {
        StoredConnection one = await CreateDraftAsync("one");
        StoredConnection two = await CreateDraftAsync("two");
        await AcceptAsync(one.Key, 0, operation: "op");

        Assert.NotNull(await Operations.FindOrNullAsync(one.Key, "op", Token));
        Assert.Null(await Operations.FindOrNullAsync(two.Key, "op", Token));
        Assert.Null(await Operations.FindOrNullAsync(one.Key, "nosuch", Token));
    }

    [Fact]
    public async Task Schema_operations_of_a_connection_are_listed_in_the_order_of_their_ids()
    {
        StoredConnection one = await CreateDraftAsync("one");
        StoredConnection two = await CreateDraftAsync("two");
        await AcceptAsync(one.Key, 0, operation: "b", isImmediate: true);
        await AcceptAsync(one.Key, 1, operation: "B", isImmediate: true);
        await AcceptAsync(one.Key, 2, operation: "a");
        await AcceptAsync(two.Key, 0, operation: "c");
        await BeginDeletionAsync(one.Key);

        Assert.Equal(["B", "a", "b"], (await Operations.ListAsync(one.Key, "", 9, Token)).Select(operation => operation.Id));
        Assert.Equal(["a"], (await Operations.ListAsync(one.Key, "B", 1, Token)).Select(operation => operation.Id));
        Assert.Equal((3L, 1L), (await Operations.CountAsync(one.Key, Token), await Operations.CountAsync(two.Key, Token)));
    }

    [Fact]
    public async Task Due_are_those_in_progress_whose_time_has_come_the_oldest_first()
    {
        await WaitingAsync("third", Noon);
        await WaitingAsync("first", Noon.AddMinutes(-10));
        await WaitingAsync("second", Noon.AddMinutes(-5));
        await WaitingAsync("later", Noon.AddMilliseconds(1));
        StoredConnection done = await CreateDraftAsync("done");
        await AcceptAsync(done.Key, 0, operation: "done", due: Noon.AddMinutes(-20), isImmediate: true);

        IReadOnlyList<ConnectionOperation> due = await Operations.ListDueAsync(Noon, Token);

        Assert.Equal(["first", "second", "third"], due.Select(operation => operation.Id));
    }

    [Fact]
    public async Task The_next_due_is_the_earliest_in_progress_that_is_not_due_yet_or_nothing()
    {
        Assert.Null(await Operations.NextDueOrNullAsync(DateTimeOffset.UnixEpoch, Token));
        await WaitingAsync("late", Noon.AddHours(1));
        await WaitingAsync("early", Noon);
        Assert.Equal(Noon, await Operations.NextDueOrNullAsync(Noon.AddMilliseconds(-1), Token));
        Assert.Equal(Noon.AddHours(1), await Operations.NextDueOrNullAsync(Noon, Token));

        foreach (ConnectionOperation operation in await Operations.ListDueAsync(Noon.AddHours(2), Token))
        {
            await Operations.CompleteSchemaAsync(operation, Token);
        }

        Assert.Null(await Operations.NextDueOrNullAsync(DateTimeOffset.UnixEpoch, Token));
    }

    [Fact]
    public async Task Completing_makes_the_schema_active_and_the_connection_ready_and_may_be_done_twice()
    {
        ConnectionOperation operation = await WaitingAsync("contosohr", Noon);

        await Operations.CompleteSchemaAsync(operation, Token);
        await Operations.CompleteSchemaAsync(operation, Token);

        StoredConnection ready = await FindAsync("contosohr");
        Assert.Equal((1, 1, ConnectionState.Ready), (ready.AcceptedSchema, ready.ActiveSchema, ready.State));
        Assert.Equal(ConnectionOperationStatus.Completed, (await Operations.FindOrNullAsync(operation.Connection, operation.Id, Token))!.Status);
    }

    [Fact]
    public async Task Operations_survive_reopening()
    {
        ConnectionOperation operation = await WaitingAsync("contosohr", Noon);
        await ReopenAsync();

        Assert.Equal(operation, Assert.Single(await Operations.ListDueAsync(Noon, Token)));
    }

    [Fact]
    public async Task A_deletion_begins_once()
    {
        int queued = 0;
        Signals.OperationQueued += () => queued++;
        StoredConnection connection = await CreateDraftAsync();

        Assert.Equal(BeginDeletionOutcome.Begun, await Operations.BeginDeletionAsync(connection.Key, "one", Noon, Token));
        Assert.Equal(BeginDeletionOutcome.AlreadyDeleting, await Operations.BeginDeletionAsync(connection.Key, "two", Noon, Token));
        Assert.Equal(BeginDeletionOutcome.Gone, await Operations.BeginDeletionAsync(new ConnectionKey(999), "three", Noon, Token));

        Assert.Equal(1, queued);
        Assert.Equal("one", Assert.Single(await Operations.ListDueAsync(Noon, Token)).Id);
    }

    [Fact]
    public async Task A_deletion_goes_in_small_steps_and_leaves_nothing_in_any_table_but_its_neighbours()
    {
        StoredConnection doomed = await CreateReadyAsync("doomed");
        StoredConnection neighbour = await CreateReadyAsync("neighbour");
        await PutManyAsync(neighbour.Key, 7, acl: i => AclOf($"group{i}"));
        var before = new Dictionary<string, long>();
        foreach (string table in Tables)
        {
            before[table] = await CountAsync(table) - (table is "connection" or "connection_schema" or "operation" ? 1 : 0);
        }

        await PutManyAsync(doomed.Key, 95, acl: i => AclOf($"group{i}"));
        ConnectionOperation operation = await BeginDeletionAsync(doomed.Key);
        long items = 95;
        while (await Operations.DeleteStepAsync(operation, 10, TimeSpan.Zero, Token) == StepOutcome.More)
        {
            long left = await CountAsync("item") - 7;
            Assert.InRange(items - left, 0, 10);
            items = left;

            // Content never outlives its item, nor the other way round.
            Assert.Equal(await CountAsync("item"), await CountAsync("item_content"));
        }

        foreach (string table in Tables)
        {
            Assert.Equal((table, before[table]), (table, await CountAsync(table)));
        }

        Assert.Equal(7, (await FindAsync("neighbour")).ItemCount);
    }

    [Fact]
    public async Task A_step_goes_on_until_its_time_is_over()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 95);

        Assert.Equal(StepOutcome.Done, await Operations.DeleteStepAsync(await BeginDeletionAsync(connection.Key), 10, TimeSpan.FromHours(1), Token));

        Assert.Equal(0, await CountAsync("item"));
        Assert.Equal(0, await CountAsync("connection"));
    }

    [Fact]
    public async Task The_end_of_a_deletion_is_told_once_it_is_over()
    {
        var dropped = new List<ConnectionKey>();
        Signals.Dropped += dropped.Add;
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 3);
        ConnectionOperation operation = await BeginDeletionAsync(connection.Key);

        Assert.Equal(StepOutcome.More, await Operations.DeleteStepAsync(operation, 10, TimeSpan.Zero, Token));
        Assert.Empty(dropped);
        Assert.Equal(StepOutcome.Done, await Operations.DeleteStepAsync(operation, 10, TimeSpan.Zero, Token));
        Assert.Equal([connection.Key], dropped);
    }

    [Fact]
    public async Task A_deletion_that_was_cut_off_goes_on_after_reopening()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 30);
        Assert.Equal(StepOutcome.More, await Operations.DeleteStepAsync(await BeginDeletionAsync(connection.Key), 10, TimeSpan.Zero, Token));
        await ReopenAsync();

        ConnectionOperation resumed = Assert.Single(await Operations.ListDueAsync(Noon, Token));
        while (await Operations.DeleteStepAsync(resumed, 10, TimeSpan.Zero, Token) == StepOutcome.More)
        {
        }

        foreach (string table in Tables)
        {
            Assert.Equal((table, 0L), (table, await CountAsync(table)));
        }
    }

    [Fact]
    public async Task A_step_after_the_end_changes_nothing()
    {
        StoredConnection connection = await CreateReadyAsync();
        ConnectionOperation operation = await BeginDeletionAsync(connection.Key);
        Assert.Equal(StepOutcome.Done, await Operations.DeleteStepAsync(operation, 10, TimeSpan.Zero, Token));
        StoredConnection next = await CreateReadyAsync();
        await PutManyAsync(next.Key, 3);

        Assert.Equal(StepOutcome.Done, await Operations.DeleteStepAsync(operation, 10, TimeSpan.Zero, Token));

        Assert.Equal(3, (await FindAsync("contosohr")).ItemCount);
        Assert.Equal(3, await CountAsync("item"));
    }

    [Fact]
    public async Task A_schema_operation_of_a_connection_that_is_being_deleted_does_not_revive_it()
    {
        ConnectionOperation provisioning = await WaitingAsync("contosohr", Noon);
        await BeginDeletionAsync(provisioning.Connection);

        await Operations.CompleteSchemaAsync(provisioning, Token);

        StoredConnection connection = await FindAsync("contosohr");
        Assert.True(connection.IsDeleting);
        Assert.Equal((0, ConnectionState.Draft), (connection.ActiveSchema, connection.State));
    }

    [Fact]
    public async Task A_step_is_small_in_bytes_too()
    {
        StoredConnection connection = await CreateReadyAsync();
        string content = new('x', 5_000_000);
        for (int i = 0; i < 6; i++)
        {
            await PutAsync(connection.Key, Write($"item{i}", content: content));
        }

        Assert.Equal(StepOutcome.More, await Operations.DeleteStepAsync(await BeginDeletionAsync(connection.Key), 500, TimeSpan.Zero, Token));

        Assert.InRange(await CountAsync("item"), 1, 5);
        Assert.Equal(await CountAsync("item"), await CountAsync("item_content"));
    }

    private async Task<ConnectionOperation> WaitingAsync(string id, DateTimeOffset due)
    {
        StoredConnection connection = await CreateDraftAsync(id);
        await AcceptAsync(connection.Key, 0, operation: id, due: due);
        return (await Operations.FindOrNullAsync(connection.Key, id, Token))!;
    }
}
