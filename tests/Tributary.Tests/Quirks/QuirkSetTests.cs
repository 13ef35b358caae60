using Microsoft.Extensions.Configuration;
using Tributary.Quirks;

namespace Tributary.Tests.Quirks;

public class QuirkSetTests
{
    [Fact]
    public void Every_quirk_is_off_unless_turned_on() => Assert.All(Quirk.All, quirk => Assert.False(Set([]).IsOn(quirk)));

    [Theory]
    [InlineData("broken-layout-503", "true", true)]
    [InlineData("Broken-Layout-503", "True", true)]
    [InlineData("broken-layout-503", "false", false)]
    public void A_quirk_is_what_its_setting_says(string name, string value, bool isOn) =>
        Assert.Equal(isOn, Set([new($"Quirks:{name}", value)]).IsOn(BrokenLayout503.Quirk));

    [Fact]
    public void A_name_that_no_quirk_has_is_refused_with_those_that_are_known()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Set([new("Quirks:broken-layout", "true")]));

        Assert.StartsWith("Quirks:broken-layout: ", exception.Message, StringComparison.Ordinal);
        Assert.All(Quirk.All, quirk => Assert.Contains(quirk.Id, exception.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("1")]
    [InlineData("")]
    public void A_value_that_is_no_Boolean_is_refused(string value) =>
        Assert.Throws<ArgumentException>(() => Set([new("Quirks:broken-layout-503", value)]));

    private static QuirkSet Set(KeyValuePair<string, string?>[] settings) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Quirks"));
}
