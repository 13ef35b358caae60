using System.Globalization;
using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

/// <summary>Writes a tree as KQL, with no more parentheses than the precedence asks for; the counterpart of the parser in round trips.</summary>
internal static class KqlWriter
{
    /// <summary>Terse is with signs for <c>NOT</c> and nothing for <c>AND</c>, where that says the same.</summary>
    public static string Write(KqlNode node, bool isTerse) => node switch
    {
        MatchAll => "*",
        Words words => KqlShape.Text(words.Text, words.IsQuoted, words.IsPrefix),
        Restriction restriction => restriction.Name + KqlShape.Sign(restriction.Operator) + Spaced(Write(restriction.Value, isTerse)),
        And and => string.Join(
            isTerse && and.Operands.Count(operand => operand is Restriction) < 2 ? " " : " AND ",
            and.Operands.Select(operand => Within(operand, isTerse, operand is Or))),
        Or or => string.Join(" OR ", or.Operands.Select(operand => Write(operand, isTerse))),
        Not not => (isTerse ? "-" : "NOT ") + Within(not.Operand, isTerse, not.Operand is And or Or or Not or Xrank || StartsWithSign(not.Operand)),
        Near near => string.Join(
            $" {(near.IsOrdered ? "ONEAR" : "NEAR")}{(near.Distance == Near.DefaultDistance ? "" : $"(n={near.Distance})")} ",
            near.Operands.Select(operand => Write(operand, isTerse))),
        Synonyms synonyms => $"WORDS({string.Join(" , ", synonyms.Terms.Select(term => Write(term, isTerse)))} )",
        Xrank xrank => Within(xrank.Match, isTerse, xrank.Match is And or Or or Xrank)
            + string.Concat(xrank.Boosts.Select(boost =>
                $" XRANK({Parameters(boost.Parameters)}) {Within(boost.Rank, isTerse, boost.Rank is And or Or)}")),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private static string Write(KqlValue value, bool isTerse) => value switch
    {
        TextValue text => KqlShape.Text(text.Text, text.IsQuoted, text.IsPrefix),
        RangeValue range => IsBare(range) ? range.AsText : $"\"{range.From}\"..\"{range.To}\"",
        GroupValue group => $"({Write(group.Expression, isTerse)})",
        ExistsValue => "*",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    private static string Within(KqlNode node, bool isTerse, bool needsParentheses) =>
        needsParentheses ? $"({Write(node, isTerse)})" : Write(node, isTerse);

    private static bool StartsWithSign(KqlNode node) => node switch
    {
        Near near => StartsWithSign(near.Operands[0]),
        _ => node is Words { IsQuoted: false, Text: ['-' or '+', ..] },
    };

    /// <summary>A value that begins like an operator stands apart from the one before it.</summary>
    private static string Spaced(string value) => value is [':' or '=' or '<' or '>', ..] ? " " + value : value;

    /// <summary>Whether a range can stand without quotes and is divided where it was.</summary>
    private static bool IsBare(RangeValue range) => range.From.Length > 0 && range.To.Length > 0 && range.To[^1] != '*'
        && range.AsText.IndexOf("..", StringComparison.Ordinal) == range.From.Length
        && !range.AsText.Any(character => character is '(' or ')' or '"' || char.IsWhiteSpace(character));

    /// <summary>One besides n must be there, if only as 0; exponents are not understood.</summary>
    private static string Parameters(XrankParameters parameters)
    {
        (string Name, double Value)[] numbers =
        [
            ("cb", parameters.Cb), ("nb", parameters.Nb), ("rb", parameters.Rb), ("pb", parameters.Pb), ("avgb", parameters.Avgb), ("stdb", parameters.Stdb),
        ];
        var given = numbers.Where(number => number.Name == "cb" || number.Value != 0)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"{number.Name}={number.Value:F60}"));
        return string.Join(", ", parameters.N == 0 ? given : given.Append(string.Create(CultureInfo.InvariantCulture, $"n={parameters.N}")));
    }
}
