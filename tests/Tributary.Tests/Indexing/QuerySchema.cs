using Tributary.Schemas;

namespace Tributary.Tests.Indexing;

/// <summary>A schema with a property of every type, and with attributes that differ.</summary>
internal static class QuerySchema
{
    public static readonly Schema Schema = new(
    [
        new Property { Name = "title", Type = PropertyType.String, IsSearchable = true, IsQueryable = true, IsRetrievable = true, Labels = [Label.Title] },
        new Property { Name = "notes", Type = PropertyType.StringCollection, IsSearchable = true, IsQueryable = true },
        new Property { Name = "hidden", Type = PropertyType.String, IsSearchable = true },
        new Property { Name = "code", Type = PropertyType.String, IsQueryable = true, IsExactMatchRequired = true },
        new Property { Name = "codes", Type = PropertyType.StringCollection, IsQueryable = true, IsExactMatchRequired = true },
        new Property { Name = "priority", Type = PropertyType.Int64, IsQueryable = true },
        new Property { Name = "sizes", Type = PropertyType.Int64Collection, IsQueryable = true },
        new Property { Name = "weight", Type = PropertyType.Double, IsQueryable = true },
        new Property { Name = "rates", Type = PropertyType.DoubleCollection, IsQueryable = true },
        new Property { Name = "done", Type = PropertyType.Boolean, IsQueryable = true },
        new Property { Name = "due", Type = PropertyType.DateTime, IsQueryable = true },
        new Property { Name = "dates", Type = PropertyType.DateTimeCollection, IsQueryable = true },
        new Property { Name = "secret", Type = PropertyType.Int64 },
    ]);
}
