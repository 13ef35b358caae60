using CsCheck;
using Tributary.Search.Kql;

namespace Tributary.Tests.Indexing;

/// <summary>Random trees over <see cref="QuerySchema"/>, of every form the parser can give, fitting the types or not.</summary>
internal static class QueryTrees
{
    private static readonly string[] Texts =
        ["alpha", "BETA", "gamma", "cafe", "beta gamma", "alpha.beta", "alph", "b", "help contoso com", "zeta", "🎉", "x1", "beta gamma alpha", "y2"];

    private static readonly string[] Names = [.. QuerySchema.Schema.Properties.Select(property => property.Name), "unknown"];

    private static readonly string[] Values =
    [
        "alpha", "Alpha Beta", "beta-gamma alpha", "al", "", "...", "🎉", "CAFÉ AU LAIT", "0", "1", "5", "-3", "-0", "5.0", "1.5", "-1.5", "2.25", "1e30", "-1e30", "9223372036854775807",
        "-9223372036854775808", "true", "no", "maybe", "2026-03-10", "2026-03-10T12:00:00Z", "2026-03-10T12:00:00.000+00:00", "today", "yesterday", "This Week", "this year", "last year", "9999-12-31",
    ];

    private static readonly Gen<Words> Term = Gen.Select(Gen.OneOf(Texts), Gen.Bool, Gen.Frequency((3, false), (1, true)), (text, isQuoted, isPrefix) => new Words(0, 0, text, isQuoted, isPrefix));

    private static readonly Gen<KqlNode> Proximity =
        from terms in Gen.OneOf(Texts).Select(text => new Words(0, 0, text, false, false)).Array[2]
        from isOrdered in Gen.Bool
        from distance in Gen.OneOf(0, 1, 2, 8)
        select (KqlNode)new Near(0, 0, terms, isOrdered, distance);

    private static readonly Gen<KqlNode> Restriction =
        from name in Gen.OneOf(Names)
        from sign in Gen.Enum<KqlOperator>()
        from value in Gen.OneOf(
            Gen.Select(Gen.OneOf(Values), Gen.Frequency((4, false), (1, true)), (text, isPrefix) => (KqlValue)new TextValue(text, true, isPrefix)),
            Gen.Select(Gen.OneOf(Values), Gen.OneOf(Values), (low, high) => (KqlValue)new RangeValue(low, high)),
            Gen.Const((KqlValue)new ExistsValue()),
            Gen.Recursive<KqlNode>((depth, self) => depth > 2 ? Term.Select(term => (KqlNode)term) : Tree(self, isInGroup: true)).Select(tree => (KqlValue)new GroupValue(tree)))
        select (KqlNode)new Restriction(0, 0, name, name, Fitting(sign, value), value);

    public static readonly Gen<KqlNode> Any = Gen.Recursive<KqlNode>((depth, self) => depth > 3 ? Leaf(isInGroup: false) : Tree(self, isInGroup: false));

    private static Gen<KqlNode> Tree(Gen<KqlNode> self, bool isInGroup) => Gen.Frequency(
        (4, Leaf(isInGroup)),
        (2, self.Array[2, 4].Select(operands => KqlJoin.And(operands))),
        (2, self.Array[2, 4].Select(operands => KqlJoin.Or(operands))),
        (1, self.Select(operand => (KqlNode)new Not(0, 0, operand))));

    private static Gen<KqlNode> Leaf(bool isInGroup)
    {
        Gen<KqlNode> words = Gen.Frequency(
            (6, Term.Select(term => (KqlNode)term)),
            (2, Proximity),
            (1, Term.Array[1, 3].Select(terms => (KqlNode)new Synonyms(0, 0, terms))),
            (1, Gen.Const((KqlNode)new MatchAll(0, 0))));
        return isInGroup ? words : Gen.OneOf(words, Restriction);
    }

    /// <summary>The parser takes only one plain value after a comparison, and no range or wildcard after <c>&lt;&gt;</c>.</summary>
    private static KqlOperator Fitting(KqlOperator sign, KqlValue value) => value switch
    {
        TextValue { IsPrefix: false } => sign,
        RangeValue => sign is KqlOperator.Contains or KqlOperator.Equal ? sign : KqlOperator.Contains,
        _ => sign is KqlOperator.Contains or KqlOperator.Equal or KqlOperator.NotEqual ? sign : KqlOperator.NotEqual,
    };
}
