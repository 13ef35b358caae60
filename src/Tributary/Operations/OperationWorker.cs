using Tributary.Background;
using Tributary.Indexing;
using Tributary.Nodes;
using Tributary.Storage;

namespace Tributary.Operations;

/// <summary>
/// Carries out operations that are due, one step at a time, so that a large deletion never keeps a schema waiting. Sleeps until the next one is due or a
/// new one is queued; a restart finds the rows where they were. A schema comes into force only when the items are indexed as it wants, by each node: all prepare
/// their indexes, and who comes last completes it. A deletion is one node's, until that is not heard of any more.
/// </summary>
internal sealed partial class OperationWorker(
    IOperationStore operations,
    IIndexPreparation indexes,
    ISqlDatabase database,
    SqlSignals signals,
    ThisNode node,
    TimeProvider time,
    ILogger<OperationWorker> logger) : BackgroundService
{
    /// <summary>A step of a deletion or of giving pages back holds up other writers about so long, and the time its commit takes.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(1);

    /// <summary>Rows that a step removes between two looks at the time.</summary>
    private const int RowsAtOnce = 32;

    /// <summary>Wait after a failure, such as a full disk, before the same operation is tried again.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>What other nodes have queued or prepared may be signalled here or not.</summary>
    private static readonly TimeSpan MaxSleepAmongOthers = TimeSpan.FromSeconds(1);

    private readonly WakeSignal _wake = new(time);
    private readonly OutageLog _outage = new("The work on operations", time, logger);

    /// <summary>Operations that failed, and until when they rest: one that cannot be done must not keep the others from their turn.</summary>
    private readonly Dictionary<string, DateTimeOffset> _resting = [];

    /// <summary>Also at the start: what the last run freed and did not get round to giving back.</summary>
    private bool _mayReclaim = true;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        signals.OperationQueued += _wake.Wake;
        indexes.Prepared += _wake.Wake;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        signals.OperationQueued -= _wake.Wake;
        indexes.Prepared -= _wake.Wake;
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            DateTimeOffset? next;
            try
            {
                next = await RunDueAsync(stoppingToken);
                if (_resting.Count == 0)
                {
                    _outage.Succeeded();
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever fails, the rows are still there and the loop goes on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _outage.Failed(exception);
                next = time.GetUtcNow() + RetryDelay;
            }

            await _wake.SleepUntilAsync(AmongOthers(next), stoppingToken);
        }
    }

    /// <summary>One round over what is due, a step of each; returns when the next is (null: when woken).</summary>
    private async Task<DateTimeOffset?> RunDueAsync(CancellationToken cancellationToken)
    {
        bool hasMore = false;
        DateTimeOffset now = time.GetUtcNow();
        IReadOnlyList<ConnectionOperation> due = await operations.ListDueAsync(now, cancellationToken);
        foreach (string gone in _resting.Keys.Except(due.Select(operation => operation.Id)).ToList())
        {
            // Another node has done it meanwhile.
            _resting.Remove(gone);
        }

        foreach (ConnectionOperation operation in due)
        {
            if (_resting.TryGetValue(operation.Id, out DateTimeOffset until) && until > time.GetUtcNow())
            {
                continue;
            }

            try
            {
                hasMore |= await RunStepAsync(operation, cancellationToken);
                _resting.Remove(operation.Id);
            }
#pragma warning disable CA1031 // Whatever fails, the row is still there and the others have their turn.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _outage.Failed(exception);
                _resting[operation.Id] = time.GetUtcNow() + RetryDelay;
            }
        }

        if (_mayReclaim)
        {
            _mayReclaim = false;
            _mayReclaim = await database.ReclaimAsync(LongestStep, cancellationToken);
            hasMore |= _mayReclaim;
        }

        if (hasMore)
        {
            return time.GetUtcNow();
        }

        if (_resting.Count > 0)
        {
            return time.GetUtcNow() + RetryDelay;
        }

        // What is due and still there waits for an index, which wakes us.
        return await operations.NextDueOrNullAsync(now, cancellationToken);
    }

    /// <summary>True when the operation has more steps that can be done at once.</summary>
    private async Task<bool> RunStepAsync(ConnectionOperation operation, CancellationToken cancellationToken)
    {
        if (operation.Kind == OperationKind.ProvisionSchema)
        {
            if (operation.Error is not null || await indexes.IsPreparedForAsync(operation.Connection, operation.SchemaVersion, cancellationToken))
            {
                await operations.CompleteSchemaAsync(operation, cancellationToken);
            }

            return false;
        }

        StepOutcome outcome = await operations.DeleteStepAsync(operation, RowsAtOnce, LongestStep, cancellationToken);
        if (outcome == StepOutcome.Done)
        {
            LogDeleted(operation.Connection.Value);
            _mayReclaim = true;
        }

        return outcome == StepOutcome.More;
    }

    private DateTimeOffset? AmongOthers(DateTimeOffset? until) =>
        node.IsShared && !(until - time.GetUtcNow() < MaxSleepAmongOthers) ? time.GetUtcNow() + MaxSleepAmongOthers : until;

    [LoggerMessage(1002, LogLevel.Information, "Connection {Connection} and everything in it is deleted.")]
    private partial void LogDeleted(long connection);
}
