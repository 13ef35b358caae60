using System.Diagnostics;
using Tributary.ConformanceTests.Durability;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Nodes;

/// <summary>The build that nodes of this one must be able to work beside, made from the repository's own history.</summary>
internal static class OlderBuild
{
    /// <summary>The tag that names it.</summary>
    private const string Tag = "v0.1.0-alpha.1";

    /// <summary>What the tag stands on, for clones without tags.</summary>
    private const string Commit = "319e6e0229326c02f4d2a05c1201618a044700bd";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Builds it in a folder.</summary>
    /// <returns>Its <c>tributary.dll</c>.</returns>
    public static async Task<string> MakeAsync(string folder)
    {
        string? commit = await FindOrNullAsync($"refs/tags/{Tag}^{{commit}}") ?? await FindOrNullAsync(Commit + "^{commit}");
        if (commit is null)
        {
            Assert.Skip($"The clone has neither the tag {Tag} nor its commit, so there is no older build.");
        }

        string sources = Path.Combine(folder, "sources"), archive = Path.Combine(folder, "sources.tar"), published = Path.Combine(folder, "published");
        Directory.CreateDirectory(sources);
        await RunAsync("git", SampleFiles.Repository, "archive", "--output", archive, commit);
        await RunAsync("tar", folder, "-xf", archive, "-C", sources);
        await RunAsync(
            ServerProcess.Dotnet, sources, "publish", "src/Tributary", "--output", published, "-p:RunAnalyzers=false", "-p:PublishReadyToRun=false", "-p:UseSharedCompilation=false", "-nodeReuse:false");
        return Path.Combine(published, "tributary.dll");
    }

    private static async Task<string?> FindOrNullAsync(string name)
    {
        (int exitCode, string output, _) = await ServerProcess.RunAsync(Command("git", SampleFiles.Repository, "rev-parse", "--verify", "--quiet", name));
        return exitCode == 0 ? output.Trim() : null;
    }

    private static async Task RunAsync(string program, string folder, params string[] words)
    {
        (int exitCode, string output, string error) = await ServerProcess.RunAsync(Command(program, folder, words), Patience);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', words)}: {exitCode}\n{output}\n{error}");
    }

    private static ProcessStartInfo Command(string program, string folder, params string[] words) =>
        new(program, words) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
}
