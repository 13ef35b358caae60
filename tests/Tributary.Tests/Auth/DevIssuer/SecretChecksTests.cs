using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Tributary.Auth.DevIssuer;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class SecretChecksTests : IDisposable
{
    private static readonly SignInAccount Ada = new("tenant", "ada", IsApplication: false, "192.0.2.1");

    private readonly CancellationTokenSource _test = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ManualResetEventSlim _go = new();
    private int _running;
    private int _most;
    private int _computed;

    public void Dispose()
    {
        _go.Set();
        _test.Dispose();
    }

    private static SecretChecks Make(DevIssuerOptions options) => new(options, new FailedSignIns(options, new FakeTimeProvider()), NullLogger<SecretChecks>.Instance);

    /// <summary>A hash that takes until <see cref="_go"/>.</summary>
    private Func<bool> Slow(bool isRight = true) => () =>
    {
        int running = Interlocked.Increment(ref _running);
        InterlockedMax(running);
        _go.Wait();
        Interlocked.Increment(ref _computed);
        Interlocked.Decrement(ref _running);
        return isRight;
    };

    private void InterlockedMax(int running)
    {
        for (int seen = _most; running > seen; seen = _most)
        {
            Interlocked.CompareExchange(ref _most, running, seen);
        }
    }

    private Task<EntraError?> Ask(SecretChecks checks, bool isRight = true, CancellationToken? cancellation = null) =>
        checks.CheckAsync(Ada, isSlow: true, Slow(isRight), EntraError.WrongPassword, cancellation ?? _test.Token);

    private Task Run(int count) => Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref _running) == count), $"{count} run");

    [Fact]
    public async Task So_many_are_computed_at_once_and_the_others_wait_for_their_turn()
    {
        using SecretChecks checks = Make(new() { MaxSecretChecks = 2, MaxWaitingSecretChecks = 3 });

        Task<EntraError?>[] asked = [.. Enumerable.Range(0, 5).Select(_ => Ask(checks))];
        await Run(2);
        Assert.Equal(3, checks.Waiting);
        _go.Set();

        Assert.All(await Task.WhenAll(asked), Assert.Null);
        Assert.Equal((2, 5), (_most, _computed));
    }

    [Fact]
    public async Task By_default_half_of_the_processors_compute()
    {
        using SecretChecks checks = Make(new());

        Task<EntraError?>[] asked = [.. Enumerable.Range(0, Environment.ProcessorCount + 2).Select(_ => Ask(checks))];
        await Run(Math.Max(1, Environment.ProcessorCount / 2));
        _go.Set();
        await Task.WhenAll(asked);

        Assert.Equal(Math.Max(1, Environment.ProcessorCount / 2), _most);
    }

    [Fact]
    public async Task Beyond_those_that_wait_nothing_is_computed_and_the_answer_says_when_to_come_again()
    {
        using SecretChecks checks = Make(new() { MaxSecretChecks = 1, MaxWaitingSecretChecks = 1 });
        Task<EntraError?>[] asked = [Ask(checks), Ask(checks)];
        await Run(1);

        EntraError? refused = await Ask(checks);

        Assert.Equal((503, "temporarily_unavailable", 5), (refused!.Status, refused.Error, refused.RetryAfterSeconds));
        _go.Set();
        await Task.WhenAll(asked);
        Assert.Equal(2, _computed);
        Assert.Null(await Ask(checks));
    }

    [Fact]
    public async Task None_need_wait()
    {
        using SecretChecks checks = Make(new() { MaxSecretChecks = 1, MaxWaitingSecretChecks = 0 });
        Task<EntraError?> first = Ask(checks);
        await Run(1);

        Assert.Same(EntraError.TooManyChecks, await Ask(checks));
        _go.Set();
        Assert.Null(await first);
    }

    [Fact]
    public async Task Who_goes_while_waiting_leaves_the_queue_to_others_and_is_not_computed()
    {
        using SecretChecks checks = Make(new() { MaxSecretChecks = 1, MaxWaitingSecretChecks = 1 });
        using CancellationTokenSource gone = new();
        Task<EntraError?> first = Ask(checks);
        Task<EntraError?> waiting = Ask(checks, cancellation: gone.Token);
        Assert.Same(EntraError.TooManyChecks, await Ask(checks));

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Task<EntraError?> next = Ask(checks);
        Assert.Equal(1, checks.Waiting);
        _go.Set();
        Assert.Null(await first);
        Assert.Null(await next);
        Assert.Equal(2, _computed);
    }

    [Fact]
    public async Task What_is_being_computed_keeps_its_place_when_its_client_has_gone()
    {
        using SecretChecks checks = Make(new() { MaxSecretChecks = 1, MaxWaitingSecretChecks = 1 });
        using CancellationTokenSource gone = new();
        Task<EntraError?> first = Ask(checks, cancellation: gone.Token);
        await Run(1);

        await gone.CancelAsync();
        Task<EntraError?> next = Ask(checks);

        Assert.Equal(1, checks.Waiting);
        _go.Set();
        await Task.WhenAll(first, next);
        Assert.Equal(1, _most);
    }

    [Fact]
    public async Task A_hash_that_is_not_slow_waits_for_nobody()
    {
        using SecretChecks checks = Make(new() { MaxSecretChecks = 1, MaxWaitingSecretChecks = 0 });
        Task<EntraError?> slow = Ask(checks);
        await Run(1);

        Assert.Null(await checks.CheckAsync(Ada, isSlow: false, () => true, EntraError.WrongPassword, _test.Token));
        Assert.Same(EntraError.WrongPassword, await checks.CheckAsync(Ada, isSlow: false, () => false, EntraError.WrongPassword, _test.Token));
        _go.Set();
        await slow;
    }

    [Fact]
    public async Task A_slow_one_takes_no_thread_of_those_that_serve_requests()
    {
        using SecretChecks checks = Make(new());
        bool? isOfThePool = null;

        await checks.CheckAsync(Ada, isSlow: true, () => (isOfThePool = Thread.CurrentThread.IsThreadPoolThread) is false, EntraError.WrongPassword, _test.Token);

        Assert.False(isOfThePool);
    }

    [Fact]
    public async Task Who_waits_while_the_account_is_locked_is_not_computed()
    {
        using SecretChecks checks = Make(new() { AllowRemote = true, MaxSecretChecks = 1, MaxWaitingSecretChecks = 9, MaxFailedSignIns = 2 });
        Task<EntraError?>[] asked = [.. Enumerable.Range(0, 5).Select(_ => Ask(checks, isRight: false))];
        await Run(1);
        _go.Set();

        int[] codes = [.. (await Task.WhenAll(asked)).Select(error => error!.Code)];

        Assert.Equal([50126, 50126, 50053, 50053, 50053], codes);
        Assert.Equal(2, _computed);
        Assert.Equal(50053, (await Ask(checks))!.Code);
        Assert.Equal(2, _computed);
    }
}
