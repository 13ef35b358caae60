using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Tributary.Batch;
using Tributary.Storage;

namespace Tributary.Tests.Batch;

/// <summary>When the parts of a batch begin, with parts that the test ends by hand.</summary>
public sealed class BatchRunTests : IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<int>> _running = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _begun = [];
    private readonly ConcurrentDictionary<string, (string[] Ended, string[] Taken)> _before = [];
    private readonly ConcurrentQueue<string> _ended = [];
    private readonly ConcurrentQueue<string> _taken = [];
    private readonly CancellationTokenSource _client = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Parts_that_depend_on_nothing_run_at_once_and_are_taken_in_the_order_of_the_requests()
    {
        Task run = RunAsync([.. Enumerable.Range(0, 20).Select(i => Part($"{i}"))]);
        foreach (int i in Enumerable.Range(0, 20))
        {
            await BegunAsync($"{i}");
        }

        foreach (int i in Enumerable.Range(0, 20).Reverse())
        {
            End($"{i}");
        }

        await run;
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), _taken);
    }

    [Fact]
    public async Task A_part_begins_when_the_last_of_those_it_depends_on_has_succeeded()
    {
        Task run = RunAsync(Part("a"), Part("b"), Part("c", 0, 1));
        await BegunAsync("a");
        await BegunAsync("b");
        End("b");
        End("a");
        await BegunAsync("c");
        End("c");

        await run;
        Assert.Equal(["a", "b"], _before["c"].Ended.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_part_that_depends_on_a_failed_one_is_told_which()
    {
        Task run = RunAsync(Part("a"), Part("b", 0), Part("c", 1));
        await BegunAsync("a");
        End("a", 400);

        await run;
        Assert.Equal(["a", "b:a", "c:b"], _taken);
    }

    [Theory]
    [InlineData(399, false)]
    [InlineData(400, true)]
    public async Task A_status_from_400_on_is_a_failure(int status, bool isFailure)
    {
        Task run = RunAsync(Part("a"), Part("b", 0));
        await BegunAsync("a");
        End("a", status);
        if (!isFailure)
        {
            await BegunAsync("b");
            End("b");
        }

        await run;
        Assert.Equal(["a", isFailure ? "b:a" : "b"], _taken);
    }

    [Fact]
    public async Task When_the_client_has_gone_what_has_not_begun_does_not_begin_and_what_has_is_waited_for()
    {
        Task run = RunAsync(Part("a"), Part("b"), Part("c", 0), Part("d", 2));
        await BegunAsync("a");
        await BegunAsync("b");

        await _client.CancelAsync();
        End("a");
        Assert.False(run.IsCompleted);
        End("b");

        await run;
        Assert.False(HasBegun("c"));
        Assert.False(HasBegun("d"));
        Assert.Empty(_taken);
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("HEAD", "/")]
    [InlineData("POST", "/search/query")]
    [InlineData("POST", "/search/%71uery?x=/groups")]
    public async Task Parts_that_read_run_ahead_of_the_next_answer_by_no_more_than_the_bound(string method, string url)
    {
        const int Reads = BatchRun.ReadAhead + 6;
        Task run = RunAsync([Part("put"), .. Enumerable.Range(1, Reads).Select(i => Part($"{i}", method) with { Url = url })]);
        foreach (int i in Enumerable.Range(1, BatchRun.ReadAhead - 1))
        {
            await BegunAsync($"{i}");
            End($"{i}");
        }

        End("put");
        foreach (int i in Enumerable.Range(BatchRun.ReadAhead, Reads - BatchRun.ReadAhead + 1))
        {
            await BegunAsync($"{i}");
            End($"{i}");
        }

        await run;
        Assert.All(Enumerable.Range(1, Reads), place => Assert.True(
            place - _before[$"{place}"].Taken.Length < BatchRun.ReadAhead + 1, $"{place} began after {_before[$"{place}"].Taken.Length} answers."));
    }

    [Fact]
    public async Task Parts_that_write_all_begin_at_once()
    {
        string[] urls = ["/external/connections/c/groups", "/external/connections/c/groups/g/members/", "/external/connections"];
        Task run = RunAsync([.. Enumerable.Range(0, 12).Select(i => Part($"{i}", "POST") with { Url = urls[i % urls.Length] })]);
        foreach (int i in Enumerable.Range(0, 12))
        {
            await BegunAsync($"{i}");
        }

        Enumerable.Range(0, 12).ToList().ForEach(i => End($"{i}"));
        await run;
    }

    [Fact]
    public async Task A_part_whose_turn_it_is_never_waits_for_those_behind_it()
    {
        // The first read of the row depends on a write that ends last; those behind it are as many as may run ahead.
        Task run = RunAsync([Part("put"), Part("0", "GET", 0), .. Enumerable.Range(1, 10).Select(i => Part($"{i}", "GET"))]);
        await BegunAsync("put");
        End("put");
        foreach (int i in Enumerable.Range(0, 11))
        {
            await BegunAsync($"{i}");
            End($"{i}");
        }

        await run;
        Assert.Equal(12, _taken.Count);
    }

    [Fact]
    public async Task Who_cannot_take_an_answer_any_more_hears_so_after_all_parts_have_ended()
    {
        Task run = new BatchRun([Part("a"), Part("b")], AnswerAsync, (_, _) => throw new IOException("gone"), UngroupedWrites.Instance, Token).RunAsync();
        await BegunAsync("a");
        await BegunAsync("b");
        End("a");
        Assert.False(run.IsCompleted);
        End("b");

        Assert.Equal("gone", (await Assert.ThrowsAsync<IOException>(() => run)).Message);
    }

    [Fact]
    public async Task A_bug_in_running_a_part_reaches_the_caller_and_leaves_nobody_waiting()
    {
        Task run = new BatchRun(
            [Part("a"), Part("b", 0), Part("c", "GET", 1)], (_, _) => throw new InvalidOperationException("bug"), TakeAsync, UngroupedWrites.Instance, Token).RunAsync();

        Assert.Equal("bug", (await Assert.ThrowsAsync<InvalidOperationException>(() => run)).Message);
    }

    private static BatchPart Part(string id, params int[] dependsOn) => Part(id, "PUT", dependsOn);

    private static BatchPart Part(string id, string method, params int[] dependsOn) => new()
    {
        Id = id,
        Method = method,
        Url = "/",
        Headers = new Dictionary<string, string>(),
        Body = default,
        DependsOn = dependsOn,
    };

    private Task RunAsync(params BatchPart[] parts) => new BatchRun(parts, AnswerAsync, TakeAsync, UngroupedWrites.Instance, _client.Token).RunAsync();

    private async Task<PartAnswer> AnswerAsync(BatchPart part, BatchPart? failed)
    {
        int status = 424;
        if (failed is null)
        {
            _before[part.Id] = ([.. _ended], [.. _taken]);
            Begun(part.Id).SetResult();
            status = await Running(part.Id).Task;
            _ended.Enqueue(part.Id);
        }

        return new PartAnswer(status, new HeaderDictionary { ["failed"] = failed?.Id }, default);
    }

    private Task TakeAsync(BatchPart part, PartAnswer answer)
    {
        _taken.Enqueue(answer.Headers["failed"].ToString() is { Length: > 0 } failed ? $"{part.Id}:{failed}" : part.Id);
        return Task.CompletedTask;
    }

    private Task BegunAsync(string id) => Begun(id).Task.WaitAsync(TimeSpan.FromSeconds(30), Token);

    private bool HasBegun(string id) => Begun(id).Task.IsCompleted;

    private void End(string id, int status = 200) => Running(id).SetResult(status);

    private TaskCompletionSource Begun(string id) => _begun.GetOrAdd(id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private TaskCompletionSource<int> Running(string id) => _running.GetOrAdd(id, _ => new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
}
