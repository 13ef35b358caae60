using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

public class KqlTermsTests
{
    [Theory]
    [InlineData("yang", "yang")]
    [InlineData("POC", "poc")]
    [InlineData("*", "")]
    [InlineData("b a B", "b,a")]
    [InlineData("repor* \"annual sum*\"", "repor,annual,sum")]
    [InlineData("animals/birds help@contoso.com", "animals,birds,help,contoso,com")]
    [InlineData("don't 'quoted' rock'", "don't,quoted,rock")]
    [InlineData("O’Brien's l'hôtel", "o’brien's,l'hôtel")]
    [InlineData("İZMIR ISPARTA", "izmir,isparta")]
    [InlineData("a -b NOT c NOT (d OR e)", "a")]
    [InlineData("a title:b title:(c)", "a")]
    [InlineData("title:b", "")]
    [InlineData("NOT (NOT a)", "")]
    [InlineData("a NEAR b WORDS(c, d) (e OR f)", "a,b,c,d,e,f")]
    [InlineData("a XRANK(cb=1) b", "a")]
    [InlineData("a and b", "a,and,b")]
    [InlineData("Ünïcode 東京 42", "ünïcode,東京,42")]
    [InlineData("می\u200cخواهم", "می\u200cخواهم")]
    public void Terms_are_the_distinct_positive_free_text_words(string text, string expected)
    {
        var tree = KqlParser.Parse(text, KqlTestProperties.KeyOrNull).Tree;
        Assert.NotNull(tree);
        Assert.Equal(expected, string.Join(',', KqlTerms.Of(tree)));
    }
}
