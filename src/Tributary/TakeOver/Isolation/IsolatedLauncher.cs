using System.Globalization;
using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using Tributary.Auth;
using Tributary.TakeOver.Certificates;
using Tributary.TakeOver.Running;

namespace Tributary.TakeOver.Isolation;

/// <summary>
/// The outer half of <c>tributary run --isolated</c>: finds out how this system gives a process a network and mounts of its own, and listens on Unix sockets in
/// the run's directory, which lead to the server. The inner half is <c>Cli/IsolatedCommand.cs</c>.
/// </summary>
internal sealed class IsolatedLauncher : IAsyncDisposable
{
    public const string HttpSocket = "http";
    public const string HttpsSocket = "https";
    public const string ProxySocket = "proxy";
    public const string HostsFile = "hosts";
    public const string SwitchFile = "nsswitch";

    private const string Unshare = "unshare";

    /// <summary>As root, and then as anybody: with a user namespace that keeps the user and, for the setting up, gives rights over the other two.</summary>
    private static readonly string[][] Ways = [["--net", "--mount"], ["--user", "--map-current-user", "--keep-caps", "--net", "--mount"]];

    private readonly List<IAsyncDisposable> _relays = [];
    private readonly AnonymousPipeServerStream _alive = new(PipeDirection.Out, HandleInheritability.Inheritable);

    private IsolatedLauncher()
    {
    }

    /// <summary>What to start in the place of the command: <c>unshare</c> with our own inner half, which starts the command.</summary>
    public string File { get; private set; } = "";

    public IReadOnlyList<string> Arguments { get; private set; } = [];

    /// <returns>Null, with a sentence that says why not and what else to do.</returns>
    public static async Task<(IsolatedLauncher? Launcher, string Problem)> PrepareAsync(
        RunningServer server, RunFiles files, IReadOnlyList<string> command, string? path, CancellationToken cancellation)
    {
        const string Instead = "Without --isolated, programs that go by HTTPS_PROXY are served all the same; for others see docs/take-over.md about the hosts file.";
        if (!OperatingSystem.IsLinux())
        {
            return (null, $"--isolated needs Linux, which gives a process a network of its own. {Instead}");
        }

        if (server.HttpsPort is not { } httpsPort)
        {
            return (null, "--isolated needs a server that listens on https. Start it with an https address in --urls, or let tributary run start it.");
        }

        if (CommandPath.Find(Unshare, path).File is not { } unshare)
        {
            return (null, $"--isolated needs unshare, which is in the package util-linux. {Instead}");
        }

        string problem = "";
        foreach (string[] way in Environment.IsPrivilegedProcess ? Ways : Ways[1..])
        {
            if (await SystemCommand.RunAsync(unshare, [.. way, "true"], cancellation) is { } refused)
            {
                problem = refused;
                continue;
            }

            var launcher = new IsolatedLauncher { File = unshare };
            launcher.Lead(files.In(HttpSocket), server.Url.Port);
            launcher.Lead(files.In(HttpsSocket), httpsPort);
            launcher.Lead(files.In(ProxySocket), server.Proxy.Port);
            WriteFiles(server, files);
            launcher.Arguments =
            [
                .. way, "--", .. Self(), "isolated", "--files", files.Path, "--http-port", Number(server.Url.Port), "--proxy-port", Number(server.Proxy.Port),
                "--alive", launcher._alive.GetClientHandleAsString(), "--", .. command,
            ];
            return (launcher, "");
        }

        return (null,
            "--isolated needs the right to give a process a network and mounts of its own, as root, or by user namespaces where they are allowed "
            + $"(containers and some distributions forbid them). {problem} {Instead}");
    }

    /// <summary>Our own program, as it was started.</summary>
    private static string[] Self()
    {
        string process = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(process).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return isHost ? [process, Path.Combine(AppContext.BaseDirectory, "tributary.dll")] : [process];
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private void Lead(string socket, int port) =>
        _relays.Add(Relay.Start(new UnixDomainSocketEndPoint(socket), new IPEndPoint(IPAddress.Loopback, port)));

    private static void WriteFiles(RunningServer server, RunFiles files)
    {
        var hosts = new TakenOverHosts(NationalCloud.FindOrNull(server.Cloud)!, server.HasLogin);
        System.IO.File.WriteAllText(files.In(HostsFile), IsolatedFiles.Hosts(TextOrEmpty(IsolatedFiles.SystemHosts), hosts.Names));
        System.IO.File.WriteAllText(files.In(SwitchFile), IsolatedFiles.Switch(TextOrEmpty(IsolatedFiles.SystemSwitch)));
    }

    private static string TextOrEmpty(string file) => System.IO.File.Exists(file) ? System.IO.File.ReadAllText(file) : "";

    public async ValueTask DisposeAsync()
    {
        await _alive.DisposeAsync();
        foreach (IAsyncDisposable relay in _relays)
        {
            await relay.DisposeAsync();
        }
    }
}
