using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Graph.Search.Query;

namespace Tributary.ConformanceTests.Sdk;

/// <summary>Searching with the typed client, where an answer has many levels and tests want one.</summary>
internal static class SearchCalls
{
    public static async Task<SearchHitsContainer> SearchPageAsync(
        this GraphServiceClient graph, string connection, string query, int from = 0, int size = 25, params string[] fields)
    {
        var body = new QueryPostRequestBody
        {
            Requests =
            [
                new SearchRequest
                {
                    EntityTypes = [EntityType.ExternalItem],
                    ContentSources = [$"/external/connections/{connection}"],
                    Query = new SearchQuery { QueryString = query },
                    From = from,
                    Size = size,
                    Fields = fields.Length == 0 ? null : [.. fields],
                },
            ],
        };
        QueryPostResponse? response = await graph.Search.Query.PostAsQueryPostResponseAsync(body);
        return Assert.Single(Assert.Single(response!.Value!).HitsContainers!);
    }

    /// <summary>The ids of the first page's items.</summary>
    public static async Task<string[]> SearchIdsAsync(this GraphServiceClient graph, string connection, string query) =>
        [.. ((await graph.SearchPageAsync(connection, query)).Hits ?? []).Select(ItemId)];

    /// <summary>A hit does not carry the item's id; it stands after the comma of a property that the service adds.</summary>
    public static string ItemId(this SearchHit hit) => hit.Properties()["substrateContentDomainId"].ToString()!.Split(',')[1];

    public static IDictionary<string, object> Properties(this SearchHit hit) => Assert.IsType<ExternalItem>(hit.Resource).Properties!.AdditionalData;
}
