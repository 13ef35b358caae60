using System.Diagnostics;
using Tributary.ConformanceTests.Durability;
using Tributary.ConformanceTests.Hosting;
using Tributary.TakeOver.Running;

namespace Tributary.ConformanceTests.TakeOver;

/// <summary>Programs of other makers, and the built server in front of them.</summary>
internal static class Programs
{
    /// <summary>Skips, or fails in CI, when a program is not on the path.</summary>
    public static void Need(params string[] names)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "These programs are those of Unix systems.");
        if (names.FirstOrDefault(name => CommandPath.Find(name, Environment.GetEnvironmentVariable("PATH")).File is null) is { } missing)
        {
            Tools.AreMissing($"This test needs {missing}.");
        }
    }

    /// <summary>Skips, or fails in CI, when this machine gives a process no network of its own.</summary>
    public static async Task NeedNamespacesAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux gives a process a network of its own.");
        Need("unshare");
        (int exitCode, _, string error) = await RunAsync("unshare", Environment.IsPrivilegedProcess ? ["--net", "--mount", "true"] : ["--user", "--net", "--mount", "true"]);
        if (exitCode != 0)
        {
            Tools.AreMissing($"This machine gives a process no network of its own: {error}");
        }
    }

    public static Task<(int ExitCode, string Output, string Error)> RunAsync(string program, params string[] arguments) =>
        ServerProcess.RunAsync(Plain(program, arguments));

    /// <summary><c>tributary run … -- …</c>.</summary>
    public static Task<(int ExitCode, string Output, string Error)> TributaryRunAsync(string data, string[] options, params string[] command) =>
        ServerProcess.RunAsync(TributaryRun(data, options, command));

    public static ProcessStartInfo TributaryRun(string data, string[] options, params string[] command) =>
        Plain(ServerProcess.Dotnet, [ServerProcess.Dll, "run", "--data", data, .. options, "--", .. command]);

    public static ProcessStartInfo Plain(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };

        // What this machine itself sets for its programs must not decide a test.
        foreach (string name in (string[])["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"])
        {
            start.Environment.Remove(name);
        }

        return start;
    }
}
