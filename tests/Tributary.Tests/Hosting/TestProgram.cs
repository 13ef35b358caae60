using Microsoft.Testing.Platform.Builder;
using Tributary.Tests.Storage.Postgres;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Tributary.Tests.Hosting;

/// <summary>
/// Runs the tests of this program, as the entry point does that xunit.v3 makes by itself. Without a PostgreSQL server those that need one are left out as a whole: hundreds
/// of skipped tests would each say why, where one does (<c>PostgresServerTests</c>).
/// </summary>
internal static class TestProgram
{
    /// <summary>Before all other words: <see cref="TestStore.Variable"/> is set. A project file can give words, but no variables.</summary>
    public const string OverPostgres = "--over-postgres";

    /// <param name="arguments">Of the command line.</param>
    /// <param name="addExtensions">What the build has found for the platform.</param>
    public static Task<int> RunAsync(string[] arguments, Action<ITestApplicationBuilder, string[]> addExtensions)
    {
        bool isAllOverPostgres = arguments is [OverPostgres, ..];
        string[] words = isAllOverPostgres ? arguments[1..] : arguments;
        bool isOfPlatform = words.Any(word => word is "--server" or "--internal-msbuild-node");
        if (isAllOverPostgres)
        {
            Environment.SetEnvironmentVariable(TestStore.Variable, TestStore.Postgres);
        }

        if (PostgresServer.IsMissing)
        {
            // None is left where all need one, which is no failure.
            words = isAllOverPostgres ? [.. words, "--filter-not-namespace", "*", "--ignore-exit-code", "8"]
                : [.. words, isOfPlatform ? "--filter-not-trait" : "-trait-", $"{NeedsPostgresAttribute.Name}={NeedsPostgresAttribute.Value}"];
        }

        return isOfPlatform ? TestPlatformTestFramework.RunAsync(words, addExtensions) : ConsoleRunner.Run(words);
    }
}
