namespace Tributary.Storage;

/// <summary>A write that waits for its commit.</summary>
internal abstract class QueuedWrite(WriteScope scope, long bytes)
{
    public WriteScope Scope { get; } = scope;

    public long Bytes { get; } = bytes;

    public Foresight? Foresight { get; init; }

    /// <summary>Always the last of its group.</summary>
    public bool IsBackground { get; init; }

    /// <summary>Since when it waits for others who hold what it wants; null when it never did.</summary>
    public long? BlockedSince { get; set; }

    /// <summary>Queued with this one and not to be parted from it; null for none.</summary>
    public QueuedWrite? Next { get; set; }

    /// <summary>False when the caller has given up before its turn came.</summary>
    public abstract bool TryStart();

    /// <summary>Does the work, perhaps again; throws what it throws.</summary>
    public abstract void Run(SqlSession session);

    /// <summary>What <see cref="Run"/> threw is the caller's, once its writes are undone and its neighbours' are committed.</summary>
    public abstract void Threw(Exception exception);

    /// <summary>The commit is durable.</summary>
    public abstract void Answer();

    public abstract void Fail(Exception exception);
}

/// <inheritdoc/>
internal sealed class QueuedWrite<T>(WriteScope scope, Func<SqlSession, T> run, long bytes, CancellationToken cancellationToken) : QueuedWrite(scope, bytes)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _exception;

    public Task<T> Task => _completion.Task;

    public override bool TryStart()
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }

        _completion.TrySetCanceled(cancellationToken);
        return false;
    }

    public override void Run(SqlSession session)
    {
        _exception = null;
        _result = run(session);
    }

    public override void Threw(Exception exception) => _exception = exception;

    public override void Answer()
    {
        if (_exception is null)
        {
            _completion.TrySetResult(_result!);
        }
        else
        {
            _completion.TrySetException(_exception);
        }
    }

    public override void Fail(Exception exception) => _completion.TrySetException(exception);
}
