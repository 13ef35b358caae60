using System.Text;
using Tributary.Search;

namespace Tributary.Tests.Search;

public class SystemValuesTests
{
    private const string Tenant = "0b1d2e3f-0000-4000-8000-00000000000a";

    private static readonly SystemValues Values = new("0123456789abcdef", "contosohr", Tenant);
    private static readonly SystemValues Other = new("fedcba9876543210", "contosoit", Tenant);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("a")]
    [InlineData("doc-42_x")]
    [InlineData("a,b:c=d~e..f")]
    public void What_names_an_item_leads_back_to_it_and_in_another_connection_to_none(string item)
    {
        Assert.Equal(item, Values.ItemOfHitIdOrNull(Values.HitId(item)));
        Assert.Equal(item, Values.ItemOfContentDomainOrNull(Values.ContentDomain(item)));
        Assert.Null(Other.ItemOfHitIdOrNull(Values.HitId(item)));
        Assert.Null(Other.ItemOfContentDomainOrNull(Values.ContentDomain(item)));
        Assert.EndsWith($"@{Tenant},{item}", Values.ContentDomain(item), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void An_entry_leads_back_to_its_key(long key) => Assert.Equal(key, SystemValues.KeyOfEntryOrNull(SystemValues.Entry(key)));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AQAAAAAAAA==")]
    [InlineData("AQAAAAAAAAAA")]
    [InlineData("AQAAAAAAAAB=")]
    [InlineData("AQAAAA AAAAA=")]
    [InlineData("🎉")]
    public void Other_text_is_no_entry(string text) => Assert.Null(SystemValues.KeyOfEntryOrNull(text));

    [Fact]
    public void Other_text_is_no_id_of_a_hit()
    {
        Assert.All(
            [
                "", "x", "contosohr:a", Base64("contosohr:a"), Base64($"contosohr:@{Tenant}"), Base64($"contosohr@{Tenant}"), Base64($"ContosoHR:a@{Tenant}"),
                Base64("contosohr:a@another"), Base64($"contosohr:a@{Tenant}").ToUpperInvariant(), Base64($"contosohr:a@{Tenant}") + "=", " " + Base64($"contosohr:a@{Tenant}"),
            ],
            text => Assert.Null(Values.ItemOfHitIdOrNull(text)));
        Assert.Equal("a", Values.ItemOfHitIdOrNull(Base64($"contosohr:a@{Tenant}")));
    }

    [Fact]
    public void The_item_in_a_content_domain_is_case_sensitive_and_what_stands_before_it_is_not()
    {
        string domain = Values.ContentDomain("");
        Assert.Null(Values.ItemOfContentDomainOrNull(domain));
        Assert.Null(Values.ItemOfContentDomainOrNull(domain[1..] + "a"));
        Assert.Equal("aB", Values.ItemOfContentDomainOrNull(domain.ToUpperInvariant() + "aB"));
    }

    [Fact]
    public void A_location_is_that_of_the_connection_whatever_its_case()
    {
        Assert.Equal($"APP:GCS_contosohr@{Tenant}", Values.Location);
        Assert.True(Values.IsLocation(Values.Location.ToLowerInvariant()));
        Assert.False(Values.IsLocation(Other.Location));
        Assert.False(Values.IsLocation(Values.Location + "x"));
    }
}
