using System.Text.Json;

namespace Tributary.Graph;

/// <summary>
/// A JSON object of a request, read as a declared Graph type. Reading never throws: what does not fit is added to the <see cref="Problems"/> with its JSON
/// path, and the member reads as absent. Names are matched ignoring case; annotations (<c>@odata.…</c>, <c>x@odata.…</c>) may stand anywhere.
/// </summary>
/// <remarks>
/// This is the one list of wire leniency (design 14): enum text in any letter case or as number, Booleans as <c>"true"</c>/<c>"false"</c>, a bare string
/// for <c>aliases</c>, all of them unless <see cref="GraphOptions.StrictValues"/> is set; and undeclared members, where
/// <see cref="GraphOptions.UnknownMembers"/> says so.
/// </remarks>
internal sealed class GraphObject
{
    private readonly Dictionary<string, JsonElement> _members;
    private readonly Problems _problems;

    private GraphObject(GraphType type, string path, Problems problems, Dictionary<string, JsonElement> members)
    {
        Type = type;
        Path = path;
        _problems = problems;
        _members = members;
    }

    public GraphType Type { get; }

    public string Path { get; }

    /// <summary>Members of an open type that are not declared, in the order sent, annotations included. Empty on closed types.</summary>
    public List<KeyValuePair<string, JsonElement>> Dynamic { get; } = [];

    /// <summary>Reads <paramref name="element"/> as <paramref name="type"/>; null, with a problem added, when it is no object.</summary>
    public static GraphObject? Open(JsonElement element, string path, GraphType type, GraphVersion version, Problems problems)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            problems.Shape(path, WrongShape(path));
            return null;
        }

        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var result = new GraphObject(type, path, problems, members);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (problems.IsFull)
            {
                break;
            }

            if (NameOrNull(property) is not { } name)
            {
                problems.Shape($"{path}.?", "The name of a property is no Unicode text: it has half of a surrogate pair.");
                continue;
            }

            if (name.Contains('@', StringComparison.Ordinal))
            {
                result.ReadAnnotation(name, property.Value);
                continue;
            }

            string? declared = type.DeclaredNameOrNull(name, version);
            if (declared is null)
            {
                if (type.IsOpen)
                {
                    result.Dynamic.Add(new(name, property.Value));
                }
                else if (problems.UnknownMembers == UnknownMembers.Refuse)
                {
                    problems.Shape($"{path}.{name}", Undeclared(name, type, version));
                }
            }
            else if (!members.TryAdd(declared, property.Value))
            {
                problems.Shape($"{path}.{name}", $"The property '{declared}' stands more than once.");
            }
        }

        return result;
    }

    public string PathOf(string name) => $"{Path}.{name}";

    /// <summary>Whether the member was sent, be it null.</summary>
    public bool Has(string name) => _members.ContainsKey(name);

    public bool IsNull(string name) => _members.TryGetValue(name, out JsonElement value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>The member's value, or null when it is absent or JSON null.</summary>
    public JsonElement? ValueOrNull(string name) =>
        _members.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? StringOrNull(string name) => ValueOrNull(name) is { } value ? StringOf(value, PathOf(name)) : null;

    public bool? BooleanOrNull(string name)
    {
        if (ValueOrNull(name) is not { } value)
        {
            return null;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.String when !_problems.IsStrict && bool.TryParse(StringOf(value, PathOf(name)), out bool parsed):
                return parsed;
            default:
                _problems.Shape(PathOf(name), WrongShape(PathOf(name)));
                return null;
        }
    }

    public int? Int32OrNull(string name)
    {
        if (ValueOrNull(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number))
        {
            return number;
        }

        _problems.Shape(PathOf(name), WrongShape(PathOf(name)));
        return null;
    }

    public T? EnumOrNull<T>(string name)
        where T : struct, Enum => ValueOrNull(name) is { } value ? EnumOf<T>(value, PathOf(name)) : null;

    /// <summary>A collection of strings. Null when the member is absent, null or, with a problem added, no collection.</summary>
    public IReadOnlyList<string>? StringsOrNull(string name) => LocatedStringsOrNull(name)?.Select(located => located.Text).ToList();

    /// <summary><see cref="StringsOrNull"/>, each with its path: an element that is no string is left out, so an index would not do.</summary>
    /// <param name="name">The member.</param>
    /// <param name="takesBareString">Whether a bare string counts as one element, as published samples have it for <c>aliases</c>, and for nothing else.</param>
    public IReadOnlyList<(string Text, string Path)>? LocatedStringsOrNull(string name, bool takesBareString = false)
    {
        if (ValueOrNull(name) is not { } value)
        {
            return null;
        }

        if (takesBareString && value.ValueKind == JsonValueKind.String && !_problems.IsStrict)
        {
            return StringOf(value, PathOf(name)) is { } single ? [(single, PathOf(name))] : null;
        }

        var strings = new List<(string, string)>();
        foreach ((JsonElement element, string path) in Elements(name))
        {
            if (StringOf(element, path) is { } text)
            {
                strings.Add((text, path));
            }
        }

        return value.ValueKind == JsonValueKind.Array ? strings : null;
    }

    public IReadOnlyList<T>? EnumsOrNull<T>(string name)
        where T : struct, Enum
    {
        if (ValueOrNull(name) is not { ValueKind: JsonValueKind.Array })
        {
            if (ValueOrNull(name) is { } wrong)
            {
                _problems.Shape(PathOf(name), WrongShape(PathOf(name)));
            }

            return null;
        }

        var values = new List<T>();
        foreach ((JsonElement element, string path) in Elements(name))
        {
            if (EnumOf<T>(element, path) is { } parsed)
            {
                values.Add(parsed);
            }
        }

        return values;
    }

    /// <summary>The elements of an array member with their paths; nothing, with a problem added, when the member is no array.</summary>
    public IEnumerable<(JsonElement Element, string Path)> Elements(string name)
    {
        if (ValueOrNull(name) is not { } value)
        {
            yield break;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            _problems.Shape(PathOf(name), WrongShape(PathOf(name)));
            yield break;
        }

        int index = 0;
        foreach (JsonElement element in value.EnumerateArray())
        {
            if (_problems.IsFull)
            {
                yield break;
            }

            yield return (element, $"{PathOf(name)}[{index++}]");
        }
    }

    public GraphObject? ObjectOrNull(string name, GraphType type, GraphVersion version) =>
        ValueOrNull(name) is { } value ? Open(value, PathOf(name), type, version, _problems) : null;

    /// <summary>The text of a JSON string; null, with a problem added, for other kinds and for lone surrogates, which no UTF-8 can carry.</summary>
    public string? StringOf(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.String && TryGetText(value, out string? text))
        {
            return text;
        }

        _problems.Shape(path, WrongShape(path));
        return null;
    }

    /// <summary>The name of a member; null when it has a lone surrogate escape, which is no Unicode text.</summary>
    public static string? NameOrNull(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>False for a string with a lone surrogate escape, which is no Unicode text.</summary>
    public static bool TryGetText(JsonElement value, out string? text)
    {
        try
        {
            text = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }

    /// <summary>Adds a problem for each text and name in an untyped value that has half of a surrogate pair: it could be kept, but never written again.</summary>
    public static void CheckText(JsonElement value, string path, Problems problems)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when !TryGetText(value, out _):
                problems.Shape(path, WrongShape(path));
                break;
            case JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement element in value.EnumerateArray())
                {
                    CheckText(element, $"{path}[{index++}]", problems);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    if (NameOrNull(member) is { } name)
                    {
                        CheckText(member.Value, $"{path}.{name}", problems);
                    }
                    else
                    {
                        problems.Shape($"{path}.?", "The name of a property is no Unicode text: it has half of a surrogate pair.");
                    }
                }

                break;
        }
    }

    /// <summary>One enum value; null, with a problem added, for what names no member.</summary>
    public T? EnumOf<T>(JsonElement value, string path)
        where T : struct, Enum
    {
        if (!_problems.IsStrict && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && WireNames<T>.TryFromNumber(number, out T fromNumber))
        {
            return fromNumber;
        }

        if (value.ValueKind is not JsonValueKind.String)
        {
            _problems.Shape(path, WrongShape(path));
            return null;
        }

        string? text = StringOf(value, path);
        if (text is null)
        {
            return null;
        }

        if (WireNames<T>.TryParse(text, out T parsed) && (!_problems.IsStrict || WireNames<T>.Get(parsed) == text))
        {
            return parsed;
        }

        _problems.Rule(path, "DeserializationError", $"Requested value '{text}' was not found. Allowed are {string.Join(", ", WireNames<T>.All.Where(name => name != GraphEnum.Sentinel))}.");
        return null;
    }

    /// <summary>The observed text of the OData layer (protocol 6.3), but for what is only in the wrong version: there it would send a client looking for a misspelling.</summary>
    private static string Undeclared(string name, GraphType type, GraphVersion version)
    {
        GraphVersion other = version == GraphVersion.V1 ? GraphVersion.Beta : GraphVersion.V1;
        string advice = type.DeclaredNameOrNull(name, other) is { } declared && !type.Members.Any(member => member.IsLegacy && member.Name == declared)
            ? $"In /{other.Segment()} it has '{declared}', in /{version.Segment()} it has not: send it to /{other.Segment()}, or leave it out."
            : "Make sure to only use property names that are defined by the type or mark the type as open type.";
        return $"The property '{name}' does not exist on type '{type.Name}'. {advice}";
    }

    private void ReadAnnotation(string name, JsonElement value)
    {
        if (!name.Equals("@odata.type", StringComparison.OrdinalIgnoreCase))
        {
            if (Type.IsOpen)
            {
                Dynamic.Add(new(name, value));
            }

            return;
        }

        if (!TryGetText(value, out string? text) || text is null || !Type.IsNamed(text))
        {
            _problems.Rule(
                $"{Path}.{name}",
                "DeserializationError",
                $"A type named '{(text ?? value.GetRawText()).TrimStart('#')}' could not be resolved by the model. When a model is available, each type name must resolve to a valid type.");
        }
    }

    /// <summary>The observed text of the OData layer for a value of the wrong JSON type (O10).</summary>
    public static string WrongShape(string path)
    {
        string member = path[(path.LastIndexOf('.') + 1)..];
        return $"Property {(member == "$" ? "body" : member)} in payload has a value that does not match schema.";
    }
}
