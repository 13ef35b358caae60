using Tributary.Connections;
using Tributary.Storage;

namespace Tributary.Indexing;

/// <summary>The language that is stored for a connection, so that every server that indexes it uses the same.</summary>
internal sealed class IndexLanguages(ISqlDatabase database)
{
    /// <param name="connection">Whose.</param>
    /// <param name="language">Null for that of the server.</param>
    /// <param name="cancellationToken">Until the write has begun.</param>
    /// <returns>False when the connection is gone or being deleted.</returns>
    public ValueTask<bool> SetAsync(ConnectionKey connection, string? language, CancellationToken cancellationToken) => database.WriteAsync(
        WriteScope.Connection(connection),
        session => session.Execute("UPDATE connection SET language = @language WHERE key = @key AND deleting = 0", language, connection.Value) > 0,
        bytes: 0,
        cancellationToken);
}
