using Tributary.Search.Kql;

namespace Tributary.Search.Filters;

/// <summary>
/// A filter written in the Keyword Query Language, <c>tags:"policy" OR tags:"leave"</c>, as a published client once did (search 12). Only restrictions have a place in
/// it, and a value is a whole value, as in the other language.
/// </summary>
internal static class KqlFilter
{
    private static readonly KqlLimits Limits = new(FilterLimits.MaxLength, FilterLimits.MaxDepth);

    /// <summary>The tree; null for what is no query, or no filter.</summary>
    public static KqlNode? ReadOrNull(string text, out int tests)
    {
        tests = 0;
        if (KqlParser.Parse(text, name => name, Limits).Tree is not { } query || OfOrNull(query) is not { } tree)
        {
            return null;
        }

        tests = FilterTrees.Tests(tree).Count();
        return tree;
    }

    private static KqlNode? OfOrNull(KqlNode node) => node switch
    {
        And and => AllOrNull(and.Operands, OfOrNull) is { } operands ? and with { Operands = operands } : null,
        Or or => AllOrNull(or.Operands, OfOrNull) is { } operands ? or with { Operands = operands } : null,
        Not not => OfOrNull(not.Operand) is { } operand ? not with { Operand = operand } : null,
        Restriction restriction => OfRestrictionOrNull(restriction),
        _ => null,
    };

    private static KqlNode? OfRestrictionOrNull(Restriction restriction)
    {
        KqlNode? node = restriction.Value switch
        {
            TextValue { IsPrefix: false } value => OfTextOrNull(restriction.Operator, value.Text) is { } test ? Test(restriction, test) : null,
            RangeValue range => Test(restriction, new BetweenValues(range.From, true, range.To, true)),
            ExistsValue => new Not(restriction.Start, restriction.Length, Test(restriction, new NoValue())),
            GroupValue group => OfGroupOrNull(restriction, group.Expression),
            _ => null,
        };
        return node is not null && restriction.Operator is KqlOperator.NotEqual ? new Not(restriction.Start, restriction.Length, node) : node;
    }

    /// <summary>Null for a token that is none.</summary>
    private static RefinementTest? OfTextOrNull(KqlOperator sign, string text) => sign switch
    {
        KqlOperator.Less => new BetweenValues(null, true, text, false),
        KqlOperator.LessOrEqual => new BetweenValues(null, true, text, true),
        KqlOperator.Greater => new BetweenValues(text, false, null, true),
        KqlOperator.GreaterOrEqual => new BetweenValues(text, true, null, true),
        _ when text.Length == 0 => new NoValue(),
        _ when text.StartsWith(FilterToken.Mark, StringComparison.Ordinal) => FilterToken.ValueOrNull(text[FilterToken.Mark.Length..]) is { } value ? new BucketValue(value) : null,
        _ => new EqualValue(text),
    };

    private static KqlNode? OfGroupOrNull(Restriction restriction, KqlNode node) => node switch
    {
        And and => AllOrNull(and.Operands, operand => OfGroupOrNull(restriction, operand)) is { } operands ? and with { Operands = operands } : null,
        Or or => AllOrNull(or.Operands, operand => OfGroupOrNull(restriction, operand)) is { } operands ? or with { Operands = operands } : null,
        Not not => OfGroupOrNull(restriction, not.Operand) is { } operand ? not with { Operand = operand } : null,
        Words { IsPrefix: false } words when OfTextOrNull(KqlOperator.Equal, words.Text) is { } test => new Refinement(words.Start, words.Length, restriction.Property, test),
        _ => null,
    };

    private static Refinement Test(Restriction restriction, RefinementTest test) => new(restriction.Start, restriction.Length, restriction.Property, test);

    private static IReadOnlyList<KqlNode>? AllOrNull(IReadOnlyList<KqlNode> operands, Func<KqlNode, KqlNode?> read)
    {
        KqlNode?[] all = [.. operands.Select(read)];
        return all.Contains(null) ? null : [.. all.Select(operand => operand!)];
    }
}
