using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tributary.Connections;

namespace Tributary.Storage;

/// <summary>
/// What a write relies on while it runs: no other write with the same part in its scope, on whichever node, comes between its reads and its commit. SQLite has one
/// writer, so there it is always all; where several nodes write, each part is a lock that is held until the commit.
/// </summary>
/// <remarks>A row that a write changes, or must not see changing, belongs to one part; each part orders the changes of its rows, and so the numbers of a connection's change feed.</remarks>
/// <param name="First">The smaller lock.</param>
/// <param name="Second">The other; the same again when there is one only.</param>
internal readonly record struct WriteScope(long First, long Second)
{
    private const int KindShift = 56;

    /// <summary>What belongs to nobody: the store's own rows.</summary>
    public static WriteScope Store { get; } = Of(1, 0);

    /// <summary>The tables themselves.</summary>
    public static WriteScope Migration { get; } = Of(6, 0);

    /// <summary>A connection's row and all that it holds.</summary>
    public static WriteScope Connection(ConnectionKey connection) => Of(2, connection.Value);

    /// <summary>Which connections a tenant has: their ids, names and number.</summary>
    public static WriteScope ConnectionsOf(string tenant) => Of(3, Hash(tenant));

    /// <summary>The users and groups that are provisioned for a tenant.</summary>
    public static WriteScope DirectoryOf(string tenant) => Of(4, Hash(tenant));

    /// <summary>Which nodes there are.</summary>
    public static WriteScope Nodes { get; } = Of(5, 0);

    /// <summary>Both, each of one part.</summary>
    public WriteScope And(WriteScope other) => new(Math.Min(First, other.First), Math.Max(First, other.First));

    private static WriteScope Of(long kind, long value) => new((kind << KindShift) | value, (kind << KindShift) | value);

    /// <summary>Two tenants with the same hash would wait for each other, and no more.</summary>
    private static long Hash(string text) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) & ((1L << KindShift) - 1);
}
