using Npgsql;
using Tributary.Nodes;
using Tributary.Storage;
using Tributary.Storage.Postgres;
using Tributary.Telemetry;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>Connections that break at a commit: what was done is answered as done, what was not is done again, and what nobody can tell is told so.</summary>
[NeedsPostgres]
public sealed class PostgresCommitTests : IAsyncLifetime
{
    private const string NotKnown = "The database went away while it was told to keep the write; it is not known whether it did.";

    private readonly TributaryMeter _meter = new();
    private PostgresServer _server = null!;
    private CommitRelay _relay = null!;
    private string _direct = null!;
    private PostgresDatabase? _database;
    private bool _isOwnServer;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Use(PostgresServer.Get());
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _relay.DisposeAsync();
        _meter.Dispose();
        if (_isOwnServer)
        {
            _server.Remove();
        }
        else
        {
            _server.DropDatabase(_direct);
        }
    }

    [Fact]
    public async Task What_was_committed_is_answered_and_not_written_again_when_only_the_answer_was_lost()
    {
        Open();
        int runs = 0;
        _relay.Arm(CommitFault.AnswerLost);

        Assert.Equal(1, await AddAsync(1, () => runs++));

        Assert.Equal(0, _relay.Left);
        Assert.Equal(1, runs);
        Assert.Equal([1], Ids());
        await AddAsync(2);
        Assert.Equal([1, 2], Ids());
    }

    [Theory]
    [InlineData(CommitFault.AnswerLost)]
    [InlineData(CommitFault.NotSent)]
    public async Task All_who_shared_the_commit_are_answered_and_each_wrote_once(CommitFault fault)
    {
        Open();
        var begun = new TaskCompletionSource();
        using var go = new ManualResetEventSlim();
        Task<int> first = AddAsync(0, () =>
        {
            begun.TrySetResult();
            go.Wait(Token);
        });
        await begun.Task;
        Task<int>[] writes = [first, .. Enumerable.Range(1, 30).Select(i => AddAsync(i))];
        _relay.Arm(fault, times: 2);
        go.Set();

        Assert.All(await Task.WhenAll(writes), written => Assert.Equal(1, written));
        Assert.Equal(0, _relay.Left);
        Assert.Equal(Enumerable.Range(0, 31).Select(i => (long)i), Ids());
    }

    [Fact]
    public async Task A_commit_that_the_server_did_not_hear_of_is_written_again()
    {
        Open();
        int runs = 0;
        _relay.Arm(CommitFault.NotSent);

        Assert.Equal(1, await AddAsync(1, () => runs++));

        Assert.Equal(2, runs);
        Assert.Equal([1], Ids());
    }

    [Fact]
    public async Task Commits_that_the_server_never_hears_of_are_not_answered_as_done()
    {
        Open();
        int runs = 0;
        _relay.Arm(CommitFault.NotSent, times: 100);

        var exception = await Assert.ThrowsAsync<StorageUnavailableException>(() => AddAsync(1, () => runs++));

        Assert.Equal("The database cannot be reached.", exception.Message);
        Assert.InRange(runs, 2, 10);
        Assert.Empty(Ids());
    }

    /// <summary>After a crash, transactions that had not come to the disk have left their numbers to others.</summary>
    [Fact]
    public async Task What_became_of_a_commit_is_not_known_when_the_server_was_started_again_since()
    {
        InstalledPostgres server = await UseOwnServerAsync();
        Open();
        _relay.Arm(CommitFault.AnswerLost, then: () =>
        {
            server.Crash();
            server.Resume();
        });

        await IsNotKnownAsync(AddAsync(1));

        Assert.Equal([1], Ids());
        await AddAsync(2);
        Assert.Equal([1, 2], Ids());
    }

    [Theory]
    [InlineData(CommitFault.AnswerLost)]
    [InlineData(CommitFault.NotSent)]
    public async Task What_became_of_a_commit_is_not_known_while_nobody_answers_and_later_writes_go_on(CommitFault fault)
    {
        Open();
        _relay.Arm(fault, then: () => _relay.IsClosed = true);

        await IsNotKnownAsync(AddAsync(1));

        Assert.Equal(fault == CommitFault.AnswerLost ? [1] : [], Ids());
        _relay.IsClosed = false;
        await AddAsync(2);
        Assert.Contains(2, Ids());
    }

    /// <summary>Who may not see when the server's own processes were started cannot tell a server from one that crashed since.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_user_who_may_not_see_when_the_server_was_started_does_not_know_and_one_who_may_does(bool mayRead)
    {
        string user = $"plain_{Guid.NewGuid():N}";
        _server.Execute($"CREATE ROLE {user} LOGIN" + (mayRead ? $"; GRANT pg_read_all_stats TO {user}" : ""));
        PostgresServer.Execute(_direct, $"GRANT ALL ON SCHEMA public TO {user}; GRANT ALL ON ALL TABLES IN SCHEMA public TO {user}; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {user}");
        Open(user);
        int runs = 0;
        _relay.Arm(CommitFault.AnswerLost);

        Task<int> write = AddAsync(1, () => runs++);

        if (mayRead)
        {
            Assert.Equal(1, await write);
        }
        else
        {
            await IsNotKnownAsync(write);
        }

        Assert.Equal(1, runs);
        Assert.Equal([1], Ids());
        await AddAsync(2);
    }

    /// <summary>A server that cannot write its log any more says so and is gone; whether the commit was in the log by then it does not say.</summary>
    [Fact]
    public async Task The_last_word_of_a_server_that_goes_down_at_a_commit_is_not_taken_for_nothing_was_written()
    {
        Open();
        int runs = 0;
        _relay.Arm(CommitFault.Panic);

        Assert.Equal(1, await AddAsync(1, () => runs++));

        Assert.Equal(1, runs);
        Assert.Equal([1], Ids());
    }

    private void Use(PostgresServer server)
    {
        _server = server;
        _direct = server.CreateDatabase();
        _relay = new CommitRelay(server);
        PostgresServer.Execute(_direct, "CREATE TABLE note (id BIGINT NOT NULL)");
    }

    private async Task<InstalledPostgres> UseOwnServerAsync()
    {
        InstalledPostgres own = InstalledPostgres.Start(isDurable: true);
        own.MakeTemplate();
        await _relay.DisposeAsync();
        _server.DropDatabase(_direct);
        _isOwnServer = true;
        Use(own);
        return own;
    }

    private void Open(string? user = null)
    {
        var through = new NpgsqlConnectionStringBuilder(_relay.Through(_direct));
        through.Username = user ?? through.Username;
        _database = PostgresDatabase.Open(
            through.ConnectionString,
            new StorageOptions { Provider = StorageOptions.Postgres },
            new StorageMetrics(_meter),
            new SqlSignals(),
            ThisNode.Alone(TimeProvider.System));
    }

    private Task<int> AddAsync(long id, Action? ran = null) => _database!.WriteAsync(
        WriteScope.Store,
        session =>
        {
            ran?.Invoke();
            return session.Execute("INSERT INTO note (id) VALUES (@id)", id);
        },
        0,
        Token).AsTask();

    private static async Task IsNotKnownAsync(Task<int> write) =>
        Assert.Equal(NotKnown, (await Assert.ThrowsAsync<StorageUnavailableException>(() => write)).Message);

    /// <summary>As they are in the database, whatever the node thinks.</summary>
    private IReadOnlyList<long> Ids() => Directly(PostgresNoteTests.Ids);

    private T Directly<T>(Func<SqlSession, T> read)
    {
        using SqlSession session = PostgresServer.OpenSession(_direct);
        return read(session);
    }
}
