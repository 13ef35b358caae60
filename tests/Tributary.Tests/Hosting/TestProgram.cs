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
    /// <param name="arguments">Of the command line.</param>
    /// <param name="addExtensions">What the build has found for the platform.</param>
    public static Task<int> RunAsync(string[] arguments, Action<ITestApplicationBuilder, string[]> addExtensions)
    {
        bool isOfPlatform = arguments.Any(argument => argument is "--server" or "--internal-msbuild-node");
        string[] chosen = PostgresServer.IsMissing
            ? [.. arguments, isOfPlatform ? "--filter-not-trait" : "-trait-", $"{NeedsPostgresAttribute.Name}={NeedsPostgresAttribute.Value}"]
            : arguments;
        return isOfPlatform ? TestPlatformTestFramework.RunAsync(chosen, addExtensions) : ConsoleRunner.Run(chosen);
    }
}
