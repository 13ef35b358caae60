using Tributary.Connections;
using Tributary.Directories;
using Tributary.Storage;

namespace Tributary.Access.History;

/// <summary>Access of the past, for who explains it.</summary>
internal sealed class PastAccess(AccessHistory history, PastReader reader, PastDirectories directories)
{
    /// <inheritdoc cref="AccessHistory.ProblemOrNull"/>
    public string? ProblemOrNull(DateTimeOffset at) => history.ProblemOrNull(at);

    /// <summary>Whether it is known in which groups the tenant's users were; else the question may state it.</summary>
    /// <exception cref="DirectoryUnavailableException">The seed file is wrong.</exception>
    public bool TellsGroups(string tenantId, DateTimeOffset at) => directories.OfOrNull(tenantId, at) is not null;

    /// <summary>The connection that had this id then, be it deleted by now; null when none had.</summary>
    public async ValueTask<ConnectionKey?> FindConnectionOrNullAsync(string tenantId, string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await reader.SettleAsync(WriteScope.ConnectionsOf(tenantId).And(WriteScope.DirectoryOf(tenantId)), cancellationToken);
        if (await reader.FindConnectionOrNullAsync(tenantId, id, at, cancellationToken) is not { } connection)
        {
            return null;
        }

        // One that is being deleted meanwhile is found all the same.
        await reader.SettleAsync(WriteScope.Connection(connection), cancellationToken);
        return await reader.FindConnectionOrNullAsync(tenantId, id, at, cancellationToken);
    }

    /// <param name="tenantId">The connection's.</param>
    /// <param name="connection">Found by <see cref="FindConnectionOrNullAsync"/>.</param>
    /// <param name="at">Without a <see cref="ProblemOrNull"/>.</param>
    /// <param name="stated">What the question says of its user.</param>
    /// <exception cref="DirectoryUnavailableException">The seed file is wrong.</exception>
    public IAccessFacts FactsOf(string tenantId, ConnectionKey connection, DateTimeOffset at, StatedUser stated) => new PastAccessFacts(
        connection, directories.OfOrNull(tenantId, at), at, reader)
    {
        Stated = stated,
        WasByToken = directories.HadSource(tenantId, DirectorySource.Token, at),
    };
}
