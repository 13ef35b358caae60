using System.Text.Json;
using Tributary.Connections;
using Tributary.Items;
using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>
/// Whether a rule of a display template holds for a value (external-connectors 3.1, search 14.2). What values of a rule mean is told by the JSON that is stored: texts
/// compare ignoring case, dates as instants or whole days, numbers by their value. The reference says no more than the names of the operations.
/// </summary>
internal sealed class PropertyRuleEvaluator(PropertyRule rule, QueryTime time)
{
    /// <param name="value">As stored; null for a property that the item or its schema has not. Of a collection one element is enough, for the negations none may be.</param>
    public bool Holds(JsonElement? value)
    {
        JsonElement[] elements = [.. ElementsOf(value)];
        if (rule.Operation == RuleOperation.Null)
        {
            return elements.Length == 0;
        }

        // A rule without values says nothing, and a template is not chosen by nothing.
        return rule.Values.Count > 0 && (rule.ValuesJoinedBy == BinaryOperator.And ? rule.Values.All(IsMet) : rule.Values.Any(IsMet));

        bool IsMet(string wanted) => rule.Operation switch
        {
            RuleOperation.Equals => Array.Exists(elements, element => EqualTo(element, wanted)),
            RuleOperation.NotEquals => !Array.Exists(elements, element => EqualTo(element, wanted)),
            RuleOperation.Contains => Array.Exists(elements, element => TextOf(element).Contains(wanted, StringComparison.OrdinalIgnoreCase)),
            RuleOperation.NotContains => !Array.Exists(elements, element => TextOf(element).Contains(wanted, StringComparison.OrdinalIgnoreCase)),
            RuleOperation.StartsWith => Array.Exists(elements, element => TextOf(element).StartsWith(wanted, StringComparison.OrdinalIgnoreCase)),
            RuleOperation.LessThan => Array.Exists(elements, element => OrderOrNull(element, wanted) < 0),
            RuleOperation.GreaterThan => Array.Exists(elements, element => OrderOrNull(element, wanted) > 0),
            _ => false,
        };
    }

    /// <summary>Null, the empty text and the empty collection are no value.</summary>
    private static IEnumerable<JsonElement> ElementsOf(JsonElement? value)
    {
        IEnumerable<JsonElement> elements = value switch
        {
            null => [],
            { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
            { } one => [one],
        };
        return elements.Where(element => element.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) && TextOf(element).Length > 0);
    }

    private bool EqualTo(JsonElement element, string wanted) =>
        OrderOrNull(element, wanted) is { } order ? order == 0 : TextOf(element).Equals(wanted, StringComparison.OrdinalIgnoreCase);

    /// <summary>Below, equal or above what is wanted; null where both are not numbers, or dates.</summary>
    private int? OrderOrNull(JsonElement element, string wanted)
    {
        if (element.ValueKind == JsonValueKind.Number)
        {
            // Whole numbers above 2^53 are not all doubles.
            return KqlNumbers.Int64OrNull(wanted) is { } whole && element.TryGetInt64(out long stored) ? stored.CompareTo(whole)
                : KqlNumbers.DoubleOrNull(wanted) is { } number ? element.GetDouble().CompareTo(number) : null;
        }

        if (element.ValueKind == JsonValueKind.String
            && GraphDateTime.TryParse(element.GetString(), out DateTimeOffset instant)
            && KqlDates.IntervalOrNull(wanted, time) is { } interval)
        {
            return instant.UtcTicks < interval.From ? -1 : instant.UtcTicks >= interval.To ? 1 : 0;
        }

        return null;
    }

    /// <summary>The members of a principal together, so that a rule can be about each.</summary>
    private static string TextOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Object => string.Join('\n', element.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String).Select(member => member.Value.GetString())),
        _ => element.GetRawText(),
    };
}
