using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Tributary.Items;
using Tributary.Schemas;

namespace Tributary.Tests.Items;

public class PropertyValuesTests
{
    [Theory]
    [InlineData("""{"title":"Grüße 😀"}""", "title=Grüße 😀")]
    [InlineData("""{"title":"a\n\"b\" \u00fc"}""", "title=a\n\"b\" ü")]
    [InlineData("""{"priority":9223372036854775807}""", "priority=9223372036854775807")]
    [InlineData("""{"rating":4.50}""", "rating=4.5")]
    [InlineData("""{"rating":5}""", "rating=5")]
    [InlineData("""{"opened":"2026-01-10T08:00:00+01:00"}""", "opened=2026-01-10T07:00:00.0000000Z")]
    [InlineData("""{"opened":"2026-01-10T08:00:00\u002B01:00"}""", "opened=2026-01-10T07:00:00.0000000Z")]
    [InlineData("""{"opened":"2026-01-10"}""", "opened=2026-01-10T00:00:00.0000000Z")]
    [InlineData("""{"isUrgent":true}""", "isUrgent=True")]
    [InlineData("""{"isUrgent":false}""", "isUrgent=False")]
    [InlineData("""{"tags":["a","b","c","d","e"],"tags@odata.type":"Collection(String)"}""", "tags=a|b|c|d|e")]
    [InlineData("""{"tags":[]}""", "tags=")]
    [InlineData("""{"counts":[1,-2]}""", "counts=1|-2")]
    [InlineData("""{"scores":[1,2.5]}""", "scores=1|2.5")]
    [InlineData("""{"visits":["2026-01-10","2026-01-11T01:00:00-01:00"]}""", "visits=2026-01-10T00:00:00.0000000Z|2026-01-11T02:00:00.0000000Z")]
    [InlineData("""{"author":{"entraDisplayName":"Anna","upn":"a@b","entraId":"x","email":"","externalName":"ann"}}""", "author=Anna|a@b|ann")]
    [InlineData("""{"author":{}}""", "author=")]
    [InlineData("""{"readers":[{"upn":"a@b"},{"@odata.type":"x","email":"c@d"}]}""", "readers=a@b|c@d")]
    [InlineData("""{"readers":{"principals":[{"upn":"a@b"},{"email":"c@d"}]},"title":"after"}""", "readers=a@b|c@d;title=after")]
    [InlineData("""{"TITLE":"a"}""", "title=a")]
    [InlineData("""{"priority":1,"title":"a"}""", "priority=1;title=a")]
    [InlineData("{}", "")]
    [InlineData("", "")]
    [InlineData("[]", "")]
    public void Stored_properties_read_as_typed_values(string stored, string expected) => Assert.Equal(expected, Shown(stored));

    [Theory]
    [InlineData("""{"gone":"x","title":"a"}""")]
    [InlineData("""{"gone":{"x":[1,{"y":2}]},"title":"a"}""")]
    [InlineData("""{"gone":[["x"]],"title":"a"}""")]
    [InlineData("""{"priority":"5","title":"a"}""")]
    [InlineData("""{"priority":1.5,"title":"a"}""")]
    [InlineData("""{"priority":[1,2],"title":"a"}""")]
    [InlineData("""{"rating":1e999,"title":"a"}""")]
    [InlineData("""{"opened":"soon","title":"a"}""")]
    [InlineData("""{"opened":5,"title":"a"}""")]
    [InlineData("""{"isUrgent":"true","title":"a"}""")]
    [InlineData("""{"isUrgent":{},"title":"a"}""")]
    [InlineData("""{"tags":"x","title":"a"}""")]
    [InlineData("""{"tags":{"a":["b"]},"title":"a"}""")]
    [InlineData("""{"author":"Anna","title":"a"}""")]
    [InlineData("""{"author":[{}],"title":"a"}""")]
    [InlineData("""{"readers":null,"title":"a"}""")]
    [InlineData("""{"priority":null,"title":"a"}""")]
    [InlineData("""{"t\u0069tle":"escaped","title":"a"}""")]
    public void What_no_longer_fits_the_schema_is_passed_over(string stored) => Assert.Equal("title=a", Shown(stored));

    [Theory]
    [InlineData("""{"tags":["a",5,["b"],{"c":"d"},null,"e"]}""", "tags=a|e")]
    [InlineData("""{"counts":[1,"2",3.5,4]}""", "counts=1|4")]
    [InlineData("""{"visits":["2026-01-10","soon"]}""", "visits=2026-01-10T00:00:00.0000000Z")]
    public void An_element_that_does_not_fit_is_passed_over_alone(string stored, string expected) => Assert.Equal(expected, Shown(stored));

    [Fact]
    public void Bytes_that_are_no_json_are_a_broken_store()
    {
        Assert.ThrowsAny<JsonException>(() => Shown("""{"title":"a" "priority":1}"""));
        Assert.ThrowsAny<JsonException>(() => Shown("""{"title":"a"""));
    }

    [Fact]
    public void Asking_a_value_for_another_type_is_a_mistake()
    {
        var value = PropertyValue.OfInt64(5);

        Assert.Throws<InvalidOperationException>(() => value.Texts.Length);
        Assert.Throws<InvalidOperationException>(() => value.Doubles.Length);
        Assert.Throws<InvalidOperationException>(() => value.UtcTicks.Length);
        Assert.Throws<InvalidOperationException>(() => value.Boolean);
    }

    [Fact]
    public void Each_property_of_an_accepted_item_is_found_once_and_with_its_type() =>
        ItemGen.Body.Sample(body =>
        {
            ItemWrite write = Reading.Item(body).Write!;
            using var document = JsonDocument.Parse(write.Properties!.Value);
            var stored = document.RootElement.EnumerateObject().Where(member => !member.Name.Contains('@')).Select(member => member.Name).ToList();
            var read = new List<string>();
            foreach ((Property property, PropertyValue value) in new PropertyValues(write.Properties.Value.Span, Reading.Schema))
            {
                Assert.Equal(property.Type, value.Type);
                read.Add(property.Name);
            }

            return stored.SequenceEqual(read);
        });

    private static string Shown(string stored)
    {
        var shown = new List<string>();
        foreach ((Property property, PropertyValue value) in new PropertyValues(Encoding.UTF8.GetBytes(stored), Reading.Schema))
        {
            IEnumerable<string> elements = value.Type.Element() switch
            {
                PropertyType.String or PropertyType.Principal => value.Texts.ToArray(),
                PropertyType.Int64 => value.Int64s.ToArray().Select(number => number.ToString(CultureInfo.InvariantCulture)),
                PropertyType.Double => value.Doubles.ToArray().Select(number => number.ToString("R", CultureInfo.InvariantCulture)),
                PropertyType.DateTime => value.UtcTicks.ToArray().Select(ticks => new DateTime(ticks, DateTimeKind.Utc).ToString("O", CultureInfo.InvariantCulture)),
                _ => [value.Boolean.ToString()],
            };
            shown.Add($"{property.Name}={string.Join('|', elements)}");
        }

        return string.Join(';', shown);
    }
}
