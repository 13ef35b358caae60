using System.Globalization;
using System.Text.Json;
using CsCheck;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Schemas;

namespace Tributary.Tests.Indexing;

/// <summary>A small item of <see cref="QuerySchema"/>; values by property name, each a list, absent when there is none.</summary>
internal sealed record QueryItem(IReadOnlyDictionary<string, object[]> Values, string? Content)
{
    public static readonly string[] Phrases =
        ["alpha", "beta gamma", "Alpha Beta", "alphabet", "beta-gamma alpha", "Café au lait", "help@contoso.com", "gamma", "al", "", "...", "🎉", "x1 y2 alpha beta gamma beta"];

    public static readonly string[] Dates = ["2026-03-09T00:00:00Z", "2026-03-10T12:00:00Z", "2026-03-10T23:59:59.9999999Z", "2026-03-11T00:00:00Z", "2025-12-31T10:00:00+02:00", "0001-01-01T00:00:00Z"];

    public static readonly Gen<QueryItem> Gen =
        from values in QuerySchema.Schema.Properties.Aggregate(
            CsCheck.Gen.Const(() => Array.Empty<object[]?>()),
            (before, property) => CsCheck.Gen.Select(before, ValuesOf(property), (values, next) => values.Append(next).ToArray()))
        from content in CsCheck.Gen.OneOf(TextValue, CsCheck.Gen.Const(() => (string?)null))
        select new QueryItem(
            QuerySchema.Schema.Properties.Zip(values).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First.Name, pair => pair.Second!), content);

    private static Gen<string?> TextValue => CsCheck.Gen.Select(CsCheck.Gen.OneOf(Phrases), CsCheck.Gen.OneOf(Phrases), (one, two) => (string?)$"{one} {two}");

    public FeedItem ToFeedItem(int number) => new(number.ToString(CultureInfo.InvariantCulture))
    {
        Acl = 1,
        Change = number,
        Properties = JsonSerializer.SerializeToUtf8Bytes(Values.ToDictionary(
            pair => pair.Key,
            pair => QuerySchema.Schema.FindOrNull(pair.Key)!.Type.IsCollection() ? (object)pair.Value : pair.Value[0])),
        Content = Content is null ? null : new ExternalItemContent(ExternalItemContentType.Text, Content),
    };

    private static Gen<object[]?> ValuesOf(Property property)
    {
        Gen<object> one = property.Type.Element() switch
        {
            PropertyType.Int64 => CsCheck.Gen.OneOf<long>(-3, 0, 1, 2, 5, long.MaxValue, long.MinValue).Select(value => (object)value),
            PropertyType.Double => CsCheck.Gen.OneOf(-1.5, -0.0, 0.0, 0.5, 1, 2.25, 1e300).Select(value => (object)value),
            PropertyType.Boolean => CsCheck.Gen.Bool.Select(value => (object)value),
            PropertyType.DateTime => CsCheck.Gen.OneOf(Dates).Select(value => (object)value),
            _ => CsCheck.Gen.OneOf(Phrases).Select(value => (object)value),
        };
        Gen<object[]> some = property.Type.IsCollection() ? one.Array[0, 3] : one.Array[1];
        return CsCheck.Gen.Frequency((3, some.Select(values => (object[]?)values)), (1, CsCheck.Gen.Const(() => (object[]?)null)));
    }
}
