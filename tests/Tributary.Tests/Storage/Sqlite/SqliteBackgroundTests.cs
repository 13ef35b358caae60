using System.Diagnostics;
using Tributary.Storage;

namespace Tributary.Tests.Storage.Sqlite;

/// <summary>Work that nobody waits for gives way to all other, rests, and is never starved.</summary>
public sealed class SqliteBackgroundTests : SqliteNoteTests
{
    [Fact]
    public async Task All_that_is_queued_before_it_or_after_it_goes_first()
    {
        var order = new List<int>();
        List<Task> writes = [];
        using (new BlockedWriter(Database))
        {
            writes.Add(RecordInBackground(-1));
            writes.Add(RecordInBackground(-2));
            writes.AddRange(Enumerable.Range(0, 200).Select(Record));
        }

        await Task.WhenAll(writes);
        Assert.Equal([.. Enumerable.Range(0, 200), -1, -2], order);

        Task Record(int id) => Database.WriteAsync(WriteScope.Store, session => Note(session, id), 100, Token).AsTask();
        Task RecordInBackground(int id) => Database.WriteInBackgroundAsync(WriteScope.Store, session => Note(session, id), Token).AsTask();
        int Note(SqlSession session, int id)
        {
            order.Add(id);
            return Add(session, id);
        }
    }

    [Fact]
    public async Task A_piece_never_shares_its_commit_with_another_in_the_background()
    {
        using var commits = new CommitSizes(TestDatabase.Meter);
        Task[] pieces;
        using (new BlockedWriter(Database))
        {
            pieces = [.. Enumerable.Range(0, 5).Select(AddInBackgroundAsync)];
        }

        await Task.WhenAll(pieces);
        Assert.All(commits.Sizes, size => Assert.Equal(1, size));
        Assert.Equal(5, await CountAsync());
    }

    [Fact]
    public async Task A_piece_rests_twice_as_long_as_the_one_before_it_took()
    {
        long ended = 0;
        long began = 0;
        Task slow = Database.WriteInBackgroundAsync(
            WriteScope.Store,
            session =>
            {
                long started = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMilliseconds(60))
                {
                    Add(session, (int)(Stopwatch.GetTimestamp() % int.MaxValue));
                }

                ended = Stopwatch.GetTimestamp();
                return true;
            },
            Token).AsTask();
        Task next = Database.WriteInBackgroundAsync(WriteScope.Store, _ => began = Stopwatch.GetTimestamp(), Token).AsTask();

        await Task.WhenAll(slow, next);

        Assert.InRange(Stopwatch.GetElapsedTime(ended, began).TotalMilliseconds, 120, double.MaxValue);
    }

    [Fact]
    public async Task Writes_that_leave_no_gap_do_not_starve_it()
    {
        using var stop = new CancellationTokenSource();
        Task[] writers = [.. Enumerable.Range(0, 200).Select(writer => Task.Run(
            async () =>
            {
                for (int i = 0; !stop.IsCancellationRequested; i++)
                {
                    await Database.WriteAsync(WriteScope.Store, session => Add(session, (i * 1000) + writer), 100, Token);
                }
            },
            Token))];

        for (int i = 0; i < 5; i++)
        {
            await AddInBackgroundAsync(-1 - i);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        Assert.Equal(5, await Database.ReadAsync(session => session.ScalarOrNull("SELECT count(*) FROM note WHERE id < 0"), Token));
    }

    [Fact]
    public async Task A_reader_that_keeps_the_log_from_being_copied_back_does_not_starve_it()
    {
        using var started = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        await Database.WriteAsync(WriteScope.Store, session => Add(session, 1), 100, Token);
        Task reader = Task.Run(
            () => Database.ReadAsync(
                session =>
                {
                    using var rows = session.Query("SELECT 1 FROM note");
                    rows.Read();
                    started.Set();
                    release.Wait();
                    return true;
                },
                Token).AsTask(),
            Token);
        started.Wait(Token);
        string text = new('x', 4_000_000);
        for (int i = 0; i < 10; i++)
        {
            await Database.WriteAsync(WriteScope.Store, session => session.Execute("REPLACE INTO note (id, text) VALUES (1, @text)", text + i), text.Length, Token);
        }

        await AddInBackgroundAsync(2);
        await AddInBackgroundAsync(3);

        release.Set();
        await reader;
        Assert.Equal(3, await CountAsync());
    }

    [Fact]
    public async Task A_piece_that_fails_reaches_its_caller_only()
    {
        Task failing;
        Task write;
        using (new BlockedWriter(Database))
        {
            failing = Database.WriteInBackgroundAsync<int>(
                WriteScope.Store,
                session =>
                {
                    Add(session, 1);
                    throw new InvalidOperationException("mine");
                },
                Token).AsTask();
            write = Database.WriteAsync(WriteScope.Store, session => Add(session, 2), 100, Token).AsTask();
        }

        await write;
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Closing_writes_what_is_queued_in_the_background_too()
    {
        Task[] pieces;
        Task closing;
        using (new BlockedWriter(Database))
        {
            pieces = [.. Enumerable.Range(0, 3).Select(AddInBackgroundAsync)];
            closing = TestDatabase.CloseAsync();
        }

        await closing;
        await Task.WhenAll(pieces);
        Database = await TestDatabase.OpenAsync();
        Assert.Equal(3, await CountAsync());
    }

    private static int Add(SqlSession session, int id) => session.Execute("INSERT OR IGNORE INTO note (id, text) VALUES (@id, 'text')", id);

    private Task AddInBackgroundAsync(int id) => Database.WriteInBackgroundAsync(WriteScope.Store, session => Add(session, id), Token).AsTask();

    private ValueTask<long> CountAsync() => Database.ReadAsync(session => session.ScalarOrNull("SELECT count(*) FROM note")!.Value, Token);
}
