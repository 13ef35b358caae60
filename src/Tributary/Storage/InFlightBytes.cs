using Microsoft.Extensions.Options;

namespace Tributary.Storage;

/// <summary>
/// Bounds the bytes of request bodies, decompressed, that are in memory at once. Small bodies pass: connections and the writer's queue bound them; a large
/// one waits until there is room, before it is read, or, when its length is not known, as soon as it is no longer small.
/// </summary>
internal sealed class InFlightBytes(IOptions<StorageOptions> options) : IDisposable
{
    /// <summary>Up to this many bytes a body is small.</summary>
    public const int SmallBytes = UnitBytes;

    private const int UnitBytes = 64 * 1024;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _units = new(Units(options.Value.MaxInFlightBytes));
    private readonly int _capacity = Units(options.Value.MaxInFlightBytes);

    /// <summary>Waits for room for <paramref name="bytes"/>; dispose the result to give it back.</summary>
    public async ValueTask<IDisposable> ReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        if (bytes <= UnitBytes)
        {
            return Reservation.None;
        }

        // A body larger than everything takes everything. One caller gathers at a time, so that two cannot each hold half and wait for the other.
        int needed = Math.Min(Units(bytes), _capacity);
        await _turn.WaitAsync(cancellationToken);
        int taken = 0;
        try
        {
            for (; taken < needed; taken++)
            {
                await _units.WaitAsync(cancellationToken);
            }

            return new Reservation(_units, needed);
        }
        catch
        {
            if (taken > 0)
            {
                _units.Release(taken);
            }

            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Dispose();
        _units.Dispose();
    }

    private static int Units(long bytes) => (int)Math.Clamp((bytes + UnitBytes - 1) / UnitBytes, 1, int.MaxValue);

    private sealed class Reservation(SemaphoreSlim? units, int count) : IDisposable
    {
        public static readonly Reservation None = new(null, 0);

        private int _count = count;

        public void Dispose()
        {
            int count = Interlocked.Exchange(ref _count, 0);
            if (count > 0)
            {
                units?.Release(count);
            }
        }
    }
}
