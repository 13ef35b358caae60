using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Tributary.Connections;
using Tributary.Items;
using Tributary.Storage;

namespace Tributary.Tests.Storage.Sqlite;

/// <summary>What is refused at the opening of a database; each time the file must be afterwards what it was, to the byte.</summary>
public sealed class SqliteInspectionTests : StoreContract
{
    private const int PageSize = 4096;

    private readonly SqliteTestDatabase _database;

    public SqliteInspectionTests()
        : this(new SqliteTestDatabase(new StorageOptions { Durable = false }))
    {
    }

    private SqliteInspectionTests(SqliteTestDatabase database)
        : base(() => database) => _database = database;

    private string DatabaseFile => Path.Combine(_database.Folder, "tributary.db");

    [Fact]
    public async Task A_sound_database_is_opened_again_with_all_that_is_in_it()
    {
        StoredConnection connection = await FillAndCloseAsync();

        await ReopenAsync();

        Assert.Equal(200, await CountAsync("item"));
        Assert.NotNull(await Items.FindOrNullAsync(connection.Key, "item7", Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(100)]
    public async Task Damage_in_the_first_page_is_refused(int offset)
    {
        await FillAndCloseAsync();
        Overwrite(offset, PageSize - offset);

        await ShouldRefuseAsync("Restore it from a backup");
    }

    [Fact]
    public async Task Damage_in_any_single_page_of_a_small_database_is_refused_or_is_in_a_page_without_structure()
    {
        await FillAndCloseAsync();
        byte[] whole = await File.ReadAllBytesAsync(DatabaseFile, Token);
        int refused = 0, pages = whole.Length / PageSize;
        for (int page = 0; page < pages; page++)
        {
            await File.WriteAllBytesAsync(DatabaseFile, whole, Token);
            Overwrite(page * PageSize, PageSize);
            byte[] before = HashOfFile();
            try
            {
                await _database.OpenAsync();
                await _database.CloseAsync();
            }
            catch (InvalidDataException exception)
            {
                refused++;
                Assert.StartsWith($"The database {DatabaseFile} cannot be opened", exception.Message, StringComparison.Ordinal);
                Assert.Equal(before, HashOfFile());
            }
        }

        // The others hold nothing but text of content, which no check can tell from other text.
        Assert.InRange(refused, (pages * 3 / 4) + 1, pages);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(PageSize - 1)]
    [InlineData(PageSize)]
    [InlineData(5 * PageSize)]
    public async Task What_is_left_of_a_database_is_refused(int length)
    {
        await FillAndCloseAsync();
        Cut(length);

        await ShouldRefuseAsync("Restore it from a backup");
    }

    [Fact]
    public async Task Without_its_last_page_it_is_refused_too()
    {
        await FillAndCloseAsync();
        Cut(new FileInfo(DatabaseFile).Length - PageSize);

        await ShouldRefuseAsync("Restore it from a backup");
    }

    [Fact]
    public async Task Text_is_no_database()
    {
        await RemoveDatabaseAsync();
        await File.WriteAllTextAsync(DatabaseFile, string.Concat(Enumerable.Repeat("This is no database. ", 1000)), Token);

        await ShouldRefuseAsync("Restore it from a backup");
    }

    [Theory]
    [InlineData("CREATE TABLE note (text TEXT)")]
    [InlineData("CREATE TABLE note (text TEXT); PRAGMA user_version = 1")]
    [InlineData("CREATE TABLE store (id TEXT)")]
    [InlineData("PRAGMA user_version = -1")]
    public async Task The_database_of_another_program_is_refused(string sql)
    {
        await RemoveDatabaseAsync();
        ExecuteDirectly(sql);

        await ShouldRefuseAsync("written by another program");
    }

    [Fact]
    public async Task A_newer_version_is_refused()
    {
        await FillAndCloseAsync();
        ExecuteDirectly("PRAGMA user_version = 9000");

        await ShouldRefuseAsync("version 9000");
    }

    [Fact]
    public async Task A_directory_in_its_place_is_refused()
    {
        await RemoveDatabaseAsync();
        Directory.CreateDirectory(DatabaseFile);

        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(_database.OpenAsync);

        Assert.Equal(
            $"The database {DatabaseFile} cannot be opened: It is a directory. Move it away, or name another directory with --data.", refusal.Message);
    }

    [Fact]
    public async Task An_empty_file_is_a_new_database_as_a_start_that_was_killed_leaves_it()
    {
        await RemoveDatabaseAsync();
        await File.WriteAllTextAsync(DatabaseFile, "", Token);

        await ReopenAsync();

        Assert.Equal(1, await CountAsync("store"));
    }

    [Fact]
    public async Task An_empty_file_beside_a_log_is_refused_and_the_log_stays()
    {
        await RemoveDatabaseAsync();
        await File.WriteAllTextAsync(DatabaseFile, "", Token);
        await File.WriteAllTextAsync(DatabaseFile + "-wal", "writes that were answered", Token);

        await ShouldRefuseAsync("It is empty, but was not.");

        Assert.Equal("writes that were answered", await File.ReadAllTextAsync(DatabaseFile + "-wal", Token));
    }

    [Fact]
    public async Task A_log_without_its_database_is_refused_and_stays()
    {
        await RemoveDatabaseAsync();
        await File.WriteAllTextAsync(DatabaseFile + "-wal", "writes that were answered", Token);

        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(_database.OpenAsync);

        Assert.Contains("It is not there, but its log", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(DatabaseFile));
        Assert.Equal("writes that were answered", await File.ReadAllTextAsync(DatabaseFile + "-wal", Token));
    }

    [Fact]
    public async Task An_empty_file_beside_indexes_is_refused()
    {
        await RemoveDatabaseAsync();
        await File.WriteAllTextAsync(DatabaseFile, "", Token);
        Directory.CreateDirectory(Path.Combine(_database.Folder, "index", "1"));

        await ShouldRefuseAsync("It is empty, but was not.");
    }

    private async Task<StoredConnection> FillAndCloseAsync()
    {
        StoredConnection connection = await CreateReadyAsync();
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(PutItemOutcome.Stored, (await PutAsync(connection.Key, Write($"item{i}", content: new string((char)('a' + (i % 26)), 1000)))).Outcome);
        }

        await _database.CloseAsync();
        return connection;
    }

    private async Task RemoveDatabaseAsync()
    {
        await _database.CloseAsync();
        foreach (string file in Directory.GetFiles(_database.Folder))
        {
            File.Delete(file);
        }
    }

    private async Task ShouldRefuseAsync(string reason)
    {
        await _database.CloseAsync();
        byte[] before = HashOfFile();

        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(_database.OpenAsync);

        Assert.StartsWith($"The database {DatabaseFile} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, HashOfFile());
    }

    private void Overwrite(int offset, int count)
    {
        using FileStream stream = File.OpenWrite(DatabaseFile);
        stream.Position = offset;
        byte[] noise = new byte[count];
        new Random(7).NextBytes(noise);
        stream.Write(noise);
    }

    private void Cut(long length)
    {
        using FileStream stream = File.OpenWrite(DatabaseFile);
        stream.SetLength(length);
    }

    private byte[] HashOfFile() => SHA256.HashData(File.ReadAllBytes(DatabaseFile));

    private void ExecuteDirectly(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of a test.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
