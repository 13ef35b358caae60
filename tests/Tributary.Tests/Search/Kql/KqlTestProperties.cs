namespace Tributary.Tests.Search.Kql;

/// <summary>The schema of these tests: a few names, ignoring case, and <c>headline</c> as another name of <c>title</c>.</summary>
internal static class KqlTestProperties
{
    private static readonly Dictionary<string, string> KeyByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["title"] = "title",
        ["headline"] = "title",
        ["author"] = "author",
        ["price"] = "price",
        ["due_date"] = "due_date",
    };

    public static string? KeyOrNull(string name) => KeyByName.GetValueOrDefault(name);
}
