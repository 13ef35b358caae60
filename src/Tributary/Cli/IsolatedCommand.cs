using System.CommandLine;
using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using Tributary.TakeOver;
using Tributary.TakeOver.Isolation;
using Tributary.TakeOver.Running;

namespace Tributary.Cli;

/// <summary>
/// The inner half of <c>tributary run --isolated</c>, which starts it in namespaces of its own and nobody else should: lays the private hosts file over the
/// machine's, answers at the ports of the real hosts, and runs the command. What it changes is seen by itself and the command only, and ends with them.
/// </summary>
internal static class IsolatedCommand
{
    private const int HttpsPort = 443;
    private const int HttpPort = 80;

    /// <summary>How long the command may take to end when the outer half was killed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly string[] CacheDirectories = ["/run/nscd", "/var/run/nscd"];

    public static Command Create()
    {
        Option<string> files = new("--files") { Required = true };
        Option<int> httpPort = new("--http-port") { Required = true };
        Option<int> proxyPort = new("--proxy-port") { Required = true };
        Option<string> alive = new("--alive") { Required = true };
        Argument<string[]> words = new("command") { Arity = ArgumentArity.OneOrMore };
        Command command = new("isolated", "Part of tributary run --isolated.") { files, httpPort, proxyPort, alive, words };
        command.Hidden = true;
        command.SetAction(parsed => RunAsync(
            parsed.GetRequiredValue(files),
            parsed.GetValue(httpPort),
            parsed.GetValue(proxyPort),
            parsed.GetRequiredValue(alive),
            parsed.GetRequiredValue(words),
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static async Task<int> RunAsync(string files, int httpPort, int proxyPort, string alive, string[] words, TextWriter error)
    {
        List<Relay> relays = [];
        try
        {
            Arrange(files);
            relays.AddRange(Lead(files, IsolatedLauncher.HttpsSocket, HttpsPort, IPAddress.Loopback, IPAddress.IPv6Loopback));
            relays.AddRange(Lead(files, IsolatedLauncher.HttpSocket, HttpPort, IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse(TakenOverHosts.InstanceMetadataHost)));
            relays.AddRange(Lead(files, IsolatedLauncher.HttpSocket, httpPort, IPAddress.Loopback, IPAddress.IPv6Loopback));
            relays.AddRange(Lead(files, IsolatedLauncher.ProxySocket, proxyPort, IPAddress.Loopback));
            return await RunAsync(words, alive, files, error);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await error.WriteLineAsync($"--isolated: {exception.Message}");
            return RunCommand.NotRun;
        }
        finally
        {
            foreach (Relay relay in relays)
            {
                await relay.DisposeAsync();
            }
        }
    }

    private static void Arrange(string files)
    {
        Namespaces.BringLoopbackUp();
        Namespaces.AddLoopbackAddress(IPAddress.Parse(TakenOverHosts.InstanceMetadataHost));
        Namespaces.BindOver(Path.Combine(files, IsolatedLauncher.HostsFile), IsolatedFiles.SystemHosts);
        if (File.Exists(IsolatedFiles.SystemSwitch))
        {
            Namespaces.BindOver(Path.Combine(files, IsolatedLauncher.SwitchFile), IsolatedFiles.SystemSwitch);
        }

        // The cache of names runs outside and is asked through a socket, which no network namespace closes.
        foreach (string directory in CacheDirectories.Where(Directory.Exists))
        {
            Namespaces.HideDirectory(directory);
        }
    }

    private static IEnumerable<Relay> Lead(string files, string socket, int port, params IPAddress[] addresses)
    {
        foreach (IPAddress address in addresses)
        {
            Relay? relay = null;
            try
            {
                relay = Relay.Start(new IPEndPoint(address, port), new UnixDomainSocketEndPoint(Path.Combine(files, socket)));
            }
            catch (SocketException) when (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // A machine may have no IPv6 at all; the hosts file names IPv4 addresses only.
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The server's own port is one of those of the real hosts, which we have already.
            }

            if (relay is not null)
            {
                yield return relay;
            }
        }
    }

    /// <summary>Runs the command; ends it, and clears up, when the outer half, which holds the other end of the pipe, is gone.</summary>
    private static async Task<int> RunAsync(string[] words, string alive, string files, TextWriter error)
    {
        (string? file, int exitCode, string problem) = CommandPath.Find(words[0], Environment.GetEnvironmentVariable("PATH"));
        if (file is not null)
        {
            (ChildProcess? child, exitCode, problem) = StartWithoutRights(file, words[1..]);
            if (child is not null)
            {
                using (child)
                {
                    await using var pipe = new AnonymousPipeClientStream(PipeDirection.In, alive);
                    Task orphaned = pipe.ReadAsync(new byte[1]).AsTask();
                    Task<int> running = child.WaitAsync();
                    if (await Task.WhenAny(running, orphaned) != running)
                    {
                        await child.EndAsync(Patience);
                        Directory.Delete(files, recursive: true);
                    }

                    return await running;
                }
            }
        }

        await error.WriteLineAsync(problem);
        return exitCode;
    }

    /// <summary>On one thread, without a wait between: the child has the rights that this thread passes on.</summary>
    private static (ChildProcess? Child, int ExitCode, string Problem) StartWithoutRights(string file, string[] arguments)
    {
        Namespaces.DropAmbientCapabilities();
        return ChildProcess.Start(file, arguments, new Dictionary<string, string>());
    }
}
