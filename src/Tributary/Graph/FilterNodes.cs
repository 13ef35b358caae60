using System.Globalization;
using Microsoft.OData.UriParser;

namespace Tributary.Graph;

/// <summary>What a <c>$filter</c> is made of, in the words of whoever wrote it: a part that is not supported is refused by its name.</summary>
internal static class FilterNodes
{
    /// <summary>Without the conversions that the library puts around it.</summary>
    public static QueryNode Bare(QueryNode node) => node is ConvertNode conversion ? Bare(conversion.Source) : node;

    public static string Unsupported(BinaryOperatorKind kind) => $"The operator '{NameOf(kind)}' is not supported.";

    /// <summary>Why a part of a filter that is no supported condition is none.</summary>
    /// <param name="node">The part.</param>
    /// <param name="supported">What is supported, as <c>eq, ne</c>.</param>
    public static string Unsupported(QueryNode node, string supported) => Bare(node) switch
    {
        BinaryOperatorNode binary => Unsupported(binary.OperatorKind),
        UnaryOperatorNode => "The operator '-' is not supported.",
        SingleValueFunctionCallNode function => $"The function '{function.Name}' is not supported.",
        AnyNode any => $"The operator 'any'{Of(any)} is not supported.",
        AllNode all => $"The operator 'all'{Of(all)} is not supported.",
        InNode => "The operator 'in' is supported with a list of constants only.",
        ConstantNode constant => $"The constant {constant.LiteralText ?? TextOf(constant.Value)} is no condition; it can only be compared with a member.",
        SingleValuePropertyAccessNode access => $"The property '{access.Property.Name}' by itself is not supported.",
        ResourceRangeVariableReferenceNode variable => $"The parameter '{variable.Name}' by itself is not supported.",
        NonResourceRangeVariableReferenceNode variable => $"The parameter '{variable.Name}' by itself is not supported.",
        ParameterAliasNode alias => $"The parameter '{alias.Alias}' is not supported.",
        CountNode => "'$count' inside of a filter is not supported.",
        _ => $"Only {supported} are supported.",
    };

    /// <summary>What stands where a member has to: as the beginning of a sentence.</summary>
    public static string Named(QueryNode node) => Bare(node) switch
    {
        SingleValuePropertyAccessNode access => $"The property '{access.Property.Name}'",
        SingleValueFunctionCallNode function => $"The function '{function.Name}'",
        BinaryOperatorNode binary => $"The operator '{NameOf(binary.OperatorKind)}'",
        UnaryOperatorNode { OperatorKind: UnaryOperatorKind.Not } => "The operator 'not'",
        UnaryOperatorNode => "The operator '-'",
        AnyNode => "The operator 'any'",
        AllNode => "The operator 'all'",
        ConstantNode constant => $"The constant {constant.LiteralText ?? TextOf(constant.Value)}",
        ResourceRangeVariableReferenceNode variable => $"The parameter '{variable.Name}'",
        ParameterAliasNode alias => $"The parameter '{alias.Alias}'",
        CountNode => "'$count'",
        _ => "The left side of a comparison",
    };

    private static string NameOf(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.GreaterThan => "gt",
        BinaryOperatorKind.GreaterThanOrEqual => "ge",
        BinaryOperatorKind.LessThan => "lt",
        BinaryOperatorKind.LessThanOrEqual => "le",
        BinaryOperatorKind.Equal => "eq",
        BinaryOperatorKind.NotEqual => "ne",
        BinaryOperatorKind.Subtract => "sub",
        BinaryOperatorKind.Multiply => "mul",
        BinaryOperatorKind.Divide => "div",
        BinaryOperatorKind.Modulo => "mod",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string Of(LambdaNode lambda) => lambda.Source switch
    {
        CollectionNavigationNode navigation => $" on '{navigation.NavigationProperty.Name}'",
        CollectionPropertyAccessNode property => $" on '{property.Property.Name}'",
        CollectionComplexNode complex => $" on '{complex.Property.Name}'",
        _ => "",
    };

    private static string TextOf(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "null";
}
