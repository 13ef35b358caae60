using Microsoft.Data.Sqlite;
using Tributary.Storage;
using Tributary.Storage.Sqlite;

namespace Tributary.Tests.Storage.Sqlite;

public sealed class SqliteMigrationsTests : IAsyncLifetime
{
    private readonly SqliteTestDatabase _testDatabase = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _testDatabase.DisposeAsync();

    [Fact]
    public async Task A_fresh_database_gets_every_table_its_version_and_an_identity()
    {
        ISqlDatabase database = await _testDatabase.OpenAsync();

        Assert.True(await ScalarAsync(database, "PRAGMA user_version") >= 1);
        Assert.Equal(1, await ScalarAsync(database, "SELECT count(*) FROM store"));
        Assert.Equal(1, database.Identity.Epoch);
        Assert.Equal(32, database.Identity.Id.Length);
    }

    [Fact]
    public async Task A_database_that_is_up_to_date_is_left_as_it_is_with_its_identity()
    {
        ISqlDatabase database = await _testDatabase.OpenAsync();
        StoreIdentity identity = database.Identity;
        long version = await ScalarAsync(database, "PRAGMA user_version");
        await _testDatabase.CloseAsync();

        database = await _testDatabase.OpenAsync();

        Assert.Equal(identity, database.Identity);
        Assert.Equal(version, await ScalarAsync(database, "PRAGMA user_version"));
        Assert.Equal(1, await ScalarAsync(database, "SELECT count(*) FROM store"));
    }

    [Fact]
    public async Task Groups_in_groups_that_were_provisioned_before_are_marked_as_such()
    {
        await _testDatabase.OpenAsync();
        await _testDatabase.CloseAsync();
        ExecuteDirectly(
            """
            DROP INDEX directory_member_nested;
            ALTER TABLE directory_member DROP COLUMN nested;
            ALTER TABLE connection DROP COLUMN language;
            ALTER TABLE connection DROP COLUMN noted; ALTER TABLE connection DROP COLUMN feed_mark; ALTER TABLE change DROP COLUMN mark; ALTER TABLE directory_tenant DROP COLUMN noted;
            ALTER TABLE operation DROP COLUMN owner; ALTER TABLE operation DROP COLUMN lease_until; DROP TABLE node; DROP TABLE node_position; DROP TABLE index_snapshot;
            DROP TABLE connection_export; DROP TABLE external_group_change; DROP TABLE connection_import;
            DROP TABLE access_history; DROP TABLE connection_past; DROP TABLE item_acl_past; DROP TABLE acl_past; DROP TABLE external_group_past;
            DROP TABLE external_group_member_past; DROP TABLE directory_object_past; DROP TABLE directory_member_past;
            INSERT INTO directory_object (tenant, id, kind, created, modified, body) VALUES (1, 'inner', 2, 0, 0, x'7b7d'), (1, 'ada', 1, 0, 0, x'7b7d'), (2, 'ada', 2, 0, 0, x'7b7d');
            INSERT INTO directory_member (tenant, group_id, member) VALUES (1, 'outer', 'inner'), (1, 'outer', 'ada'), (1, 'outer', 'nobody'), (2, 'outer', 'inner');
            PRAGMA user_version = 4;
            """);

        ISqlDatabase database = await _testDatabase.OpenAsync();

        Assert.Equal(1, await ScalarAsync(database, "SELECT count(*) FROM directory_member WHERE nested = 1 AND tenant = 1 AND member = 'inner'"));
        Assert.Equal(1, await ScalarAsync(database, "SELECT sum(nested) FROM directory_member"));
    }

    [Fact]
    public async Task Two_databases_have_two_identities()
    {
        await using var other = new SqliteTestDatabase();

        Assert.NotEqual((await _testDatabase.OpenAsync()).Identity.Id, (await other.OpenAsync()).Identity.Id);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_untouched_and_the_message_says_what_to_do()
    {
        await _testDatabase.OpenAsync();
        await _testDatabase.CloseAsync();
        ExecuteDirectly("PRAGMA user_version = 9000");

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(_testDatabase.OpenAsync);

        Assert.Contains("version 9000", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--data", refused.Message, StringComparison.Ordinal);
        Assert.Equal(9000L, ExecuteDirectly("PRAGMA user_version"));
    }

    [Fact]
    public async Task The_members_of_a_group_outlive_the_column_that_said_how_they_were_sent()
    {
        foreach (string script in (string[])["0001_initial", "0002_groups", "0003_directory"])
        {
            using Stream stream = typeof(SqliteDatabase).Assembly.GetManifestResourceStream($"Tributary.Storage.Sqlite.Migrations.{script}.sql")!;
            using var reader = new StreamReader(stream);
            ExecuteDirectly(await reader.ReadToEndAsync(Token));
        }

        ExecuteDirectly(
            """
            PRAGMA user_version = 3;
            INSERT INTO external_group_member (connection, group_id, id, type, folded, is_legacy) VALUES (1, 'team', 'Inner', 3, 'Inner', 1), (1, 'team', 'other', 3, 'other', 0);
            """);

        ISqlDatabase database = await _testDatabase.OpenAsync();

        Assert.Equal(2, await ScalarAsync(database, "SELECT count(*) FROM external_group_member WHERE connection = 1 AND group_id = 'team' AND type = 3 AND id = folded"));
        Assert.Equal(0, await ScalarAsync(database, "SELECT count(*) FROM pragma_table_info('external_group_member') WHERE name = 'is_legacy'"));
    }

    [Fact]
    public async Task The_settings_that_durability_rests_on_are_in_force()
    {
        ISqlDatabase database = await _testDatabase.OpenAsync();

        Assert.Equal("wal", await database.ReadAsync(ReadMode, Token));
        Assert.Equal(2, await database.WriteAsync(WriteScope.Store, session => session.ScalarOrNull("PRAGMA synchronous"), 0, Token));
        Assert.Equal(2, await database.WriteAsync(WriteScope.Store, session => session.ScalarOrNull("PRAGMA auto_vacuum"), 0, Token));

        static string ReadMode(SqlSession session)
        {
            using var reader = session.Query("PRAGMA journal_mode");
            reader.Read();
            return reader.GetString(0);
        }
    }

    [Fact]
    public async Task Without_durability_nothing_waits_for_the_disk()
    {
        _testDatabase.Options.Durable = false;
        ISqlDatabase database = await _testDatabase.OpenAsync();

        Assert.Equal(0, await database.WriteAsync(WriteScope.Store, session => session.ScalarOrNull("PRAGMA synchronous"), 0, Token));
    }

    private static async Task<long> ScalarAsync(ISqlDatabase database, string sql) =>
        (await database.ReadAsync(session => session.ScalarOrNull(sql), Token))!.Value;

    private object? ExecuteDirectly(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_testDatabase.Folder, "tributary.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
