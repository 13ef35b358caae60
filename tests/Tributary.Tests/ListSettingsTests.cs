using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Tributary.Search;

namespace Tributary.Tests;

/// <summary>A list comes from one source, as a text or entry by entry.</summary>
public sealed class ListSettingsTests
{
    private static IConfigurationRoot Configured(params (string Name, string? Value)[][] sources)
    {
        var builder = new ConfigurationBuilder();
        foreach ((string Name, string? Value)[] source in sources)
        {
            builder.AddInMemoryCollection(source.ToDictionary(setting => setting.Name, setting => setting.Value));
        }

        return builder.Build();
    }

    [Theory]
    [InlineData("Auth:Tenants")]
    [InlineData("Auth:Claims:Permissions")]
    [InlineData("Search:Regions")]
    public void A_list_of_two_sources_is_told_by_name(string list) => Assert.Equal(
        [$"{list} is a list with entries from several sources, such as a file and the environment, which would be mixed; write all of them in one."],
        ListSettings.Problems(Configured([($"{list}:0", "a"), ($"{list}:1", "b")], [($"{list}:0", "c")])));

    [Fact]
    public void A_list_of_one_source_is_none_of_its_business() => Assert.Empty(ListSettings.Problems(
        Configured([("Auth:Tenants:0", "a"), ("Auth:Tenants:1", "b"), ("Auth:Cloud", "Global")], [("Auth:Cloud", "China"), ("Search:Regions:0", "NAM")])));

    [Fact]
    public void What_others_read_is_theirs() => Assert.Empty(ListSettings.Problems(Configured([("Kestrel:Endpoints:0:Url", "a")], [("Kestrel:Endpoints:0:Url", "b")])));

    [Fact]
    public void A_server_does_not_start_with_one()
    {
        OptionsValidationException wrong = Assert.Throws<OptionsValidationException>(
            () => Server.Build([new("Search:Regions:0", "NAM"), new("Storage:InMemory", "true")], ["--Urls=http://127.0.0.1:0", "--Search:Regions:1=EUR"]));

        Assert.StartsWith("Search:Regions is a list with entries from several sources", Assert.Single(wrong.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_beside_a_list_is_told_whichever_comes_last()
    {
        foreach (IConfigurationRoot root in new[] { Configured([("Search:Regions:0", "NAM")], [("Search:Regions", "EUR")]), Configured([("Search:Regions", "EUR")], [("Search:Regions:0", "NAM")]) })
        {
            OptionsValidationException wrong = Assert.Throws<OptionsValidationException>(() => SearchOptions.BindOrNull(root.GetSection("Search")));

            Assert.StartsWith("Search:Regions is set both as a text and as a list (Search:Regions:0)", Assert.Single(wrong.Failures), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Regions_may_be_one_text() => Assert.Equal(["NAM", "EUR"], SearchOptions.BindOrNull(Configured([("Search:Regions", "NAM; EUR")]).GetSection("Search"))!.Regions);
}
