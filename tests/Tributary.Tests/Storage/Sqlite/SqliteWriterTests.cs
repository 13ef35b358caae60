using Microsoft.Data.Sqlite;
using Tributary.Storage;

namespace Tributary.Tests.Storage.Sqlite;

/// <summary>The writer through <see cref="ISqlDatabase"/>: sharing commits, keeping callers apart, and a full storage.</summary>
public sealed class SqliteWriterTests : SqliteNoteTests
{
    [Fact]
    public async Task Callers_who_wait_at_the_same_time_share_one_commit()
    {
        using var commits = new CommitSizes(TestDatabase.Meter);
        Task[] writes;
        using (Blocked())
        {
            writes = [.. Enumerable.Range(0, 50).Select(i => AddAsync(i))];
        }

        await Task.WhenAll(writes);
        Assert.Equal(50, await CountAsync());
        Assert.Contains(50, commits.Sizes);
    }

    [Fact]
    public async Task Many_concurrent_callers_need_far_fewer_commits_than_writes()
    {
        using var commits = new CommitSizes(TestDatabase.Meter);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(
            async () =>
            {
                for (int i = 0; i < 20; i++)
                {
                    await AddAsync((caller * 100) + i);
                }
            },
            Token)));

        Assert.Equal(64 * 20, await CountAsync());
        Assert.Equal(64 * 20, commits.Sizes.Sum());
        Assert.True(commits.Sizes.Count < 64 * 20 / 4, $"{commits.Sizes.Count} commits");
    }

    [Fact]
    public async Task A_piece_that_fails_reaches_its_caller_only_and_leaves_its_neighbours_untouched()
    {
        Task before, failing, constraint, after;
        using (Blocked())
        {
            before = AddAsync(1);
            failing = Database.WriteAsync<int>(
                WriteScope.Store,
                session =>
                {
                    Add(session, 2);
                    throw new InvalidOperationException("mine");
                },
                0,
                Token).AsTask();
            constraint = Database.WriteAsync(WriteScope.Store, session => Add(session, 3) + Add(session, 1), 0, Token).AsTask();
            after = AddAsync(4);
        }

        await before;
        await after;
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        await Assert.ThrowsAsync<SqliteException>(() => constraint);
        Assert.Equal([1, 4], await IdsAsync());
    }

    [Fact]
    public async Task A_piece_sees_what_its_predecessors_in_the_same_commit_wrote()
    {
        Task first;
        Task<long?> second;
        using (Blocked())
        {
            first = AddAsync(1);
            second = Database.WriteAsync(WriteScope.Store, session => session.ScalarOrNull("SELECT count(*) FROM note"), 0, Token).AsTask();
        }

        await first;
        Assert.Equal(1, await second);
    }

    [Fact]
    public async Task Who_gives_up_before_the_turn_comes_writes_nothing()
    {
        using var giveUp = new CancellationTokenSource();
        Task cancelled, other;
        using (Blocked())
        {
            cancelled = Database.WriteAsync(WriteScope.Store, session => Add(session, 1), 0, giveUp.Token).AsTask();
            other = AddAsync(2);
            await giveUp.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await other;
        Assert.Equal([2], await IdsAsync());
    }

    [Fact]
    public async Task Who_gives_up_after_the_work_began_is_answered_with_its_result()
    {
        using var giveUp = new CancellationTokenSource();

        int rows = await Database.WriteAsync(
            WriteScope.Store,
            session =>
            {
                giveUp.Cancel();
                return Add(session, 1);
            },
            0,
            giveUp.Token);

        Assert.Equal(1, rows);
        Assert.Equal([1], await IdsAsync());
    }

    [Fact]
    public async Task Closing_writes_what_is_queued_first_and_refuses_what_comes_after()
    {
        Task[] queued;
        Task closing;
        using (Blocked())
        {
            queued = [.. Enumerable.Range(0, 30).Select(i => AddAsync(i)), AddAsync(100, LargeBytes)];
            closing = TestDatabase.CloseAsync();
        }

        await closing;
        await Task.WhenAll(queued);
        await Assert.ThrowsAnyAsync<Exception>(() => AddAsync(1000));
        Database = await TestDatabase.OpenAsync();
        Assert.Equal(31, await CountAsync());
    }

    [Fact]
    public async Task A_burst_of_large_pieces_does_not_keep_small_ones_waiting()
    {
        var order = new List<string>();
        var writes = new List<Task>();
        using (Blocked())
        {
            for (int i = 0; i < 20; i++)
            {
                writes.Add(Record("large", i, LargeBytes));
            }

            for (int i = 0; i < 100; i++)
            {
                writes.Add(Record("small", 100 + i, 100));
            }
        }

        await Task.WhenAll(writes);

        Assert.True(order.LastIndexOf("small") < 105, string.Join(' ', order));
        Assert.Equal(20, order.Count(kind => kind == "large"));

        Task Record(string kind, int id, long bytes) => Database.WriteAsync(
            WriteScope.Store,
            session =>
            {
                order.Add(kind);
                return Add(session, id);
            },
            bytes,
            Token).AsTask();
    }

    [Fact]
    public async Task A_burst_of_small_pieces_does_not_keep_a_large_one_waiting()
    {
        var order = new List<int>();
        var writes = new List<Task>();
        using (Blocked())
        {
            for (int i = 0; i < 1000; i++)
            {
                writes.Add(Record(i, 100));
            }

            writes.Add(Record(-1, LargeBytes));
        }

        await Task.WhenAll(writes);
        Assert.True(order.IndexOf(-1) < 600, $"The large one was number {order.IndexOf(-1)}.");

        Task Record(int id, long bytes) => Database.WriteAsync(
            WriteScope.Store,
            session =>
            {
                order.Add(id);
                return Add(session, id);
            },
            bytes,
            Token).AsTask();
    }

    [Fact]
    public async Task What_was_answered_survives_reopening()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => AddAsync(i)));
        await TestDatabase.CloseAsync();
        Database = await TestDatabase.OpenAsync();

        Assert.Equal(100, await CountAsync());
    }

    [Fact]
    public async Task A_write_is_seen_by_reads_only_once_it_is_answered_and_then_always()
    {
        Task write;
        using (Blocked(session => Add(session, 7)))
        {
            write = AddAsync(1);
            Assert.Equal(0, await CountAsync());
        }

        await write;
        Assert.Equal([1, 7], await IdsAsync());
    }

    [Fact]
    public async Task A_read_session_cannot_write()
    {
        await Assert.ThrowsAsync<SqliteException>(() => Database.ReadAsync(session => Add(session, 1), Token).AsTask());
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task More_readers_than_there_are_sessions_wait_for_each_other_and_a_failed_one_harms_none()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(
            async () =>
            {
                if (i % 10 == 0)
                {
                    await Assert.ThrowsAsync<SqliteException>(() => Database.ReadAsync(session => session.ScalarOrNull("SELECT nosuch FROM note"), Token).AsTask());
                }
                else
                {
                    Assert.Equal(0, await CountAsync());
                }
            },
            Token)));
    }

    private const long LargeBytes = 2 * 1024 * 1024;

    private BlockedWriter Blocked(Action<SqlSession>? work = null) => new(Database, work);

    private static int Add(SqlSession session, int id) => session.Execute("INSERT INTO note (id, text) VALUES (@id, @text)", id, "text");

    private Task<int> AddAsync(int id, long bytes = 100) => Database.WriteAsync(WriteScope.Store, session => Add(session, id), bytes, Token).AsTask();

    private ValueTask<long> CountAsync() => Database.ReadAsync(session => session.ScalarOrNull("SELECT count(*) FROM note")!.Value, Token);

    private ValueTask<List<int>> IdsAsync() => Database.ReadAsync(
        session =>
        {
            var ids = new List<int>();
            using var reader = session.Query("SELECT id FROM note ORDER BY id");
            while (reader.Read())
            {
                ids.Add(reader.GetInt32(0));
            }

            return ids;
        },
        Token);
}
