using Npgsql;
using Tributary.Storage;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>Another node in the midst of a write: holds the locks of a scope until it is disposed.</summary>
internal sealed class HeldScope : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    public HeldScope(string connectionString, WriteScope scope)
    {
        _connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        _connection.Open();
        _transaction = _connection.BeginTransaction();
        Execute($"SELECT pg_advisory_xact_lock({scope.First}), pg_advisory_xact_lock({scope.Second})");
    }

    /// <summary>In its transaction.</summary>
    public void Execute(string sql)
    {
        using NpgsqlCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // Tests' constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Commit() => _transaction.Commit();

    public void Dispose()
    {
        _transaction.Dispose();
        _connection.Dispose();
    }
}
