namespace Tributary.Chaos.Load;

/// <summary>How much is asked.</summary>
/// <param name="Writers">That write at the same time.</param>
/// <param name="Searchers">That search at the same time.</param>
/// <param name="Pause">Of each between two requests, on average.</param>
internal sealed record LoadOptions(int Writers, int Searchers, TimeSpan Pause)
{
    /// <summary>Items that one writer alone writes.</summary>
    public int OwnItems { get; init; } = 8;

    /// <summary>Items that all write.</summary>
    public int SharedItems { get; init; } = 12;

    /// <summary>Waits, but no longer than until it is time to stop.</summary>
    public static async Task PauseAsync(TimeSpan time, CancellationToken stop)
    {
        try
        {
            await Task.Delay(time, stop);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
