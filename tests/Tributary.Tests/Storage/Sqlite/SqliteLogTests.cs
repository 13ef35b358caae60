using Microsoft.Data.Sqlite;
using SQLitePCL;
using Tributary.Storage;
using Tributary.Storage.Sqlite;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Sqlite;

/// <summary>The log is copied back beside the writer, and begun anew.</summary>
public sealed class SqliteLogTests : SqliteNoteTests
{
    private long LogBytes => new FileInfo(Path.Combine(TestDatabase.Folder, "tributary.db-wal")).Length;

    private long FileBytes => new FileInfo(Path.Combine(TestDatabase.Folder, "tributary.db")).Length;

    [Fact]
    public async Task A_log_that_nobody_reads_is_begun_anew_while_it_is_written()
    {
        await WriteAsync(400);

        Assert.True(LogBytes < 65_000_000, $"The log has {LogBytes} bytes after 200,000,000 bytes of writes.");
    }

    [Fact]
    public async Task What_was_written_reaches_the_file_without_closing_and_is_sound()
    {
        await Database.WriteAsync(WriteScope.Store, session => session.Execute("INSERT INTO note (id, text) VALUES (7, @text)", new string('y', 30_000_000)), 30_000_000, Token);
        await Eventually.IsTrueAsync(
            async () =>
            {
                // The writer looks at the log after each commit.
                await WriteAsync(1);
                return FileBytes > 30_000_000;
            },
            "The log is copied back");
        await WriteAsync(100);
        await TestDatabase.CloseAsync();
        Database = await TestDatabase.OpenAsync();

        Assert.Equal(30_000_000, await Database.ReadAsync(session => session.ScalarOrNull("SELECT length(text) FROM note WHERE id = 7"), Token));
        Assert.Equal(1, await Database.ReadAsync(session => session.ScalarOrNull("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), Token));
    }

    [Fact]
    public async Task A_log_that_readers_hold_open_is_still_bounded()
    {
        using var stop = new CancellationTokenSource();
        using var started = new CountdownEvent(3);

        // Three readers that overlap at all times: without a pause of theirs, SQLite by itself never gets to begin its log anew.
        Task[] readers = [.. Enumerable.Range(0, 3).Select(reader => Task.Run(
            async () =>
            {
                bool isFirst = true;
                while (!stop.IsCancellationRequested)
                {
                    await Database.ReadAsync(
                        session =>
                        {
                            using var rows = session.Query("SELECT id FROM note");
                            rows.Read();
                            if (isFirst)
                            {
                                started.Signal();
                                isFirst = false;
                            }

                            stop.Token.WaitHandle.WaitOne(20 + (7 * reader));
                            return true;
                        },
                        Token);
                }
            },
            Token))];
        started.Wait(Token);

        await WriteAsync(400);

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(LogBytes < 120_000_000, $"The log has {LogBytes} bytes after 200,000,000 bytes of writes.");
    }

    [Fact]
    public async Task Readers_who_pass_on_the_place_of_one_who_read_old_pages_do_not_hold_the_log_open()
    {
        using SqlSession writing = OpenSession();
        writing.Execute("PRAGMA wal_autocheckpoint = 0");
        using var log = new SqliteLog(writing, OpenSession);
        writing.Execute("REPLACE INTO note (id, text) VALUES (1, @text)", new string('x', 70_000_000));

        // All four places that SQLite has for readers: whoever else reads takes none.
        SqlSession[] older = [OpenSession(), OpenSession(), OpenSession(), OpenSession()];
        foreach (SqlSession session in older)
        {
            Read(session);
            writing.Execute("REPLACE INTO note (id, text) VALUES (1, 'y')");
        }

        using SqlSession first = OpenSession();
        using SqlSession second = OpenSession();
        using SqlSession watching = OpenSession();
        Task tending = Task.Run(log.Tend, Token);
        Assert.True(SpinWait.SpinUntil(() => IsWriting(watching) || tending.IsCompleted, TimeSpan.FromSeconds(30)) && !tending.IsCompleted, "The older readers are not waited for.");

        // SQLite looks at the places right after it has taken the lock for writing, and says nothing when it has.
        await Task.Delay(50, Token);
        older[0].Dispose();
        Read(first);
        foreach (SqlSession session in older[1..])
        {
            session.Dispose();
        }

        while (!tending.IsCompleted)
        {
            Read(second);
            first.Execute("COMMIT");
            Read(first);
            second.Execute("COMMIT");
        }

        await tending;
        writing.Execute("REPLACE INTO note (id, text) VALUES (1, 'z')");
        Assert.InRange(Pages(writing), 1, 100);
    }

    private SqlSession OpenSession()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(TestDatabase.Folder, "tributary.db")};Pooling=False");
        connection.Open();
        return new SqlSession(connection);
    }

    private static void Read(SqlSession session)
    {
        session.Execute("BEGIN");
        session.ScalarOrNull("SELECT count(*) FROM note");
    }

    /// <summary>Asked below the library, which would try again for a while.</summary>
    private static bool IsWriting(SqlSession session) =>
        raw.sqlite3_exec(((SqliteConnection)session.Connection).Handle, "BEGIN IMMEDIATE; ROLLBACK") == raw.SQLITE_BUSY;

    /// <summary>Of the log, as far as it is in use.</summary>
    private static long Pages(SqlSession session)
    {
        using SqlReader reader = session.Query("PRAGMA wal_checkpoint(NOOP)");
        reader.Read();
        return reader.GetInt64(1);
    }

    /// <summary>The same row again and again, half a megabyte each.</summary>
    private async Task WriteAsync(int times)
    {
        string text = new('x', 500_000);
        for (int i = 0; i < times; i++)
        {
            await Database.WriteAsync(WriteScope.Store, session => session.Execute("REPLACE INTO note (id, text) VALUES (1, @text)", text + i), text.Length, Token);
        }
    }
}
