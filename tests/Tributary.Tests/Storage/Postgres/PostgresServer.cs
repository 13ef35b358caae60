using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Npgsql;
using Tributary.Chaos.Clusters;
using Tributary.Nodes;
using Tributary.Storage;
using Tributary.Storage.Postgres;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>
/// A PostgreSQL server of this test process, in which each test has a database of its own: of the programs that are installed, else in a container. Where there is
/// neither these tests are skipped, but not where <c>CI</c> is set.
/// </summary>
internal abstract class PostgresServer
{
    /// <summary>A database with our tables in it and no identity, which copies are made of.</summary>
    private const string Template = "tributary_template";

    private static readonly Lazy<ContainerEngine?> Engine = new(() => ContainerEngine.FindOrNull(Environment.GetEnvironmentVariable("PATH")));

    private static readonly Lazy<PostgresServer?> Shared = new(() =>
    {
        PostgresServer? server = PostgresTools.FindOrNull() is { } tools ? InstalledPostgres.Start(tools, isDurable: false)
            : Engine.Value is { } engine ? PostgresContainer.Start(engine)
            : null;
        server?.MakeTemplate();
        return server;
    });

    private static readonly ConcurrentBag<PostgresServer> Started = [];

    private static bool IsDemanded => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));

    private static int _databases;

    private readonly string _address;
    private int _isRemoved;

    /// <param name="address">The part of connection strings that says where it is and who comes.</param>
    /// <param name="endPoint">Where it listens.</param>
    protected PostgresServer(string address, EndPoint endPoint)
    {
        _address = address;
        EndPoint = endPoint;
    }

    /// <summary>Whether tests that need one are to be left out.</summary>
    public static bool IsMissing => !IsDemanded && PostgresTools.FindOrNull() is null && Engine.Value is null;

    public string ConnectionString => $"{ConnectionStringOf("postgres")};Pooling=false";

    /// <summary>Where it listens.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>Ends all of them and removes what they have written.</summary>
    public static void RemoveAll()
    {
        foreach (PostgresServer server in Started)
        {
            server.Remove();
        }
    }

    /// <summary>The server that tests share, who each have a database of their own.</summary>
    public static PostgresServer Get() => Shared.Value
        ?? throw Missing("No PostgreSQL server is installed (Debian: apt-get install postgresql), and no container engine (docker, podman) answers: the tests over PostgreSQL are left out.");

    /// <summary>A database of that content for one test; its connection string.</summary>
    public string CreateDatabase(bool isEmpty = false)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        Execute($"CREATE DATABASE {name} TEMPLATE {(isEmpty ? "template0" : Template)}");
        return ConnectionStringOf(name);
    }

    public string ConnectionStringOf(string database) => $"{_address};Database={database}";

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

    public void MakeTemplate()
    {
        Execute($"CREATE DATABASE {Template}");
        using SqlSession session = OpenSession(ConnectionStringOf(Template));
        PostgresMigrations.Run(session, ThisNode.Alone(TimeProvider.System));
        session.Execute("DELETE FROM store");
    }

    public void Remove()
    {
        if (Interlocked.Exchange(ref _isRemoved, 1) == 0)
        {
            End();
        }
    }

    protected abstract void End();

    /// <summary>It is removed at the latest when the last test has ended.</summary>
    protected void Keep() => Started.Add(this);

    /// <summary>Enough connections for all tests at once, and quick.</summary>
    protected static IEnumerable<string> Settings(bool isDurable) =>
    [
        "max_connections=400", "shared_buffers=64MB", "max_wal_size=2GB", $"fsync={(isDurable ? "on" : "off")}", $"full_page_writes={(isDurable ? "on" : "off")}",
    ];

    /// <summary>Skips the test, or is what to throw.</summary>
    protected static InvalidOperationException Missing(string what)
    {
        Assert.SkipUnless(IsDemanded, what);
        return new InvalidOperationException($"{what} But CI is set, where nothing may be left out.");
    }
}
