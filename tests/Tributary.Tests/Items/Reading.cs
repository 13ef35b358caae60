using System.Text;
using System.Text.Json;
using Tributary.Graph;
using Tributary.Items;
using Tributary.Schemas;

namespace Tributary.Tests.Items;

/// <summary>Reads bodies of items against one schema that has a property of each type.</summary>
internal static class Reading
{
    public const string Acl = "\"acl\":[{\"type\":\"everyone\",\"value\":\"everyone\",\"accessType\":\"grant\"}]";

    public static readonly Schema Schema = new(
    [
        Of("title", PropertyType.String),
        Of("priority", PropertyType.Int64),
        Of("rating", PropertyType.Double),
        Of("opened", PropertyType.DateTime),
        Of("isUrgent", PropertyType.Boolean),
        Of("tags", PropertyType.StringCollection),
        Of("counts", PropertyType.Int64Collection),
        Of("scores", PropertyType.DoubleCollection),
        Of("visits", PropertyType.DateTimeCollection),
        Of("author", PropertyType.Principal),
        Of("readers", PropertyType.PrincipalCollection),
    ]);

    /// <summary>Bodies may hold what is no Unicode text, so they are bytes as soon as possible.</summary>
    public static (ItemWrite? Write, Problems Problems) Item(
        byte[] body, ItemOptions? options = null, GraphVersion version = GraphVersion.V1, bool isPeople = false, string id = "T4711")
    {
        using var document = JsonDocument.Parse(body);
        var problems = new Problems();
        ItemRules.ReadIdOrNull(id, options ?? new(), problems);
        Assert.Empty(problems);
        ItemId.TryParse(id, isLenient: true, out ItemId itemId);
        return (ItemReader.ReadOrNull(document.RootElement, itemId, version, Schema, isPeople, options ?? new(), problems), problems);
    }

    public static (ItemWrite? Write, Problems Problems) Item(
        string body, ItemOptions? options = null, GraphVersion version = GraphVersion.V1, bool isPeople = false, string id = "T4711") =>
        Item(Encoding.UTF8.GetBytes(body), options, version, isPeople, id);

    /// <summary>The stored text of a <c>properties</c> object, or null; and what is wrong.</summary>
    public static (string? Stored, Problems Problems) Properties(string properties, ItemOptions? options = null)
    {
        (ItemWrite? write, Problems problems) = Item($$"""{"properties":{{properties}}}""", options);
        return (write?.Properties is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null, problems);
    }

    public static void Accepts(string properties, string? stored = null, ItemOptions? options = null)
    {
        (string? text, Problems problems) = Properties(properties, options);
        Assert.Empty(problems);
        Assert.Equal(stored ?? properties, text);
    }

    /// <summary>Expects exactly one problem.</summary>
    public static Problem Refuses(string properties, string path, string code, ItemOptions? options = null)
    {
        (string? text, Problems problems) = Properties(properties, options);
        Assert.Null(text);
        Problem problem = Assert.Single(problems);
        Assert.Equal((path, code), (problem.Path, problem.Code));
        return problem;
    }

    private static Property Of(string name, PropertyType type) => new() { Name = name, Type = type };
}
