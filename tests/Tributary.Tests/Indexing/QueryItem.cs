using System.Globalization;
using System.Text.Json;
using CsCheck;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Schemas;

namespace Tributary.Tests.Indexing;

/// <summary>A small item of <see cref="QuerySchema"/>; values by property name, each a list, absent when there is none. Those of principals are their names.</summary>
internal sealed record QueryItem(IReadOnlyDictionary<string, object[]> Values, string? Content)
{
    private const long FirstKey = 40;

    private static readonly string[] PrincipalNames = ["entraDisplayName", "upn", "email", "externalName"];

    public static readonly string[] Phrases =
    [
        "alpha", "beta gamma", "Alpha Beta", "alphabet", "beta-gamma alpha", "Café au lait", "help@contoso.com", "gamma", "al", "", "...", "🎉", "x1 y2 alpha beta gamma beta", "alphas gamma", "Betas",
        .. QueryWords.Texts,
    ];

    public static readonly string[] Dates =
    [
        "2026-03-09T00:00:00Z", "2026-03-10T12:00:00Z", "2026-03-10T23:59:59.9999999Z", "2026-03-11T00:00:00Z", "2025-12-31T10:00:00+02:00", "0001-01-01T00:00:00Z",
        "2026-03-08T00:00:00Z", "2026-03-14T23:59:59Z", "2026-03-15T00:00:00Z", "2026-02-28T23:59:59Z", "2026-02-01T00:00:00Z", "2027-01-01T00:00:00Z",
    ];

    public static readonly Gen<QueryItem> Gen =
        from values in QuerySchema.Schema.Properties.Aggregate(
            CsCheck.Gen.Const(() => Array.Empty<object[]?>()),
            (before, property) => CsCheck.Gen.Select(before, ValuesOf(property), (values, next) => values.Append(next).ToArray()))
        from content in CsCheck.Gen.OneOf(TextValue, CsCheck.Gen.Const(() => (string?)null))
        select new QueryItem(
            QuerySchema.Schema.Properties.Zip(values).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First.Name, pair => pair.Second!), content);

    private static Gen<string?> TextValue => CsCheck.Gen.Select(CsCheck.Gen.OneOf(Phrases), CsCheck.Gen.OneOf(Phrases), (one, two) => (string?)$"{one} {two}");

    /// <summary>Its place among the items of a test, from which its id and its key follow.</summary>
    public int Number { get; init; }

    public string Id => IdOf(Number);

    public long Key => KeyOf(Number);

    public static string IdOf(int number) => number.ToString(CultureInfo.InvariantCulture);

    public static long KeyOf(int number) => FirstKey + number;

    public FeedItem ToFeedItem() => new(Id)
    {
        Key = Key,
        Acl = 1,
        Change = Number,
        Properties = JsonSerializer.SerializeToUtf8Bytes(Values.ToDictionary(
            pair => pair.Key,
            pair => Json(QuerySchema.Schema.FindOrNull(pair.Key)!.Type, pair.Value))),
        Content = Content is null ? null : new ExternalItemContent(ExternalItemContentType.Text, Content),
    };

    /// <summary>All names of one principal, or a principal for each name.</summary>
    private static object Json(PropertyType type, object[] values) => type switch
    {
        PropertyType.Principal => PrincipalNames.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second),
        PropertyType.PrincipalCollection => values.Select((value, index) => new Dictionary<string, object> { [PrincipalNames[index % 4]] = value }).ToArray(),
        _ => type.IsCollection() ? values : values[0],
    };

    private static Gen<object[]?> ValuesOf(Property property)
    {
        Gen<object> one = property.Type.Element() switch
        {
            PropertyType.Int64 => CsCheck.Gen.OneOf<long>(-3, 0, 1, 2, 5, long.MaxValue, long.MinValue).Select(value => (object)value),
            PropertyType.Double => CsCheck.Gen.OneOf(-1.5, -0.0, 0.0, 0.5, 1, 2.25, 1e300).Select(value => (object)value),
            PropertyType.Boolean => CsCheck.Gen.Bool.Select(value => (object)value),
            PropertyType.DateTime => CsCheck.Gen.OneOf(Dates).Select(value => (object)value),
            PropertyType.Principal => CsCheck.Gen.OneOf([.. Phrases.Where(phrase => phrase.Length > 0)]).Select(value => (object)value),
            _ => CsCheck.Gen.OneOf(Phrases).Select(value => (object)value),
        };
        Gen<object[]> some = property.Type is PropertyType.Principal ? one.Array[1, 4] : property.Type.IsCollection() ? one.Array[0, 3] : one.Array[1];
        return CsCheck.Gen.Frequency((3, some.Select(values => (object[]?)values)), (1, CsCheck.Gen.Const(() => (object[]?)null)));
    }
}
