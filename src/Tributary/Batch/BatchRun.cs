using Tributary.Storage;

namespace Tributary.Batch;

/// <summary>
/// The order in which the parts of a batch run: each as soon as those that it depends on have succeeded, all others at once. Answers are taken in the order of
/// the requests.
/// </summary>
/// <param name="parts">Every part depends on earlier ones only.</param>
/// <param name="runAsync">Runs a part, or answers it with 424 because of the part given beside it. Never throws.</param>
/// <param name="takeAsync">Takes an answer.</param>
/// <param name="writes">What parts write at the same time shares a commit.</param>
/// <param name="aborted">Nobody waits for an answer any more: what has not begun does not begin.</param>
internal sealed class BatchRun(
    IReadOnlyList<BatchPart> parts,
    Func<BatchPart, BatchPart?, Task<PartAnswer>> runAsync,
    Func<BatchPart, PartAnswer, Task> takeAsync,
    IWriteGroup writes,
    CancellationToken aborted)
{
    /// <summary>
    /// How far parts that read run ahead of the part whose answer is taken next. What they answer can be large, whatever the batch's own size, and has to be kept
    /// until its turn. The part whose turn it is waits for nobody, so there is always one that goes on.
    /// </summary>
    public const int ReadAhead = 4;

    /// <summary>What a POST creates in, or adds to; its answer is about as large as its body.</summary>
    private static readonly string[] Creating = ["connections", "groups", "members", "addActivities", "schema"];

    private readonly Step[] _steps = new Step[parts.Count];
    private volatile bool _isStopped;

    public async Task RunAsync()
    {
        for (int i = 0; i < _steps.Length; i++)
        {
            _steps[i] = new Step(parts[i], i);
            foreach (int place in parts[i].DependsOn)
            {
                _steps[place].Dependents.Add(_steps[i]);
            }
        }

        BeginAll();
        try
        {
            foreach (Step step in _steps)
            {
                if (await step.Answered.Task is { } answer && !aborted.IsCancellationRequested)
                {
                    await takeAsync(step.Part, answer);
                }

                step.Taken.SetResult();
                step.Forget();
            }
        }
        finally
        {
            // Whatever happened: nobody may still read bytes that are about to be given back.
            _isStopped = true;
            foreach (Step step in _steps)
            {
                step.Taken.TrySetResult();
            }

            await Task.WhenAll(_steps.Select(step => step.Left.Task));
        }
    }

    private void BeginAll()
    {
        // A member itself until all have begun, so that the first part's write waits for the others.
        using IDisposable member = writes.Enter();
        foreach (Step step in _steps)
        {
            if (step.Part.DependsOn.Count == 0)
            {
                _ = BeginAsync(step);
            }
        }
    }

    /// <summary>Runs synchronously up to where the part is a member of the group of writers, so that nobody who begins several loses one.</summary>
    private async Task BeginAsync(Step step)
    {
        if (IsRead(step.Part) && step.Place >= ReadAhead)
        {
            await _steps[step.Place - ReadAhead].Taken.Task;
        }

        using (writes.Enter())
        {
            // From here on beside the others, on a thread of its own.
            await Task.Yield();
            PartAnswer? answer = null;
            Exception? bug = null;
            try
            {
                answer = _isStopped || aborted.IsCancellationRequested ? null : await runAsync(step.Part, step.FailedDependency);
            }
#pragma warning disable CA1031 // It is thrown where the answer is awaited; here it would leave everybody waiting.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                bug = exception;
                _isStopped = true;
            }

            foreach (Step dependent in step.Dependents)
            {
                if (answer?.Status >= StatusCodes.Status400BadRequest)
                {
                    dependent.FailedDependency = step.Part;
                }

                if (dependent.DependencyIsDone())
                {
                    _ = BeginAsync(dependent);
                }
            }

            if (bug is null)
            {
                step.Answered.SetResult(answer);
            }
            else
            {
                step.Answered.SetException(bug);
            }
        }

        step.Left.SetResult();
    }

    /// <summary>
    /// Whether the answer can be larger than what was sent: of a GET, and of a POST that is not known to create, such as a search, however its path is written.
    /// </summary>
    private static bool IsRead(BatchPart part)
    {
        if (!HttpMethods.IsPost(part.Method))
        {
            return HttpMethods.IsGet(part.Method) || HttpMethods.IsHead(part.Method);
        }

        ReadOnlySpan<char> path = part.Url.AsSpan();
        path = (path.IndexOfAny('?', '#') is >= 0 and var end ? path[..end] : path).TrimEnd('/');
        ReadOnlySpan<char> last = path[(path.LastIndexOf('/') + 1)..];
        foreach (string creating in Creating)
        {
            if (last.Equals(creating, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }

    private sealed class Step(BatchPart part, int place)
    {
        private int _waitsFor = part.DependsOn.Count;

        public BatchPart Part => part;

        public int Place => place;

        public List<Step> Dependents { get; } = [];

        /// <summary>The part that keeps this one from running; several may try to name themselves, and any of them will do.</summary>
        public BatchPart? FailedDependency { get; set; }

        /// <summary>Null when the part did not begin.</summary>
        public TaskCompletionSource<PartAnswer?> Answered { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool DependencyIsDone() => Interlocked.Decrement(ref _waitsFor) == 0;

        /// <summary>Lets go of an answer that has been taken: it may be large.</summary>
        public void Forget() => Answered = null!;
    }
}
