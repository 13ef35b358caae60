namespace Tributary.Search.Kql;

/// <summary>Where the nodes of a tree stand.</summary>
internal static class KqlPlaces
{
    /// <summary>The same tree, of another text.</summary>
    /// <param name="node">The tree.</param>
    /// <param name="move">Where in that text a position of this one is; never before where a lesser one is.</param>
    public static KqlNode Moved(KqlNode node, Func<int, int> move)
    {
        KqlNode moved = node switch
        {
            And and => and with { Operands = All(and.Operands) },
            Or or => or with { Operands = All(or.Operands) },
            Near near => near with { Operands = All(near.Operands) },
            Not not => not with { Operand = Moved(not.Operand, move) },
            Synonyms synonyms => synonyms with { Terms = [.. synonyms.Terms.Select(term => (Words)Moved(term, move))] },
            Xrank xrank => xrank with
            {
                Match = Moved(xrank.Match, move),
                Boosts = [.. xrank.Boosts.Select(boost => boost with { Rank = Moved(boost.Rank, move) })],
            },
            Restriction { Value: GroupValue group } restriction => restriction with
            {
                Value = new GroupValue(Moved(group.Expression, move)),
                ValueStart = move(restriction.ValueStart),
            },
            Restriction restriction => restriction with { ValueStart = move(restriction.ValueStart) },
            _ => node,
        };
        int start = move(node.Start);
        return moved with { Start = start, Length = move(node.End) - start };

        IReadOnlyList<KqlNode> All(IReadOnlyList<KqlNode> operands) => [.. operands.Select(operand => Moved(operand, move))];
    }
}
