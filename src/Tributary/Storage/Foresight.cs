namespace Tributary.Storage;

/// <summary>
/// What a write will ask for first. Where each question costs a way to the server and back, those of all writes that share a transaction are asked together; the
/// session remembers the answers, and the works find them there. Where it costs nothing they ask by themselves.
/// </summary>
internal abstract class Foresight
{
    /// <summary>Asks what all of them ask, and has the session remember it, also that there is nothing.</summary>
    /// <param name="session">In the transaction, with the locks of all their scopes.</param>
    /// <param name="all">This one and others of its type.</param>
    public abstract void Read(SqlSession session, IReadOnlyList<Foresight> all);
}
