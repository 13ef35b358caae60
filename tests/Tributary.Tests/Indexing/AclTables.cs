using Tributary.Acls;
using Tributary.Indexing;

namespace Tributary.Tests.Indexing;

internal static class AclTables
{
    /// <summary>Adds lists as the store would keep them.</summary>
    public static void Add(this AclTable table, IEnumerable<KeyValuePair<int, Acl>> acls) =>
        table.Add(acls.Select(acl => KeyValuePair.Create(acl.Key, AclJson.ToBytes(acl.Value))));
}
