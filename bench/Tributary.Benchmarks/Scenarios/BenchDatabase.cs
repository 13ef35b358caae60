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

    /// <summary>What each table takes, with its indexes and what lies beside it, summed over its partitions; largest first.</summary>
    public IReadOnlyList<(string Table, long Rows, long Indexes)> Sizes()
    {
        using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        connection.Open();
        using NpgsqlCommand command = connection.CreateCommand();

        // A partitioned table is its leaves; of one that is not there is no tree.
        command.CommandText =
            """
            SELECT r.relname::text, sum(pg_table_size(p.relid))::bigint, sum(pg_indexes_size(p.relid))::bigint
            FROM pg_class r CROSS JOIN LATERAL (SELECT relid FROM pg_partition_tree(r.oid) UNION SELECT r.oid) p
            WHERE r.relnamespace = current_schema()::regnamespace AND r.relkind IN ('r', 'p') AND NOT r.relispartition
            GROUP BY 1 ORDER BY sum(pg_total_relation_size(p.relid)) DESC
            """;
        using NpgsqlDataReader reader = command.ExecuteReader();
        var sizes = new List<(string, long, long)>();
        while (reader.Read())
        {
            sizes.Add((reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        }

        return sizes;
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
