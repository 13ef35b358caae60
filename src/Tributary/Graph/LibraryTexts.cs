using Microsoft.OData;
using Microsoft.OData.UriParser;

namespace Tributary.Graph;

/// <summary>
/// What the OData library says of an option that it cannot read. Most of its texts are the real service's own, which uses it too; some speak of the library instead of
/// what was sent, and those do not leave the server.
/// </summary>
internal static class LibraryTexts
{
    /// <summary>Deeper filters are no filter that anybody wrote.</summary>
    private const int MaxDepth = 100;

    /// <summary>Names of its types, members and states, and the text that it has for what its authors did not foresee.</summary>
    private static readonly string[] Internals =
        ["internal error", "Codepath", "IEdm", "ODataUri", "QueryToken", "QueryNode", "Microsoft.OData", "System.", "Exception", "You can", "method '", "Parameter '"];

    /// <summary>Whether it speaks of the query, and of nothing else.</summary>
    public static bool IsForClients(string text) => !Array.Exists(Internals, word => text.Contains(word, StringComparison.Ordinal));

    /// <summary>The refusal of an option at which the library itself failed: by its name, and by the operator's where that is to blame.</summary>
    public static GraphError RefusalOf(string option, string text) =>
        option == "$filter" && HasOperator(text, BinaryOperatorKind.Has)
            ? GraphErrors.UnsupportedFilter(FilterNodes.Unsupported(BinaryOperatorKind.Has))
            : GraphErrors.InvalidQueryOption(option, $"The query parameter '{option}' cannot be read.");

    private static bool HasOperator(string filter, BinaryOperatorKind kind)
    {
        try
        {
            return Has(new UriQueryExpressionParser(MaxDepth).ParseFilter(filter));
        }
        catch (ODataException)
        {
            return false;
        }

        bool Has(QueryToken? token) => token switch
        {
            BinaryOperatorToken binary => binary.OperatorKind == kind || Has(binary.Left) || Has(binary.Right),
            UnaryOperatorToken unary => Has(unary.Operand),
            LambdaToken lambda => Has(lambda.Expression),
            FunctionCallToken function => function.Arguments.Any(argument => Has(argument.ValueToken)),
            _ => false,
        };
    }
}
