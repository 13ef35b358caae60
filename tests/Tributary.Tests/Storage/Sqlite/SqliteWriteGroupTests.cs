using Tributary.Storage;

namespace Tributary.Tests.Storage.Sqlite;

/// <summary>Callers who are answered together share commits by agreement, not by luck.</summary>
public sealed class SqliteWriteGroupTests : IAsyncLifetime
{
    private readonly SqliteTestDatabase _testDatabase = new();
    private ISqlDatabase _database = null!;
    private CommitSizes _commits = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await _testDatabase.OpenAsync();
        await _database.WriteAsync(WriteScope.Store, session => session.Execute("CREATE TABLE note (id INTEGER PRIMARY KEY)"), 0, Token);
        _commits = new CommitSizes(_testDatabase.Meter);
    }

    public ValueTask DisposeAsync()
    {
        _commits.Dispose();
        return _testDatabase.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(600)]
    public async Task The_members_of_a_group_share_one_commit_however_far_apart_they_write(int members)
    {
        IWriteGroup group = _database.GroupWrites();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] writes;
        using (group.Enter())
        {
            // The last one writes only after all the others have.
            writes = [.. Enumerable.Range(1, members).Select(i => MemberAsync(group, i == members ? go.Task : Task.CompletedTask, i))];
        }

        go.SetResult();
        await Task.WhenAll(writes);

        Assert.Equal([members], _commits.Sizes);
    }

    [Fact]
    public async Task Members_that_write_several_times_share_each_round()
    {
        IWriteGroup group = _database.GroupWrites();
        Task[] writes;
        using (group.Enter())
        {
            writes = [.. Enumerable.Range(0, 10).Select(i => MemberAsync(group, Task.CompletedTask, (10 * i) + 1, (10 * i) + 2, (10 * i) + 3))];
        }

        await Task.WhenAll(writes);

        Assert.Equal([10, 10, 10], _commits.Sizes);
    }

    [Fact]
    public async Task A_member_that_leaves_without_writing_is_not_waited_for()
    {
        IWriteGroup group = _database.GroupWrites();
        var leave = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task idle = MemberAsync(group, leave.Task);
        Task writing = MemberAsync(group, Task.CompletedTask, 1);
        Assert.Empty(_commits.Sizes);
        Assert.False(writing.IsCompleted);

        leave.SetResult();
        await Task.WhenAll(idle, writing);
        Assert.Equal([1], _commits.Sizes);
    }

    [Fact]
    public async Task Who_is_in_no_group_or_in_another_is_not_held()
    {
        IWriteGroup group = _database.GroupWrites();
        var leave = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task idle = MemberAsync(group, leave.Task);
        Task held = MemberAsync(group, Task.CompletedTask, 1);

        await AddAsync(2);
        await MemberAsync(_database.GroupWrites(), Task.CompletedTask, 3);
        Assert.False(held.IsCompleted);

        leave.SetResult();
        await Task.WhenAll(idle, held);
    }

    [Fact]
    public async Task A_write_to_another_database_is_not_held()
    {
        await using var other = new SqliteTestDatabase();
        ISqlDatabase another = await other.OpenAsync();
        IWriteGroup group = _database.GroupWrites();
        using IDisposable neverWrites = group.Enter();
        using IDisposable member = group.Enter();

        await another.WriteAsync(WriteScope.Store, session => session.Execute("CREATE TABLE note (id INTEGER PRIMARY KEY)"), 0, Token);
    }

    [Fact]
    public async Task What_a_member_left_running_writes_as_if_there_were_no_group()
    {
        IWriteGroup group = _database.GroupWrites();
        using IDisposable neverWrites = group.Enter();
        var later = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task left;
        using (group.Enter())
        {
            left = WhenAsync(later.Task, 1);
        }

        later.SetResult();
        await left;
        Assert.Equal([1], _commits.Sizes);
    }

    [Fact]
    public async Task Members_that_wait_for_each_other_are_let_go_by_release()
    {
        IWriteGroup group = _database.GroupWrites();
        Task first, second;
        using (group.Enter())
        {
            first = MemberAsync(group, Task.CompletedTask, 1);
            second = MemberAsync(group, first, 2);
        }

        Assert.False(first.IsCompleted);
        group.Release();

        await Task.WhenAll(first, second);
        Assert.Equal([1, 1], _commits.Sizes);
    }

    [Fact]
    public async Task A_member_that_fails_leaves_the_others_untouched()
    {
        IWriteGroup group = _database.GroupWrites();
        Task good, bad;
        using (group.Enter())
        {
            good = MemberAsync(group, Task.CompletedTask, 1);
            bad = MemberAsync(group, Task.CompletedTask, 2, 1);
        }

        await good;
        await Assert.ThrowsAnyAsync<Exception>(() => bad);
        Assert.Equal(2, await _database.ReadAsync(session => session.ScalarOrNull("SELECT count(*) FROM note"), Token));
    }

    [Fact]
    public async Task A_member_that_has_given_up_writes_nothing()
    {
        IWriteGroup group = _database.GroupWrites();
        using var giveUp = new CancellationTokenSource();
        Task given, good;
        using (group.Enter())
        {
            given = GivingUpAsync();
            good = MemberAsync(group, Task.CompletedTask, 2);
            await giveUp.CancelAsync();
        }

        await good;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(1, await _database.ReadAsync(session => session.ScalarOrNull("SELECT count(*) FROM note"), Token));

        async Task GivingUpAsync()
        {
            using IDisposable member = group.Enter();
            await _database.WriteAsync(WriteScope.Store, session => session.Execute("INSERT INTO note (id) VALUES (1)"), 100, giveUp.Token);
        }
    }

    [Fact]
    public async Task Many_bytes_and_large_pieces_are_split_as_they_always_are()
    {
        const int Mebibyte = 1024 * 1024;
        IWriteGroup group = _database.GroupWrites();
        Task[] writes;
        using (group.Enter())
        {
            // Two large ones go one by one; of eight pieces of a mebibyte four share a commit.
            writes = [.. Enumerable.Range(1, 10).Select(i => MemberOfSizeAsync(i, i <= 2 ? Mebibyte + 1 : Mebibyte))];
        }

        await Task.WhenAll(writes);

        Assert.Equal(10, _commits.Sizes.Sum());
        Assert.All(_commits.Sizes, size => Assert.InRange(size, 1, 5));

        async Task MemberOfSizeAsync(int id, long bytes)
        {
            using IDisposable member = group.Enter();
            await _database.WriteAsync(WriteScope.Store, session => session.Execute("INSERT INTO note (id) VALUES (@id)", id), bytes, Token);
        }
    }

    private async Task MemberAsync(IWriteGroup group, Task when, params int[] ids)
    {
        using IDisposable member = group.Enter();
        await when;
        foreach (int id in ids)
        {
            await AddAsync(id);
        }
    }

    private async Task WhenAsync(Task when, int id)
    {
        await when;
        await AddAsync(id);
    }

    private Task<int> AddAsync(int id) => _database.WriteAsync(WriteScope.Store, session => session.Execute("INSERT INTO note (id) VALUES (@id)", id), 100, Token).AsTask();
}
