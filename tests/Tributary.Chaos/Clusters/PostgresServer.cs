using System.Globalization;

namespace Tributary.Chaos.Clusters;

/// <summary>One PostgreSQL server: a primary or a standby, as its data say.</summary>
/// <param name="tools">PostgreSQL's programs.</param>
/// <param name="name">For people, and what it is called as a standby.</param>
/// <param name="folder">Its data and its log go below it.</param>
/// <param name="port">On the loopback address; the same for good.</param>
internal sealed class PostgresServer(PostgresTools tools, string name, string folder, int port)
{
    public const string User = "tributary";
    public const string Database = "tributary";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => name;

    public int Port => port;

    private string Data => Path.Combine(folder, name);

    /// <summary>Makes the first data and starts, as a primary without a standby.</summary>
    public async Task CreateAsync()
    {
        await tools.RunAsync("initdb", folder, "-D", Data, "-U", User, "--auth=trust", "--encoding=UTF8", "--locale=C");
        await StartAsync();
        await QueryAsync($"CREATE DATABASE {Database}", "postgres");
    }

    /// <summary>Makes data anew from a running primary, and starts as its standby; it is streaming when this returns.</summary>
    public async Task FollowAsync(PostgresServer primary)
    {
        if (Directory.Exists(Data))
        {
            Directory.Delete(Data, recursive: true);
        }

        string source = string.Create(CultureInfo.InvariantCulture, $"host=127.0.0.1 port={primary.Port} user={User} application_name={name}");
        await tools.RunAsync("pg_basebackup", folder, "-D", Data, "-d", source, "-R", "-X", "stream", "-c", "fast");
        await StartAsync();
        await primary.WaitUntilAsync($"SELECT count(*) FROM pg_stat_replication WHERE application_name = '{name}' AND state = 'streaming'", "1");
    }

    /// <summary>From now on a commit is answered once the standby has it on its disk, too.</summary>
    public async Task WaitForStandbyAtCommitAsync()
    {
        await QueryAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await QueryAsync("SELECT pg_reload_conf()");
        await WaitUntilInStepAsync();
    }

    /// <summary>Until the standby has everything that was committed here up to now, that of commits included that nobody was answered yet.</summary>
    public Task WaitUntilInStepAsync() => WaitUntilAsync("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND flush_lsn >= pg_current_wal_flush_lsn()", "1");

    public Task StartAsync() => tools.RunAsync("pg_ctl", folder, ["-s", "-D", Data, "-l", Path.Combine(folder, name + ".log"), "-w", "-t", "60", "-o", Settings(), "start"]);

    /// <param name="mode"><c>fast</c> lets it write everything down; <c>immediate</c> is as a crash.</param>
    public Task StopAsync(string mode) => tools.RunAsync("pg_ctl", folder, "-D", Data, "-m", mode, "-w", "-t", "60", "stop");

    public Task PromoteAsync() => tools.RunAsync("pg_ctl", folder, "-D", Data, "-w", "-t", "60", "promote");

    public bool IsRunning => File.Exists(Path.Combine(Data, "postmaster.pid"));

    private string Settings() => string.Join(' ', new[]
    {
        string.Create(CultureInfo.InvariantCulture, $"port={port}"),
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "shared_buffers=64MB",
        "max_connections=200",
        "synchronous_commit=on",
        "wal_keep_size=256MB",
        "wal_retrieve_retry_interval=100ms",
        "log_line_prefix=%m_[%p]_",
    }.Select(setting => "-c " + setting));

    private async Task WaitUntilAsync(string query, string answer)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await QueryAsync(query) != answer)
        {
            if (patience.IsCancellationRequested)
            {
                throw new InvalidOperationException($"Server {name} does not answer {answer} to: {query}");
            }

            await Task.Delay(50);
        }
    }

    private Task<string> QueryAsync(string query, string database = Database) => tools.RunAsync(
        "psql", folder, "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-U", User, "-d", database, "-At", "-v", "ON_ERROR_STOP=1", "-c", query);
}
