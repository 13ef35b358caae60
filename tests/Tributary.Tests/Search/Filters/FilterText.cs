using Tributary.Search;
using Tributary.Search.Filters;
using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Filters;

/// <summary>Trees of filters as text, for tests to compare.</summary>
internal static class FilterText
{
    public static string Of(KqlNode node) => node switch
    {
        Refinement test => $"{test.Property}{Of(test.Test)}",
        And and => $"and({string.Join(", ", and.Operands.Select(Of))})",
        Or or => $"or({string.Join(", ", or.Operands.Select(Of))})",
        Not not => $"not({Of(not.Operand)})",
        MatchAll => "all",
        _ => throw new NotSupportedException(node.ToString()),
    };

    private static string Of(RefinementTest test) => test switch
    {
        BucketValue bucket => $" is {bucket.Key}",
        EqualValue equal => $" = {equal.Text}",
        BetweenValues between => $" in {(between.IsFromIncluded ? '[' : '(')}{between.From ?? "-"}, {between.To ?? "-"}{(between.IsToIncluded ? ']' : ')')}",
        NoValue => " is empty",
        WordsOfValue words => $" has {words.Mode} {words.Text}",
        _ => throw new NotSupportedException(test.ToString()),
    };

    public static string Parsed(string filter) => FilterParser.Parse(filter) is { Tree: { } tree } ? Of(tree) : throw new FormatException(filter);
}
