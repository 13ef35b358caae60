using Npgsql;
using Tributary.Storage;
using Tributary.Storage.Postgres;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>What each failure of the server means, by its SQLSTATE.</summary>
public sealed class PostgresErrorsTests
{
    [Theory]
    [InlineData("08006", "Disconnected")]
    [InlineData("57P01", "Disconnected")]
    [InlineData("25P03", "Disconnected")]
    [InlineData("25P04", "Disconnected")]
    [InlineData("40001", "Conflict")]
    [InlineData("40P01", "Conflict")]
    [InlineData("40003", "Other")]
    [InlineData("55P03", "Overdue")]
    [InlineData("57014", "Overdue")]
    [InlineData("53100", "Full")]
    [InlineData("53400", "Full")]
    [InlineData("53200", "Refused")]
    [InlineData("53300", "Refused")]
    [InlineData("57P03", "Refused")]
    [InlineData("25006", "Refused")]
    [InlineData("55000", "Refused")]
    [InlineData("58030", "Refused")]
    [InlineData("58P01", "Other")]
    [InlineData("23505", "Other")]
    [InlineData("42P01", "Other")]
    [InlineData("25001", "Other")]
    public void A_state_has_a_meaning_and_a_bug_is_told_as_it_is(string state, string meaning)
    {
        var exception = new PostgresException("text", "ERROR", "ERROR", state);
        Assert.Equal(meaning, PostgresErrors.Of(exception).ToString());
        Exception told = PostgresErrors.Told(exception);
        Assert.Equal(meaning == "Other" ? typeof(PostgresException) : meaning == "Full" ? typeof(StorageFullException) : typeof(StorageUnavailableException), told.GetType());
    }

    [Theory]
    [InlineData("ERROR", false)]
    [InlineData("FATAL", true)]
    [InlineData("PANIC", true)]
    public void The_last_word_of_a_server_ends_the_session(string severity, bool ends) =>
        Assert.Equal(ends, PostgresErrors.EndsSession(new PostgresException("text", severity, severity, "53100")));
}
