namespace Tributary.Schemas;

/// <summary>The body of <c>PATCH</c> or <c>POST …/schema</c> as sent: readable, not yet checked.</summary>
internal sealed record SchemaBody
{
    public Sent<string> BaseType { get; init; }

    /// <summary>The elements that could be read, in the order sent.</summary>
    public IReadOnlyList<PropertyBody> Properties { get; init; } = [];

    /// <summary>How many elements were sent, unreadable ones too; 0 when the member is absent or null; null when it is no array.</summary>
    public int? PropertyCount { get; init; }
}

/// <summary>One element of <c>properties</c> as sent.</summary>
/// <param name="Path">Its JSON path, such as <c>$.properties[2]</c>.</param>
internal sealed record PropertyBody(string Path)
{
    public Sent<string> Name { get; init; }

    public Sent<PropertyType?> Type { get; init; }

    public Sent<bool?> IsSearchable { get; init; }

    public Sent<bool?> IsQueryable { get; init; }

    public Sent<bool?> IsRetrievable { get; init; }

    public Sent<bool?> IsRefinable { get; init; }

    public Sent<bool?> IsExactMatchRequired { get; init; }

    /// <summary>Each with its JSON path: the index alone would be wrong once an unreadable neighbour is left out.</summary>
    public Sent<IReadOnlyList<(Label Value, string Path)>> Labels { get; init; }

    public Sent<IReadOnlyList<(string Value, string Path)>> Aliases { get; init; }

    public Sent<ImportanceScore?> RankingHint { get; init; }

    public Sent<string> Description { get; init; }

    public string PathOf(string member) => $"{Path}.{member}";
}
