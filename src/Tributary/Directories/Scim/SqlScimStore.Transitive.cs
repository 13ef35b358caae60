using Tributary.Storage;

namespace Tributary.Directories.Scim;

/// <summary>
/// Members through groups in groups, a page at a time in the order of their ids. Nothing is kept from page to page, so each begins with the groups in the group, which are few
/// beside their members. Then it reads the members of those groups within a span of ids, and not all of them to sort: the span is made of the ids that there are, as
/// wide as the page is likely to need and wider if it was not. So all pages together read each membership about once.
/// </summary>
internal sealed partial class SqlScimStore
{
    /// <summary>Memberships for each member asked for, up to which they are read as a whole.</summary>
    private const int WholeFactor = 4;

    private const int SpanFactor = 4;
    private const int SpanMargin = 16;

    /// <summary>After every id: those are hexadecimal digits. Members may be named by anything, but only those that are there are listed.</summary>
    private const string LastId = "g";

    private static List<(ScimKind Kind, ScimRecord Record)> TransitiveMembers(SqlSession session, long tenant, string group, string after, int max)
    {
        var members = new List<(ScimKind, ScimRecord)>();
        (long groups, long memberships) = Size(session, tenant, group);
        if (groups == 1)
        {
            return DirectMembers(session, tenant, group, after, max);
        }

        long span = memberships <= (long)WholeFactor * max ? long.MaxValue : max * Math.Max(1, Objects(session, tenant) / memberships);
        string? end = after;
        while (members.Count < max && end is not null)
        {
            string begin = end;
            end = span == long.MaxValue ? null : IdOrNull(session, tenant, begin, span);
            int before = members.Count;
            Read(members, session.Query(MembersOfNest, group, tenant, begin, end ?? LastId, max - members.Count));
            int found = members.Count - before;
            span = found == 0 ? span * SpanFactor : ((max - members.Count) * span / found) + SpanMargin;
        }

        return members;
    }

    private static List<(ScimKind Kind, ScimRecord Record)> DirectMembers(SqlSession session, long tenant, string group, string after, int max)
    {
        var members = new List<(ScimKind, ScimRecord)>();
        Read(members, session.Query(MembersOfGroup, tenant, group, after, max));
        return members;
    }

    private static void Read(List<(ScimKind Kind, ScimRecord Record)> members, SqlReader reader)
    {
        using (reader)
        {
            while (reader.Read())
            {
                members.Add(((ScimKind)reader.GetInt32(5), Record(reader)));
            }
        }
    }

    /// <summary>How many groups there are in a group, itself included, and how many members those have, counting each as often as it is in one.</summary>
    private static (long Groups, long Memberships) Size(SqlSession session, long tenant, string group)
    {
        using SqlReader reader = session.Query(SizeOfNest, group, tenant);
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static long Objects(SqlSession session, long tenant) => session.ScalarOrNull("SELECT users + groups FROM directory_tenant WHERE key = @key", tenant) ?? 0;

    /// <summary>The id that comes so many after another one; null beyond the last.</summary>
    private static string? IdOrNull(SqlSession session, long tenant, string after, long count)
    {
        using SqlReader reader = session.Query(
            "SELECT id FROM directory_object WHERE tenant = @tenant AND id > @after ORDER BY id LIMIT 1 OFFSET @count", tenant, after, count - 1);
        return reader.Read() ? reader.GetString(0) : null;
    }
}
