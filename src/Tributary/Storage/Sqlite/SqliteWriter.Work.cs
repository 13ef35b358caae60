namespace Tributary.Storage.Sqlite;

/// <content>What callers queue.</content>
internal sealed partial class SqliteWriter
{
    private abstract class Work(long bytes)
    {
        public long Bytes { get; } = bytes;

        /// <summary>Always the last of its group.</summary>
        public bool IsBackground { get; init; }

        /// <summary>Queued with this one and not to be parted from it; null for none.</summary>
        public Work? Next { get; set; }

        /// <summary>False when the caller has given up before its turn came.</summary>
        public abstract bool TryStart();

        /// <summary>False when the work threw and its writes must be undone. Throws when the whole transaction is gone.</summary>
        public abstract bool TryRun(SqlSession session);

        public abstract void Answer();

        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<SqlSession, T> run, long bytes, CancellationToken cancellationToken) : Work(bytes)
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

        public override bool TryRun(SqlSession session)
        {
            try
            {
                _result = run(session);
                _exception = null;
                return true;
            }
            catch (Exception exception) when (!EndsTransaction(exception))
            {
                _exception = exception;
                return false;
            }
        }

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
}
