using Microsoft.OData.UriParser;
using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary>
/// Which applications a <c>$filter</c> can be about. A directory is asked for one application at a time and may know any number of them, so a list is answered
/// only where the filter says by <c>appId</c> which ones; each of these is then held against the whole filter.
/// </summary>
internal static class ApplicationFilter
{
    /// <summary>Client ids of which every match has one; null where the filter does not bound them.</summary>
    public static IReadOnlySet<string>? AppIdsOrNull(FilterClause? clause) => clause is null ? null : Of(clause.Expression);

    private static HashSet<string>? Of(QueryNode node)
    {
        switch (FilterNodes.Bare(node))
        {
            case BinaryOperatorNode { OperatorKind: BinaryOperatorKind.And } both:
                // Either side bounds the whole.
                return Of(both.Left) ?? Of(both.Right);
            case BinaryOperatorNode { OperatorKind: BinaryOperatorKind.Or } either:
                return Of(either.Left) is { } left && Of(either.Right) is { } right ? [.. left, .. right] : null;
            case BinaryOperatorNode { OperatorKind: BinaryOperatorKind.Equal } equal:
                return OfEqual(equal);
            case InNode { Right: CollectionConstantNode values } inside when NameOf(inside.Left) == "appId":
                return Set(values.Collection.Select(constant => constant.Value as string));
            case AnyNode any when DirectoryFilterNodes.AnyEqualOrNull(any) is ("servicePrincipalNames", var name):
                return Set([name.Equals(AuthOptions.GraphAudience, StringComparison.OrdinalIgnoreCase) ? AuthOptions.GraphAppId : name]);
            default:
                return null;
        }
    }

    private static HashSet<string>? OfEqual(BinaryOperatorNode equal)
    {
        bool isFieldLeft = FilterNodes.Bare(equal.Left) is not ConstantNode;
        string? value = (FilterNodes.Bare(isFieldLeft ? equal.Right : equal.Left) as ConstantNode)?.Value as string;
        return NameOf(isFieldLeft ? equal.Left : equal.Right) switch
        {
            "appId" => Set([value]),

            // How scripts that know no ids look it up.
            "displayName" or "appDisplayName" when "Microsoft Graph".Equals(value, StringComparison.OrdinalIgnoreCase) => [AuthOptions.GraphAppId],
            _ => null,
        };
    }

    private static string? NameOf(QueryNode node) => (FilterNodes.Bare(node) as SingleValuePropertyAccessNode)?.Property.Name;

    private static HashSet<string> Set(IEnumerable<string?> ids) =>
        [.. ids.Select(GuidText.LowerOrNull).OfType<string>()];
}
