using System.Buffers;
using System.Text.Unicode;

namespace Tributary.Schemas;

/// <summary><c>importanceScore</c> of a <c>rankingHint</c> (beta).</summary>
internal enum ImportanceScore
{
    Low = 0,
    Medium = 1,
    High = 2,
    VeryHigh = 3,
}

/// <summary>One property of a schema with every default filled in (external-connectors 4.1).</summary>
internal sealed record Property
{
    /// <summary>1 to 32 letters and digits, unique in its schema ignoring case.</summary>
    public required string Name { get; init; }

    public required PropertyType Type { get; init; }

    /// <summary>The value goes to the full text index; only text types.</summary>
    public bool IsSearchable { get; init; }

    /// <summary>Usable as <c>name:value</c> in a query.</summary>
    public bool IsQueryable { get; init; }

    /// <summary>May be returned in a hit.</summary>
    public bool IsRetrievable { get; init; }

    /// <summary>Usable for aggregations, filters and sorting; excludes <see cref="IsSearchable"/>.</summary>
    public bool IsRefinable { get; init; }

    /// <summary>Beta: the whole value is one token; only text that is not searchable.</summary>
    public bool IsExactMatchRequired { get; init; }

    public IReadOnlyList<Label> Labels { get; init; } = [];

    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Beta: weight of a searchable, unlabelled text property; null when none was set.</summary>
    public ImportanceScore? RankingHint { get; init; }

    /// <summary>At most 200 characters; null when none was set.</summary>
    public string? Description { get; init; }
}

/// <summary>A registered schema: its properties in the order they were first sent.</summary>
internal sealed class Schema(IReadOnlyList<Property> properties)
{
    public const string BaseType = "microsoft.graph.externalItem";

    private const int MaxNameLengthOnStack = 64;

    private readonly Dictionary<string, int> _indexes = IndexesOf(properties);

    public IReadOnlyList<Property> Properties { get; } = properties;

    /// <summary>Property names are matched ignoring case, as they are unique ignoring case (S3).</summary>
    public Property? FindOrNull(string name) => _indexes.TryGetValue(name, out int index) ? Properties[index] : null;

    /// <summary>
    /// The place of a property in <see cref="Properties"/>, or -1: for those who walk the JSON of an item and would rather not make a string of each name.
    /// </summary>
    public int IndexOf(ReadOnlySpan<byte> utf8Name)
    {
        // No name has more characters than bytes.
        Span<char> name = utf8Name.Length <= MaxNameLengthOnStack ? stackalloc char[MaxNameLengthOnStack] : new char[utf8Name.Length];
        return Utf8.ToUtf16(utf8Name, name, out _, out int length, replaceInvalidSequences: false) == OperationStatus.Done
            && _indexes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[..length], out int index)
                ? index
                : -1;
    }

    private static Dictionary<string, int> IndexesOf(IReadOnlyList<Property> properties)
    {
        var indexes = new Dictionary<string, int>(properties.Count, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < properties.Count; i++)
        {
            indexes.Add(properties[i].Name, i);
        }

        return indexes;
    }
}
