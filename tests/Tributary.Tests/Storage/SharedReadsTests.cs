using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage;

/// <summary>Who asks at the same time shares an answer, and nobody is given one that was begun before he asked.</summary>
public sealed class SharedReadsTests
{
    private readonly List<TaskCompletionSource<int>> _reads = [];
    private readonly SharedReads<string, int> _shared;

    public SharedReadsTests() => _shared = new SharedReads<string, int>(_ => new ValueTask<int>(Begin()));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_comes_while_a_read_is_under_way_shares_the_next_one()
    {
        Task<int> first = _shared.ReadAsync("a", Token);
        Task<int>[] later = [_shared.ReadAsync("a", Token), _shared.ReadAsync("a", Token)];
        Assert.Single(_reads);

        _reads[0].SetResult(1);
        Assert.Equal(1, await first);
        await BegunAsync(2);
        Task<int> last = _shared.ReadAsync("a", Token);
        _reads[1].SetResult(2);
        Assert.All(await Task.WhenAll(later), answer => Assert.Equal(2, answer));
        await BegunAsync(3);
        _reads[2].SetResult(3);
        Assert.Equal(3, await last);
    }

    [Fact]
    public async Task Different_questions_do_not_wait_for_each_other()
    {
        Task<int> one = _shared.ReadAsync("a", Token);
        Task<int> other = _shared.ReadAsync("b", Token);

        _reads[1].SetResult(2);
        Assert.Equal(2, await other);
        _reads[0].SetResult(1);
        Assert.Equal(1, await one);
    }

    [Fact]
    public async Task A_failure_is_told_to_those_who_shared_the_read_and_to_nobody_else()
    {
        Task<int> first = _shared.ReadAsync("a", Token);
        Task<int> second = _shared.ReadAsync("a", Token);
        _reads[0].SetException(new InvalidOperationException());

        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await BegunAsync(2);
        _reads[1].SetResult(2);
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task Who_gives_up_waits_no_longer_and_leaves_the_others_their_answer()
    {
        using var giveUp = new CancellationTokenSource();
        Task<int> patient = _shared.ReadAsync("a", Token);
        Task<int> hasty = _shared.ReadAsync("a", giveUp.Token);
        Task<int> other = _shared.ReadAsync("a", Token);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hasty);
        _reads[0].SetResult(1);
        Assert.Equal(1, await patient);
        await BegunAsync(2);
        _reads[1].SetResult(2);
        Assert.Equal(2, await other);
    }

    [Fact]
    public async Task After_an_answer_the_next_question_is_asked_anew()
    {
        Task<int> first = _shared.ReadAsync("a", Token);
        _reads[0].SetResult(1);
        Assert.Equal(1, await first);
        await Eventually.IsTrueAsync(
            async () =>
            {
                Task<int> next = _shared.ReadAsync("a", Token);
                await BegunAsync(2);
                _reads[^1].SetResult(2);
                return await next == 2;
            },
            "It is asked anew");
    }

    private Task<int> Begin()
    {
        lock (_reads)
        {
            _reads.Add(new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
            return _reads[^1].Task;
        }
    }

    private Task BegunAsync(int count) => Eventually.IsTrueAsync(
        () =>
        {
            lock (_reads)
            {
                return Task.FromResult(_reads.Count >= count);
            }
        },
        $"{count} reads are begun");
}
