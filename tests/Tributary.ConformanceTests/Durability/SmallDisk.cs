using System.Diagnostics;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Durability;

/// <summary>A disk of some megabytes, or one that cannot be written, in the place of a directory; takes the right to mount one.</summary>
internal static class SmallDisk
{
    public static IDisposable Mount(string path) => Mount(path, "-t", "tmpfs", "-o", "size=24m", "tributary-test", path);

    /// <summary>Gives a mounted one more room.</summary>
    public static void Enlarge(string path)
    {
        (int exitCode, string error) = Run("mount", "-o", "remount,size=96m", path);
        Assert.True(exitCode == 0, $"mount says: {error}");
    }

    /// <summary>What is in the directory stays visible.</summary>
    public static IDisposable MountReadOnly(string path)
    {
        IDisposable mounted = Mount(path, "--bind", path, path);
        (int exitCode, string error) = Run("mount", "-o", "remount,ro,bind", path);
        if (exitCode != 0)
        {
            mounted.Dispose();
            Assert.Fail($"mount says: {error}");
        }

        return mounted;
    }

    private static Unmounted Mount(string path, params string[] words)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Disks are mounted on Linux only.");
        }

        (int exitCode, string error) = Run(["mount", .. words]);
        if (exitCode == 0)
        {
            return new Unmounted(path);
        }

        Tools.AreMissing($"This test needs the right to mount a small disk, and 'mount' says: {error}. Run as root, or with CAP_SYS_ADMIN.");
        throw new UnreachableException();
    }

    private static (int ExitCode, string Error) Run(params string[] words)
    {
        using Process process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    private sealed class Unmounted(string path) : IDisposable
    {
        public void Dispose() => Run("umount", "--lazy", path);
    }
}
