using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Tributary.Nodes;
using Tributary.Storage;
using Tributary.Storage.Postgres;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>
/// A PostgreSQL server of this test process: private, on a socket of its own, without waiting for the disk unless a test wants that. Each test has a database
/// of its own in it. Where no server is installed these tests are skipped, but not where <c>CI</c> is set.
/// </summary>
internal sealed class PostgresServer
{
    /// <summary>A database with our tables in it and no identity, which copies are made of.</summary>
    private const string Template = "tributary_template";

    private static readonly Lazy<PostgresServer> Shared = new(() =>
    {
        PostgresServer server = Start(isDurable: false);
        server.MakeTemplate();
        return server;
    });

    private static readonly ConcurrentBag<PostgresServer> Started = [];

    private static int _databases;

    private readonly string _folder;
    private readonly string _binaries;

    private PostgresServer(string folder, string binaries)
    {
        _folder = folder;
        _binaries = binaries;
    }

    /// <summary>Null: none is installed.</summary>
    public static string? BinariesOrNull { get; } = FindBinaries();

    public string ConnectionString => $"Host={_folder};Username=tributary;Database=postgres;Pooling=false";

    /// <summary>Where it listens.</summary>
    public string Socket => $"{_folder}/.s.PGSQL.5432";

    /// <summary>What it has to say.</summary>
    public string Log => $"{_folder}/log";

    /// <summary>Stops all of them and removes what they have written.</summary>
    public static void RemoveAll()
    {
        foreach (PostgresServer server in Started)
        {
            server.Remove();
        }
    }

    /// <summary>The server that tests share, who each have a database of their own.</summary>
    public static PostgresServer Get()
    {
        SkipWithout();
        return Shared.Value;
    }

    /// <summary>A server for one test, which may stop and kill it.</summary>
    public static PostgresServer Start(bool isDurable)
    {
        SkipWithout();
        string folder = Directory.CreateTempSubdirectory("tributary-pg-").FullName;
        var server = new PostgresServer(folder, BinariesOrNull!);
        server.Own(folder);
        server.Run("initdb", "-D", $"{folder}/data", "-U", "tributary", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync");
        server.Write(
            $"""
            listen_addresses = ''
            unix_socket_directories = '{folder}'
            max_connections = 400
            shared_buffers = 64MB
            max_wal_size = 2GB
            fsync = {(isDurable ? "on" : "off")}
            full_page_writes = {(isDurable ? "on" : "off")}
            """);
        server.Resume();
        Started.Add(server);
        return server;
    }

    /// <summary>A database of that content for one test; its connection string.</summary>
    public string CreateDatabase(bool isEmpty = false)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        Execute($"CREATE DATABASE {name} TEMPLATE {(isEmpty ? "template0" : Template)}");
        return ConnectionStringOf(name);
    }

    public string ConnectionStringOf(string database) => $"Host={_folder};Username=tributary;Database={database}";

    public void DropDatabase(string connectionString) =>
        Execute($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    /// <summary>By an administrator, outside of any test's database.</summary>
    public void Execute(string sql) => Execute(ConnectionString, sql);

    public static void Execute(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using NpgsqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Tests' constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>A session that no node knows of; who asks for it closes it, and its connection with it.</summary>
    public static SqlSession OpenSession(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        connection.Open();
        return new SqlSession(connection, PostgresDialect.Instance);
    }

    /// <summary>Ends it at once, as a crash does: connections break, and what was not committed is gone.</summary>
    public void Crash() => Run("pg_ctl", "-D", $"{_folder}/data", "-m", "immediate", "-w", "stop");

    public void Resume() => Run("pg_ctl", "-D", $"{_folder}/data", "-l", Log, "-w", "start");

    /// <summary>Ends it when all is written.</summary>
    public void Stop() => Run("pg_ctl", "-D", $"{_folder}/data", "-m", "fast", "-w", "stop");

    /// <summary>What it holds at the moment, while it is stopped: what a standby has that gets no more.</summary>
    public void Keep() => Run("/bin/cp", "-a", $"{_folder}/data", $"{_folder}/kept");

    /// <summary>Puts what was kept in its place, while it is stopped.</summary>
    public void GoBack()
    {
        Run("/bin/rm", "-rf", $"{_folder}/data");
        Run("/bin/mv", $"{_folder}/kept", $"{_folder}/data");
    }

    /// <summary>The next start is as a standby, or no more so.</summary>
    public void BeStandby(bool isStandby) => Run(isStandby ? "/bin/touch" : "/bin/rm", $"{_folder}/data/standby.signal");

    public void Remove()
    {
        if (!Directory.Exists(_folder))
        {
            return;
        }

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

    public void MakeTemplate()
    {
        Execute($"CREATE DATABASE {Template}");
        using SqlSession session = OpenSession(ConnectionStringOf(Template));
        PostgresMigrations.Run(session, ThisNode.Alone(TimeProvider.System));
        session.Execute("DELETE FROM store");
    }

    private static void SkipWithout()
    {
        if (BinariesOrNull is null)
        {
            Assert.SkipWhen(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), "No PostgreSQL server is installed (Debian: apt-get install postgresql).");
            throw new InvalidOperationException("No PostgreSQL server is installed, and CI is set.");
        }
    }

    /// <summary>Debian keeps them out of the path, a folder for each version.</summary>
    private static string? FindBinaries()
    {
        IEnumerable<string> folders = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out int version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
        return folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private void Own(string folder)
    {
        if (Environment.IsPrivilegedProcess)
        {
            Start("chown", ["postgres", folder]);
        }
    }

    /// <summary>As its owner, which must not be root.</summary>
    private void Run(string program, params string[] arguments)
    {
        // As it is, where the path is whole.
        string path = Path.Combine(_binaries, program);
        if (Environment.IsPrivilegedProcess)
        {
            Start("runuser", ["-u", "postgres", "--", path, .. arguments]);
        }
        else
        {
            Start(path, arguments);
        }
    }

    private void Write(string settings)
    {
        string file = Path.Combine(_folder, "data", "postgresql.conf");
        File.AppendAllText(file, settings + Environment.NewLine);
    }

    private void Start(string program, string[] arguments)
    {
        // Its output goes to a file: the server that pg_ctl leaves behind would keep a pipe open.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = _folder, UseShellExecute = false };
        foreach (string argument in (string[])["-c", "\"$@\" >> \"$0\" 2>&1 < /dev/null", Path.Combine(Path.GetTempPath(), Path.GetFileName(_folder) + ".out"), program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        process.WaitForExit();
        string output = Path.Combine(Path.GetTempPath(), Path.GetFileName(_folder) + ".out");
        string text = File.Exists(output) ? File.ReadAllText(output) : "";
        File.Delete(output);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {text}");
        }
    }
}
