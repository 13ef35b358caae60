using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Tributary.Acls;

namespace Tributary.Tests.Acls;

public class AclJsonTests
{
    private static readonly Acl Sample = new(
    [
        new(AclType.EveryoneExceptGuests, "Everyone", AccessType.Grant),
        new(AclType.ExternalGroup, "nightshift", AccessType.Deny),
        new(AclType.User, "0B1D2E3F-0000-4000-8000-00000000000a", AccessType.Grant),
    ]);

    [Fact]
    public void The_wire_form_has_lower_camel_enums_and_values_as_sent() =>
        Assert.Equal(
            """
            [{"type":"everyoneExceptGuests","value":"Everyone","accessType":"grant"},{"type":"externalGroup","value":"nightshift","accessType":"deny"},{"type":"user","value":"0B1D2E3F-0000-4000-8000-00000000000a","accessType":"grant"}]
            """,
            Wire(Sample));

    [Fact]
    public void An_empty_list_is_an_empty_array() => Assert.Equal("[]", Wire(Acl.Empty));

    [Fact]
    public void What_was_stored_is_read_back_in_its_order_and_spelling() => Assert.Equal(Sample.Entries, AclJson.FromBytes(AclJson.ToBytes(Sample)).Entries);

    [Fact]
    public void A_lower_case_id_takes_seventeen_bytes() =>
        Assert.Equal(18, AclJson.ToBytes(new Acl([new(AclType.Group, "0b1d2e3f-0000-4000-8000-00000000000a", AccessType.Grant)])).Length);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(36)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    public void Values_of_every_length_are_read_back(int length)
    {
        var acl = new Acl([new(AclType.Everyone, new string('é', length), AccessType.Grant), new(AclType.Everyone, "x", AccessType.Deny)]);

        Assert.Equal(acl.Entries, AclJson.FromBytes(AclJson.ToBytes(acl)).Entries);
    }

    [Fact]
    public void Stored_lists_are_read_back_as_they_were() =>
        AclGen.Acl.Sample(acl => AclJson.FromBytes(AclJson.ToBytes(acl)).Entries.SequenceEqual(acl.Entries));

    [Fact]
    public void Lists_have_the_same_bytes_when_and_only_when_they_have_the_same_entries_in_the_same_order() =>
        Gen.Select(AclGen.Entry.List[0, 2], AclGen.Entry.List[0, 2]).Sample((one, other) =>
            AclJson.ToBytes(new Acl(one)).AsSpan().SequenceEqual(AclJson.ToBytes(new Acl(other))) == one.SequenceEqual(other));

    [Fact]
    public void The_stored_form_does_not_drift() =>
        Assert.Equal(
            "01140465763125250A6E696768747368696674910B1D2E3F00004000800000000000000A",
            Convert.ToHexString(AclJson.ToBytes(new Acl(
            [
                new(AclType.EveryoneExceptGuests, "ev1%", AccessType.Grant),
                new((AclType)5, "nightshift", AccessType.Deny),
                new(AclType.User, "0b1d2e3f-0000-4000-8000-00000000000a", AccessType.Grant),
            ]))));

    [Theory]
    [InlineData("")]
    [InlineData("02")]
    [InlineData("0111")]
    [InlineData("0191AA")]
    [InlineData("011405657631")]
    [InlineData("0114FFFFFFFFFF")]
    [InlineData("011600")]
    [InlineData("013400")]
    public void Bytes_that_no_version_wrote_are_a_broken_store(string hex) =>
        Assert.Throws<InvalidDataException>(() => AclJson.FromBytes(Convert.FromHexString(hex)));

    private static string Wire(Acl acl)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            AclJson.Write(writer, acl);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
