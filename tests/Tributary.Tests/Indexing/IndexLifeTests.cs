using Lucene.Net.Store;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Storage;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;
using Directory = System.IO.Directory;

namespace Tributary.Tests.Indexing;

/// <summary>An index is derived: whatever happens to it between two starts, or under a running server, searches answer from the store or not at all.</summary>
public sealed class IndexLifeTests : IDisposable
{
    private const string Connection = "contosohr";

    private readonly string _data = Directory.CreateTempSubdirectory("tributary-life-").FullName;
    private readonly string _kept = Directory.CreateTempSubdirectory("tributary-kept-").FullName;

    private string Index => Path.Combine(_data, "index");

    public void Dispose()
    {
        Directory.Delete(_data, recursive: true);
        Directory.Delete(_kept, recursive: true);
    }

    private Task<TestServer> StartAsync(params string[] settings) => TestServer.StartAsync(null, _data, settings);

    private static Task PutAsync(TestServer server, string id) => server.PutItemAsync(Connection, id, SearchServer.Item($$"""{ "title": "word {{id}}" }"""));

    private static async Task<string> AllAsync(TestServer server)
    {
        Answer answer = await server.FindAsync(Connection, "word", """, "size": 1000""");
        Assert.Equal(answer.HitIds.Length, answer.Total);
        return string.Join(' ', answer.HitIds.Order(StringComparer.Ordinal));
    }

    /// <summary>Changes items, with the index after them, and puts the store back as it was before.</summary>
    private async Task ChangeAndRestoreAsync()
    {
        foreach (string file in Directory.GetFiles(_data, "tributary.db*"))
        {
            File.Copy(file, Path.Combine(_kept, Path.GetFileName(file)));
        }

        await ChangeAsync();
        foreach (string file in Directory.GetFiles(_data, "tributary.db*"))
        {
            File.Delete(file);
        }

        Copy(_kept, _data);
    }

    /// <summary>Three items, indexed and closed.</summary>
    private async Task BeginAsync(params string[] settings)
    {
        await using TestServer server = await StartAsync(settings);
        await server.CreateReadyConnectionAsync();
        foreach (string id in new[] { "a", "b", "c" })
        {
            await PutAsync(server, id);
        }

        Assert.Equal("a b c", await AllAsync(server));
    }

    private async Task ChangeAsync(params string[] settings)
    {
        await using TestServer server = await StartAsync(settings);
        await PutAsync(server, "d");
        (await server.DeleteAsync(SearchServer.ItemPath(Connection, "a"))).ShouldBe(204);
        Assert.Equal("b c d", await AllAsync(server));
    }

    private async Task<string> FoundAfterStartAsync()
    {
        await using TestServer server = await StartAsync();
        string found = await AllAsync(server);
        await PutAsync(server, "z");
        Assert.Equal($"{found} z", await AllAsync(server));
        return found;
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    private string[] Generations => [.. Directory.GetDirectories(Index, "g*", SearchOption.AllDirectories).Select(folder => Path.GetFileName(folder))];

    [Fact]
    public async Task Stopping_waits_until_the_index_of_a_deleted_connection_is_removed()
    {
        await BeginAsync();
        string folder = Assert.Single(Directory.GetDirectories(Index));
        string[] more = [.. Enumerable.Range(0, 5000).Select(number => Path.Combine(folder, $"more-{number}"))];
        foreach (string file in more)
        {
            await File.WriteAllTextAsync(file, "x");
        }

        await using (TestServer server = await StartAsync())
        {
            (await server.DeleteAsync($"/v1.0/external/connections/{Connection}")).ShouldBe(202);
            await Eventually.IsTrueAsync(() => Task.FromResult(!more.All(File.Exists)), "the removal begins");
        }

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task What_an_index_has_missed_is_replayed_from_the_feed()
    {
        await BeginAsync();
        Copy(Index, _kept);
        await ChangeAsync();
        Directory.Delete(Index, recursive: true);
        Copy(_kept, Index);

        Assert.Equal("b c d", await FoundAfterStartAsync());
        Assert.Equal(["g000001"], Generations);
    }

    [Fact]
    public async Task An_index_that_was_deleted_is_built_anew()
    {
        await BeginAsync();
        Directory.Delete(Index, recursive: true);

        Assert.Equal("a b c", await FoundAfterStartAsync());
    }

    [Fact]
    public async Task An_index_with_any_file_damaged_is_built_anew()
    {
        await BeginAsync();
        Copy(Index, _kept);
        string[] files = [.. Directory.GetFiles(Index, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal) && new FileInfo(file).Length > 0)];
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            byte[] whole = await File.ReadAllBytesAsync(file);
            byte[] flipped = [.. whole];
            flipped[flipped.Length / 2] ^= 0x10;
            foreach (byte[] damaged in new[] { flipped, whole[..(whole.Length / 2)], [] })
            {
                await File.WriteAllBytesAsync(file, damaged);
                await using (TestServer server = await StartAsync())
                {
                    Assert.Equal("a b c", await AllAsync(server));
                }

                Directory.Delete(Index, recursive: true);
                Copy(_kept, Index);
            }
        }
    }

    [Fact]
    public async Task An_index_that_is_ahead_of_its_store_is_built_anew()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "It puts older files of SQLite's in the place of the store's.");
        await BeginAsync();
        await ChangeAndRestoreAsync();

        Assert.Equal("a b c", await FoundAfterStartAsync());
        Assert.Equal(["g000001"], Generations);
    }

    [Fact]
    public async Task An_index_that_is_ahead_of_its_store_is_gone_before_a_write_can_catch_up_with_it()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "It puts older files of SQLite's in the place of the store's.");
        await BeginAsync();
        await ChangeAndRestoreAsync();
        await using (await StartAsync())
        {
            Assert.Empty(Generations);
        }

        // What was not ahead stays.
        Assert.Equal("a b c", await FoundAfterStartAsync());
        await using (await StartAsync())
        {
            Assert.Single(Generations);
        }
    }

    [Fact]
    public async Task The_index_of_another_store_is_built_anew()
    {
        await BeginAsync();
        await using (TestServer other = await TestServer.StartAsync(null, data: _kept))
        {
            await other.CreateReadyConnectionAsync();
            await PutAsync(other, "foreign");
            Assert.Equal("foreign", await AllAsync(other));
        }

        Directory.Delete(Index, recursive: true);
        Copy(Path.Combine(_kept, "index"), Index);

        Assert.Equal("a b c", await FoundAfterStartAsync());
    }

    [Fact]
    public async Task An_index_that_the_pruned_feed_no_longer_reaches_is_built_anew()
    {
        await BeginAsync("Indexing:CommitChanges=1");
        Copy(Index, _kept);
        await ChangeAsync("Indexing:CommitChanges=1");
        Directory.Delete(Index, recursive: true);
        Copy(_kept, Index);

        Assert.Equal("b c d", await FoundAfterStartAsync());
    }

    [Fact]
    public async Task A_folder_that_is_deleted_under_a_running_server_is_never_answered_from_wrongly()
    {
        await BeginAsync();
        await using TestServer server = await StartAsync("Indexing:CommitChanges=2");
        Assert.Equal("a b c", await AllAsync(server));

        Directory.Delete(Index, recursive: true);

        var expected = new SortedSet<string>(StringComparer.Ordinal) { "a", "b", "c" };
        for (int i = 0; i < 8; i++)
        {
            await PutAsync(server, $"n{i}");
            expected.Add($"n{i}");
            (await server.GetAsync(SearchServer.ItemPath(Connection, "a"))).ShouldBe(200);
            Answer answer;
            do
            {
                answer = await server.SearchAsync("word");
                Assert.True(answer.Status is 200 or 503, answer.Body);
            }
            while (answer.Status == 503);
            Assert.Equal(expected, answer.HitIds.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task An_index_that_nobody_uses_is_closed_and_opened_again()
    {
        await using TestServer server = await StartAsync("Indexing:IdleClose=00:00:00.1");
        await server.CreateReadyConnectionAsync();
        for (int i = 0; i < 3; i++)
        {
            await PutAsync(server, $"i{i}");
            Assert.Equal(i + 1, (await AllAsync(server)).Split(' ').Length);
            using var folder = FSDirectory.Open(Directory.GetDirectories(Index, "g*", SearchOption.AllDirectories)[0]);
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (folder.MakeLock("write.lock").IsLocked())
            {
                await Task.Delay(20, bound.Token);
            }
        }
    }

    [Fact]
    public async Task Searches_meet_an_index_that_is_closing_without_noticing()
    {
        await using TestServer server = await StartAsync("Indexing:IdleClose=00:00:00.01");
        await server.CreateReadyConnectionAsync();
        await PutAsync(server, "a");

        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (_, _) => Assert.Equal("a", await AllAsync(server)));
    }

    [Fact]
    public async Task A_wait_past_its_bound_is_503_with_retry_after()
    {
        await BeginAsync();
        await using TestServer server = await StartAsync("Indexing:SearchWait=00:00:00.0000001");
        for (int i = 0; ; i++)
        {
            await PutAsync(server, $"n{i}");
            Answer answer = await server.SearchAsync("word");
            if (answer.Status == 503)
            {
                Assert.NotNull(answer.Headers.RetryAfter?.Delta);
                Assert.Equal("ServiceUnavailable", answer.ErrorCode);
                return;
            }

            Assert.Equal(i + 4, answer.ShouldBe(200).Total);
        }
    }

    [Fact]
    public async Task Back_pressure_slows_writers_and_loses_nothing()
    {
        await using TestServer server = await StartAsync("Indexing:MaxLag=1");
        await server.CreateReadyConnectionAsync();

        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) => await PutAsync(server, $"i{number}"));

        Assert.Equal(200, (await AllAsync(server)).Split(' ').Length);
    }

    [Fact]
    public async Task An_item_that_cannot_be_indexed_is_left_out_and_the_others_go_on()
    {
        await BeginAsync();
        await using TestServer server = await StartAsync();
        ISqlDatabase database = server.Services.GetRequiredService<ISqlDatabase>();
        await database.WriteAsync(
            WriteScope.Store,
            session =>
            {
                session.Execute("UPDATE item SET properties = @broken WHERE id = 'b'", "{ \"title\": "u8.ToArray());
                session.Execute("INSERT INTO change (connection, number, item) SELECT key, last_change + 1, 'b' FROM connection");
                return session.Execute("UPDATE connection SET last_change = last_change + 1");
            },
            0,
            CancellationToken.None);

        Assert.Equal("a c", await AllAsync(server));
        await PutAsync(server, "d");
        Assert.Equal("a c d", await AllAsync(server));
        await PutAsync(server, "b");
        Assert.Equal("a b c d", await AllAsync(server));
    }

    [Fact]
    public async Task A_connection_that_is_created_again_shows_nothing_of_the_old_one()
    {
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync();
        await PutAsync(server, "old");
        Assert.Equal("old", await AllAsync(server));

        (await server.DeleteAsync($"/v1.0/external/connections/{Connection}")).ShouldBe(202);
        Assert.Equal("", await AllAsync(server));
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await server.GetAsync($"/v1.0/external/connections/{Connection}")).Status != 404)
        {
            await Task.Delay(10, bound.Token);
        }

        await server.CreateReadyConnectionAsync();
        Assert.Equal("", await AllAsync(server));
        await PutAsync(server, "new");
        Assert.Equal("new", await AllAsync(server));
        while (Directory.GetDirectories(Index).Length != 1)
        {
            await Task.Delay(10, bound.Token);
        }
    }

    [Fact]
    public async Task A_catalog_that_is_closed_gives_every_folder_back()
    {
        await BeginAsync();

        using var folder = FSDirectory.Open(Directory.GetDirectories(Index, "g*", SearchOption.AllDirectories)[0]);
        Assert.False(folder.MakeLock("write.lock").IsLocked());
    }
}
