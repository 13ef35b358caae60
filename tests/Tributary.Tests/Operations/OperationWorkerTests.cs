using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Tributary.Connections;
using Tributary.Nodes;
using Tributary.Operations;
using Tributary.Storage;
using Tributary.Tests.Auth;
using Tributary.Tests.Hosting;
using Tributary.Tests.Storage;
using Tributary.Tests.Storage.Sqlite;

namespace Tributary.Tests.Operations;

/// <summary>The worker over a real store, with a clock that only the test moves.</summary>
public sealed class OperationWorkerTests() : StoreContract(() => new SqliteTestDatabase())
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly LogRecorder _log = new();

    [Fact]
    public async Task What_is_due_when_the_worker_starts_is_done_at_once()
    {
        StoredConnection draft = await CreateDraftAsync();
        await AcceptAsync(draft.Key, 0, due: Noon);

        await using Watched worker = await StartAsync();

        await worker.Operations.WaitForAsync("completed", 1);
        Assert.Equal(ConnectionState.Ready, (await FindAsync("contosohr")).State);
    }

    [Fact]
    public async Task What_is_due_later_waits_for_its_time_and_no_longer()
    {
        StoredConnection draft = await CreateDraftAsync();
        await AcceptAsync(draft.Key, 0, due: Noon.AddMinutes(10));
        await using Watched worker = await StartAsync();
        await worker.Operations.WaitForAsync("slept", 1);

        _time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(ConnectionState.Draft, (await FindAsync("contosohr")).State);
        Assert.Equal(0, worker.Operations.Count("completed"));

        await worker.AdvanceUntilAsync("completed", 1, TimeSpan.FromMilliseconds(1));
        Assert.Equal(ConnectionState.Ready, (await FindAsync("contosohr")).State);
    }

    [Fact]
    public async Task What_is_queued_while_the_worker_sleeps_wakes_it()
    {
        await using Watched worker = await StartAsync();
        await worker.Operations.WaitForAsync("slept", 1);
        StoredConnection draft = await CreateDraftAsync();

        await AcceptAsync(draft.Key, 0, due: Noon);

        await worker.Operations.WaitForAsync("completed", 1);
    }

    [Fact]
    public async Task Something_due_in_many_years_does_not_stop_the_worker()
    {
        StoredConnection far = await CreateDraftAsync("far");
        await AcceptAsync(far.Key, 0, due: Noon.AddYears(10));
        await using Watched worker = await StartAsync();
        await worker.Operations.WaitForAsync("slept", 1);
        StoredConnection near = await CreateDraftAsync("near");

        await AcceptAsync(near.Key, 0, due: Noon);

        await worker.Operations.WaitForAsync("completed", 1);
        Assert.False(worker.Loop.IsCompleted);
    }

    [Fact]
    public async Task A_deletion_runs_to_its_end_and_gives_its_pages_back()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 1200);
        await using Watched worker = await StartAsync();

        await BeginDeletionAsync(connection.Key);

        await worker.Operations.WaitForAsync("deleted", 1);
        await worker.Operations.WaitForAsync("slept", worker.Operations.Count("slept") + 1, orBy: () => Database.ReadAsync(
            session => session.ScalarOrNull("PRAGMA freelist_count") == 0, Token));
        foreach (string table in Tables)
        {
            Assert.Equal((table, 0L), (table, await CountAsync(table)));
        }
    }

    [Fact]
    public async Task A_long_deletion_lets_a_schema_pass_between_its_steps()
    {
        StoredConnection connection = await CreateReadyAsync("doomed");
        await PutManyAsync(connection.Key, 1200);
        await BeginDeletionAsync(connection.Key);
        StoredConnection draft = await CreateDraftAsync("draft");
        await AcceptAsync(draft.Key, 0, due: Noon);

        await using Watched worker = await StartAsync();

        await worker.Operations.WaitForAsync("deleted", 1);
        Assert.True(worker.Operations.First("completed") < worker.Operations.First("deleted"));
    }

    [Fact]
    public async Task An_operation_that_fails_is_tried_again_and_does_not_keep_the_others_from_their_turn()
    {
        StoredConnection failing = await CreateDraftAsync("failing");
        await AcceptAsync(failing.Key, 0, operation: "failing", due: Noon.AddMinutes(-2));
        StoredConnection other = await CreateDraftAsync("other");
        await AcceptAsync(other.Key, 0, operation: "other", due: Noon.AddMinutes(-1));
        int failures = 2;
        await using Watched worker = await StartAsync(operation => operation.Id == "failing" && failures-- > 0);

        await worker.Operations.WaitForAsync("completed", 1);
        Assert.Equal(ConnectionState.Ready, (await FindAsync("other")).State);
        Assert.Equal(ConnectionState.Draft, (await FindAsync("failing")).State);

        await worker.AdvanceUntilAsync("completed", 2, TimeSpan.FromSeconds(1));
        Assert.Equal(ConnectionState.Ready, (await FindAsync("failing")).State);
        Assert.Equal(2, worker.Operations.Count("failed"));
    }

    [Fact]
    public async Task An_operation_that_fails_again_and_again_is_told_when_it_begins_each_minute_and_when_it_has_succeeded()
    {
        StoredConnection failing = await CreateDraftAsync("failing");
        await AcceptAsync(failing.Key, 0, operation: "failing", due: Noon.AddMinutes(-2));
        int failures = 20;
        await using Watched worker = await StartAsync(_ => failures-- > 0);

        await worker.AdvanceUntilAsync("completed", 1, TimeSpan.FromSeconds(1));
        await Eventually.IsTrueAsync(() => Task.FromResult(Lines().LastOrDefault() == "1103"), "The end is told");

        Assert.Equal(20, worker.Operations.Count("failed"));
        string[] told = [.. Lines()];
        Assert.Equal(["1101", .. told[1..^1].Select(_ => "1102"), "1103"], told);

        IEnumerable<string> Lines() => _log.Lines.Select(line => line.Split(' ')[1]).Where(id => id.StartsWith("11", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restart_goes_on_where_the_last_run_was_cut_off()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutManyAsync(connection.Key, 1200);
        await BeginDeletionAsync(connection.Key);
        await using (Watched first = await StartAsync(operation => operation.Kind == OperationKind.DeleteConnection, failAfterSteps: 1))
        {
            await first.Operations.WaitForAsync("failed", 1);
        }

        Assert.InRange(await CountAsync("item"), 1, 1199);
        await ReopenAsync();
        await using Watched second = await StartAsync();

        await second.Operations.WaitForAsync("deleted", 1);
        Assert.Equal(0, await CountAsync("connection"));
    }

    [Fact]
    public async Task Stopping_ends_the_worker_in_its_sleep()
    {
        StoredConnection draft = await CreateDraftAsync();
        await AcceptAsync(draft.Key, 0, due: Noon.AddDays(1));
        Watched worker = await StartAsync();
        await worker.Operations.WaitForAsync("slept", 1);

        await worker.DisposeAsync().AsTask().WaitAsync(Patience, Token);
        Assert.True(worker.Loop.IsCompletedSuccessfully);
    }

    private async Task<Watched> StartAsync(Func<ConnectionOperation, bool>? fails = null, int failAfterSteps = 0)
    {
        var watched = new WatchedOperations(Operations, fails ?? (_ => false), failAfterSteps);
        var worker = new OperationWorker(watched, AlwaysPrepared.Instance, Database, Signals, ThisNode.Alone(_time), _time, new Logger<OperationWorker>(new LoggerFactory([_log])));
        await worker.StartAsync(Token);
        return new Watched(worker, watched, _time);
    }

    private sealed class Watched(OperationWorker worker, WatchedOperations operations, FakeTimeProvider time) : IAsyncDisposable
    {
        public WatchedOperations Operations { get; } = operations;

        public Task Loop => worker.ExecuteTask!;

        /// <summary>Moves the clock on, step by step, as the worker may set its timer a moment after the test looks.</summary>
        public async Task AdvanceUntilAsync(string what, int count, TimeSpan step)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
            patience.CancelAfter(Patience);
            while (Operations.Count(what) < count)
            {
                time.Advance(step);
                await Task.Delay(1, patience.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await worker.StopAsync(CancellationToken.None);
            worker.Dispose();
        }
    }

    /// <summary>The real store, failing when told to, and telling what was done: "completed", "deleted", "failed", "slept".</summary>
    private sealed class WatchedOperations(IOperationStore inner, Func<ConnectionOperation, bool> fails, int failAfterSteps) : IOperationStore
    {
        private readonly List<string> _done = [];
        private int _steps;

        public int Count(string what)
        {
            lock (_done)
            {
                return _done.Count(done => done == what);
            }
        }

        public int First(string what)
        {
            lock (_done)
            {
                return _done.IndexOf(what);
            }
        }

        public async Task WaitForAsync(string what, int count, Func<ValueTask<bool>>? orBy = null)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
            patience.CancelAfter(Patience);
            while (Count(what) < count && !(orBy is not null && await orBy()))
            {
                await Task.Delay(2, patience.Token);
            }
        }

        public ValueTask<ConnectionOperation?> FindOrNullAsync(ConnectionKey connection, string id, CancellationToken cancellationToken) =>
            inner.FindOrNullAsync(connection, id, cancellationToken);

        public ValueTask<IReadOnlyList<ConnectionOperation>> ListAsync(ConnectionKey connection, string after, int max, CancellationToken cancellationToken) =>
            inner.ListAsync(connection, after, max, cancellationToken);

        public ValueTask<long> CountAsync(ConnectionKey connection, CancellationToken cancellationToken) => inner.CountAsync(connection, cancellationToken);

        public ValueTask<BeginDeletionOutcome> BeginDeletionAsync(ConnectionKey connection, string operationId, DateTimeOffset due, CancellationToken cancellationToken) =>
            inner.BeginDeletionAsync(connection, operationId, due, cancellationToken);

        public ValueTask<IReadOnlyList<ConnectionOperation>> ListDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
            inner.ListDueAsync(now, cancellationToken);

        public async ValueTask<DateTimeOffset?> NextDueOrNullAsync(DateTimeOffset now, CancellationToken cancellationToken)
        {
            DateTimeOffset? next = await inner.NextDueOrNullAsync(now, cancellationToken);
            Note("slept");
            return next;
        }

        public async ValueTask CompleteSchemaAsync(ConnectionOperation operation, CancellationToken cancellationToken)
        {
            FailIfTold(operation);
            await inner.CompleteSchemaAsync(operation, cancellationToken);
            Note("completed");
        }

        public async ValueTask<StepOutcome> DeleteStepAsync(ConnectionOperation operation, int rows, TimeSpan longest, CancellationToken cancellationToken)
        {
            FailIfTold(operation);
            StepOutcome outcome = await inner.DeleteStepAsync(operation, rows, longest, cancellationToken);
            if (outcome == StepOutcome.Done)
            {
                Note("deleted");
            }

            return outcome;
        }

        private void FailIfTold(ConnectionOperation operation)
        {
            if (_steps++ >= failAfterSteps && fails(operation))
            {
                Note("failed");
                throw new StorageFullException(new IOException("No room."));
            }
        }

        private void Note(string what)
        {
            lock (_done)
            {
                _done.Add(what);
            }
        }
    }
}
