using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Search;

/// <summary>
/// Whether the members of a request that are known (search 3.2, 3.3) are of their JSON types. What is of another is told with its path and not passed over: an order or a filter
/// that is silently not there gives an answer to another question. Booleans and whole numbers may be texts (3.6); texts are nothing else, as a number has many spellings.
/// </summary>
internal sealed class RequestShape
{
    /// <summary>No error tells more, however long a list is that is not counted.</summary>
    private const int MaxTold = 100;

    private static readonly Shape Text = new("a text");
    private static readonly Shape Boolean = new("true or false");
    private static readonly Shape Any = new("");

    /// <summary>Numbers are looked at where their bounds are, Booleans of sort keys and aggregations where they are read.</summary>
    private static readonly Shape Request = Object(
        ("query", Object(("queryString", Text), ("queryTemplate", Text), ("query_string", Object(("query", Text))))),
        ("contentSources", ArrayOf(Text with { IsNullable = true })),
        ("fields", ArrayOf(Text)),
        ("stored_fields", ArrayOf(Text)),
        ("sortProperties", ArrayOf(Object(("name", Text)))),
        ("aggregations", ArrayOf(Object(
            ("field", Text),
            ("bucketDefinition", Object(("sortBy", Text), ("prefixFilter", Text), ("ranges", ArrayOf(Object(("from", Text), ("to", Text))))))))),
        ("aggregationFilters", ArrayOf(Any)),
        ("collapseProperties", ArrayOf(Object(("fields", ArrayOf(Text))))),
        ("queryAlterationOptions", Object(("enableSuggestion", Boolean), ("enableModification", Boolean))),
        ("resultTemplateOptions", Object(("enableResultTemplate", Boolean)) with { IsOneOrMany = true }),
        ("sharePointOneDriveOptions", Object()),
        ("enableTopResults", Boolean),
        ("region", Text),
        ("trimDuplicates", Boolean));

    private readonly HashSet<string> _wrong = new(StringComparer.Ordinal);
    private readonly List<SearchError> _problems;

    /// <param name="request">The request.</param>
    /// <param name="path">Its own.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public RequestShape(JsonElement request, string path, List<SearchError> problems)
    {
        _problems = problems;
        Check(request, Request, path);
    }

    /// <summary>Whether what is at a path, or what it lies in, has been told to be of another type.</summary>
    public bool IsWrong(string path) => _wrong.Contains(path);

    private void Check(JsonElement element, Shape shape, string path)
    {
        if (shape.IsOneOrMany && element.ValueKind == JsonValueKind.Array)
        {
            shape = ArrayOf(shape with { IsOneOrMany = false });
        }

        if (shape.Element is { } of && element.ValueKind == JsonValueKind.Array)
        {
            foreach ((int i, JsonElement one) in element.EnumerateArray().Index())
            {
                if (_wrong.Count > MaxTold)
                {
                    return;
                }

                string at = $"{path}[{i}]";
                if (one.ValueKind != JsonValueKind.Null)
                {
                    Check(one, of, at);
                }
                else if (of != Any && !of.IsNullable)
                {
                    Add(at, of.Name);
                }
            }
        }
        else if (shape.Members is { } members && element.ValueKind == JsonValueKind.Object)
        {
            foreach ((string name, Shape member) in members)
            {
                if (element.Member(name) is { ValueKind: not JsonValueKind.Null } value)
                {
                    Check(value, member, $"{path}.{name}");
                }
            }
        }
        else if (shape.Name == Text.Name && element.ValueKind == JsonValueKind.String)
        {
            if (!GraphObject.TryGetText(element, out _))
            {
                Add(path, "a text, and has half of a surrogate pair");
            }
        }
        else if (shape != Any && !(shape == Boolean && IsBoolean(element)))
        {
            Add(path, shape.Name);
        }
    }

    private void Add(string path, string name)
    {
        _wrong.Add(path);
        _problems.Add(SearchErrors.Entity($"{path} must be {name}"));
    }

    private static bool IsBoolean(JsonElement element) => element.ValueKind is JsonValueKind.True or JsonValueKind.False
        || (element.ValueKind == JsonValueKind.String && GraphObject.TryGetText(element, out string? text) && bool.TryParse(text, out _));

    private static Shape Object(params (string Name, Shape Shape)[] members) => new("an object") { Members = members };

    private static Shape ArrayOf(Shape element) => new("an array") { Element = element };

    /// <param name="Name">What a value must be, in words.</param>
    private sealed record Shape(string Name)
    {
        public IReadOnlyList<(string Name, Shape Shape)>? Members { get; init; }

        public Shape? Element { get; init; }

        /// <summary>Of an element: null is an empty one, which is looked at elsewhere.</summary>
        public bool IsNullable { get; init; }

        /// <summary>One object in the metadata, a collection in the reference.</summary>
        public bool IsOneOrMany { get; init; }
    }
}
