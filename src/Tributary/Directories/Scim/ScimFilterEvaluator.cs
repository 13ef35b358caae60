using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tributary.Directories.Scim;

/// <summary>
/// Decides whether a resource satisfies a filter (RFC 7644, table 3). Of several values one is enough. Text is compared as the attribute says, and ignoring case
/// where nobody says; what is not there is equal to null and differs from all else.
/// </summary>
internal sealed class ScimFilterEvaluator(ScimResourceType type)
{
    public bool Matches(ScimFilter filter, JsonObject resource) => filter switch
    {
        ScimFilter.And and => and.Terms.All(term => Matches(term, resource)),
        ScimFilter.Or or => or.Terms.Any(term => Matches(term, resource)),
        ScimFilter.Not not => !Matches(not.Term, resource),
        ScimFilter.Present present => Values(present.Path, resource).Any(value => IsPresent(value.Node)),
        ScimFilter.Compare compare => IsTrue(compare, Values(compare.Path, resource)),
        ScimFilter.Within within => Elements(within.Path, resource).Any(element => MatchesElement(within.Inner, element, type.FindOrNull(within.Path.Schema, within.Path.Name))),
        _ => throw new InvalidOperationException($"{filter.GetType()} is no filter."),
    };

    /// <summary>Whether one value of a multi-valued attribute satisfies what stands in brackets behind it.</summary>
    public static bool MatchesElement(ScimFilter filter, JsonNode? element, ScimAttribute? attribute) => filter switch
    {
        ScimFilter.And and => and.Terms.All(term => MatchesElement(term, element, attribute)),
        ScimFilter.Or or => or.Terms.Any(term => MatchesElement(term, element, attribute)),
        ScimFilter.Not not => !MatchesElement(not.Term, element, attribute),
        ScimFilter.Present present => Sub(present.Path, element, attribute).Any(value => IsPresent(value.Node)),
        ScimFilter.Compare compare => IsTrue(compare, Sub(compare.Path, element, attribute)),
        _ => false,
    };

    private static IEnumerable<(JsonNode Node, ScimAttribute? Attribute)> Sub(ScimAttributePath path, JsonNode? element, ScimAttribute? attribute) =>
        path.Sub is null && (element as JsonObject)?[path.Name] is { } node ? [(node, attribute?.SubOrNull(path.Name))] : [];

    private IEnumerable<(JsonNode Node, ScimAttribute? Attribute)> Values(ScimAttributePath path, JsonObject resource)
    {
        ScimAttribute? attribute = type.FindOrNull(path.Schema, path.Name);
        foreach (JsonNode element in Elements(path, resource))
        {
            if (path.Sub is { } sub)
            {
                if ((element as JsonObject)?[sub] is { } node)
                {
                    yield return (node, attribute?.SubOrNull(sub));
                }
            }
            else if (element is JsonObject complex && element.Parent is JsonArray)
            {
                // Of a value with parts, "value" is meant.
                yield return (complex["value"] ?? complex, attribute?.SubOrNull("value"));
            }
            else
            {
                yield return (element, attribute);
            }
        }
    }

    private static IEnumerable<JsonNode> Elements(ScimAttributePath path, JsonObject resource)
    {
        JsonObject? container = path.Schema is null ? resource : resource[path.Schema] as JsonObject;
        return container?[path.Name] switch
        {
            null => [],
            JsonArray array => array.OfType<JsonNode>(),
            { } single => [single],
        };
    }

    private static bool IsPresent(JsonNode node) => node switch
    {
        JsonObject members => members.Count > 0,
        JsonArray elements => elements.Count > 0,
        _ => node.GetValueKind() != JsonValueKind.String || node.GetValue<string>().Length > 0,
    };

    private static bool IsTrue(ScimFilter.Compare compare, IEnumerable<(JsonNode Node, ScimAttribute? Attribute)> values)
    {
        bool isThere = false;
        foreach ((JsonNode node, ScimAttribute? attribute) in values)
        {
            isThere = true;
            if (IsTrue(compare.Operator, node, attribute, compare.Value))
            {
                return true;
            }
        }

        return !isThere && compare.Operator == (compare.Value is null ? ScimOperator.Eq : ScimOperator.Ne);
    }

    private static bool IsTrue(ScimOperator comparison, JsonNode node, ScimAttribute? attribute, object? value)
    {
        int? order = null;
        switch (node.GetValueKind())
        {
            case JsonValueKind.String when value is string text:
                string stored = node.GetValue<string>();
                if (attribute?.Type == ScimType.DateTime && TryDate(stored, out DateTimeOffset storedDate) && TryDate(text, out DateTimeOffset date))
                {
                    order = storedDate.CompareTo(date);
                    break;
                }

                (stored, text) = attribute is { IsCaseExact: true } ? (stored, text) : (ScimText.Fold(stored), ScimText.Fold(text));
                switch (comparison)
                {
                    case ScimOperator.Co:
                        return stored.Contains(text, StringComparison.Ordinal);
                    case ScimOperator.Sw:
                        return stored.StartsWith(text, StringComparison.Ordinal);
                    case ScimOperator.Ew:
                        return stored.EndsWith(text, StringComparison.Ordinal);
                    default:
                        order = string.CompareOrdinal(stored, text);
                        break;
                }

                break;
            case JsonValueKind.Number when value is double number:
                order = double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture).CompareTo(number);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                // Entra writes booleans as text.
                bool? wanted = value as bool? ?? (value is string word && bool.TryParse(word, out bool parsed) ? parsed : null);
                bool isEqual = wanted == (node.GetValueKind() == JsonValueKind.True);
                return comparison == ScimOperator.Eq ? isEqual : comparison == ScimOperator.Ne && !isEqual;
        }

        return comparison switch
        {
            ScimOperator.Eq => order == 0,
            ScimOperator.Ne => order != 0,
            ScimOperator.Gt => order > 0,
            ScimOperator.Ge => order >= 0,
            ScimOperator.Lt => order < 0,
            ScimOperator.Le => order <= 0,
            _ => false,
        };
    }

    private static bool TryDate(string text, out DateTimeOffset date) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date);
}
