using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Tributary.Acls;
using Tributary.Benchmarks.Corpora;
using Tributary.Storage;
using Tributary.Storage.Sqlite;

namespace Tributary.Benchmarks.Floors;

/// <summary>
/// The same rows in the same tables by Microsoft.Data.Sqlite alone: 64 writers of single items share commits at <c>synchronous=FULL</c>, one bare insert for
/// each row, nothing looked up, and the connection's counters once for each commit.
/// </summary>
internal static class SqliteFloor
{
    private const int SliceItems = 25_000;

    public static async Task<double> MeasureAsync(string directory, int items, int writers)
    {
        Directory.CreateDirectory(directory);
        var connectionString = new SqliteConnectionStringBuilder { DataSource = Path.Combine(directory, "floor.db"), Pooling = false };
        using var connection = new SqliteConnection(connectionString.ToString());
        connection.Open();
        using var session = new SqlSession(connection);
        Execute(connection, "PRAGMA auto_vacuum = INCREMENTAL");
        Execute(
            connection,
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;
            PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 1073741824;
            """);
        SqliteMigrations.Run(session);
        Execute(
            connection,
            """
            INSERT INTO connection (key, tenant, id, id_folded, name, name_folded, state, body) VALUES (1, 't', 'bench', 'bench', 'bench', 'bench', 2, x'00')
            """);

        var queue = Channel.CreateBounded<Write>(1024);
        Task committer = Task.Factory.StartNew(() => Commit(connection, queue.Reader), TaskCreationOptions.LongRunning);
        var clock = new Stopwatch();
        for (int first = 0; first < items; first += SliceItems)
        {
            Row[] rows = Prepare(first, Math.Min(SliceItems, items - first));
            clock.Start();
            int next = -1;
            await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
            {
                for (int i = Interlocked.Increment(ref next); i < rows.Length; i = Interlocked.Increment(ref next))
                {
                    var write = new Write(rows[i]);
                    await queue.Writer.WriteAsync(write);
                    await write.Done.Task;
                }
            })));
            clock.Stop();
        }

        queue.Writer.Complete();
        await committer;
        return items / clock.Elapsed.TotalSeconds;
    }

    private static Row[] Prepare(int first, int count)
    {
        var rows = new Row[count];
        Parallel.For(0, count, i =>
        {
            CorpusItem item = Corpus.Item(first + i);
            byte[] acl = AclJson.ToBytes(item.Acl);
            rows[i] = new Row(first + i + 1, item.Id, acl, SHA256.HashData(acl), item.Properties, item.Content);
        });
        return rows;
    }

    private static void Commit(SqliteConnection connection, ChannelReader<Write> queue)
    {
        using SqliteCommand begin = Command(connection, "BEGIN IMMEDIATE");
        using SqliteCommand acl = Command(
            connection, "INSERT OR IGNORE INTO acl (connection, number, hash, entries) VALUES (1, @number, @hash, @entries)", "@number", "@hash", "@entries");
        using SqliteCommand row = Command(
            connection,
            "INSERT INTO item (key, connection, id, acl, change, content_type, properties) VALUES (@number, 1, @id, @number, @number, 1, @properties)",
            "@number",
            "@id",
            "@properties");
        using SqliteCommand content = Command(connection, "INSERT INTO item_content (item, value) VALUES (@number, @value)", "@number", "@value");
        using SqliteCommand change = Command(
            connection, "INSERT INTO change (connection, number, item) VALUES (1, @number, @id)", "@number", "@id");
        using SqliteCommand counters = Command(
            connection, "UPDATE connection SET last_change = @number, items = @number, acls = @number WHERE key = 1", "@number");
        using SqliteCommand commit = Command(connection, "COMMIT");
        var group = new List<Write>();
        while (queue.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();
            begin.ExecuteNonQuery();
            while (group.Count < 512 && queue.TryRead(out Write? write))
            {
                Row item = write.Row;
                Run(acl, item.Number, item.AclHash, item.Acl);
                Run(row, item.Number, item.Id, item.Properties);
                Run(content, item.Number, item.Content);
                Run(change, item.Number, item.Id);
                group.Add(write);
            }

            Run(counters, group[^1].Row.Number);
            commit.ExecuteNonQuery();
            foreach (Write write in group)
            {
                write.Done.SetResult();
            }
        }
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (string name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = Command(connection, sql);
        command.ExecuteNonQuery();
    }

    private sealed record Row(long Number, string Id, byte[] Acl, byte[] AclHash, byte[] Properties, string Content);

    private sealed record Write(Row Row)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
