using Tributary.Storage;

namespace Tributary.Directories.Scim;

/// <summary>The writing half. Each write is one transaction of the grouping writer; a refusal that is found half-way undoes what came before it.</summary>
internal sealed partial class SqlScimStore
{
    /// <summary>About what a row and its entries in the indexes take.</summary>
    private const long RowBytes = 256;

    public ValueTask<ScimWritten> CreateAsync(string tenant, ScimKind kind, ScimNew resource, ScimLimits limits, CancellationToken cancellationToken) =>
        WriteAsync(
            tenant,
            session =>
            {
                session.Execute("INSERT INTO directory_tenant (id) VALUES (@id) ON CONFLICT (id) DO NOTHING", tenant);
                long key = TenantOrNull(session, tenant)!.Value;
                long count = session.ScalarOrNull(
                    kind == ScimKind.User ? "SELECT users FROM directory_tenant WHERE key = @key" : "SELECT groups FROM directory_tenant WHERE key = @key", key) ?? 0;
                if (count >= limits.MaxResources)
                {
                    throw new Refusal(ScimOutcome.TooManyResources);
                }

                CheckName(session, key, resource.Content.Name, ownId: "");
                string id = resource.PreferredId is { } preferred && !Exists(session, key, preferred) ? preferred : resource.OtherId;
                long now = resource.Now.ToUnixTimeMilliseconds();
                history.DirectoryObjectComes(session, key, id);
                session.Execute(
                    """
                    INSERT INTO directory_object (tenant, id, kind, name, display_name, external_id, created, modified, body)
                    VALUES (@tenant, @id, @kind, @name, @displayName, @externalId, @now, @now, @body)
                    """,
                    key,
                    id,
                    (int)kind,
                    resource.Content.Name,
                    resource.Content.DisplayName,
                    resource.Content.ExternalId,
                    now,
                    resource.Content.Body);
                Count(session, key, kind, 1);
                if (kind == ScimKind.Group)
                {
                    // Whoever named it before it was there.
                    session.Execute("UPDATE directory_member SET nested = 1 WHERE tenant = @tenant AND member = @id", key, id);
                }

                ChangeMembers(session, key, id, [new ScimMemberChange(ScimMemberChangeKind.Add, resource.Members)], limits.MaxMembers);
                return FindOrNull(session, key, kind, id)!;
            },
            BytesOf(resource.Content, resource.Members.Count),
            cancellationToken);

    public ValueTask<ScimWritten> UpdateAsync(string tenant, ScimKind kind, ScimChange change, ScimLimits limits, CancellationToken cancellationToken) =>
        WriteAsync(
            tenant,
            session =>
            {
                long? key = TenantOrNull(session, tenant);
                if (FindOrNull(session, key, kind, change.Id) is not { } record)
                {
                    throw new Refusal(ScimOutcome.NotFound);
                }

                if (change.Expected is { } expected && expected != record.Version)
                {
                    throw new Refusal(ScimOutcome.VersionChanged);
                }

                bool isChanged = ChangeMembers(session, key!.Value, change.Id, change.Members, limits.MaxMembers);
                if (change.Content is { } content && !content.Body.AsSpan().SequenceEqual(record.Body))
                {
                    isChanged = true;
                    CheckName(session, key.Value, content.Name, change.Id);
                    if (kind == ScimKind.User)
                    {
                        history.DirectoryUserChanges(session, key.Value, record, content.Body);
                    }

                    session.Execute(
                        """
                        UPDATE directory_object SET name = @name, display_name = @displayName, external_id = @externalId, body = @body
                        WHERE tenant = @tenant AND id = @id
                        """,
                        content.Name,
                        content.DisplayName,
                        content.ExternalId,
                        content.Body,
                        key,
                        change.Id);
                }

                if (!isChanged)
                {
                    return record;
                }

                session.Execute(
                    "UPDATE directory_object SET version = version + 1, modified = @now WHERE tenant = @tenant AND id = @id",
                    change.Now.ToUnixTimeMilliseconds(),
                    key,
                    change.Id);
                return FindOrNull(session, key, kind, change.Id)!;
            },
            BytesOf(change.Content, change.Members.Where(step => step.Kind != ScimMemberChangeKind.Remove).Sum(step => step.Ids.Count)),
            cancellationToken);

    public async ValueTask<ScimOutcome> DeleteAsync(string tenant, ScimKind kind, string id, long? expected, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await WriteAsync(
            tenant,
            session =>
            {
                long? key = TenantOrNull(session, tenant);
                if (FindOrNull(session, key, kind, id) is not { } record)
                {
                    throw new Refusal(ScimOutcome.NotFound);
                }

                if (expected is { } version && version != record.Version)
                {
                    throw new Refusal(ScimOutcome.VersionChanged);
                }

                history.DirectoryObjectGoes(session, key!.Value, kind, record);
                session.Execute(
                    """
                    UPDATE directory_object SET members = members - 1, version = version + 1, modified = @now
                    WHERE tenant = @tenant AND id IN (SELECT group_id FROM directory_member WHERE tenant = @tenant AND member = @id)
                    """,
                    now.ToUnixTimeMilliseconds(),
                    key,
                    id);
                session.Execute("DELETE FROM directory_member WHERE tenant = @tenant AND member = @id", key, id);
                session.Execute("DELETE FROM directory_member WHERE tenant = @tenant AND group_id = @id", key, id);
                session.Execute("DELETE FROM directory_object WHERE tenant = @tenant AND id = @id", key, id);
                Count(session, key.Value, kind, -1);
                return record;
            },
            0,
            cancellationToken)).Outcome;

    private async ValueTask<ScimWritten> WriteAsync(string tenant, Func<SqlSession, ScimRecord> work, long bytes, CancellationToken cancellationToken)
    {
        try
        {
            return new ScimWritten(ScimOutcome.Done, await database.WriteAsync(WriteScope.DirectoryOf(tenant), work, bytes, cancellationToken));
        }
        catch (Refusal refusal)
        {
            return new ScimWritten(refusal.Outcome, null);
        }
    }

    private static void CheckName(SqlSession session, long tenant, string? name, string ownId)
    {
        if (name is not null
            && session.ScalarOrNull("SELECT 1 FROM directory_object WHERE tenant = @tenant AND name = @name AND id <> @id", tenant, name, ownId) is not null)
        {
            throw new Refusal(ScimOutcome.NameTaken);
        }
    }

    /// <summary>Whether anybody came or went.</summary>
    private bool ChangeMembers(SqlSession session, long tenant, string group, IReadOnlyList<ScimMemberChange> changes, int max)
    {
        long added = 0;
        long removed = 0;
        foreach (ScimMemberChange change in changes)
        {
            IEnumerable<string> coming = change.Kind == ScimMemberChangeKind.Remove ? [] : change.Ids;
            IEnumerable<string> going = change.Kind == ScimMemberChangeKind.Remove ? change.Ids : [];
            if (change.Kind == ScimMemberChangeKind.Replace)
            {
                // Only what differs is written: a group that is sent whole again and again costs little.
                HashSet<string> there = Members(session, tenant, group);
                coming = change.Ids.Where(id => !there.Contains(id));
                there.ExceptWith(change.Ids);
                going = there;
            }

            // In the order in which the indexes have them, so that many go to few pages of theirs.
            foreach (string id in going.Order(StringComparer.Ordinal))
            {
                if (session.Execute("DELETE FROM directory_member WHERE tenant = @tenant AND group_id = @group AND member = @id", tenant, group, id) > 0)
                {
                    history.DirectoryMemberChanges(session, tenant, group, id, was: true);
                    removed++;
                }
            }

            foreach (string id in coming.Order(StringComparer.Ordinal))
            {
                int isNew = session.Execute(
                    """
                    INSERT INTO directory_member (tenant, group_id, member, nested)
                    VALUES (@tenant, @group, @id, (SELECT count(*) FROM directory_object WHERE tenant = @tenant AND id = @id AND kind = @kind)) ON CONFLICT DO NOTHING
                    """,
                    tenant,
                    group,
                    id,
                    (int)ScimKind.Group);
                if (isNew > 0)
                {
                    history.DirectoryMemberChanges(session, tenant, group, id, was: false);
                    added++;
                }
            }
        }

        if (added == 0 && removed == 0)
        {
            return false;
        }

        session.Execute("UPDATE directory_object SET members = members + @change WHERE tenant = @tenant AND id = @group", added - removed, tenant, group);
        return added == 0 || session.ScalarOrNull("SELECT members FROM directory_object WHERE tenant = @tenant AND id = @group", tenant, group) <= max
            ? true
            : throw new Refusal(ScimOutcome.TooManyMembers);
    }

    private static HashSet<string> Members(SqlSession session, long tenant, string group)
    {
        var members = new HashSet<string>(StringComparer.Ordinal);
        using SqlReader reader = session.Query(
            "SELECT member FROM directory_member WHERE tenant = @tenant AND group_id = @group", tenant, group);
        while (reader.Read())
        {
            members.Add(reader.GetString(0));
        }

        return members;
    }

    // Counted as they come and go: counting a million rows for each that is added would make provisioning quadratic.
    private static void Count(SqlSession session, long tenant, ScimKind kind, int change) => session.Execute(
        kind == ScimKind.User
            ? "UPDATE directory_tenant SET users = users + @change WHERE key = @key"
            : "UPDATE directory_tenant SET groups = groups + @change WHERE key = @key",
        change,
        tenant);

    private static long BytesOf(ScimContent? content, int members) => (content?.Body.Length ?? 0) + (RowBytes * (1L + members));

    /// <summary>Thrown inside of the work, as only an exception undoes its writes; does not leave this class.</summary>
    private sealed class Refusal(ScimOutcome outcome) : Exception
    {
        public ScimOutcome Outcome => outcome;
    }
}
