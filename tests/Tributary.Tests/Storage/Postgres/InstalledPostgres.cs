using System.Diagnostics;
using System.Net.Sockets;
using Tributary.Chaos.Clusters;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>A PostgreSQL server of the programs that are installed here: private, on a socket of its own, without waiting for the disk unless a test wants that.</summary>
internal sealed class InstalledPostgres : PostgresServer
{
    private readonly string _folder;
    private readonly PostgresTools _tools;

    private InstalledPostgres(string folder, PostgresTools tools)
        : base($"Host={folder};Username=tributary", new UnixDomainSocketEndPoint($"{folder}/.s.PGSQL.5432"))
    {
        _folder = folder;
        _tools = tools;
    }

    /// <summary>What it has to say.</summary>
    public string Log => $"{_folder}/log";

    /// <summary>PostgreSQL's programs, for tests that need more than a server of them.</summary>
    public static PostgresTools Tools()
    {
        if (PostgresTools.FindOrNull() is { } tools)
        {
            return tools;
        }

        throw Missing("This needs the programs of a PostgreSQL server that is installed here (Debian: apt-get install postgresql).");
    }

    /// <summary>A server for one test, which may stop and kill it; not for one in a container.</summary>
    public static InstalledPostgres Start(bool isDurable) => Start(Tools(), isDurable);

    public static InstalledPostgres Start(PostgresTools tools, bool isDurable)
    {
        string folder = Directory.CreateTempSubdirectory("tributary-pg-").FullName;
        var server = new InstalledPostgres(folder, tools);
        server.Own(folder);
        server.Run("initdb", "-D", $"{folder}/data", "-U", "tributary", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync");
        server.Write([.. Settings(isDurable), "listen_addresses=''", $"unix_socket_directories='{folder}'"]);
        server.Resume();
        server.Keep();
        return server;
    }

    /// <summary>Ends it at once, as a crash does: connections break, and what was not committed is gone.</summary>
    public void Crash() => Run("pg_ctl", "-D", $"{_folder}/data", "-m", "immediate", "-w", "stop");

    public void Resume() => Run("pg_ctl", "-D", $"{_folder}/data", "-l", Log, "-w", "start");

    /// <summary>Ends it when all is written.</summary>
    public void Stop() => Run("pg_ctl", "-D", $"{_folder}/data", "-m", "fast", "-w", "stop");

    /// <summary>Has it end when the last session has gone; until then it takes no other.</summary>
    public void BeginStop() => Run("pg_ctl", "-D", $"{_folder}/data", "-m", "smart", "-W", "stop");

    /// <summary>What it holds at the moment, while it is stopped: what a standby has that gets no more.</summary>
    public void KeepData() => Run("/bin/cp", "-a", $"{_folder}/data", $"{_folder}/kept");

    /// <summary>Puts what was kept in its place, while it is stopped.</summary>
    public void GoBack()
    {
        Run("/bin/rm", "-rf", $"{_folder}/data");
        Run("/bin/mv", $"{_folder}/kept", $"{_folder}/data");
    }

    /// <summary>The next start is as a standby, or no more so.</summary>
    public void BeStandby(bool isStandby) => Run(isStandby ? "/bin/touch" : "/bin/rm", $"{_folder}/data/standby.signal");

    /// <summary>A folder that it may keep tables in.</summary>
    public string MakeFolder(string name)
    {
        string folder = Path.Combine(_folder, name);
        Directory.CreateDirectory(folder);
        Own(folder);
        return folder;
    }

    /// <summary>After something was mounted there.</summary>
    public void Own(string folder)
    {
        if (Environment.IsPrivilegedProcess)
        {
            Start(["chown", "postgres", folder]);
        }
    }

    protected override void End()
    {
        try
        {
            Crash();
        }
        catch (InvalidOperationException)
        {
            // A test has stopped it.
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>As its owner, which must not be root. A path that is whole is taken as it is.</summary>
    private void Run(string program, params string[] arguments) => Start(PostgresTools.Words(_tools.PathOf(program), arguments));

    private void Write(IEnumerable<string> settings) => File.AppendAllLines(Path.Combine(_folder, "data", "postgresql.conf"), settings);

    private void Start(string[] words)
    {
        // Its output goes to a file: the server that pg_ctl leaves behind would keep a pipe open.
        string output = Path.Combine(Path.GetTempPath(), Path.GetFileName(_folder) + ".out");
        using Process process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "\"$@\" >> \"$0\" 2>&1 < /dev/null", output, .. words]) { WorkingDirectory = _folder, UseShellExecute = false })!;
        process.WaitForExit();
        string text = File.Exists(output) ? File.ReadAllText(output) : "";
        File.Delete(output);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', words)}: {text}");
        }
    }
}
