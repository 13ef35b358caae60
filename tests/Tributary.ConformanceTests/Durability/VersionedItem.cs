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

    public static string Body(string id, long version, int contentLength = 200) => JsonSerializer.Serialize(new
    {
        acl = (object[])
        [
            new { type = "everyone", value = "everyone", accessType = "grant" },
            new { type = "user", value = DeniedUser(version), accessType = "deny" },
        ],
        properties = new { title = $"Version {version} of {id}" },
        content = new { type = "text", value = $"{CommonWord} {Word(id, version)} {new string('x', contentLength)}" },
    });

    /// <summary>A word that only this version of this item has.</summary>
    public static string Word(string id, long version) => string.Create(CultureInfo.InvariantCulture, $"{id}v{version}");

    /// <summary>The version that an item's answer shows; fails when its parts are of different versions.</summary>
    public static long VersionOf(string id, JsonElement item)
    {
        string title = item.GetProperty("properties").GetProperty("title").GetString()!;
        long version = long.Parse(title.Split(' ')[1], CultureInfo.InvariantCulture);
        Assert.Equal($"Version {version} of {id}", title);
        Assert.Equal(Word(id, version), item.GetProperty("content").GetProperty("value").GetString()!.Split(' ')[1]);
        Assert.Equal(DeniedUser(version), item.GetProperty("acl")[1].GetProperty("value").GetString());
        return version;
    }

    private static string DeniedUser(long version) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-0000-0000-{version:x12}");
}
