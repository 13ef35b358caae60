using System.Diagnostics;
using Tributary.ConformanceTests.Durability;
using Tributary.Tests.Storage.Postgres;

namespace Tributary.ConformanceTests.Nodes;

/// <summary>A PostgreSQL database and nodes over it, as processes of their own with data directories of their own. Tokens are good for all of which the folder was made after the first node gave some: they share the issuer's key.</summary>
/// <param name="database">Its connection string; null for a new one of the server that tests share.</param>
internal sealed class NodeProcesses(string? database = null) : IAsyncDisposable
{
    private const string IssuerKey = "issuer.key";

    private readonly string _connectionString = database ?? PostgresServer.Get().CreateDatabase(isEmpty: true);
    private readonly List<ServerProcess> _running = [];
    private readonly List<DataFolder> _folders = [];

    /// <summary>Starts a node of this build on a new data directory, and waits until it listens.</summary>
    public Task<ServerProcess> StartAsync(params string[] options) => StartAsync(NewFolder(), options);

    /// <summary>Starts one on a data directory that another had.</summary>
    public Task<ServerProcess> StartAsync(DataFolder folder, params string[] options) => LaunchAsync(ServerProcess.Command(Words(folder, options)));

    /// <summary>Starts a node of another build.</summary>
    /// <param name="dll">Its <c>tributary.dll</c>.</param>
    /// <param name="options">Further words of the command line.</param>
    public Task<ServerProcess> StartBuildAsync(string dll, params string[] options) => LaunchAsync(Of(dll, ServerProcess.Command(Words(NewFolder(), options))));

    /// <summary>Starts one that is to end by itself, of this build unless another is named; with what it printed.</summary>
    public async Task<(int ExitCode, string Printed)> EndAsync(string? dll = null)
    {
        ProcessStartInfo command = Of(dll ?? ServerProcess.Dll, ServerProcess.Command(Words(NewFolder(), [])));
        command.Environment["ConnectionStrings__Tributary"] = _connectionString;
        (int exitCode, string output, string error) = await ServerProcess.RunAsync(command);
        return (exitCode, output + error);
    }

    public DataFolder NewFolder()
    {
        var folder = new DataFolder();
        if (_folders.Count > 0 && File.Exists(Path.Combine(_folders[0].Path, IssuerKey)))
        {
            File.Copy(Path.Combine(_folders[0].Path, IssuerKey), Path.Combine(folder.Path, IssuerKey));
        }

        _folders.Add(folder);
        return folder;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProcess node in _running)
        {
            await node.DisposeAsync();
        }

        _folders.ForEach(folder => folder.Dispose());
        if (database is null)
        {
            PostgresServer.Get().DropDatabase(_connectionString);
        }
    }

    private static ProcessStartInfo Of(string dll, ProcessStartInfo command)
    {
        command.ArgumentList[command.ArgumentList.IndexOf(ServerProcess.Dll)] = dll;
        return command;
    }

    private static string[] Words(DataFolder folder, string[] options) => ["--data", folder.Path, "--Storage:Provider=Postgres", "--Nodes:DrainDelay=00:00:03", .. options];

    private async Task<ServerProcess> LaunchAsync(ProcessStartInfo command)
    {
        command.Environment["ConnectionStrings__Tributary"] = _connectionString;
        ServerProcess node = ServerProcess.Launch(command);
        _running.Add(node);
        await node.WaitUntilListeningAsync();
        return node;
    }
}
