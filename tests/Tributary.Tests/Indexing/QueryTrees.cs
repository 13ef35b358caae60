using CsCheck;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Tests.Indexing;

/// <summary>
/// Random trees over <see cref="QuerySchema"/>, of every form the parser can give, fitting the types or not. Properties are not resolved: they have the names they are
/// written with.
/// </summary>
internal static class QueryTrees
{
    public static readonly string[] Texts =
    [
        "alpha", "BETA", "gamma", "cafe", "beta gamma", "alpha.beta", "alph", "b", "help contoso com", "zeta", "🎉", "x1", "beta gamma alpha", "y2", "help@contoso.com",
        "東京", "京都", "東", "ひ", "カタカナ", "カタ", "한국어", "한국", "𠮷", "𠮷野", "שלום", "של", "עולם שלום", "مرحبا", "مرحبا beta", "हिन्दी", "Alpha", "strasse", "STRASSE", "fine",
        "ＡＬＰＨＡ", "don't", "don’t", "CAFÉ", "cafe\u0301", "Angstrom", "ångström gamma", "ελλαδα", "ЕЛЛАДА", "иод", "cooperate", "co\u00adop", "\u200fשלום", "میخواهم", "می\u200cخواهم", "alpha,東京", "alpha;beta", "alpha#beta", "alpha_beta", "ไทย", "מברך", "محمد", "مُحَمَّد", "λόγοσ", "ΛΟΓΟΣ", "İspartali", "alphas", "gammas beta", "betas",
    ];

    private static readonly string[] Names =
        [.. QuerySchema.Meanings.Keys, .. QuerySchema.Schema.Properties.Select(property => property.Name.ToUpperInvariant()), "elsewhere", "ELSEWHERE"];

    private static readonly string[] Values =
    [
        "alpha", "Alpha Beta", "beta-gamma alpha", "al", "", "...", "🎉", "CAFÉ AU LAIT", "0", "1", "5", "-3", "-0", "5.0", "1.5", "-1.5", "2.25", "1e30", "-1e30", "9223372036854775807",
        "-9223372036854775808", "true", "no", "maybe", "2026-03-10", "2026-03-10T12:00:00Z", "2026-03-10T12:00:00.000+00:00", "today", "yesterday", "This Week", "this year", "last year", "9999-12-31",
        "this month", "last month", "2026-03-10T14:30:00.5+02:30", "東京都", "東京", "カタカナ", "ｶﾀｶﾅ", "한국어", "𠮷野", "שלום עולם", "مرحبا", "ANGSTROM", "Ångström_gamma", "Cafe\u0301", "café", "ﬁne",
        "FINE", "Straße", "alpha#beta", "don't alpha", "help@contoso.com",
    ];

    /// <summary>Of the first items, of none, and of another connection.</summary>
    private static readonly string[] SystemTexts =
    [
        .. Enumerable.Range(0, 4).SelectMany(number => new[]
        {
            QuerySchema.Values.HitId(QueryItem.IdOf(number)), QuerySchema.Values.ContentDomain(QueryItem.IdOf(number)), SystemValues.Entry(QueryItem.KeyOf(number)),
            $"{QueryItem.KeyOf(number)}", $"{QueryItem.KeyOf(number)}.5",
        }),
        QuerySchema.Values.Location, QuerySchema.Values.Location.ToUpperInvariant(), QuerySchema.Values.HitId("gone"), SystemValues.Entry(1), "1", "45", "-1e30", "alpha", "",
        new SystemValues("fedcba9876543210", "other", QuerySchema.Tenant).HitId("0"),
    ];

    private static readonly Gen<Words> Term = Gen.Select(
        Gen.OneOf(Texts), Gen.Bool, Gen.Frequency((3, false), (1, true)), (text, isQuoted, isPrefix) => WordsOf(text, isQuoted, isPrefix));

    private static readonly Gen<Words> NearTerm = Gen.Frequency((1, Gen.OneOf(Texts)), (1, Gen.OneOf("alpha", "beta", "gamma", "beta gamma"))).Select(text => WordsOf(text, false, false));

    private static readonly Gen<(bool IsOrdered, int Distance)> Link = Gen.Select(Gen.Bool, Gen.OneOf(0, 1, 2, 8));

    /// <summary>Two words, or a chain, whose links may differ.</summary>
    public static readonly Gen<KqlNode> Proximity = Gen.Select(NearTerm, Gen.Frequency((2, Gen.Const(1)), (1, Gen.Int[2, 4])).SelectMany(length => Gen.Select(Link, NearTerm).Array[length]), (first, rest) => Chain(first, rest));

    private static readonly Gen<Words> ChainTerm = Gen.Frequency((1, Gen.Const("beta gamma")), (6, Gen.OneOf("alpha", "beta", "gamma"))).Select(text => WordsOf(text, false, false));

    /// <summary>Chains of three to five operands and small distances, for texts of their words.</summary>
    public static readonly Gen<(Words First, ((bool IsOrdered, int Distance) Link, Words Term)[] Links)> Chains =
        Gen.Select(ChainTerm, Gen.Select(Gen.Select(Gen.Bool, Gen.Int[0, 3]), ChainTerm).Array[2, 4]);

    /// <summary>As the parser makes it: one node as long as operator and distance stay the same.</summary>
    public static KqlNode Chain(Words first, ((bool IsOrdered, int Distance) Link, Words Term)[] rest) => rest.Aggregate((KqlNode)first, (before, next) =>
        before is Near near && (near.IsOrdered, near.Distance) == next.Link
            ? near with { Operands = [.. near.Operands, next.Term] }
            : new Near(0, 0, [before, next.Term], next.Link.IsOrdered, next.Link.Distance));

    private static readonly Gen<KqlNode> Restriction =
        from name in Gen.OneOf(Names)
        from sign in Gen.Enum<KqlOperator>()
        from value in Gen.OneOf(
            Gen.Select(Gen.OneOf(Values), Gen.Frequency((4, false), (1, true)), Text),
            Gen.Select(Gen.OneOf(Values), Gen.OneOf(Values), (low, high) => (KqlValue)new RangeValue(low, high)),
            Gen.Const((KqlValue)new ExistsValue()),
            Gen.Recursive<KqlNode>((depth, self) => depth > 2 ? Term.Select(term => (KqlNode)term) : Tree(self, isInGroup: true)).Select(tree => (KqlValue)new GroupValue(tree)))
        select (KqlNode)new Restriction(0, 0, name, name, Fitting(sign, value), value);

    private static readonly Gen<KqlNode> SystemTerm = Gen.OneOf(SystemTexts[..^3]).Select(text => (KqlNode)new Words(0, 0, text, true, false));

    private static readonly Gen<KqlNode> SystemRestriction =
        from name in Gen.OneOf(QuerySchema.SystemNames)
        from sign in Gen.Enum<KqlOperator>()
        from value in Gen.Frequency(
            (6, Gen.Select(Gen.OneOf(SystemTexts), Gen.Frequency((9, false), (1, true)), Text)),
            (2, Gen.Select(Gen.OneOf("39", "41", "42.5", "50", "x"), Gen.OneOf("40", "41", "44", "x"), (low, high) => (KqlValue)new RangeValue(low, high))),
            (1, Gen.Const((KqlValue)new ExistsValue())),
            (2, SystemTerm.Array[2, 3].Select(terms => (KqlValue)new GroupValue(KqlJoin.Or(terms)))),
            (1, SystemTerm.Array[2].Select(terms => (KqlValue)new GroupValue(KqlJoin.And([terms[0], new Not(0, 0, terms[1])])))))
        select (KqlNode)new Restriction(0, 0, name, name, Fitting(sign, value), value);

    /// <summary>The rank side finds nothing.</summary>
    private static readonly Gen<KqlNode> Boosted = Gen.Select(
        Gen.Frequency((3, Term.Select(term => (KqlNode)term)), (1, Term.Select(term => (KqlNode)new Not(0, 0, term)))), Term, (match, rank) => (KqlNode)new Xrank(0, 0, match, [new XrankBoost(rank, new XrankParameters(1, 0, 0, 0, 0, 0, 0))]));

    public static readonly Gen<KqlNode> Any = Gen.Recursive<KqlNode>((depth, self) => depth > 3 ? Leaf(isInGroup: false) : Tree(self, isInGroup: false));

    private static Words WordsOf(string text, bool isQuoted, bool isPrefix) => new(0, 0, text, isQuoted || text.Contains(' ', StringComparison.Ordinal), isPrefix);

    /// <summary>Quoted, as nothing else holds any text; a star alone would ask whether there is a value.</summary>
    private static KqlValue Text(string text, bool isPrefix) => new TextValue(text, true, isPrefix && text.Length > 0);

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
            (1, Term.Select(WithoutCommas).Array[1, 3].Select(terms => (KqlNode)new Synonyms(0, 0, terms))),
            (1, Gen.Const((KqlNode)new MatchAll(0, 0))));
        return isInGroup ? words : Gen.Frequency((5, words), (5, Restriction), (1, SystemRestriction), (1, Boosted));
    }

    private static Words WithoutCommas(Words term) => term with { IsQuoted = true };

    /// <summary>The parser takes only one plain value after a comparison.</summary>
    private static KqlOperator Fitting(KqlOperator sign, KqlValue value) =>
        value is TextValue { IsPrefix: false } || sign is KqlOperator.Contains or KqlOperator.Equal or KqlOperator.NotEqual ? sign : KqlOperator.NotEqual;
}
