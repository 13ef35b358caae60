namespace Tributary.Tests;

public sealed class GuidTextTests
{
    private const string Lower = "d310d35d-72ec-47dd-92f2-fb9c40936555";

    [Theory]
    [InlineData(Lower)]
    [InlineData("D310D35D-72EC-47DD-92F2-FB9C40936555")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void A_GUID_with_dashes_is_one_in_either_letter_case(string text)
    {
        Assert.True(GuidText.IsValid(text));
        Assert.True(GuidText.TryRead(text, out Guid id));
        Assert.Equal(text.ToLowerInvariant(), id.ToString("D"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" " + Lower)]
    [InlineData(Lower + " ")]
    [InlineData("{" + Lower + "}")]
    [InlineData("d310d35d72ec47dd92f2fb9c40936555")]
    [InlineData("d310d35d-72ec-47dd-92f2-fb9c4093655")]
    [InlineData("d310d35d-72ec-47dd-92f2-fb9c4093655g")]
    public void Anything_else_is_none(string? text) => Assert.False(GuidText.IsValid(text));

    [Theory]
    [InlineData("+310d35d-72ec-47dd-92f2-fb9c40936555")]
    [InlineData("0x10d35d-72ec-47dd-92f2-fb9c40936555")]
    [InlineData("d310d35d-0xec-47dd-92f2-fb9c40936555")]
    public void Nor_is_what_the_parser_takes_for_another_one(string text)
    {
        Assert.True(Guid.TryParseExact(text, "D", out Guid forgiven) && forgiven.ToString("D") != text);
        Assert.False(GuidText.IsValid(text));
    }
}
