using System.Data.Common;

namespace Tributary.Storage;

/// <summary>The rows of a query, as the stores read them; what a database stores otherwise than it was given (<see cref="SqlDialect"/>) is given back as it was.</summary>
internal readonly struct SqlReader(DbDataReader reader, SqlDialect dialect) : IDisposable
{
    public bool Read() => reader.Read();

    public bool IsDBNull(int column) => reader.IsDBNull(column);

    public int GetInt32(int column) => reader.GetInt32(column);

    public long GetInt64(int column) => reader.GetInt64(column);

    public string GetString(int column) => dialect.FromStored(reader.GetString(column));

    public byte[] GetBytes(int column) => reader.GetFieldValue<byte[]>(column);

    public void Dispose() => reader.Dispose();
}
