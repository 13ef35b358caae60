using System.Globalization;
using Microsoft.Extensions.Configuration.CommandLine;
using Npgsql;

namespace Tributary.Storage.Postgres;

/// <summary>The connection string: where it may stand and what must be in it. It holds a password, so no message repeats it.</summary>
internal static class PostgresConnectionString
{
    public const string Setting = "ConnectionStrings:Tributary";

    private const string WhereToWrite = "Write it into the environment variable ConnectionStrings__Tributary, or into a settings file.";

    private const int ConnectSeconds = 5;
    private const int HostRecheckSeconds = 1;

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

    /// <summary>What may be told of it: which database, and where.</summary>
    public static string PlaceOf(string text)
    {
        NpgsqlConnectionStringBuilder parsed = Parse(text);
        bool isPlain = parsed.Host?.AsSpan().IndexOfAny(',', ':', '/') < 0;
        return string.Create(CultureInfo.InvariantCulture, $"database {parsed.Database} at {parsed.Host}{(isPlain ? $":{parsed.Port}" : "")}");
    }

    /// <exception cref="ArgumentException">It cannot be read.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        var parsed = new NpgsqlConnectionStringBuilder(text);
        if (!Says(parsed, "Timeout"))
        {
            parsed.Timeout = ConnectSeconds;
        }

        if (!Says(parsed, "Application Name"))
        {
            parsed.ApplicationName = "tributary";
        }

        // Of several hosts the one that takes writes, whichever that is at the moment.
        if (parsed.Host?.Contains(',', StringComparison.Ordinal) == true && !Says(parsed, "Target Session Attributes"))
        {
            parsed.TargetSessionAttributes = "primary";
        }

        // Npgsql takes a host of several for unreachable for ten seconds after one connection broke, which every request would hear as 503.
        if (!Says(parsed, "Host Recheck Seconds"))
        {
            parsed.HostRecheckSeconds = HostRecheckSeconds;
        }

        return parsed;
    }

    /// <summary>Whether the text has the keyword. <c>ContainsKey</c> of Npgsql tells of every keyword that there is.</summary>
    private static bool Says(NpgsqlConnectionStringBuilder parsed, string keyword) => parsed.ShouldSerialize(keyword);
}
