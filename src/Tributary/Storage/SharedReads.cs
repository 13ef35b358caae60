namespace Tributary.Storage;

/// <summary>
/// One read for all who ask for the same at the same time. Who comes while one is under way does not get its answer, which may be older than what he was told before he
/// asked: he shares the next, which begins after he came.
/// </summary>
internal sealed class SharedReads<TKey, T>(Func<TKey, ValueTask<T>> read)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Line> _lines = [];

    public Task<T> ReadAsync(TKey key, CancellationToken cancellationToken)
    {
        var first = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Line? line;
        lock (_lines)
        {
            if (_lines.TryGetValue(key, out line))
            {
                line.Next ??= new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
                return line.Next.Task.WaitAsync(cancellationToken);
            }

            _lines.Add(key, line = new Line());
        }

        _ = RunAsync(key, line, first);
        return first.Task.WaitAsync(cancellationToken);
    }

    private async Task RunAsync(TKey key, Line line, TaskCompletionSource<T> answer)
    {
        while (true)
        {
            try
            {
                answer.SetResult(await read(key));
            }
#pragma warning disable CA1031 // Whatever it was, it is told to all who share the read.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                answer.SetException(exception);
            }

            lock (_lines)
            {
                if (line.Next is null)
                {
                    _lines.Remove(key);
                    return;
                }

                answer = line.Next;
                line.Next = null;
            }

            // What comes next is not the first caller's to wait for.
            await Task.Yield();
        }
    }

    private sealed class Line
    {
        public TaskCompletionSource<T>? Next { get; set; }
    }
}
