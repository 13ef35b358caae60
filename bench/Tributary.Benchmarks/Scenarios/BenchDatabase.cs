using System.Globalization;
using Npgsql;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>An empty database on the server that <c>TRIBUTARY_BENCH_POSTGRES</c> names (<c>bench/postgres.sh start</c> tells it); removed at the end.</summary>
internal sealed class BenchDatabase : IDisposable
{
    private readonly string _server;
    private readonly string _name;

    private BenchDatabase(string server, string name)
    {
        _server = server;
        _name = name;
    }

    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server) { Database = _name }.ConnectionString;

    public static BenchDatabase Create()
    {
        string server = Environment.GetEnvironmentVariable("TRIBUTARY_BENCH_POSTGRES")
            ?? throw new InvalidOperationException("TRIBUTARY_BENCH_POSTGRES is not set: export TRIBUTARY_BENCH_POSTGRES=\"$(bench/postgres.sh start)\".");
        var database = new BenchDatabase(server, string.Create(CultureInfo.InvariantCulture, $"bench_{Environment.ProcessId}_{Environment.TickCount64}"));
        database.Execute($"CREATE DATABASE {database._name} ENCODING 'UTF8' TEMPLATE template0");
        return database;
    }

    public void Dispose() => Execute($"DROP DATABASE {_name} WITH (FORCE)");

    private void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(_server + ";Pooling=false");
        connection.Open();
        using NpgsqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of ours.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
