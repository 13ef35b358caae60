using Microsoft.OData.UriParser;
using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary>
/// The <c>$filter</c> of a list of the directory: <c>eq</c>, <c>ne</c>, <c>in</c>, <c>startswith</c> and <c>endswith</c> on texts, <c>eq</c> and <c>ne</c> on
/// Booleans, <c>any</c> with <c>eq</c> on lists of texts, joined by <c>and</c>, <c>or</c> and <c>not</c>. Whatever else OData can say is refused by its name.
/// Letter case does not count, as in the real directory.
/// </summary>
/// <param name="kind">What the list holds.</param>
/// <param name="view">What the caller sees: members beyond it are not for comparing either, as the answer would tell them.</param>
internal sealed class DirectoryFilter<T>(IDirectoryKind<T> kind, DirectoryView view)
{
    private GraphError? _problem;

    /// <summary>Says whether an object is in the list; an error where the filter asks for what is not supported or not for this caller.</summary>
    public static (Func<T, bool>? Matches, GraphError? Error) Read(FilterClause? clause, IDirectoryKind<T> kind, DirectoryView view)
    {
        if (clause is null)
        {
            return (static _ => true, null);
        }

        var filter = new DirectoryFilter<T>(kind, view);
        Func<T, bool> matches = filter.Compile(clause.Expression);
        return filter._problem is { } problem ? (null, problem) : (matches, null);
    }

    private Func<T, bool> Compile(QueryNode node)
    {
        switch (FilterNodes.Bare(node))
        {
            case BinaryOperatorNode { OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.Or } join:
                Func<T, bool> left = Compile(join.Left);
                Func<T, bool> right = Compile(join.Right);
                return join.OperatorKind == BinaryOperatorKind.And ? entity => left(entity) && right(entity) : entity => left(entity) || right(entity);
            case UnaryOperatorNode { OperatorKind: UnaryOperatorKind.Not } not:
                Func<T, bool> operand = Compile(not.Operand);
                return entity => !operand(entity);
            case BinaryOperatorNode { OperatorKind: BinaryOperatorKind.Equal or BinaryOperatorKind.NotEqual } comparison:
                return CompileComparison(comparison);
            case InNode { Right: CollectionConstantNode values } inside:
                Func<T, object?> field = Field(inside.Left);
                object?[] constants = [.. values.Collection.Select(constant => constant.Value)];
                return entity => constants.Any(constant => AreEqual(field(entity), constant));
            case SingleValueFunctionCallNode { Name: "startswith" or "endswith" } function:
                return CompileAffix(function);
            case AnyNode any:
                return CompileAny(any);
            case SingleValuePropertyAccessNode:
                // A Boolean by itself, as OData allows.
                Func<T, object?> truth = Field(node);
                return entity => truth(entity) is true;
            default:
                return Unsupported(FilterNodes.Unsupported(node, "eq, ne, in, startswith, endswith, any, and, or, not"));
        }
    }

    private Func<T, bool> CompileComparison(BinaryOperatorNode comparison)
    {
        // Either side may be the member.
        bool isFieldLeft = FilterNodes.Bare(comparison.Left) is not ConstantNode;
        Func<T, object?> field = Field(isFieldLeft ? comparison.Left : comparison.Right);
        object? value = Constant(isFieldLeft ? comparison.Right : comparison.Left);
        return comparison.OperatorKind == BinaryOperatorKind.Equal
            ? entity => AreEqual(field(entity), value)
            : entity => !AreEqual(field(entity), value);
    }

    private Func<T, bool> CompileAffix(SingleValueFunctionCallNode function)
    {
        QueryNode[] parameters = [.. function.Parameters];
        Func<T, object?> field = Field(parameters[0]);
        if (Constant(parameters[1]) is not string affix)
        {
            return static _ => false;
        }

        return function.Name == "startswith"
            ? entity => field(entity) is string text && text.StartsWith(affix, StringComparison.OrdinalIgnoreCase)
            : entity => field(entity) is string text && text.EndsWith(affix, StringComparison.OrdinalIgnoreCase);
    }

    private Func<T, bool> CompileAny(AnyNode any)
    {
        if (DirectoryFilterNodes.AnyEqualOrNull(any) is not var (name, value))
        {
            return Unsupported("Inside of any only eq of the element and a constant is supported.");
        }

        Func<T, object?> field = Named(name);
        return entity => field(entity) is IReadOnlyList<string> texts && texts.Contains(value, StringComparer.OrdinalIgnoreCase);
    }

    private Func<T, object?> Field(QueryNode node)
    {
        switch (FilterNodes.Bare(node))
        {
            case SingleValuePropertyAccessNode { Source: ResourceRangeVariableReferenceNode } access:
                return Named(access.Property.Name);
            default:
                Unsupported($"{FilterNodes.Named(node)} is not supported; a comparison is of a member with a constant.");
                return static _ => null;
        }
    }

    private Func<T, object?> Named(string name)
    {
        if (kind.FieldOrNull(name) is not { } field)
        {
            Unsupported($"The member '{name}' cannot be compared.");
            return static _ => null;
        }

        if (view < field.View)
        {
            _problem ??= GraphErrors.InsufficientPrivileges($"$filter: The token's permissions do not show '{name}'.");
        }

        return field.Read;
    }

    private object? Constant(QueryNode node)
    {
        if (FilterNodes.Bare(node) is ConstantNode constant)
        {
            return constant.Value;
        }

        Unsupported($"A comparison must be with a constant. {FilterNodes.Named(node)} is none.");
        return null;
    }

    private Func<T, bool> Unsupported(string problem)
    {
        _problem ??= GraphErrors.UnsupportedFilter(problem);
        return static _ => false;
    }

    private static bool AreEqual(object? value, object? constant) =>
        value is string text ? text.Equals(constant as string, StringComparison.OrdinalIgnoreCase) : Equals(value, constant);
}

/// <summary>What the readers of directory filters have in common.</summary>
internal static class DirectoryFilterNodes
{
    /// <summary>Of <c>names/any(n:n eq 'x')</c> the member and the value; null for every other <c>any</c>.</summary>
    public static (string Name, string Value)? AnyEqualOrNull(AnyNode any) =>
        any.Source is CollectionPropertyAccessNode { Property.Name: { } name }
        && FilterNodes.Bare(any.Body) is BinaryOperatorNode { OperatorKind: BinaryOperatorKind.Equal } equal
        && FilterNodes.Bare(equal.Left) is NonResourceRangeVariableReferenceNode
        && FilterNodes.Bare(equal.Right) is ConstantNode { Value: string value }
            ? (name, value)
            : null;
}
