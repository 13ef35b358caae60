using Microsoft.OData;
using Microsoft.OData.UriParser;
using Tributary.Graph;

namespace Tributary.Connections;

/// <summary>
/// The <c>$filter</c> of a list of connections: <c>eq</c>, <c>ne</c> and <c>in</c> on <c>id</c>, <c>name</c> and <c>state</c>, <c>startswith</c> on the first two,
/// joined by <c>and</c>, <c>or</c> and <c>not</c>. Whatever else OData can say is refused by its name. Text is compared as it is written, letter case included.
/// </summary>
internal sealed class ConnectionFilter
{
    private static readonly Dictionary<string, Func<StoredConnection, string>> Fields = new(StringComparer.Ordinal)
    {
        ["id"] = connection => connection.Connection.Id,
        ["name"] = connection => connection.Connection.Name,
        ["state"] = connection => WireNames<ConnectionState>.Get(connection.State),
    };

    private string? _problem;

    private ConnectionFilter()
    {
    }

    /// <summary>Says whether a connection is in the list; an error where the filter asks for what is not supported.</summary>
    public static (Func<StoredConnection, bool>? Matches, GraphError? Error) Read(FilterClause? clause)
    {
        if (clause is null)
        {
            return (static _ => true, null);
        }

        var filter = new ConnectionFilter();
        Func<StoredConnection, bool> matches = filter.Compile(clause.Expression);
        return filter._problem is { } problem ? (null, GraphErrors.UnsupportedFilter(problem)) : (matches, null);
    }

    private Func<StoredConnection, bool> Compile(QueryNode node)
    {
        switch (FilterNodes.Bare(node))
        {
            case BinaryOperatorNode { OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.Or } join:
                Func<StoredConnection, bool> left = Compile(join.Left);
                Func<StoredConnection, bool> right = Compile(join.Right);
                return join.OperatorKind == BinaryOperatorKind.And
                    ? connection => left(connection) && right(connection)
                    : connection => left(connection) || right(connection);
            case UnaryOperatorNode { OperatorKind: UnaryOperatorKind.Not } not:
                Func<StoredConnection, bool> operand = Compile(not.Operand);
                return connection => !operand(connection);
            case BinaryOperatorNode { OperatorKind: BinaryOperatorKind.Equal or BinaryOperatorKind.NotEqual } comparison:
                return CompileComparison(comparison);
            case InNode { Right: CollectionConstantNode values } inside:
                Func<StoredConnection, string> field = Field(inside.Left);
                HashSet<string?> texts = [.. values.Collection.Select(Text)];
                return connection => texts.Contains(field(connection));
            case SingleValueFunctionCallNode { Name: "startswith" } function:
                return CompilePrefix([.. function.Parameters]);
            default:
                return Unsupported(FilterNodes.Unsupported(node, "eq, ne, in, startswith, and, or, not"));
        }
    }

    private Func<StoredConnection, bool> CompileComparison(BinaryOperatorNode comparison)
    {
        // Either side may be the field.
        bool isFieldLeft = FilterNodes.Bare(comparison.Left) is not ConstantNode;
        Func<StoredConnection, string> field = Field(isFieldLeft ? comparison.Left : comparison.Right);
        string? value = Text(isFieldLeft ? comparison.Right : comparison.Left);
        return comparison.OperatorKind == BinaryOperatorKind.Equal
            ? connection => field(connection) == value
            : connection => field(connection) != value;
    }

    private Func<StoredConnection, bool> CompilePrefix(QueryNode[] parameters)
    {
        Func<StoredConnection, string> field = Field(parameters[0]);
        return Text(parameters[1]) is { } prefix
            ? connection => field(connection).StartsWith(prefix, StringComparison.Ordinal)
            : static _ => false;
    }

    private Func<StoredConnection, string> Field(QueryNode node)
    {
        if (FilterNodes.Bare(node) is SingleValuePropertyAccessNode { Source: ResourceRangeVariableReferenceNode } access
            && Fields.TryGetValue(access.Property.Name, out Func<StoredConnection, string>? field))
        {
            return field;
        }

        _problem ??= $"{FilterNodes.Named(node)} is not supported; id, name and state are.";
        return static _ => "";
    }

    /// <summary>The text of a constant; an enum member by its name, which the library gives as a number in some places.</summary>
    private string? Text(QueryNode node)
    {
        switch (FilterNodes.Bare(node))
        {
            case ConstantNode { Value: string text }:
                return text;
            case ConstantNode { Value: null }:
                return null;
            case ConstantNode { Value: ODataEnumValue { Value: { } member } }:
                return WireNames<ConnectionState>.TryParse(member, out ConnectionState state) ? WireNames<ConnectionState>.Get(state) : member;
            default:
                _problem ??= $"A comparison must be with a constant. {FilterNodes.Named(node)} is none.";
                return null;
        }
    }

    private Func<StoredConnection, bool> Unsupported(string problem)
    {
        _problem ??= problem;
        return static _ => false;
    }
}
