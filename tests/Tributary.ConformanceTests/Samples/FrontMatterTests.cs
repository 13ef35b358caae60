using MarkdownConnector;

namespace Tributary.ConformanceTests.Samples;

public sealed class FrontMatterTests
{
    [Fact]
    public void Reads_text_lists_numbers_dates_and_flags()
    {
        var matter = FrontMatter.Parse(
            """
            title: Salary bands 2026
            authors: [Dana Okafor, Grace Liu]
            tags: pay
            number: 1180
            budget: 1250.5
            confidential: true
            created: 2026-01-12
            modified: 2026-03-02T09:30:00+02:00
            """);

        Assert.Equal("Salary bands 2026", matter.Text("title"));
        Assert.Equal(["Dana Okafor", "Grace Liu"], matter.List("authors"));
        Assert.Equal(["pay"], matter.List("tags"));
        Assert.Equal(1180, matter.Number("number"));
        Assert.Equal(1250.5, matter.Decimal("budget"));
        Assert.True(matter.Flag("confidential"));
        Assert.Equal(new DateTimeOffset(2026, 1, 12, 0, 0, 0, TimeSpan.Zero), matter.Date("created"));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 7, 30, 0, TimeSpan.Zero), matter.Date("modified"));
    }

    [Fact]
    public void Names_of_keys_match_ignoring_case() => Assert.Equal("HR", FrontMatter.Parse("Department: HR").Text("department"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("# a comment")]
    public void What_holds_no_keys_is_empty(string? yaml)
    {
        var matter = FrontMatter.Parse(yaml);

        Assert.Null(matter.Text("title"));
        Assert.Null(matter.List("tags"));
        Assert.Null(matter.AccessLines());
    }

    [Theory]
    [InlineData("number: twelve")]
    [InlineData("number: 1.5")]
    [InlineData("number: 99999999999999999999")]
    [InlineData("number: [1]")]
    public void A_number_that_is_none_counts_as_absent(string yaml) => Assert.Null(FrontMatter.Parse(yaml).Number("number"));

    [Theory]
    [InlineData("budget: .inf")]
    [InlineData("budget: NaN")]
    [InlineData("budget: 1e999")]
    [InlineData("budget: 1,5")]
    public void A_decimal_that_JSON_could_not_carry_or_that_reads_differently_elsewhere_counts_as_absent(string yaml) =>
        Assert.Null(FrontMatter.Parse(yaml).Decimal("budget"));

    [Theory]
    [InlineData("url: https://contoso.example/a", "https://contoso.example/a")]
    [InlineData("url: /docs/a", null)]
    [InlineData("url: docs/a", null)]
    [InlineData("url: file:///etc/hosts", null)]
    [InlineData("url: javascript:alert(1)", null)]
    public void An_address_is_one_that_a_browser_can_open_from_anywhere(string yaml, string? expected) =>
        Assert.Equal(expected, FrontMatter.Parse(yaml).Uri("url")?.ToString());

    [Theory]
    [InlineData("acl: grant everyone", new[] { "grant everyone" })]
    [InlineData("acl: [grant group hr, deny group partners]", new[] { "grant group hr", "deny group partners" })]
    [InlineData("\tacl: grant everyone", new[] { "grant everyone" })]
    [InlineData("acl:\n  - grant user reader@tributary.local", new[] { "grant user reader@tributary.local" })]
    public void An_access_list_is_one_line_or_several(string yaml, string[] expected) => Assert.Equal(expected, FrontMatter.Parse(yaml).AccessLines());

    [Theory]
    [InlineData("acl:")]
    [InlineData("acl: ''")]
    [InlineData("acl: []")]
    [InlineData("acl: [grant everyone, '']")]
    [InlineData("acl: [grant everyone, [deny group hr]]")]
    [InlineData("acl: [grant everyone, { deny: group hr }]")]
    [InlineData("acl: { grant: everyone }")]
    public void An_access_list_that_is_not_understood_whole_is_refused(string yaml) =>
        Assert.Throws<FormatException>(() => FrontMatter.Parse(yaml).AccessLines());

    [Theory]
    [InlineData("acl: [grant group hr]\nACL: [grant everyone]")]
    [InlineData("acl: [grant group hr]\nacl: [grant everyone]")]
    [InlineData("title: a: b")]
    [InlineData("acl: [grant group hr")]
    [InlineData("acl:[grant group hr]")]
    [InlineData("- acl: [grant group hr]")]
    [InlineData("base: &base\n  acl: [grant group hr]\n<<: *base")]
    public void Front_matter_that_could_hide_an_access_list_is_refused(string yaml) => Assert.Throws<FormatException>(() => FrontMatter.Parse(yaml));
}
