using Tributary.Schemas;
using Tributary.Search;

namespace Tributary.Indexing.Ranking;

/// <summary>How much a property matters. Lengths of all properties of one class are averaged together, whatever their names and connections.</summary>
internal enum WeightClass
{
    Low,
    Medium,
    High,
    VeryHigh,
    Title,
}

/// <param name="Field">The words of a property.</param>
/// <param name="Class">Its class.</param>
/// <param name="Weight">What a word in it counts beside the 1 that it counts as a word of the item.</param>
internal readonly record struct WeightedField(string Field, WeightClass Class, float Weight)
{
    /// <summary>Each is looked up for every word; beyond these, the weightiest, properties count as the content does.</summary>
    public const int MaxOfSchema = 16;

    /// <summary>The searchable properties that count more than the content, the weightiest first. Read anew for each query, so that a changed hint needs no other index.</summary>
    public static IReadOnlyList<WeightedField> Of(Schema schema, RankingOptions ranking) =>
    [
        .. schema.Properties.Where(property => property.IsSearchable && !property.IsExactMatchRequired)
            .Select(property => (property, of: ClassOf(property)))
            .Select(pair => new WeightedField(IndexFields.Words(pair.property), pair.of, (float)WeightOf(pair.of, ranking)))
            .Where(field => field.Weight > 0)
            .OrderByDescending(field => field.Class)
            .Take(MaxOfSchema),
    ];

    public static WeightClass ClassOf(Property property) => property.Labels.Contains(Label.Title) ? WeightClass.Title : property.RankingHint switch
    {
        ImportanceScore.Low => WeightClass.Low,
        ImportanceScore.High => WeightClass.High,
        ImportanceScore.VeryHigh => WeightClass.VeryHigh,
        _ => WeightClass.Medium,
    };

    private static double WeightOf(WeightClass of, RankingOptions ranking) => of switch
    {
        WeightClass.Title => ranking.TitleWeight,
        WeightClass.VeryHigh => ranking.VeryHighWeight,
        WeightClass.High => ranking.HighWeight,
        WeightClass.Medium => ranking.MediumWeight,
        _ => ranking.LowWeight,
    };
}
