using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Tributary.Auth;

namespace Tributary.Search;

/// <summary>Whose searches wait for each other.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Id">The user, whatever app asks for him; of an application the app.</param>
internal readonly record struct Searcher(string TenantId, string Id)
{
    public static Searcher Of(Caller caller) => new(caller.TenantId, caller.UserId ?? caller.AppId);
}

/// <summary>
/// Searches that work at the same time: each keeps a thread and memory of its own busy, and others than searches want to be answered too. Those beyond wait,
/// and their deadline goes on meanwhile. Who asks for more than all places but one waits for his own: however much he asks, he is never in the way of others with
/// more than that.
/// </summary>
internal sealed class SearchGate : IDisposable
{
    private readonly PartitionedRateLimiter<Searcher> _ofEach;
    private readonly PartitionedRateLimiter<Searcher> _ofAll;
    private readonly PartitionedRateLimiter<Searcher> _places;

    public SearchGate(IOptions<SearchOptions> options)
    {
        int count = options.Value.MaxConcurrent > 0 ? options.Value.MaxConcurrent : Math.Max(2, Environment.ProcessorCount) + 1;
        _ofEach = Limit(searcher => searcher, Math.Max(1, count - 1));
        _ofAll = Limit(_ => default, count);
        _places = PartitionedRateLimiter.CreateChained(_ofEach, _ofAll);
    }

    /// <summary>Waits for a place; dispose the result to give it back.</summary>
    /// <exception cref="OperationCanceledException">The deadline has passed, or the client has gone.</exception>
    public ValueTask<RateLimitLease> EnterAsync(Searcher searcher, CancellationToken cancellationToken) =>
        _places.AcquireAsync(searcher, permitCount: 1, cancellationToken);

    public void Dispose()
    {
        _places.Dispose();
        _ofEach.Dispose();
        _ofAll.Dispose();
    }

    private static PartitionedRateLimiter<Searcher> Limit(Func<Searcher, Searcher> partition, int count) =>
        PartitionedRateLimiter.Create<Searcher, Searcher>(searcher => RateLimitPartition.GetConcurrencyLimiter(
            partition(searcher),
            _ => new ConcurrencyLimiterOptions { PermitLimit = count, QueueLimit = int.MaxValue, QueueProcessingOrder = QueueProcessingOrder.OldestFirst }));
}
