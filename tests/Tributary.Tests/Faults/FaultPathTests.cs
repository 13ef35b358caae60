using Microsoft.AspNetCore.Routing.Patterns;
using Tributary.Faults;

namespace Tributary.Tests.Faults;

public sealed class FaultPathTests
{
    private static readonly RoutePattern Items = RoutePatternFactory.Parse("/v1.0/external/connections/{connectionId}/items/{itemId}");

    private static FaultPath Parse(string text)
    {
        (FaultPath? path, string? problem) = FaultPath.Parse(text);
        Assert.Null(problem);
        return path!;
    }

    [Theory]
    [InlineData("/external/connections/contosohr/items/T1", true)]
    [InlineData("/External/CONNECTIONS/contosohr/Items/T1", true)]
    [InlineData("/external/connections/Contosohr/items/T1", false)]
    [InlineData("/external/connections/contosohr/items/t1", false)]
    [InlineData("/external/connections/{id}/items/*", true)]
    [InlineData("/external/connections/*/items", false)]
    [InlineData("/external/connections/*/items/*/*", false)]
    [InlineData("/external/connections/*/groups/*", false)]
    [InlineData("/external/**", true)]
    [InlineData("/external/connections/contosohr/items/T1/**", true)]
    [InlineData("/external/connections/contosohr/items/T1/x/**", false)]
    [InlineData("/**", true)]
    public void Names_of_the_api_ignore_case_ids_do_not_and_wildcards_take_any(string pattern, bool isMatch) =>
        Assert.Equal(isMatch, Parse(pattern).Matches("/v1.0/external/connections/contosohr/items/T1", Items));

    [Theory]
    [InlineData("/external/connections/contosohr/items/T1", true)]
    [InlineData("/external/connections/*/ITEMS/{item}", true)]
    [InlineData("/external/**", true)]
    [InlineData("/external/connections/*/item/*", false)]
    [InlineData("/external/connections/*", false)]
    [InlineData("/search/query", false)]
    public void Whether_a_path_of_the_api_could_match_is_known(string pattern, bool mayMatch) => Assert.Equal(mayMatch, Parse(pattern).MayMatch(Items));

    [Theory]
    [InlineData("external/connections")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/v1.0/external")]
    [InlineData("/BETA/external")]
    [InlineData("/external//connections")]
    [InlineData("/external/connections/")]
    [InlineData("/external/**/items")]
    [InlineData("/external/conn*")]
    [InlineData("/external/{}")]
    [InlineData("/external/{a}{b}")]
    [InlineData("/external/connections?x=1")]
    public void What_is_no_pattern_is_told(string text)
    {
        (FaultPath? path, string? problem) = FaultPath.Parse(text);

        Assert.Null(path);
        Assert.NotEmpty(problem!);
    }

    [Fact]
    public void A_path_has_up_to_1000_characters()
    {
        Assert.NotNull(FaultPath.Parse("/" + new string('x', 999)).Path);
        Assert.Null(FaultPath.Parse("/" + new string('x', 1000)).Path);
    }
}
