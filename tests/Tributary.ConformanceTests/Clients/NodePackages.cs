using System.Collections.Concurrent;
using System.Diagnostics;
using Tributary.ConformanceTests.Durability;
using Tributary.ConformanceTests.Hosting;
using Tributary.ConformanceTests.TakeOver;

namespace Tributary.ConformanceTests.Clients;

/// <summary>Programs for Node.js with their packages, as their lock files have them, in the test's own folder.</summary>
internal static class NodePackages
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string?>>> Installed = new(StringComparer.Ordinal);

    /// <summary>Installs once, however many tests ask; skips, or fails in CI, where that cannot be done.</summary>
    /// <returns>The folder.</returns>
    public static async Task<string> NeedAsync(string name)
    {
        Programs.Need("node", "npm");
        string folder = Path.Combine(AppContext.BaseDirectory, "Clients", name);
        if (await Installed.GetOrAdd(name, _ => new Lazy<Task<string?>>(() => InstallAsync(folder))).Value is { } failure)
        {
            Tools.AreMissing($"The packages of {name} cannot be installed: {failure}");
        }

        return folder;
    }

    private static async Task<string?> InstallAsync(string folder)
    {
        // What an earlier run installed is good for as long as it is of the same lock file.
        string mark = Path.Combine(folder, "node_modules", ".tributary-lock");
        string wanted = await File.ReadAllTextAsync(Path.Combine(folder, "package-lock.json"));
        if (File.Exists(mark) && await File.ReadAllTextAsync(mark) == wanted)
        {
            return null;
        }

        // The scripts of packages do nothing that is needed here.
        ProcessStartInfo npm = Programs.Plain("npm", ["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--no-progress"]);
        npm.WorkingDirectory = folder;
        (int exitCode, string output, string error) = await ServerProcess.RunAsync(npm, TimeSpan.FromMinutes(5));
        if (exitCode == 0)
        {
            await File.WriteAllTextAsync(mark, wanted);
        }

        return exitCode == 0 ? null : output + error;
    }
}
