using Microsoft.Extensions.Configuration.CommandLine;
using Npgsql;

namespace Tributary.Storage.Postgres;

/// <summary>The connection string: where it may stand and what must be in it. It holds a password, so no message repeats it.</summary>
internal static class PostgresConnectionString
{
    public const string Setting = "ConnectionStrings:Tributary";

    private const string WhereToWrite = "Write it into the environment variable ConnectionStrings__Tributary, or into a settings file.";

    private const int ConnectSeconds = 5;

    /// <summary>What is wrong with it, for a server that is to keep its store there; null for nothing.</summary>
    public static string? ProblemOrNull(IConfiguration configuration)
    {
        // Every process of the machine can read a command line, and shells remember it.
        if (configuration is IConfigurationRoot root && root.Providers.OfType<CommandLineConfigurationProvider>().Any(provider => provider.TryGet(Setting, out _)))
        {
            return $"{Setting} stands on the command line, where others can read it. {WhereToWrite}";
        }

        string? text = configuration[Setting];
        if (string.IsNullOrWhiteSpace(text))
        {
            return $"{Setting} is missing; Storage:Provider=Postgres needs it, such as 'Host=db.example.com;Database=tributary;Username=tributary;Password=…'. {WhereToWrite}";
        }

        try
        {
            NpgsqlConnectionStringBuilder parsed = Parse(text);
            return string.IsNullOrEmpty(parsed.Host) ? $"{Setting} names no Host."
                : string.IsNullOrEmpty(parsed.Database) ? $"{Setting} names no Database."
                : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // The driver's words repeat what it did not understand, and that may be a piece of the password.
            return $"{Setting} cannot be read: it must be 'Keyword=value' pairs of Npgsql's keywords, separated by ';'; a value with such a sign stands in quotes.";
        }
    }

    /// <exception cref="ArgumentException">It cannot be read.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        var parsed = new NpgsqlConnectionStringBuilder(text);
        if (!parsed.ContainsKey("Timeout"))
        {
            parsed.Timeout = ConnectSeconds;
        }

        if (!parsed.ContainsKey("Application Name"))
        {
            parsed.ApplicationName = "tributary";
        }

        // Of several hosts the one that takes writes, whichever that is at the moment.
        if (parsed.Host?.Contains(',', StringComparison.Ordinal) == true && !parsed.ContainsKey("Target Session Attributes"))
        {
            parsed.TargetSessionAttributes = "primary";
        }

        return parsed;
    }
}
