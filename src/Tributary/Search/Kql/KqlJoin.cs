namespace Tributary.Search.Kql;

/// <summary>
/// Builds <see cref="Kql.And"/> and <see cref="Kql.Or"/> so that neither stands directly in its own kind and neither has one operand.
/// </summary>
internal static class KqlJoin
{
    public static KqlNode And(IReadOnlyList<KqlNode> operands) => operands is [var only]
        ? only
        : new And(Start(operands), Length(operands), [.. operands.SelectMany(operand => operand is And and ? and.Operands : [operand])]);

    public static KqlNode Or(IReadOnlyList<KqlNode> operands) => operands is [var only]
        ? only
        : new Or(Start(operands), Length(operands), [.. operands.SelectMany(operand => operand is Or or ? or.Operands : [operand])]);

    /// <summary>
    /// The implicit operators of 7.4: restrictions on one property are alternatives wherever they stand in the run, also if they compare
    /// (<c>price&gt;1 price&lt;5</c> is everything: [MS-KQL] 2.2.4 knows no exception); everything else is required. A negation is never an
    /// alternative, and neither is <c>name&lt;&gt;value</c>, which is one.
    /// </summary>
    /// <seealso href="https://learn.microsoft.com/en-us/openspecs/sharepoint_protocols/ms-kql/5c7e1e38-b7f2-4b1a-a38c-947e22e1d642"/>
    public static KqlNode Juxtaposed(IReadOnlyList<KqlNode> run)
    {
        var groups = new List<List<KqlNode>>();
        var byProperty = new Dictionary<string, List<KqlNode>>(StringComparer.Ordinal);
        foreach (var node in run)
        {
            if (node is not Restriction { Operator: not KqlOperator.NotEqual } restriction)
            {
                groups.Add([node]);
            }
            else if (byProperty.TryGetValue(restriction.Property, out var alternatives))
            {
                alternatives.Add(node);
            }
            else
            {
                byProperty.Add(restriction.Property, [node]);
                groups.Add(byProperty[restriction.Property]);
            }
        }

        return And([.. groups.Select(Or)]);
    }

    private static int Start(IReadOnlyList<KqlNode> operands) => operands.Min(operand => operand.Start);

    private static int Length(IReadOnlyList<KqlNode> operands) => operands.Max(operand => operand.End) - Start(operands);
}
