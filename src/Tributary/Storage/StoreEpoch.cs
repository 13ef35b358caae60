using System.Globalization;

namespace Tributary.Storage;

/// <summary>
/// The store's epoch, which is another one after each time that a backup was restored: a change number of before says nothing afterwards, as other changes may have it by now.
/// </summary>
internal static class StoreEpoch
{
    /// <summary>Begins an epoch that no life of this store ever had: one backup may be restored twice, so counting on would not do. What follows the feed by its numbers is let go.</summary>
    public static StoreIdentity Raise(SqlSession session, DateTimeOffset now)
    {
        StoreIdentity before = Read(session);
        long epoch = Math.Max(before.Epoch + 1, now.ToUnixTimeMilliseconds());
        session.Execute("UPDATE store SET epoch = @epoch", epoch);
        session.Execute("DELETE FROM connection_export");
        session.Execute("DELETE FROM external_group_change");
        return before with { Epoch = epoch };
    }

    /// <exception cref="InvalidDataException">It is no store.</exception>
    public static StoreIdentity Read(SqlSession session)
    {
        using SqlReader reader = session.Query("SELECT id, epoch FROM store");
        return reader.Read() ? new StoreIdentity(reader.GetString(0), reader.GetInt64(1)) : throw new InvalidDataException("The database has no identity in its table store.");
    }

    public static string Text(StoreIdentity identity) => string.Create(CultureInfo.InvariantCulture, $"store {identity.Id}, epoch {identity.Epoch}");
}
