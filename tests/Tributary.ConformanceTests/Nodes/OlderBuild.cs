using System.Diagnostics;
using Tributary.ConformanceTests.Durability;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Nodes;

/// <summary>A build of before, made from the repository's own history.</summary>
/// <param name="tag">The tag that names it.</param>
/// <param name="commit">What the tag stands on, for clones without tags.</param>
internal sealed class OlderBuild(string tag, string commit)
{
    /// <summary>The newest that has the layout of this build's tables: nodes of it and of this one must be able to work beside each other.</summary>
    public static readonly OlderBuild OfSameTables = new("v0.1.0-alpha.2", "5d1f513f820c6f3adfbbedb79d81f16309dd9f51");

    /// <summary>The last whose items lie in one table each. Nodes of it must have stopped before a node of this build starts.</summary>
    public static readonly OlderBuild OfWholeTables = new("v0.1.0-alpha.1", "319e6e0229326c02f4d2a05c1201618a044700bd");

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Builds it in a folder.</summary>
    /// <returns>Its <c>tributary.dll</c>.</returns>
    public async Task<string> MakeAsync(string folder)
    {
        string? found = await FindOrNullAsync($"refs/tags/{tag}^{{commit}}") ?? await FindOrNullAsync(commit + "^{commit}");
        if (found is null)
        {
            Assert.Skip($"The clone has neither the tag {tag} nor its commit, so there is no older build.");
        }

        string sources = Path.Combine(folder, "sources"), archive = Path.Combine(folder, "sources.tar"), published = Path.Combine(folder, "published");
        Directory.CreateDirectory(sources);
        await RunAsync("git", SampleFiles.Repository, "archive", "--output", archive, found);
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
