using Microsoft.Graph.Models;
using Microsoft.Graph.Search.Query;

namespace Tributary.ConformanceTests.Sdk;

/// <summary>Suggestions and modifications of queries with the typed models (search 14.1).</summary>
public sealed class SpellingTests(TicketsFixture tickets) : IClassFixture<TicketsFixture>
{
    private async Task<SearchResponse> SearchAsync(string version, string query, SearchAlterationOptions? options)
    {
        QueryPostResponse? response = await tickets.Tenant.AsUser("reader", version).Search.Query.PostAsQueryPostResponseAsync(new QueryPostRequestBody
        {
            Requests =
            [
                new SearchRequest
                {
                    EntityTypes = [EntityType.ExternalItem],
                    ContentSources = [$"/external/connections/{TicketsFixture.Connection}"],
                    Query = new SearchQuery { QueryString = query },
                    QueryAlterationOptions = options,
                },
            ],
        });
        return Assert.Single(response!.Value!);
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_suggestion_is_read_with_its_type_and_tokens(string version)
    {
        SearchResponse response = await SearchAsync(version, "pritner jams", new SearchAlterationOptions { EnableSuggestion = true });

        Assert.Equal(0, Assert.Single(response.HitsContainers!).Total);
        AlterationResponse alteration = response.QueryAlterationResponse!;
        Assert.Equal((SearchAlterationType.Suggestion, "pritner jams"), (alteration.QueryAlterationType, alteration.OriginalQueryString));
        Assert.Equal(("printer jams", "\uE000printer\uE001 jams"), (alteration.QueryAlteration!.AlteredQueryString, alteration.QueryAlteration.AlteredHighlightedQueryString));
        AlteredQueryToken token = Assert.Single(alteration.QueryAlteration.AlteredQueryTokens!);
        Assert.Equal((0, 7, "printer"), (token.Offset, token.Length, token.Suggestion));
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_modification_brings_the_results_of_the_query_that_was_meant(string version)
    {
        SearchResponse response = await SearchAsync(version, "pritner jams", new SearchAlterationOptions { EnableSuggestion = true, EnableModification = true });

        Assert.Equal((SearchAlterationType.Modification, TicketsFixture.Count), (response.QueryAlterationResponse!.QueryAlterationType, Assert.Single(response.HitsContainers!).Total));
        Assert.Equal(["printer", "jams"], response.SearchTerms!);
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_query_that_is_right_or_was_not_to_be_looked_at_has_none(string version)
    {
        Assert.Null((await SearchAsync(version, "printer jams", new SearchAlterationOptions { EnableSuggestion = true, EnableModification = true })).QueryAlterationResponse);
        Assert.Null((await SearchAsync(version, "pritner jams", null)).QueryAlterationResponse);
    }
}
