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
            long? key = session.ScalarOrNull(
                """
                INSERT INTO item (connection, id, acl, change, label, content_type, properties, searchable_from)
                VALUES (@connection, @id, @acl, @change, @label, @contentType, @properties, @searchableFrom)
                ON CONFLICT (connection, id) DO NOTHING RETURNING key
                """,
                _connection.Value,
                write.Id,
                acl,
                _change,
                write.SensitivityLabelId,
                (int)(write.Content?.Type ?? 0),
                properties,
                item.SearchableFrom);
            bool isNew = key is not null;
            if (isNew)
            {
                Items++;
            }
            else
            {
                key = Replace(session, item, acl, properties);
                SqlActivityStore.RemoveAll(session, _connection, key.Value);
            }

            if (write.Content is not null || !isNew)
            {
                SqlItemStore.WriteContent(session, key!.Value, write.Content, item.Excerpt, isNew);
            }

            SqlActivityStore.Append(session, _connection, key!.Value, write.Activities, maxActivities);
        }

        public void DeleteItem(SqlSession session, string id)
        {
            long key, acl;
            using (SqlReader reader = session.Query(
                "DELETE FROM item WHERE connection = @connection AND id = @id RETURNING key, acl", _connection.Value, id))
            {
                if (!reader.Read())
                {
                    // It came and went while it was exported.
                    return;
                }

                (key, acl) = (reader.GetInt64(0), reader.GetInt64(1));
            }

            _change++;
            SqlItemStore.LeaveAcl(session, _connection, acl, _change);
            session.Execute("DELETE FROM item_content WHERE item = @item", key);
            SqlActivityStore.RemoveAll(session, _connection, key);
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
                session.Execute(
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

        private long Replace(SqlSession session, ImportRecord.Item item, long acl, byte[] properties)
        {
            ItemWrite write = item.Write;
            long key, before;
            using (SqlReader reader = session.Query("SELECT key, acl FROM item WHERE connection = @connection AND id = @id", _connection.Value, write.Id))
            {
                reader.Read();
                (key, before) = (reader.GetInt64(0), reader.GetInt64(1));
            }

            session.Execute(
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
                key,
                _connection.Value,
                write.Id);
            if (before != acl)
            {
                SqlItemStore.LeaveAcl(session, _connection, before, _change);
            }

            return key;
        }

        /// <summary>Lists are kept once here as well; within a chunk the same one is looked for once.</summary>
        private long AclOf(SqlSession session, ImportRecord.Item item)
        {
            string hash = Convert.ToHexString(item.AclHash);
            if (!_acls.TryGetValue(hash, out long number))
            {
                number = SqlItemStore.Intern(session, _connection, item.Acl, item.AclHash, ref _aclCount);
                _acls.Add(hash, number);
            }

            return number;
        }
    }
}
