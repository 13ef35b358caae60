using Tributary.Connections;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Storage;

namespace Tributary.Transfer;

/// <content>What the records write.</content>
internal sealed partial class SqlImportStore
{
    /// <summary>A connection that is being imported, and its counters as they are in the transaction.</summary>
    private sealed class Target
    {
        private readonly ConnectionKey _connection;
        private readonly Dictionary<string, long> _acls = [];
        private long _aclCount;
        private long _change;

        private Target(ConnectionKey connection) => _connection = connection;

        public long Items { get; private set; }

        public long Groups { get; private set; }

        public static Target? ReadOrNull(SqlSession session, ConnectionKey connection)
        {
            using SqlReader reader = session.Query(
                "SELECT items, external_groups, acls, last_change FROM connection WHERE key = @key AND deleting = @importing", connection.Value, Importing);
            return reader.Read()
                ? new Target(connection)
                {
                    Items = reader.GetInt64(0),
                    Groups = reader.GetInt64(1),
                    _aclCount = reader.GetInt64(2),
                    _change = reader.GetInt64(3),
                }
                : null;
        }

        public void Save(SqlSession session) => session.Execute(
            "UPDATE connection SET items = @items, external_groups = @groups, acls = @acls, last_change = @change WHERE key = @key",
            Items,
            Groups,
            _aclCount,
            _change,
            _connection.Value);

        public void Put(SqlSession session, ImportRecord.Item item, int maxActivities)
        {
            ItemWrite write = item.Write;
            long acl = AclOf(session, item);
            byte[] properties = write.Properties!.Value.ToArray();
            _change++;
            StoredItem? old = ItemForesight.FindItemOrNull(session, _connection, write.Id);
            long key;
            if (old is null)
            {
                var put = new PutItem(write, SchemaVersion: 0, default, item.Excerpt) { SearchableFrom = item.SearchableFrom };
                key = SqlItemStore.Insert(session, _connection, put, acl, _change, properties);
                Items++;
            }
            else
            {
                key = old.Key;
                Replace(session, item, old, acl, properties);
                SqlActivityStore.RemoveAll(session, _connection, key);
            }

            SqlItemStore.WriteContent(session, _connection, key, write.Content, item.Excerpt, isNew: old is null);
            SqlActivityStore.Append(session, _connection, key, write.Activities, maxActivities);
            ItemForesight.Remember(session, _connection, write.Id, new StoredItem(key, acl));
        }

        public void DeleteItem(SqlSession session, string id)
        {
            if (ItemForesight.FindItemOrNull(session, _connection, id) is not { } item)
            {
                // It came and went while it was exported.
                return;
            }

            _change++;
            session.Defer("DELETE FROM item WHERE connection = @connection AND id = @id", _connection.Value, id);
            SqlItemStore.LeaveAcl(session, _connection, item.Acl, _change);
            SqlItemStore.RemoveContent(session, _connection, item.Key);
            SqlActivityStore.RemoveAll(session, _connection, item.Key);
            ItemForesight.Remember(session, _connection, id, null);
            Items--;
        }

        public void Put(SqlSession session, ImportRecord.Group group)
        {
            DeleteGroup(session, group.Value.Id);
            session.Execute(
                "INSERT INTO external_group (connection, id, display_name, description, members) VALUES (@connection, @id, @name, @description, @members)",
                _connection.Value,
                group.Value.Id,
                group.Value.DisplayName,
                group.Value.Description,
                group.Members.Count);
            foreach (Identity member in group.Members)
            {
                session.Defer(
                    "INSERT INTO external_group_member (connection, group_id, id, type, folded) VALUES (@connection, @group, @id, @type, @folded)",
                    _connection.Value,
                    group.Value.Id,
                    member.Id,
                    (int)member.Type,
                    SqlGroupStore.Fold(member));
            }

            Groups++;
        }

        public void DeleteGroup(SqlSession session, string id)
        {
            if (session.Execute("DELETE FROM external_group WHERE connection = @connection AND id = @id", _connection.Value, id) > 0)
            {
                session.Execute("DELETE FROM external_group_member WHERE connection = @connection AND group_id = @id", _connection.Value, id);
                Groups--;
            }
        }

        private void Replace(SqlSession session, ImportRecord.Item item, StoredItem old, long acl, byte[] properties)
        {
            ItemWrite write = item.Write;
            session.Defer(
                """
                UPDATE item SET acl = @acl, change = @change, label = @label, content_type = @contentType, properties = @properties, searchable_from = @searchableFrom
                WHERE key = @key AND connection = @connection AND id = @id
                """,
                acl,
                _change,
                write.SensitivityLabelId,
                (int)(write.Content?.Type ?? 0),
                properties,
                item.SearchableFrom,
                old.Key,
                _connection.Value,
                write.Id);
            if (old.Acl != acl)
            {
                SqlItemStore.LeaveAcl(session, _connection, old.Acl, _change);
            }
        }

        /// <summary>Lists are kept once here as well; within a chunk the same one is looked for once.</summary>
        private long AclOf(SqlSession session, ImportRecord.Item item)
        {
            string hash = Convert.ToHexString(item.AclHash);
            if (_acls.TryGetValue(hash, out long number))
            {
                return number;
            }

            if (ItemForesight.FindListOrNull(session, _connection, item.AclHash) is not { } known)
            {
                known = ++_aclCount;
                session.Defer(
                    "INSERT INTO acl (connection, number, hash, entries) VALUES (@connection, @number, @hash, @entries)",
                    _connection.Value,
                    known,
                    item.AclHash,
                    item.Acl);
                ItemForesight.RememberList(session, _connection, item.AclHash, known);
            }

            _acls.Add(hash, known);
            return known;
        }
    }

    /// <summary>What the items of a chunk ask for first, all at once.</summary>
    private sealed class ImportForesight(ConnectionKey connection, IReadOnlyList<ImportRecord> records) : Foresight
    {
        public override void Read(SqlSession session, IReadOnlyList<Foresight> all)
        {
            foreach (ImportForesight chunk in all.Cast<ImportForesight>())
            {
                if (chunk.Items() is [{ } first, ..] items)
                {
                    first.Read(session, items);
                }
            }
        }

        private List<ItemForesight> Items() =>
            [.. records.OfType<ImportRecord.Item>().Select(item => new ItemForesight(connection, item.Write.Id, item.AclHash))];
    }
}
