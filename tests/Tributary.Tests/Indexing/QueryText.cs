using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Tests.Indexing;

/// <summary>A query tree as text, for the message of a test.</summary>
internal static class QueryText
{
    public static string Of(KqlNode node) => node switch
    {
        And and => $"({string.Join(" AND ", and.Operands.Select(Of))})",
        Or or => $"({string.Join(" OR ", or.Operands.Select(Of))})",
        Not not => $"NOT {Of(not.Operand)}",
        Near near => $"({string.Join($" {(near.IsOrdered ? "ONEAR" : "NEAR")}({near.Distance}) ", near.Operands.Select(Of))})",
        Synonyms synonyms => $"WORDS({string.Join(", ", synonyms.Terms.Select(Of))})",
        Words words => $"\"{words.Text}{(words.IsPrefix ? "*" : "")}\"",
        Restriction { Value: GroupValue group } restriction => $"{restriction.Name} {restriction.Operator} ({Of(group.Expression)})",
        Restriction restriction => $"{restriction.Name} {restriction.Operator} {restriction.Value}",
        Refinement refinement => $"{refinement.Property}:{refinement.Test}",
        _ => "*",
    };
}
