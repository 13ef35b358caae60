namespace Tributary.Storage;

/// <summary>
/// A SQL database as the stores see it. The stores write their SQL once; what differs between SQLite and PostgreSQL (how transactions are grouped, how
/// connections are pooled) stands behind this boundary.
/// </summary>
internal interface ISqlDatabase
{
    /// <summary>Identity of this store; part of what an index remembers of its source.</summary>
    StoreIdentity Identity { get; }

    /// <summary>Whether each read costs a way to a server and back.</summary>
    bool IsRemote => false;

    /// <summary>Runs <paramref name="work"/> on a read-only session that sees one consistent, committed state for each statement.</summary>
    ValueTask<T> ReadAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken);

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction and completes after that transaction is durable, never before. Work of several callers may share one
    /// transaction; a failure of one leaves its neighbours untouched. Work must depend on the session only, as it may be run again.
    /// </summary>
    /// <param name="scope">What nobody else may write meanwhile.</param>
    /// <param name="work">What to do. An exception undoes its writes and reaches the caller.</param>
    /// <param name="bytes">
    /// How much it adds, roughly: large work is kept from delaying small work. 0 for work that takes away or completes, which a configured maximum leaves
    /// room for: whoever is full must be able to make room.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting for a turn; work that has begun is finished.</param>
    /// <param name="foresight">What the work will ask for first; null for nothing in particular.</param>
    /// <exception cref="StorageFullException">There was no room; nothing of the work was kept.</exception>
    /// <exception cref="StorageUnavailableException">The database could not be asked, or did not say whether it has kept the work.</exception>
    ValueTask<T> WriteAsync<T>(WriteScope scope, Func<SqlSession, T> work, long bytes, CancellationToken cancellationToken, Foresight? foresight = null);

    /// <summary>Opens a group of callers who are answered together, so that what they write shares transactions whatever the machine's mood.</summary>
    IWriteGroup GroupWrites() => UngroupedWrites.Instance;

    /// <summary>
    /// As <see cref="WriteAsync"/> of 0 bytes, for work that nobody waits for: it gives way to all other writes and rests between its turns, but is never starved
    /// by them. Who gets in meanwhile waits for it, so each piece must be short.
    /// </summary>
    ValueTask<T> WriteInBackgroundAsync<T>(WriteScope scope, Func<SqlSession, T> work, CancellationToken cancellationToken);

    /// <summary>
    /// Gives freed pages back to the file system in the background, at least a few, and more until <paramref name="longest"/> has passed; false when there is no
    /// more to give back.
    /// </summary>
    ValueTask<bool> ReclaimAsync(TimeSpan longest, CancellationToken cancellationToken);
}

/// <summary>Names a store and its epoch: an index built from another pair is not trusted.</summary>
internal readonly record struct StoreIdentity(string Id, long Epoch);

/// <summary>The disk or the configured maximum is full. Expected, and answered 507.</summary>
internal sealed class StorageFullException(Exception cause) : Exception("The storage is full.", cause);

/// <summary>The database cannot be reached or does not write at the moment; answered 503 with <c>Retry-After</c>. Of a write it may be unknown whether it was kept.</summary>
internal sealed class StorageUnavailableException(string message, Exception? cause = null) : Exception(message, cause)
{
    public const int RetryAfterSeconds = 2;
}
