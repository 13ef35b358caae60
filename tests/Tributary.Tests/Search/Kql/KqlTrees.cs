using CsCheck;
using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

/// <summary>Random trees of every form the parser can give, without positions.</summary>
internal static class KqlTrees
{
    private static readonly Gen<string> BareTexts = Gen.OneOf(
        Gen.OneOf("and", "near", "ANDROID", "https://contoso.com/x", "unknown:x", "it's", "7", "東京", "🎉", "a*b", "title", "price"),
        Gen.Select(Gen.Char["abXY01"], Gen.Char["abXY01._-/@#&'+:,"].Array[0, 6], (first, rest) => first + new string(rest)));

    private static readonly Gen<string> QuotedTexts = Gen.OneOf(
        Gen.OneOf("AND", "title:x", "-x", "a AND b", "(x", "1..5"),
        Gen.Select(
            Gen.Char["abXY01 (-"].Array[0, 4],
            Gen.Char["abXY01 .*():-<>=,"].Array[0, 6],
            (head, rest) => $"{new string(head)}a{new string(rest)}b"));

    private static readonly Gen<Words> Terms = Gen.OneOf(
        Gen.Select(BareTexts, Gen.Bool, (text, isPrefix) => new Words(0, 0, text, false, isPrefix)),
        Gen.Select(QuotedTexts, Gen.Bool, (text, isPrefix) => new Words(0, 0, text, true, isPrefix)));

    private static readonly Gen<XrankParameters> Parameters = Gen.Select(
        Gen.Int[1, 9],
        Gen.Int[-9, 9],
        Gen.Int[0, 9],
        (cb, nb, n) => new XrankParameters(cb, nb / 4.0, 0, 0, 0, 0, n));

    public static readonly Gen<KqlNode> Any = Tree(4, Where.Anywhere);

    private enum Where
    {
        Anywhere,
        InRank,
        InGroup,
    }

    private static Gen<KqlNode> Tree(int depth, Where where)
    {
        var leaf = Leaf(depth, where);
        if (depth == 0)
        {
            return leaf;
        }

        var inner = Tree(depth - 1, where);
        var some = inner.List[2, 3];
        var forms = new List<Gen<KqlNode>>
        {
            leaf,
            some.Select(KqlJoin.And),
            some.Select(KqlJoin.Or),
            inner.Select(operand => (KqlNode)new Not(0, 0, operand)),
        };
        if (where is Where.Anywhere)
        {
            var boosts = Gen.Select(Tree(depth - 1, Where.InRank), Parameters, (rank, parameters) => new XrankBoost(rank, parameters)).List[1, 2];
            forms.Add(Gen.Select(inner, boosts, (match, list) => (KqlNode)new Xrank(0, 0, match, list)));
        }

        return Gen.OneOf([.. forms]);
    }

    private static Gen<KqlNode> Leaf(int depth, Where where)
    {
        var forms = new List<Gen<KqlNode>>
        {
            Terms.Select(term => (KqlNode)term),
            Terms.List[1, 3].Select(terms => (KqlNode)new Synonyms(0, 0, [.. terms.Select(WithoutCommas)])),
            Gen.Select(Terms.List[2, 4], Gen.Bool, Gen.OneOf(0, 5, 8), Proximity).Select(near => (KqlNode)near),
            Gen.Const((KqlNode)new MatchAll(0, 0)),
        };
        if (where is not Where.InGroup)
        {
            forms.Add(Values());
            if (depth > 0)
            {
                forms.Add(Groups(depth - 1));
            }
        }

        return Gen.OneOf([.. forms]);
    }

    /// <summary>Four terms make a chain that changes its operator.</summary>
    private static Near Proximity(List<Words> terms, bool isOrdered, int distance) => terms.Count < 4
        ? new Near(0, 0, terms, isOrdered, distance)
        : new Near(0, 0, [new Near(0, 0, terms[..2], !isOrdered, distance), .. terms[2..]], isOrdered, distance);

    private static Words WithoutCommas(Words term) => term with { Text = term.Text.Replace(",", "", StringComparison.Ordinal) };

    private static Gen<KqlNode> Groups(int depth) => Gen.Select(
        Names,
        Gen.OneOf(KqlOperator.Contains, KqlOperator.Equal, KqlOperator.NotEqual),
        Tree(depth, Where.InGroup),
        (name, sign, expression) => (KqlNode)new Restriction(0, 0, name, name, sign, new GroupValue(expression)));

    private static Gen<KqlNode> Values() => Gen.Select(
        Names,
        Gen.Enum<KqlOperator>(),
        Gen.OneOf(
            BareTexts.Where(text => !text.Contains("..", StringComparison.Ordinal)).Select(text => (KqlValue)new TextValue(text, false, false)),
            BareTexts.Select(text => (KqlValue)new TextValue(text, false, true)),
            Gen.Select(QuotedTexts, Gen.Bool, (text, isPrefix) => (KqlValue)new TextValue(text, true, isPrefix)),
            Gen.OneOf<KqlValue>(
                new TextValue("", true, false),
                new TextValue("-5", false, false),
                new TextValue("AND", false, false),
                new RangeValue("1", "5"),
                new RangeValue("a", "b..c"),
                new RangeValue("-1.5", "2026-01-01T00:00:00.000Z"),
                new ExistsValue())),
        (name, sign, value) => (KqlNode)new Restriction(0, 0, name, name, Fitting(sign, value), value));

    private static Gen<string> Names => Gen.OneOf("title", "author", "price");

    private static KqlOperator Fitting(KqlOperator sign, KqlValue value) =>
        value is TextValue { IsPrefix: false } || sign is KqlOperator.Contains or KqlOperator.Equal or KqlOperator.NotEqual
            ? sign
            : KqlOperator.Contains;
}
