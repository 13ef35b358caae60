using Microsoft.Extensions.Time.Testing;
using Tributary.Access.History;
using Tributary.Indexing;
using Tributary.Nodes;
using Tributary.Operations;
using Tributary.Storage;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Nodes;

/// <summary>Several nodes over one store, each with stores and signals of its own, by one clock that the test moves.</summary>
public abstract class NodeContract : StoreContract
{
    private protected static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private protected NodeContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    private protected FakeTimeProvider Time { get; } = new(Noon);

    private protected NodeOptions NodeOptions { get; } = new();

    private protected ThisNode Node(string id) => new(id, isShared: true, NodeOptions, Time);

    private protected NodeStore NodesOf(string id) => new(Database, Node(id));

    private protected IChangeFeed FeedOf(string id) => new SqlChangeFeed(Database, new SqlSignals(), new OpaqueNumbers(Database), AccessHistory.Off, Node(id));

    private protected SqlOperationStore OperationsOf(string id, SqlSignals? signals = null) => new(Database, signals ?? new SqlSignals(), AccessHistory.Off, Node(id));

    private protected async Task BeatAsync(params string[] nodes)
    {
        foreach (string node in nodes)
        {
            await NodesOf(node).BeatAsync(default, Token);
        }
    }

    /// <summary>As after a fail-over to a standby that had not got the last changes of a connection, or after a restored backup: rows of items stay as they are.</summary>
    private protected async Task LoseChangesAsync(Tributary.Connections.ConnectionKey connection, int count) => await Database.WriteAsync(
        WriteScope.Connection(connection),
        session =>
        {
            session.Execute("UPDATE connection SET last_change = last_change - @count WHERE key = @key", count, connection.Value);
            session.Execute("DELETE FROM item WHERE connection = @key AND change > (SELECT last_change FROM connection WHERE key = @key)", connection.Value);
            return session.Execute("DELETE FROM change WHERE connection = @key AND number > (SELECT last_change FROM connection WHERE key = @key)", connection.Value);
        },
        0,
        Token);
}
