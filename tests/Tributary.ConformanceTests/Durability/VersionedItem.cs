using System.Globalization;
using System.Text.Json;

namespace Tributary.ConformanceTests.Durability;

/// <summary>Items whose title, content and access list all name the same version, so that one that is only half there shows.</summary>
internal static class VersionedItem
{
    /// <summary>A word of every item's content.</summary>
    public const string CommonWord = "durable";

    /// <summary>The schema with some more properties, as connectors extend theirs over time.</summary>
    public static string Schema(int extra) => JsonSerializer.Serialize(new
    {
        baseType = "microsoft.graph.externalItem",
        properties = (object[])
        [
            new { name = "title", type = "string", isSearchable = true, isQueryable = true, isRetrievable = true },
            .. Enumerable.Range(1, extra).Select(i => new { name = $"extra{i}", type = "string", isRetrievable = true }),
        ],
    });

    public static string Body(string id, long version, int contentLength = 200) => Json(Members(id, version, version, version, contentLength));

    /// <summary>A body with some of an item's parts, each of a version of its own; null leaves a part out.</summary>
    public static string PartialBody(string id, long? acl, long? title, long? content) => Json(Members(id, acl, title, content, contentLength: 200));

    public static string Json(IReadOnlyDictionary<string, object> members) => JsonSerializer.Serialize(members);

    public static Dictionary<string, object> Members(string id, long? acl, long? title, long? content, int contentLength)
    {
        var members = new Dictionary<string, object>();
        if (acl is { } ofAcl)
        {
            members["acl"] = (object[])
            [
                new { type = "everyone", value = "everyone", accessType = "grant" },
                new { type = "user", value = DeniedUser(ofAcl), accessType = "deny" },
            ];
        }

        if (title is { } ofTitle)
        {
            members["properties"] = new { title = $"Version {ofTitle} of {id}" };
        }

        if (content is { } ofContent)
        {
            members["content"] = new { type = "text", value = $"{CommonWord} {Word(id, ofContent)} {new string('x', contentLength)}" };
        }

        return members;
    }

    /// <summary>An activity of the seeded reader, as it is sent along with an item or alone.</summary>
    public static Dictionary<string, object> Viewed(DateTimeOffset started) => new()
    {
        ["@odata.type"] = "#microsoft.graph.externalConnectors.externalActivity",
        ["type"] = "viewed",
        ["startDateTime"] = started,
        ["performedBy"] = new { type = "user", id = ServerProcess.ReaderId },
    };

    /// <summary>A word that only this version of this item has.</summary>
    public static string Word(string id, long version) => string.Create(CultureInfo.InvariantCulture, $"{id}v{version}");

    /// <summary>The version that an item's answer shows; fails when its parts are of different versions.</summary>
    public static long VersionOf(string id, JsonElement item)
    {
        (long acl, long title, long content) = PartsOf(id, item);
        Assert.True(acl == title && title == content, $"{id} has the access list of version {acl}, the title of {title} and the content of {content}.");
        return title;
    }

    /// <summary>The versions of its parts that an item's answer shows.</summary>
    public static (long Acl, long Title, long Content) PartsOf(string id, JsonElement item)
    {
        string title = item.GetProperty("properties").GetProperty("title").GetString()!;
        long ofTitle = long.Parse(title.Split(' ')[1], CultureInfo.InvariantCulture);
        Assert.Equal($"Version {ofTitle} of {id}", title);
        string word = item.GetProperty("content").GetProperty("value").GetString()!.Split(' ')[1];
        long ofContent = long.Parse(word[(id.Length + 1)..], CultureInfo.InvariantCulture);
        Assert.Equal(Word(id, ofContent), word);
        string denied = item.GetProperty("acl")[1].GetProperty("value").GetString()!;
        long ofAcl = long.Parse(denied[^12..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Assert.Equal(DeniedUser(ofAcl), denied);
        return (ofAcl, ofTitle, ofContent);
    }

    private static string DeniedUser(long version) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-0000-0000-{version:x12}");
}
