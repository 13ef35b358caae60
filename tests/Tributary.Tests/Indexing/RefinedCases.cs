using System.Globalization;
using CsCheck;
using Tributary.Acls;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;
using Tributary.Tests.Acls;

namespace Tributary.Tests.Indexing;

/// <summary>A connection as a test draws it: what it has, and in which order it came to have it.</summary>
/// <param name="Schema">Names and attributes of its own.</param>
/// <param name="Writes">One after the other; null for a deletion. After each batch the index makes a segment.</param>
internal sealed record RefinedConnection(Schema Schema, (int Item, RefinedItem? Written)[][] Writes);

/// <param name="Values">By the names of <see cref="RefinedCases.Names"/>.</param>
internal sealed record RefinedItem(IReadOnlyDictionary<string, object[]> Values, string? Content, Acl Acl, bool IsHidden);

/// <summary>A search as a test draws it, in the names of <see cref="RefinedCases.Names"/>: each connection reads them as its own.</summary>
internal sealed record RefinedSearch(KqlNode Tree, KqlNode? Filter, AccessPrincipals[] Callers)
{
    public required (string Name, bool IsDescending)[] Sort { get; init; }

    public required (string Name, Facet Facet)[] Facets { get; init; }

    public required (string[] Names, int Limit)[] Collapse { get; init; }

    public required int From { get; init; }

    public required int Size { get; init; }

    public required bool IsDelayed { get; init; }
}

/// <summary>Random connections and searches over few names and values, so that they meet often.</summary>
internal static class RefinedCases
{
    private const string Changed = "changed";

    public static readonly string[] Names = ["kind", "tags", "code", "size", "sizes", "price", "prices", "day", "days", "done"];

    private static readonly string[] Texts =
    [
        "alpha", "Alpha", "alphas", "ＡＬＰＨＡ", "alpha beta", "beta Alpha gamma", "beta", "", "...", "é", "e\u0301", "É", "10", "9", "2.5", "1e1", "\uFFDE", "😀", "Zeta", "zeta 10",
        new string('x', 1200), new string('X', 1100) + "y",
    ];

    private static readonly string[] Dates = ["2026-03-09T00:00:00Z", "2026-03-10T12:00:00.5Z", "2026-03-10T12:00:00Z", "2026-03-10T23:59:59.9999999Z", "2026-03-11T02:00:00+02:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z"];

    private static readonly string[] Bounds = ["0", "1", "5", "-3", "1.5", "2.25", "1e30", "9223372036854775807", "2026-03-10", "2026-03-10T12:00:00Z", "2026-03-11", "word"];

    private static readonly string[] Words = ["alpha", "alphas", "beta", "gamma", "alpha beta", "beta alpha", "ZETA", "10", "...", "alpha beta gamma", "é"];

    public static readonly Gen<RefinedConnection> Connection =
        from schema in Schemas
        from writes in Gen.Select(Gen.Int[0, 13], Gen.Frequency((5, ItemOf(schema).Select(item => (RefinedItem?)item)), (1, Gen.Const(() => (RefinedItem?)null)))).Array[0, 12].Array[1, 4]
        select new RefinedConnection(schema, writes);

    private static Gen<Schema> Schemas =>
        from suffix in Gen.OneOf("", "", "X")
        from choices in Gen.Int[0, 1 << 10].Array[Names.Length]
        select new Schema([
            new Property { Name = Changed, Type = PropertyType.DateTime, Labels = [Label.LastModifiedDateTime] },
            .. Names.Zip(choices).Where(pair => pair.Second % 8 != 0).Select(pair => new Property
            {
                Name = pair.First + suffix,
                Type = TypeOf(pair.First),
                IsRefinable = pair.Second / 8 % 8 != 0,
                IsQueryable = pair.Second / 64 % 2 == 0,
                IsExactMatchRequired = pair.First == "code",
            }),
        ]);

    public static Gen<RefinedSearch> Search =>
        from tree in Trees
        from filter in Gen.Frequency((1, Gen.Const(() => (KqlNode?)null)), (2, Filters.Select(node => (KqlNode?)node)))
        from callers in AclGen.Caller.Array[3]
        from sort in Gen.Select(Gen.OneOf(Names), Gen.Bool).Array[0, 3]
        from facets in Gen.Select(Gen.OneOf(Names), Facets).Array[0, 3]
        from collapse in Gen.Select(Gen.OneOf(Names).Array[1, 2], Gen.Frequency((4, Gen.Int[1, 3]), (1, Gen.Const(32767)))).Array[0, 3]
        from doesCollapse in Gen.Bool
        from page in Gen.Select(Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[0, 12])), Gen.OneOf(0, 1, 3, 10, 100))
        from isDelayed in Gen.Frequency((3, false), (1, true))
        select new RefinedSearch(tree, filter, callers)
        {
            Sort = sort,
            Facets = facets,
            Collapse = doesCollapse ? collapse : [],
            From = page.Item1,
            Size = page.Item2,
            IsDelayed = isDelayed,
        };

    public static PropertyType TypeOf(string name) => name switch
    {
        "kind" or "code" => PropertyType.String,
        "tags" => PropertyType.StringCollection,
        "size" => PropertyType.Int64,
        "sizes" => PropertyType.Int64Collection,
        "price" => PropertyType.Double,
        "prices" => PropertyType.DoubleCollection,
        "day" => PropertyType.DateTime,
        "days" => PropertyType.DateTimeCollection,
        _ => PropertyType.Boolean,
    };

    /// <summary>What a name is in a connection, if it is there.</summary>
    public static Property? PropertyOf(Schema schema, string name) => schema.FindOrNull(name) ?? schema.FindOrNull(name + "X");

    /// <summary>The tree with the names of a connection.</summary>
    public static KqlNode Resolve(KqlNode node, Schema schema) => node switch
    {
        And and => new And(0, 0, [.. and.Operands.Select(operand => Resolve(operand, schema))]),
        Or or => new Or(0, 0, [.. or.Operands.Select(operand => Resolve(operand, schema))]),
        Not not => new Not(0, 0, Resolve(not.Operand, schema)),
        Refinement refinement => refinement with { Property = PropertyOf(schema, refinement.Property)?.Name ?? refinement.Property },
        Restriction restriction => restriction with { Property = PropertyOf(schema, restriction.Property)?.Name ?? restriction.Property },
        _ => node,
    };

    private static Gen<RefinedItem> ItemOf(Schema schema) =>
        from values in schema.Properties.Aggregate(
            Gen.Const(() => Array.Empty<object[]?>()),
            (before, property) => Gen.Select(before, ValuesOf(property), (values, next) => values.Append(next).ToArray()))
        from content in Gen.OneOf("one", "one two", "two", "two two three", "three").Select(content => (string?)content)
        from acl in Gen.Frequency((2, Gen.Const(() => new Acl([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant)]))), (1, AclGen.Acl))
        from isHidden in Gen.Frequency((5, false), (1, true))
        select new RefinedItem(schema.Properties.Zip(values).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First.Name, pair => pair.Second!), content, acl, isHidden);

    private static Gen<object[]?> ValuesOf(Property property)
    {
        Gen<object> one = property.Type.Element() switch
        {
            PropertyType.Int64 => Gen.OneOf<long>(-3, 0, 1, 2, 5, 10, long.MaxValue, long.MinValue).Select(value => (object)value),
            PropertyType.Double => Gen.OneOf(-1.5, -0.0, 0.0, 0.5, 1, 10, 2.25, 1e300, -1e300).Select(value => (object)value),
            PropertyType.Boolean => Gen.Bool.Select(value => (object)value),
            PropertyType.DateTime => Gen.OneOf(property.Name == Changed ? Dates[..2] : Dates).Select(value => (object)value),
            _ => Gen.OneOf(Texts).Select(value => (object)value),
        };
        Gen<object[]> some = property.Type.IsCollection() ? one.Array[0, 3] : one.Array[1];
        return Gen.Frequency((4, some.Select(values => (object[]?)values)), (1, Gen.Const(() => (object[]?)null)));
    }

    private static Gen<Facet> Facets =>
        from size in Gen.OneOf(1, 2, 3, 10, 100, 65535)
        from minimum in Gen.OneOf(0, 0, 1, 2, 3)
        from prefix in Gen.OneOf<string?>(null, null, "a", "AL", "2026-03-1", "1", "tr", "é", "")
        from order in Gen.Enum<FacetOrder>()
        from isDescending in Gen.Bool
        from ranges in Gen.Frequency(
            (2, Gen.Const(() => Array.Empty<FacetRange>())),
            (1, Gen.Select(OptionalBound, OptionalBound, (low, high) => new FacetRange(low, high)).Array[1, 4]))
        select new Facet([]) { Size = size, MinimumCount = minimum, Prefix = prefix, Order = order, IsDescending = isDescending, Ranges = ranges };

    private static Gen<string?> OptionalBound => Gen.OneOf<string?>([null, .. Bounds]);

    private static Gen<KqlNode> Trees => Combined(Gen.Frequency(
        (2, Gen.Const(() => (KqlNode)new MatchAll(0, 0))),
        (4, Gen.OneOf("one", "two", "three").Select(word => (KqlNode)new Words(0, 0, word, false, false))),
        (1, Gen.Select(Gen.OneOf("kind", "tags", "code"), Gen.OneOf(Words), (name, word) => (KqlNode)new Restriction(0, 0, name, name, KqlOperator.Contains, new TextValue(word, true, false))))));

    private static Gen<KqlNode> Filters => Combined(Gen.Select(Gen.OneOf([.. Names, "unknown"]), Tests, (name, test) => (KqlNode)new Refinement(0, 0, name, test)));

    private static Gen<RefinementTest> Tests => Gen.Frequency(
        (3, Gen.OneOf([.. Texts, "0", "-1.5", "5", "2.25", "1E+300", "True", "False", "2026-03-10T12:00:00.5Z", "2026-03-09T00:00:00Z", long.MinValue.ToString(CultureInfo.InvariantCulture)]).Select(key => (RefinementTest)new BucketValue(key))),
        (2, Gen.OneOf([.. Texts, .. Bounds, "ALPHA", "true", "no", "5.0"]).Select(text => (RefinementTest)new EqualValue(text))),
        (2, Gen.Select(OptionalBound, Gen.Bool, OptionalBound, Gen.Bool, (from, isFromIn, to, isToIn) => (RefinementTest)new BetweenValues(from, isFromIn, to, isToIn))),
        (1, Gen.Const(() => (RefinementTest)new NoValue())),
        (3, Gen.Select(Gen.OneOf(Words), Gen.Enum<WordsMode>(), (text, mode) => (RefinementTest)new WordsOfValue(text, mode))));

    private static Gen<KqlNode> Combined(Gen<KqlNode> leaf) => Gen.Recursive<KqlNode>((depth, self) => depth > 2 ? leaf : Gen.Frequency(
        (5, leaf),
        (1, self.Array[2, 3].Select(operands => KqlJoin.And(operands))),
        (1, self.Array[2, 3].Select(operands => KqlJoin.Or(operands))),
        (1, self.Select(operand => (KqlNode)new Not(0, 0, operand)))));
}
