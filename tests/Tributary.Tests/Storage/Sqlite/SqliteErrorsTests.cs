using Microsoft.Data.Sqlite;
using Tributary.Storage.Sqlite;

namespace Tributary.Tests.Storage.Sqlite;

public class SqliteErrorsTests
{
    private const int Quota = 122;
    private const int QuotaOnMacOS = 69;

    [Theory]
    [InlineData(13, 13, 0, true)]
    [InlineData(10, 4874, 0, true)]
    [InlineData(10, 778, 28, true)]
    [InlineData(10, 778, 27, true)]
    [InlineData(10, 1034, 28, true)]
    [InlineData(14, 14, 28, true)]
    [InlineData(10, 778, 5, false)]
    [InlineData(10, 778, 0, false)]
    [InlineData(10, 1034, 5, false)]
    [InlineData(14, 14, 13, false)]
    [InlineData(8, 8, 28, false)]
    [InlineData(11, 11, 28, false)]
    [InlineData(5, 5, 28, false)]
    public void No_room_is_told_from_other_failures(int code, int extendedCode, int systemError, bool isFull)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other numbers.");

        Assert.Equal(isFull, SqliteErrors.IsStorageFull(code, extendedCode, systemError));
    }

    [Fact]
    public void A_quota_that_is_reached_is_no_room()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other numbers.");

        Assert.True(SqliteErrors.IsStorageFull(10, 778, OperatingSystem.IsLinux() ? Quota : QuotaOnMacOS));
        Assert.False(SqliteErrors.IsStorageFull(10, 778, OperatingSystem.IsLinux() ? QuotaOnMacOS : Quota));
    }

    [Fact]
    public void A_failure_of_a_real_connection_is_asked_for_what_the_system_said()
    {
        string directory = Directory.CreateTempSubdirectory("tributary-errors-").FullName;
        try
        {
            // A directory cannot be opened as a database: SQLITE_CANTOPEN, and no word of room from the system.
            using var connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "ATTACH @file AS other";
            command.Parameters.AddWithValue("@file", directory);

            SqliteException failure = Assert.Throws<SqliteException>(() => command.ExecuteNonQuery());

            Assert.Equal(14, failure.SqliteErrorCode);
            Assert.False(SqliteErrors.IsStorageFull(failure, connection));
        }
        finally
        {
            Directory.Delete(directory);
        }
    }
}
