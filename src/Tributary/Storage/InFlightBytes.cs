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

    /// <summary>One caller's bodies may take a quarter of the room, so that one who sends slowly keeps nobody else waiting.</summary>
    private const int ShareDivisor = 4;

    private readonly AsyncLocal<Coverage?> _coverage = new();
    private readonly Room _all = new(Units(options.Value.MaxInFlightBytes));
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private readonly int _shareUnits = Math.Max(1, Units(options.Value.MaxInFlightBytes) / ShareDivisor);

    /// <summary>Waits for room for <paramref name="bytes"/>; dispose the result to give it back.</summary>
    /// <param name="bytes">How many. What is larger than everything takes everything there is.</param>
    /// <param name="owner">Whose body it is; null for the server's own.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">There was none within <see cref="StorageOptions.InFlightWait"/>; real time, as others' slowness is.</exception>
    public async ValueTask<IDisposable> ReserveAsync(long bytes, CancellationToken cancellationToken, string? owner = null)
    {
        if (bytes <= UnitBytes || _coverage.Value is { IsOpen: true })
        {
            return Reservation.None;
        }

        var reservation = new Reservation();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Value.InFlightWait);
        try
        {
            if (owner is not null)
            {
                reservation.Add(() => Leave(owner));
                await Enter(owner).Room.TakeAsync(Units(bytes), reservation, patience.Token);
            }

            await _all.TakeAsync(owner is null ? Units(bytes) : Math.Min(Units(bytes), _shareUnits), reservation, patience.Token);
            return reservation;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            reservation.Dispose();
            throw new TimeoutException($"There was no room for a large body within {options.Value.InFlightWait}; others are under way.");
        }
        catch
        {
            reservation.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Until the result is disposed, what the caller's asynchronous flow reserves is part of a reservation that it holds already. The parts of a batch, whose
    /// bytes are the batch's, would otherwise wait for room that the batch itself keeps.
    /// </summary>
    public IDisposable Cover() => _coverage.Value = new Coverage();

    public void Dispose()
    {
        _all.Dispose();
        foreach (Share share in _shares.Values)
        {
            share.Room.Dispose();
        }
    }

    private Share Enter(string owner)
    {
        lock (_shares)
        {
            if (!_shares.TryGetValue(owner, out Share? share))
            {
                _shares.Add(owner, share = new Share(new Room(_shareUnits)));
            }

            share.Users++;
            return share;
        }
    }

    private void Leave(string owner)
    {
        lock (_shares)
        {
            if (_shares.TryGetValue(owner, out Share? share) && --share.Users == 0)
            {
                _shares.Remove(owner);
                share.Room.Dispose();
            }
        }
    }

    private static int Units(long bytes) => (int)Math.Clamp((bytes + UnitBytes - 1) / UnitBytes, 1, int.MaxValue);

    /// <summary>Closed rather than taken out of the flow: what the flow left running keeps its own view of it.</summary>
    private sealed class Coverage : IDisposable
    {
        public bool IsOpen { get; private set; } = true;

        public void Dispose() => IsOpen = false;
    }

    /// <param name="Room">What one owner's bodies share; there while any of them is.</param>
    private sealed record Share(Room Room)
    {
        public int Users { get; set; }
    }

    /// <summary>A number of units. One caller gathers at a time, so that two cannot each hold half and wait for the other.</summary>
    private sealed class Room(int capacity) : IDisposable
    {
        private readonly SemaphoreSlim _turn = new(1);
        private readonly SemaphoreSlim _units = new(capacity);

        public async ValueTask TakeAsync(int units, Reservation reservation, CancellationToken cancellationToken)
        {
            int needed = Math.Min(units, capacity);
            await _turn.WaitAsync(cancellationToken);
            int taken = 0;
            try
            {
                for (; taken < needed; taken++)
                {
                    await _units.WaitAsync(cancellationToken);
                }
            }
            finally
            {
                int count = taken;
                if (count > 0)
                {
                    reservation.Add(() => _units.Release(count));
                }

                _turn.Release();
            }
        }

        public void Dispose()
        {
            _turn.Dispose();
            _units.Dispose();
        }
    }

    /// <summary>What was taken, given back in the reverse order.</summary>
    private sealed class Reservation : IDisposable
    {
        public static readonly Reservation None = new();

        private Stack<Action>? _taken;

        public void Add(Action giveBack) => (_taken ??= new()).Push(giveBack);

        public void Dispose()
        {
            Stack<Action>? taken = Interlocked.Exchange(ref _taken, null);
            while (taken is { Count: > 0 })
            {
                taken.Pop()();
            }
        }
    }
}
