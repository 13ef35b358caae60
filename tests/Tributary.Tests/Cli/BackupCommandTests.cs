using System.Collections.Concurrent;
using System.CommandLine;
using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Auth;
using Tributary.Cli;
using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Cli;

public sealed class BackupCommandTests : IDisposable
{
    private const string Items = "/v1.0/external/connections/contosohr/items";

    /// <summary>SQLite's own, so that these tests run on it whatever the others run on.</summary>
    private const string OnSqlite = "Storage:MaxBytes=4000000000";

    private readonly string _root = Directory.CreateTempSubdirectory("tributary-test-").FullName;

    private string File0 => Path.Combine(_root, "backup.tar.gz");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Data(string name = "data") => Path.Combine(_root, name);

    private static Task<TestServer> StartAsync(string data) => TestServer.StartAsync(time: null, data, OnSqlite);

    private static async Task PutAsync(TestServer server, string id, string title) => (await server.PutAsync(
        $"{Items}/{id}",
        $$"""{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "{{title}}" } }""")).ShouldBe(200);

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(Command command, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = await command.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, Cancellation);
        return (exitCode, output.ToString(), error.ToString());
    }

    private Task<(int ExitCode, string Output, string Error)> BackupAsync(string data, params string[] more) => RunAsync(BackupCommand.Create(), [File0, "--data", data, .. more]);

    private Task<(int ExitCode, string Output, string Error)> RestoreAsync(string data, params string[] more) => RunAsync(RestoreCommand.Create(), [File0, "--data", data, .. more]);

    private static async Task SucceedsAsync(Task<(int ExitCode, string Output, string Error)> run)
    {
        (int exitCode, _, string error) = await run;
        Assert.Equal((0, ""), (exitCode, error));
    }

    private static async Task FailsAsync(Task<(int ExitCode, string Output, string Error)> run, string reason)
    {
        (int exitCode, _, string error) = await run;
        Assert.Equal(TransferOptions.Failure, exitCode);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    private static long EpochOf(TestServer server) => server.Services.GetRequiredService<ISqlDatabase>().Identity.Epoch;

    private static async Task<string> TitleOrNoneAsync(TestServer server, string id)
    {
        Answer answer = await server.GetAsync($"{Items}/{id}");
        return answer.Status == 404 ? "" : answer.ShouldBe(200).Json.GetProperty("properties").GetProperty("title").GetString()!;
    }

    [Fact]
    public async Task A_backup_under_writers_holds_what_was_answered_before_and_searches_of_the_restored_store_are_right_beside_the_old_indexes()
    {
        const int Writers = 8;
        var acknowledged = new ConcurrentDictionary<string, int>();
        Dictionary<string, int> before;
        await using (TestServer server = await StartAsync(Data()))
        {
            await server.CreateReadyConnectionAsync();
            using var stop = new CancellationTokenSource();
            Task[] writing = [.. Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
            {
                for (int write = 1; !stop.IsCancellationRequested; write++)
                {
                    string id = $"w{writer}-{write % 20}";
                    await PutAsync(server, id, $"word n{write}");
                    acknowledged[id] = write;
                }
            }, Cancellation))];
            await Eventually.IsTrueAsync(() => Task.FromResult(acknowledged.Count == 20 * Writers), "Every item is written once");

            before = new Dictionary<string, int>(acknowledged);
            await SucceedsAsync(BackupAsync(Data()));

            // And on, until the index is far ahead of the backup.
            int last = acknowledged.Values.Sum();
            await Eventually.IsTrueAsync(() => Task.FromResult(acknowledged.Values.Sum() > last + 400), "Writers go on");
            Assert.Equal(20 * Writers, (await server.SearchAsync("word")).Total);
            await stop.CancelAsync();
            await Task.WhenAll(writing);
        }

        await SucceedsAsync(RestoreAsync(Data("restored")));
        CopyFolder(Path.Combine(Data(), "index"), Path.Combine(Data("restored"), "index"));
        await using TestServer restored = await StartAsync(Data("restored"));

        var titles = new Dictionary<string, string>();
        foreach ((string id, int write) in before)
        {
            titles[id] = await TitleOrNoneAsync(restored, id);
            Assert.True(int.Parse(titles[id].Split('n')[1], System.Globalization.CultureInfo.InvariantCulture) >= write, $"{id} is '{titles[id]}', and {write} was answered before.");
        }

        Assert.Equal(20 * Writers, (await restored.SearchAsync("word")).Total);
        foreach (IGrouping<string, string> number in titles.GroupBy(title => title.Value.Split(' ')[1], title => title.Key))
        {
            Assert.Equal(number.Order(StringComparer.Ordinal), (await restored.SearchAsync(number.Key, extra: ", \"size\": 200")).HitIds.Order(StringComparer.Ordinal));
        }

        ISqlDatabase database = restored.Services.GetRequiredService<ISqlDatabase>();
        Assert.Equal(
            0,
            await database.ReadAsync(
                session => session.ScalarOrNull(
                    """
                    SELECT (SELECT count(*) FROM connection c WHERE c.items <> (SELECT count(*) FROM item i WHERE i.connection = c.key)
                            OR c.last_change < (SELECT max(change) FROM item i WHERE i.connection = c.key) OR c.last_change < (SELECT max(number) FROM change WHERE connection = c.key))
                         + (SELECT count(*) FROM item i WHERE NOT EXISTS (SELECT 1 FROM acl a WHERE a.connection = i.connection AND a.number = i.acl))
                    """),
                Cancellation));
    }

    [Fact]
    public async Task An_index_of_another_life_of_the_store_is_not_trusted_though_the_store_has_come_past_it()
    {
        await using (TestServer server = await StartAsync(Data()))
        {
            await server.CreateReadyConnectionAsync();
            await PutAsync(server, "kept", "word");
            await SucceedsAsync(BackupAsync(Data()));
            await PutAsync(server, "lost", "word");
            Assert.Equal(2, (await server.SearchAsync("word")).Total);
        }

        string indexes = Path.Combine(Data(), "index");
        CopyFolder(indexes, Data("old-index"));
        await SucceedsAsync(RestoreAsync(Data(), "--force"));
        Assert.Empty(Directory.GetDirectories(indexes));
        await using (TestServer server = await StartAsync(Data()))
        {
            for (int i = 0; i < 5; i++)
            {
                await PutAsync(server, $"other{i}", "word");
            }
        }

        Directory.Delete(indexes, recursive: true);
        CopyFolder(Data("old-index"), indexes);
        await using TestServer restored = await StartAsync(Data());

        Assert.Equal(["kept", "other0", "other1", "other2", "other3", "other4"], (await restored.SearchAsync("word")).HitIds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_restore_of_one_backup_begins_an_epoch_of_its_own()
    {
        await using (TestServer server = await StartAsync(Data()))
        {
            await server.CreateReadyConnectionAsync();
            await SucceedsAsync(BackupAsync(Data()));
        }

        var epochs = new List<long>();
        for (int i = 0; i < 2; i++)
        {
            await SucceedsAsync(RestoreAsync(Data("restored"), "--force"));
            await using TestServer restored = await StartAsync(Data("restored"));
            epochs.Add(EpochOf(restored));
        }

        Assert.True(1 < epochs[0] && epochs[0] < epochs[1], string.Join(' ', epochs));
    }

    [Fact]
    public async Task A_store_that_was_copied_back_by_hand_is_told_so()
    {
        await using (TestServer server = await StartAsync(Data()))
        {
            await server.CreateReadyConnectionAsync();
            await FailsAsync(RunAsync(RestoreCommand.Create(), "--raise-epoch", "--data", Data()), "in use");
        }

        await SucceedsAsync(RunAsync(RestoreCommand.Create(), "--raise-epoch", "--data", Data()));

        await using TestServer told = await StartAsync(Data());
        Assert.True(EpochOf(told) > 1);
        await FailsAsync(RunAsync(RestoreCommand.Create(), "--raise-epoch", "--data", Data("none")), "There is no store");
    }

    [Fact]
    public async Task Keys_are_in_it_for_their_owner_only_and_can_be_left_out()
    {
        string key, identity;
        await using (TestServer server = await StartAsync(Data()))
        {
            await server.AppTokenAsync();
            key = OperatorKey.Read(Data());
            identity = await File.ReadAllTextAsync(Path.Combine(Data(), "issuer.key"), Cancellation);
        }

        // Of a directory that nobody serves as well.
        await SucceedsAsync(BackupAsync(Data()));
        await SucceedsAsync(RestoreAsync(Data("restored")));
        Assert.Equal((key, identity), (OperatorKey.Read(Data("restored")), await File.ReadAllTextAsync(Path.Combine(Data("restored"), "issuer.key"), Cancellation)));
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in new[] { File0, Path.Combine(Data("restored"), "operator.key"), Path.Combine(Data("restored"), "tributary.db") })
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }

        await SucceedsAsync(BackupAsync(Data(), "--without-keys", "--force"));
        await SucceedsAsync(RestoreAsync(Data("without")));
        Assert.NotEqual(key, OperatorKey.Read(Data("without")));
        await using TestServer fresh = await StartAsync(Data("without"));
    }

    [Fact]
    public async Task What_would_be_lost_or_is_in_use_is_not_replaced()
    {
        await using (TestServer server = await StartAsync(Data()))
        {
            await server.CreateReadyConnectionAsync();
            await PutAsync(server, "kept", "word");
            await SucceedsAsync(BackupAsync(Data()));
            await FailsAsync(BackupAsync(Data()), "is there already");
            await FailsAsync(RestoreAsync(Data(), "--force"), "in use by another tributary");
        }

        await FailsAsync(RestoreAsync(Data()), "There is a store in");
        await using TestServer still = await StartAsync(Data());
        Assert.Equal("word", await TitleOrNoneAsync(still, "kept"));
        await FailsAsync(BackupAsync(Data("none")), "There is no tributary.db");
    }

    [Fact]
    public async Task A_backup_that_is_damaged_cut_off_or_none_is_refused_and_changes_nothing()
    {
        await using (TestServer server = await StartAsync(Data()))
        {
            await server.CreateReadyConnectionAsync();
            await PutAsync(server, "kept", "word");
            await SucceedsAsync(BackupAsync(Data()));
        }

        byte[] whole = await File.ReadAllBytesAsync(File0, Cancellation);
        var random = new Random(11);
        for (int i = 0; i < 20; i++)
        {
            await File.WriteAllBytesAsync(File0, i % 2 == 0 ? whole[..random.Next(whole.Length - 1)] : Damaged(whole, random), Cancellation);
            (int exitCode, _, string error) = await RestoreAsync(Data(), "--force");
            Assert.True(exitCode == TransferOptions.Failure && error.Length > 0, $"Change {i} was taken.");
        }

        await using TestServer still = await StartAsync(Data());
        Assert.Equal("word", await TitleOrNoneAsync(still, "kept"));
        Assert.Equal(1, EpochOf(still));
    }

    /// <summary>With one bit of another value, and not one of those that say nothing: gzip's header has such, and codes of lengths that no symbol of a block uses.</summary>
    private static byte[] Damaged(byte[] archive, Random random)
    {
        byte[]? unpacked = UnpackedOrNull(archive);
        byte[] damaged;
        do
        {
            damaged = [.. archive];
            damaged[random.Next(archive.Length)] ^= (byte)(1 << random.Next(8));
        }
        while (UnpackedOrNull(damaged) is { } same && same.AsSpan().SequenceEqual(unpacked));

        return damaged;
    }

    private static byte[]? UnpackedOrNull(byte[] archive)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(archive), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            gzip.CopyTo(unpacked);
            return unpacked.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    [Theory]
    [InlineData("../escaped.key")]
    [InlineData("certs/../../escaped")]
    [InlineData("/escaped")]
    [InlineData("index/1")]
    public async Task An_entry_that_no_backup_has_is_not_unpacked(string name)
    {
        await using (var gzip = new GZipStream(File.Create(File0), CompressionMode.Compress))
        await using (var tar = new TarWriter(gzip))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) }, Cancellation);
        }

        await FailsAsync(RestoreAsync(Data()), $"'{name}'");

        Assert.False(File.Exists(Path.Combine(_root, "escaped.key")) || File.Exists(Path.Combine(_root, "escaped")));
        Assert.False(Directory.Exists(Path.Combine(Data(), "restore.tmp")));
    }

    [Fact]
    public async Task A_backup_of_a_newer_version_is_refused()
    {
        await using (TestServer server = await StartAsync(Data()))
        {
            await server.CreateReadyConnectionAsync();
        }

        using (var connection = new SqliteConnection($"Data Source={Path.Combine(Data(), "tributary.db")};Pooling=false"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 9999";
            command.ExecuteNonQuery();
        }

        await SucceedsAsync(BackupAsync(Data()));

        await FailsAsync(RestoreAsync(Data("restored")), "of version 9999");
        Assert.False(File.Exists(Path.Combine(Data("restored"), "tributary.db")));
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
