using Microsoft.Graph.Models.ExternalConnectors;

namespace Tributary.ConformanceTests.Sdk;

/// <summary>A schema with a property of each type.</summary>
internal static class TypedSchema
{
    public static Schema Create() => new()
    {
        BaseType = "microsoft.graph.externalItem",
        Properties =
        [
            new Property { Name = "title", Type = PropertyType.String, IsSearchable = true, IsQueryable = true, IsRetrievable = true, Labels = [Label.Title] },
            Of("status", PropertyType.String),
            Of("votes", PropertyType.Int64),
            Of("weight", PropertyType.Double),
            Of("done", PropertyType.Boolean),
            Of("opened", PropertyType.DateTime),
            Of("tags", PropertyType.StringCollection),
            Of("levels", PropertyType.Int64Collection),
            Of("ratios", PropertyType.DoubleCollection),
            Of("dates", PropertyType.DateTimeCollection),
            new Property { Name = "secret", Type = PropertyType.String, IsQueryable = true },
        ],
    };

    private static Property Of(string name, PropertyType type) => new() { Name = name, Type = type, IsQueryable = true, IsRetrievable = true };
}
