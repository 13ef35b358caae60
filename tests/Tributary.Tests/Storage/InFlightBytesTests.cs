using Microsoft.Extensions.Options;
using Tributary.Storage;

namespace Tributary.Tests.Storage;

public sealed class InFlightBytesTests : IDisposable
{
    private const int Mebibyte = 1024 * 1024;

    private readonly InFlightBytes _room = new(Options.Create(new StorageOptions { MaxInFlightBytes = 4 * Mebibyte }));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task What_fits_passes_and_what_does_not_waits_until_room_is_given_back()
    {
        IDisposable first = await _room.ReserveAsync(3 * Mebibyte, Token);
        using IDisposable second = await _room.ReserveAsync(Mebibyte, Token);
        Task<IDisposable> third = _room.ReserveAsync(Mebibyte, Token).AsTask();
        Assert.False(third.IsCompleted);

        first.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task Small_bodies_pass_even_when_there_is_no_room()
    {
        using IDisposable all = await _room.ReserveAsync(4 * Mebibyte, Token);
        Task<IDisposable> waiting = _room.ReserveAsync(Mebibyte, Token).AsTask();

        for (int i = 0; i < 1000; i++)
        {
            using IDisposable small = await _room.ReserveAsync(10_000, Token);
        }

        Assert.False(waiting.IsCompleted);
        all.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task One_caller_fills_its_own_share_and_nobody_elses()
    {
        IDisposable slow = await _room.ReserveAsync(100L * Mebibyte, Token, "slow");
        Task<IDisposable> slowAgain = _room.ReserveAsync(Mebibyte, Token, "slow").AsTask();

        for (int i = 0; i < 3; i++)
        {
            (await _room.ReserveAsync(100L * Mebibyte, Token, "other")).Dispose();
        }

        Assert.False(slowAgain.IsCompleted);
        slow.Dispose();
        (await slowAgain).Dispose();
        (await _room.ReserveAsync(4 * Mebibyte, Token)).Dispose();
    }

    [Fact]
    public async Task Who_stops_waiting_leaves_no_trace()
    {
        IDisposable first = await _room.ReserveAsync(Mebibyte, Token, "one");
        using var impatience = new CancellationTokenSource();
        Task<IDisposable> second = _room.ReserveAsync(Mebibyte, impatience.Token, "one").AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        first.Dispose();
        (await _room.ReserveAsync(Mebibyte, Token, "one")).Dispose();
        (await _room.ReserveAsync(4 * Mebibyte, Token)).Dispose();
    }

    [Fact]
    public async Task A_body_larger_than_everything_takes_everything_and_passes()
    {
        IDisposable huge = await _room.ReserveAsync(100L * Mebibyte, Token);
        Task<IDisposable> next = _room.ReserveAsync(Mebibyte, Token).AsTask();
        Assert.False(next.IsCompleted);

        huge.Dispose();
        (await next).Dispose();
    }

    [Fact]
    public async Task Large_ones_that_together_do_not_fit_all_pass_in_time()
    {
        int together = 0, most = 0;
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(
            async () =>
            {
                using IDisposable reservation = await _room.ReserveAsync(3 * Mebibyte, Token);
                int now = Interlocked.Increment(ref together);
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Decrement(ref together);
            },
            Token))).WaitAsync(TimeSpan.FromSeconds(30), Token);

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Who_gives_up_waiting_gives_back_what_was_gathered_and_lets_the_next_one_try()
    {
        using IDisposable some = await _room.ReserveAsync(2 * Mebibyte, Token);
        using var giveUp = new CancellationTokenSource();
        Task<IDisposable> tooLarge = _room.ReserveAsync(4 * Mebibyte, giveUp.Token).AsTask();
        Task<IDisposable> behind = _room.ReserveAsync(2 * Mebibyte, Token).AsTask();
        Assert.False(tooLarge.IsCompleted);
        Assert.False(behind.IsCompleted);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tooLarge);
        (await behind).Dispose();
    }

    [Fact]
    public async Task Giving_back_twice_counts_once()
    {
        IDisposable first = await _room.ReserveAsync(3 * Mebibyte, Token);
        first.Dispose();
        first.Dispose();

        using IDisposable all = await _room.ReserveAsync(4 * Mebibyte, Token);
        Task<IDisposable> more = _room.ReserveAsync(Mebibyte, Token).AsTask();
        Assert.False(more.IsCompleted);
        all.Dispose();
        (await more).Dispose();
    }

    [Fact]
    public async Task Who_is_covered_waits_for_no_room_and_who_is_not_does()
    {
        using IDisposable all = await _room.ReserveAsync(4 * Mebibyte, Token);
        Task<IDisposable> covered, uncovered;
        using (_room.Cover())
        {
            using IDisposable passes = await _room.ReserveAsync(4 * Mebibyte, Token);
            covered = Task.Run(() => _room.ReserveAsync(4 * Mebibyte, Token).AsTask(), Token);
            (await covered).Dispose();
        }

        uncovered = _room.ReserveAsync(Mebibyte, Token).AsTask();
        Assert.False(uncovered.IsCompleted);
        all.Dispose();
        (await uncovered).Dispose();
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
