using Microsoft.Extensions.Options;

namespace Tributary.Search;

/// <summary>
/// Searches that work at the same time: each keeps a thread and memory of its own busy, and others than searches want to be answered too. Those beyond wait,
/// and their deadline goes on meanwhile.
/// </summary>
internal sealed class SearchGate(IOptions<SearchOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _places = new(options.Value.MaxConcurrent > 0 ? options.Value.MaxConcurrent : Math.Max(2, Environment.ProcessorCount));

    /// <summary>Waits for a place; dispose the result to give it back.</summary>
    /// <exception cref="OperationCanceledException">The deadline has passed, or the client has gone.</exception>
    public async ValueTask<Place> EnterAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        return new Place(_places);
    }

    public void Dispose() => _places.Dispose();

    public readonly struct Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
