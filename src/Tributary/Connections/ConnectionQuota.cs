using Tributary.Items;

namespace Tributary.Connections;

/// <summary><c>connectionQuota</c> (external-connectors 9): how many items a connection still takes.</summary>
internal static class ConnectionQuota
{
    /// <summary>
    /// The smaller of what the connection and what its tenant have left. The real service counted the first only while tenants were not charged, in preview; a
    /// quota that is enforced is also told. Never below 0: a limit may be lowered under what is there.
    /// </summary>
    public static long ItemsRemaining(StoredConnection connection, ItemOptions limits) =>
        Math.Max(0, Math.Min(limits.MaxPerConnection - connection.ItemCount, limits.MaxPerTenant - connection.TenantItemCount));
}
