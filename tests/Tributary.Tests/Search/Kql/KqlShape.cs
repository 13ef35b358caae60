using System.Globalization;
using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

/// <summary>A tree without its positions, as one line: what a test expects, and the way two trees are compared.</summary>
internal static class KqlShape
{
    public static string Of(KqlNode node) => node switch
    {
        MatchAll => "all",
        Words words => Text(words.Text, words.IsQuoted, words.IsPrefix),
        Restriction restriction => $"{restriction.Property}{Sign(restriction.Operator)}{Of(restriction.Value)}",
        And and => $"(and {List(and.Operands)})",
        Or or => $"(or {List(or.Operands)})",
        Not not => $"(not {Of(not.Operand)})",
        Near near => $"({(near.IsOrdered ? "onear" : "near")} {near.Distance} {List(near.Operands)})",
        Synonyms synonyms => $"(words {List(synonyms.Terms)})",
        Xrank xrank => $"(xrank {Of(xrank.Match)}{string.Concat(xrank.Boosts.Select(boost => $" [{Of(boost.Parameters)}] {Of(boost.Rank)}"))})",
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    public static string Of(XrankParameters parameters)
    {
        (string Name, double Value)[] all =
        [
            ("cb", parameters.Cb), ("nb", parameters.Nb), ("rb", parameters.Rb), ("pb", parameters.Pb), ("avgb", parameters.Avgb),
            ("stdb", parameters.Stdb), ("n", parameters.N),
        ];
        var given = all.Where(parameter => parameter.Value != 0);
        return string.Join(", ", given.Select(parameter => string.Create(CultureInfo.InvariantCulture, $"{parameter.Name}={parameter.Value}")));
    }

    public static string Sign(KqlOperator sign) => sign switch
    {
        KqlOperator.Contains => ":",
        KqlOperator.Equal => "=",
        KqlOperator.NotEqual => "<>",
        KqlOperator.Less => "<",
        KqlOperator.LessOrEqual => "<=",
        KqlOperator.Greater => ">",
        KqlOperator.GreaterOrEqual => ">=",
        _ => throw new ArgumentOutOfRangeException(nameof(sign)),
    };

    public static string Text(string text, bool isQuoted, bool isPrefix) => (isQuoted, isPrefix) switch
    {
        (true, true) => $"\"{text}*\"",
        (true, false) => $"\"{text}\"",
        (false, true) => $"{text}*",
        (false, false) => text,
    };

    private static string Of(KqlValue value) => value switch
    {
        TextValue text => Text(text.Text, text.IsQuoted, text.IsPrefix),
        RangeValue range => $"[{range.From} to {range.To}]",
        GroupValue group => $"({Of(group.Expression)})",
        ExistsValue => "*",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    private static string List(IEnumerable<KqlNode> nodes) => string.Join(' ', nodes.Select(Of));
}
