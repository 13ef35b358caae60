using System.Text.Json;

namespace Tributary.Tests.Hosting;

/// <summary>Follows a list page by page, as clients do.</summary>
internal static class Paging
{
    /// <summary>Adds the ids of a page and gives the link to the next.</summary>
    public static string? NextOrNull(Answer page, List<string> ids)
    {
        page.ShouldBe(200);
        ids.AddRange(page.Json.GetProperty("value").EnumerateArray().Select(entity => entity.GetProperty("id").GetString()!));
        return LinkOrNull(page);
    }

    public static string? LinkOrNull(Answer page) => page.Json.TryGetProperty("@odata.nextLink", out JsonElement link) ? link.GetString() : null;

    public static string[] Ids(Answer page) =>
        [.. page.ShouldBe(200).Json.GetProperty("value").EnumerateArray().Select(entity => entity.GetProperty("id").GetString()!)];
}
