using Tributary.Search;

namespace Tributary.Tests.Search;

public class QueryTemplateTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 23, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("({searchTerms}) department:HR", "(leave OR days) department:HR")]
    [InlineData("{SEARCHTERMS} {searchTerms}", "leave OR days leave OR days")]
    [InlineData("department:HR", "department:HR")]
    [InlineData("day>={Today}", "day>=2026-03-01")]
    [InlineData("day:{Today-1}..{today + 30}", "day:2026-02-28..2026-03-31")]
    [InlineData("day>{Today-99999}", "day>1752-05-17")]
    [InlineData("day>{Today+999999}", "day>")]
    [InlineData("author:\"{User.Name}\" {Profile.Department}x{}", "author:\"\" x")]
    [InlineData("{ searchTerms } {", "leave OR days {")]
    public void Variables_are_filled_in(string template, string query) => Assert.Equal(query, QueryTemplate.ExpandOrNull(template, "leave OR days", Now, 1000)!.Text);

    [Fact]
    public void What_is_filled_in_is_not_looked_at_again() => Assert.Equal("{Today} x", QueryTemplate.ExpandOrNull("{searchTerms} x", "{Today}", Now, 1000)!.Text);

    [Theory]
    [InlineData("({searchTerms}) department:HR", 1)]
    [InlineData("{Today}: {searchTerms} OR title:({ SearchTerms })", 12, 27)]
    [InlineData("department:HR")]
    public void Where_the_query_string_stands_is_known(string template, params int[] places) =>
        Assert.Equal(places, QueryTemplate.ExpandOrNull(template, "days", Now, 1000)!.TermsAt);

    [Theory]
    [InlineData(10, 10, true)]
    [InlineData(9, 10, false)]
    [InlineData(4096, 2_000_000, false)]
    public void No_more_is_written_than_a_query_may_have(int max, int length, bool isWritten)
    {
        string template = string.Concat(Enumerable.Repeat("{searchTerms}", length / 5));

        Assert.Equal(isWritten, QueryTemplate.ExpandOrNull(template, "12345", Now, max) is not null);
    }
}
