using Tributary.Schemas;

namespace Tributary.Indexing;

/// <summary>Whether a schema update changes how the items that are there have to be indexed. One that only adds properties does not: no item has a value of them yet.</summary>
internal static class IndexedForm
{
    /// <summary>
    /// Whether documents that were made by <paramref name="older"/> are those that <paramref name="newer"/> would make of the same items. What is read when a query comes
    /// (<c>isRetrievable</c>, aliases, weights, most labels) does not matter. The labels that documents are made by are those of the title and of the last modification.
    /// </summary>
    public static bool IsSame(Schema older, Schema newer) =>
        older.Properties.All(property => newer.FindOrNull(property.Name) is { } update && IsSame(property, update));

    private static bool IsSame(Property older, Property newer) =>
        older.Type == newer.Type
        && older.IsSearchable == newer.IsSearchable
        && older.IsQueryable == newer.IsQueryable
        && older.IsRefinable == newer.IsRefinable
        && older.IsExactMatchRequired == newer.IsExactMatchRequired
        && older.Labels.Contains(Label.LastModifiedDateTime) == newer.Labels.Contains(Label.LastModifiedDateTime)
        && (!older.IsSearchable || older.Labels.Contains(Label.Title) == newer.Labels.Contains(Label.Title));
}
