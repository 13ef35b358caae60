using System.Text.Json;
using Tributary.Connections;
using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>Which display template of its connection a hit is shown with (search 14.2).</summary>
internal static class ResultTemplates
{
    /// <summary>Of those whose rules all hold the one with the lowest priority, equal ones in the order that they were sent; null for none.</summary>
    /// <param name="source">The connection of the hit.</param>
    /// <param name="properties">The item's values as stored.</param>
    /// <param name="time">What date words in rules are relative to.</param>
    public static DisplayTemplate? FindOrNull(SearchedConnection source, JsonElement properties, QueryTime time) =>
        source.Connection.Connection.SearchSettings?.SearchResultTemplates
            .OrderBy(template => template.Priority)
            .FirstOrDefault(template => template.Rules.All(rule => Holds(rule, source, properties, time)));

    /// <summary>Stable, and another in every connection.</summary>
    public static string IdOf(SearchedConnection source, DisplayTemplate template) => $"{source.Connection.Connection.Id}_{template.Id}";

    private static bool Holds(PropertyRule rule, SearchedConnection source, JsonElement properties, QueryTime time)
    {
        JsonElement? value = PropertyNames.ResolveOrNull(source.Schema, rule.Property) is { } property ? SearchJson.ValueOrNull(properties, property) : null;
        return new PropertyRuleEvaluator(rule, time).Holds(value);
    }
}
