namespace Tributary.Directories.Scim;

/// <summary>
/// The queries by which users and groups are found and memberships followed. SQLite keeps the order of a CROSS JOIN and chooses that of any other, which differs from release to
/// release: it has gone through all memberships of a tenant for each group of a user. So the order is written down, and a test looks at what SQLite makes of it. UNION keeps each id
/// once, which is what ends a cycle.
/// </summary>
internal sealed partial class SqlScimStore
{
    private const string ByKind = "SELECT id, created, modified, version, body FROM directory_object WHERE tenant = @tenant AND kind = @kind AND id > @after ORDER BY id LIMIT @max";

    private const string ByName =
        """
        SELECT id, created, modified, version, body FROM directory_object
        WHERE tenant = @tenant AND kind = @kind AND id > @after AND name = @value ORDER BY id LIMIT @max
        """;

    private const string ByDisplayName =
        """
        SELECT id, created, modified, version, body FROM directory_object
        WHERE tenant = @tenant AND kind = @kind AND id > @after AND display_name = @value ORDER BY id LIMIT @max
        """;

    private const string ByExternalId =
        """
        SELECT id, created, modified, version, body FROM directory_object
        WHERE tenant = @tenant AND kind = @kind AND id > @after AND external_id = @value ORDER BY id LIMIT @max
        """;

    /// <summary>Members whether they name anybody or not.</summary>
    private const string MembersToShow =
        """
        SELECT m.member, o.kind, o.body FROM directory_member m LEFT JOIN directory_object o ON o.tenant = m.tenant AND o.id = m.member
        WHERE m.tenant = (SELECT key FROM directory_tenant WHERE id = @tenant) AND m.group_id = @group AND m.member > @after ORDER BY m.member LIMIT @max
        """;

    private const string TheseMembersToShow =
        """
        SELECT m.member, o.kind, o.body FROM json_each(@ids) g
        CROSS JOIN /*pg LATERAL (SELECT m.* FROM */ directory_member m /*pg WHERE m.tenant = (SELECT key FROM directory_tenant WHERE id = @tenant) AND m.group_id = @group AND m.member = g.value OFFSET 0) m */
        LEFT JOIN directory_object o ON o.tenant = m.tenant AND o.id = m.member
        WHERE m.tenant = (SELECT key FROM directory_tenant WHERE id = @tenant) AND m.group_id = @group AND m.member = g.value ORDER BY g.rowid
        """;

    /// <summary>A user and, without bodies, all groups it is in, through others too.</summary>
    private const string Membership =
        """
        WITH RECURSIVE tenant (key) AS (
            SELECT key FROM directory_tenant WHERE id = @tenant
        ), membership (id) AS (
            SELECT m.group_id FROM tenant CROSS JOIN directory_member m WHERE m.tenant = tenant.key AND m.member = @user
            UNION
            SELECT m.group_id FROM membership CROSS JOIN tenant CROSS JOIN directory_member m WHERE m.tenant = tenant.key AND m.member = membership.id
        )
        SELECT o.id, o.created, o.modified, o.version, o.body
        FROM tenant CROSS JOIN directory_object o WHERE o.tenant = tenant.key AND o.id = @user AND o.kind = @kind
        UNION ALL
        SELECT id, 0, 0, 0, NULL FROM membership
        """;

    /// <summary>Cut before the groups are read, here and below: there is one for each id.</summary>
    private const string GroupsOf =
        """
        SELECT o.id, o.created, o.modified, o.version, o.body
        FROM (
            SELECT group_id AS id FROM directory_member
            WHERE tenant = @tenant AND member = @member AND group_id > @after AND group_id <> @member ORDER BY group_id LIMIT @max
        ) page
        CROSS JOIN directory_object o WHERE o.tenant = @tenant AND o.id = page.id ORDER BY page.id
        """;

    private const string AllGroupsOf =
        """
        WITH RECURSIVE reached (id) AS (
            SELECT group_id FROM directory_member WHERE tenant = @tenant AND member = @member
            UNION
            SELECT m.group_id FROM reached CROSS JOIN directory_member m WHERE m.tenant = @tenant AND m.member = reached.id
        )
        SELECT o.id, o.created, o.modified, o.version, o.body
        FROM (SELECT id FROM reached WHERE id > @after AND id <> @member ORDER BY id LIMIT @max) page
        CROSS JOIN directory_object o WHERE o.tenant = @tenant AND o.id = page.id ORDER BY page.id
        """;

    /// <summary>As <see cref="GroupsOf"/>, and a group that is in itself.</summary>
    private const string ByMember =
        """
        SELECT o.id, o.created, o.modified, o.version, o.body
        FROM (SELECT group_id AS id FROM directory_member WHERE tenant = @tenant AND member = @member AND group_id > @after ORDER BY group_id LIMIT @max) page
        CROSS JOIN directory_object o WHERE o.tenant = @tenant AND o.id = page.id ORDER BY page.id
        """;

    private const string MembersOfGroup =
        """
        SELECT o.id, o.created, o.modified, o.version, o.body, o.kind FROM directory_member m CROSS JOIN directory_object o
        WHERE m.tenant = @tenant AND m.group_id = @group AND m.member > @after AND m.member <> @group AND o.tenant = @tenant AND o.id = m.member
        ORDER BY m.member LIMIT @max
        """;

    /// <summary>The groups in <c>@group</c>, itself the first of them.</summary>
    private const string Nest =
        """
        WITH RECURSIVE nest (id) AS (
            SELECT @group COLLATE BINARY
            UNION
            SELECT m.member FROM nest CROSS JOIN directory_member m WHERE m.tenant = @tenant AND m.nested = 1 AND m.group_id = nest.id
        )

        """;

    private const string SizeOfNest = Nest +
        "SELECT count(*), coalesce(sum(o.members), 0) FROM nest CROSS JOIN directory_object o WHERE o.tenant = @tenant AND o.id = nest.id";

    /// <summary>PostgreSQL would begin with the members in the span, be they in whichever group. Whoever is in a group of the group is in the group; the group itself is not, though a cycle leads back to it.</summary>
    private const string MembersOfNest = Nest +
        """
        SELECT o.id, o.created, o.modified, o.version, o.body, o.kind
        FROM (
            SELECT DISTINCT m.member AS id FROM nest CROSS JOIN /*pg LATERAL (SELECT m.* FROM */ directory_member m
            WHERE m.tenant = @tenant AND m.group_id = nest.id AND m.member > @begin AND m.member <= @end /*pg OFFSET 0) m */
        ) reached
        CROSS JOIN directory_object o
        WHERE o.tenant = @tenant AND o.id = reached.id AND reached.id <> @group ORDER BY reached.id LIMIT @max
        """;

    /// <summary>For the test of what SQLite makes of them.</summary>
    public static IReadOnlyList<string> LookUps =>
    [
        ByName, ByDisplayName, ByExternalId, ByMember, MembersToShow, TheseMembersToShow, Membership, GroupsOf, AllGroupsOf, MembersOfGroup, SizeOfNest, MembersOfNest,
    ];
}
