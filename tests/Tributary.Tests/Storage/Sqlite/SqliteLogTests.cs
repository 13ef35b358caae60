using Tributary.Storage;
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
