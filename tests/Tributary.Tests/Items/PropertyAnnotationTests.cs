using System.Text;
using Tributary.Items;
using Tributary.Schemas;

namespace Tributary.Tests.Items;

public class PropertyAnnotationTests
{
    [Theory]
    [InlineData("String", PropertyType.String)]
    [InlineData("Edm.String", PropertyType.String)]
    [InlineData("#String", PropertyType.String)]
    [InlineData("#Edm.String", PropertyType.String)]
    [InlineData("string", PropertyType.String)]
    [InlineData("Int64", PropertyType.Int64)]
    [InlineData("Edm.Int64", PropertyType.Int64)]
    [InlineData("Double", PropertyType.Double)]
    [InlineData("DateTimeOffset", PropertyType.DateTime)]
    [InlineData("Edm.DateTimeOffset", PropertyType.DateTime)]
    [InlineData("Boolean", PropertyType.Boolean)]
    [InlineData("Collection(String)", PropertyType.StringCollection)]
    [InlineData("#Collection(String)", PropertyType.StringCollection)]
    [InlineData("Collection(Edm.String)", PropertyType.StringCollection)]
    [InlineData("#Collection(Edm.String)", PropertyType.StringCollection)]
    [InlineData("collection(string)", PropertyType.StringCollection)]
    [InlineData("Collection(Int64)", PropertyType.Int64Collection)]
    [InlineData("Collection(Double)", PropertyType.DoubleCollection)]
    [InlineData("Collection(DateTimeOffset)", PropertyType.DateTimeCollection)]
    [InlineData("microsoft.graph.externalConnectors.principal", PropertyType.Principal)]
    [InlineData("#microsoft.graph.externalConnectors.principal", PropertyType.Principal)]
    [InlineData("Collection(microsoft.graph.externalConnectors.principal)", PropertyType.PrincipalCollection)]
    [InlineData("#microsoft.graph.externalConnectors.principalCollection", PropertyType.PrincipalCollection)]
    internal void A_type_is_known_by_each_of_its_spellings(string text, PropertyType expected)
    {
        Assert.True(PropertyAnnotation.TryParse(Encoding.UTF8.GetBytes(text), isDateTimeAllowed: false, out PropertyType type));
        Assert.Equal(expected, type);
    }

    [Theory]
    [InlineData("")]
    [InlineData("#")]
    [InlineData("##String")]
    [InlineData("Collection")]
    [InlineData("Collection()")]
    [InlineData("Collection(String")]
    [InlineData("Collection(String))")]
    [InlineData("Collection(String) ")]
    [InlineData("Collection(Foo)")]
    [InlineData("Collection(Boolean)")]
    [InlineData("Collection(Int32)")]
    [InlineData("Collection(DateTime)")]
    [InlineData("Collection(Collection(String))")]
    [InlineData("Collection(microsoft.graph.externalConnectors.principalCollection)")]
    [InlineData("DateTime")]
    [InlineData("Int32")]
    [InlineData("stringCollection")]
    [InlineData("Edm.Edm.String")]
    [InlineData("Edm.microsoft.graph.externalConnectors.principal")]
    [InlineData("principal")]
    public void What_no_property_can_be_is_unknown(string text) =>
        Assert.False(PropertyAnnotation.TryParse(Encoding.UTF8.GetBytes(text), isDateTimeAllowed: false, out _));

    [Theory]
    [InlineData("DateTime", PropertyType.DateTime)]
    [InlineData("Edm.DateTime", PropertyType.DateTime)]
    [InlineData("Collection(DateTime)", PropertyType.DateTimeCollection)]
    [InlineData("#Collection(Edm.DateTime)", PropertyType.DateTimeCollection)]
    internal void DateTime_is_a_type_only_with_the_lenient_switch(string text, PropertyType expected)
    {
        Assert.False(PropertyAnnotation.TryParse(Encoding.UTF8.GetBytes(text), isDateTimeAllowed: false, out _));
        Assert.True(PropertyAnnotation.TryParse(Encoding.UTF8.GetBytes(text), isDateTimeAllowed: true, out PropertyType type));
        Assert.Equal(expected, type);
    }

    [Fact]
    public void The_spelling_we_advise_is_one_we_read()
    {
        foreach (PropertyType type in Enum.GetValues<PropertyType>().Where(type => type != PropertyType.UnknownFutureValue))
        {
            Assert.True(PropertyAnnotation.TryParse(Encoding.UTF8.GetBytes(PropertyAnnotation.SpellingOf(type)), isDateTimeAllowed: false, out PropertyType read));
            Assert.Equal(type, read);
        }
    }
}
