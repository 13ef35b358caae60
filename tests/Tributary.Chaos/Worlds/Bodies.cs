using System.Text.Json;

namespace Tributary.Chaos.Worlds;

/// <summary>The bodies of requests.</summary>
internal static class Bodies
{
    public static string Put(string item, string stamp, long number, string colour, IEnumerable<AclEntry> acl) => JsonSerializer.Serialize(
        new { acl = Acl(acl), properties = Properties(item, stamp, number, colour), content = Content(stamp) });

    public static string PatchAcl(IEnumerable<AclEntry> acl) => JsonSerializer.Serialize(new { acl = Acl(acl) });

    /// <summary>Everything but the access list, which stays.</summary>
    public static string PatchText(string item, string stamp, long number, string colour) => JsonSerializer.Serialize(
        new { properties = Properties(item, stamp, number, colour), content = Content(stamp) });

    public static string Group(string id) => JsonSerializer.Serialize(new { id, displayName = "Group " + id });

    public static string Member(string id, string type) => JsonSerializer.Serialize(new { id, type });

    /// <param name="query">What is asked for: <c>*</c>, a lane, an item's id, a stamp, or <c>colour:</c> and a colour.</param>
    /// <param name="from">Hits to pass over.</param>
    /// <param name="size">Hits of a page.</param>
    /// <param name="counts">Whether colours are counted.</param>
    /// <param name="isSorted">By number, so that pages follow no score.</param>
    public static string Search(string query, int from, int size, bool counts, bool isSorted)
    {
        var request = new Dictionary<string, object>
        {
            ["entityTypes"] = new[] { "externalItem" },
            ["contentSources"] = new[] { "/external/connections/" + World.Connection },
            ["query"] = new { queryString = query },
            ["from"] = from,
            ["size"] = size,
        };
        if (counts)
        {
            request["aggregations"] = new[] { new { field = "colour", size = 100, bucketDefinition = new { sortBy = "count", isDescending = true, minimumCount = 0 } } };
        }

        if (isSorted)
        {
            request["sortProperties"] = new[] { new { name = "number", isDescending = false } };
        }

        return JsonSerializer.Serialize(new { requests = new[] { request } });
    }

    private static object Properties(string item, string stamp, long number, string colour) =>
        new { title = $"{World.LaneOf(item)} {item} {stamp}", stamp, colour, number };

    private static object Content(string stamp) => new { type = "text", value = $"What {stamp} says of it, and nothing else." };

    private static IEnumerable<object> Acl(IEnumerable<AclEntry> acl) =>
        acl.Select(entry => new { type = entry.Type, value = entry.Value, accessType = entry.IsGrant ? "grant" : "deny" });
}
