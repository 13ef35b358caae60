using Tributary.Auth;

namespace Tributary.Tests.Auth;

public sealed class StableIdsTests
{
    private const string Provider = "https://login.example.org/realms/contoso";
    private static readonly StableIds Ids = new(Provider);

    // Computed with another program (Python's hashlib), so that these are the ids for ever.
    [Theory]
    [InlineData(nameof(IdKind.User), "auth0|5f7c8ec7c33c6c004bbafe82", "7a0f3315-687c-850b-8ca4-6d930021e77e")]
    [InlineData(nameof(IdKind.App), "0oa1gjh63g214q0Hq0g4", "68014b92-3a0e-81eb-8f1a-462246e5d4fe")]
    [InlineData(nameof(IdKind.Group), "/engineering/search", "7d229c5e-c79a-8271-8b1d-5e0ebff109a2")]
    [InlineData(nameof(IdKind.Tenant), "contoso", "ddac0399-77a8-8010-bc88-740916479291")]
    [InlineData(nameof(IdKind.User), "Zoë", "7ef254c6-3b83-8e0d-92cb-5e4cb98069d6")]
    public void An_id_becomes_this_GUID_and_no_other(string kind, string value, string expected)
    {
        string actual = Ids.Of(Enum.Parse<IdKind>(kind), value);

        Assert.Equal(expected, actual);
        Assert.Equal(8, Guid.Parse(actual).Version);
        Assert.InRange(Guid.Parse(actual).Variant, 8, 11);
    }

    [Theory]
    [InlineData("8f1c1c8e-3d5f-4d0e-9b0a-3f6c7f9f5b11")]
    [InlineData("8F1C1C8E-3D5F-4D0E-9B0A-3F6C7F9F5B11")]
    public void A_GUID_stays_itself_in_lower_case(string value) => Assert.Equal("8f1c1c8e-3d5f-4d0e-9b0a-3f6c7f9f5b11", Ids.Of(IdKind.User, value));

    [Theory]
    [InlineData(" c0000000-0000-4000-9000-000000000001")]
    [InlineData("c0000000-0000-4000-9000-000000000001 ")]
    [InlineData("0x000000-0000-4000-9000-000000000001")]
    [InlineData("+0000000-0000-4000-9000-000000000001")]
    public void What_is_nearly_a_GUID_is_another_id_and_not_that_one(string value) => Assert.Equal(8, Guid.Parse(Ids.Of(IdKind.User, value)).Version);

    [Fact]
    public void Nobody_can_choose_the_GUID_that_is_made_for_somebody_else()
    {
        string ofAda = Ids.Of(IdKind.User, "ada");

        Assert.NotEqual(ofAda, Ids.Of(IdKind.User, ofAda));
        Assert.NotEqual(ofAda, Ids.Of(IdKind.User, ofAda.ToUpperInvariant()));
        Assert.Equal("9901c1d3-81cd-8566-bb8f-2b5184a238a2", Ids.Of(IdKind.User, "7f0c2a4e-5b1d-8c8a-9e36-1d2b3c4d5e6f"));
    }

    [Fact]
    public void The_same_value_is_something_else_in_each_kind_letter_case_and_provider()
    {
        string[] ids =
        [
            .. Enum.GetValues<IdKind>().Select(kind => Ids.Of(kind, "search")),
            Ids.Of(IdKind.User, "Search"), Ids.Of(IdKind.User, "search "), Ids.Of(IdKind.User, "{8f1c1c8e-3d5f-4d0e-9b0a-3f6c7f9f5b11}"),
            new StableIds("https://login.example.org/realms/fabrikam").Of(IdKind.User, "search"),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void A_slash_at_the_end_of_the_providers_address_does_not_count() =>
        Assert.Equal(Ids.Of(IdKind.User, "ada"), new StableIds(Provider + "/").Of(IdKind.User, "ada"));
}
