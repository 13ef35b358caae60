using System.Text.Json;

namespace Tributary.Chaos.Worlds;

/// <summary>Who and what there is: fixed, so that two runs differ by their seed alone.</summary>
internal static class World
{
    public const string Connection = "chaos";
    public const string ConnectionPath = "/v1.0/external/connections/" + Connection;
    public const string ItemsPath = ConnectionPath + "/items/";
    public const string GroupsPath = ConnectionPath + "/groups";
    public const string SearchPath = "/v1.0/search/query";

    public const string Tenant = "7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f";
    public const string App = "d310d35d-72ec-47dd-92f2-fb9c40936555";

    /// <summary>The caller's name of whatever is sent by the application.</summary>
    public const string Application = "app";

    /// <summary>Refined by, and searched for: another one with most writes of an item.</summary>
    public static readonly IReadOnlyList<string> Colours = ["amber", "blue", "coral", "denim", "ebony"];

    private const string Staff = "c4a05000-0000-4000-8000-0000000000e1";
    private const string Visitors = "c4a05000-0000-4000-8000-0000000000e2";

    public static readonly IReadOnlyList<string> DirectoryGroups = [Staff, Visitors];

    public static readonly IReadOnlyList<string> ExternalGroups = ["east", "west", "north", "south", "inner"];

    public static readonly IReadOnlyList<Person> People =
    [
        new("ada@chaos.test", "c4a05000-0000-4000-8000-0000000000a1", IsGuest: false, [Staff]),
        new("ben@chaos.test", "c4a05000-0000-4000-8000-0000000000a2", IsGuest: false, [Staff, Visitors]),
        new("cyd@chaos.test", "c4a05000-0000-4000-8000-0000000000a3", IsGuest: false, []),
        new("gus@chaos.test", "c4a05000-0000-4000-8000-0000000000a4", IsGuest: true, [Visitors]),
    ];

    public const string Schema =
        """
        { "baseType": "microsoft.graph.externalItem", "properties": [
          { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["title"] },
          { "name": "stamp", "type": "string", "isQueryable": true, "isRetrievable": true },
          { "name": "colour", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "number", "type": "int64", "isQueryable": true, "isRetrievable": true, "isRefinable": true } ] }
        """;

    /// <summary>The word that all items of a lane have for good, which their ids begin with: <c>lane03</c> of <c>lane03x07</c>.</summary>
    public static string LaneOf(string item)
    {
        int end = item.IndexOf('x', StringComparison.Ordinal);
        return end < 0 ? item : item[..end];
    }

    /// <summary>The seed file of every node: sign-in and directory in one.</summary>
    public static string SeedFile() => JsonSerializer.Serialize(new
    {
        users = People.Select(person => new { userPrincipalName = person.Name, oid = person.Id, guest = person.IsGuest, groups = person.Groups }),
        groups = DirectoryGroups.Select(id => new { id, displayName = "Group " + id[^2..] }),
    });
}
