using Microsoft.Extensions.Options;
using Tributary.Nodes;
using Tributary.Storage;
using Tributary.Storage.Postgres;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>What a start refuses, and that no message holds the connection string, in which there is a password.</summary>
public sealed class PostgresSettingsTests
{
    private const string Password = "s3cr3t-of-the-database";

    private static readonly KeyValuePair<string, string?> Provider = new("Storage:Provider", "Postgres");

    [Theory]
    [InlineData("Postgress", "Storage:Provider is 'Postgress'; did you mean Postgres?")]
    [InlineData("Sqlit", "Storage:Provider is 'Sqlit'; did you mean Sqlite?")]
    [InlineData("Oracle", "Storage:Provider is 'Oracle'; there are Sqlite, Postgres.")]
    public void A_provider_that_there_is_not_is_told_with_the_nearest_one(string provider, string problem) =>
        Assert.Contains(problem, Refused([new("Storage:Provider", provider)]));

    [Theory]
    [InlineData("postgres", "Storage:StartWait", "00:00:00", null)]
    [InlineData("Postgres", "Storage:StartWait", "01:00:00", null)]
    [InlineData("Postgres", "Storage:StartWait", "01:00:01", "Storage:StartWait is '01:00:01'; it must be from 00:00:00 to 01:00:00.")]
    [InlineData("Postgres", "Storage:StartWait", "-00:00:01", "Storage:StartWait is '-00:00:01'; it must be from 00:00:00 to 01:00:00.")]
    [InlineData("Postgres", "Storage:InMemory", "true", "Storage:InMemory keeps nothing, and Storage:Provider=Postgres keeps it in a database; leave one of them out.")]
    [InlineData("Postgres", "Storage:MaxBytes", "10485760", "Storage:MaxBytes is 10485760; it bounds the file of SQLite. With Storage:Provider=Postgres the server's disk is the bound.")]
    [InlineData("Sqlite", "Storage:MaxBytes", "10485760", null)]
    public void Settings_that_do_not_go_with_the_provider_are_refused(string provider, string setting, string value, string? problem)
    {
        var options = new StorageOptions { Provider = provider };
        switch (setting)
        {
            case "Storage:StartWait":
                options.StartWait = TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
                break;
            case "Storage:InMemory":
                options.InMemory = bool.Parse(value);
                break;
            default:
                options.MaxBytes = long.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
                break;
        }

        Assert.Equal(problem is null ? [] : [problem], options.Problems());
    }

    [Fact]
    public void Without_a_connection_string_the_start_is_refused() =>
        Assert.StartsWith("ConnectionStrings:Tributary is missing; Storage:Provider=Postgres needs it", Assert.Single(Refused([Provider])), StringComparison.Ordinal);

    [Theory]
    [InlineData($"Database=tributary;Password={Password}", "ConnectionStrings:Tributary names no Host.")]
    [InlineData($"Host=localhost;Password={Password}", "ConnectionStrings:Tributary names no Database.")]
    [InlineData($"Host=localhost;Database=x;Passwort={Password}", "ConnectionStrings:Tributary cannot be read")]
    [InlineData($"Host=localhost;Database=x;Password=a;{Password}", "ConnectionStrings:Tributary cannot be read")]
    [InlineData($"Host=localhost;Database=x;Port={Password}", "ConnectionStrings:Tributary cannot be read")]
    [InlineData($"postgresql://tributary:{Password}@localhost/tributary", "ConnectionStrings:Tributary cannot be read")]
    public void A_connection_string_that_cannot_be_used_is_refused_without_being_repeated(string text, string problem)
    {
        string told = Assert.Single(Refused([Provider, new(PostgresConnectionString.Setting, text)]));
        Assert.StartsWith(problem, told, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, told, StringComparison.Ordinal);
    }

    [Fact]
    public void On_the_command_line_a_connection_string_is_refused()
    {
        string told = Assert.Single(Refused([Provider], $"--{PostgresConnectionString.Setting}=Host=localhost;Database=x;Password={Password}"));
        Assert.StartsWith("ConnectionStrings:Tributary stands on the command line, where others can read it.", told, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--ConnectionString:Tributary=Host=localhost;Password=" + Password)]
    [InlineData("--Tributary=Host=localhost;Password=" + Password)]
    public void A_mistyped_name_of_the_setting_does_not_repeat_the_connection_string(string token) =>
        Assert.DoesNotContain(Password, ServerSettings.ProblemOrNull([token]), StringComparison.Ordinal);

    [Fact]
    public void A_server_that_cannot_be_reached_is_told_in_a_sentence_without_the_password()
    {
        InvalidDataException told = Assert.Throws<InvalidDataException>(() => Open($"Host=127.0.0.1;Port=1;Database=tributary;Username=tributary;Password={Password}"));
        Assert.StartsWith("The database tributary at 127.0.0.1:1 cannot be reached:", told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [NeedsPostgres]
    public void A_database_that_is_not_there_is_told_in_a_sentence()
    {
        InvalidDataException told = Assert.Throws<InvalidDataException>(() => Open(PostgresServer.Get().ConnectionStringOf("nowhere")));
        Assert.Equal("The database cannot be opened: database \"nowhere\" does not exist. Create it (CREATE DATABASE), or name another one in ConnectionStrings:Tributary.", told.Message);
    }

    private static void Open(string connectionString) =>
        PostgresDatabase.Open(connectionString, new StorageOptions { StartWait = TimeSpan.Zero }, new StorageMetrics(new Tributary.Telemetry.TributaryMeter()), new SqlSignals(), ThisNode.Alone(TimeProvider.System));

    private static IEnumerable<string> Refused(KeyValuePair<string, string?>[] settings, params string[] arguments)
    {
        string folder = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        try
        {
            return Assert.Throws<OptionsValidationException>(() => Server.Build([new("Storage:Data", folder), .. settings], ["--Urls=http://127.0.0.1:0", .. arguments])).Failures;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
